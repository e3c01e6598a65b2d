/**
 * A log of what is stored: the parts of closed days and the rows of open ones, agent by agent.
 *
 * Shape    see log/rows.ts. Days don't overlap, so that an agent's rows are those of one day after the other
 * Cost     an agent's times and statuses are decoded when its rows are asked for; its ids, calls and subcodes when they are
 */
import type { EventLog, Rows } from "../../log/EventLog.ts"
import { inOrder, lateIn, noSpan, rowsBefore } from "../../log/rows.ts"
import type { Window } from "../../time/Window.ts"
import type { Reader } from "./columnCodec.ts"

/** Columns of at least so many rows. */
const memory = (capacity: number) => ({
  uts: new Float64Array(capacity),
  status: new Uint32Array(capacity),
  subcode: new Uint32Array(capacity),
  uid: new BigInt64Array(capacity),
  callid: new BigInt64Array(capacity),
})

type Memory = ReturnType<typeof memory>

const noRows: Rows = { ...memory(0), length: 0 }

/** A log of one open day, read as a closed one's part is. */
export const rowDayReader = (log: EventLog): Reader => {
  const lengths = log.agents.map((_, agent) => log.rows(agent).length)
  let held = { place: -1, rows: noRows }
  /** Its columns are asked for one after the other. */
  const rowsOf = (place: number): Rows => {
    if (held.place !== place) held = { place, rows: log.rows(place) }
    return held.rows
  }
  return {
    rows: log.length,
    agents: log.agents,
    statuses: log.statuses,
    subcodes: log.subcodes,
    count: (place) => lengths[place] ?? 0,
    times: (place, uts, status, row) => {
      const rows = rowsOf(place)
      uts.set(rows.uts.subarray(0, rows.length), row)
      status.set(rows.status.subarray(0, rows.length), row)
    },
    subcode: (place, into, row) => {
      const { length, subcode } = rowsOf(place)
      into.set(subcode.subarray(0, length), row)
    },
    uid: (place, into, row) => {
      const { length, uid } = rowsOf(place)
      into.set(uid.subarray(0, length), row)
    },
    callid: (place, into, row) => {
      const { callid, length } = rowsOf(place)
      into.set(callid.subarray(0, length), row)
    },
  }
}

/** Rows of one agent in a part, from one on up to another. */
export interface Run {
  readonly part: number
  readonly place: number
  readonly from: number
  readonly to: number
}

/** Numbers that a part's texts have in the log; nothing where they are its own. */
const translation = (all: ReadonlyArray<string>, own: ReadonlyArray<string>): Uint32Array | undefined => {
  const numbers = new Map(all.map((text, index) => [text, index]))
  const translated = Uint32Array.from(own, (text) => numbers.get(text) ?? 0)
  return translated.every((number, index) => number === index) ? undefined : translated
}

const translate = (column: Uint32Array, numbers: Uint32Array | undefined, from: number, to: number): void => {
  if (numbers === undefined) return
  for (let row = from; row < to; row++) column[row] = numbers[column[row] ?? 0] ?? 0
}

const everywhere: Window = { from: -Infinity, to: Infinity }

/** The largest id that a double holds. */
const maxExact = BigInt(Number.MAX_SAFE_INTEGER)

/** A part, and whether all of it may be asked for, or some that has to be looked for. */
export interface Piece {
  readonly reader: Reader
  /** The span in which its rows lie. */
  readonly within: Window
}

/**
 * The runs of each agent in a window, and before them that of its last row from `since` on.
 *
 * Pieces ascend by their spans, those of one day by agents.
 */
export const runsOf = (
  pieces: ReadonlyArray<Piece>,
  { from, to }: Window,
  since: number,
  isAsked: (agent: number) => boolean,
): ReadonlyMap<number, ReadonlyArray<Run>> => {
  const runs = new Map<number, Array<Run>>()
  const carried = new Map<number, Run>()
  const scratch = memory(0x10000)
  for (const [part, { reader, within }] of pieces.entries()) {
    const isInside = within.from >= from && within.to <= to
    for (const [place, agent] of reader.agents.entries()) {
      if (!isAsked(agent)) continue
      const count = reader.count(place)
      let first = 0
      let last = count
      if (!isInside) {
        // Open days may have more rows than a part.
        const uts = count > scratch.uts.length ? new Float64Array(count) : scratch.uts
        const status = count > scratch.status.length ? new Uint32Array(count) : scratch.status
        reader.times(place, uts, status, 0)
        first = rowsBefore({ uts, length: count }, from)
        last = rowsBefore({ uts, length: count }, to)
        if (first > 0 && (uts[first - 1] ?? 0) >= since) carried.set(agent, { part, place, from: first - 1, to: first })
      }
      if (first >= last) continue
      const known = runs.get(agent)
      const run = { part, place, from: first, to: last }
      if (known === undefined) runs.set(agent, [run])
      else known.push(run)
    }
  }
  for (const [agent, run] of carried) runs.set(agent, [run, ...(runs.get(agent) ?? [])])
  return runs
}

/** Makes the log of runs. */
export const make = (pieces: ReadonlyArray<Piece>, runs: ReadonlyMap<number, ReadonlyArray<Run>>): EventLog => {
  const readers = pieces.map(({ reader }) => reader)
  const agents = [...runs.keys()].toSorted((one, other) => one - other)
  const runsOfAgent = agents.map((agent) => runs.get(agent) ?? [])
  const lengths = runsOfAgent.map((some) => some.reduce((sum, { from, to }) => sum + to - from, 0))
  const statuses = inOrder([...new Set(readers.flatMap((reader) => reader.statuses))]).ascending
  const subcodes = inOrder([...new Set(["", ...readers.flatMap((reader) => reader.subcodes)])]).ascending
  const statusOf = readers.map((reader) => translation(statuses, reader.statuses))
  const subcodeOf = readers.map((reader) => translation(subcodes, reader.subcodes))
  let held = memory(1024)
  let scratch = memory(1024)

  /** Has each run write its rows: in place where all of them are asked for, else by way of `scratch`, from which some are moved. */
  const fill = (
    agent: number,
    decode: (reader: Reader, place: number, into: Memory, row: number) => void,
    move: (from: number, to: number, row: number) => void,
    after: (part: number, from: number, to: number) => void = () => {},
  ): void => {
    let row = 0
    for (const { from, part, place, to } of runsOfAgent[agent] ?? []) {
      const reader = readers[part]
      if (reader === undefined) continue
      const count = reader.count(place)
      if (from === 0 && to === count) decode(reader, place, held, row)
      else {
        if (scratch.uts.length < count) scratch = memory(2 * count)
        decode(reader, place, scratch, 0)
        move(from, to, row)
      }
      after(part, row, row + to - from)
      row += to - from
    }
  }

  const fillTimes = (agent: number) =>
    fill(
      agent,
      (reader, place, { status, uts }, row) => reader.times(place, uts, status, row),
      (from, to, row) => {
        held.uts.set(scratch.uts.subarray(from, to), row)
        held.status.set(scratch.status.subarray(from, to), row)
      },
      (part, from, to) => translate(held.status, statusOf[part], from, to),
    )

  const fillSubcode = (agent: number) =>
    fill(
      agent,
      (reader, place, { subcode }, row) => reader.subcode(place, subcode, row),
      (from, to, row) => held.subcode.set(scratch.subcode.subarray(from, to), row),
      (part, from, to) => translate(held.subcode, subcodeOf[part], from, to),
    )

  const fillIds = (agent: number, name: "uid" | "callid") =>
    fill(
      agent,
      (reader, place, into, row) => reader[name](place, into[name], row),
      (from, to, row) => held[name].set(scratch[name].subarray(from, to), row),
    )

  /**
   * How many were recorded late, run by run from the last one: of a whole day within the window the index says so, as long
   * as all ids after it are larger. Nothing where that does not do.
   */
  const lateByIndex = (agent: number, window: Window): number | undefined => {
    let late = 0
    let least = Infinity
    for (const run of (runsOfAgent[agent] ?? []).toReversed()) {
      const within = pieces[run.part]?.within ?? everywhere
      if (within.to <= window.from) break
      const known = lateOfRun(run, window, least)
      if (known === undefined) return undefined
      late += known.late
      least = Math.min(least, known.least)
    }
    return late
  }

  /** What is late in a run, and its least id, if all ids after it are `after` or larger. */
  const lateOfRun = ({ from, part, place, to }: Run, window: Window, after: number) => {
    const reader = readers[part]
    const within = pieces[part]?.within ?? everywhere
    const isWhole = from === 0 && to === reader?.count(place) && within.from >= window.from && within.to <= window.to
    const order = reader?.order?.(place)
    if (reader === undefined) return undefined
    if (isWhole && order !== undefined && order.max >= 0 && order.max < after)
      return { late: order.late, least: order.min }
    const count = reader.count(place)
    if (scratch.uts.length < count) scratch = memory(2 * count)
    reader.times(place, scratch.uts, scratch.status, 0)
    reader.uid(place, scratch.uid, 0)
    let [late, least] = [0, after]
    for (let row = to - 1; row >= from; row--) {
      const at = scratch.uts[row] ?? 0
      if (at < window.from || at >= window.to) continue
      const id = scratch.uid[row] ?? 0n
      if (id > maxExact) return undefined
      if (Number(id) > least) late += 1
      else least = Number(id)
    }
    return { late, least }
  }

  const rows = (agent: number): Rows => {
    const length = lengths[agent] ?? 0
    if (held.uts.length < length) held = memory(2 * length)
    fillTimes(agent)
    const { callid, status, subcode, uid, uts } = held
    const once = (work: () => void) => {
      let isDone = false
      return () => {
        if (!isDone) work()
        isDone = true
      }
    }
    const needUid = once(() => fillIds(agent, "uid"))
    const needCallid = once(() => fillIds(agent, "callid"))
    const needSubcode = once(() => fillSubcode(agent))
    return {
      length,
      uts,
      status,
      get uid() {
        needUid()
        return uid
      },
      get callid() {
        needCallid()
        return callid
      },
      get subcode() {
        needSubcode()
        return subcode
      },
      outOfOrder: (window) => {
        const late = lateByIndex(agent, window)
        if (late !== undefined) return late
        needUid()
        return lateIn({ length, uid, uts }, window)
      },
    }
  }

  const span = (): Window => {
    let from = Infinity
    let to = -Infinity
    for (let agent = 0; agent < agents.length; agent++) {
      const { length, uts } = rows(agent)
      from = Math.min(from, uts[0] ?? 0)
      to = Math.max(to, (uts[length - 1] ?? 0) + 1)
    }
    return from < to ? { from, to } : noSpan
  }

  return {
    length: lengths.reduce((sum, length) => sum + length, 0),
    agents,
    statuses,
    subcodes,
    span,
    rows,
    dropped: { length: 0, uts: new Float64Array(0), agent: new Float64Array(0), isConflict: new Uint8Array(0) },
  }
}
