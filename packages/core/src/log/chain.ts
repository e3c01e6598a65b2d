/**
 * Rows of many agents, each agent's in the order of delivery, packed: some 6 bytes a row where columns take 28.
 *
 * Shape    an agent's rows are a chain of blocks of bytes. A row is a byte of status and flags, and what differs from the
 *          agent's row before it: seconds, id, and call where there is one, as numbers of 7 bits a byte, signs in the last
 *          bit. Ids and times too large for the differences to be exact are written out. A mark stands wherever the ids of
 *          the delivery have descended since the agent's row before: rows between two marks were delivered in order of id
 * Fails    never
 * Source   LEB128 and zigzag as in DWARF and Protocol Buffers
 * Cost     one pass to write and one to read; rows of an agent are unpacked to columns that the next agent's overwrite
 */
import { HIGH, halves, LOW, WORD } from "../columns.ts"
import { type EventBatch } from "../EventBatch.ts"

/** The rows of one agent as columns. */
export interface Rows {
  readonly length: number
  readonly uid: BigInt64Array
  readonly uts: Float64Array
  readonly callid: BigInt64Array
  /** Index into the log's statuses. */
  readonly status: Uint32Array
  /** Index into the log's subcodes; 0 is the empty text: none. */
  readonly subcode: Uint32Array
}

/** What the flags of a row's first byte say; the low five bits are the status. */
const HAS_SUBCODE = 0x20
const SAME_CALL = 0x40
const OTHER_CALL = 0x80
/** Both call flags: all numbers of the row are written out. */
const WIDE = SAME_CALL | OTHER_CALL
const STATUS = 0x1f
/** The status follows as a number. */
const LARGE_STATUS = 30
/** No row: the ids of the delivery have descended so many times since the last mark. */
const MARK = 31

/** No row is longer, its mark included. */
const longestRow = 48
const firstBlock = 256
const largestBlock = 8192

/** Differences of numbers below this are exact, also with their sign in the last bit. */
const exact = 2 ** 51

const put = (block: Uint8Array, at: number, value: number): number => {
  if (value >= 0x80) return putLong(block, at, value)
  block[at] = value
  return at + 1
}

/** Puts a number with its sign in the last bit. */
const putSigned = (block: Uint8Array, at: number, value: number): number => {
  if (value >= 0x2000 || value < -0x2000) return putLong(block, at, value < 0 ? -2 * value - 1 : 2 * value)
  const bits = (value << 1) ^ (value >> 31)
  if (bits < 0x80) {
    block[at] = bits
    return at + 1
  }
  block[at] = bits | 0x80
  block[at + 1] = bits >> 7
  return at + 2
}

const putLong = (block: Uint8Array, from: number, value: number): number => {
  let at = from
  let rest = value
  while (rest >= 0x80) {
    block[at] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
    at += 1
  }
  block[at] = rest
  return at + 1
}

const unsigned = (value: number): number => (value % 2 === 1 ? -(value + 1) / 2 : value / 2)

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

export interface Chains {
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

/** Memory for the rows of an agent, `capacity` at the most. */
export interface Memory extends Rows {
  length: number
  readonly capacity: number
  readonly uidHalves: Uint32Array
  readonly callidHalves: Uint32Array
}

export const memory = (capacity: number): Memory => {
  const uid = new BigInt64Array(capacity)
  const callid = new BigInt64Array(capacity)
  return {
    length: 0,
    capacity,
    uid,
    uidHalves: halves(uid),
    uts: new Float64Array(capacity),
    callid,
    callidHalves: halves(callid),
    status: new Uint32Array(capacity),
    subcode: new Uint32Array(capacity),
  }
}

/** The state of all chains, per agent. */
interface State {
  counts: Uint32Array
  /** Where the next row goes in the agent's last block. */
  at: Uint32Array
  uid: Float64Array
  uts: Float64Array
  call: Float64Array
  descents: Uint32Array
  readonly blocks: Array<Uint8Array>
  readonly full: Array<Array<Uint8Array>>
  /** The id delivered last. */
  low: number
  high: number
  descended: number
  readonly wide: { readonly numbers: Float64Array; readonly bytes: Uint8Array }
}

const renew = (state: State, agent: number, at: number): Uint8Array => {
  const old = state.blocks[agent] ?? new Uint8Array()
  if (at > 0) state.full[agent]?.push(old.subarray(0, at))
  const block = new Uint8Array(Math.min(largestBlock, Math.max(firstBlock, 2 * old.length)))
  state.blocks[agent] = block
  return block
}

const writeRows = (state: State, delivery: Delivery, from: number, to: number): number => {
  const { agent, agentOf, callid, status, statusOf, subcode, subcodeOf, uid, uts } = delivery
  const { at: places, blocks, call: calls, counts, descents, uid: uids, uts: times } = state
  const rows = uts.length
  let { descended, low, high } = state
  let row = from
  for (; row < to; row++) {
    const nextLow = uid[2 * row + LOW] ?? 0
    const nextHigh = uid[2 * row + HIGH] ?? 0
    if (row + 1 < rows && uid[2 * row + 2 + LOW] === nextLow && uid[2 * row + 2 + HIGH] === nextHigh) break
    if (nextHigh < high || (nextHigh === high && nextLow < low)) descended += 1
    low = nextLow
    high = nextHigh

    const own = agentOf[agent[row] ?? 0] ?? 0
    let at = places[own] ?? 0
    let block = blocks[own] ?? none
    if (at + longestRow > block.length) {
      block = renew(state, own, at)
      at = 0
    }
    if (descents[own] !== descended) {
      block[at] = MARK
      at = put(block, at + 1, descended - (descents[own] ?? 0))
      descents[own] = descended
    }
    const second = uts[row] ?? 0
    const callLow = callid[2 * row + LOW] ?? 0
    const callHigh = callid[2 * row + HIGH] ?? 0
    const code = statusOf[status[row] ?? 0] ?? 0
    const reason = subcodeOf[subcode[row] ?? 0] ?? 0
    const isWide = high >= 0x80000 || callHigh >= 0x80000 || second >= exact || second <= -exact
    const id = high * WORD + low
    const callId = callHigh * WORD + callLow
    const lastCall = calls[own] ?? 0
    const flags =
      (reason === 0 ? 0 : HAS_SUBCODE) |
      (isWide ? WIDE : callId === 0 ? 0 : callId === lastCall ? SAME_CALL : OTHER_CALL)
    if (code < LARGE_STATUS) {
      block[at] = flags | code
      at += 1
    } else {
      block[at] = flags | LARGE_STATUS
      at = put(block, at + 1, code)
    }
    if (reason !== 0) at = put(block, at, reason)
    if (isWide) {
      const { bytes, numbers } = state.wide
      const words = new Uint32Array(numbers.buffer)
      numbers[0] = second
      words[2] = low
      words[3] = high
      words[4] = callLow
      words[5] = callHigh
      block.set(bytes, at)
      at += bytes.length
    } else {
      at = putSigned(block, at, second - (times[own] ?? 0))
      at = putSigned(block, at, id - (uids[own] ?? 0))
      times[own] = second
      uids[own] = id
      if (callId !== 0 && callId !== lastCall) {
        at = putSigned(block, at, callId - lastCall)
        calls[own] = callId
      }
    }
    places[own] = at
    counts[own] = (counts[own] ?? 0) + 1
  }
  state.descended = descended
  state.low = low
  state.high = high
  return row
}

const none = new Uint8Array()

/** Where the reading of a block has come to, and of the agent's numbers. */
interface Cursor {
  at: number
  low: number
  high: number
  uid: number
  uts: number
  call: number
  descents: number
}

const long = (block: Uint8Array, cursor: Cursor): number => {
  let value = 0
  let scale = 1
  for (;;) {
    const byte = block[cursor.at] ?? 0
    cursor.at += 1
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return value
    scale *= 0x80
  }
}

const readBlock = (
  block: Uint8Array,
  cursor: Cursor,
  into: Memory,
  from: number,
  wide: State["wide"],
  descents: Uint32Array | undefined,
): number => {
  const { callidHalves, status, subcode, uidHalves, uts } = into
  let { call, uid, uts: second } = cursor
  let row = from
  let at = 0
  while (at < block.length) {
    const first = block[at] ?? 0
    at += 1
    let state = first & STATUS
    if (state >= LARGE_STATUS) {
      cursor.at = at
      const value = long(block, cursor)
      at = cursor.at
      if (state === MARK) {
        cursor.descents += value
        continue
      }
      state = value
    }
    let reason = 0
    if ((first & HAS_SUBCODE) !== 0) {
      reason = block[at] ?? 0
      at += 1
      if (reason >= 0x80) {
        cursor.at = at - 1
        reason = long(block, cursor)
        at = cursor.at
      }
    }
    if ((first & WIDE) === WIDE) {
      const { bytes, numbers } = wide
      const words = new Uint32Array(numbers.buffer)
      bytes.set(block.subarray(at, at + bytes.length))
      at += bytes.length
      uts[row] = numbers[0] ?? 0
      uidHalves[2 * row + LOW] = words[2] ?? 0
      uidHalves[2 * row + HIGH] = words[3] ?? 0
      callidHalves[2 * row + LOW] = words[4] ?? 0
      callidHalves[2 * row + HIGH] = words[5] ?? 0
    } else {
      let byte = block[at] ?? 0
      let next = block[at + 1] ?? 0
      if (byte < 0x80) {
        second += byte & 1 ? -((byte + 1) >> 1) : byte >> 1
        at += 1
      } else if (next < 0x80) {
        const value = (byte & 0x7f) | (next << 7)
        second += value & 1 ? -((value + 1) >> 1) : value >> 1
        at += 2
      } else {
        cursor.at = at
        second += unsigned(long(block, cursor))
        at = cursor.at
      }
      uts[row] = second
      byte = block[at] ?? 0
      next = block[at + 1] ?? 0
      if (byte < 0x80) {
        uid += byte & 1 ? -((byte + 1) >> 1) : byte >> 1
        at += 1
      } else if (next < 0x80) {
        const value = (byte & 0x7f) | (next << 7)
        uid += value & 1 ? -((value + 1) >> 1) : value >> 1
        at += 2
      } else {
        cursor.at = at
        uid += unsigned(long(block, cursor))
        at = cursor.at
      }
      const low = uid >>> 0
      uidHalves[2 * row + LOW] = low
      uidHalves[2 * row + HIGH] = (uid - low) / WORD
      if ((first & WIDE) === 0) {
        callidHalves[2 * row] = 0
        callidHalves[2 * row + 1] = 0
      } else {
        if ((first & OTHER_CALL) !== 0) {
          byte = block[at] ?? 0
          if (byte < 0x80) {
            call += byte & 1 ? -((byte + 1) >> 1) : byte >> 1
            at += 1
          } else {
            cursor.at = at
            call += unsigned(long(block, cursor))
            at = cursor.at
          }
        }
        const callLow = call >>> 0
        callidHalves[2 * row + LOW] = callLow
        callidHalves[2 * row + HIGH] = (call - callLow) / WORD
      }
    }
    status[row] = state
    subcode[row] = reason
    if (descents !== undefined) descents[row] = cursor.descents
    row += 1
  }
  cursor.call = call
  cursor.uid = uid
  cursor.uts = second
  return row
}

/** Makes empty chains. */
export const chains = (): Chains => {
  const numbers = new Float64Array(3)
  const state: State = {
    counts: new Uint32Array(16),
    at: new Uint32Array(16),
    uid: new Float64Array(16),
    uts: new Float64Array(16),
    call: new Float64Array(16),
    descents: new Uint32Array(16),
    blocks: [],
    full: [],
    low: 0,
    high: 0,
    descended: 0,
    wide: { numbers, bytes: new Uint8Array(numbers.buffer) },
  }
  const grow = () => {
    const length = 2 * state.counts.length
    const wider = (from: Uint32Array) => {
      const into = new Uint32Array(length)
      into.set(from)
      return into
    }
    const widerNumbers = (from: Float64Array) => {
      const into = new Float64Array(length)
      into.set(from)
      return into
    }
    state.counts = wider(state.counts)
    state.at = wider(state.at)
    state.descents = wider(state.descents)
    state.uid = widerNumbers(state.uid)
    state.uts = widerNumbers(state.uts)
    state.call = widerNumbers(state.call)
  }
  return {
    get counts() {
      return state.counts.subarray(0, state.blocks.length)
    },
    descents: () => state.descended,
    addAgent: () => {
      if (state.blocks.length === state.counts.length) grow()
      state.blocks.push(none)
      state.full.push([])
    },
    write: (delivery, from, to) => writeRows(state, delivery, from, to),
    read: (agent, into, descents) => {
      const cursor = { at: 0, low: 0, high: 0, uid: 0, uts: 0, call: 0, descents: 0 }
      let row = 0
      for (const block of state.full[agent] ?? []) row = readBlock(block, cursor, into, row, state.wide, descents)
      const last = (state.blocks[agent] ?? none).subarray(0, state.at[agent])
      into.length = readBlock(last, cursor, into, row, state.wide, descents)
    },
  }
}
