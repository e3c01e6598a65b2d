/**
 * Everything known of some agents, normalised: each event once, agent by agent, in the order in which it happened.
 *
 * Shape    events of agent `a` are the rows `offsets[a]` up to `offsets[a + 1]`, ordered by (`uts`, `uid`); `agents`,
 *          `statuses` and `subcodes` ascend and hold nothing unused (but see `ofAgents`); no two rows share a `uid`
 * Source   docs/definitions.md, section "Events"
 * Cost     linear in rows, in whatever order they come: a counting sort by agent, a fix-up of rows recorded late, and
 *          a radix sort of agents whose rows come in no order; no object and no bigint a row
 *
 * Rows and indices come from the columns themselves, so a read can't miss; `?? 0` only tells the compiler.
 */
import { HIGH, halves, type Indices, indices, isLarger, LOW, numbering } from "./columns.ts"
import { type EventBatch, filter } from "./EventBatch.ts"
import { ascending, words } from "./order.ts"
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
  readonly status: Indices
  /** Index into `subcodes`; 0 is the empty text: none. */
  readonly subcode: Indices
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

const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
const compareNumbers = (one: number, other: number): number => one - other

/** The values of many dictionaries as one, ascending, and where each value of each dictionary stands in it. */
interface Merged<A> {
  readonly values: ReadonlyArray<A>
  readonly places: ReadonlyMap<ReadonlyArray<A>, Uint32Array>
}

const merge = <A>(
  dictionaries: ReadonlyArray<ReadonlyArray<A>>,
  compare: (one: A, other: A) => number,
  always: ReadonlyArray<A>,
): Merged<A> => {
  const distinct = new Set(dictionaries)
  const values = [...new Set([...always, ...[...distinct].flat()])].toSorted(compare)
  const placeOf = new Map(values.map((value, place) => [value, place]))
  const places = [...distinct].map(
    (dictionary) => [dictionary, Uint32Array.from(dictionary, (value) => placeOf.get(value) ?? 0)] as const,
  )
  return { values, places: new Map(places) }
}

/** Whether the id of row `other` is larger than that of row `one`, in whichever columns they are. */
const isIncreasing = (ids: Uint32Array, one: number, others: Uint32Array, other: number): boolean => {
  const high = ids[2 * one + HIGH] ?? 0
  const otherHigh = others[2 * other + HIGH] ?? 0
  return high === otherHigh ? (others[2 * other + LOW] ?? 0) > (ids[2 * one + LOW] ?? 0) : otherHigh > high
}

/** The first row from `from` on whose id is not larger than the one before it, else the number of rows. */
const nextRepeated = (ids: Uint32Array, from: number): number => {
  const rows = ids.length / 2
  let row = from
  while (row < rows && isIncreasing(ids, row - 1, ids, row)) row += 1
  return Math.min(row, rows)
}

/**
 * Finds rows that share their id with others. Ids that never descend have their equals beside them; else a filter of
 * bits, 16 a row, finds those that may have, and only these are compared.
 */
const repeated = (batches: ReadonlyArray<EventBatch>, length: number): Uint32Array => {
  const columns = batches.map(({ uid }) => halves(uid))
  const found: Array<number> = []
  let base = 0
  let before: Uint32Array = new Uint32Array(2)
  let isAscending = true
  for (const ids of columns) {
    if (base > 0 && !isIncreasing(before, 0, ids, 0)) {
      if (isIncreasing(ids, 0, before, 0)) isAscending = false
      found.push(base - 1, base)
    }
    let row = nextRepeated(ids, 1)
    while (row < ids.length / 2 && isAscending) {
      if (isIncreasing(ids, row, ids, row - 1)) isAscending = false
      found.push(base + row - 1, base + row)
      row = nextRepeated(ids, row + 1)
    }
    if (!isAscending) break
    before = ids.subarray(ids.length - 2)
    base += ids.length / 2
  }
  if (isAscending) return Uint32Array.from(new Set(found))

  const bits = Math.min(31, 36 - Math.clz32(length))
  const mask = 2 ** bits - 1
  const seen = new Uint32Array(2 ** Math.max(0, bits - 5))
  const again = new Uint32Array(seen.length)
  // Ids that follow one another have bits of their own.
  const bitOf = (ids: Uint32Array, i: number) => ((ids[i + LOW] ?? 0) ^ Math.imul(ids[i + HIGH] ?? 0, 0x9e3779b1)) & mask
  const see = (ids: Uint32Array) => {
    for (let i = 0; i < ids.length; i += 2) {
      const bit = bitOf(ids, i)
      const word = bit >>> 5
      const one = 1 << (bit & 31)
      const marked = seen[word] ?? 0
      if ((marked & one) === 0) seen[word] = marked | one
      else again[word] = (again[word] ?? 0) | one
    }
  }
  for (const ids of columns) see(ids)
  const candidates = new Uint32Array(length)
  let count = 0
  let start = 0
  const collect = (ids: Uint32Array) => {
    for (let i = 0; i < ids.length; i += 2) {
      const bit = bitOf(ids, i)
      if (((again[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0) candidates[count++] = start + i / 2
    }
    start += ids.length / 2
  }
  for (const ids of columns) collect(ids)
  return candidates.subarray(0, count)
}

interface Place {
  readonly batch: EventBatch
  readonly row: number
}

/** Finds single rows of the delivery. */
const finder = (batches: ReadonlyArray<EventBatch>): ((row: number) => Place) => {
  const starts: Array<number> = []
  let start = 0
  for (const { length } of batches) {
    starts.push(start)
    start += length
  }
  return (row) => {
    let low = 0
    let high = batches.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((starts[middle] ?? 0) <= row) low = middle
      else high = middle - 1
    }
    const batch = batches[low]
    if (batch === undefined) throw new RangeError(`no row ${row}`)
    return { batch, row: row - (starts[low] ?? 0) }
  }
}

const agentAt = ({ batch, row }: Place): number => batch.agents[batch.agent[row] ?? 0] ?? 0

const isEqual = (one: Place, other: Place): boolean =>
  one.batch.uts[one.row] === other.batch.uts[other.row] &&
  one.batch.callid[one.row] === other.batch.callid[other.row] &&
  agentAt(one) === agentAt(other) &&
  one.batch.statuses[one.batch.status[one.row] ?? 0] === other.batch.statuses[other.batch.status[other.row] ?? 0] &&
  one.batch.subcodes[one.batch.subcode[one.row] ?? 0] === other.batch.subcodes[other.batch.subcode[other.row] ?? 0]

type Dropped = Pick<EventLog, "duplicates" | "duplicateAgents" | "conflicts" | "conflictAgents">

interface Deduplicated {
  /** The rows that go, ascending: for each `uid` the one delivered last stays. */
  readonly rows: Uint32Array
  readonly agents: Float64Array
  readonly dropped: Dropped
}

const deduplicate = (batches: ReadonlyArray<EventBatch>, length: number): Deduplicated => {
  const candidates = repeated(batches, length)
  const find = finder(batches)
  const ids = numbering(candidates.length)
  const last = new Uint32Array(candidates.length)
  const numbers = candidates.map((candidate) => {
    const { batch, row } = find(candidate)
    const own = halves(batch.uid.subarray(row, row + 1))
    const number = ids.of(own[LOW] ?? 0, own[HIGH] ?? 0)
    last[number] = candidate
    return number
  })
  const rows: Array<number> = []
  const agents: Array<number> = []
  const duplicates: Array<Place> = []
  const conflicts: Array<Place> = []
  candidates.forEach((candidate, index) => {
    const winner = last[numbers[index] ?? 0] ?? 0
    if (winner === candidate) return
    const [lost, kept] = [find(candidate), find(winner)]
    rows.push(candidate)
    agents.push(agentAt(lost))
    if (isEqual(lost, kept)) duplicates.push(kept)
    else conflicts.push(kept)
  })
  const utsOf = (places: ReadonlyArray<Place>) => Float64Array.from(places, ({ batch, row }) => batch.uts[row] ?? 0)
  const agentsOf = (places: ReadonlyArray<Place>) => Float64Array.from(places, agentAt)
  return {
    rows: Uint32Array.from(rows),
    agents: Float64Array.from(agents),
    dropped: {
      duplicates: utsOf(duplicates),
      duplicateAgents: agentsOf(duplicates),
      conflicts: utsOf(conflicts),
      conflictAgents: agentsOf(conflicts),
    },
  }
}

/** Where each row of the delivery goes, so that they stand agent by agent; those dropped go behind the last. */
interface Layout {
  readonly length: number
  readonly agents: ReadonlyArray<number>
  readonly offsets: Uint32Array
  readonly place: Uint32Array
}

const layoutOf = (batches: ReadonlyArray<EventBatch>, length: number, gone: Deduplicated): Layout => {
  const { places, values } = merge(
    batches.map(({ agents }) => agents),
    compareNumbers,
    [],
  )
  const counts = new Uint32Array(values.length)
  for (const { agent, agents } of batches) count(agent, places.get(agents), counts)
  const placeOf = new Map(values.map((agent, place) => [agent, place]))
  for (const agent of gone.agents) {
    const place = placeOf.get(agent) ?? 0
    counts[place] = (counts[place] ?? 0) - 1
  }
  const next = new Uint32Array(values.length)
  const agents: Array<number> = []
  const offsets: Array<number> = [0]
  let end = 0
  values.forEach((agent, index) => {
    next[index] = end
    const own = counts[index] ?? 0
    if (own === 0) return
    end += own
    agents.push(agent)
    offsets.push(end)
  })
  const place = new Uint32Array(length)
  let base = 0
  let dropped = 0
  for (const batch of batches) {
    const rows = place.subarray(base, base + batch.length)
    const from = dropped
    while (dropped < gone.rows.length && (gone.rows[dropped] ?? 0) < base + batch.length) dropped += 1
    const skipped = gone.rows.subarray(from, dropped).map((row) => row - base)
    put(batch.agent, places.get(batch.agents), next, skipped, end, rows)
    base += batch.length
  }
  return { length: end, agents, offsets: Uint32Array.from(offsets), place }
}

const count = (agent: Indices, places: Uint32Array | undefined = new Uint32Array(), counts: Uint32Array): void => {
  for (let row = 0; row < agent.length; row++) {
    const index = places[agent[row] ?? 0] ?? 0
    counts[index] = (counts[index] ?? 0) + 1
  }
}

/** The second half of a counting sort: `next` is the place of each agent's next row. */
const put = (
  agent: Indices,
  places: Uint32Array | undefined = new Uint32Array(),
  next: Uint32Array,
  skipped: Uint32Array,
  behind: number,
  into: Uint32Array,
): void => {
  let skips = 0
  for (let row = 0; row < agent.length; row++) {
    if (skips < skipped.length && skipped[skips] === row) {
      skips += 1
      into[row] = behind
      continue
    }
    const index = places[agent[row] ?? 0] ?? 0
    const place = next[index] ?? 0
    into[row] = place
    next[index] = place + 1
  }
}

const scatter = (from: Float64Array, place: Uint32Array, into: Float64Array): void => {
  for (let row = 0; row < from.length; row++) into[place[row] ?? 0] = from[row] ?? 0
}

const scatterIds = (from: Uint32Array, place: Uint32Array, into: Uint32Array): void => {
  for (let row = 0; row < place.length; row++) {
    const at = 2 * (place[row] ?? 0)
    into[at] = from[2 * row] ?? 0
    into[at + 1] = from[2 * row + 1] ?? 0
  }
}

const scatterIndices = (
  from: Indices,
  values: Uint32Array | undefined = new Uint32Array(),
  place: Uint32Array,
  into: Indices,
): void => {
  for (let row = 0; row < from.length; row++) into[place[row] ?? 0] = values[from[row] ?? 0] ?? 0
}

/** What puts rows that came late into order: rotations, pairs of a row and the row before which it belongs, and whole sorts. */
interface FixUp {
  readonly rotations: ReadonlyArray<number>
  readonly sorts: ReadonlyArray<{ readonly start: number; readonly order: Uint32Array }>
}

/** Whether row `one` belongs behind row `other`. */
const isAfter = (uts: Float64Array, ids: Uint32Array, one: number, other: number): boolean => {
  const difference = (uts[one] ?? 0) - (uts[other] ?? 0)
  return difference > 0 || (difference === 0 && isLarger(ids, one, other))
}

/** The first row from `from` on that belongs before the one before it, else `end`. */
const nextLate = (uts: Float64Array, ids: Uint32Array, from: number, end: number): number => {
  let row = from
  let before = uts[row - 1] ?? 0
  while (row < end) {
    const at = uts[row] ?? 0
    if (at <= before && isAfter(uts, ids, row - 1, row)) return row
    before = at
    row += 1
  }
  return end
}

/** The order of rows that come in none. */
const orderOf = (uts: Float64Array, ids: Uint32Array): Uint32Array => {
  const half = (which: number) => Uint32Array.from(uts, (_, row) => ids[2 * row + which] ?? 0)
  return ascending(half(LOW), half(HIGH), ...words(uts))
}

/** Puts each agent's rows into the order of (`uts`, `uid`), and says what it did. */
const fixUp = (offsets: Uint32Array, uts: Float64Array, ids: Uint32Array): FixUp => {
  const rotations: Array<number> = []
  const sorts: Array<{ readonly start: number; readonly order: Uint32Array }> = []
  for (let agent = 0; agent < offsets.length - 1; agent++) {
    const first = offsets[agent] ?? 0
    const end = offsets[agent + 1] ?? 0
    // Rows come late by a few places at most. What costs more than half a step a row is in no order at all.
    let budget = 64 + (end - first) / 2
    for (let row = nextLate(uts, ids, first + 1, end); row < end; row = nextLate(uts, ids, row + 1, end)) {
      let target = row - 1
      while (target > first && isAfter(uts, ids, target - 1, row)) target -= 1
      budget -= row - target
      if (budget < 0) {
        const order = orderOf(uts.subarray(first, end), ids.subarray(2 * first, 2 * end))
        sorts.push({ start: first, order })
        permute(uts, first, order)
        permuteIds(ids, first, order)
        break
      }
      rotations.push(row, target)
      rotate(uts, row, target)
      rotateIds(ids, row, target)
    }
  }
  return { rotations, sorts }
}

const rotate = (column: Float64Array | Indices, row: number, target: number): void => {
  const moved = column[row] ?? 0
  for (let at = row; at > target; at--) column[at] = column[at - 1] ?? 0
  column[target] = moved
}

const rotateIds = (ids: Uint32Array, row: number, target: number): void => {
  const [one, other] = [ids[2 * row] ?? 0, ids[2 * row + 1] ?? 0]
  ids.copyWithin(2 * target + 2, 2 * target, 2 * row)
  ids[2 * target] = one
  ids[2 * target + 1] = other
}

const permute = (column: Float64Array | Indices, start: number, order: Uint32Array): void => {
  const old = column.slice(start, start + order.length)
  for (let row = 0; row < order.length; row++) column[start + row] = old[order[row] ?? 0] ?? 0
}

const permuteIds = (ids: Uint32Array, start: number, order: Uint32Array): void => {
  const old = ids.slice(2 * start, 2 * (start + order.length))
  for (let row = 0; row < order.length; row++) {
    const source = 2 * (order[row] ?? 0)
    ids[2 * (start + row)] = old[source] ?? 0
    ids[2 * (start + row) + 1] = old[source + 1] ?? 0
  }
}

const fix = (column: Indices, { rotations, sorts }: FixUp): void => {
  for (let i = 0; i < rotations.length; i += 2) rotate(column, rotations[i] ?? 0, rotations[i + 1] ?? 0)
  for (const { order, start } of sorts) permute(column, start, order)
}

const fixIds = (ids: Uint32Array, { rotations, sorts }: FixUp): void => {
  for (let i = 0; i < rotations.length; i += 2) rotateIds(ids, rotations[i] ?? 0, rotations[i + 1] ?? 0)
  for (const { order, start } of sorts) permuteIds(ids, start, order)
}

/** A column and its dictionary without the values that no row has; the value `always` stays. */
const compact = <A>(
  values: ReadonlyArray<A>,
  column: Indices,
  always?: A,
): { readonly values: ReadonlyArray<A>; readonly indices: Indices } => {
  const used = new Uint8Array(values.length)
  for (let row = 0; row < column.length; row++) used[column[row] ?? 0] = 1
  const kept = values.filter((value, index) => used[index] === 1 || value === always)
  if (kept.length === values.length) return { values, indices: column }
  const placeOf = new Map(kept.map((value, place) => [value, place]))
  const places = Uint32Array.from(values, (value) => placeOf.get(value) ?? 0)
  const narrow = indices(kept.length, column.length)
  for (let row = 0; row < column.length; row++) narrow[row] = places[column[row] ?? 0] ?? 0
  return { values: kept, indices: narrow }
}

/**
 * Makes a log of batches, given in the order of delivery: where rows share a `uid`, the one delivered last is kept.
 *
 * @example
 * const row = { uid: 7n, uts: 100, agent: 1, status: "call", subcode: "", callid: 9n }
 * EventLog.normalise([EventBatch.fromEvents([row, row])]).duplicates.length // => 1
 */
export const normalise = (delivery: ReadonlyArray<EventBatch>): EventLog => {
  const batches = delivery.filter((batch) => batch.length > 0)
  const delivered = batches.reduce((sum, batch) => sum + batch.length, 0)
  const gone = deduplicate(batches, delivered)
  const { agents, length, offsets, place } = layoutOf(batches, delivered, gone)
  /** One row more than there are, for those that are dropped. */
  const room = length + 1
  const each = (put: (batch: EventBatch, place: Uint32Array) => void) => {
    let row = 0
    for (const batch of batches) {
      put(batch, place.subarray(row, row + batch.length))
      row += batch.length
    }
  }
  const uts = new Float64Array(room)
  each((batch, places) => scatter(batch.uts, places, uts))
  const uid = new BigInt64Array(room)
  const uidHalves = halves(uid)
  each((batch, places) => scatterIds(halves(batch.uid), places, uidHalves))
  const fixes = fixUp(offsets, uts, uidHalves)

  const callid = new BigInt64Array(room)
  const callidHalves = halves(callid)
  each((batch, places) => scatterIds(halves(batch.callid), places, callidHalves))
  fixIds(callidHalves, fixes)

  const column = (
    valuesOf: (batch: EventBatch) => ReadonlyArray<string>,
    indicesOf: (batch: EventBatch) => Indices,
    always?: string,
  ) => {
    const { places: merged, values } = merge(batches.map(valuesOf), compareText, always === undefined ? [] : [always])
    const into = indices(values.length, room)
    each((batch, places) => scatterIndices(indicesOf(batch), merged.get(valuesOf(batch)), places, into))
    fix(into, fixes)
    return compact(values, into.subarray(0, length), always)
  }
  const statuses = column(
    (batch) => batch.statuses,
    (batch) => batch.status,
  )
  const subcodes = column(
    (batch) => batch.subcodes,
    (batch) => batch.subcode,
    "",
  )
  return {
    length,
    agents,
    offsets,
    uid: uid.subarray(0, length),
    uts: uts.subarray(0, length),
    callid: callid.subarray(0, length),
    status: statuses.indices,
    subcode: subcodes.indices,
    statuses: statuses.values,
    subcodes: subcodes.values,
    ...gone.dropped,
  }
}

/** The log of exactly these agents; one of whom nothing is known has no rows. */
export const ofAgents = (log: EventLog, ids: Iterable<number>): EventLog => {
  const agents = [...new Set(ids)].toSorted(compareNumbers)
  const indexOf = new Map(log.agents.map((agent, index) => [agent, index]))
  const found = agents.map((agent) => {
    const index = indexOf.get(agent)
    return index === undefined ? [0, 0] : [log.offsets[index], log.offsets[index + 1]]
  })
  const offsets = new Uint32Array(agents.length + 1)
  found.forEach(([first = 0, end = 0], index) => {
    offsets[index + 1] = (offsets[index] ?? 0) + end - first
  })
  const length = offsets.at(-1) ?? 0
  const copied = {
    uid: new BigInt64Array(length),
    uts: new Float64Array(length),
    callid: new BigInt64Array(length),
    status: indices(log.statuses.length, length),
    subcode: indices(log.subcodes.length, length),
  }
  found.forEach(([first, end], index) => {
    const at = offsets[index] ?? 0
    copied.uid.set(log.uid.subarray(first, end), at)
    copied.uts.set(log.uts.subarray(first, end), at)
    copied.callid.set(log.callid.subarray(first, end), at)
    copied.status.set(log.status.subarray(first, end), at)
    copied.subcode.set(log.subcode.subarray(first, end), at)
  })
  const statuses = compact(log.statuses, copied.status)
  const subcodes = compact(log.subcodes, copied.subcode, "")
  const asked = new Set(agents)
  const ofAsked = (values: Float64Array, owners: Float64Array) =>
    values.filter((_, index) => asked.has(owners[index] ?? 0))
  return {
    ...copied,
    length,
    agents,
    offsets,
    status: statuses.indices,
    subcode: subcodes.indices,
    statuses: statuses.values,
    subcodes: subcodes.values,
    duplicates: ofAsked(log.duplicates, log.duplicateAgents),
    duplicateAgents: ofAsked(log.duplicateAgents, log.duplicateAgents),
    conflicts: ofAsked(log.conflicts, log.conflictAgents),
    conflictAgents: ofAsked(log.conflictAgents, log.conflictAgents),
  }
}

/** How many events of the window were recorded late: an event of the same agent, later but before `to`, has a lower `uid`. */
export const outOfOrder = (log: EventLog, { from, to }: Window): number => {
  const ids = halves(log.uid)
  let late = 0
  for (let agent = 0; agent < log.agents.length; agent++) {
    /** The row with the lowest id up to here; -1 = none yet. */
    let lowest = -1
    for (let row = (log.offsets[agent + 1] ?? 0) - 1; row >= (log.offsets[agent] ?? 0); row--) {
      const uts = log.uts[row] ?? 0
      if (uts >= to) continue
      if (uts < from) break
      if (lowest < 0 || !isLarger(ids, row, lowest)) lowest = row
      else late += 1
    }
  }
  return late
}

/** The rows of a log as one batch, agent by agent: what `normalise` makes the same log of. */
export const toBatch = (log: EventLog): EventBatch => {
  const agent = indices(log.agents.length, log.length)
  for (let index = 0; index < log.agents.length; index++) agent.fill(index, log.offsets[index], log.offsets[index + 1])
  return { ...log, agent }
}

/** The last event of each agent: of the time before a window, that is all that matters. */
export const lastEvents = (batches: ReadonlyArray<EventBatch>): EventBatch => {
  const log = normalise(batches)
  const last = new Set(log.offsets.subarray(1).map((end) => end - 1))
  return filter(toBatch(log), (row) => last.has(row))
}
