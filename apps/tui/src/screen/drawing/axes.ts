/**
 * What stands beside a picture of values over time: local times below it, values at its side.
 *
 * Units    instants in Unix seconds; columns as in strip.ts
 * Cost     some microseconds for each clock change and label
 */
import * as Calendar from "@dwell/core/Calendar"
import { nice, ticks as roundValues } from "d3-array"
import { count } from "../../render/text.ts"
import { monthNames } from "./month.ts"
import { columnOf, type Span } from "./strip.ts"

const minute = 60
const hour = 3600

/** Steps within a day, in seconds; all of them divide it. */
const clockSteps = [
  [1, 5, 10, 15, 30],
  [1, 5, 10, 15, 30].map((minutes) => minutes * minute),
  [1, 2, 3, 4, 6, 12].map((hours) => hours * hour),
].flat()

const day = 24 * hour

/** Steps of the calendar, one bucket or every so many months, and about how long they are. */
const calendarSteps = [
  { size: "P1D", months: 1, seconds: day },
  { size: "P1W", months: 1, seconds: 7 * day },
  { size: "P1M", months: 1, seconds: 31 * day },
  { size: "P1M", months: 3, seconds: 92 * day },
  { size: "P1M", months: 12, seconds: Infinity },
] as const

interface Tick {
  readonly instant: number
  readonly text: string
}

const dayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

const monthName = (date: string): string => (monthNames[Number(date.slice(5, 7)) - 1] ?? "").slice(0, 3)

/** `Mon 3`, of `2025-11-03`. */
const dayText = (date: string): string =>
  `${dayNames[new Date(`${date}T00:00:00Z`).getUTCDay()] ?? ""} ${Number(date.slice(8, 10))}`

/** The buckets that begin in the window. */
const beginning = (zone: Calendar.Zone, { from, to }: Span, size: Calendar.Size) =>
  // Buckets are clipped to their window; the first of one that begins earlier began no later than that.
  Calendar.buckets(zone, { from: from - 1, to }, size).filter(({ start }) => start >= from)

const calendarTicks = (
  zone: Calendar.Zone,
  span: Span,
  { months, size }: (typeof calendarSteps)[number],
): ReadonlyArray<Tick> =>
  beginning(zone, span, size)
    .map(({ start }) => ({ instant: start, date: Calendar.label(zone, start).slice(0, 10) }))
    .filter(({ date }) => size !== "P1M" || (Number(date.slice(5, 7)) - 1) % months === 0)
    .map(({ date, instant }) => {
      if (size === "P1D") return { instant, text: dayText(date) }
      if (size === "P1W") return { instant, text: `${Number(date.slice(8, 10))} ${monthName(date)}` }
      return { instant, text: date.slice(5, 7) === "01" ? date.slice(0, 4) : monthName(date) }
    })

const clockTicks = (zone: Calendar.Zone, span: Span, seconds: number): ReadonlyArray<Tick> => {
  // Of one day only, which it is needs no saying.
  const isOneDay = Calendar.buckets(zone, span, "P1D").length < 2
  const named = new Set(isOneDay ? [] : beginning(zone, span, "P1D").map(({ start }) => start))
  return Array.from(Calendar.steps(zone, span, seconds))
    .filter((instant) => instant < span.to)
    .map((instant) => ({ instant, label: Calendar.label(zone, instant) }))
    .filter(({ instant, label }) => {
      // The first step is clipped, and one that a clock change begins may lie anywhere.
      const [hours = 0, minutes = 0, rest = 0] = label.slice(11, 19).split(":").map(Number)
      return (hours * hour + minutes * minute + rest) % seconds === 0 || named.has(instant)
    })
    .map(({ instant, label }) => ({
      instant,
      text: named.has(instant) ? dayText(label.slice(0, 10)) : label.slice(11, seconds < minute ? 19 : 16),
    }))
}

/** Labels at their columns, those that fit; and whether that is all of them, but for the last that the edge cuts off. */
const placed = (ticks: ReadonlyArray<Tick>, span: Span): { readonly line: string; readonly isAll: boolean } => {
  let line = ""
  let isAll = ticks.length > 0
  for (const { instant, text } of ticks) {
    const column = columnOf(instant, span)
    const isFree = column >= line.length + (line === "" ? 0 : 2)
    if (column + text.length > span.width) isAll &&= line !== ""
    else if (isFree) line = line.padEnd(column) + text
    else isAll = false
  }
  return { line, isAll }
}

/**
 * A line of local times, each beginning in the column of its instant: as many as fit with two cells between them. A day is
 * named where it begins, if there are more than one; weeks by their Monday, and January by its year.
 *
 * @example
 * axis({ from: 1761955200, to: 1762041600, width: 32, zone: { name: "UTC" } }) // => '00:00   06:00   12:00   18:00   '
 */
export const axis = ({ zone, ...span }: Span & { readonly zone: Calendar.Zone }): string => {
  // More labels than this never fit, the shortest being that of a month, and there may be millions.
  const least = ((span.to - span.from) / Math.max(1, span.width)) * "Nov  ".length
  const finest = function* () {
    for (const seconds of clockSteps) if (seconds >= least) yield clockTicks(zone, span, seconds)
    for (const step of calendarSteps) if (step.seconds >= least) yield calendarTicks(zone, span, step)
  }
  let some = ""
  for (const ticks of finest()) {
    const { isAll, line } = placed(ticks, span)
    if (isAll) return line.padEnd(span.width)
    if (line !== "") some = line
  }
  return some.padEnd(span.width)
}

export interface Scale {
  /** The top of the picture. */
  readonly max: number
  /** Two or three values to name, from zero to the top. */
  readonly labels: ReadonlyArray<{ readonly value: number; readonly text: string }>
}

/**
 * A round number at or above the greatest value, and what to write at the side; from zero to one where there is nothing.
 *
 * @example
 * scale(7).labels.map(({ text }) => text) // => [ '0', '4', '8' ]
 */
export const scale = (greatest: number): Scale => {
  const [, max] = nice(0, greatest > 0 && Number.isFinite(greatest) ? greatest : 1, 4)
  // Half of it is named where it is round, too.
  const values = roundValues(0, max, 8).includes(max / 2) ? [0, max / 2, max] : [0, max]
  return {
    max,
    labels: values.map((value) => ({ value, text: Number.isInteger(value) ? count(value) : String(value) })),
  }
}
