// What a filter lets through.
import { expect, it } from "vitest"
import * as Filter from "../../../src/screen/app/filter.ts"
import { now, person } from "../states.ts"

const row = person({
  agent: 700_123,
  name: "Ada Byron",
  team: "Night desk",
  status: "wrap",
  category: "afterCall",
  since: now - 200,
})

it.each([
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

it.each([
  { filter: "over", thresholds: [{ name: "wrap", seconds: 180 }], passes: true },
  { filter: "OVER ada", thresholds: [{ name: "wrap", seconds: 180 }], passes: true },
  { filter: "over", thresholds: [{ name: "wrap", seconds: 200 }], passes: false },
  { filter: "over", thresholds: [{ name: "aftercall", seconds: 60 }], passes: true },
  { filter: "over sales", thresholds: [{ name: "wrap", seconds: 180 }], passes: false },
  { filter: "over", thresholds: [], passes: false },
  { filter: '"over"', thresholds: [{ name: "wrap", seconds: 180 }], passes: false },
])("$filter, of $thresholds", ({ filter, passes, thresholds }) => {
  expect(Filter.parse(filter, thresholds)(row, now)).toBe(passes)
})

it("without thresholds, over is a word like any other", () => {
  expect(Filter.parse("over")(person({ name: "Dover" }), now)).toBe(true)
})

it.each([
  { filter: "wrap>", issue: "wrap> is not a threshold such as wrap>3m" },
  { filter: "ada >5m", issue: ">5m is not a threshold such as wrap>3m" },
  { filter: "available<1m", issue: "available<1m is not a threshold such as wrap>3m" },
  { filter: "wrap>3m ada over", issue: null },
  { filter: '"a > b"', issue: null },
  { filter: "", issue: null },
])("of $filter is said: $issue", ({ filter, issue }) => {
  expect(Filter.issueOf(filter, true)).toBe(issue)
})

it("a threshold where there is none to be had is told", () => {
  expect(Filter.issueOf("wrap>3m", false)).toBe("wrap>3m: only the floor has thresholds")
})

it("an agent without a known event has been in no status for long", () => {
  const unknown = person({ name: null, team: null, status: null, category: null, since: null })
  expect(Filter.parse("wrap>1s")(unknown, now)).toBe(false)
  expect(Filter.parse("7")(unknown, now)).toBe(true)
})
