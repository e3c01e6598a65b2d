/**
 * A closed day in columns: each column is a piece of bytes of its own, so that a question reads those it needs.
 *
 * Shape    a part has at most 65,536 rows, agent by agent in order, agents ascending; an agent may go on in the next part.
 *          `index`    the agents, how many rows each has, the texts, how long each agent's ids are, deflated
 *          `status`   16 bits a row: seconds since the agent's row before (its first: since the day began) and status; the
 *                     largest value stands for the next one of 64 bits at the end
 *          `subcode`  indices, deflated; nothing when all are the empty text
 *          `uid`      differences, deflated varints
 *          `callid`   0 = none, 1 = the agent's last one again, else 2 + the difference to it, deflated varints
 *          `summary`  what whole days are summed from, see summary.ts
 * Units    seconds since the beginning of the day
 * Cost     about 4.4 bytes a row; 2 of them are read for a sum. 64-bit differences beyond 2^48 go by bigint
 */
import { highHalf, halves, indices, isLarger, lowHalf, setId, wordSize } from "../../events/columns.ts"
import type { EventLog, Rows } from "../../log/EventLog.ts"
import type { Codec } from "../drivers/Driver.ts"
import * as binaryLayout from "./binaryLayout.ts"
import * as PartIndex from "./partIndex.ts"
import * as Summary from "./summary.ts"
import * as varint from "./varint.ts"

export const columns = ["index", "status", "subcode", "uid", "callid", "summary"] as const
export type Column = (typeof columns)[number]

export interface Part {
  readonly rows: number
  readonly uidMin: bigint
  readonly uidMax: bigint
  readonly columns: Readonly<Record<Column, Uint8Array>>
}

const rowsPerPart = 65_536

const escape = 0xffff

/** Gives the values that come up numbers of their own, in the order in which they come. */
const localInterner = (values: ReadonlyArray<string>) => {
  const numbers = new Int32Array(values.length).fill(-1)
  const texts: Array<string> = []
  return {
    texts,
    of: (index: number): number => {
      const known = numbers[index] ?? -1
      if (known >= 0) return known
      numbers[index] = texts.length
      texts.push(values[index] ?? "")
      return texts.length - 1
    },
  }
}

/** Ids below this have differences that doubles hold. */
const near = 2 ** 48

const idAt = (ids: Uint32Array, row: number): number =>
  (ids[2 * row + highHalf] ?? 0) * wordSize + (ids[2 * row + lowHalf] ?? 0)

const zigzag = (difference: number): number => (difference < 0 ? -2 * difference - 1 : 2 * difference)
const zigzagBig = (difference: bigint): bigint => (difference < 0n ? -2n * difference - 1n : 2n * difference)

const writeUid = (into: varint.Writer, uid: BigInt64Array, from: number, to: number): void => {
  const ids = halves(uid)
  let before = 0
  for (let row = from; row < to; row++) {
    const id = idAt(ids, row)
    if (id < near && before < near) into.number(zigzag(id - before))
    else into.bigint(zigzagBig((uid[row] ?? 0n) - (row === from ? 0n : (uid[row - 1] ?? 0n))))
    before = id
  }
}

const writeCallid = (into: varint.Writer, callid: BigInt64Array, from: number, to: number): void => {
  const ids = halves(callid)
  let before = 0
  let beforeRow = -1
  for (let row = from; row < to; row++) {
    const id = idAt(ids, row)
    if (id === 0) {
      into.number(0)
      continue
    }
    if (id < near && before < near) into.number(id === before ? 1 : 2 + zigzag(id - before))
    else {
      const last = beforeRow < 0 ? 0n : (callid[beforeRow] ?? 0n)
      const exact = callid[row] ?? 0n
      into.bigint(exact === last ? 1n : 2n + zigzagBig(exact - last))
    }
    before = id
    beforeRow = row
  }
}

/** What can be said of the ids of a stretch without reading them again. */
const orderOf = (uid: BigInt64Array, from: number, to: number) => {
  const ids = halves(uid)
  let late = 0
  let [lowest, highest] = [to - 1, to - 1]
  for (let row = to - 2; row >= from; row--) {
    if (isLarger(ids, row, lowest)) late += 1
    else lowest = row
    if (isLarger(ids, row, highest)) highest = row
  }
  return { late, uidMin: uid[lowest] ?? 0n, uidMax: uid[highest] ?? 0n }
}

const exactOr = (id: bigint): number => (id <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(id) : -1)

/** Puts rows into a part, agent after agent, as long as there is room. */
const partEncoder = (log: EventLog, dayStart: number, codec: Codec) => {
  const statusOf = localInterner(log.statuses)
  const subcodeOf = localInterner(log.subcodes)
  const delta = new Uint32Array(rowsPerPart)
  const status = new Uint32Array(rowsPerPart)
  const subcode = new Uint32Array(rowsPerPart)
  const uid = varint.writer()
  const callid = varint.writer()
  const summary = Summary.summaryBuilder()
  const agents: Array<PartIndex.Agent> = []
  let rows = 0
  let uidMin = 2n ** 63n
  let uidMax = -1n

  /** Takes in an agent's rows from one on, and says up to which one. */
  const add = (agent: number, of: Rows, from: number): number => {
    const { callid: callids, length, status: states, subcode: reasons, uid: uids, uts: times } = of
    const to = Math.min(length, from + rowsPerPart - rows)
    const first = rows
    let before = dayStart
    for (let row = from; row < to; row++) {
      const uts = times[row] ?? 0
      delta[rows] = uts - before
      status[rows] = statusOf.of(states[row] ?? 0)
      subcode[rows] = subcodeOf.of(reasons[row] ?? 0)
      before = uts
      rows += 1
    }
    const uidFrom = uid.length
    const callidFrom = callid.length
    writeUid(uid, uids, from, to)
    writeCallid(callid, callids, from, to)
    summary.add(agent, delta, status, first, rows)
    const order = orderOf(uids, from, to)
    if (order.uidMin < uidMin) uidMin = order.uidMin
    if (order.uidMax > uidMax) uidMax = order.uidMax
    agents.push({
      agent,
      uidMin: exactOr(order.uidMin),
      uidMax: exactOr(order.uidMax),
      count: to - from,
      late: order.late,
      escapes: 0,
      uidBytes: uid.length - uidFrom,
      callidBytes: callid.length - callidFrom,
    })
    return to
  }

  const end = (): Part => {
    const bits = bitsFor(statusOf.texts.length)
    const values = new Uint16Array(rows)
    const escaped: Array<number> = []
    let row = 0
    for (const agent of agents) {
      const last = row + agent.count
      const first = escaped.length
      for (; row < last; row++) {
        const value = (delta[row] ?? 0) * 2 ** bits + (status[row] ?? 0)
        values[row] = Math.min(value, escape)
        if (value >= escape) escaped.push(value)
      }
      agent.escapes = escaped.length - first
    }
    const hasSubcode = subcodeOf.texts.some((text) => text !== "")
    const subcodes = indices(subcodeOf.texts.length, rows)
    subcodes.set(subcode.subarray(0, rows))
    return {
      rows,
      uidMin,
      uidMax,
      columns: {
        index: codec.deflate(PartIndex.encode(agents, statusOf.texts, hasSubcode ? subcodeOf.texts : [""])),
        status: binaryLayout.concat([values, Float64Array.from(escaped)]),
        subcode: hasSubcode ? codec.deflate(binaryLayout.concat([subcodes])) : new Uint8Array(0),
        uid: codec.deflate(uid.bytes()),
        callid: codec.deflate(callid.bytes()),
        summary: summary.end(statusOf.texts),
      },
    }
  }

  return { add, end, isFull: () => rows === rowsPerPart }
}

/** Bits that hold an index into so many statuses. */
const bitsFor = (statuses: number): number => Math.max(1, 32 - Math.clz32(statuses - 1))

/** Puts the events of one day into parts; `dayStart` in Unix seconds. `onAgent` sees each agent's rows while they are at hand. */
export const encode = (
  log: EventLog,
  dayStart: number,
  codec: Codec,
  onAgent: (id: number, rows: Rows) => void = () => {},
): ReadonlyArray<Part> => {
  const parts: Array<Part> = []
  let part = partEncoder(log, dayStart, codec)
  for (const [agent, id] of log.agents.entries()) {
    const rows = log.rows(agent)
    for (let from = 0; from < rows.length;) {
      if (part.isFull()) {
        parts.push(part.end())
        part = partEncoder(log, dayStart, codec)
      }
      from = part.add(id, rows, from)
    }
    onAgent(id, rows)
  }
  if (log.length > 0) parts.push(part.end())
  return parts
}

/** A part, of which columns are decoded as they are asked for. */
export interface Reader {
  readonly rows: number
  /** Ascending. */
  readonly agents: ReadonlyArray<number>
  readonly statuses: ReadonlyArray<string>
  readonly subcodes: ReadonlyArray<string>
  /** How many rows the agent in a place has. */
  readonly count: (place: number) => number
  /** The least and the largest id of the agent's rows and how many are late, as `PartIndex` has them; if that is known. */
  readonly order?: (place: number) => { readonly min: number; readonly max: number; readonly late: number }
  /** Writes the agent's times and statuses, in the part's own numbers, from a row on. */
  readonly times: (place: number, uts: Float64Array, status: Uint32Array, row: number) => void
  readonly subcode: (place: number, into: Uint32Array, row: number) => void
  readonly uid: (place: number, into: BigInt64Array, row: number) => void
  readonly callid: (place: number, into: BigInt64Array, row: number) => void
}

const sums = (counts: Uint32Array): Uint32Array => {
  const offsets = new Uint32Array(counts.length + 1)
  let sum = 0
  for (let place = 0; place < counts.length; place++) {
    offsets[place] = sum
    sum += counts[place] ?? 0
  }
  offsets[counts.length] = sum
  return offsets
}

/** The difference that a zigzag number stands for. */
const unzigzag = (code: number): number => (code % 2 === 0 ? code / 2 : -(code + 1) / 2)
const unzigzagBig = (code: bigint): bigint => (code % 2n === 0n ? code / 2n : -(code + 1n) / 2n)

const readUid = (from: varint.Reader, into: BigInt64Array, row: number, count: number): void => {
  const ids = halves(into)
  /** The id before; once one was too large for sums of doubles, all others of the agent go by bigint. */
  let before = 0
  for (let to = row; to < row + count; to++) {
    const code = before < near ? from.number() : -1
    if (code < 0) {
      into[to] = (to === row ? 0n : (into[to - 1] ?? 0n)) + unzigzagBig(from.bigint())
      before = near
    } else {
      before += unzigzag(code)
      setId(ids, to, before)
    }
  }
}

const readCallid = (from: varint.Reader, into: BigInt64Array, row: number, count: number): void => {
  const ids = halves(into)
  const { bytes } = from
  /** The call before, as in `readUid`, its halves, and where it stands; -1 = nowhere, it is 0. */
  let before = 0
  let low = 0
  let high = 0
  let beforeRow = -1
  for (let to = row; to < row + count; to++) {
    // Most are none or the one before, and take a byte; they are read without a call.
    const byte = bytes[from.at] ?? 0
    if (byte === 0) {
      from.at += 1
      ids[2 * to] = 0
      ids[2 * to + 1] = 0
      continue
    }
    if (byte === 1 && before < near) {
      from.at += 1
      ids[2 * to + lowHalf] = low
      ids[2 * to + highHalf] = high
      beforeRow = to
      continue
    }
    const code = before < near ? from.number() : -1
    if (code >= 0) {
      before += unzigzag(code - 2)
      setId(ids, to, before)
      low = ids[2 * to + lowHalf] ?? 0
      high = ids[2 * to + highHalf] ?? 0
    } else {
      const large = from.bigint()
      const last = beforeRow < 0 ? 0n : (into[beforeRow] ?? 0n)
      before = near
      into[to] = large === 1n ? last : last + unzigzagBig(large - 2n)
    }
    beforeRow = to
  }
}

/** Reads a part. `column` gives the bytes of a column, checked; each is asked for once, when it is needed. */
export const read = (dayStart: number, column: (name: Column) => Uint8Array, { inflate }: Codec): Reader => {
  const index = PartIndex.decode(inflate(column("index")))
  const offsets = sums(index.counts)
  const rows = offsets[index.counts.length] ?? 0
  const escapeOffsets = sums(index.escapes)
  const uidOffsets = sums(index.uidBytes)
  const callidOffsets = sums(index.callidBytes)
  const bits = bitsFor(index.statuses.length)
  const mask = 2 ** bits - 1
  const lazily = <A>(make: () => A): (() => A) => {
    let made: { readonly value: A } | undefined
    return () => (made ??= { value: make() }).value
  }
  const statusColumn = lazily(() => {
    const bytes = column("status")
    const values = binaryLayout.sectionReader(bytes).uint16(rows)
    return { values, escaped: binaryLayout.sectionReader(bytes.slice(2 * rows)).float64((bytes.length - 2 * rows) / 8) }
  })
  const subcodeColumn = lazily(() => {
    const bytes = inflate(column("subcode"))
    const { uint16, uint32, uint8 } = binaryLayout.sectionReader(bytes)
    const { BYTES_PER_ELEMENT: size } = indices(index.subcodes.length, 0)
    return size === 1 ? uint8(rows) : size === 2 ? uint16(rows) : uint32(rows)
  })
  const uidColumn = lazily(() => varint.reader(inflate(column("uid"))))
  const callidColumn = lazily(() => varint.reader(inflate(column("callid"))))

  return {
    rows,
    agents: [...index.agents],
    statuses: index.statuses,
    subcodes: index.subcodes,
    count: (place) => index.counts[place] ?? 0,
    order: (place) => ({
      min: index.uidMin[place] ?? -1,
      max: index.uidMax[place] ?? -1,
      late: index.late[place] ?? 0,
    }),
    times: (place, uts, status, row) => {
      const { escaped, values } = statusColumn()
      const end = offsets[place + 1] ?? 0
      let to = row
      let at = dayStart
      let next = escapeOffsets[place] ?? 0
      for (let from = offsets[place] ?? 0; from < end; from++) {
        const value = values[from] ?? 0
        if (value === escape) {
          const wide = escaped[next++] ?? 0
          const seconds = Math.floor(wide / (mask + 1))
          at += seconds
          status[to] = wide - seconds * (mask + 1)
        } else {
          at += value >>> bits
          status[to] = value & mask
        }
        uts[to] = at
        to += 1
      }
    },
    subcode: (place, into, row) => {
      const from = offsets[place] ?? 0
      const to = offsets[place + 1] ?? 0
      if (index.subcodes.length > 1) into.set(subcodeColumn().subarray(from, to), row)
      else into.fill(0, row, row + to - from)
    },
    uid: (place, into, row) => {
      const from = uidColumn()
      from.at = uidOffsets[place] ?? 0
      readUid(from, into, row, index.counts[place] ?? 0)
    },
    callid: (place, into, row) => {
      const from = callidColumn()
      from.at = callidOffsets[place] ?? 0
      readCallid(from, into, row, index.counts[place] ?? 0)
    },
  }
}
