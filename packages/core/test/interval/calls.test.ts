// Distinct calls whose ids are alike, or many: held against sets of ids.
import { describe, expect, it } from "vitest"
import * as EventBatch from "../../src/events/EventBatch.ts"
import * as Calls from "../../src/interval/Calls.ts"
import * as Interval from "../../src/interval/Interval.ts"
import * as EventLog from "../../src/log/EventLog.ts"

type CallIds = ReadonlyArray<bigint>

/** So many statuses that those of a call take three words of memory. Calls are handled in every second one. */
const statuses = Array.from({ length: 40 }, (_, status) => `status ${10 + status}`)
const isHandled = statuses.map((_, status) => status % 2 === 0)

/** The status in which an agent has a call: never the one in which another agent has its call of the same row. */
const statusAt = (agent: number, row: number): number => (row + agent) % statuses.length

/** Visits the intervals of agents that have these calls one after another. */
const each = (
  agents: ReadonlyArray<CallIds>,
  visit: (track: Interval.Timeline, agent: number, rows: EventLog.Rows) => void,
): void => {
  const builder = EventBatch.builder()
  // All statuses are words of the log, though no event may have some.
  for (const status of statuses) {
    EventBatch.push(builder, { uid: 0n, uts: 0, agent: 99, status, subcode: "", callid: 0n })
  }
  builder.take()
  for (const [agent, callids] of agents.entries()) {
    for (const [row, callid] of callids.entries()) {
      const status = statuses[statusAt(agent, row)] ?? ""
      const uid = BigInt(agent * 100_000 + row)
      EventBatch.push(builder, { uid, uts: row, agent, status, subcode: "", callid })
    }
  }
  const window = { from: 0, to: 100_000 }
  const isOffline = statuses.map(() => false)
  const options = { window, now: window.to, isOffline, staleAfter: Infinity, capStale: false }
  Interval.each(EventLog.fromBatches([builder.take()]), options, visit)
}

const plain = ({ all, calls, handled }: Calls.Counts) => ({ calls: Array.from(calls), all, handled })

/** How many distinct calls each agent has, and all together. */
const counted = (agents: ReadonlyArray<CallIds>) => {
  const calls = Calls.make(isHandled)
  const union = Calls.distinctCounter(isHandled)
  const own: Array<ReturnType<typeof plain>> = []
  each(agents, (track, _, rows) => {
    calls.add(track, rows)
    own.push(plain(calls.count()))
    union.absorb(calls)
    calls.clear()
  })
  return { own, together: plain(union.count()) }
}

const expected = (agents: ReadonlyArray<CallIds>) => {
  const all = agents.map((callids, agent) => callids.map((callid, row) => ({ callid, status: statusAt(agent, row) })))
  const countOf = (some: (typeof all)[number]) => {
    const byStatus = statuses.map(() => new Set<bigint>())
    for (const { callid, status } of some) byStatus[status]?.add(callid)
    const handled = new Set(byStatus.filter((_, status) => isHandled[status]).flatMap((ids) => [...ids]))
    const calls = byStatus.map(({ size }) => size)
    return { calls, all: new Set(some.map(({ callid }) => callid)).size, handled: handled.size }
  }
  return { own: all.map(countOf), together: countOf(all.flat()) }
}

const numbers = (count: number, of: (index: number) => bigint) => Array.from({ length: count }, (_, index) => of(index))

describe("calls", () => {
  it.each([
    ["in the upper half of their bits", [7n, 7n + 2n ** 32n, 7n + 2n ** 33n]],
    ["in the topmost bits", [7n, 7n + 2n ** 48n, 7n + 2n ** 62n]],
    ["by as much as 16 bits hold, and one more or less", [7n, 7n + 65_534n, 7n + 2n * 65_535n - 1n, 7n + 3n * 65_535n]],
  ])("that differ only %s are several, of one agent or of several", (_, ids) => {
    for (const agents of [[ids], ids.map((id) => [id]), [ids, ids], [ids, ids.toReversed()], [ids, ids.slice(1)]]) {
      expect(counted(agents)).toEqual(expected(agents))
    }
  })

  it("are one for several agents, whatever call each had before it", () => {
    const shared = 9n + 2n ** 32n
    for (const agents of [
      [[5n, shared], [shared]],
      [
        [5n, shared],
        [8n, shared, 10n],
        [2n ** 40n, shared],
      ],
    ]) {
      expect(counted(agents)).toEqual(expected(agents))
    }
  })

  it("by the thousand are still known when they come again", () => {
    // Not a multiple of the statuses: each call comes again in another one.
    const ids = numbers(3002, (index) => BigInt(1 + index * 3))
    const agents = [[...ids, ...ids]]
    expect(counted(agents)).toEqual(expected(agents))
  })

  it.each([8187, 8188, 8189, 8190])("by the thousand are all kept, %i of them near and others far apart", (near) => {
    const ids = [
      ...numbers(near, (index) => BigInt(1 + index)),
      ...numbers(3000, (index) => 1_000_000n + BigInt(index) * 1_000_000n),
    ]
    expect(counted([ids, ids])).toEqual(expected([ids, ids]))
  })
})
