/**
 * A log over one batch, which stays where it is: an index says which rows are an agent's.
 *
 * Shape    the index holds row numbers, agent by agent, in the order of delivery until an agent's rows are first asked
 *          for, then in that of (`uts`, `uid`); columns are gathered when they are looked at
 * Source   docs/definitions.md, section "Events"
 * Cost     a counting sort: 4 bytes a row; then for each agent asked for its rows, and a fix-up of those recorded late,
 *          or a radix sort where they come in no order
 */
import { halves, HIGH, type Indices, LOW } from "../columns.ts"
import { type EventBatch } from "../EventBatch.ts"
import { fixUp, moveUp, permute, type Rows as Disorder } from "./order.ts"
import * as Repeats from "./repeats.ts"
import { type EventLog, extend, inOrder, nowhere, type Rows, spanWithin } from "./rows.ts"

/** The first row from `from` on whose id is not larger than the one before it, else their number. */
const nextNotLarger = (ids: Uint32Array, from: number): number => {
  const rows = ids.length / 2
  for (let row = from; row < rows; row++) {
    const high = ids[2 * row + HIGH] ?? 0
    const before = ids[2 * row - 2 + HIGH] ?? 0
    if (high < before || (high === before && (ids[2 * row + LOW] ?? 0) <= (ids[2 * row - 2 + LOW] ?? 0))) return row
  }
  return rows
}

/** The rows that go, each with the one that stays, as row numbers. */
type Pairs = ReadonlyArray<readonly [dropped: number, kept: number]>

/** Equal ids that follow one another, where no id is less than the one before; else `null`. */
const repeatsInOrder = (ids: Uint32Array): Pairs | null => {
  const rows = ids.length / 2
  const isEqualToNext = (row: number) =>
    row + 1 < rows && ids[2 * row] === ids[2 * row + 2] && ids[2 * row + 1] === ids[2 * row + 3]
  const pairs: Array<readonly [number, number]> = []
  let row = nextNotLarger(ids, 1)
  while (row < rows) {
    if (!isEqualToNext(row - 1)) return null
    let last = row
    while (isEqualToNext(last)) last += 1
    for (let dropped = row - 1; dropped < last; dropped++) pairs.push([dropped, last])
    row = nextNotLarger(ids, last + 1)
  }
  return pairs
}

const repeatsAnywhere = (ids: Uint32Array): Pairs => {
  const rows: Array<number> = []
  const length = ids.length / 2
  const { dropped } = Repeats.find(
    (visit) => visit({ length, ids }, 0),
    length,
    (row) => rows.push(row),
  )
  return Array.from(dropped(), ([one, kept]) => [rows[one] ?? 0, rows[kept] ?? 0] as const)
}

const countAgents = (agent: Indices, counts: Uint32Array): void => {
  for (let row = 0; row < agent.length; row++) counts[agent[row] ?? 0] = (counts[agent[row] ?? 0] ?? 0) + 1
}

/** The second half of a counting sort: `next` is where each agent's next row goes. */
const sortByAgent = (agent: Indices, from: number, to: number, next: Uint32Array, index: Uint32Array): void => {
  for (let row = from; row < to; row++) {
    const own = agent[row] ?? 0
    const at = next[own] ?? 0
    index[at] = row
    next[own] = at + 1
  }
}

const gather = (from: Float64Array, rows: Uint32Array, into: Float64Array): void => {
  for (let row = 0; row < rows.length; row++) into[row] = from[rows[row] ?? 0] ?? 0
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

const pickHalf = (ids: Uint32Array, which: number, rows: Uint32Array): Uint32Array => {
  const half = new Uint32Array(rows.length)
  for (let row = 0; row < rows.length; row++) half[row] = ids[2 * (rows[row] ?? 0) + which] ?? 0
  return half
}

/** Makes the log. */
export const indexed = (batch: EventBatch): EventLog => {
  const ids = halves(batch.uid)
  const calls = halves(batch.callid)
  const pairs = repeatsInOrder(ids) ?? repeatsAnywhere(ids)
  const dropped = Repeats.droppedOf(
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
  const index = new Uint32Array(length)
  const gone = pairs.map(([row]) => row).toSorted((one, other) => one - other)
  let from = 0
  for (const to of [...gone, batch.length]) {
    sortByAgent(batch.agent, from, to, next, index)
    from = to + 1
  }

  const status = inOrder(batch.statuses)
  const subcode = inOrder(batch.subcodes)
  const longest = counts.reduce((largest, count) => Math.max(largest, count), 0)
  const uts = new Float64Array(longest)
  const uid = new BigInt64Array(longest)
  const callid = new BigInt64Array(longest)
  const statuses = new Uint32Array(longest)
  const subcodes = new Uint32Array(longest)

  /** Which of the columns have been gathered of the agent at hand: a question needs few. */
  let own = index.subarray(0, 0)
  const has = { uid: false, callid: false, status: false, subcode: false }
  const held: Rows = {
    get length() {
      return own.length
    },
    uts,
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
      if (!has.status) gatherIndices(batch.status, status.places, own, statuses)
      has.status = true
      return statuses
    },
    get subcode() {
      if (!has.subcode) gatherIndices(batch.subcode, subcode.places, own, subcodes)
      has.subcode = true
      return subcodes
    },
  }
  const disorder: Disorder = {
    get length() {
      return own.length
    },
    uts,
    hasLargerId: (one, other) => {
      const [row, otherRow] = [own[one] ?? 0, own[other] ?? 0]
      const high = ids[2 * row + HIGH] ?? 0
      const otherHigh = ids[2 * otherRow + HIGH] ?? 0
      return high === otherHigh ? (ids[2 * row + LOW] ?? 0) > (ids[2 * otherRow + LOW] ?? 0) : high > otherHigh
    },
    ids: () => [pickHalf(ids, LOW, own), pickHalf(ids, HIGH, own)],
    moveUp: (row, target) => {
      moveUp(uts, row, target)
      moveUp(own, row, target)
    },
    permute: (to) => {
      permute(uts, to)
      permute(own, to)
    },
  }
  const rows = (agent: number): Rows => {
    own = index.subarray(offsets[agent], offsets[agent + 1])
    has.uid = false
    has.callid = false
    has.status = false
    has.subcode = false
    gather(batch.uts, own, uts)
    fixUp(disorder)
    return held
  }
  return {
    length,
    agents: order.map((agent) => batch.agents[agent] ?? 0),
    statuses: status.ascending,
    subcodes: subcode.ascending,
    dropped,
    rows,
    span: () => spanWithin(extend(nowhere, batch.uts), dropped, order.length, rows),
  }
}
