// A label stands where its time is, also at clock changes, and scales are round.
import { random } from "@dwell/testing/random"
import { buckets } from "@dwell/core/Calendar"
import { describe, expect, it } from "vitest"
import { axis, scale } from "../../../src/screen/drawing/axes.ts"
import { cursorAt } from "../../../src/screen/drawing/strip.ts"
import { pick } from "./support.ts"

const seconds = (iso: string): number => Date.parse(iso) / 1000

const zones = ["Europe/London", "UTC", "Asia/Kolkata", "America/St_Johns", "Asia/Beirut", "Pacific/Apia"] as const
const hour = 3600
const lengths = [
  60,
  hour,
  8 * hour,
  24 * hour,
  25 * hour,
  48 * hour,
  168 * hour,
  720 * hour,
  8760 * hour,
  50_000 * hour,
] as const

/** An instant of one field of the local time, as the engine itself writes it. */
const field = (timeZone: string, instant: number, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat("en-GB", { timeZone, ...options }).format(instant * 1000)

const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const

/** Whether a label is right for an instant in `[from, to)`. */
const isRight = (text: string, timeZone: string, from: number, to: number): boolean => {
  if (text.includes(":")) {
    const isLong = text.length > 5
    const first = isLong ? from : Math.ceil(from / 60) * 60
    for (let instant = first; instant < to; instant += isLong ? 1 : 60) {
      if (field(timeZone, instant, isLong ? { ...clock, second: "2-digit" } : clock) === text) return true
    }
    return false
  }
  // All others stand where a day begins.
  return buckets({ name: timeZone }, { from: from - 1, to }, "P1D").some(({ label, start }) => {
    const part = (options: Intl.DateTimeFormatOptions) => field(timeZone, start, options)
    const day = part({ day: "numeric" })
    const month = part({ month: "short" }).slice(0, 3)
    const isFirst = label.endsWith("-01")
    return (
      start >= from &&
      (text === `${part({ weekday: "short" })} ${day}` ||
        (text === `${day} ${month}` && part({ weekday: "short" }) === "Mon") ||
        (text === month && isFirst) ||
        (text === part({ year: "numeric" }) && label.endsWith("-01-01")))
    )
  })
}

/** The labels of a line and where they begin. */
const labels = (line: string) =>
  [...line.matchAll(/\S+(?: \S+)?/g)].map((found) => ({ text: found[0], column: found.index }))

describe("axis", () => {
  it("puts each label in the column of its local time, in zones with all kinds of clock changes", () => {
    for (let seed = 0; seed < 150; seed++) {
      const below = random(seed)
      const near = pick(below, ["2025-10-26", "2025-03-30", "2011-12-30", "2010-11-07", "2022-03-27", "2025-12-31"])
      const from = seconds(near) - below(30 * hour)
      const span = { from, to: from + pick(below, lengths), width: 8 + below(150) }
      const zone = { name: pick(below, zones) }
      const line = axis({ ...span, zone })
      expect(line.length).toBe(span.width)
      for (const { column, text } of labels(line)) {
        const end = column === span.width - 1 ? span.to : cursorAt(column + 1, span)
        const where = `seed ${seed}: ${text} in ${line}`
        expect(isRight(text, zone.name, cursorAt(column, span), end), where).toBe(true)
      }
    }
  })

  it("labels each day, hour or minute only once, but for the hour that the clock repeats", () => {
    const london = (from: string, to: string) => {
      const line = axis({ from: seconds(from), to: seconds(to), width: 200, zone: { name: "Europe/London" } })
      return labels(line).map(({ text }) => text)
    }
    const clockTimes = Array.from({ length: 24 }, (_, i) => `${String(i).padStart(2, "0")}:00`)
    expect(london("2025-10-25T23:00Z", "2025-10-27T00:00Z")).toEqual(["00:00", "01:00", ...clockTimes.slice(1)])
    expect(london("2025-03-30T00:00Z", "2025-03-30T23:00Z")).toEqual(clockTimes.filter((time) => time !== "01:00"))
  })

  it("names days, weeks, months and years where there are more than one", () => {
    const line = (from: string, to: string, width: number) =>
      axis({ from: seconds(from), to: seconds(to), width, zone: { name: "UTC" } })
    const texts = (from: string, to: string, width: number) => labels(line(from, to, width)).map(({ text }) => text)
    expect(line("2025-11-03", "2025-11-04", 32)).toBe("00:00   06:00   12:00   18:00   ")
    expect(texts("2025-11-03", "2025-11-05", 32)).toEqual(["Mon 3", "12:00", "Tue 4", "12:00"])
    expect(texts("2025-11-03", "2025-11-06", 32)).toEqual(["Mon 3", "Tue 4", "Wed 5"])
    expect(texts("2025-11-01", "2025-12-01", 40)).toEqual(["3 Nov", "10 Nov", "17 Nov", "24 Nov"])
    expect(texts("2025-10-01", "2026-04-01", 40)).toEqual(["Oct", "Nov", "Dec", "2026", "Feb", "Mar"])
    expect(texts("2023-01-01", "2026-06-01", 40)).toEqual(["2023", "2024", "2025", "2026"])
  })

  it("has room for nothing where there is none, and does not mind a span without time", () => {
    const zone = { name: "UTC" }
    for (const to of [0, 86_400]) {
      for (const width of [0, 1, 2]) expect(axis({ from: 0, to, width, zone })).toBe(" ".repeat(width))
    }
  })
})

describe("scale", () => {
  it("reaches from zero to at least the greatest, by not more than half as much again, with two or three labels", () => {
    const below = random(1)
    for (let i = 0; i < 1000; i++) {
      const greatest = (1 + below(1_000_000)) / pick(below, [1, 100, 10_000, 1_000_000])
      const { labels: named, max } = scale(greatest)
      expect(max).toBeGreaterThanOrEqual(greatest)
      expect(max).toBeLessThan(greatest * 1.5)
      expect([2, 3]).toContain(named.length)
      expect([named[0]?.value, named.at(-1)?.value]).toEqual([0, max])
      for (const { text, value } of named) {
        expect(Number(text.replaceAll(",", ""))).toBe(value)
        expect(text.length).toBeLessThan(10)
      }
    }
  })

  it("is from zero to one where there is nothing to show", () => {
    for (const greatest of [0, -1, NaN, Infinity]) {
      expect(scale(greatest)).toEqual({
        max: 1,
        labels: [
          { value: 0, text: "0" },
          { value: 0.5, text: "0.5" },
          { value: 1, text: "1" },
        ],
      })
    }
  })
})
