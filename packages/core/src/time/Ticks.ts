/**
 * Local times to write below a picture of values over time.
 *
 * Shape    ticks lie in their window, in order, on round local times; days, weeks and months where those begin
 * Units    Unix seconds
 * Cost     some microseconds for each clock change and tick
 */
import * as Calendar from "./Calendar.ts"
import type { Window } from "./Window.ts"

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

export interface Tick {
  readonly instant: number
  readonly text: string
}

const dayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

const monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

const monthName = (date: string): string => monthNames[Number(date.slice(5, 7)) - 1] ?? ""

/** `Mon 3`, of `2025-11-03`. */
const dayText = (date: string): string =>
  `${dayNames[new Date(`${date}T00:00:00Z`).getUTCDay()] ?? ""} ${Number(date.slice(8, 10))}`

/** The buckets that begin in the window. */
const beginning = (zone: Calendar.Zone, { from, to }: Window, size: Calendar.Size) =>
  // Buckets are clipped to their window; the first of one that begins earlier began no later than that.
  Calendar.buckets(zone, { from: from - 1, to }, size).filter(({ start }) => start >= from)

const calendarTicks = (
  zone: Calendar.Zone,
  window: Window,
  { months, size }: (typeof calendarSteps)[number],
): ReadonlyArray<Tick> =>
  beginning(zone, window, size)
    .map(({ start }) => ({ instant: start, date: Calendar.label(zone, start).slice(0, 10) }))
    .filter(({ date }) => size !== "P1M" || (Number(date.slice(5, 7)) - 1) % months === 0)
    .map(({ date, instant }) => {
      if (size === "P1D") return { instant, text: dayText(date) }
      if (size === "P1W") return { instant, text: `${Number(date.slice(8, 10))} ${monthName(date)}` }
      return { instant, text: date.slice(5, 7) === "01" ? date.slice(0, 4) : monthName(date) }
    })

const clockTicks = (zone: Calendar.Zone, window: Window, seconds: number): ReadonlyArray<Tick> => {
  // Of one day only, which it is needs no saying.
  const isOneDay = Calendar.buckets(zone, window, "P1D").length < 2
  const named = new Set(isOneDay ? [] : beginning(zone, window, "P1D").map(({ start }) => start))
  return Array.from(Calendar.steps(zone, window, seconds))
    .filter((instant) => instant < window.to)
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

/**
 * The ticks of each round step of at least so many seconds, from the most of them to the fewest; a clock change may bring two
 * of them nearer together. A day is named where it begins, if there are more than one; weeks by their Monday, and January by its year.
 *
 * @example
 * const [quarters] = Ticks.candidates({ name: "UTC" }, { from: 1761955200, to: 1762041600 }, 20_000)
 * quarters?.map(({ text }) => text) // => [ '00:00', '06:00', '12:00', '18:00' ]
 */
export const candidates = function* (
  zone: Calendar.Zone,
  window: Window,
  leastSeconds: number,
): Generator<ReadonlyArray<Tick>> {
  for (const seconds of clockSteps) if (seconds >= leastSeconds) yield clockTicks(zone, window, seconds)
  for (const step of calendarSteps) if (step.seconds >= leastSeconds) yield calendarTicks(zone, window, step)
}
