// The tables of intervals, buckets, calls and staffing grow with the log. These logs have more rows, statuses and calls
// than any table has room for at first. A count by the second, and sets of calls, say what the answers are.
import { describe, expect, it } from "vitest"
import * as EventBatch from "../../src/events/EventBatch.ts"
import * as Bucket from "../../src/interval/Bucket.ts"
import * as Calls from "../../src/interval/Calls.ts"
import * as Interval from "../../src/interval/Interval.ts"
import * as Staffing from "../../src/interval/Staffing.ts"
import * as EventLog from "../../src/log/EventLog.ts"
import { maxId, type StatusEvent } from "../../src/events/StatusEvent.ts"

const statusCount = 34
const agentIds = [1, 2, 3, 4]
const rowsAnAgent = 2500
/** The last agent is not there at first. */
const firstRowOf = (agent: number): number => (agent === 4 ? 500 : 0)

/** Every agent has a part in some calls, and others are its own; ids are near one another, far apart, and the largest. */
const callOf = (agent: number, row: number): bigint => {
  if (row % 7 === 0) return 0n
  if (row % 5 === 0) return BigInt(row)
  if (row % 11 === 0) return maxId - BigInt(row)
  if (row % 13 === 0) return BigInt(row) * 2n ** 32n + BigInt(agent)
  // One agent's rows have these calls in descending order.
  if (agent === 2) return 2_000_000n - BigInt(row >> 1)
  return BigInt(agent * 1_000_000 + (row >> 1) * (row % 3 === 0 ? 70_000 : 1))
}

const events: ReadonlyArray<StatusEvent> = agentIds.flatMap((agent) =>
  Array.from({ length: rowsAnAgent - firstRowOf(agent) }, (_, index): StatusEvent => {
    const row = firstRowOf(agent) + index
    return {
      uid: BigInt(agent * 100_000 + row),
      uts: row * 10 + agent,
      agent,
      // In every third row all agents are in the same status.
      status: `status ${10 + ((row * 7 + (row % 3 === 0 ? 0 : agent)) % statusCount)}`,
      subcode: "",
      callid: callOf(agent, row),
    }
  }),
)

const log = EventLog.fromBatches([EventBatch.fromEvents(events)])

const window = { from: 1000, to: 24_000 }
const options: Interval.Options = {
  window,
  now: window.to,
  isOffline: log.statuses.map(() => false),
  staleAfter: Infinity,
  capStale: false,
}

/** Edges that are not the same distance apart. */
const edges = Float64Array.from([
  1000,
  1001,
  1730,
  ...Array.from({ length: 30 }, (_, index) => 2000 + index * 711),
  24_000,
])

const eventsOf = (agent: number) => events.filter((event) => event.agent === agent)

/** The status of an agent in each second of the window; `undefined` before its first event. */
const secondsOf = (agent: number): ReadonlyArray<string | undefined> => {
  const own = eventsOf(agent)
  let next = 0
  return Array.from({ length: window.to - window.from }, (_, second) => {
    while ((own[next]?.uts ?? Infinity) <= window.from + second) next += 1
    return own[next - 1]?.status
  })
}

const lines = agentIds.map(secondsOf)

const spans = Array.from(edges.subarray(1), (end, index) => ({
  from: (edges[index] ?? 0) - window.from,
  to: end - window.from,
}))

describe("a log of thousands of rows in dozens of statuses", () => {
  it("has the seconds of every agent and status in each bucket, in order", () => {
    const expected = spans.flatMap(({ from, to }, bucket) =>
      lines.flatMap((line, agent) => {
        const part = line.slice(from, to)
        const seconds = (status: string | undefined) => part.filter((each) => each === status).length
        return [...log.statuses, undefined]
          .map((status, index) => [bucket, agent, index, seconds(status)])
          .filter(([, , , length]) => length !== 0)
      }),
    )
    const found = Bucket.of(log, options, edges)
    const rows = Array.from({ length: found.length }, (_, row) => [
      found.bucket[row],
      found.agent[row],
      found.status[row],
      found.seconds[row],
    ])
    expect(rows).toEqual(expected)
    expect(rows.length).toBeGreaterThan(2048)
  })

  it("has a staffing curve of how many agents are in each status at once", () => {
    const expected = spans.flatMap(({ from, to }, step) =>
      log.statuses.map((name, status) => {
        const counts = Array.from({ length: to - from }, (_, second) =>
          lines.reduce((count, line) => count + (line[from + second] === name ? 1 : 0), 0),
        )
        const average = counts.reduce((sum, count) => sum + count, 0) / counts.length
        return { step, status, average, min: Math.min(...counts), max: Math.max(...counts) }
      }),
    )
    expect(Staffing.of(log, options, edges)).toEqual(expected)
  })
})

it("each of thousands of intervals of one agent can be cut, which leaves a stretch untracked after each", () => {
  const count = 1500
  const staleOnes = EventLog.fromBatches([
    EventBatch.fromEvents(
      Array.from({ length: count }, (_, row): StatusEvent => ({
        uid: BigInt(row),
        uts: 1000 + 100 * row,
        agent: 1,
        status: "idle",
        subcode: "",
        callid: 0n,
      })),
    ),
  ])
  const to = 1000 + 100 * count
  const cut = { window: { from: 0, to }, now: to, isOffline: [false], staleAfter: 10, capStale: true }
  const expected = [[0, 1000]]
  for (let start = 1000; start < to; start += 100) expected.push([start, start + 10], [start + 10, start + 100])
  Interval.each(staleOnes, cut, ({ end, length, stale, start }) => {
    expect(Array.from({ length }, (_, row) => [start[row], end[row]])).toEqual(expected)
    expect(stale).toBe(count)
  })
})

describe("a log of thousands of calls in dozens of statuses", () => {
  /** Every third status is one in which calls are handled. */
  const isHandled = log.statuses.map((_, status) => status % 3 === 0)

  /** How many distinct calls some events have that are in the window, or go on into it. */
  const counted = (agents: ReadonlyArray<number>) => {
    const touching = agents.flatMap((agent) =>
      eventsOf(agent).filter(({ uts }, row, own) => uts < window.to && (own[row + 1]?.uts ?? Infinity) > window.from),
    )
    const distinct = (some: ReadonlyArray<StatusEvent>): number =>
      new Set(some.map(({ callid }) => callid).filter((callid) => callid !== 0n)).size
    return {
      calls: log.statuses.map((name) => distinct(touching.filter(({ status }) => status === name))),
      all: distinct(touching),
      handled: distinct(touching.filter(({ status }) => isHandled[log.statuses.indexOf(status)] === true)),
    }
  }

  const plain = ({ calls, ...rest }: Calls.Counts) => ({ calls: Array.from(calls), ...rest })

  it("has the distinct calls of every agent, counted for one agent after another", () => {
    const calls = Calls.make(isHandled)
    const counts: Array<Calls.Counts> = []
    Interval.each(log, options, (track, _, rows) => {
      calls.add(track, rows)
      counts.push(calls.count())
      calls.clear()
    })
    expect(counts.map(plain)).toEqual(agentIds.map((agent) => counted([agent])))
  })

  it("has the distinct calls of all agents, each counted once however many agents had it", () => {
    const calls = Calls.make(isHandled)
    const union = Calls.distinctCounter(isHandled)
    Interval.each(log, options, (track, _, rows) => {
      calls.add(track, rows)
      union.absorb(calls)
      calls.clear()
    })
    expect(plain(union.count())).toEqual(counted(agentIds))
    expect(counted(agentIds).all).toBeLessThan(agentIds.reduce((sum, agent) => sum + counted([agent]).all, 0))
    // Counting changes nothing.
    expect(plain(union.count())).toEqual(counted(agentIds))
  })
})
