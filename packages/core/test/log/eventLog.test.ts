import { runs } from "@dwell/testing/effort"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as EventBatch from "../../src/events/EventBatch.ts"
import * as EventLog from "../../src/log/EventLog.ts"
import { maxId, type StatusEvent } from "../../src/events/StatusEvent.ts"
import * as Oracle from "../report/oracle.ts"
import { eventsOf } from "../logs.ts"

/** The naive way, one dropped row a line. */
const expected = (rows: ReadonlyArray<StatusEvent>) => {
  const { conflicts, duplicates, events } = Oracle.normalise(rows)
  const dropped = [
    ...duplicates.map(({ agent, uts }) => `${agent} ${uts} duplicate`),
    ...conflicts.map(({ agent, uts }) => `${agent} ${uts} conflict`),
  ]
  return { events, dropped: dropped.toSorted() }
}

const found = (log: EventLog.EventLog) => {
  const { agent, isConflict, length, uts } = log.dropped
  const dropped = Array.from(
    { length },
    (_, row) => `${agent[row]} ${uts[row]} ${isConflict[row] === 1 ? "conflict" : "duplicate"}`,
  )
  return { events: eventsOf(log), dropped: dropped.toSorted() }
}

const safe = Number.MAX_SAFE_INTEGER

/** Numbers on both sides of what fits a word of 16, 32, 51 and 53 bits. */
const uts = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1_700_000_000, max: 1_700_200_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, -safe, safe, 2 ** 31, 2 ** 32, -(2 ** 32), 4_102_444_800) },
)
const id = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt({ min: 10_000_000_000n, max: 10_000_000_400n }) },
  { weight: 2, arbitrary: fc.bigInt({ min: 0n, max: 200_000n }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      0n,
      1n,
      2n ** 32n - 1n,
      2n ** 32n,
      2n ** 51n,
      2n ** 53n,
      2n ** 53n + 1n,
      maxId - 1n,
      maxId,
    ),
  },
)
const callid = fc.oneof({ weight: 2, arbitrary: fc.constant(0n) }, { weight: 3, arbitrary: id })
/** More of them than the packed form has short words for. */
const status = fc.oneof(
  fc.constantFrom("call", "wrap"),
  fc.nat(60).map((number) => `status ${number}`),
)
const subcode = fc.oneof(
  fc.constant(""),
  fc.nat(900).map((number) => `reason ${number}`),
)
const agent = fc.oneof(fc.nat(4), fc.constantFrom(safe, 700_101, 2 ** 32))

const event: fc.Arbitrary<StatusEvent> = fc.record({ uid: id, uts, agent, status, subcode, callid })
const rows = fc.array(event, { maxLength: 120, size: "max" })

/** The rows cut into batches, each of a builder of its own. */
const batchesOf = (events: ReadonlyArray<StatusEvent>, cuts: ReadonlyArray<number>) => {
  const edges = [
    0,
    ...cuts.map((cut) => cut % (events.length + 1)).toSorted((one, other) => one - other),
    events.length,
  ]
  return edges.slice(1).map((end, index) => EventBatch.fromEvents(events.slice(edges[index], end)))
}

describe("a log of any rows", () => {
  it.each([
    ["in any order", (events: ReadonlyArray<StatusEvent>) => events],
    [
      "in order of id",
      (events: ReadonlyArray<StatusEvent>) => events.toSorted((a, b) => (a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : 0)),
    ],
    [
      "newest id first",
      (events: ReadonlyArray<StatusEvent>) => events.toSorted((a, b) => (a.uid > b.uid ? -1 : a.uid < b.uid ? 1 : 0)),
    ],
    ["all twice", (events: ReadonlyArray<StatusEvent>) => [...events, ...events]],
    ["each row twice", (events: ReadonlyArray<StatusEvent>) => events.flatMap((each) => [each, each])],
  ])("holds each id once, with what was dropped, when rows come %s", (_, order) => {
    fc.assert(
      fc.property(rows, fc.array(fc.nat(1000), { maxLength: 4 }), (events, cuts) => {
        const delivered = order(events)
        const log = EventLog.fromBatches(batchesOf(delivered, cuts))
        expect(found(log)).toEqual(expected(delivered))
        expect(log.length).toBe(eventsOf(log).length)
        expect(log.agents).toEqual([...new Set(eventsOf(log).map((each) => each.agent))])
        const times = eventsOf(log).map((each) => each.uts)
        expect(log.span()).toEqual(
          times.length === 0 ? { from: 0, to: 0 } : { from: Math.min(...times), to: Math.max(...times) + 1 },
        )
      }),
      { numRuns: runs(50), seed: 11 },
    )
  })
})

/** So many rows of a few agents that blocks, tables and sorts are filled; ids and times rise together. */
const many = (count: number, change: (row: number) => Partial<StatusEvent> = () => ({})): ReadonlyArray<StatusEvent> =>
  Array.from({ length: count }, (_, row) => ({
    uid: BigInt(10_000_000_000 + row * 3),
    uts: 1_700_000_000 + row * 7,
    agent: 1 + (row % 3),
    status: row % 2 === 0 ? "call" : "wrap",
    subcode: "",
    callid: row % 2 === 0 ? BigInt(500 + row) : 0n,
    ...change(row),
  }))

/** The same rows in an order that is the same each time. */
const shuffled = (events: ReadonlyArray<StatusEvent>): ReadonlyArray<StatusEvent> =>
  events
    .map((each, index) => ({ each, key: Math.imul(index + 1, 0x9e3779b1) >>> 0 }))
    .toSorted((one, other) => one.key - other.key)
    .map(({ each }) => each)

describe("a log of thousands of rows", () => {
  const count = 9000
  it.each<readonly [string, ReadonlyArray<StatusEvent>]>([
    ["in order", many(count)],
    ["newest first", many(count).toReversed()],
    ["shuffled", shuffled(many(count))],
    ["from before 1970 to past 2106, shuffled", shuffled(many(count, (row) => ({ uts: (row - 4500) * 4_000_000 })))],
    ["within a few seconds, shuffled", shuffled(many(count, (row) => ({ uts: row % 4 })))],
    [
      "with one time for all and ids far apart, shuffled",
      shuffled(many(count, (row) => ({ uts: 5, uid: BigInt(row) * 3_000_000_007n }))),
    ],
    [
      "from more and more agents at the beginning of 1970",
      many(count, (row) => ({ uts: row, agent: row % (row < 100 ? 10 : 40) })),
    ],
    ["with one time for all, newest first", many(count, () => ({ uts: 5 })).toReversed()],
    ["with an agent each", many(count, (row) => ({ agent: row }))],
    ["with a subcode each", many(count, (row) => ({ subcode: `note ${row}` }))],
    ["with late ones", many(count, (row) => (row % 50 === 0 ? { uts: 1_700_000_000 + row * 7 - 600 } : {}))],
    ["twice, shuffled", shuffled([...many(count), ...many(count)])],
    ["again with corrections", [...many(count), ...many(count, (row) => ({ agent: 1 + (row % 4) }))]],
    ["with ids past 2^53", shuffled(many(count, (row) => ({ uid: maxId - BigInt(row), callid: maxId - BigInt(row) })))],
  ])("holds each id once when rows come %s", (_, delivered) => {
    // The oracle looks at each pair of rows; sorting does for rows without repeats, a map for the others.
    const last = new Map(delivered.map((each) => [each.uid, each]))
    const events = [...last.values()].toSorted(
      (one, other) => one.agent - other.agent || one.uts - other.uts || (one.uid < other.uid ? -1 : 1),
    )
    const kept = delivered.filter((each) => last.get(each.uid) !== each)
    const same = (one: StatusEvent, other: StatusEvent | undefined) => other !== undefined && one.agent === other.agent
    const conflicts = kept.filter((each) => !same(each, last.get(each.uid))).length
    // A single batch is read where it is; of several, the rows are copied.
    for (const cuts of [[], [100, 5000, 5001]]) {
      const log = EventLog.fromBatches(batchesOf(delivered, cuts))
      expect(eventsOf(log)).toEqual(events)
      expect(log.dropped.length).toBe(delivered.length - events.length)
      expect(log.dropped.isConflict.filter((is) => is === 1).length).toBe(conflicts)
    }
  })
})

it("a builder's rows and batches by hand count in the order in which they come", () => {
  const collector = EventLog.collector()
  const versions = [...many(6, () => ({ uid: 7n })), ...many(3)]
  versions.forEach((version, index) => {
    if (index % 2 === 0) EventBatch.push(collector.builder, version)
    else collector.add(EventBatch.fromEvents([version]))
    expect(collector.rows).toBe(index + 1)
  })
  expect(found(collector.log())).toEqual(expected(versions))
})

it("the log of some agents has their rows, their dropped rows, and none of one never seen", () => {
  const delivered = [...many(30), ...many(30)]
  const log = EventLog.ofAgents(EventLog.fromBatches([EventBatch.fromEvents(delivered)]), [3, 99, 1])
  expect(log.agents).toEqual([1, 3, 99])
  expect(eventsOf(log)).toEqual(
    eventsOf(EventLog.fromBatches([EventBatch.fromEvents(many(30).filter((each) => each.agent !== 2))])),
  )
  expect(log.rows(2).length).toBe(0)
  expect(log.dropped.length).toBe(20)
  expect(log.length).toBe(20)
  expect(log.span()).toEqual({ from: 1_700_000_000, to: 1_700_000_000 + 29 * 7 + 1 })
  expect(EventLog.ofAgents(log, [99]).span()).toEqual({ from: 0, to: 0 })
})

it("the last events of batches are the last of each agent, the one with the largest id of its second", () => {
  fc.assert(
    fc.property(rows, fc.array(fc.nat(1000), { maxLength: 4 }), (events, cuts) => {
      const all = Oracle.normalise(events).events
      const last = all.filter(({ agent: own }, index) => all[index + 1]?.agent !== own)
      expect(EventBatch.toEvents(EventLog.lastEvents(batchesOf(events, cuts)))).toEqual(last)
    }),
    { numRuns: runs(30), seed: 12 },
  )
})

it("a collector gives the same log each time, and takes no rows after that", () => {
  const collector = EventLog.collector()
  const delivered = [...many(3), ...many(3)]
  collector.add(EventBatch.fromEvents(delivered))
  const log = collector.log()
  expect(collector.log()).toBe(log)
  expect(() => collector.add(EventBatch.fromEvents(delivered))).toThrow(/another one/)
  expect(found(log)).toEqual(expected(delivered))
})
