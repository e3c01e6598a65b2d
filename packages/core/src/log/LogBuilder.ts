/**
 * Makes a log of rows as they are delivered, however many they are: what a decoder or the vendor's client fills.
 *
 * Shape    takes rows in, and packs them agent by agent (packedRows.ts)
 * Source   docs/definitions.md, section "Events"
 * Cost     6 to 8 bytes a row; newest first 12 to 14; 40 where neither times nor ids of an agent's rows follow one another.
 *          Rows are parted by agent as they come, as a counting sort would; those recorded late are moved up when they are
 *          read, and a radix sort orders agents whose rows come in no order: linear in rows, in whatever order they come.
 *          A row delivered twice costs some hundred bytes more, see duplicates.ts
 */
import { highHalf, halves, isLarger, lowHalf } from "../events/columns.ts"
import * as EventBatch from "../events/EventBatch.ts"
import type { StatusEvent } from "../events/StatusEvent.ts"
import { type PackedRows, packedRows, type Delivery, type Memory, memory } from "./packedRows.ts"
import { insertionSort, moveIdUp, moveUp, type Rows as Disorder, type Sorter, sorter } from "./radixSort.ts"
import * as Duplicates from "./duplicates.ts"
import { type EventLog, extend, inOrder, noExtent, type Rows, spanWithin } from "./rows.ts"

/** Takes rows in, in the order of delivery, and makes a log of them. */
export interface LogBuilder {
  /** Where a decoder puts rows, without batches between. */
  readonly builder: EventBatch.Builder
  /** Takes a batch in. */
  readonly add: (batch: EventBatch.EventBatch) => void
  /** Rows taken in. */
  readonly rows: number
  /** The log of all rows, the same each time; a collector that made one throws when it is given more rows. */
  readonly log: () => EventLog
}

/** Gives values of many dictionaries numbers of one; a dictionary may have grown since it was seen last. */
const translator = <A>(indexOf: (value: A) => number) => {
  const known = new WeakMap<ReadonlyArray<A>, { numbers: Uint32Array; length: number }>()
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
const intern = <A>(first: ReadonlyArray<A>, onNew: () => void = () => {}) => {
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

/** Rows with one id that were delivered one after another: the last of them counts. */
interface Run {
  last: StatusEvent
  readonly before: Array<StatusEvent>
}

const translate = (column: Uint32Array, places: Uint32Array, length: number): void => {
  for (let row = 0; row < length; row++) column[row] = places[column[row] ?? 0] ?? 0
}

/** Takes the rows out that are dropped; they ascend. */
const leaveOut = (rows: Memory, dropped: ReadonlyArray<number>): void => {
  let to = 0
  let next = 0
  for (let row = 0; row < rows.length; row++) {
    if (dropped[next] === row) {
      next += 1
      continue
    }
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

/** An agent's rows as what is put into order. */
const disorderOf = (held: Memory, { permute }: Sorter): Disorder => ({
  get length() {
    return held.length
  },
  uts: held.uts,
  hasLargerId: (one, other) => isLarger(held.uidHalves, one, other),
  ids: (low, high) => {
    for (let row = 0; row < low.length; row++) {
      low[row] = held.uidHalves[2 * row + lowHalf] ?? 0
      high[row] = held.uidHalves[2 * row + highHalf] ?? 0
    }
  },
  reverse: () => {
    for (const column of [held.uts, held.status, held.subcode]) column.subarray(0, held.length).reverse()
    for (const ids of [held.uid, held.callid]) ids.subarray(0, held.length).reverse()
  },
  moveUp: (row, target) => {
    for (const column of [held.uts, held.status, held.subcode]) moveUp(column, row, target)
    for (const ids of [held.uidHalves, held.callidHalves]) moveIdUp(ids, row, target)
  },
  permute: (order) => {
    for (const column of [held.uts, held.status, held.subcode]) permute(column, order)
    for (const ids of [held.uidHalves, held.callidHalves]) permute(ids, order, 2)
  },
})

/** The rows that go: those of runs, each of which ends with the row that stays, and those far from one another. */
const droppedRows = function* (
  runs: EventBatch.EventBatch,
  runLengths: ReadonlyArray<number>,
  candidates: EventBatch.EventBatch,
  repeats: Duplicates.Duplicates,
): Generator<readonly [Duplicates.Row, Duplicates.Row]> {
  const ids = halves(runs.uid)
  let end = 0
  for (const length of runLengths) {
    const last = end + length - 1
    const kept = repeats.keptOf(ids[2 * last + lowHalf] ?? 0, ids[2 * last + highHalf] ?? 0)
    const stays = kept === undefined ? { batch: runs, row: last } : { batch: candidates, row: kept }
    for (let row = end; row < last; row++) yield [{ batch: runs, row }, stays]
    end += length
  }
  for (const [dropped, kept] of repeats.dropped()) {
    yield [
      { batch: candidates, row: dropped },
      { batch: candidates, row: kept },
    ]
  }
}

/** Makes an empty collector. */
export const logBuilder = (): LogBuilder => {
  const written: PackedRows = packedRows()
  const agents = intern<number>([], written.addAgent)
  const statuses = intern<string>([])
  const subcodes = intern<string>([""])
  const single = EventBatch.builder()
  const runs = EventBatch.builder()
  const runLengths: Array<number> = []
  /** The last row of the batch before, and those before it with its id: the next batch may begin with the same. */
  let run: Run | null = null
  let added = 0
  let extent = noExtent

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

  let made: EventLog | null = null

  const takeIn = (batch: EventBatch.EventBatch) => {
    if (made !== null) throw new Error("This collector has made its log: rows that come later need another one.")
    added += batch.length
    extent = extend(extent, batch.uts)
    const delivery = deliver(batch)
    const last = batch.length - 1
    let row = 0
    while (row <= last) {
      if (run !== null) {
        const event = EventBatch.eventAt(batch, row)
        if (event.uid === run.last.uid) {
          run.before.push(run.last)
          run.last = event
          row += 1
          continue
        }
        close()
      }
      row = written.write(delivery, row, last)
      run = { last: EventBatch.eventAt(batch, row), before: [] }
      row += 1
    }
  }
  const builder = EventBatch.builder(takeIn)
  /** What stands in the builder was delivered before anything else that comes. */
  const flush = () => {
    const remaining = builder.take()
    if (remaining.length > 0) takeIn(remaining)
  }

  const make = (): EventLog => {
    flush()
    close()
    const { counts } = written
    const longest = counts.reduce((largest, count) => Math.max(largest, count), 0)
    const total = counts.reduce((sum, count) => sum + count, 0)
    const held = memory(longest)

    /** Rows with equal ids that are no run: there are none where the ids never descend. */
    const candidates = EventBatch.builder()
    const agentOf: Array<number> = []
    const rowOf: Array<number> = []
    const descents = new Uint32Array(written.descents() === 0 ? 0 : longest)
    const repeats = Duplicates.find(
      (visit) => {
        if (written.descents() === 0) return
        counts.forEach((_, agent) => {
          written.read(agent, held, descents)
          visit({ length: held.length, ids: held.uidHalves, delivered: descents }, agent)
        })
      },
      total,
      (row, agent) => {
        agentOf.push(agent)
        rowOf.push(row)
        EventBatch.push(candidates, {
          uid: held.uid[row] ?? 0n,
          uts: held.uts[row] ?? 0,
          agent: agents.values[agent] ?? 0,
          status: statuses.values[held.status[row] ?? 0] ?? "",
          subcode: subcodes.values[held.subcode[row] ?? 0] ?? "",
          callid: held.callid[row] ?? 0n,
        })
      },
    )
    /** Per agent, the rows to leave out, ascending as they were read. */
    const leftOut = new Map<number, Array<number>>()
    for (const [dropped] of repeats.dropped()) {
      const agent = agentOf[dropped] ?? 0
      const gone = leftOut.get(agent)
      if (gone === undefined) leftOut.set(agent, [rowOf[dropped] ?? 0])
      else gone.push(rowOf[dropped] ?? 0)
    }
    const dropped = Duplicates.droppedOf(droppedRows(runs.take(), runLengths, candidates.take(), repeats))

    const status = inOrder(statuses.values)
    const subcode = inOrder(subcodes.values)
    const isKept = (agent: number) => (counts[agent] ?? 0) > (leftOut.get(agent)?.length ?? 0)
    const order = [...agents.values.keys()]
      .filter(isKept)
      .toSorted((one, other) => (agents.values[one] ?? 0) - (agents.values[other] ?? 0))
    const by = sorter(longest)
    const disorder = disorderOf(held, by)
    const rows = (index: number): Rows => {
      const agent = order[index] ?? 0
      written.read(agent, held)
      const gone = leftOut.get(agent)
      if (gone !== undefined) leaveOut(held, gone)
      insertionSort(disorder, by)
      translate(held.status, status.places, held.length)
      translate(held.subcode, subcode.places, held.length)
      return held
    }
    return {
      length: total - [...leftOut.values()].reduce((sum, gone) => sum + gone.length, 0),
      agents: order.map((agent) => agents.values[agent] ?? 0),
      statuses: status.ascending,
      subcodes: subcode.ascending,
      dropped,
      rows,
      span: () => spanWithin(extent, dropped, order.length, rows),
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
    log: () => (made ??= make()),
  }
}
