// What a filter lets through.
import { expect, test } from "vitest"
import * as Filter from "../../../src/screen/state/filter.ts"
import { now, person } from "./given.ts"

const row = person({
  agent: 700_123,
  name: "Ada Byron",
  team: "Night desk",
  status: "wrap",
  category: "afterCall",
  since: now - 200,
})

test.each([
  { filter: "", passes: true },
  { filter: "ada", passes: true },
  { filter: "BYRON", passes: true },
  { filter: "night", passes: true },
  { filter: '"night desk"', passes: true },
  { filter: '"desk night"', passes: false },
  { filter: "desk night", passes: true },
  { filter: "0123", passes: true },
  { filter: "wrap", passes: true },
  { filter: "aftercall", passes: true },
  { filter: "ada sales", passes: false },
  { filter: "wrap>3m", passes: true },
  { filter: "wrap>3m20s", passes: false },
  { filter: "aftercall>3m", passes: true },
  { filter: "call>3m", passes: false },
  { filter: "ada wrap>3m", passes: true },
  { filter: "wrap>soon", passes: false },
])("$filter", ({ filter, passes }) => {
  expect(Filter.parse(filter)(row, now)).toBe(passes)
})

test("nobody of whom nothing is known has been in a status for long", () => {
  const unknown = person({ name: null, team: null, status: null, category: null, since: null })
  expect(Filter.parse("wrap>1s")(unknown, now)).toBe(false)
  expect(Filter.parse("7")(unknown, now)).toBe(true)
})
