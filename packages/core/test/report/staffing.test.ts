import { runs } from "@dwell/testing/effort"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Report from "../../src/report/Report.ts"
import { asQuestion, clockChanges, plainly, question, rows, rowsFrom } from "./generate.ts"
import * as Oracle from "./oracle.ts"
import { logOf } from "../logs.ts"

const sum = (values: ReadonlyArray<number>): number => values.reduce((total, value) => total + value, 0)

/** The steps of a question: of the wall clock, up to `now`. */
const stepsOf = ({ from, now, to, zone }: Oracle.Asked, length: number) =>
  Oracle.wallSpans(zone, from, Math.max(from, Math.min(to, now)), length)

describe("the staffing curve", () => {
  it.each([60, 7, 1, 45, 3600])("equals the count second by second in steps of %i s", (stepSeconds) => {
    fc.assert(
      fc.property(rows, question, (events, asked) => {
        const found = Report.staffing(logOf(events), { ...asQuestion(asked), stepSeconds })
        expect(found.staffing).toEqual(Oracle.staffing(events, asked, stepsOf(asked, stepSeconds)))
      }),
      { numRuns: runs(stepSeconds === 60 ? 150 : 50), seed: stepSeconds },
    )
  })

  it.each(clockChanges)("equals the count second by second in $zone around $at", ({ at, zone }) => {
    const change = Date.parse(at) / 1000
    const asked = plainly(zone, change - 203, change + 204)
    fc.assert(
      fc.property(rowsFrom(change - 190, 1), fc.constantFrom(60, 7, 600), (events, stepSeconds) => {
        const found = Report.staffing(logOf(events), { ...asQuestion(asked), stepSeconds })
        expect(found.staffing).toEqual(Oracle.staffing(events, asked, stepsOf(asked, stepSeconds)))
      }),
      { numRuns: runs(5), seed: 2 },
    )
  })

  it("has as many agent-seconds in all steps as the report has up to now", () => {
    fc.assert(
      fc.property(rows, question, (all, asked) => {
        const events = all.filter(({ uts }) => uts <= asked.now)
        const log = logOf(events)
        const { staffing } = Report.staffing(log, { ...asQuestion(asked), stepSeconds: 64 })
        for (const { seconds, status } of Report.make(log, asQuestion(asked)).statuses) {
          const own = staffing.filter((step) => step.status === status)
          expect(sum(own.map(({ average, end, start }) => average * (end - start)))).toBeCloseTo(seconds, 6)
        }
      }),
      { numRuns: runs(25), seed: 3 },
    )
  })
})

describe("untracked agents", () => {
  it("are counted second by second, whatever is known of the log", () => {
    fc.assert(
      fc.property(rows, question, fc.constantFrom(7, 60, 3600), (events, asked, stepSeconds) => {
        const { untracked } = Report.staffingWithUntracked(logOf(events), { ...asQuestion(asked), stepSeconds })
        const { lines } = Oracle.ground(events, asked)
        const expected = stepsOf(asked, stepSeconds).map(({ end, start }) => {
          const counts = Array.from(
            { length: end - start },
            (_, second) => lines.filter(({ seconds }) => seconds[start - asked.from + second] === "untracked").length,
          )
          return {
            start,
            end,
            average: sum(counts) / counts.length,
            min: Math.min(...counts),
            max: Math.max(...counts),
          }
        })
        expect(untracked).toEqual(expected.some(({ max }) => max > 0) ? expected : [])
      }),
      { numRuns: runs(25), seed: 11 },
    )
  })

  it("make up all agents with those in a status, in every step", () => {
    fc.assert(
      fc.property(rows, question, (all, asked) => {
        const log = logOf(all.filter(({ uts }) => uts <= asked.now))
        const { document, untracked } = Report.staffingWithUntracked(log, { ...asQuestion(asked), stepSeconds: 64 })
        const agents = Report.make(log, asQuestion(asked)).agents.length
        for (const step of untracked) {
          const tracked = document.staffing.filter(({ start }) => start === step.start)
          expect(sum(tracked.map(({ average }) => average)) + step.average).toBeCloseTo(agents, 9)
        }
      }),
      { numRuns: runs(25), seed: 12 },
    )
  })
})

it("the staffing curve over all steps is that of one step as long as all of them, whatever their length", () => {
  fc.assert(
    fc.property(rows, question, fc.constantFrom(7, 60, 3600), (events, asked, stepSeconds) => {
      const end = Math.max(asked.from, Math.min(asked.to, asked.now))
      const whole = asked.from === end ? [] : [{ start: asked.from, end }]
      const found = Report.summariseStaffing(Report.staffing(logOf(events), { ...asQuestion(asked), stepSeconds }))
      const expected = Oracle.staffing(events, asked, whole)
      const bounds = (all: ReadonlyArray<Report.StaffingSummary>) =>
        all.map(({ max, min, status }) => ({ status, min, max }))
      expect(bounds(found)).toEqual(bounds(expected))
      found.forEach(({ average }, index) => expect(average).toBeCloseTo(expected[index]?.average ?? NaN, 9))
    }),
    { numRuns: runs(25), seed: 9 },
  )
})

describe("intervals", () => {
  it("of events are those that touch the window, with everything that is known of them", () => {
    fc.assert(
      fc.property(rows, question, (events, asked) => {
        const found = Report.intervals(logOf(events), asQuestion(asked)).intervals
        expect(found.filter(({ status }) => status !== null)).toEqual(Oracle.intervals(events, asked))
      }),
      { numRuns: runs(45), seed: 4 },
    )
  })

  it("that are untracked have the untracked seconds, and nothing else", () => {
    fc.assert(
      fc.property(rows, question, (events, asked) => {
        const found = Report.intervals(logOf(events), asQuestion(asked)).intervals
        const untracked = found.filter(({ status }) => status === null)
        for (const row of untracked) {
          expect(row).toMatchObject({ category: null, subcode: "", callid: "0", uid: null, open: false, stale: false })
          expect(row.end).toBeGreaterThan(row.start)
        }
        for (const { agent, seconds } of Oracle.ground(events, asked).lines) {
          const own = untracked.filter((row) => row.agent === agent)
          seconds.forEach((each, index) => {
            const second = asked.from + index
            const count = own.filter(({ end, start }) => start <= second && second < end).length
            expect(count, `agent ${agent}, second ${second}`).toBe(each === "untracked" ? 1 : 0)
          })
        }
      }),
      { numRuns: runs(25), seed: 5 },
    )
  })

  it("tile the covered window of each agent", () => {
    fc.assert(
      fc.property(rows, question, (all, asked) => {
        const events = all.filter(({ uts }) => uts <= asked.now)
        const log = logOf(events)
        const found = Report.intervals(log, asQuestion(asked)).intervals
        const until = Math.max(asked.from, Math.min(asked.to, asked.now))
        for (const { agent, sessions, statuses, untracked } of Report.make(log, asQuestion(asked)).agents) {
          let at = asked.from
          for (const { end, start } of found.filter((row) => row.agent === agent)) {
            expect(start).toBe(at)
            expect(end).toBeGreaterThanOrEqual(start)
            at = end
          }
          expect(at).toBe(until)
          expect(sum(statuses.map(({ seconds }) => seconds)) + untracked).toBe(until - asked.from)
          for (const { end, start } of sessions) expect(start >= asked.from && end <= until).toBe(true)
        }
      }),
      { numRuns: runs(45), seed: 6 },
    )
  })

  it("are ordered and apart where the clock was at fault as well", () => {
    fc.assert(
      fc.property(rows, question, (events, asked) => {
        const found = Report.intervals(logOf(events), asQuestion(asked)).intervals
        for (const { end, start } of found) {
          expect([asked.from, start, end, asked.to]).toEqual(
            [asked.from, start, end, asked.to].toSorted((one, other) => one - other),
          )
        }
        const isAfter = (row: (typeof found)[number], index: number): boolean => {
          const before = found[index - 1]
          if (before === undefined || before.agent < row.agent) return true
          return before.agent === row.agent && before.end <= row.start
        }
        expect(found.every(isAfter)).toBe(true)
      }),
      { numRuns: runs(25), seed: 7 },
    )
  })
})

describe("sessions", () => {
  it("are those of the report, agent by agent, with names", () => {
    fc.assert(
      fc.property(rows, question, (events, asked) => {
        const log = logOf(events)
        const { agents } = Report.make(log, asQuestion(asked))
        const expected = agents.flatMap(({ agent, name, sessions, team }) =>
          sessions.map((session) => ({ agent, name, team, ...session })),
        )
        expect(Report.sessions(log, asQuestion(asked)).sessions).toEqual(expected)
      }),
      { numRuns: runs(25), seed: 8 },
    )
  })

  it("are apart, and as long together as the agent was logged in", () => {
    fc.assert(
      fc.property(rows, question, (events, asked) => {
        for (const { loggedIn, sessions } of Report.make(logOf(events), asQuestion(asked)).agents) {
          expect(sum(sessions.map(({ end, start }) => end - start))).toBe(loggedIn)
          sessions.forEach(({ start }, index) => {
            expect(start).toBeGreaterThan(sessions[index - 1]?.end ?? asked.from - 1)
          })
        }
      }),
      { numRuns: runs(45), seed: 9 },
    )
  })
})

it("all four answers say the same of their quality and window", () => {
  fc.assert(
    fc.property(rows, question, (events, asked) => {
      const log = logOf(events)
      const { quality, window } = Report.make(log, asQuestion(asked))
      expect(Report.intervals(log, asQuestion(asked))).toMatchObject({ quality, window })
      expect(Report.sessions(log, asQuestion(asked))).toMatchObject({ quality, window })
      expect(Report.staffing(log, { ...asQuestion(asked), stepSeconds: 60 })).toMatchObject({ quality, window })
    }),
    { numRuns: runs(20), seed: 10 },
  )
})
