/**
 * Everything known of some agents, normalised: each event once, agent by agent, in the order in which it happened.
 *
 * Shape    events of agent `a` are the rows `offsets[a]` up to `offsets[a + 1]`, ordered by (`uts`, `uid`); `agents`,
 *          `statuses` and `subcodes` ascend and hold nothing unused; no two rows share a `uid`
 * Source   docs/definitions.md, section "Events"
 * Cost     linear in rows, in whatever order they come, plus a sort of the agents whose rows are not in order;
 *          no object and no bigint a row
 *
 * Rows and indices come from the columns themselves, so a read can't miss; `?? 0` only tells the compiler.
 */
import { type EventBatch } from "./EventBatch.ts"
import { type Window } from "./Window.ts"

export interface EventLog {
  readonly length: number
  /** Agent ids, ascending. */
  readonly agents: ReadonlyArray<number>
  /** `agents.length + 1` row numbers. */
  readonly offsets: Uint32Array
  readonly uid: BigInt64Array
  readonly uts: Float64Array
  readonly callid: BigInt64Array
  /** Index into `statuses`. */
  readonly status: Uint32Array
  /** Index into `subcodes`; 0 is the empty text: none. */
  readonly subcode: Uint32Array
  readonly statuses: ReadonlyArray<string>
  readonly subcodes: ReadonlyArray<string>
  /** `uts` of each row dropped because the row kept for its `uid` is its equal. */
  readonly duplicates: Float64Array
  /** The id of the agent of each row in `duplicates`. */
  readonly duplicateAgents: Float64Array
  /** `uts` of the row kept, for each row dropped because another one with its `uid` was delivered later. */
  readonly conflicts: Float64Array
  /** The id of the agent of the row kept, for each row in `conflicts`. */
  readonly conflictAgents: Float64Array
}

/** The distinct values of a column of ids, numbered from 0 in the order in which they first appear. */
export interface Numbered {
  /** Per row, the number of its id. */
  readonly number: Uint32Array
  readonly count: number
}

/**
 * Numbers the distinct ids of a column, without making a bigint a row: open addressing over the two halves of each id.
 *
 * @example
 * EventLog.numbered(BigInt64Array.of(7n, 9n, 7n)).count // => 2
 */
export const numbered = (ids: BigInt64Array): Numbered => {
  const halves = new Uint32Array(ids.buffer, ids.byteOffset, ids.length * 2)
  const number = new Uint32Array(ids.length)
  const bits = Math.max(4, 33 - Math.clz32(ids.length))
  const mask = 2 ** bits - 1
  /** Per slot, 1 + the first row with the id that lives there; 0 is a free slot. */
  const slots = new Uint32Array(mask + 1)
  let count = 0
  for (let row = 0; row < ids.length; row++) {
    const one = halves[2 * row] ?? 0
    const other = halves[2 * row + 1] ?? 0
    let slot = Math.imul(one ^ Math.imul(other, 0x85ebca6b), 0x9e3779b1) >>> (32 - bits)
    for (;;) {
      const first = (slots[slot] ?? 0) - 1
      if (first < 0) {
        slots[slot] = row + 1
        number[row] = count
        count += 1
        break
      }
      if (halves[2 * first] === one && halves[2 * first + 1] === other) {
        number[row] = number[first] ?? 0
        break
      }
      slot = (slot + 1) & mask
    }
  }
  return { number, count }
}

const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
const compareNumbers = (one: number, other: number): number => one - other

/** Values of many dictionaries as one: each value that is used gets its place among the others, ascending. */
const merge = <A>(
  columns: ReadonlyArray<{ readonly values: ReadonlyArray<A>; readonly used: Uint32Array }>,
  compare: (one: A, other: A) => number,
  always: ReadonlyArray<A>,
): { readonly values: ReadonlyArray<A>; readonly places: ReadonlyArray<Uint32Array> } => {
  const found = new Set(always)
  const marks = columns.map(({ used, values }) => {
    const mark = new Uint8Array(values.length)
    for (const index of used) mark[index] = 1
    return mark
  })
  columns.forEach(({ values }, column) =>
    values.forEach((value, index) => {
      if (marks[column]?.[index] === 1) found.add(value)
    }),
  )
  const values = [...found].toSorted(compare)
  const placeOf = new Map(values.map((value, place) => [value, place]))
  const places = columns.map((column) => Uint32Array.from(column.values, (value) => placeOf.get(value) ?? 0))
  return { values, places }
}

/** All rows of all batches in the order of delivery, in one set of dictionaries. */
const concatenate = (batches: ReadonlyArray<EventBatch>): EventBatch => {
  const length = batches.reduce((sum, batch) => sum + batch.length, 0)
  const agents = merge(
    batches.map((batch) => ({ values: batch.agents, used: batch.agent })),
    compareNumbers,
    [],
  )
  const statuses = merge(
    batches.map((batch) => ({ values: batch.statuses, used: batch.status })),
    compareText,
    [],
  )
  const subcodes = merge(
    batches.map((batch) => ({ values: batch.subcodes, used: batch.subcode })),
    compareText,
    [""],
  )
  const uid = new BigInt64Array(length)
  const uts = new Float64Array(length)
  const callid = new BigInt64Array(length)
  const agent = new Uint32Array(length)
  const status = new Uint32Array(length)
  const subcode = new Uint32Array(length)
  let row = 0
  batches.forEach((batch, index) => {
    uid.set(batch.uid, row)
    uts.set(batch.uts, row)
    callid.set(batch.callid, row)
    const translate = (
      from: Uint32Array,
      places: Uint32Array | undefined = new Uint32Array(),
      into: Uint32Array,
    ): void => {
      for (let i = 0; i < from.length; i++) into[row + i] = places[from[i] ?? 0] ?? 0
    }
    translate(batch.agent, agents.places[index], agent)
    translate(batch.status, statuses.places[index], status)
    translate(batch.subcode, subcodes.places[index], subcode)
    row += batch.length
  })
  return {
    length,
    uid,
    uts,
    callid,
    agent,
    status,
    subcode,
    agents: agents.values,
    statuses: statuses.values,
    subcodes: subcodes.values,
  }
}
