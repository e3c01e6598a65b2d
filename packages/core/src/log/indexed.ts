/**
 * A log over one batch, which stays where it is: an index says which rows are an agent's.
 *
 * Shape    the index holds row numbers, with their times and statuses, agent by agent, in the order of delivery until an
 *          agent's rows are first asked for, then in that of (`uts`, `uid`); other columns are gathered when looked at
 * Source   docs/definitions.md, section "Events"
 * Cost     a counting sort: 13 bytes a row, mostly; then for each agent asked for its rows, and a fix-up of those recorded late,
 *          or a radix sort where they come in no order
 */
import { halves, highHalf, type Indices, indices, lowHalf } from "../events/columns.ts"
import type { EventBatch } from "../events/EventBatch.ts"
import { insertionSort, moveUp, type Rows as Disorder, sorter } from "./radixSort.ts"
import * as Duplicates from "./duplicates.ts"
import { type EventLog, inOrder, noSpan, type Rows } from "./rows.ts"

/** How the ids of two rows compare: 1 where the second is larger, 0 where they are equal, else -1. */
const direction = (ids: Uint32Array, one: number, other: number): number => {
  const high = ids[2 * one + highHalf] ?? 0
  const otherHigh = ids[2 * other + highHalf] ?? 0
  if (high !== otherHigh) return otherHigh > high ? 1 : -1
  const low = ids[2 * one + lowHalf] ?? 0
  const otherLow = ids[2 * other + lowHalf] ?? 0
  return low === otherLow ? 0 : otherLow > low ? 1 : -1
}

/** The first row from `from` on whose id does not go on from the one before it in a direction, else their number. */
const nextOdd = (ids: Uint32Array, from: number, forward: number): number => {
  const rows = ids.length / 2
  let row = from
  while (row < rows && direction(ids, row - 1, row) === forward) row += 1
  return Math.min(row, rows)
}

/** The rows that go, each with the one that stays, as row numbers. */
type Pairs = ReadonlyArray<readonly [dropped: number, kept: number]>

/** Equal ids that follow one another, where the ids only rise or only fall; else `null`. */
const repeatsInOrder = (ids: Uint32Array): Pairs | null => {
  const rows = ids.length / 2
  if (rows < 2) return []
  const forward = direction(ids, 0, rows - 1) || 1
  const pairs: Array<readonly [number, number]> = []
  let row = nextOdd(ids, 1, forward)
  while (row < rows) {
    if (direction(ids, row - 1, row) !== 0) return null
    let last = row
    while (last + 1 < rows && direction(ids, last, last + 1) === 0) last += 1
    for (let dropped = row - 1; dropped < last; dropped++) pairs.push([dropped, last])
    row = nextOdd(ids, last + 1, forward)
  }
  return pairs
}

const repeatsAnywhere = (ids: Uint32Array): Pairs => {
  const rows: Array<number> = []
  const length = ids.length / 2
  const { dropped } = Duplicates.find(
    (visit) => visit({ length, ids }, 0),
    length,
    (row) => rows.push(row),
  )
  return Array.from(dropped(), ([one, kept]) => [rows[one] ?? 0, rows[kept] ?? 0] as const)
}

const countAgents = (agent: Indices, counts: Uint32Array): void => {
  for (let row = 0; row < agent.length; row++) counts[agent[row] ?? 0] = (counts[agent[row] ?? 0] ?? 0) + 1
}

/** What the sort takes along: each row's number, time and status, agent by agent. */
interface Sorted {
  readonly index: Uint32Array
  readonly uts: Float64Array
  readonly status: Indices
  /** The first time and the last. */
  readonly extent: Float64Array
}

/** The second half of a counting sort: `next` is where each agent's next row goes. */
const sortByAgent = (
  { agent, status, uts }: EventBatch,
  from: number,
  to: number,
  next: Uint32Array,
  { extent, index, status: statuses, uts: times }: Sorted,
): void => {
  for (let row = from; row < to; row++) {
    const own = agent[row] ?? 0
    const at = next[own] ?? 0
    const time = uts[row] ?? 0
    index[at] = row
    times[at] = time
    if (time < (extent[0] ?? 0)) extent[0] = time
    if (time > (extent[1] ?? 0)) extent[1] = time
    statuses[at] = status[row] ?? 0
    next[own] = at + 1
  }
}

const translate = (from: Indices, places: Uint32Array, into: Uint32Array): void => {
  for (let row = 0; row < from.length; row++) into[row] = places[from[row] ?? 0] ?? 0
}

const gatherIndices = (from: Indices, places: Uint32Array, rows: Uint32Array, into: Uint32Array): void => {
  for (let row = 0; row < rows.length; row++) into[row] = places[from[rows[row] ?? 0] ?? 0] ?? 0
}

const gatherIds = (from: Uint32Array, rows: Uint32Array, into: Uint32Array): void => {
  for (let row = 0; row < rows.length; row++) {
    const source = 2 * (rows[row] ?? 0)
    into[2 * row] = from[source] ?? 0
    into[2 * row + 1] = from[source + 1] ?? 0
  }
}

const pickHalf = (ids: Uint32Array, which: number, rows: Uint32Array, into: Uint32Array): void => {
  for (let row = 0; row < rows.length; row++) into[row] = ids[2 * (rows[row] ?? 0) + which] ?? 0
}

/** Makes the log. */
export const indexed = (batch: EventBatch): EventLog => {
  const ids = halves(batch.uid)
  const calls = halves(batch.callid)
  const pairs = repeatsInOrder(ids) ?? repeatsAnywhere(ids)
  const dropped = Duplicates.droppedOf(
    pairs.map(([row, kept]) => [
      { batch, row },
      { batch, row: kept },
    ]),
  )

  const counts = new Uint32Array(batch.agents.length)
  countAgents(batch.agent, counts)
  for (const [row] of pairs) {
    const own = batch.agent[row] ?? 0
    counts[own] = (counts[own] ?? 0) - 1
  }
  const order = [...batch.agents.keys()]
    .filter((agent) => (counts[agent] ?? 0) > 0)
    .toSorted((one, other) => (batch.agents[one] ?? 0) - (batch.agents[other] ?? 0))
  const offsets = new Uint32Array(order.length + 1)
  const next = new Uint32Array(counts.length)
  order.forEach((agent, place) => {
    next[agent] = offsets[place] ?? 0
    offsets[place + 1] = (offsets[place] ?? 0) + (counts[agent] ?? 0)
  })
  const length = offsets.at(-1) ?? 0
  const sorted: Sorted = {
    index: new Uint32Array(length),
    uts: new Float64Array(length),
    status: indices(batch.statuses.length, length),
    extent: Float64Array.of(Infinity, -Infinity),
  }
  const gone = pairs.map(([row]) => row).toSorted((one, other) => one - other)
  let from = 0
  for (const to of [...gone, batch.length]) {
    sortByAgent(batch, from, to, next, sorted)
    from = to + 1
  }

  const status = inOrder(batch.statuses)
  const subcode = inOrder(batch.subcodes)
  const longest = counts.reduce((largest, count) => Math.max(largest, count), 0)
  const uid = new BigInt64Array(longest)
  const callid = new BigInt64Array(longest)
  const statuses = new Uint32Array(longest)
  const subcodes = new Uint32Array(longest)

  /** Which of the columns have been gathered of the agent at hand: a question needs few. */
  let own = sorted.index.subarray(0, 0)
  let uts = sorted.uts.subarray(0, 0)
  let states = sorted.status.subarray(0, 0)
  const has = { uid: false, callid: false, status: false, subcode: false }
  const held: Rows = {
    get length() {
      return own.length
    },
    get uts() {
      return uts
    },
    get uid() {
      if (!has.uid) gatherIds(ids, own, halves(uid))
      has.uid = true
      return uid
    },
    get callid() {
      if (!has.callid) gatherIds(calls, own, halves(callid))
      has.callid = true
      return callid
    },
    get status() {
      if (!has.status) translate(states, status.places, statuses)
      has.status = true
      return statuses
    },
    get subcode() {
      if (!has.subcode) gatherIndices(batch.subcode, subcode.places, own, subcodes)
      has.subcode = true
      return subcodes
    },
  }
  const by = sorter(longest)
  const disorder: Disorder = {
    get length() {
      return own.length
    },
    get uts() {
      return uts
    },
    hasLargerId: (one, other) => {
      const [row, otherRow] = [own[one] ?? 0, own[other] ?? 0]
      const high = ids[2 * row + highHalf] ?? 0
      const otherHigh = ids[2 * otherRow + highHalf] ?? 0
      return high === otherHigh ? (ids[2 * row + lowHalf] ?? 0) > (ids[2 * otherRow + lowHalf] ?? 0) : high > otherHigh
    },
    ids: (low, high) => {
      pickHalf(ids, lowHalf, own, low)
      pickHalf(ids, highHalf, own, high)
    },
    reverse: () => {
      for (const column of [uts, own, states]) column.reverse()
    },
    moveUp: (row, target) => {
      for (const column of [uts, own, states]) moveUp(column, row, target)
    },
    permute: (to) => {
      for (const column of [uts, own, states]) by.permute(column, to)
    },
  }
  const rows = (agent: number): Rows => {
    const [begin, end] = [offsets[agent], offsets[agent + 1]]
    own = sorted.index.subarray(begin, end)
    uts = sorted.uts.subarray(begin, end)
    states = sorted.status.subarray(begin, end)
    has.uid = false
    has.callid = false
    has.status = false
    has.subcode = false
    insertionSort(disorder, by)
    return held
  }
  return {
    length,
    agents: order.map((agent) => batch.agents[agent] ?? 0),
    statuses: status.ascending,
    subcodes: subcode.ascending,
    dropped,
    rows,
    span: () => (length === 0 ? noSpan : { from: sorted.extent[0] ?? 0, to: (sorted.extent[1] ?? 0) + 1 }),
  }
}
