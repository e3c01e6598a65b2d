// Distinct calls whose ids are alike, or many: held against sets of ids.
import { describe, expect, it } from "vitest"
import * as EventBatch from "../../src/EventBatch.ts"
import * as Calls from "../../src/interval/Calls.ts"
import * as Interval from "../../src/interval/Interval.ts"
import * as EventLog from "../../src/log/EventLog.ts"

/** So many statuses that those of a call take three words of memory. */
const statusCount = 40
const isHandled = Array.from({ length: statusCount }, () => true)

/** Visits the intervals of agents that have these calls one after another. */
const each = (
  agents: ReadonlyArray<ReadonlyArray<bigint>>,
  visit: (track: Interval.Track, agent: number, rows: EventLog.Rows) => void,
): void => {
  const events = agents.flatMap((callids, agent) =>
    callids.map((callid, row) => ({
      uid: BigInt(agent * 100_000 + row),
      uts: row,
      agent: agent + 1,
      status: `status ${row % statusCount}`,
      subcode: "",
      callid,
    })),
  )
  const window = { from: 0, to: 100_000 }
  const options = {
    window,
    now: window.to,
    isOffline: isHandled.map(() => false),
    staleAfter: Infinity,
    capStale: false,
  }
  Interval.each(EventLog.normalise([EventBatch.fromEvents(events)]), options, visit)
}

/** How many distinct calls each agent has, and all together. */
const counted = (agents: ReadonlyArray<ReadonlyArray<bigint>>) => {
  const calls = Calls.make(isHandled)
  const union = Calls.union(isHandled)
  const own: Array<readonly [all: number, handled: number]> = []
  each(agents, (track, _, rows) => {
    calls.add(track, rows)
    const { all, handled } = calls.count()
    own.push([all, handled])
    union.absorb(calls)
    calls.clear()
  })
  const { all, handled } = union.count()
  return { own, together: [all, handled] }
}

const expected = (agents: ReadonlyArray<ReadonlyArray<bigint>>) => {
  const twice = (ids: ReadonlyArray<bigint>) => {
    const { size } = new Set(ids)
    return [size, size]
  }
  return { own: agents.map(twice), together: twice(agents.flat()) }
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
    const ids = numbers(3000, (index) => BigInt(1 + index * 3))
    const agents = [[...ids, ...ids]]
    expect(counted(agents).own).toEqual(expected(agents).own)
  })

  it.each([8187, 8188, 8189, 8190])("by the thousand are all kept, %i of them near and others far apart", (near) => {
    const ids = [
      ...numbers(near, (index) => BigInt(1 + index)),
      ...numbers(3000, (index) => 1_000_000n + BigInt(index) * 1_000_000n),
    ]
    expect(counted([ids, ids])).toEqual(expected([ids, ids]))
  })
})
