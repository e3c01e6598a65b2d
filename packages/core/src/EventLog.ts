/**
 * Everything known of some agents, normalised: each event once, agent by agent, in the order in which it happened.
 *
 * Shape    events of agent `a` are the rows `offsets[a]` up to `offsets[a + 1]`, ordered by (`uts`, `uid`); `agents`,
 *          `statuses` and `subcodes` ascend and hold nothing unused (but see `ofAgents`); no two rows share a `uid`
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

/** Some rows of a batch, agent by agent: `rows[offsets[a]]` up to `rows[offsets[a + 1]]` are those of `agents[a]`. */
interface Selection {
  readonly agents: ReadonlyArray<number>
  readonly offsets: Uint32Array
  readonly rows: Uint32Array
}

type Columns = Pick<EventLog, "uid" | "uts" | "callid" | "status" | "subcode" | "statuses" | "subcodes">

/** The values that rows use, in the order of the dictionary, and the new index of each. */
const compact = (values: ReadonlyArray<string>, column: Uint32Array, rows: Uint32Array, always: number | null) => {
  const used = new Uint8Array(values.length)
  if (always !== null) used[always] = 1
  for (const row of rows) used[column[row] ?? 0] = 1
  const places = new Uint32Array(values.length)
  const kept: Array<string> = []
  values.forEach((value, index) => {
    if (used[index] === 0) return
    places[index] = kept.length
    kept.push(value)
  })
  return { values: kept, indices: Uint32Array.from(rows, (row) => places[column[row] ?? 0] ?? 0) }
}

const gather = (from: Columns, { agents, offsets, rows }: Selection): Omit<EventLog, keyof Dropped> => {
  const uid = new BigInt64Array(rows.length)
  const uts = new Float64Array(rows.length)
  const callid = new BigInt64Array(rows.length)
  for (let row = 0; row < rows.length; row++) {
    const source = rows[row] ?? 0
    uid[row] = from.uid[source] ?? 0n
    uts[row] = from.uts[source] ?? 0
    callid[row] = from.callid[source] ?? 0n
  }
  const statuses = compact(from.statuses, from.status, rows, null)
  const subcodes = compact(from.subcodes, from.subcode, rows, 0)
  return {
    length: rows.length,
    agents,
    offsets,
    uid,
    uts,
    callid,
    status: statuses.indices,
    subcode: subcodes.indices,
    statuses: statuses.values,
    subcodes: subcodes.values,
  }
}

type Dropped = Pick<EventLog, "duplicates" | "duplicateAgents" | "conflicts" | "conflictAgents">

/** Which rows stay, one for each `uid`: the one delivered last. */
const deduplicate = (all: EventBatch): { readonly kept: Uint32Array; readonly dropped: Dropped } => {
  const { count, number } = numbered(all.uid)
  const last = new Uint32Array(count)
  for (let row = 0; row < number.length; row++) last[number[row] ?? 0] = row
  const isEqual = (one: number, other: number): boolean =>
    all.uts[one] === all.uts[other] &&
    all.agent[one] === all.agent[other] &&
    all.status[one] === all.status[other] &&
    all.subcode[one] === all.subcode[other] &&
    all.callid[one] === all.callid[other]
  const kept = new Uint32Array(count)
  const duplicates: Array<number> = []
  const conflicts: Array<number> = []
  let next = 0
  for (let row = 0; row < number.length; row++) {
    const winner = last[number[row] ?? 0] ?? 0
    if (winner === row) kept[next++] = row
    else if (isEqual(row, winner)) duplicates.push(winner)
    else conflicts.push(winner)
  }
  const utsOf = (rows: Array<number>) => Float64Array.from(rows, (row) => all.uts[row] ?? 0)
  const agentsOf = (rows: Array<number>) => Float64Array.from(rows, (row) => all.agents[all.agent[row] ?? 0] ?? 0)
  return {
    kept,
    dropped: {
      duplicates: utsOf(duplicates),
      duplicateAgents: agentsOf(duplicates),
      conflicts: utsOf(conflicts),
      conflictAgents: agentsOf(conflicts),
    },
  }
}

/** Rows grouped by agent and put into order; agents without a row are left out. */
const grouped = (all: EventBatch, kept: Uint32Array): Selection => {
  const counts = new Uint32Array(all.agents.length)
  for (const row of kept) counts[all.agent[row] ?? 0] = (counts[all.agent[row] ?? 0] ?? 0) + 1
  const ends = new Uint32Array(all.agents.length)
  const agents: Array<number> = []
  const offsets: Array<number> = [0]
  let end = 0
  all.agents.forEach((agent, index) => {
    ends[index] = end
    const count = counts[index] ?? 0
    if (count === 0) return
    end += count
    agents.push(agent)
    offsets.push(end)
  })
  const rows = new Uint32Array(kept.length)
  for (const row of kept) {
    const agent = all.agent[row] ?? 0
    const place = ends[agent] ?? 0
    rows[place] = row
    ends[agent] = place + 1
  }
  const compare = (one: number, other: number): number =>
    (all.uts[one] ?? 0) - (all.uts[other] ?? 0) || ((all.uid[one] ?? 0n) < (all.uid[other] ?? 0n) ? -1 : 1)
  for (let agent = 0; agent < agents.length; agent++) {
    const own = rows.subarray(offsets[agent], offsets[agent + 1])
    const isOrdered = own.every((row, index) => index === 0 || compare(own[index - 1] ?? 0, row) < 0)
    if (!isOrdered) own.sort(compare)
  }
  return { agents, offsets: Uint32Array.from(offsets), rows }
}

/**
 * Makes a log of batches, given in the order of delivery: where rows share a `uid`, the one delivered last is kept.
 *
 * @example
 * const row = { uid: 7n, uts: 100, agent: 1, status: "call", subcode: "", callid: 9n }
 * EventLog.normalise([EventBatch.fromEvents([row, row])]).duplicates.length // => 1
 */
export const normalise = (batches: ReadonlyArray<EventBatch>): EventLog => {
  const all = concatenate(batches)
  const { dropped, kept } = deduplicate(all)
  return { ...gather(all, grouped(all, kept)), ...dropped }
}

/** The log of exactly these agents; one of whom nothing is known has no rows. */
export const ofAgents = (log: EventLog, ids: Iterable<number>): EventLog => {
  const agents = [...new Set(ids)].toSorted(compareNumbers)
  const indexOf = new Map(log.agents.map((agent, index) => [agent, index]))
  const offsets = new Uint32Array(agents.length + 1)
  const rows: Array<number> = []
  agents.forEach((agent, index) => {
    const found = indexOf.get(agent)
    if (found !== undefined)
      for (let row = log.offsets[found] ?? 0; row < (log.offsets[found + 1] ?? 0); row++) rows.push(row)
    offsets[index + 1] = rows.length
  })
  const asked = new Set(agents)
  const ofAsked = (values: Float64Array, owners: Float64Array) =>
    values.filter((_, index) => asked.has(owners[index] ?? 0))
  return {
    ...gather(log, { agents, offsets, rows: Uint32Array.from(rows) }),
    duplicates: ofAsked(log.duplicates, log.duplicateAgents),
    duplicateAgents: ofAsked(log.duplicateAgents, log.duplicateAgents),
    conflicts: ofAsked(log.conflicts, log.conflictAgents),
    conflictAgents: ofAsked(log.conflictAgents, log.conflictAgents),
  }
}

/** How many events of the window were recorded late: an event of the same agent, later but before `to`, has a lower `uid`. */
export const outOfOrder = (log: EventLog, { from, to }: Window): number => {
  let count = 0
  for (let agent = 0; agent < log.agents.length; agent++) {
    let lowest: bigint | undefined
    for (let row = (log.offsets[agent + 1] ?? 0) - 1; row >= (log.offsets[agent] ?? 0); row--) {
      const uts = log.uts[row] ?? 0
      const uid = log.uid[row] ?? 0n
      if (uts >= to) continue
      if (uts < from) break
      if (lowest === undefined || uid < lowest) lowest = uid
      else count += 1
    }
  }
  return count
}

/** The rows of a log as one batch, agent by agent: what `normalise` makes the same log of. */
export const toBatch = (log: EventLog): EventBatch => {
  const agent = new Uint32Array(log.length)
  for (let index = 0; index < log.agents.length; index++) agent.fill(index, log.offsets[index], log.offsets[index + 1])
  return { ...log, agent }
}

/** The last event of each agent: of the time before a window, that is all that matters. */
export const lastEvents = (batches: ReadonlyArray<EventBatch>): EventBatch => {
  const all = concatenate(batches)
  const { offsets, ...ordered } = grouped(all, deduplicate(all).kept)
  const rows = Uint32Array.from(ordered.agents, (_, agent) => ordered.rows[(offsets[agent + 1] ?? 1) - 1] ?? 0)
  const singles = Uint32Array.from({ length: rows.length + 1 }, (_, index) => index)
  const last = gather(all, { agents: ordered.agents, offsets: singles, rows })
  return { ...last, agent: singles.subarray(0, rows.length) }
}
