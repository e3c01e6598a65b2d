import { runs } from "@dwell/testing/effort"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Report from "../../src/report/Report.ts"
import { asQuestion, origin, question as anyQuestion, rows } from "./generate.ts"
import * as Oracle from "./oracle.ts"
import { logOf } from "../logs.ts"

/** Questions about a log that is known wholly; gaps have a test of their own. */
const question = anyQuestion.map((asked) => ({ ...asked, uncovered: [] }))

const instant = fc.integer({ min: -140, max: 480 }).map((second) => origin + second)

const asAt = (asked: Oracle.Asked, at: number): Report.StatusAtQuestion => {
  const { window: _, ...rest } = asQuestion(asked)
  return { ...rest, instant: at }
}

it.each(["at", "statuses", "untracked", "agents", "quality"] as const)(
  "the %s of a report at an instant equal the slow way",
  (key) => {
    fc.assert(
      fc.property(rows, question, instant, (events, asked, at) => {
        expect(Report.statusAt(logOf(events), asAt(asked, at))[key]).toEqual(Oracle.at(events, asked, at)[key])
      }),
      { numRuns: runs(50), seed: 71 },
    )
  },
)

describe("a report at an instant", () => {
  const known = (asked: Oracle.Asked, at: number): Oracle.Asked => ({
    ...asked,
    from: at,
    to: at + 1,
    now: Math.max(asked.now, at + 1),
  })

  it("has as many agents in each status as the staffing curve of that second", () => {
    fc.assert(
      fc.property(rows, question, instant, (events, given, at) => {
        const asked = known(given, at)
        const { staffing } = Report.staffing(logOf(events), { ...asQuestion(asked), stepSeconds: 1 })
        expect(
          Report.statusAt(logOf(events), asAt(asked, at)).statuses.map(({ agents, status }) => [status, agents]),
        ).toEqual(staffing.map(({ average, status }) => [status, average]))
      }),
      { numRuns: runs(50), seed: 72 },
    )
  })

  it("has the event, the beginning and the end of the interval of that second", () => {
    fc.assert(
      fc.property(rows, question, instant, (events, given, at) => {
        const asked = { ...known(given, at), capStale: false }
        const everything = { ...asked, from: origin - 1000, to: origin + 1000, now: origin + 1000 }
        const intervals = Report.intervals(logOf(events), asQuestion(everything)).intervals.filter(
          ({ end, start, status }) => start <= at && at < end && status !== null,
        )
        const standings = Report.statusAt(logOf(events), asAt(asked, at)).agents.filter(({ status }) => status !== null)
        expect(standings.map(({ agent, since, uid, until }) => ({ agent, uid, since, until }))).toEqual(
          intervals.map(({ agent, end, open, start, uid }) => ({ agent, uid, since: start, until: open ? null : end })),
        )
      }),
      { numRuns: runs(50), seed: 73 },
    )
  })
})

it("each agent asked for has a row, which is untracked for one never seen", () => {
  fc.assert(
    fc.property(
      rows,
      question,
      instant,
      fc.uniqueArray(fc.integer({ min: 1, max: 9 })),
      (events, given, at, agents) => {
        const found = Report.statusAt(logOf(events), asAt({ ...given, agents }, at))
        expect(found.agents.map(({ agent }) => agent)).toEqual(agents.toSorted((one, other) => one - other))
        expect(found.statuses.reduce((sum, each) => sum + each.agents, found.untracked)).toBe(agents.length)
        for (const { agent, since, status, until, visitSince } of found.agents) {
          if (events.some((event) => event.agent === agent)) continue
          expect({ since, status, until, visitSince }).toEqual({
            since: null,
            status: null,
            until: null,
            visitSince: null,
          })
        }
      },
    ),
    { numRuns: runs(25), seed: 74 },
  )
})

it("no status goes on through a span that is not covered, and its end is not known", () => {
  const log = logOf([
    { uid: 1n, uts: 100, agent: 1, status: "call", subcode: "", callid: 0n },
    { uid: 2n, uts: 300, agent: 1, status: "wrap", subcode: "", callid: 0n },
  ])
  const at = (second: number) => {
    const uncovered = [{ from: 150, to: 200 }]
    const [row] = Report.statusAt(log, { instant: second, now: 400, zone: { name: "UTC" }, uncovered }).agents
    return [row?.status, row?.since, row?.until]
  }
  expect(at(99)).toEqual([null, null, 100])
  expect(at(149)).toEqual(["call", 100, null])
  expect(at(150)).toEqual([null, null, null])
  expect(at(299)).toEqual([null, null, null])
  expect(at(300)).toEqual(["wrap", 300, null])
})
