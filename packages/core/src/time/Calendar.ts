/**
 * The local calendar of a time zone: buckets of a window, and the instants that people write.
 *
 * Shape    buckets and steps cover their window exactly and in order, none empty, clipped at its ends
 * Units    Unix seconds; offsets in seconds east of UTC; days in days since 1970-01-01
 * Fails    `InvalidInput` for a zone, a size or an instant that means nothing
 * Cost     a microsecond for each three days of the window and some twenty for each clock change, plus the answer
 * Source   docs/definitions.md, section "Buckets"; the zone data of the JavaScript engine
 */
import * as Either from "effect/Either"
import { InvalidInput } from "../InvalidInput.ts"
import type { Window } from "./Window.ts"

/** A time zone that `zone` has found good. */
export interface Zone {
  readonly name: string
}

export const sizes = ["PT15M", "PT30M", "PT1H", "P1D", "P1W", "P1M"] as const

/** The length of a bucket, as an ISO 8601 duration. */
export type Size = (typeof sizes)[number]

/** A bucket `[start, end)`, clipped to its window; the label names the start that it has unclipped. */
export interface BucketEdge {
  readonly start: number
  readonly end: number
  readonly label: string
}

const daySeconds = 86_400

// ---- zones and their offsets ----

// Making a formatter costs more than a thousand uses of it. Engines know some six hundred names, so this stays small.
const formatters = new Map<string, Intl.DateTimeFormat>()

const formatterOf = (name: string): Intl.DateTimeFormat => {
  let formatter = formatters.get(name)
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" })
    formatters.set(name, formatter)
  }
  return formatter
}

/**
 * Finds a time zone by its IANA name, in any letter case, or by an offset such as `+05:30`. Names the engine merely
 * redirects stay as they are given: an engine's own name can be the older one (Asia/Calcutta for Asia/Kolkata).
 *
 * @example
 * Either.getOrThrow(Calendar.zone("europe/london")) // => { name: 'Europe/London' }
 * Either.getOrThrow(Calendar.zone("+0530")) // => { name: '+05:30' }
 */
export const zone = (name: string): Either.Either<Zone, InvalidInput> => {
  const given = name.trim()
  return Either.try({
    try: () => {
      const known = new Intl.DateTimeFormat("en-US", { timeZone: given }).resolvedOptions().timeZone
      const isSame = known.toLowerCase() === given.toLowerCase() || /^[+-]/.test(known)
      return { name: isSame ? known : given }
    },
    catch: () =>
      new InvalidInput({
        what: "--tz",
        issue: `${JSON.stringify(name)} is not a known time zone`,
        remedy: "Give an IANA name such as Europe/London or UTC.",
      }),
  })
}

/** The offset in force. Old local mean times have odd seconds: `GMT-00:44:30`. Plain `GMT` is no offset. */
const offsetAt = (name: string, instant: number): number => {
  const found = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(formatterOf(name).format(instant * 1000))
  if (found === null) return 0
  const [, sign, hours, minutes, seconds = "0"] = found
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return sign === "-" ? -size : size
}

/** A stretch `[start, end)` of one offset. */
interface Stretch {
  readonly start: number
  readonly end: number
  readonly offset: number
}

// The quickest that any zone has undone a clock change is seven days (America/Recife, October 2000).
const probeSeconds = 3 * daySeconds

/** Cuts `[from, to)` at its clock changes. Nothing when it is empty. */
const stretches = (name: string, from: number, to: number): ReadonlyArray<Stretch> => {
  const found: Array<Stretch> = []
  let start = from
  let offset = offsetAt(name, from)
  let probed = from
  while (probed < to) {
    const probe = Math.min(probed + probeSeconds, to)
    if (offsetAt(name, probe) === offset) {
      probed = probe
      continue
    }
    // The change is in (before, change]: halve until the two are neighbours.
    let before = probed
    let change = probe
    while (change - before > 1) {
      const middle = Math.floor((before + change) / 2)
      if (offsetAt(name, middle) === offset) before = middle
      else change = middle
    }
    if (change === to) break
    found.push({ start, end: change, offset })
    start = change
    offset = offsetAt(name, change)
    probed = change
  }
  if (start < to) found.push({ start, end: to, offset })
  return found
}

/**
 * The first instant whose local time is at or after `local`, which is a local time counted as if it were UTC.
 * A day thus begins once, also where the clock goes back over midnight (America/St_Johns, until 2011).
 */
const firstAt = (within: ReadonlyArray<Stretch>, local: number): number => {
  for (const { start, end, offset } of within) {
    const instant = Math.max(start, local - offset)
    if (instant < end) return instant
  }
  return Infinity
}

// Offsets are less than a day, and a clock change can move a local time by at most one more.
const around = (name: string, local: number) => stretches(name, local - 2 * daySeconds, local + 2 * daySeconds)

const startOfDayNumber = (name: string, day: number): number =>
  firstAt(around(name, day * daySeconds), day * daySeconds)

/**
 * The first instant of the local day that an instant is in.
 *
 * @example
 * Calendar.startOfDay({ name: "Europe/London" }, 1761523200) // => 1761523200
 */
export const startOfDay = ({ name }: Zone, instant: number): number =>
  startOfDayNumber(name, Math.floor((instant + offsetAt(name, instant)) / daySeconds))

/** The instant of a local time: the earlier of two; in a gap, as far after it as the clock was moved. */
const instantOf = (name: string, local: number): number => {
  let instant = local
  for (const { end, offset } of around(name, local)) {
    instant = local - offset
    // In a gap the next stretch begins at a later local time than this.
    if (instant < end) return instant
    const next = offsetAt(name, end)
    if (local - next < end) return instant
  }
  return instant
}

// ---- labels ----

const two = (value: number): string => String(value).padStart(2, "0")

/** `2025-10-26T01:00:00` of a local time. */
const isoOf = (local: number): string => new Date(local * 1000).toISOString().slice(0, -5)

const offsetText = (offset: number): string => {
  const size = Math.abs(offset)
  const seconds = size % 60
  const text = `${offset < 0 ? "-" : "+"}${two(Math.floor(size / 3600))}:${two(Math.floor(size / 60) % 60)}`
  return seconds === 0 ? text : `${text}:${two(seconds)}`
}

/**
 * The local time of an instant, with the offset in force.
 *
 * @example
 * Calendar.label({ name: "Europe/London" }, 1761436800) // => '2025-10-26T01:00:00+01:00'
 */
export const label = ({ name }: Zone, instant: number): string => {
  const offset = offsetAt(name, instant)
  return `${isoOf(instant + offset)}${offsetText(offset)}`
}

const dayText = (day: number): string => isoOf(day * daySeconds).slice(0, -9)

// A week belongs to the year of its Thursday. 1970-01-01 was one, so week 0 holds day 0 and begins on day -3.
const weekText = (week: number): string => {
  const thursday = week * 7
  const year = new Date(thursday * daySeconds * 1000).getUTCFullYear()
  const newYear = Date.UTC(year, 0, 1) / 1000 / daySeconds
  return `${String(year).padStart(4, "0")}-W${two(Math.floor((thursday - newYear) / 7) + 1)}`
}

// ---- buckets ----

/** Days, weeks or months, numbered from the one that holds 1970-01-01. */
interface Unit {
  readonly ofDay: (day: number) => number
  readonly firstDay: (unit: number) => number
  readonly text: (unit: number) => string
  readonly mostDays: number
}

const units: Readonly<Record<"P1D" | "P1W" | "P1M", Unit>> = {
  P1D: { ofDay: (day) => day, firstDay: (unit) => unit, text: dayText, mostDays: 1 },
  P1W: {
    ofDay: (day) => Math.floor((day + 3) / 7),
    firstDay: (unit) => unit * 7 - 3,
    text: weekText,
    mostDays: 7,
  },
  P1M: {
    ofDay: (day) => {
      const date = new Date(day * daySeconds * 1000)
      return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth()
    },
    firstDay: (unit) => Date.UTC(1970, unit, 1) / 1000 / daySeconds,
    text: (unit) => dayText(Date.UTC(1970, unit, 1) / 1000 / daySeconds).slice(0, -3),
    mostDays: 31,
  },
}

const calendarBuckets = (name: string, { from, to }: Window, unit: Unit): ReadonlyArray<BucketEdge> => {
  const within = stretches(name, from - (unit.mostDays + 2) * daySeconds, to)
  const startOf = (index: number) => firstAt(within, unit.firstDay(index) * daySeconds)
  const found: Array<BucketEdge> = []
  let index = unit.ofDay(Math.floor((from + offsetAt(name, from)) / daySeconds))
  let start = startOf(index)
  while (start < to) {
    const end = startOf(index + 1)
    // A day the calendar leaves out begins and ends at the same instant.
    if (end > start && end > from) {
      found.push({ start: Math.max(start, from), end: Math.min(end, to), label: unit.text(index) })
    }
    start = end
    index += 1
  }
  return found
}

/** Visits the spans of `seconds` on the local wall clock that meet the window, unclipped. */
const eachSpan = (
  name: string,
  { from, to }: Window,
  seconds: number,
  visit: (start: number, end: number, offset: number) => void,
): void => {
  // The first span may begin, or a clock change cut it, up to its own length before the window.
  for (const { start, end, offset } of stretches(name, from - seconds, to)) {
    let next = (Math.floor((start + offset) / seconds) + 1) * seconds - offset
    let spanStart = Math.max(start, next - seconds)
    while (spanStart < end) {
      if (next > from && end > from) visit(spanStart, Math.min(next, end), offset)
      spanStart = next
      next += seconds
    }
  }
}

const spanSeconds = { PT15M: 900, PT30M: 1800, PT1H: 3600 } as const

/**
 * The buckets of a window. Those within a day are aligned to the local wall clock, and a clock change begins a new one;
 * day, week (from Monday) and month are those of the local calendar. None for an empty window.
 *
 * @example
 * Calendar.buckets({ name: "Europe/London" }, { from: 1761433200, to: 1761523200 }, "P1D")[0]?.label // => '2025-10-26'
 */
export const buckets = ({ name }: Zone, window: Window, size: Size): ReadonlyArray<BucketEdge> => {
  if (window.from >= window.to) return []
  if (size === "P1D" || size === "P1W" || size === "P1M") return calendarBuckets(name, window, units[size])
  const found: Array<BucketEdge> = []
  eachSpan(name, window, spanSeconds[size], (start, end, offset) => {
    found.push({
      start: Math.max(start, window.from),
      end: Math.min(end, window.to),
      label: `${isoOf(start + offset).slice(0, -3)}${offsetText(offset)}`,
    })
  })
  return found
}

/**
 * The edges of the steps of a window: step `i` is `[steps[i], steps[i + 1])`. Steps lie as buckets within a day do:
 * on the local wall clock, and a clock change begins a new one. Without any edge for an empty window.
 *
 * `seconds` is a positive whole number.
 *
 * @example
 * Array.from(Calendar.steps({ name: "UTC" }, { from: 30, to: 130 }, 60)) // => [ 30, 60, 120, 130 ]
 */
export const steps = ({ name }: Zone, window: Window, seconds: number): Float64Array => {
  if (!Number.isSafeInteger(seconds) || seconds < 1) throw new RangeError(`a step of ${seconds} seconds`)
  if (window.from >= window.to) return new Float64Array(0)
  const edges: Array<number> = []
  eachSpan(name, window, seconds, (start) => {
    edges.push(Math.max(start, window.from))
  })
  edges.push(window.to)
  return Float64Array.from(edges)
}

/**
 * Reads the size of buckets.
 *
 * @example
 * Either.getOrThrow(Calendar.parseSize("PT15M")) // => 'PT15M'
 */
export const parseSize = (text: string): Either.Either<Size, InvalidInput> => {
  const size = sizes.find((each) => each === text.trim().toUpperCase())
  if (size !== undefined) return Either.right(size)
  return Either.left(
    new InvalidInput({
      what: "--bucket",
      issue: `${JSON.stringify(text)} is not a bucket size`,
      remedy: `Give one of ${sizes.join(", ")}.`,
    }),
  )
}

const stepUnits = { S: 1, M: 60, H: 3600 } as const

/**
 * Reads the length of a step, in seconds: at most a day.
 *
 * @example
 * Either.getOrThrow(Calendar.parseStep("PT15M")) // => 900
 * Either.getOrThrow(Calendar.parseStep("90")) // => 90
 */
export const parseStep = (text: string): Either.Either<number, InvalidInput> => {
  const found = /^(?:PT)?(\d{1,6})([SMH]?)$/i.exec(text.trim())
  const unit = found?.[2]?.toUpperCase()
  const seconds = Number(found?.[1] ?? 0) * (unit === "M" || unit === "H" ? stepUnits[unit] : 1)
  if (seconds > 0 && seconds <= daySeconds) return Either.right(seconds)
  return Either.left(
    new InvalidInput({
      what: "--step",
      issue: `${JSON.stringify(text)} is not a step`,
      remedy: "Give seconds, or PT1M, PT15M, PT1H; at most a day.",
    }),
  )
}

/** As many steps as a window may have: those of five minutes in a year. */
export const maxSteps = 105_408

const countSteps = (value: number): string => value.toLocaleString("en-US")

/** Gives the length of a step where a window has at most `mostSteps` of them. */
export const checkSteps = ({ from, to }: Window, seconds: number): Either.Either<number, InvalidInput> => {
  const found = (to - from) / seconds
  if (found <= maxSteps) return Either.right(seconds)
  return Either.left(
    new InvalidInput({
      what: "--step",
      issue: `the window has ${countSteps(Math.ceil(found))} steps of ${seconds} s`,
      remedy: `Give a longer one, or a shorter window: ${countSteps(maxSteps)} are the most.`,
    }),
  )
}

// ---- instants ----

export interface InstantOptions {
  /** Whose calendar it is for a time that gives no offset. */
  readonly zone: Zone
  /** What `now` means, in Unix seconds. */
  readonly now: number
  /** The thing as its giver knows it: `--from`. */
  readonly what: string
}

const forms =
  "Give Unix seconds, 2025-10-26, 2025-10-26T10:30 (local, or with Z or +01:00), 10:30 (today), now, today, yesterday, " +
  "or a time ago such as -90m, -12h, -7d or -2w."

// The years 1 to 9999: those that a date of four digits can name. Milliseconds taken for seconds fall outside.
const earliest = -62_135_596_800
const latest = 253_402_300_799

const unitSeconds = new Map([
  ["s", 1],
  ["m", 60],
  ["h", 3600],
  ["d", daySeconds],
  ["w", 7 * daySeconds],
])

/** The local time that date and time of day name, or nothing when there is no such date or time. */
const localOf = (date: string, time: string): number | undefined => {
  const iso = `${date}T${time}`
  const milliseconds = Date.parse(`${iso}Z`)
  // Engines take February 30 for March 2 and 24:00 for the next day: the way back tells.
  if (Number.isNaN(milliseconds) || isoOf(milliseconds / 1000) !== iso) return undefined
  return milliseconds / 1000
}

const datePattern = /^\d{4}-\d{2}-\d{2}$/
const timePattern =
  /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::(\d{2}))?([.,]\d+)?(?:(Z)|([+-])([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?)?$/

const timeOfDayPattern = /^\d{2}:\d{2}(:\d{2})?$/

/**
 * Reads an instant: Unix seconds; a date (its first instant); a date with a time, local unless it gives an offset; a time
 * of today; `now`, `today`, `yesterday`; or a time ago, where days and weeks keep the local time of day. A local time that
 * occurs twice is the earlier one, and one that the clock skips is moved on by what the clock was.
 *
 * @example
 * Either.getOrThrow(Calendar.parseInstant("-90m", { zone: { name: "UTC" }, now: 6000, what: "--from" })) // => 600
 */
export const parseInstant = (
  text: string,
  { zone: { name }, now, what }: InstantOptions,
): Either.Either<number, InvalidInput> => {
  const refuse = (issue: string) =>
    Either.left(new InvalidInput({ what, issue: `${JSON.stringify(text)} ${issue}`, remedy: forms }))
  const inRange = (instant: number) => instant >= earliest && instant <= latest
  const accept = (instant: number) =>
    inRange(instant) ? Either.right(instant) : refuse("is not in the years 1 to 9999")
  const present = Math.floor(now)
  const presentLocal = () => present + offsetAt(name, present)
  const trimmed = text.trim().toUpperCase()
  const given = timeOfDayPattern.test(trimmed) ? `${isoOf(presentLocal()).slice(0, 10)}T${trimmed}` : trimmed

  if (/^-?\d+$/.test(given)) return accept(Number(given))
  if (given === "NOW") return accept(present)
  if (given === "TODAY") return accept(startOfDay({ name }, present))
  if (given === "YESTERDAY") return accept(startOfDayNumber(name, Math.floor(presentLocal() / daySeconds) - 1))

  const ago = /^-(\d+)([SMHDW])$/.exec(given)
  if (ago !== null) {
    const unit = unitSeconds.get((ago[2] ?? "").toLowerCase()) ?? 0
    const seconds = Number(ago[1]) * unit
    if (unit < daySeconds || !inRange(present - seconds)) return accept(present - seconds)
    return accept(instantOf(name, presentLocal() - seconds))
  }

  if (datePattern.test(given)) {
    const local = localOf(given, "00:00:00")
    return local === undefined ? refuse("is not a date there is") : accept(startOfDayNumber(name, local / daySeconds))
  }

  const found = timePattern.exec(given)
  if (found === null) return refuse("is not a time")
  const [, date = "", minutes = "", seconds = "00", fraction, utc, sign, offsetHours, offsetMinutes, offsetSeconds] =
    found
  if (fraction !== undefined) return refuse("has a fraction of a second")
  const local = localOf(date, `${minutes}:${seconds}`)
  if (local === undefined) return refuse("is not a date and time there is")
  if (utc !== undefined) return accept(local)
  if (sign === undefined) return accept(instantOf(name, local))
  const offset = Number(offsetHours) * 3600 + Number(offsetMinutes) * 60 + Number(offsetSeconds ?? "0")
  return accept(sign === "-" ? local + offset : local - offset)
}
