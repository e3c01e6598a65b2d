/**
 * The label of a window, in words that stay true as time passes.
 */
import * as Calendar from "@dwell/core/Calendar"
import type * as Window from "@dwell/core/Window"
import { plural } from "../../format.ts"
import type { WindowInput } from "../app/state.ts"
import { monthNames, shiftDay } from "../drawing/month.ts"
import { dateOf, isDayStart, between, isMonthStart, mondayOf, todayOf } from "./calendar.ts"
import { type Clock, zoneOf } from "./window.ts"

/** `9 March 2026`. */
const dayWords = (zone: Calendar.Zone, day: number): string => {
  const [year = "", month = "", date = ""] = dateOf(zone, day).split("-")
  return `${Number(date)} ${monthNames[Number(month) - 1] ?? ""} ${year}`
}

const lengths = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const

/** `90 minutes`, `30 days`: in the largest unit that gives a whole number. */
const lengthWords = (seconds: number): string => {
  const [unit, length] = lengths.find(([, of]) => seconds >= of && seconds % of === 0) ?? ["second", 1]
  return plural(seconds / length, unit)
}

/** The label of a window that is fixed in time. */
const labelOf = (zone: Calendar.Zone, window: Window.Window): string => {
  const { from, to } = window
  if (!isDayStart(zone, from) || !isDayStart(zone, to)) return lengthWords(to - from)
  const days = between(zone, window, "day")
  const months = between(zone, window, "month")
  if (isMonthStart(zone, from) && isMonthStart(zone, to)) {
    const month = dayWords(zone, from).replace(/^\d+ /, "")
    return months === 1 ? month : `${months} months from ${month}`
  }
  if (days === 1) return dayWords(zone, from)
  return days === 7 && mondayOf(zone, from) === from
    ? `week of ${dayWords(zone, from)}`
    : `${days} days from ${dayWords(zone, from)}`
}

/** A window as it could be typed; whole days are dates. */
export const toWindowInput = (state: Clock, window: Window.Window): WindowInput => {
  const zone = zoneOf(state)
  const today = todayOf(state)
  const { from, to } = window
  const isDay = isDayStart(zone, from) && to === shiftDay(zone, from, "day", 1)
  if (isDay && from === today) return { from: "today", to: "now", label: "today" }
  if (isDay && to === today) return { from: "yesterday", to: "today", label: "yesterday" }
  const text = (instant: number) => (isDayStart(zone, instant) ? dateOf(zone, instant) : Calendar.label(zone, instant))
  return { from: text(from), to: text(to), label: labelOf(zone, window) }
}
