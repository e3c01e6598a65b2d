/**
 * Windows to choose by number.
 */
import type { WindowInput } from "../app/state.ts"
import { shiftDay } from "../drawing/month.ts"
import { todayOf, mondayOf, firstOf } from "./calendar.ts"
import { toWindowInput } from "./label.ts"
import { type Clock, zoneOf } from "./window.ts"

export interface Preset {
  readonly title: string
  readonly window: WindowInput
}

/** The windows to choose by number. The current week and month are whole, so they reach into the future. */
export const presetsOf = (state: Clock): ReadonlyArray<Preset> => {
  const zone = zoneOf(state)
  const today = todayOf(state)
  const days = (title: string, from: number, to: number): Preset => ({
    title,
    window: toWindowInput(state, { from, to }),
  })
  const ago = (title: string, from: string): Preset => ({
    title,
    window: { from, to: "now", label: title.toLowerCase() },
  })
  const monday = mondayOf(zone, today)
  const first = firstOf(zone, today)
  return [
    days("Today", today, shiftDay(zone, today, "day", 1)),
    days("Yesterday", shiftDay(zone, today, "day", -1), today),
    days("This week", monday, shiftDay(zone, monday, "day", 7)),
    days("Last week", shiftDay(zone, monday, "day", -7), monday),
    days("This month", first, shiftDay(zone, first, "month", 1)),
    days("Last month", shiftDay(zone, first, "month", -1), first),
    ago("Last 90 minutes", "-90m"),
    ago("Last 24 hours", "-24h"),
    ago("Last 7 days", "-7d"),
    ago("Last 30 days", "-30d"),
  ]
}
