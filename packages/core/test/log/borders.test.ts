// Rows that are delivered one by one, that differ in one field, and that are as far from one another as the packed form
// of a log can just say, or just not.
import { runs } from "@dwell/testing/effort"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as EventBatch from "../../src/events/EventBatch.ts"
import * as EventLog from "../../src/log/EventLog.ts"
import type { StatusEvent } from "../../src/events/StatusEvent.ts"
import { rows } from "../report/generate.ts"
import * as Oracle from "../report/oracle.ts"

const row = (given: Partial<StatusEvent>): StatusEvent => ({
  uid: 100n,
  uts: 1_700_000_000,
  agent: 1,
  status: "call",
  subcode: "",
  callid: 9n,
  ...given,
})

const eventsOf = (log: EventLog.EventLog): ReadonlyArray<StatusEvent> =>
  [...EventLog.batches(log)].flatMap((batch) => EventBatch.toEvents(batch))

/** The two ways to make a log of rows: as one batch, which is read where it is, and as batches of a row each. */
const ways = {
  "in one batch": (events: ReadonlyArray<StatusEvent>) => EventLog.fromBatches([EventBatch.fromEvents(events)]),
  "one by one": (events: ReadonlyArray<StatusEvent>) =>
    EventLog.fromBatches([EventBatch.fromEvents([]), ...events.map((each) => EventBatch.fromEvents([each]))]),
}

describe.each(Object.entries(ways))("a log of rows that come %s", (_, logOf) => {
  it("holds each id once, for the agent and with the rest that came last", () => {
    fc.assert(
      fc.property(rows, (events) => {
        const { conflicts, duplicates, events: kept } = Oracle.normalise(events)
        const log = logOf(events)
        expect(eventsOf(log)).toEqual(kept)
        expect(log.agents).toEqual([...new Set(kept.map(({ agent }) => agent))])
        expect(log.dropped.isConflict.filter((is) => is === 0).length).toBe(duplicates.length)
        expect(log.dropped.isConflict.filter((is) => is === 1).length).toBe(conflicts.length)
      }),
      { numRuns: runs(50), seed: 1 },
    )
  })

  it.each<Partial<StatusEvent>>([{ uts: 5 }, { agent: 2 }, { status: "wrap" }, { subcode: "tea" }, { callid: 8n }])(
    "counts a row as a conflict that says anything else than the last of its id: %o",
    (change) => {
      const log = logOf([row(change), row({ uid: 7n }), row({})])
      expect(eventsOf(log)).toEqual([row({ uid: 7n }), row({})])
      expect(Array.from(log.dropped.isConflict)).toEqual([1])
      expect(Array.from(logOf([row({}), row({ uid: 7n }), row({})]).dropped.isConflict)).toEqual([0])
    },
  )

  it("finds a repeated id among ids that differ from it in the upper half of their bits only", () => {
    const other = row({ uid: 100n + 2n ** 32n })
    expect(eventsOf(logOf([row({ status: "wrap" }), other, row({})]))).toEqual([row({}), other])
  })

  it.each([32_767, 32_768, 32_769, 65_535, 65_536])("keeps times, ids and calls that are %i apart", (apart) => {
    for (const far of [apart, -apart]) {
      const events = [
        row({}),
        row({ uid: 101n, uts: 1_700_000_000 + far }),
        row({ uid: 101n + BigInt(Math.abs(far)), uts: 1_700_000_000 + far }),
        row({ uid: 99n, agent: 2, callid: 1_000_000n }),
        row({ uid: 98n, agent: 2, callid: 1_000_000n + BigInt(far) }),
      ]
      const delivered = far > 0 ? events : events.toReversed()
      const { events: kept } = Oracle.normalise(delivered)
      expect(eventsOf(logOf(delivered))).toEqual(kept)
    }
  })

  it("has the words of its events in order, and the empty subcode as the first though no event has it", () => {
    const log = logOf([row({ subcode: "tea" }), row({ uid: 7n, status: "available", subcode: "lunch" })])
    expect(log.statuses).toEqual(["available", "call"])
    expect(log.subcodes).toEqual(["", "lunch", "tea"])
  })

  it("spans its only second, or nothing", () => {
    expect(logOf([]).span()).toEqual({ from: 0, to: 0 })
    expect(logOf([row({ uts: 5 })]).span()).toEqual({ from: 5, to: 6 })
    expect(logOf([row({ uts: 5 }), row({ uts: 5, uid: 7n })]).span()).toEqual({ from: 5, to: 6 })
  })

  it("counts the rows in a window that have a lower id after them, but before its end", () => {
    const window = fc.tuple(fc.integer({ min: -1, max: 8 }), fc.nat(8))
    const event = fc.record({ uid: fc.bigInt({ min: 0n, max: 2n ** 40n }), uts: fc.nat(7) })
    fc.assert(
      fc.property(
        fc.uniqueArray(event, { maxLength: 20, selector: ({ uid }) => uid }),
        window,
        (events, [from, length]) => {
          const to = from + length
          const log = logOf(events.map((each) => row(each)))
          const inside = events.filter(({ uts }) => uts >= from && uts < to)
          const late = inside.filter((one) => inside.some(({ uid, uts }) => uts > one.uts && uid < one.uid))
          const found = log.agents.map((_each, agent) => EventLog.outOfOrder(log.rows(agent), { from, to }))
          expect(found).toEqual(events.length === 0 ? [] : [late.length])
        },
      ),
      { numRuns: runs(50), seed: 2 },
    )
  })
})

it("the last of two rows is kept though the ids have descended more than 65,536 times between them", () => {
  const collector = EventLog.collector()
  const count = 65_546
  for (let index = 0; index < count; index++) {
    EventBatch.push(collector.builder, row({ uid: BigInt(100_000 - index), uts: index }))
  }
  EventBatch.push(collector.builder, row({ uid: 99_900n, uts: count, status: "the last" }))
  const log = collector.log()
  expect(log.length).toBe(count)
  expect(eventsOf(log).at(-1)).toEqual(row({ uid: 99_900n, uts: count, status: "the last" }))
})

it("the log of some agents has of the dropped rows those of these agents, and no batch of one without rows", () => {
  const delivered = [
    row({ uid: 1n, agent: 2, status: "wrap" }),
    row({ uid: 2n, agent: 3 }),
    row({ uid: 1n, agent: 2 }),
    row({ uid: 2n, agent: 3 }),
  ]
  const { agents, dropped, ...log } = EventLog.ofAgents(ways["in one batch"](delivered), [3, 99])
  expect(agents).toEqual([3, 99])
  expect({ ...dropped }).toEqual({
    length: 1,
    uts: Float64Array.of(1_700_000_000),
    agent: Float64Array.of(3),
    isConflict: Uint8Array.of(0),
  })
  expect([...EventLog.batches({ agents, dropped, ...log })]).toHaveLength(1)
})
