// A strip shows the role with the most time of each cell, and instants and columns lead to each other.
import { random } from "@dwell/testing/random"
import { describe, expect, it } from "vitest"
import { type Role, roles } from "../../../src/screen/drawing/cells.ts"
import { columnOf, cursorAt, type Interval, strip } from "../../../src/screen/drawing/strip.ts"
import { characters, faults, looks, pick } from "./support.ts"

/** Intervals in order with gaps, some before and after the span. */
const generated = (seed: number) => {
  const below = random(seed)
  const from = 1_790_000_000 + below(86_400)
  const to = from + 1 + below(300)
  const intervals: Array<Interval> = []
  for (let start = from - 20 + below(40); start < to + 20;) {
    const end = start + below(40)
    intervals.push({ start, end, role: pick(below, roles) })
    start = end + pick(below, [0, 0, below(20)])
  }
  return { below, from, to, intervals }
}

const seeds = Array.from({ length: 100 }, (_, seed) => seed)

/** The seconds that each role has of `[start, end)`, by counting parts of a second. */
const shares = (intervals: ReadonlyArray<Interval>, start: number, end: number): ReadonlyMap<Role, number> => {
  const found = new Map<Role, number>(roles.map((role) => [role, 0]))
  const add = (role: Role, seconds: number) => found.set(role, (found.get(role) ?? 0) + seconds)
  add("untracked", end - start)
  for (const interval of intervals) {
    const seconds = Math.max(0, Math.min(end, interval.end) - Math.max(start, interval.start))
    add(interval.role, seconds)
    add("untracked", -seconds)
  }
  return found
}

/** What a cell in colour says of its halves; nothing of a half that shows the background. */
const halves = (text: string, role: Role | null, under: Role | undefined) => {
  if (text === "▌") return [role, under ?? null]
  if (text === "▐") return [null, role]
  return text === "█" ? [role, role] : [null, null]
}

describe("strip", () => {
  it("is the intervals exactly where a cell is a second", () => {
    for (const seed of seeds) {
      const { from, intervals, to } = generated(seed)
      for (const look of looks) {
        const cells = characters(strip({ intervals, from, to, width: to - from, look }))
        const expected = Array.from({ length: to - from }, (_, i) => {
          const found = intervals.find(({ end, start }) => start <= from + i && from + i < end)
          return found?.role ?? "untracked"
        })
        expect(cells.map(({ role }) => role)).toEqual(expected)
        expect(cells.every(({ under }) => under === undefined)).toBe(true)
      }
    }
  })

  it("shows a role that has a maximal share of the cell, or the half", () => {
    for (const seed of seeds) {
      const { below, from, intervals, to } = generated(seed)
      const width = 1 + below(60)
      const time = (slot: number, slots: number) => from + (slot * (to - from)) / slots
      const isMaximal = (role: Role, slot: number, slots: number) => {
        const found = shares(intervals, time(slot, slots), time(slot + 1, slots))
        return (found.get(role) ?? 0) >= Math.max(...found.values()) - 1e-3
      }
      for (const look of ["plain", "ascii"] as const) {
        const row = strip({ intervals, from, to, width, look })
        expect(faults(row, width, look)).toEqual([])
        characters(row).forEach(({ role }, i) => expect(isMaximal(role ?? "idle", i, width)).toBe(true))
      }
      const row = strip({ intervals, from, to, width, look: "colour" })
      expect(faults(row, width, "colour")).toEqual([])
      characters(row).forEach(({ role, text, under }, i) => {
        halves(text, role, under).forEach((half, side) => {
          const slot = 2 * i + side
          expect(
            half === null
              ? isMaximal("offline", slot, 2 * width) || isMaximal("untracked", slot, 2 * width)
              : isMaximal(half, slot, 2 * width),
            `seed ${seed} cell ${i}`,
          ).toBe(true)
        })
      })
    }
  })

  it("parts a cell between two roles in colour", () => {
    const at = (left: Role, right: Role) =>
      strip({
        intervals: [
          { start: 0, end: 10, role: left },
          { start: 10, end: 20, role: right },
        ],
        from: 0,
        to: 20,
        width: 1,
        look: "colour",
      })
    expect(at("handling", "idle")).toEqual([{ text: "▌", role: "handling", under: "idle" }])
    expect(at("handling", "offline")).toEqual([{ text: "▌", role: "handling" }])
    expect(at("untracked", "idle")).toEqual([{ text: "▐", role: "idle" }])
    expect(at("offline", "untracked")).toEqual([{ text: "·", role: "untracked" }])
  })

  it("is untracked where there are no intervals, and where there is no time", () => {
    for (const look of looks) {
      for (const to of [0, 100]) {
        const row = strip({ intervals: [], from: 0, to, width: 7, look })
        expect(row).toEqual([{ text: (look === "ascii" ? "." : "·").repeat(7), role: "untracked" }])
      }
    }
  })
})

describe("columns and instants", () => {
  it("lead to each other: exactly from a column, within one cell from an instant", () => {
    for (const seed of seeds) {
      const { below, from, to } = generated(seed)
      const span = { from, to, width: 1 + below(to - from) }
      for (let column = 0; column < span.width; column++) {
        expect(columnOf(cursorAt(column, span), span)).toBe(column)
        expect(cursorAt(column, span)).toBeGreaterThan(column === 0 ? from - 1 : cursorAt(column - 1, span))
      }
      for (let instant = from; instant < to; instant++) {
        expect(Math.abs(cursorAt(columnOf(instant, span), span) - instant)).toBeLessThan((to - from) / span.width + 1)
        expect(columnOf(instant, span)).toBeLessThanOrEqual(columnOf(instant + 1, span))
      }
    }
  })

  it("stay in the span, also where cells are shorter than a second or there is no time", () => {
    for (const span of [
      { from: 100, to: 110, width: 33 },
      { from: 100, to: 100, width: 5 },
    ]) {
      const columns = Array.from({ length: 60 }, (_, i) => i - 10)
      for (const column of columns) {
        expect(cursorAt(column, span)).toBeGreaterThanOrEqual(span.from)
        expect(cursorAt(column, span)).toBeLessThanOrEqual(Math.max(span.from, span.to - 1))
        const back = columnOf(90 + column, span)
        expect(back >= 0 && back < span.width && Number.isInteger(back)).toBe(true)
      }
    }
  })
})
