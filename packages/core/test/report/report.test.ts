import { runs } from "@dwell/testing/effort"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Calendar from "../../src/time/Calendar.ts"
import * as EventBatch from "../../src/events/EventBatch.ts"
import * as EventLog from "../../src/log/EventLog.ts"
import * as Report from "../../src/report/Report.ts"
import type { StatusEvent } from "../../src/events/StatusEvent.ts"
import {
  asQuestion,
  clockChanges,
  origin,
  plainly,
  question,
  rows,
  rowsFrom,
  rowsWithoutConflicts,
} from "./generate.ts"
import * as Oracle from "./oracle.ts"
import { eventsOf, logOf } from "../logs.ts"

type Events = ReadonlyArray<StatusEvent>

const size = fc.constantFrom(...Calendar.sizes)

const sum = (values: ReadonlyArray<number>): number => values.reduce((total, value) => total + value, 0)

/** Every answer there is. */
const answers = (log: EventLog.EventLog, asked: Oracle.Asked, bucket: Calendar.Size) => {
  const from = asQuestion(asked)
  return {
    report: Report.make(log, from, { bucket, teams: true }),
    intervals: Report.intervals(log, from),
    sessions: Report.sessions(log, from),
    staffing: Report.staffing(log, { ...from, stepSeconds: 60 }),
  }
}

/** The question with a `now` that nothing of the log is later than. */
const afterAll = (events: Events, asked: Oracle.Asked): Oracle.Asked => ({
  ...asked,
  now: Math.max(asked.now, ...events.map(({ uts }) => uts)),
})

/** Seconds by agent and status, of rows that name both. */
const secondsBy = (found: Iterable<{ readonly agent: number; readonly status: string; readonly seconds: number }>) => {
  const sums = new Map<string, number>()
  for (const { agent, seconds, status } of found) {
    const key = `${agent} ${status}`
    if (seconds > 0) sums.set(key, (sums.get(key) ?? 0) + seconds)
  }
  return sums
}

const byAgentAndStatus = ({ agents }: Report.Document) =>
  agents.flatMap(({ agent, statuses }) => statuses.map((figures) => ({ agent, ...figures })))

describe("a report", () => {
  it.each(["window", "statuses", "agents", "teams", "buckets", "everyone", "quality"] as const)(
    "equals the count second by second in its %s",
    (key) => {
      fc.assert(
        fc.property(rows, question, size, (events, asked, bucket) => {
          const edges = Calendar.buckets({ name: asked.zone }, { from: asked.from, to: asked.to }, bucket)
          const found = Report.make(logOf(events), asQuestion(asked), { bucket, teams: true, everyone: true })
          expect(found[key]).toEqual(Oracle.report(events, asked, edges)[key])
        }),
        { numRuns: runs(50), seed: 1 },
      )
    },
  )

  it("is of each event once, the last one delivered", () => {
    fc.assert(
      fc.property(rows, (events) => {
        expect(eventsOf(logOf(events))).toEqual(Oracle.normalise(events).events)
      }),
      { numRuns: runs(45), seed: 7 },
    )
  })
})

describe("the seconds of a report", () => {
  it("in statuses and untracked make up what is covered, for each agent, each bucket and all together", () => {
    fc.assert(
      fc.property(rows, question, size, (all, asked, bucket) => {
        const events = all.filter(({ uts }) => uts <= asked.now)
        const found = answers(logOf(events), asked, bucket).report
        const { lines } = Oracle.ground(events, asked)
        const coveredIn = (from: number, to: number) => Report.covered({ from, to, now: asked.now })
        for (const { statuses, untracked } of found.agents) {
          expect(sum(statuses.map(({ seconds }) => seconds)) + untracked).toBe(coveredIn(asked.from, asked.to))
        }
        const untracked = sum(found.agents.map((agent) => agent.untracked))
        expect(sum(found.statuses.map(({ seconds }) => seconds)) + untracked).toBe(
          coveredIn(asked.from, asked.to) * found.agents.length,
        )
        for (const edge of Calendar.buckets({ name: asked.zone }, { from: asked.from, to: asked.to }, bucket)) {
          for (const line of lines) {
            const own = (found.buckets ?? []).filter(({ agent, start }) => agent === line.agent && start === edge.start)
            const seconds = sum(own.map((each) => each.seconds))
            expect(seconds + Oracle.untrackedIn(line, asked, edge)).toBe(coveredIn(edge.start, edge.end))
          }
        }
      }),
      { numRuns: runs(45), seed: 11 },
    )
  })

  it("of all teams are those of all agents", () => {
    fc.assert(
      fc.property(rows, question, (events, asked) => {
        const { agents, teams = [] } = answers(logOf(events), asked, "P1D").report
        expect(sum(teams.map((team) => team.agents))).toBe(agents.length)
        expect(sum(teams.map(({ loggedIn }) => loggedIn))).toBe(sum(agents.map(({ loggedIn }) => loggedIn)))
        expect(sum(teams.map(({ untracked }) => untracked))).toBe(sum(agents.map(({ untracked }) => untracked)))
      }),
      { numRuns: runs(25), seed: 12 },
    )
  })
})

describe.each(clockChanges)("buckets in $zone around $at", ({ at, zone }) => {
  const change = Date.parse(at) / 1000

  it.each(Calendar.sizes)("%s add up to the unbucketed sums", (bucket) => {
    const scales = bucket === "P1W" || bucket === "P1M" ? [8000, 7200] : [600, 601, 450]
    const log = fc
      .constantFrom(...scales)
      .chain((scale) => fc.tuple(fc.constant(scale), rowsFrom(change - 150 * scale, scale)))
    fc.assert(
      fc.property(log, fc.integer({ min: -200, max: 140 }), fc.nat(400), ([scale, events], start, length) => {
        const from = change + start * scale
        const asked = afterAll(events, plainly(zone, from, from + length * scale + (length % 7)))
        const found = Report.make(logOf(events), asQuestion(asked), { bucket })
        expect(secondsBy(found.buckets ?? [])).toEqual(secondsBy(byAgentAndStatus(found)))
      }),
      { numRuns: runs(10), seed: 21 },
    )
  })

  it.each(Calendar.sizes)("%s equal the count by the wall clock", (bucket) => {
    const scale = 8
    const asked = plainly(zone, change - 190 * scale + 3, change + 220 * scale)
    const lengths = { PT15M: 900, PT30M: 1800, PT1H: 3600 }
    const spans =
      bucket === "P1D" || bucket === "P1W" || bucket === "P1M"
        ? Oracle.calendarSpans(zone, asked.from, asked.to, bucket)
        : Oracle.wallSpans(zone, asked.from, asked.to, lengths[bucket])
    fc.assert(
      fc.property(rowsFrom(change - 190 * scale, scale), (events) => {
        const found = Report.make(logOf(events), asQuestion(asked), { bucket }).buckets ?? []
        const { lines } = Oracle.ground(events, asked)
        const edges = spans.map((span) => ({ ...span, label: "" }))
        expect(found.map((each) => ({ ...each, label: "" }))).toEqual(Oracle.bucketRows(lines, asked, edges))
      }),
      { numRuns: runs(7), seed: 22 },
    )
  })
})

describe("buckets where the clock was at fault, and a closed interval begins after now", () => {
  const scale = 8
  const start = 1_743_296_400 - 190 * scale
  const asked = fc
    .integer({ min: -20, max: 430 })
    .map((now) => ({ ...plainly("Europe/London", start + 3, start + 420 * scale), now: start + now * scale }))
  const within = fc.constantFrom("PT15M" as const, "PT30M" as const, "PT1H" as const)

  it("add up to the unbucketed sums", () => {
    fc.assert(
      fc.property(rowsFrom(start, scale), asked, within, (events, from, bucket) => {
        const found = Report.make(logOf(events), asQuestion(from), { bucket })
        expect(secondsBy(found.buckets ?? [])).toEqual(secondsBy(byAgentAndStatus(found)))
      }),
      { numRuns: runs(25), seed: 23 },
    )
  })

  it("equal the count by the wall clock", () => {
    fc.assert(
      fc.property(rowsFrom(start, scale), asked, (events, from) => {
        const found = Report.make(logOf(events), asQuestion(from), { bucket: "PT15M" }).buckets ?? []
        const edges = Oracle.wallSpans(from.zone, from.from, from.to, 900).map((span) => ({ ...span, label: "" }))
        const expected = Oracle.bucketRows(Oracle.ground(events, from).lines, from, edges)
        expect(found.map((each) => ({ ...each, label: "" }))).toEqual(expected)
      }),
      { numRuns: runs(10), seed: 24 },
    )
  })
})

describe("an answer", () => {
  const keys = fc.array(fc.nat(10_000), { minLength: 40, maxLength: 40 })
  const shuffled = (events: Events, by: ReadonlyArray<number>): Events =>
    events
      .map((event, index) => ({ event, key: by[index] ?? 0 }))
      .toSorted((one, other) => one.key - other.key)
      .map(({ event }) => event)

  it("does not depend on the order in which rows were delivered", () => {
    fc.assert(
      fc.property(rowsWithoutConflicts, keys, question, size, (events, by, asked, bucket) => {
        const found = answers(logOf(shuffled(events, by)), asked, bucket)
        expect(found).toEqual(answers(logOf(events), asked, bucket))
      }),
      { numRuns: runs(25), seed: 31 },
    )
  })

  it("does not depend on the batches that rows come in", () => {
    fc.assert(
      fc.property(rows, fc.array(fc.nat(40), { maxLength: 5 }), question, size, (events, cuts, asked, bucket) => {
        const ends = [...cuts, events.length].toSorted((one, other) => one - other)
        const batches = ends.map((end, index) => EventBatch.fromEvents(events.slice(ends[index - 1] ?? 0, end)))
        expect(batches.reduce((rowCount, { length }) => rowCount + length, 0)).toBe(events.length)
        const found = answers(EventLog.fromBatches(batches), asked, bucket)
        expect(found).toEqual(answers(logOf(events), asked, bucket))
      }),
      { numRuns: runs(25), seed: 32 },
    )
  })

  it("does not depend on dictionaries that batches share, nor on the other words in them", () => {
    fc.assert(
      fc.property(rows, fc.nat(40), question, size, (events, cut, asked, bucket) => {
        const builder = EventBatch.builder()
        EventBatch.push(builder, { uid: 9n, uts: 9, agent: 99, status: "zzz", subcode: "zzz", callid: 0n })
        builder.take()
        const push = (event: StatusEvent) => EventBatch.push(builder, event)
        events.slice(0, cut).forEach(push)
        const first = builder.take()
        events.slice(cut).forEach(push)
        const found = answers(EventLog.fromBatches([first, builder.take()]), asked, bucket)
        expect(found).toEqual(answers(logOf(events), asked, bucket))
      }),
      { numRuns: runs(25), seed: 33 },
    )
  })

  it("does not depend on events at or after the window's end", () => {
    fc.assert(
      fc.property(rowsWithoutConflicts, question, size, (events, asked, bucket) => {
        const early = events.filter(({ uts }) => uts < asked.to)
        expect(answers(logOf(early), asked, bucket)).toEqual(answers(logOf(events), asked, bucket))
      }),
      { numRuns: runs(45), seed: 34 },
    )
  })
})

it("an answer about an empty window is empty", () => {
  fc.assert(
    fc.property(rows, question, size, (events, given, bucket) => {
      const asked = { ...given, to: given.from, uncovered: [] }
      const found = answers(logOf(events), asked, bucket)
      const quality = {
        rows: 0,
        unique: 0,
        duplicates: 0,
        conflicts: 0,
        outOfOrder: 0,
        future: 0,
        stale: 0,
        unknownStatuses: [],
        agentsWithoutCarryIn: [],
        uncovered: [],
      }
      const window = { from: asked.from, to: asked.to, now: asked.now, timezone: asked.zone }
      expect(found).toEqual({
        report: { window, statuses: [], agents: [], teams: [], buckets: [], quality },
        intervals: { window, intervals: [], quality },
        sessions: { window, sessions: [], quality },
        staffing: { window, staffing: [], quality },
      })
    }),
    { numRuns: runs(25), seed: 41 },
  )
})

describe("an answer about some agents", () => {
  const chosen = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 6 })

  it("is that of a log of only these", () => {
    fc.assert(
      fc.property(rowsWithoutConflicts, question, chosen, size, (events, given, agents, bucket) => {
        const asked = { ...given, agents }
        const own = events.filter(({ agent }) => agents.includes(agent))
        expect(answers(logOf(events), asked, bucket)).toEqual(answers(logOf(own), asked, bucket))
      }),
      { numRuns: runs(25), seed: 51 },
    )
  })

  it("has the figures that each has among all, and one never seen as untracked throughout", () => {
    fc.assert(
      fc.property(rows, question, chosen, (events, given, agents) => {
        const { agents: _, ...everyone } = given
        const asked = { ...everyone, agents }
        const all = answers(logOf(events), everyone, "P1D").report.agents
        const found = answers(logOf(events), asked, "P1D").report
        const isEmpty = asked.from === asked.to
        const expected = isEmpty ? [] : [...new Set(agents)].toSorted((one, other) => one - other)
        expect(found.agents.map(({ agent }) => agent)).toEqual(expected)
        const untracked = Math.max(0, Math.min(asked.to, asked.now) - asked.from)
        const unseen = { statuses: [], untracked, loggedIn: 0, calls: 0, sessions: [] }
        const isSeen = (id: number) => all.some(({ agent }) => agent === id)
        for (const id of expected.filter((agent) => !isSeen(agent))) {
          expect(found.agents).toContainEqual(expect.objectContaining({ agent: id, ...unseen }))
          expect(found.quality.agentsWithoutCarryIn).toContain(id)
        }
        const seen = ({ agent }: Report.Document["agents"][number]) => expected.includes(agent) && isSeen(agent)
        expect(found.agents.filter(seen)).toEqual(all.filter(seen))
      }),
      { numRuns: runs(25), seed: 52 },
    )
  })
})

it("answers about the parts of a window add up to that about the window", () => {
  fc.assert(
    fc.property(rows, question, fc.nat(420), (all, given, cut) => {
      const whole = { ...afterAll(all, given), agents: [1, 2, 3, 4, 5, 6, 7] }
      const asked = { ...whole, now: Math.max(whole.now, whole.to) }
      const middle = Math.min(asked.to, Math.max(asked.from, origin + cut))
      const within = (from: number, to: number) => Report.make(logOf(all), asQuestion({ ...asked, from, to }))
      const parts = [within(asked.from, middle), within(middle, asked.to)]
      const found = within(asked.from, asked.to)
      expect(secondsBy(parts.flatMap(byAgentAndStatus))).toEqual(secondsBy(byAgentAndStatus(found)))
      const total = (
        reports: ReadonlyArray<Report.Document>,
        of: (agent: Report.Document["agents"][number]) => number,
      ) => sum(reports.flatMap(({ agents }) => agents.map(of)))
      expect(total(parts, ({ untracked }) => untracked)).toBe(total([found], ({ untracked }) => untracked))
      expect(total(parts, ({ loggedIn }) => loggedIn)).toBe(total([found], ({ loggedIn }) => loggedIn))
      const entries = ({ statuses }: Report.Document) => sum(statuses.map((status) => status.entries))
      expect(sum(parts.map(entries))).toBe(entries(found))
    }),
    { numRuns: runs(45), seed: 61 },
  )
})
