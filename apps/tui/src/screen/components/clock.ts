/**
 * Instants as clocks and calendars show them.
 */
import * as Calendar from "@dwell/core/Calendar"

/** `14:52:10`, in the zone. */
export const clock = (zone: string, instant: number): string => Calendar.label({ name: zone }, instant).slice(11, 19)

/** `2026-11-24 14:52`, in the zone. */
export const moment = (zone: string, instant: number): string =>
  Calendar.label({ name: zone }, instant).slice(0, 16).replace("T", " ")
