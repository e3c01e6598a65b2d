// A log that events are put into and taken from, compared with an array of the events that are in it.
import { runs } from "@dwell/testing/effort"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as EventBatch from "../../src/events/EventBatch.ts"
import * as EventLog from "../../src/log/EventLog.ts"
import * as MutableLog from "../../src/log/MutableLog.ts"
import { maxId, type StatusEvent } from "../../src/events/StatusEvent.ts"

const uid = fc.oneof(
  fc.bigInt({ min: 1n, max: 60n }),
  // The same 16 bits at the end as some of the others.
  fc.bigInt({ min: 1n, max: 60n }).map((id) => id + 2n ** 40n),
  fc.bigInt({ min: maxId - 3n, max: maxId }),
)

const event: fc.Arbitrary<StatusEvent> = fc.record({
  uid,
  uts: fc.integer({ min: 100, max: 110 }),
  agent: fc.constantFrom(9, 30, 200),
  status: fc.constantFrom("available", "call", "wrap", "zebra"),
  subcode: fc.constantFrom("", "lunch", "tea"),
  callid: fc.constantFrom(0n, 7n, maxId),
})

/** Events of which no two have the same id. */
const events = fc.uniqueArray(event, { maxLength: 60, size: "max", selector: ({ uid: id }) => id })

const inOrder = (all: ReadonlyArray<StatusEvent>): ReadonlyArray<StatusEvent> =>
  all.toSorted((one, other) => one.agent - other.agent || one.uts - other.uts || (one.uid < other.uid ? -1 : 1))

const agentsOf = (all: ReadonlyArray<StatusEvent>): ReadonlyArray<number> =>
  [...new Set(all.map(({ agent }) => agent))].toSorted((one, other) => one - other)

/** Everything that a log says. */
const saidBy = (log: EventLog.EventLog) => ({
  events: [...EventLog.batches(log)].flatMap(EventBatch.toEvents),
  length: log.length,
  agents: log.agents,
  span: log.span(),
  dropped: log.dropped.length,
  isInOrder: [log.statuses, log.subcodes].every((texts) => texts.join() === [...new Set(texts)].toSorted().join()),
})

/** What a log of exactly these events says. */
const expectedOf = (all: ReadonlyArray<StatusEvent>) => {
  const times = all.map(({ uts }) => uts)
  return {
    events: inOrder(all),
    length: all.length,
    agents: agentsOf(all),
    span: all.length === 0 ? { from: 0, to: 0 } : { from: Math.min(...times), to: Math.max(...times) + 1 },
    dropped: 0,
    isInOrder: true,
  }
}

/** A log that begins with some of the events and is given the others one by one. */
const grown = (all: ReadonlyArray<StatusEvent>, first: number): MutableLog.MutableLog => {
  const growing = MutableLog.of(EventLog.fromBatches([EventBatch.fromEvents(all.slice(0, first))]))
  all.slice(first).forEach(growing.put)
  return growing
}

const law = (holds: (all: ReadonlyArray<StatusEvent>, first: number, other: number) => void) =>
  fc.assert(fc.property(events, fc.nat(60), fc.nat(60), holds), { numRuns: runs(30), seed: 1 })

describe("a log that grows", () => {
  it("has the events that it began with and those that were put in, in order", () => {
    law((all, first) => {
      expect(saidBy(grown(all, first).log())).toEqual(expectedOf(all))
    })
  })

  it("no longer has what was taken out, and says when that was", () => {
    law((all, first, many) => {
      const growing = grown(all, first)
      const gone = all.slice(0, many)
      const takeAll = () => gone.map(({ agent, uid: id }) => growing.take(agent, id))
      expect(takeAll()).toEqual(gone.map(({ uts }) => uts))
      expect(saidBy(growing.log())).toEqual(expectedOf(all.slice(many)))
      expect(takeAll()).toEqual(gone.map(() => undefined))
      gone.forEach(growing.put)
      expect(saidBy(growing.log())).toEqual(expectedOf(all))
    })
  })

  it("takes nothing from an agent that does not have it", () => {
    law((all, first) => {
      const growing = grown(all, first)
      const taken = all.map(({ agent, uid: id }) => growing.take(agent === 9 ? 30 : 9, id))
      expect(taken).toEqual(all.map(() => undefined))
      expect(saidBy(growing.log())).toEqual(expectedOf(all))
    })
  })

  it("leaves the log that it was made of as it was", () => {
    law((all, first) => {
      const from = EventLog.fromBatches([EventBatch.fromEvents(all.slice(0, first))])
      const growing = MutableLog.of(from)
      all.slice(first).forEach(growing.put)
      expect(saidBy(from)).toEqual(expectedOf(all.slice(0, first)))
    })
  })

  it("knows the largest id there has been, though it was taken out", () => {
    law((all, first) => {
      const growing = grown(all, first)
      const largest = all.reduce((most, { uid: id }) => (id > most ? id : most), 0n)
      expect(growing.largest()).toBe(largest)
      for (const { agent, uid: id } of all) growing.take(agent, id)
      expect(growing.largest()).toBe(largest)
    })
  })

  it("knows which agents have the events with some ids", () => {
    law((all, first, many) => {
      const asked = all.slice(0, many).map(({ uid: id }) => id)
      const expected = new Map(all.slice(0, many).map(({ agent, uid: id }) => [id, agent]))
      // None has these, though other ids end with the same bits.
      const unknown = all.map(({ uid: id }) => id + 2n ** 20n).filter((id) => all.every((each) => each.uid !== id))
      expect(grown(all, first).agentsOf([...asked, ...unknown])).toEqual(expected)
    })
  })

  it("gives the log of some agents, without those that have no events", () => {
    law((all, first) => {
      expect(saidBy(grown(all, first).logOf([200, 9, 4]))).toEqual(expectedOf(all.filter(({ agent }) => agent !== 30)))
    })
  })
})
