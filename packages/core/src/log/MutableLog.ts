/**
 * A log in memory that events are put into and taken from.
 *
 * Shape    see rows.ts; no row is dropped, since whoever puts an event in has taken out what had its `uid`
 * Cost     32 bytes a row, and room for some more; an event moves those of its agent that come after it
 */
import { halves, lowHalf } from "../events/columns.ts"
import type { StatusEvent } from "../events/StatusEvent.ts"
import { type EventLog, inOrder, type Rows, rowsBefore, spanOf } from "./rows.ts"

/** The rows of one agent, which may be fewer than there is room for. */
interface Columns {
  length: number
  uid: BigInt64Array
  uts: Float64Array
  callid: BigInt64Array
  status: Uint32Array
  subcode: Uint32Array
}

const columns = (capacity: number): Columns => ({
  length: 0,
  uid: new BigInt64Array(capacity),
  uts: new Float64Array(capacity),
  callid: new BigInt64Array(capacity),
  status: new Uint32Array(capacity),
  subcode: new Uint32Array(capacity),
})

const arraysOf = ({ callid, status, subcode, uid, uts }: Rows) => [uid, uts, callid, status, subcode] as const

/** A copy with room for half as many again. */
const copy = (rows: Rows): Columns => {
  const { length } = rows
  const into = columns(length + (length >>> 1) + 8)
  into.length = length
  into.uid.set(rows.uid.subarray(0, length))
  into.uts.set(rows.uts.subarray(0, length))
  into.callid.set(rows.callid.subarray(0, length))
  into.status.set(rows.status.subarray(0, length))
  into.subcode.set(rows.subcode.subarray(0, length))
  return into
}

/** Texts in order; a new one moves the numbers of those behind it. */
interface Texts {
  all: ReadonlyArray<string>
  readonly numbers: Map<string, number>
}

const textsOf = (all: ReadonlyArray<string>): Texts => ({ all, numbers: new Map(all.map((text, at) => [text, at])) })

export interface MutableLog {
  /** The log as it is now; its rows are valid until the next event is put in or taken out. */
  readonly log: () => EventLog
  /** The log of those of some agents who have events. */
  readonly logOf: (agents: Iterable<number>) => EventLog
  readonly put: (event: StatusEvent) => void
  /** Which agents have the events with some ids; those that nobody has are left out. One look at all rows. */
  readonly agentsOf: (uids: ReadonlyArray<bigint>) => ReadonlyMap<bigint, number>
  /** Takes an agent's event out; gives when it was. */
  readonly take: (agent: number, uid: bigint) => number | undefined
  /** The largest id there has been. */
  readonly largest: () => bigint
}

const noneDropped: EventLog["dropped"] = {
  length: 0,
  uts: new Float64Array(0),
  agent: new Float64Array(0),
  isConflict: new Uint8Array(0),
}

/** Makes a copy of a log, without what it dropped. */
export const of = (from: EventLog): MutableLog => {
  const byAgent = new Map<number, Columns>()
  let largest = 0n
  for (const [agent, id] of from.agents.entries()) {
    const own = copy(from.rows(agent))
    byAgent.set(id, own)
    for (let row = 0; row < own.length; row++) if ((own.uid[row] ?? 0n) > largest) largest = own.uid[row] ?? 0n
  }
  const statuses = textsOf(from.statuses)
  const subcodes = textsOf(from.subcodes)

  const numberOf = (texts: Texts, name: "status" | "subcode", text: string): number => {
    const known = texts.numbers.get(text)
    if (known !== undefined) return known
    const { ascending, places } = inOrder([...texts.all, text])
    for (const { [name]: column, length } of byAgent.values()) {
      for (let row = 0; row < length; row++) column[row] = places[column[row] ?? 0] ?? 0
    }
    texts.all = ascending
    for (const [at, each] of ascending.entries()) texts.numbers.set(each, at)
    return texts.numbers.get(text) ?? 0
  }

  const logOf = (agents: ReadonlyArray<number>): EventLog => {
    const none = columns(0)
    const rows = (agent: number): Rows => byAgent.get(agents[agent] ?? Number.NaN) ?? none
    return {
      length: agents.reduce((sum, agent) => sum + (byAgent.get(agent)?.length ?? 0), 0),
      agents,
      statuses: statuses.all,
      subcodes: subcodes.all,
      span: () => spanOf(agents.length, rows),
      rows,
      dropped: noneDropped,
    }
  }

  const agentsOf = (uids: ReadonlyArray<bigint>): ReadonlyMap<bigint, number> => {
    const found = new Map<bigint, number>()
    if (uids.length === 0) return found
    const wanted = new Set(uids)
    // Most rows are ruled out by a few bits of their ids.
    const isLikely = new Uint8Array(0x10000)
    for (const uid of uids) isLikely[Number(uid & 0xffffn)] = 1
    for (const [agent, { length, uid }] of byAgent) {
      const ids = halves(uid)
      for (let row = 0; row < length; row++) {
        if (isLikely[(ids[2 * row + lowHalf] ?? 0) & 0xffff] !== 1) continue
        const id = uid[row] ?? 0n
        if (wanted.has(id)) found.set(id, agent)
      }
    }
    return found
  }

  return {
    log: () => logOf([...byAgent.keys()].toSorted((one, other) => one - other)),
    logOf: (agents) => logOf([...agents].filter((agent) => byAgent.has(agent)).toSorted((one, other) => one - other)),
    largest: () => largest,
    put: ({ agent, callid, status, subcode, uid, uts }) => {
      // New texts change numbers, so they come first.
      const state = numberOf(statuses, "status", status)
      const reason = numberOf(subcodes, "subcode", subcode)
      let own = byAgent.get(agent) ?? columns(8)
      if (own.length === own.uts.length) own = copy(own)
      byAgent.set(agent, own)
      let row = rowsBefore(own, uts)
      while (row < own.length && own.uts[row] === uts && (own.uid[row] ?? 0n) < uid) row += 1
      for (const column of arraysOf(own)) column.copyWithin(row + 1, row, own.length)
      own.uid[row] = uid
      own.uts[row] = uts
      own.callid[row] = callid
      own.status[row] = state
      own.subcode[row] = reason
      own.length += 1
      if (uid > largest) largest = uid
    },
    agentsOf,
    take: (agent, uid) => {
      const own = byAgent.get(agent)
      const row = own?.uid.subarray(0, own.length).indexOf(uid) ?? -1
      if (own === undefined || row < 0) return undefined
      const uts = own.uts[row]
      for (const column of arraysOf(own)) column.copyWithin(row, row + 1, own.length)
      own.length -= 1
      if (own.length === 0) byAgent.delete(agent)
      return uts
    },
  }
}
