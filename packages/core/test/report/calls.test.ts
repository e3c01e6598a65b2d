import { runs } from "@dwell/testing/effort"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Report from "../../src/report/Report.ts"
import type { StatusEvent } from "../../src/events/StatusEvent.ts"
import { asQuestion, question, rows } from "./generate.ts"
import * as Oracle from "./oracle.ts"
import { logOf } from "../logs.ts"

const sum = (values: ReadonlyArray<number>): number => values.reduce((total, value) => total + value, 0)

type Row = Report.IntervalsDocument["intervals"][number]

/** The call that an interval is of: the one it names, or, of after-call work, the one that the interval just before is of. */
const callOf = (all: ReadonlyArray<Row>, index: number): string => {
  const row = all[index]
  const before = all[index - 1]
  if (row === undefined || row.callid !== "0" || row.category !== "afterCall") return row?.callid ?? "0"
  return before?.agent === row.agent && before.end === row.start ? callOf(all, index - 1) : "0"
}

/** The parts of each agent, from the intervals that touch the window. */
const expected = (events: ReadonlyArray<StatusEvent>, asked: Oracle.Asked): Report.CallsDocument["calls"] => {
  const all = Oracle.intervals(events, asked)
  const own = all.map((row, index) => ({ ...row, callid: callOf(all, index) })).filter(({ callid }) => callid !== "0")
  const keys = new Set(own.map(({ agent, callid }) => `${agent} ${callid}`))
  return [...keys].map((key) => {
    const part = own.filter(({ agent, callid }) => `${agent} ${callid}` === key)
    const secondsIn = (category: string) =>
      sum(part.map((row) => (row.category === category ? row.end - row.start : 0)))
    const first = part[0]
    return {
      agent: first?.agent ?? 0,
      name: first?.name ?? null,
      team: first?.team ?? null,
      callid: first?.callid ?? "",
      start: Math.min(...part.map(({ start }) => start)),
      end: Math.max(...part.map(({ end }) => end)),
      handling: secondsIn("handling"),
      afterCall: secondsIn("afterCall"),
    }
  })
}

describe("parts in calls", () => {
  it("are the intervals that name the call, together", () => {
    fc.assert(
      fc.property(rows, question, (events, asked) => {
        expect(Report.calls(logOf(events), asQuestion(asked)).calls).toEqual(expected(events, asked))
      }),
      { numRuns: runs(45), seed: 1 },
    )
  })

  it("are as many as the calls of the agent, and have no more seconds than its statuses", () => {
    fc.assert(
      fc.property(rows, question, (events, asked) => {
        const log = logOf(events)
        const { calls, quality } = Report.calls(log, asQuestion(asked))
        const report = Report.make(log, asQuestion(asked))
        expect(quality).toEqual(report.quality)
        for (const { agent, calls: count, statuses } of report.agents) {
          const own = calls.filter((part) => part.agent === agent)
          expect(own).toHaveLength(count)
          expect(own.map(({ start }) => start)).toEqual(own.map(({ start }) => start).toSorted((a, b) => a - b))
          for (const key of ["handling", "afterCall"] as const) {
            const all = sum(statuses.map(({ category, seconds }) => (category === key ? seconds : 0)))
            expect(sum(own.map((part) => part[key]))).toBeLessThanOrEqual(all)
          }
        }
      }),
      { numRuns: runs(25), seed: 2 },
    )
  })
})
