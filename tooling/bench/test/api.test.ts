import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { activeIn, parts } from "../src/api/bundle.ts"
import { delaysOf } from "../src/api/live.ts"
import { day, eventsAnAgent, later, spanOf } from "../src/api/rows.ts"

const agents = 20
const Row = Schema.parseJson(Schema.Struct({ uid: Schema.String, uts: Schema.String, agent: Schema.String }))

const rowsOf = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => Schema.decodeUnknownSync(Row)(line))

describe("the days of rows", () => {
  it("have each agent's events once, within the day and in the order of time", () => {
    const rows = rowsOf(day(3, agents))
    const { from, to } = spanOf(3)
    const times = rows.map(({ uts }) => Number(uts))
    expect(rows).toHaveLength(agents * eventsAnAgent)
    expect(new Set(rows.map(({ uid }) => uid)).size).toBe(rows.length)
    expect(new Set(rows.map(({ agent }) => agent)).size).toBe(agents)
    expect(times).toEqual(times.toSorted((one, other) => one - other))
    expect(times.every((time) => time >= from && time < to)).toBe(true)
  })

  it("follow one another, share no row, and are the same each time", () => {
    const uids = [0, 1, 2].flatMap((number) => rowsOf(day(number, agents)).map(({ uid }) => Number(uid)))
    expect(uids).toEqual(Array.from(uids, (_, n) => (uids[0] ?? 0) + n))
    const after = rowsOf(later(0, agents, spanOf(2).to) + later(1, agents, spanOf(2).to))
    expect(after.map(({ uid }) => Number(uid))).not.toContain(uids.at(-1))
    expect(day(1, agents)).toBe(day(1, agents))
  })
})

describe("the delay of a listener", () => {
  it("ends with the first event that reaches the write, and never where none does", () => {
    const writes = [
      { at: 10, to: 101 },
      { at: 20, to: 102 },
      { at: 30, to: 103 },
    ]
    const heard = [
      { at: 5, instant: 100 },
      { at: 25, instant: 102 },
    ]
    expect(delaysOf(writes, heard)).toEqual([15, 5, Infinity])
  })

  it("is 0 where the event comes before the write's answer", () => {
    expect(delaysOf([{ at: 10, to: 101 }], [{ at: 9, instant: 101 }])).toEqual([0])
  })
})

describe("the bundle of the Worker", () => {
  it("has a start that is as long as the processor was at work", () => {
    expect(activeIn("│   Sampled time: 216.0 ms\n│   Active: 129.3 ms (including 10.7 ms garbage collection)\n")).toBe(
      129.3,
    )
    expect(() => activeIn("nothing")).toThrow("does not say")
  })

  it("has parts that are imported by their names, and nothing that only begins alike", () => {
    const matched = (path: string) =>
      Object.entries(parts)
        .filter(([, pattern]) => pattern.test(path))
        .map(([part]) => part)
    expect(matched("effect/Effect")).toEqual(["effect"])
    expect(matched("effective")).toEqual([])
    expect(matched("@effect/opentelemetry/Otlp")).toEqual(["effect", "otlp"])
    expect(matched("hono-openapi")).toEqual(["hono"])
    expect(matched("../web/charts/timeline.tsx")).toEqual(["pages"])
    expect(matched("../web/views/docs.tsx")).toEqual(["pages"])
    expect(matched("d3-scale")).toEqual(["pages"])
    expect(matched("./account/pagination.ts")).toEqual([])
  })
})
