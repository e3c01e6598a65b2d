// A list's cursor is always within it and in view, whatever moves it and however long and high the list becomes.
import { random } from "@dwell/testing/random"
import { expect, it } from "vitest"
import * as List from "../../../src/screen/components/list.ts"

const moves = ["up", "down", "page-up", "page-down", "first", "last"] as const

it("the cursor is in the list and in view after any moves", () => {
  for (let seed = 0; seed < 300; seed++) {
    const below = random(seed)
    let list = List.start
    for (let step = 0; step < 50; step++) {
      const length = below(40)
      const height = 1 + below(20)
      const move = moves[below(moves.length)] ?? "up"
      list = List.moved(list, move, length, height)
      expect(list.cursor).toBeGreaterThanOrEqual(0)
      expect(list.cursor).toBeLessThan(Math.max(1, length))
      expect(list.top).toBeGreaterThanOrEqual(0)
      expect(list.cursor - list.top).toBeGreaterThanOrEqual(0)
      expect(list.cursor - list.top).toBeLessThan(height)
      // Nothing is left empty below where there are rows above.
      expect(list.top).toBeLessThanOrEqual(Math.max(0, length - height))
    }
  }
})

it.each([
  { from: 5, move: "down", to: 6 },
  { from: 9, move: "down", to: 9 },
  { from: 0, move: "up", to: 0 },
  { from: 0, move: "page-down", to: 3 },
  { from: 9, move: "page-up", to: 6 },
  { from: 4, move: "first", to: 0 },
  { from: 4, move: "last", to: 9 },
] as const)("of ten rows, four in view: $move from $from is $to", ({ from, move, to }) => {
  expect(List.moved({ cursor: from, top: from }, move, 10, 4).cursor).toBe(to)
})
