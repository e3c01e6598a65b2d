/**
 * The window before or after another.
 *
 * Shape    whole days, weeks and months are moved by the calendar, everything else by its length
 */
import type * as Calendar from "@dwell/core/Calendar"
import type * as Window from "@dwell/core/Window"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { WindowInput } from "../app/state.ts"
import { shiftDay } from "../drawing/month.ts"
import { todayOf, isDayStart, isMonthStart, between } from "./calendar.ts"
import { type Clock, zoneOf, resolve } from "./window.ts"

/** The window to shift; for "today to now", the whole day. */
export const wholeWindow = (state: Clock, window: WindowInput): Option.Option<Window.Window> => {
  if (window.from === "today" && window.to === "now") {
    const today = todayOf(state)
    return Option.some({ from: today, to: shiftDay(zoneOf(state), today, "day", 1) })
  }
  return Either.getRight(resolve(state, window))
}

/** The window right before or after another one, of the same length by the calendar or by the clock. */
export const shift = (zone: Calendar.Zone, window: Window.Window, by: -1 | 1): Window.Window => {
  const { from, to } = window
  const edge = by < 0 ? from : to
  const isOfDays = from < to && isDayStart(zone, from) && isDayStart(zone, to)
  const isOfMonths = isOfDays && isMonthStart(zone, from) && isMonthStart(zone, to)
  const other = isOfMonths
    ? shiftDay(zone, edge, "month", by * between(zone, window, "month"))
    : isOfDays
      ? shiftDay(zone, edge, "day", by * between(zone, window, "day"))
      : edge + by * (to - from)
  return by < 0 ? { from: other, to: edge } : { from: edge, to: other }
}
