// A bar has every category's share of it, to a cell.
import { random } from "@dwell/testing/random"
import { describe, expect, it } from "vitest"
import { stack } from "../../../src/screen/drawing/stack.ts"
import { characters, faults, looks, pick } from "./support.ts"

describe("stack", () => {
  it("gives each category its share of the time logged in, to a cell, from busiest to least", () => {
    for (let seed = 0; seed < 200; seed++) {
      const below = random(seed)
      const some = () => pick(below, [0, below(30_000)])
      const seconds = {
        handling: some(),
        afterCall: some(),
        available: some(),
        idle: some(),
        other: some(),
        offline: 9,
      }
      const total = seconds.handling + seconds.afterCall + seconds.available + seconds.idle + seconds.other
      const width = 1 + below(50)
      const order = ["handling", "afterCall", "available", "idle", "other"] as const
      for (const look of looks) {
        const row = stack(seconds, width, look)
        expect(faults(row, width, look)).toEqual([])
        const cells = characters(row)
        for (const category of order) {
          const exact = total === 0 ? 0 : (seconds[category] / total) * width
          const shown = cells.filter(({ role }) => role === category).length
          expect(Math.abs(shown - exact)).toBeLessThan(1)
        }
        const shown = row.map(({ role }) => role)
        expect(shown).toEqual(total === 0 ? [null] : order.filter((category) => shown.includes(category)))
      }
    }
  })
})
