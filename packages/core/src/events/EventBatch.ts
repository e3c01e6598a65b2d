/**
 * Status events as columns in typed arrays: the one form in which rows travel.
 *
 * Shape    row `i` is `uid[i], uts[i], agents[agent[i]], statuses[status[i]], subcodes[subcode[i]], callid[i]`, in
 *          delivery order; batches taken from one builder share its dictionaries, which only ever grow
 * Units    `uts` in Unix seconds, exact to 2^53; `uid` and `callid` exact to 2^63 - 1; `callid` 0 = no call
 * Fails    never: whoever fills a batch has checked the values
 * Cost     24 bytes a row, and 1, 2 or 4 for each of the three dictionaries: mostly 28
 */
import { halves, type Indices, indices, setId } from "./columns.ts"
import type { StatusEvent } from "./StatusEvent.ts"

export { type Indices } from "./columns.ts"

export interface EventBatch {
  readonly length: number
  readonly uid: BigInt64Array
  readonly uts: Float64Array
  readonly callid: BigInt64Array
  /** Index into `agents`. */
  readonly agent: Indices
  /** Index into `statuses`. */
  readonly status: Indices
  /** Index into `subcodes`; 0 is the empty text: none. */
  readonly subcode: Indices
  readonly agents: ReadonlyArray<number>
  readonly statuses: ReadonlyArray<string>
  readonly subcodes: ReadonlyArray<string>
}

/** Collects rows into batches that share dictionaries. */
export interface Builder {
  /** Rows appended and not yet taken. */
  readonly length: number
  /** The index of a value, which gets one when it has none; used for `append`. */
  readonly agentIndex: (agent: number) => number
  /** As `agentIndex`; `status` must already be trimmed and lower-cased. */
  readonly statusIndex: (status: string) => number
  /** As `agentIndex`. */
  readonly subcodeIndex: (subcode: string) => number
  /** Appends a row. Ids are given as numbers where a double holds them; the indices are this builder's. */
  readonly append: (
    uid: number | bigint,
    uts: number,
    agent: number,
    status: number,
    subcode: number,
    callid: number | bigint,
  ) => void
  /** As `agentIndex`, for an agent asked for lately; else -1. */
  readonly recentAgent: (agent: number) => number
  /**
   * The memory for the next row, number `next` in it. What is filled in there counts once it is committed; the block is
   * another one when a value was new to a dictionary, or when it is full.
   */
  readonly block: () => Block
  readonly next: () => number
  /** Says that the rows of the block up to number `row` are filled in. */
  readonly commit: (row: number) => void
  /** Hands over the rows appended and not yet taken, in order. */
  readonly take: () => EventBatch
}

interface Interner<A> {
  readonly values: Array<A>
  readonly indexOf: (value: A) => number
}

/** `onNew` hears of every value that gets an index. */
const interner = <A>(first: ReadonlyArray<A>, onNew: (count: number) => void): Interner<A> => {
  const values = [...first]
  const known = new Map(values.map((value, index) => [value, index]))
  return {
    values,
    indexOf: (value) => {
      let index = known.get(value)
      if (index === undefined) {
        index = values.length
        values.push(value)
        known.set(value, index)
        onNew(values.length)
      }
      return index
    },
  }
}

/** The memory that rows are written to; a batch is a view of a part of it. */
export interface Block {
  readonly capacity: number
  readonly uid: BigInt64Array
  readonly uidHalves: Uint32Array
  readonly uts: Float64Array
  readonly callid: BigInt64Array
  readonly callidHalves: Uint32Array
  readonly agent: Indices
  readonly status: Indices
  readonly subcode: Indices
}

const isWideEnough = (column: Indices, values: number): boolean => values <= 2 ** (8 * column.BYTES_PER_ELEMENT)

const block = (capacity: number, agents: number, statuses: number, subcodes: number): Block => {
  const uid = new BigInt64Array(capacity)
  const callid = new BigInt64Array(capacity)
  return {
    capacity,
    uid,
    uidHalves: halves(uid),
    uts: new Float64Array(capacity),
    callid,
    callidHalves: halves(callid),
    agent: indices(agents, capacity),
    status: indices(statuses, capacity),
    subcode: indices(subcodes, capacity),
  }
}

/** Few enough for a block to stay in a processor's own memory. */
const rowsPerBlock = 4096

/**
 * Makes an empty builder. With `emit`, batches leave by it whenever a block of memory is full, which is then written over,
 * so that `take` has only the last of them to hand over; without, all rows since the last `take` are one batch, however
 * many, with memory of its own.
 */
export const builder = (emit?: (batch: EventBatch) => void): Builder => {
  let held = block(0, 0, 0, 0)
  /** The rows from `start` on have not been taken; `end` is where the next one goes. */
  let start = 0
  let end = 0
  const widen = (count: number) => {
    // An index that the columns can't hold needs wider ones, before it is written.
    if (count === 0x101 || count === 0x10001) renew()
  }
  const agents = interner<number>([], widen)
  const statuses = interner<string>([], widen)
  const subcodes = interner<string>([""], widen)

  const taken = (): EventBatch => ({
    length: end - start,
    uid: held.uid.subarray(start, end),
    uts: held.uts.subarray(start, end),
    callid: held.callid.subarray(start, end),
    agent: held.agent.subarray(start, end),
    status: held.status.subarray(start, end),
    subcode: held.subcode.subarray(start, end),
    agents: agents.values,
    statuses: statuses.values,
    subcodes: subcodes.values,
  })

  /** Whether a block can hold every index there is. */
  const holds = ({ agent, status, subcode }: Block): boolean =>
    isWideEnough(agent, agents.values.length) &&
    isWideEnough(status, statuses.values.length) &&
    isWideEnough(subcode, subcodes.values.length)

  /** Goes on in a new block, taking the rows not yet taken along. */
  const renew = () => {
    if (emit !== undefined && end > start) {
      emit(taken())
      start = 0
      end = 0
      if (holds(held)) return
    }
    const kept = taken()
    // Room for as many again: so a batch of any length costs each of its rows two moves.
    held = block(
      Math.max(rowsPerBlock, 2 * kept.length),
      agents.values.length,
      statuses.values.length,
      subcodes.values.length,
    )
    held.uid.set(kept.uid)
    held.uts.set(kept.uts)
    held.callid.set(kept.callid)
    held.agent.set(kept.agent)
    held.status.set(kept.status)
    held.subcode.set(kept.subcode)
    start = 0
    end = kept.length
  }

  /** The agents that were asked for last, by their last bits: a look-up in place of a hash. */
  const recent = new Float64Array(4096).fill(Number.NaN)
  const recentIndex = new Uint32Array(recent.length)

  return {
    get length() {
      return end - start
    },
    agentIndex: (agent) => {
      const slot = agent & (recent.length - 1)
      if (recent[slot] === agent) return recentIndex[slot] ?? 0
      const index = agents.indexOf(agent)
      recent[slot] = agent
      recentIndex[slot] = index
      return index
    },
    statusIndex: statuses.indexOf,
    subcodeIndex: subcodes.indexOf,
    append: (uid, uts, agent, status, subcode, callid) => {
      if (end === held.capacity) renew()
      if (typeof uid === "number") setId(held.uidHalves, end, uid)
      else held.uid[end] = uid
      held.uts[end] = uts
      if (typeof callid === "number") setId(held.callidHalves, end, callid)
      else held.callid[end] = callid
      held.agent[end] = agent
      held.status[end] = status
      held.subcode[end] = subcode
      end += 1
    },
    recentAgent: (agent) => {
      const slot = agent & (recent.length - 1)
      return recent[slot] === agent ? (recentIndex[slot] ?? 0) : -1
    },
    block: () => {
      if (end === held.capacity) renew()
      return held
    },
    next: () => end,
    commit: (row) => {
      end = row
    },
    take: () => {
      const batch = taken()
      start = end
      return batch
    },
  }
}

/** Appends an event. */
export const push = (into: Builder, { agent, callid, status, subcode, uid, uts }: StatusEvent): void =>
  into.append(uid, uts, into.agentIndex(agent), into.statusIndex(status), into.subcodeIndex(subcode), callid)

/**
 * Makes one batch of objects, in their order.
 *
 * @example
 * EventBatch.fromEvents([{ uid: 7n, uts: 100, agent: 1, status: "call", subcode: "", callid: 9n }]).length // => 1
 */
export const fromEvents = (events: Iterable<StatusEvent>): EventBatch => {
  const rows = builder()
  for (const event of events) push(rows, event)
  return rows.take()
}

/** One row of a batch as an object. */
export const eventAt = (batch: EventBatch, row: number): StatusEvent => ({
  uid: batch.uid[row] ?? 0n,
  uts: batch.uts[row] ?? 0,
  agent: batch.agents[batch.agent[row] ?? 0] ?? 0,
  status: batch.statuses[batch.status[row] ?? 0] ?? "",
  subcode: batch.subcodes[batch.subcode[row] ?? 0] ?? "",
  callid: batch.callid[row] ?? 0n,
})

/** The rows of a batch as objects, in their order: for people and tests, since it costs an object a row. */
export const toEvents = (batch: EventBatch): ReadonlyArray<StatusEvent> =>
  Array.from({ length: batch.length }, (_, row) => eventAt(batch, row))

/** The rows of a batch that fulfil a condition, in their order. */
export const filter = (batch: EventBatch, isKept: (row: number) => boolean): EventBatch => {
  const rows = new Uint32Array(batch.length)
  let length = 0
  for (let row = 0; row < batch.length; row++) if (isKept(row)) rows[length++] = row
  return length === batch.length ? batch : pick(batch, rows.subarray(0, length))
}

/** Some rows of a batch, in the order given. */
const pick = (batch: EventBatch, rows: Uint32Array): EventBatch => ({
  ...batch,
  length: rows.length,
  uid: BigInt64Array.from(rows, (row) => batch.uid[row] ?? 0n),
  uts: Float64Array.from(rows, (row) => batch.uts[row] ?? 0),
  callid: BigInt64Array.from(rows, (row) => batch.callid[row] ?? 0n),
  agent: pickIndices(batch.agent, rows),
  status: pickIndices(batch.status, rows),
  subcode: pickIndices(batch.subcode, rows),
})

const pickIndices = (from: Indices, rows: Uint32Array): Indices => {
  const into = from.slice(0, rows.length)
  for (let row = 0; row < rows.length; row++) into[row] = from[rows[row] ?? 0] ?? 0
  return into
}

/** The rows from one number up to another, sharing the columns. */
export const slice = (batch: EventBatch, from: number, to: number): EventBatch => {
  const uid = batch.uid.subarray(from, to)
  return {
    ...batch,
    length: uid.length,
    uid,
    uts: batch.uts.subarray(from, to),
    callid: batch.callid.subarray(from, to),
    agent: batch.agent.subarray(from, to),
    status: batch.status.subarray(from, to),
    subcode: batch.subcode.subarray(from, to),
  }
}
