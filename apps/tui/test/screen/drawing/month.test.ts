// A month to pick days from has every local day once, in its place and as long as it is.
import { random } from "@dwell/testing/random"
import { buckets, label, type Zone } from "@dwell/core/Calendar"
import { describe, expect, it } from "vitest"
import { month, shiftDay } from "../../../src/screen/drawing/month.ts"
import { pick } from "./support.ts"

const seconds = (iso: string): number => Date.parse(iso) / 1000
const day = 86_400
const zones = ["Europe/London", "UTC", "America/St_Johns", "Asia/Beirut", "Pacific/Apia", "Pacific/Kiritimati"] as const

const generated = (seed: number) => {
  const below = random(seed)
  const zone: Zone = { name: pick(below, zones) }
  const near = pick(below, ["2011-12-15", "2025-10-26", "2010-11-07", "1994-12-31", "2024-02-29"])
  const anchor = seconds(near) + below(40 * day)
  return { below, zone, anchor }
}

const seeds = Array.from({ length: 100 }, (_, seed) => seed)
const date = (zone: Zone, instant: number) => label(zone, instant).slice(0, 10)

describe("month", () => {
  it("has each local day of its weeks once and whole, under its day of the week", () => {
    for (const seed of seeds) {
      const { anchor, below, zone } = generated(seed)
      const cursor = shiftDay(zone, anchor, "day", below(9) - 4) + pick(below, [0, 0, below(day)])
      const { title, weeks } = month({ zone, anchor, cursor, today: anchor })
      const days = weeks.flat()
      expect(title).toBe(
        new Intl.DateTimeFormat("en-GB", { timeZone: zone.name, month: "long", year: "numeric" }).format(anchor * 1000),
      )
      expect(weeks.every((week) => week.length === 7)).toBe(true)
      const real = days.filter(({ label: text }) => text !== "")
      expect(real.map(({ end, start }) => ({ start, end }))).toEqual(
        buckets(zone, { from: days[0]?.start ?? 0, to: days.at(-1)?.end ?? 0 }, "P1D").map(({ end, start }) => ({
          start,
          end,
        })),
      )
      weeks.forEach((week) =>
        week.forEach(({ end, isCursor, isInMonth, isToday, label: text, start }, weekday) => {
          const weekdayOf = new Date(`${date(zone, start)}T00:00:00Z`).getUTCDay()
          expect(text === "" ? start === end : (weekdayOf + 6) % 7 === weekday).toBe(true)
          expect(["", String(Number(date(zone, start).slice(8)))]).toContain(text)
          expect(text === "" || isInMonth === (date(zone, start).slice(0, 7) === date(zone, anchor).slice(0, 7))).toBe(
            true,
          )
          expect(isCursor).toBe(start <= cursor && cursor < end)
          expect(isToday).toBe(start <= anchor && anchor < end)
        }),
      )
      expect(weeks.every((week) => week.some(({ isInMonth }) => isInMonth))).toBe(true)
    }
  })

  it("selects the days that a window has a part of", () => {
    for (const seed of seeds) {
      const { anchor, below, zone } = generated(seed)
      const from = anchor - below(20 * day)
      const selected = { from, to: from + below(20 * day) }
      for (const { end, isSelected, start } of month({ zone, anchor, selected, cursor: 0, today: 0 }).weeks.flat()) {
        const shared = Math.min(end, selected.to) - Math.max(start, selected.from)
        expect(isSelected).toBe(shared > 0)
      }
    }
    const first = { from: 0, to: day }
    const one = month({ zone: { name: "UTC" }, anchor: 0, selected: first, cursor: 0, today: 0 }).weeks.flat()
    expect(one.filter(({ isSelected }) => isSelected).map(({ label: text }) => text)).toEqual(["1"])
    expect(
      month({ zone: { name: "UTC" }, anchor: 0, cursor: 0, today: 0 })
        .weeks.flat()
        .some(({ isSelected }) => isSelected),
    ).toBe(false)
  })

  it("leaves the place of a day that the zone left out empty", () => {
    const anchor = seconds("2011-12-15")
    const week = month({ zone: { name: "Pacific/Apia" }, anchor, cursor: anchor, today: anchor }).weeks[4]
    expect(week?.map(({ label: text }) => text)).toEqual(["26", "27", "28", "29", "", "31", "1"])
  })
})

describe("moved", () => {
  it("goes so many days on in the calendar, to where the day begins, and back", () => {
    for (const seed of seeds) {
      const { anchor, below, zone } = generated(seed)
      for (const [by, days] of [
        ["day", 1],
        ["week", 7],
      ] as const) {
        const steps = below(9) - 4
        const instant = shiftDay(zone, anchor, by, steps)
        const apart = (seconds(date(zone, instant)) - seconds(date(zone, anchor))) / day
        // The zones left out one day, which may be where it would have gone.
        expect([0, Math.sign(steps)]).toContain(apart - steps * days)
        const [whole] = buckets(zone, { from: instant, to: instant + 1 }, "P1D")
        expect([date(zone, instant - 1) < date(zone, instant), whole?.start]).toEqual([true, instant])
      }
    }
  })

  it("goes to the same day of another month, or to its last", () => {
    const zone = { name: "Europe/London" }
    const on = (from: string, steps: number) => date(zone, shiftDay(zone, seconds(`${from}T12:00Z`), "month", steps))
    expect(on("2024-01-31", 1)).toBe("2024-02-29")
    expect(on("2025-01-31", 1)).toBe("2025-02-28")
    expect(on("2025-03-31", -1)).toBe("2025-02-28")
    expect(on("2025-01-15", -1)).toBe("2024-12-15")
    expect(on("2025-12-31", 13)).toBe("2027-01-31")
    expect(on("2025-07-31", 0)).toBe("2025-07-31")
  })

  it("goes past a day that the zone left out, in either direction", () => {
    const zone = { name: "Pacific/Apia" }
    const on = (from: string, steps: number) => date(zone, shiftDay(zone, seconds(`${from}T12:00-10:00`), "day", steps))
    expect(on("2011-12-29", 1)).toBe("2011-12-31")
    expect(date(zone, shiftDay(zone, seconds("2011-12-31T12:00+14:00"), "day", -1))).toBe("2011-12-29")
  })
})
