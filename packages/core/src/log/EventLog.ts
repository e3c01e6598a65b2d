/**
 * Everything known of some agents, normalised: each event once, agent by agent, in the order in which it happened.
 *
 * Shape    agents ascend, and each has rows, ordered by (`uts`, `uid`) (but see `ofAgents`); `statuses` and `subcodes`
 *          ascend; no two rows share a `uid`
 * Source   docs/definitions.md, section "Events"
 * Cost     some 6 bytes a row, see chain.ts. Rows are parted by agent as they come, as a counting sort would; those
 *          recorded late are moved up when they are read, and a radix sort orders agents whose rows come in no order:
 *          linear in rows, in whatever order they come
 */
import { halves, isLarger } from "../columns.ts"
import * as EventBatch from "../EventBatch.ts"
import { type StatusEvent } from "../StatusEvent.ts"
import { type Window } from "../Window.ts"
import { type Chains, chains, type Delivery, type Memory, memory, type Rows } from "./chain.ts"
import { fixUp } from "./order.ts"
import * as Repeats from "./repeats.ts"

export { type Rows } from "./chain.ts"

export interface EventLog {
  /** How many events there are. */
  readonly length: number
  /** Agent ids, ascending. */
  readonly agents: ReadonlyArray<number>
  readonly statuses: ReadonlyArray<string>
  readonly subcodes: ReadonlyArray<string>
  /** The smallest window with all events in it; of no length, at 0, when there are none. */
  readonly span: () => Window
  /** The events of the agent with that index. They are valid up to the next call, which writes over them. */
  readonly rows: (agent: number) => Rows
  /** The rows that were dropped because another one has their `uid`. */
  readonly dropped: Dropped
}

/** Rows that were dropped, as columns, and what they count for. */
export interface Dropped {
  readonly length: number
  /** The time, and the id of the agent, of the row kept. */
  readonly uts: Float64Array
  readonly agent: Float64Array
  /** 1 where the row said anything else than the row kept: a conflict, not a duplicate. */
  readonly isConflict: Uint8Array
}

/** Takes rows in, in the order of delivery, and makes a log of them. */
export interface Collector {
  /** Where a decoder puts rows, without batches between. */
  readonly builder: EventBatch.Builder
  /** Takes a batch in. */
  readonly add: (batch: EventBatch.EventBatch) => void
  /** Rows taken in. */
  readonly rows: number
  /** The log of all rows; nothing may be added after that. */
  readonly log: () => EventLog
}

const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
const compareNumbers = (one: number, other: number): number => one - other

/** Gives values of many dictionaries numbers of one; a dictionary may have grown since it was seen last. */
const translator = <A>(indexOf: (value: A) => number) => {
  const known = new Map<ReadonlyArray<A>, { numbers: Uint32Array; length: number }>()
  return (dictionary: ReadonlyArray<A>): Uint32Array => {
    const found = known.get(dictionary) ?? { numbers: new Uint32Array(16), length: 0 }
    known.set(dictionary, found)
    if (found.numbers.length < dictionary.length) {
      const wider = new Uint32Array(2 * dictionary.length)
      wider.set(found.numbers)
      found.numbers = wider
    }
    for (const value of dictionary.slice(found.length)) {
      found.numbers[found.length] = indexOf(value)
      found.length += 1
    }
    return found.numbers
  }
}

/** Numbers values in the order in which they first come. */
const numbered = <A>(first: ReadonlyArray<A>, onNew: () => void = () => {}) => {
  const values = [...first]
  const numbers = new Map(values.map((value, index) => [value, index]))
  const indexOf = (value: A): number => {
    let number = numbers.get(value)
    if (number === undefined) {
      number = values.length
      values.push(value)
      numbers.set(value, number)
      onNew()
    }
    return number
  }
  return { values, of: translator(indexOf) }
}

/** Of a column of numbers in the order of first coming: the values ascending, and where each stands. */
const inOrder = (values: ReadonlyArray<string>) => {
  const ascending = values.toSorted(compareText)
  const placeOf = new Map(ascending.map((value, place) => [value, place]))
  return { ascending, places: Uint32Array.from(values, (value) => placeOf.get(value) ?? 0) }
}

/** Rows with one id that were delivered one after another: the last of them counts. */
interface Run {
  last: StatusEvent
  readonly before: Array<StatusEvent>
}

const eventAt = (batch: EventBatch.EventBatch, row: number): StatusEvent => ({
  uid: batch.uid[row] ?? 0n,
  uts: batch.uts[row] ?? 0,
  agent: batch.agents[batch.agent[row] ?? 0] ?? 0,
  status: batch.statuses[batch.status[row] ?? 0] ?? "",
  subcode: batch.subcodes[batch.subcode[row] ?? 0] ?? "",
  callid: batch.callid[row] ?? 0n,
})

const least = (values: Float64Array): number => {
  let value = Infinity
  for (let i = 0; i < values.length; i++) if ((values[i] ?? 0) < value) value = values[i] ?? 0
  return value
}

const most = (values: Float64Array): number => {
  let value = -Infinity
  for (let i = 0; i < values.length; i++) if ((values[i] ?? 0) > value) value = values[i] ?? 0
  return value
}

const translate = (column: Uint32Array, places: Uint32Array, length: number): void => {
  for (let row = 0; row < length; row++) column[row] = places[column[row] ?? 0] ?? 0
}

/** Takes the rows out that are dropped. */
const leaveOut = (rows: Memory, dropped: ReadonlySet<number>): void => {
  let to = 0
  for (let row = 0; row < rows.length; row++) {
    if (dropped.has(row)) continue
    if (to < row) {
      rows.uts[to] = rows.uts[row] ?? 0
      rows.status[to] = rows.status[row] ?? 0
      rows.subcode[to] = rows.subcode[row] ?? 0
      for (const ids of [rows.uidHalves, rows.callidHalves]) ids.copyWithin(2 * to, 2 * row, 2 * row + 2)
    }
    to += 1
  }
  rows.length = to
}

const noSpan: Window = { from: 0, to: 0 }

const spanOf = (agents: number, rows: (agent: number) => Rows): Window => {
  let from = Infinity
  let to = -Infinity
  for (let agent = 0; agent < agents; agent++) {
    const { length, uts } = rows(agent)
    if (length === 0) continue
    from = Math.min(from, uts[0] ?? 0)
    to = Math.max(to, (uts[length - 1] ?? 0) + 1)
  }
  return from < to ? { from, to } : noSpan
}

/** The rows that were dropped: those of runs, each behind the others of its run, and those far from one another. */
const droppedRows = (
  runs: EventBatch.EventBatch,
  runLengths: ReadonlyArray<number>,
  repeats: Repeats.Repeats | null,
): Dropped => {
  const [uts, agent, isConflict]: [Array<number>, Array<number>, Array<number>] = [[], [], []]
  const drop = (row: Repeats.Row, kept: Repeats.Row) => {
    uts.push(kept.batch.uts[kept.row] ?? 0)
    agent.push(kept.batch.agents[kept.batch.agent[kept.row] ?? 0] ?? 0)
    isConflict.push(Repeats.isSame(row, kept) ? 0 : 1)
  }
  let end = 0
  for (const length of runLengths) {
    const last = { batch: runs, row: end + length - 1 }
    const kept = repeats?.kept(last) ?? last
    for (let row = end; row < last.row; row++) drop({ batch: runs, row }, kept)
    end += length
  }
  for (const { kept, row } of repeats?.rows() ?? []) drop(row, kept)
  return {
    length: uts.length,
    uts: Float64Array.from(uts),
    agent: Float64Array.from(agent),
    isConflict: Uint8Array.from(isConflict),
  }
}

/** Makes an empty collector. */
export const collector = (): Collector => {
  const written: Chains = chains()
  const agents = numbered<number>([], written.addAgent)
  const statuses = numbered<string>([])
  const subcodes = numbered<string>([""])
  const single = EventBatch.builder()
  const runs = EventBatch.builder()
  const runLengths: Array<number> = []
  /** The last row of the batch before, and those before it with its id: the next batch may begin with the same. */
  let run: Run | null = null
  let added = 0
  /** When the first and the last row were, dropped ones among them. */
  let earliest = Infinity
  let latest = -Infinity

  const deliver = (batch: EventBatch.EventBatch): Delivery => ({
    uid: halves(batch.uid),
    uts: batch.uts,
    callid: halves(batch.callid),
    agent: batch.agent,
    status: batch.status,
    subcode: batch.subcode,
    agentOf: agents.of(batch.agents),
    statusOf: statuses.of(batch.statuses),
    subcodeOf: subcodes.of(batch.subcodes),
  })

  /** Writes the row that a run leaves. */
  const close = () => {
    if (run === null) return
    const { before, last } = run
    EventBatch.push(single, last)
    written.write(deliver(single.take()), 0, 1)
    if (before.length > 0) {
      for (const event of [...before, last]) EventBatch.push(runs, event)
      runLengths.push(before.length + 1)
    }
    run = null
  }

  const takeIn = (batch: EventBatch.EventBatch) => {
    added += batch.length
    earliest = Math.min(earliest, least(batch.uts))
    latest = Math.max(latest, most(batch.uts))
    const delivery = deliver(batch)
    const last = batch.length - 1
    let row = 0
    while (row <= last) {
      if (run !== null) {
        const event = eventAt(batch, row)
        if (event.uid === run.last.uid) {
          run.before.push(run.last)
          run.last = event
          row += 1
          continue
        }
        close()
      }
      row = written.write(delivery, row, last)
      run = { last: eventAt(batch, row), before: [] }
      row += 1
    }
  }
  const builder = EventBatch.builder(takeIn)
  /** What stands in the builder was delivered before anything else that comes. */
  const flush = () => {
    const remaining = builder.take()
    if (remaining.length > 0) takeIn(remaining)
  }

  const log = (): EventLog => {
    flush()
    close()
    const { counts } = written
    const longest = counts.reduce((largest, count) => Math.max(largest, count), 0)
    const total = counts.reduce((sum, count) => sum + count, 0)
    const held = memory(longest)

    const append: Repeats.Append = (into, { callid, status, subcode, uid, uts }, agent, row) =>
      EventBatch.push(into, {
        uid: uid[row] ?? 0n,
        uts: uts[row] ?? 0,
        agent: agents.values[agent] ?? 0,
        status: statuses.values[status[row] ?? 0] ?? "",
        subcode: subcodes.values[subcode[row] ?? 0] ?? "",
        callid: callid[row] ?? 0n,
      })
    const readAll: Repeats.Reading = (visit) => {
      const descents = new Uint32Array(longest)
      counts.forEach((_, agent) => {
        written.read(agent, held, descents)
        visit(held, agent, descents)
      })
    }
    const repeats = written.descents() === 0 ? null : Repeats.find(readAll, total, EventBatch.builder(), append)
    const leftOut = new Map<number, Set<number>>()
    for (const { agent, place } of repeats?.rows() ?? []) {
      const places = leftOut.get(agent)
      if (places === undefined) leftOut.set(agent, new Set([place]))
      else places.add(place)
    }
    const dropped = droppedRows(runs.take(), runLengths, repeats)

    const status = inOrder(statuses.values)
    const subcode = inOrder(subcodes.values)
    const isKept = (agent: number) => (counts[agent] ?? 0) > (leftOut.get(agent)?.size ?? 0)
    const order = [...agents.values.keys()]
      .filter(isKept)
      .toSorted((one, other) => (agents.values[one] ?? 0) - (agents.values[other] ?? 0))
    const rows = (index: number): Memory => {
      const agent = order[index] ?? 0
      written.read(agent, held)
      const gone = leftOut.get(agent)
      if (gone !== undefined) leaveOut(held, gone)
      fixUp(held)
      translate(held.status, status.places, held.length)
      translate(held.subcode, subcode.places, held.length)
      return held
    }
    return {
      length: total - [...leftOut.values()].reduce((sum, { size }) => sum + size, 0),
      agents: order.map((agent) => agents.values[agent] ?? 0),
      statuses: status.ascending,
      subcodes: subcode.ascending,
      dropped,
      rows,
      span: () => {
        // A row that was corrected may have been the first or the last of all.
        if (dropped.isConflict.includes(1)) return spanOf(order.length, rows)
        return total === 0 ? noSpan : { from: earliest, to: latest + 1 }
      },
    }
  }

  return {
    builder,
    add: (batch) => {
      flush()
      takeIn(batch)
    },
    get rows() {
      return added + builder.length
    },
    log,
  }
}

/**
 * Makes a log of batches, given in the order of delivery: where rows share a `uid`, the one delivered last is kept.
 *
 * @example
 * const row = { uid: 7n, uts: 100, agent: 1, status: "call", subcode: "", callid: 9n }
 * EventLog.normalise([EventBatch.fromEvents([row, row])]).dropped.length // => 1
 */
export const normalise = (batches: Iterable<EventBatch.EventBatch>): EventLog => {
  const { add, log } = collector()
  for (const batch of batches) add(batch)
  return log()
}

const noRows: Rows = memory(0)

/** The log of exactly these agents; one of whom nothing is known has no rows. */
export const ofAgents = (log: EventLog, ids: Iterable<number>): EventLog => {
  const agents = [...new Set(ids)].toSorted(compareNumbers)
  const indexOf = new Map(log.agents.map((agent, index) => [agent, index]))
  const asked = new Set(agents)
  const { agent, isConflict, uts } = log.dropped
  const isAsked = (_: number, row: number) => asked.has(agent[row] ?? 0)
  const dropped = { uts: uts.filter(isAsked), agent: agent.filter(isAsked), isConflict: isConflict.filter(isAsked) }
  const rows = (index: number) => {
    const found = indexOf.get(agents[index] ?? -1)
    return found === undefined ? noRows : log.rows(found)
  }
  return {
    ...log,
    length: agents.reduce((sum, _, index) => sum + rows(index).length, 0),
    agents,
    rows,
    span: () => spanOf(agents.length, rows),
    dropped: { ...dropped, length: dropped.uts.length },
  }
}

/** How many of an agent's events in the window were recorded late: one that comes later, but before `to`, has a lower `uid`. */
export const outOfOrder = ({ length, uid, uts }: Rows, { from, to }: Window): number => {
  const ids = halves(uid)
  let late = 0
  /** The row with the lowest id up to here; -1 = none yet. */
  let lowest = -1
  for (let row = length - 1; row >= 0; row--) {
    const at = uts[row] ?? 0
    if (at >= to) continue
    if (at < from) break
    if (lowest < 0 || !isLarger(ids, row, lowest)) lowest = row
    else late += 1
  }
  return late
}

/** The rows of a log as batches, one an agent, as they are asked for: what `normalise` makes the same log of. */
export const batches = function* (log: EventLog): Generator<EventBatch.EventBatch> {
  const { agents, statuses, subcodes } = log
  for (let agent = 0; agent < agents.length; agent++) {
    const { callid, length, status, subcode, uid, uts } = log.rows(agent)
    if (length === 0) continue
    yield {
      length,
      agent: new Uint32Array(length).fill(agent),
      uid: uid.slice(0, length),
      uts: uts.slice(0, length),
      callid: callid.slice(0, length),
      status: status.slice(0, length),
      subcode: subcode.slice(0, length),
      agents,
      statuses,
      subcodes,
    }
  }
}

/** The last event of each agent: of the time before a window, that is all that matters. */
export const lastEvents = (delivered: Iterable<EventBatch.EventBatch>): EventBatch.EventBatch => {
  const last = EventBatch.builder()
  for (const batch of batches(normalise(delivered))) EventBatch.push(last, eventAt(batch, batch.length - 1))
  return last.take()
}
