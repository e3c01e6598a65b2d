import { execFileSync } from "node:child_process"
import { effort, runs } from "@dwell/testing/effort"
import * as Either from "effect/Either"
import * as fc from "effect/FastCheck"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import * as Calendar from "../../src/time/Calendar.ts"
import type { Window } from "../../src/time/Window.ts"

const zoned = (name: string) => Either.getOrThrow(Calendar.zone(name))
const at = (iso: string) => Date.parse(iso) / 1000
const span = (from: string, to: string): Window => ({ from: at(from), to: at(to) })
const hours = (bucket: Calendar.BucketEdge | undefined) =>
  bucket === undefined ? undefined : (bucket.end - bucket.start) / 3600
const clipped = (all: ReadonlyArray<Calendar.BucketEdge>, { from, to }: Window) =>
  all
    .map((each) => ({ ...each, start: Math.max(each.start, from), end: Math.min(each.end, to) }))
    .filter((each) => each.start < each.end)

// ---- the oracle: what Intl shows on a clock in the zone, read without any of Calendar's ways ----

const clocks = new Map<string, Intl.DateTimeFormat>()

/** `2025-10-26T01:00:00` as a clock in the zone shows it. */
const clockOf = (name: string, instant: number): string => {
  const clock =
    clocks.get(name) ??
    new Intl.DateTimeFormat("en-CA", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    })
  clocks.set(name, clock)
  return clock.format(instant * 1000).replace(", ", "T")
}

const offsetOf = (name: string, instant: number): number => at(`${clockOf(name, instant)}Z`) - instant

const offsetLabel = (seconds: number): string => {
  const size = Math.abs(seconds)
  const parts = [Math.floor(size / 3600), Math.floor((size % 3600) / 60), ...(size % 60 === 0 ? [] : [size % 60])]
  return (seconds < 0 ? "-" : "+") + parts.map((part) => String(part).padStart(2, "0")).join(":")
}

const weekOf = (day: string): string => {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() === 0 ? 7 : date.getUTCDay()))
  const dayOfYear = (date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000 + 1
  return `${date.getUTCFullYear()}-W${String(Math.ceil(dayOfYear / 7)).padStart(2, "0")}`
}

const minutesOf = { PT15M: 15, PT30M: 30, PT1H: 60 } as const

const calendarLabel = (size: "P1D" | "P1W" | "P1M", day: string): string => {
  if (size === "P1D") return day
  return size === "P1W" ? weekOf(day) : day.slice(0, 7)
}

interface Minute {
  readonly minute: number
  readonly shown: string
  readonly offset: string
}

/** What the clock shows in each minute of a window. */
const minutesIn = (name: string, { from, to }: Window): ReadonlyArray<Minute> =>
  Array.from({ length: Math.ceil((to - from) / 60) }, (_, index) => {
    const minute = from + 60 * index
    const shown = clockOf(name, minute)
    return { minute, shown, offset: offsetLabel(at(`${shown}Z`) - minute) }
  })

/** Buckets of a window that begins at midnight, made by looking at the clock every minute. */
const byMinute = (minutes: ReadonlyArray<Minute>, size: Calendar.Size): ReadonlyArray<Calendar.BucketEdge> => {
  const found: Array<Calendar.BucketEdge> = []
  let key = ""
  let day = ""
  for (const { minute, offset, shown } of minutes) {
    // A clock that goes back over midnight does not bring yesterday back.
    if (shown.slice(0, 10) > day) day = shown.slice(0, 10)
    const within = size === "P1D" || size === "P1W" || size === "P1M"
    const slot = within ? 0 : Math.floor(Number(shown.slice(14, 16)) / minutesOf[size])
    const label = within ? calendarLabel(size, day) : `${shown.slice(0, 16)}${offset}`
    const here = within ? label : `${shown.slice(0, 13)} ${slot} ${offset}`
    const last = found.at(-1)
    if (here === key && last !== undefined) found[found.length - 1] = { ...last, end: minute + 60 }
    else found.push({ start: minute, end: minute + 60, label })
    key = here
  }
  return found
}

// ---- zones and sizes ----

describe("a zone", () => {
  it("may have any letter case, be an alias or an offset", () => {
    const names = ["europe/LONDON", " UTC ", "utc", "Asia/Kolkata", "Asia/Kathmandu", "+05:30", "-0330", "Etc/UTC"]
    expect(names.map((name) => zoned(name).name)).toEqual([
      "Europe/London",
      "UTC",
      "UTC",
      "Asia/Kolkata",
      "Asia/Kathmandu",
      "+05:30",
      "-03:30",
      "Etc/UTC",
    ])
  })

  it.each(["Mars/Base", "", "London", "+99:00"])("is refused when it is %j", (name) => {
    const message = `--tz: ${JSON.stringify(name)} is not a known time zone. Give an IANA name such as Europe/London or UTC.`
    expect(Either.flip(Calendar.zone(name)).pipe(Either.getOrThrow).message).toBe(message)
  })
})

describe("the size of buckets", () => {
  it("is one of six, and nothing else", () => {
    for (const size of Calendar.sizes) expect(Calendar.parseSize(size)).toEqual(Either.right(size))
    expect(Calendar.parseSize("p1d")).toEqual(Either.right("P1D"))
    const refused = Either.getOrThrow(Either.flip(Calendar.parseSize("PT5M")))
    expect(refused.message).toBe(
      '--bucket: "PT5M" is not a bucket size. Give one of PT15M, PT30M, PT1H, P1D, P1W, P1M.',
    )
  })
})

// ---- buckets ----

// Each window begins at a local midnight, so that its first bucket within a day is whole.
const changeDays: ReadonlyArray<readonly [name: string, window: Window]> = [
  ["Europe/London", span("2025-10-24T23:00Z", "2025-10-28T00:00Z")],
  ["Europe/London", span("2025-03-29T00:00Z", "2025-03-31T23:00Z")],
  ["America/New_York", span("2025-11-01T04:00Z", "2025-11-04T05:00Z")],
  ["America/New_York", span("2025-03-08T05:00Z", "2025-03-11T04:00Z")],
  ["Australia/Lord_Howe", span("2025-04-04T13:00Z", "2025-04-06T13:30Z")],
  ["Australia/Lord_Howe", span("2025-10-03T13:30Z", "2025-10-06T13:00Z")],
  ["Asia/Kolkata", span("2025-10-25T18:30Z", "2025-10-27T18:30Z")],
  ["Asia/Kathmandu", span("2025-10-25T18:15Z", "2025-10-27T18:15Z")],
  ["Asia/Kathmandu", span("1985-12-30T18:30Z", "1986-01-02T18:15Z")],
  ["America/Sao_Paulo", span("2017-10-13T03:00Z", "2017-10-17T02:00Z")],
  ["America/Sao_Paulo", span("2018-02-16T02:00Z", "2018-02-19T03:00Z")],
  ["Pacific/Apia", span("2011-12-29T10:00Z", "2012-01-01T10:00Z")],
  ["America/St_Johns", span("2010-11-05T02:30Z", "2010-11-09T03:30Z")],
  ["America/Havana", span("2025-11-01T04:00Z", "2025-11-03T05:00Z")],
  ["Antarctica/Troll", span("2025-10-24T22:00Z", "2025-10-28T00:00Z")],
  ["America/Caracas", span("2016-04-30T04:30Z", "2016-05-03T04:00Z")],
  ["+05:45", span("2025-10-25T18:15Z", "2025-10-27T18:15Z")],
]

describe("buckets", () => {
  describe.each(changeDays)("around a clock change of %s", (name, window) => {
    it("are what the clock shows, by each size", () => {
      const minutes = minutesIn(name, window)
      for (const size of Calendar.sizes) {
        expect(Calendar.buckets(zoned(name), window, size), size).toEqual(byMinute(minutes, size))
      }
    })

    it("are clipped where a window begins or ends inside them", () => {
      for (const size of Calendar.sizes) {
        const whole = Calendar.buckets(zoned(name), window, size)
        for (let from = window.from; from < window.to; from += 1711) {
          const part = { from, to: Math.min(window.to, from + 7919) }
          expect(Calendar.buckets(zoned(name), part, size)).toEqual(clipped(whole, part))
        }
      }
    })
  })

  it("are the example of docs/definitions.md", () => {
    const found = Calendar.buckets(zoned("Europe/London"), { from: 1761436800, to: 1761447600 }, "PT1H")
    expect(found).toEqual([
      { start: 1761436800, end: 1761440400, label: "2025-10-26T01:00+01:00" },
      { start: 1761440400, end: 1761444000, label: "2025-10-26T01:00+00:00" },
      { start: 1761444000, end: 1761447600, label: "2025-10-26T02:00+00:00" },
    ])
  })

  it.each([
    ["Europe/London", "2025-10-25T12:00Z", "2025-10-26", 25],
    ["Europe/London", "2025-03-29T12:00Z", "2025-03-30", 23],
    ["America/New_York", "2025-11-01T12:00Z", "2025-11-02", 25],
    ["Australia/Lord_Howe", "2025-04-05T00:00Z", "2025-04-06", 24.5],
    ["Australia/Lord_Howe", "2025-10-04T00:00Z", "2025-10-05", 23.5],
    ["America/Sao_Paulo", "2017-10-14T12:00Z", "2017-10-15", 23],
    ["America/St_Johns", "2010-11-06T12:00Z", "2010-11-07", 25],
    ["Asia/Kolkata", "2025-10-25T12:00Z", "2025-10-26", 24],
  ])("give %s after %s the day %s of %d hours", (name, from, label, length) => {
    const second = Calendar.buckets(zoned(name), { from: at(from), to: at(from) + 3 * 86400 }, "P1D")[1]
    expect([second?.label, hours(second)]).toEqual([label, length])
  })

  it("begin a day at 01:00 that has no midnight", () => {
    const all = Calendar.buckets(zoned("America/Sao_Paulo"), span("2017-10-14T10:00Z", "2017-10-15T11:00Z"), "P1D")
    expect(Calendar.label(zoned("America/Sao_Paulo"), all[1]?.start ?? 0)).toBe("2017-10-15T01:00:00-02:00")
  })

  it("leave out the day that Apia left out", () => {
    const found = Calendar.buckets(zoned("Pacific/Apia"), span("2011-12-29T10:00Z", "2012-01-01T10:00Z"), "P1D")
    expect(found.map((each) => [each.label, hours(each)])).toEqual([
      ["2011-12-29", 24],
      ["2011-12-31", 24],
      ["2012-01-01", 24],
    ])
    const months = Calendar.buckets(zoned("Pacific/Apia"), span("2011-12-01T10:00Z", "2012-01-31T10:00Z"), "P1M")
    expect(months.map((each) => [each.label, hours(each)])).toEqual([
      ["2011-12", 30 * 24],
      ["2012-01", 31 * 24],
    ])
  })

  it("cut the half hour that Lord Howe repeats or skips", () => {
    const spring = Calendar.buckets(
      zoned("Australia/Lord_Howe"),
      span("2025-10-04T14:30Z", "2025-10-04T17:00Z"),
      "PT1H",
    )
    expect(spring.map((each) => [each.label, hours(each)])).toEqual([
      ["2025-10-05T01:00+10:30", 1],
      ["2025-10-05T02:30+11:00", 0.5],
      ["2025-10-05T03:00+11:00", 1],
    ])
    const autumn = Calendar.buckets(
      zoned("Australia/Lord_Howe"),
      span("2025-04-05T14:00Z", "2025-04-05T16:30Z"),
      "PT1H",
    )
    expect(autumn.map((each) => [each.label, hours(each)])).toEqual([
      ["2025-04-06T01:00+11:00", 1],
      ["2025-04-06T01:30+10:30", 0.5],
      ["2025-04-06T02:00+10:30", 1],
    ])
  })

  it("name the ISO week's own year", () => {
    const found = Calendar.buckets(zoned("UTC"), span("2020-12-28T00:00Z", "2021-01-11T00:00Z"), "P1W")
    expect(found.map((each) => each.label)).toEqual(["2020-W53", "2021-W01"])
    const weeks = Calendar.buckets(zoned("UTC"), span("2024-12-30T00:00Z", "2025-01-01T00:00Z"), "P1W")
    expect(weeks.map((each) => each.label)).toEqual(["2025-W01"])
  })

  it("are none for an empty window", () => {
    for (const size of Calendar.sizes) {
      expect(Calendar.buckets(zoned("Europe/London"), { from: 1761436800, to: 1761436800 }, size)).toEqual([])
    }
  })
})

// ---- laws ----

const lawful = `UTC Europe/London America/New_York Australia/Lord_Howe Asia/Kolkata Asia/Kathmandu America/Sao_Paulo
  Pacific/Apia Africa/Casablanca Antarctica/Troll Pacific/Chatham +05:45 Asia/Beirut Africa/Cairo Pacific/Kwajalein
  America/Recife Africa/Monrovia`
const names = fc.constantFrom(...lawful.split(/\s+/))
const sizes = fc.constantFrom(...Calendar.sizes)
const instants = fc.integer({ min: at("1950-01-01T00:00Z"), max: at("2037-12-31T00:00Z") })
const windows = (longest: number) =>
  fc
    .tuple(instants, fc.integer({ min: 1, max: longest }))
    .map(([from, length]): Window => ({ from, to: from + length }))

describe("in any zone, at any time,", () => {
  it("buckets tile the window, and none is empty", () => {
    fc.assert(
      fc.property(names, windows(70 * 86400), sizes, (name, window, size) => {
        let reached = window.from
        for (const { start, end } of Calendar.buckets(zoned(name), window, size)) {
          if (start !== reached || end <= start) throw new Error(`${start} to ${end} after ${reached}`)
          reached = end
        }
        expect(reached).toBe(window.to)
      }),
      { numRuns: runs(25) },
    )
  })

  it("a bucket's label is what the clock shows at its start", () => {
    fc.assert(
      fc.property(names, windows(70 * 86400), sizes, (name, window, size) => {
        const all = Calendar.buckets(zoned(name), window, size)
        const isLocalDays = size === "P1D" || size === "P1W" || size === "P1M"
        // The first bucket within a day can be clipped: the law of a part of a window covers it.
        const some = Math.ceil(all.length / 40)
        const looked = all.filter((_, index) => index % some === 0 && (isLocalDays || index > 0))
        const shown = looked.map(({ start, end }) => {
          if (!isLocalDays) return `${clockOf(name, start).slice(0, 16)}${offsetLabel(offsetOf(name, start))}`
          const first = calendarLabel(size, clockOf(name, start).slice(0, 10))
          const last = calendarLabel(size, clockOf(name, end - 1).slice(0, 10))
          return first === last ? first : `${first} to ${last}`
        })
        expect(looked.map(({ label }) => label)).toEqual(shown)
      }),
      { numRuns: runs(25) },
    )
  })

  it("a part of a window has the clipped buckets of the window", () => {
    const ends = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
    fc.assert(
      fc.property(names, windows(40 * 86400), sizes, ends, (name, window, size, [one, other]) => {
        const length = window.to - window.from
        const from = window.from + Math.floor(Math.min(one, other) * length)
        const part = { from, to: window.from + Math.floor(Math.max(one, other) * length) }
        const whole = Calendar.buckets(zoned(name), window, size)
        expect(Calendar.buckets(zoned(name), part, size)).toEqual(clipped(whole, part))
      }),
      { numRuns: runs(25) },
    )
  })

  it("steps tile the window on the local clock, cut at its changes", () => {
    const lengths = fc.integer({ min: 1, max: 7200 })
    fc.assert(
      fc.property(names, instants, lengths, fc.integer({ min: 1, max: 400 }), (name, from, seconds, count) => {
        const window = { from, to: from + seconds * count }
        const edges = Calendar.steps(zoned(name), window, seconds)
        expect([edges[0], edges.at(-1)]).toEqual([window.from, window.to])
        const offGrid = edges.subarray(1, -1).filter((edge) => (edge + offsetOf(name, edge)) % seconds !== 0)
        for (const edge of offGrid) expect(offsetOf(name, edge - 1)).not.toBe(offsetOf(name, edge))
        for (const [index, edge] of edges.subarray(1).entries()) {
          const length = edge - (edges[index] ?? edge)
          if (length <= 0 || length > seconds) throw new Error(`a step of ${length}`)
        }
      }),
      { numRuns: runs(20) },
    )
  })

  it("the label of an instant is read as that instant", () => {
    fc.assert(
      fc.property(names, instants, (name, instant) => {
        const zone = zoned(name)
        const label = Calendar.label(zone, instant)
        expect(label).toBe(`${clockOf(name, instant)}${offsetLabel(offsetOf(name, instant))}`)
        expect(Calendar.parseInstant(label, { zone, now: 0, what: "--from" })).toEqual(Either.right(instant))
      }),
      { numRuns: runs(45) },
    )
  })

  it("a local time is read as the first instant at which the clock shows it", () => {
    fc.assert(
      fc.property(names, instants, (name, instant) => {
        const zone = zoned(name)
        const local = clockOf(name, instant)
        const found = Either.getOrThrow(Calendar.parseInstant(local, { zone, now: 0, what: "--from" }))
        expect(clockOf(name, found)).toBe(local)
        expect(found).toBeLessThanOrEqual(instant)
      }),
      { numRuns: runs(45) },
    )
  })

  it("a text is read as a time or refused, and never makes the reader throw", () => {
    const zone = zoned("Europe/London")
    const text = fc.oneof(
      fc.string(),
      fc.stringMatching(/^-?\d{1,20}[dwhms]?$/),
      fc.stringMatching(/^\d{4}-\d\d-\d\d$/),
    )
    const options = { zone, now: 1761436800, what: "--to" }
    const read = fc.property(text, (each) => Either.isEither(Calendar.parseInstant(each, options)))
    expect(fc.check(read).failed).toBe(false)
  })
})

describe("steps", () => {
  it("are the local minutes or hours, clipped", () => {
    expect([...Calendar.steps(zoned("UTC"), { from: 30, to: 130 }, 60)]).toEqual([30, 60, 120, 130])
    const edges = Calendar.steps(zoned("Asia/Kathmandu"), span("2025-10-26T00:00Z", "2025-10-26T02:00Z"), 3600)
    expect([...edges].map((edge) => edge - at("2025-10-26T00:00Z"))).toEqual([0, 900, 4500, 7200])
  })

  it("have no edge for an empty window, and a defect for no step", () => {
    expect(Calendar.steps(zoned("UTC"), { from: 60, to: 60 }, 60)).toHaveLength(0)
    for (const seconds of [0, -60, 0.5, Number.NaN]) {
      expect(() => Calendar.steps(zoned("UTC"), { from: 0, to: 60 }, seconds)).toThrow(RangeError)
    }
  })
})

// ---- instants ----

describe("the length of a step", () => {
  it.each([
    ["60", 60],
    [" pt30m ", 1800],
    ["PT1H", 3600],
    ["90s", 90],
    ["PT24H", 86_400],
  ])("is read from %j", (text, seconds) => {
    expect(Calendar.parseStep(text)).toStrictEqual(Either.right(seconds))
  })

  it.each(["", "0", "-60", "1.5", "PT25H", "86401", "P1D", "M"])("is refused when it is %j", (text) => {
    const { issue, what } = Either.getOrThrow(Either.flip(Calendar.parseStep(text)))
    expect({ issue, what }).toStrictEqual({ issue: `${JSON.stringify(text)} is not a step`, what: "--step" })
  })
})

describe("a window in steps", () => {
  it("has as many steps as it may, and is refused with one more", () => {
    const to = 300 * Calendar.maxSteps
    expect(Calendar.checkSteps({ from: 0, to }, 300)).toStrictEqual(Either.right(300))
    const { message } = Either.getOrThrow(Either.flip(Calendar.checkSteps({ from: 0, to: to + 1 }, 300)))
    expect(message).toBe(
      "--step: the window has 105,409 steps of 300 s. Give a longer one, or a shorter window: 105,408 are the most.",
    )
  })
})

describe("a time", () => {
  const now = at("2025-10-28T12:34:56Z")
  const read = (text: string, name = "Europe/London", present = now) =>
    Calendar.parseInstant(text, { zone: zoned(name), now: present, what: "--from" })

  it.each([
    ["1700000000", "2023-11-14T22:13:20Z"],
    ["-1", "1969-12-31T23:59:59Z"],
    ["0", "1970-01-01T00:00:00Z"],
    ["now", "2025-10-28T12:34:56Z"],
    [" Today ", "2025-10-28T00:00:00Z"],
    ["yesterday", "2025-10-27T00:00:00Z"],
    ["2025-10-26", "2025-10-25T23:00:00Z"],
    ["2024-02-29", "2024-02-29T00:00:00Z"],
    ["2025-10-26T10:30", "2025-10-26T10:30:00Z"],
    ["2025-10-25T10:30:15", "2025-10-25T09:30:15Z"],
    ["2025-10-26T10:30Z", "2025-10-26T10:30:00Z"],
    ["2025-10-26T10:30:00z", "2025-10-26T10:30:00Z"],
    ["2025-10-26T10:30+05:45", "2025-10-26T04:45:00Z"],
    ["2025-10-26T10:30:00-03:30", "2025-10-26T14:00:00Z"],
    ["-30s", "2025-10-28T12:34:26Z"],
    ["-90m", "2025-10-28T11:04:56Z"],
    ["-12h", "2025-10-28T00:34:56Z"],
    ["-72h", "2025-10-25T12:34:56Z"],
    ["-3d", "2025-10-25T11:34:56Z"],
    ["-2w", "2025-10-14T11:34:56Z"],
    ["-7D", "2025-10-21T11:34:56Z"],
    ["10:30", "2025-10-28T10:30:00Z"],
    [" 23:59:58", "2025-10-28T23:59:58Z"],
    // Repeated: the earlier. Skipped: moved on by an hour.
    ["2025-10-26T01:30", "2025-10-26T00:30:00Z"],
    ["2025-03-30T01:30", "2025-03-30T01:30:00Z"],
    ["2025-03-30T00:59:59", "2025-03-30T00:59:59Z"],
    ["2025-03-30T02:00", "2025-03-30T01:00:00Z"],
  ])("is read from %j", (text, expected) => {
    expect(read(text)).toEqual(Either.right(at(expected)))
  })

  it.each([
    ["America/Sao_Paulo", "2017-10-15", "2017-10-15T03:00:00Z"],
    ["America/Sao_Paulo", "2017-10-15T00:30", "2017-10-15T03:30:00Z"],
    ["Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"],
    ["Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"],
    ["Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00:00Z"],
    ["Australia/Lord_Howe", "2025-10-05T02:15", "2025-10-04T15:45:00Z"],
    ["Australia/Lord_Howe", "2025-04-06T01:45", "2025-04-05T14:45:00Z"],
    ["America/St_Johns", "2010-11-07", "2010-11-07T02:30:00Z"],
    ["America/New_York", "2025-11-02T01:30", "2025-11-02T05:30:00Z"],
    ["Asia/Kathmandu", "2025-10-26", "2025-10-25T18:15:00Z"],
    ["+05:30", "2025-10-26", "2025-10-25T18:30:00Z"],
  ])("is read in %s from %j", (name, text, expected) => {
    expect(read(text, name)).toEqual(Either.right(at(expected)))
  })

  it("is counted in days of the local calendar where it is today or days ago", () => {
    const evening = at("2017-10-15T12:00:00Z")
    expect(read("today", "America/Sao_Paulo", evening)).toEqual(Either.right(at("2017-10-15T03:00:00Z")))
    expect(read("00:30", "America/Sao_Paulo", evening)).toEqual(Either.right(at("2017-10-15T03:30:00Z")))
    expect(read("09:15", "Pacific/Auckland", now)).toEqual(Either.right(at("2025-10-28T20:15:00Z")))
    expect(read("-1d", "America/Sao_Paulo", evening)).toEqual(Either.right(at("2017-10-14T13:00:00Z")))
    expect(read("yesterday", "Pacific/Apia", at("2011-12-31T00:00:00Z"))).toEqual(
      Either.right(at("2011-12-30T10:00:00Z")),
    )
  })

  it("has no fraction, though now has one", () => {
    expect(read("now", "UTC", 100.9)).toEqual(Either.right(100))
    expect(read("-10s", "UTC", 100.9)).toEqual(Either.right(90))
  })

  it.each([
    ["2025-02-30", "is not a date there is"],
    ["2025-13-01", "is not a date there is"],
    ["2025-02-29", "is not a date there is"],
    ["2025-10-26T25:00", "is not a date and time there is"],
    ["2025-10-26T24:00", "is not a date and time there is"],
    ["2025-10-26T10:60", "is not a date and time there is"],
    ["2025-10-26T10:30:60Z", "is not a date and time there is"],
    ["2025-02-30T10:30Z", "is not a date and time there is"],
    ["2025-10-26T10:30:00.5Z", "has a fraction of a second"],
    ["2025-10-26T10:30:00+25:00", "is not a time"],
    ["25:00", "is not a date and time there is"],
    ["10:30:60", "is not a date and time there is"],
    ["9:30", "is not a time"],
    ["10:30Z", "is not a time"],
    ["", "is not a time"],
    ["tomorrow", "is not a time"],
    ["7d", "is not a time"],
    ["-7y", "is not a time"],
    ["1.5", "is not a time"],
    ["26/10/2025", "is not a time"],
    ["1700000000000", "is not in the years 1 to 9999"],
    ["-99999999999999999999d", "is not in the years 1 to 9999"],
    ["0000-06-01", "is not in the years 1 to 9999"],
  ])("is refused when it is %j", (text, issue) => {
    const refused = Either.getOrThrow(Either.flip(read(text)))
    expect(refused.what).toBe("--from")
    expect(refused.issue).toBe(`${JSON.stringify(text)} ${issue}`)
    expect(refused.remedy).toMatch(/Unix seconds, 2025-10-26, .*today, yesterday.*-7d/)
  })
})

const Answers = Schema.parseJson(
  Schema.Struct({ answers: Schema.Array(Schema.String), midnights: Schema.Array(Schema.Number) }),
)

it("no answer depends on the zone of the process", () => {
  const zones =
    effort > 1 ? Intl.supportedValuesOf("timeZone") : ["UTC", "Pacific/Apia", "America/St_Johns", "Asia/Kathmandu"]
  const script = `
    const zone = { name: "Europe/London" }
    const window = { from: 1761346800, to: 1762214400 }
    const texts = ["today", "-3d", "2025-10-26", "2025-10-26T01:30", "2025-03-30T01:30"]
    const found = []
    for (const name of ${JSON.stringify(zones)}) {
      process.env.TZ = name
      // Each time a module of its own, which remembers nothing.
      const Calendar = await import(${JSON.stringify(new URL("../../src/time/Calendar.ts", import.meta.url).href)} + "?" + name)
      const read = (text) => Calendar.parseInstant(text, { zone, now: 1761436800, what: "--from" }).right
      const answer = JSON.stringify([
        Calendar.sizes.map((size) => Calendar.buckets(zone, window, size)),
        [...Calendar.steps(zone, window, 7000)], texts.map(read), Calendar.label(zone, window.from),
      ])
      found.push({ answer, midnight: new Date(2025, 0, 1).getTime() })
    }
    const distinct = (values) => [...new Set(values)]
    console.log(JSON.stringify({
      answers: distinct(found.map(({ answer }) => answer)),
      midnights: distinct(found.map(({ midnight }) => midnight)),
    }))`
  const args = ["--input-type=module", "--disable-warning=ExperimentalWarning", "-e", script]
  const found = Schema.decodeSync(Answers)(execFileSync(process.execPath, args, { encoding: "utf8" }))
  expect(found.answers).toEqual([expect.stringContaining("2025-10-26T01:00+01:00")])
  // The process did change its zone.
  expect(found.midnights.length).toBeGreaterThan(3)
})
