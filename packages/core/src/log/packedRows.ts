/**
 * Rows of many agents, each agent's in the order of delivery, packed: 6 or 8 bytes a row where columns take 28.
 *
 * Shape    an agent's rows are a chain of blocks of 16-bit words. A row is three words: status, subcode and flags; how
 *          much later, and how much further in the ids it is; and, for another call than the agent's last, a fourth: how
 *          far from that. Where the ids of the delivery have descended since the agent's row before, a mark of three words
 *          says how often: rows without one between them came in order of their ids. A row that does not fit (a pause of
 *          half a day, a large id, a rare word, an order by chance) is written out, in 17 words
 * Fails    never
 * Cost     one pass to write and one to read; rows of an agent are unpacked to columns that the next agent's overwrite
 */
import { highHalf, halves, lowHalf } from "../events/columns.ts"
import type { EventBatch } from "../events/EventBatch.ts"
import type { Rows } from "./rows.ts"

/** Memory for the rows of an agent, `capacity` at the most. */
export interface Memory extends Rows {
  length: number
  readonly uidHalves: Uint32Array
  readonly callidHalves: Uint32Array
}

export const memory = (capacity: number): Memory => {
  const uid = new BigInt64Array(capacity)
  const callid = new BigInt64Array(capacity)
  return {
    length: 0,
    uid,
    uidHalves: halves(uid),
    uts: new Float64Array(capacity),
    callid,
    callidHalves: halves(callid),
    status: new Uint32Array(capacity),
    subcode: new Uint32Array(capacity),
  }
}

/** The columns of a batch with what turns its indices into the chains' own. */
export interface Delivery {
  readonly uid: Uint32Array
  readonly uts: Float64Array
  readonly callid: Uint32Array
  readonly agent: EventBatch["agent"]
  readonly status: EventBatch["status"]
  readonly subcode: EventBatch["subcode"]
  readonly agentOf: Uint32Array
  readonly statusOf: Uint32Array
  readonly subcodeOf: Uint32Array
}

// The first word of a row: 5 bits of status, 3 of flags, 8 of subcode.
const STATUS = 0x1f
const CALL = 0x20
/** It is another call than the agent's last. */
const OTHER_CALL = 0x40
/** The row is written out. */
const OUT = 0x80
/** No row: the next two words say how often the ids of the delivery have descended. */
const MARK = 0xc0
const wordsPerMark = 3
const subcodeShift = 8
const maxStatus = STATUS
const maxSubcode = 0xff

/** Numbers of a row that is written out: time, both ids as halves, status, subcode. */
const wordsOut = 1 + 2 * 8
/** No row is longer, its marks included. */
const maxRowWords = wordsPerMark + wordsOut

const firstBlock = 128
const maxBlock = 4096

/** Per agent: the id delivered last and the last call, as halves, descents up to there, and where the next row goes. */
const UID_LOW = 0
const UID_HIGH = 1
const CALL_LOW = 2
const CALL_HIGH = 3
const DESCENTS = 4
const AT = 5
const fields = 8

interface State {
  counts: Uint32Array
  /** `fields` for each agent. */
  agents: Uint32Array
  uts: Float64Array
  readonly blocks: Array<Uint16Array>
  readonly full: Array<Array<Uint16Array>>
  /** The id delivered last. */
  low: number
  high: number
  descents: number
  readonly out: Out
}

/** A time, and the same memory as two numbers of 32 bits. */
interface Out {
  readonly uts: Float64Array
  readonly halves: Uint32Array
}

const none = new Uint16Array()

const renew = (state: State, agent: number, at: number): Uint16Array => {
  const old = state.blocks[agent] ?? none
  if (at > 0) state.full[agent]?.push(old.subarray(0, at))
  const block = new Uint16Array(Math.min(maxBlock, Math.max(firstBlock, 2 * old.length)))
  state.blocks[agent] = block
  return block
}

/** Writes a number of 32 bits as two words. */
const put = (block: Uint16Array, at: number, value: number): void => {
  block[at] = value
  block[at + 1] = value >>> 16
}

/** Reads it. */
const get = (block: Uint16Array, at: number): number => (block[at] ?? 0) | ((block[at + 1] ?? 0) << 16)

/** Whether the id of a row is less than another. */
const isLess = (ids: Uint32Array, row: number, low: number, high: number): boolean => {
  const own = ids[2 * row + highHalf] ?? 0
  return own === high ? (ids[2 * row + lowHalf] ?? 0) < low : own < high
}

const writeRows = (state: State, delivery: Delivery, from: number, to: number): number => {
  const { agent, agentOf, callid, status, statusOf, subcode, subcodeOf, uid, uts } = delivery
  const { agents, blocks, counts, uts: times } = state
  const rows = uts.length
  // Whole numbers of 32 bits throughout: `| 0` says so to the machine, and what wraps around here does so again there.
  let descents = state.descents | 0
  let row = from
  if (from < to && isLess(uid, from, state.low, state.high)) descents += 1
  for (; row < to; row++) {
    const low = uid[2 * row + lowHalf] ?? 0
    const high = uid[2 * row + highHalf] ?? 0
    if (row + 1 < rows && uid[2 * row + 2 + lowHalf] === low && uid[2 * row + 2 + highHalf] === high) break
    if (row > from && isLess(uid, row, uid[2 * row - 2 + lowHalf] ?? 0, uid[2 * row - 2 + highHalf] ?? 0)) descents += 1

    const own = agentOf[agent[row] ?? 0] ?? 0
    const last = own * fields
    let at = (agents[last + AT] ?? 0) | 0
    let block = blocks[own] ?? none
    if (at + maxRowWords > block.length) {
      block = renew(state, own, at)
      at = 0
    }
    if (descents !== agents[last + DESCENTS]) {
      block[at] = MARK
      block[at + 1] = descents
      block[at + 2] = descents >>> 16
      at += wordsPerMark
      agents[last + DESCENTS] = descents
    }
    const second = uts[row] ?? 0
    const later = second - (times[own] ?? 0)
    const further = (low - (agents[last + UID_LOW] ?? 0)) | 0
    const callLow = callid[2 * row + lowHalf] ?? 0
    const callHigh = callid[2 * row + highHalf] ?? 0
    const hasCall = (callLow | callHigh) !== 0
    const away = hasCall ? (callLow - (agents[last + CALL_LOW] ?? 0)) | 0 : 0
    const code = statusOf[status[row] ?? 0] ?? 0
    const reason = subcodeOf[subcode[row] ?? 0] ?? 0
    if (
      later >= -0x8000 &&
      later < 0x8000 &&
      further >= -0x8000 &&
      further < 0x8000 &&
      away >= -0x8000 &&
      away < 0x8000 &&
      code <= maxStatus &&
      reason <= maxSubcode &&
      high === agents[last + UID_HIGH] &&
      (callHigh === agents[last + CALL_HIGH] || !hasCall)
    ) {
      block[at + 1] = later
      block[at + 2] = further
      if (away === 0) {
        block[at] = code | (hasCall ? CALL : 0) | (reason << subcodeShift)
        at += 3
      } else {
        block[at] = code | CALL | OTHER_CALL | (reason << subcodeShift)
        block[at + 3] = away
        at += 4
      }
    } else {
      const { halves: time, uts: seconds } = state.out
      seconds[0] = second
      block[at] = OUT
      put(block, at + 1, time[0] ?? 0)
      put(block, at + 3, time[1] ?? 0)
      put(block, at + 5, low)
      put(block, at + 7, high)
      put(block, at + 9, callLow)
      put(block, at + 11, callHigh)
      put(block, at + 13, code)
      put(block, at + 15, reason)
      agents[last + UID_HIGH] = high
      at += wordsOut
    }
    agents[last + UID_LOW] = low
    if (hasCall) {
      agents[last + CALL_LOW] = callLow
      agents[last + CALL_HIGH] = callHigh
    }
    agents[last + AT] = at
    times[own] = second
    counts[own] = (counts[own] ?? 0) + 1
  }
  state.descents = descents
  if (row > from) {
    state.low = uid[2 * row - 2 + lowHalf] ?? 0
    state.high = uid[2 * row - 2 + highHalf] ?? 0
  }
  return row
}

/** Where the reading of an agent's blocks has come to. */
interface Cursor {
  row: number
  uts: number
  uidLow: number
  uidHigh: number
  callLow: number
  callHigh: number
  descents: number
}

const signed = (word: number): number => (word << 16) >> 16

const readBlock = (
  block: Uint16Array,
  cursor: Cursor,
  { callidHalves, status, subcode, uidHalves, uts }: Memory,
  { halves: time, uts: seconds }: Out,
  descentsOf: Uint32Array | undefined,
): void => {
  let { callHigh, callLow, descents, row, uidHigh, uidLow, uts: second } = cursor
  let at = 0
  while (at < block.length) {
    const first = block[at] ?? 0
    if ((first & MARK) === MARK) {
      descents = (block[at + 1] ?? 0) | ((block[at + 2] ?? 0) << 16)
      at += wordsPerMark
      continue
    }
    let hasCall = (first & CALL) !== 0
    if ((first & OUT) === 0) {
      second += signed(block[at + 1] ?? 0)
      uidLow = (uidLow + signed(block[at + 2] ?? 0)) | 0
      status[row] = first & STATUS
      subcode[row] = first >>> subcodeShift
      if ((first & OTHER_CALL) === 0) at += 3
      else {
        callLow = (callLow + signed(block[at + 3] ?? 0)) | 0
        at += 4
      }
    } else {
      time[0] = get(block, at + 1)
      time[1] = get(block, at + 3)
      second = seconds[0] ?? 0
      uidLow = get(block, at + 5)
      uidHigh = get(block, at + 7)
      const [low, high] = [get(block, at + 9), get(block, at + 11)]
      hasCall = (low | high) !== 0
      if (hasCall) {
        callLow = low
        callHigh = high
      }
      status[row] = get(block, at + 13)
      subcode[row] = get(block, at + 15)
      at += wordsOut
    }
    uts[row] = second
    uidHalves[2 * row + lowHalf] = uidLow
    uidHalves[2 * row + highHalf] = uidHigh
    callidHalves[2 * row + lowHalf] = hasCall ? callLow : 0
    callidHalves[2 * row + highHalf] = hasCall ? callHigh : 0
    if (descentsOf !== undefined) descentsOf[row] = descents
    row += 1
  }
  cursor.row = row
  cursor.uts = second
  cursor.uidLow = uidLow
  cursor.uidHigh = uidHigh
  cursor.callLow = callLow
  cursor.callHigh = callHigh
  cursor.descents = descents
}

export interface PackedRows {
  /** Rows written for each agent. */
  readonly counts: Uint32Array
  /** How often the ids of the delivery have descended. */
  readonly descents: () => number
  /** Makes room for an agent, whose number is one more than the last one's. */
  readonly addAgent: () => void
  /**
   * Writes the rows from `from` up to `to`, stopping before one whose successor in the columns has its id; gives where it
   * stopped.
   */
  readonly write: (delivery: Delivery, from: number, to: number) => number
  /** Reads an agent's rows, and for each, if asked for, how often the ids had descended when it came. */
  readonly read: (agent: number, into: Memory, descents?: Uint32Array) => void
}

/** Makes empty chains. */
export const packedRows = (): PackedRows => {
  const seconds = new Float64Array(1)
  const state: State = {
    counts: new Uint32Array(16),
    agents: new Uint32Array(16 * fields),
    uts: new Float64Array(16),
    blocks: [],
    full: [],
    low: 0,
    high: 0,
    descents: 0,
    out: { uts: seconds, halves: new Uint32Array(seconds.buffer) },
  }
  const grow = () => {
    const { agents, counts, uts } = state
    state.counts = new Uint32Array(2 * counts.length)
    state.counts.set(counts)
    state.agents = new Uint32Array(2 * agents.length)
    state.agents.set(agents)
    state.uts = new Float64Array(2 * uts.length)
    state.uts.set(uts)
  }
  return {
    get counts() {
      return state.counts.subarray(0, state.blocks.length)
    },
    descents: () => state.descents,
    addAgent: () => {
      if (state.blocks.length === state.counts.length) grow()
      state.blocks.push(none)
      state.full.push([])
    },
    write: (delivery, from, to) => writeRows(state, delivery, from, to),
    read: (agent, into, descents) => {
      const cursor = { row: 0, uts: 0, uidLow: 0, uidHigh: 0, callLow: 0, callHigh: 0, descents: 0 }
      for (const block of state.full[agent] ?? []) readBlock(block, cursor, into, state.out, descents)
      const last = (state.blocks[agent] ?? none).subarray(0, state.agents[agent * fields + AT])
      readBlock(last, cursor, into, state.out, descents)
      into.length = cursor.row
    },
  }
}
