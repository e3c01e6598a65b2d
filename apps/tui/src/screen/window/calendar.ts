/**
 * Days, weeks and months of the local calendar.
 *
 * Units    instants in Unix seconds; a day is its first instant
 */
import * as Calendar from "@dwell/core/Calendar"
import type * as Window from "@dwell/core/Window"
import { shiftDay } from "../drawing/month.ts"
import { type Clock, zoneOf } from "./window.ts"

export const dateOf = (zone: Calendar.Zone, instant: number): string => Calendar.label(zone, instant).slice(0, 10)

export const isDayStart = (zone: Calendar.Zone, instant: number): boolean =>
  shiftDay(zone, instant, "day", 0) === instant

export const isMonthStart = (zone: Calendar.Zone, instant: number): boolean =>
  isDayStart(zone, instant) && dateOf(zone, instant - 1).slice(0, 7) !== dateOf(zone, instant).slice(0, 7)

export const todayOf = (state: Clock): number => shiftDay(zoneOf(state), state.now, "day", 0)

export const mondayOf = (zone: Calendar.Zone, day: number): number => {
  const weekday = (new Date(`${dateOf(zone, day)}T00:00:00Z`).getUTCDay() + 6) % 7
  return shiftDay(zone, day, "day", -weekday)
}

export const firstOf = (zone: Calendar.Zone, day: number): number =>
  shiftDay(zone, day, "day", 1 - Number(dateOf(zone, day).slice(8, 10)))

/** The number of calendar days or months from the start to the end of a window. */
export const between = (zone: Calendar.Zone, { from, to }: Window.Window, unit: "day" | "month"): number => {
  const [start, end] = [dateOf(zone, from), dateOf(zone, to)]
  if (unit === "day") return Math.round((Date.parse(end) - Date.parse(start)) / 86_400_000)
  const months = (date: string) => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7))
  return months(end) - months(start)
}
