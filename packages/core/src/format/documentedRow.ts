/**
 * Rows exactly as the vendor documents them: the six fields in their order, every value a text, no blanks.
 *
 * Shape    {"uid":"1","uts":"2","agent":"3","status":"idle","subcode":"","callid":"0"}
 *          with 1 to 19 digits, which must be a number that the field can hold, and texts of up to 64 plain characters
 * Fails    never: what is not such a row is left to the tolerant reader, which finds out what it is
 * Source   vendor article "Using status_log API" [D]; every byte is compared
 * Cost     some 25 comparisons of four bytes a row, and no object
 */
import { setId } from "../columns.ts"
import { type Block } from "../EventBatch.ts"
import { maxId } from "../StatusEvent.ts"
import { type Words } from "./bytes.ts"
import { type Rows } from "./row.ts"

/** No documented row is longer: so a row that begins this far from a chunk's end needs no look at that end. */
const documentedRoom = 512

const longestText = 64
const longestNumber = 19
const longestExact = 15

const QUOTE = 0x22
const BACKSLASH = 0x5c
const CLOSE = 0x7d

/** Four characters as the number that they are in memory, read with the least significant byte first. */
const four = (text: string): number => {
  let word = 0
  for (let i = 3; i >= 0; i--) word = word * 256 + text.charCodeAt(i)
  return word
}

// What stands between two values, in parts of four bytes; the last part may overlap the one before.
const [begin1, begin2] = [four('{"ui'), four('d":"')]
const [uts1, uts2] = [four('","u'), four('ts":')]
const [agent1, agent2, agent3] = [four('","a'), four("gent"), four('t":"')]
const [status1, status2, status3] = [four('","s'), four("tatu"), four('s":"')]
const [subcode1, subcode2, subcode3, subcode4] = [four('","s'), four("ubco"), four('de":'), four('e":"')]
const [callid1, callid2, callid3] = [four('","c'), four("alli"), four('d":"')]

/** Whether `word` is four digits. */
const isDigits = (word: number): boolean =>
  ((word & 0xf0f0f0f0) | 0) === 0x30303030 && (((word + 0x06060606) & 0xf0f0f0f0) | 0) === 0x30303030

/** The value of four digits: by pairs, then both pairs. */
const valueOf = (word: number): number => {
  const ones = word & 0x0f0f0f0f
  const pairs = ones * 10 + (ones >>> 8)
  return (pairs & 0xff) * 100 + ((pairs >>> 16) & 0xff)
}

/** Reads digits into `value[0]`; gives the place behind them, or -1 when there are none or more than any field holds. */
const number = (bytes: Uint8Array, view: DataView, from: number, value: Float64Array): number => {
  let i = from
  let sum = 0
  let word = view.getUint32(i, true)
  while (isDigits(word) && i - from < longestNumber) {
    sum = sum * 10_000 + valueOf(word)
    i += 4
    word = view.getUint32(i, true)
  }
  let digit = (bytes[i] ?? 0) - 0x30
  while (digit >= 0 && digit <= 9) {
    sum = sum * 10 + digit
    i += 1
    digit = (bytes[i] ?? 0) - 0x30
  }
  value[0] = sum
  return i - from > longestNumber || i === from ? -1 : i
}

/** Reads digits as the id of a row; gives the place behind them, or -1. */
const id = (
  bytes: Uint8Array,
  view: DataView,
  from: number,
  value: Float64Array,
  into: BigInt64Array,
  into32: Uint32Array,
  row: number,
): number => {
  const end = number(bytes, view, from, value)
  if (end - from <= longestExact) {
    if (end > 0) setId(into32, row, value[0] ?? 0)
    return end
  }
  let exact = 0n
  for (let i = from; i < end; i++) exact = exact * 10n + BigInt((bytes[i] ?? 0) - 0x30)
  into[row] = exact
  return exact > maxId ? -1 : end
}

/** Gives the place of the quote that ends a plain text, or -1. */
const endOfText = (bytes: Uint8Array, from: number): number => {
  const most = from + longestText
  for (let i = from; i <= most; i++) {
    const c = bytes[i] ?? 0
    if (c === QUOTE) return i
    if (c === BACKSLASH || c < 0x20) return -1
  }
  return -1
}

/** Reads rows from a place on, as long as they follow one another with the separator between; gives the place behind. */
export type DocumentedRows = (bytes: Uint8Array, view: DataView, from: number, separator: number) => number

/**
 * Makes a reader of documented rows.
 *
 * It gives the place it was given when there is no such row, or too little behind it to be sure.
 */
export const documentedRows = (out: Rows, statuses: Words, subcodes: Words): DocumentedRows => {
  const value = new Float64Array(1)
  const { into } = out

  /** Reads one row into a block; gives the place behind it, or -1. */
  const one = (bytes: Uint8Array, view: DataView, from: number, block: Block, row: number): number => {
    if (view.getUint32(from, true) !== begin1 || view.getUint32(from + 4, true) !== begin2) return -1
    let at = id(bytes, view, from + 8, value, block.uid, block.uidHalves, row)
    if (at < 0) return -1
    if (view.getUint32(at, true) !== uts1 || view.getUint32(at + 4, true) !== uts2 || bytes[at + 8] !== QUOTE) return -1
    let begin = at + 9
    at = number(bytes, view, begin, value)
    if (at < 0 || at - begin > longestExact) return -1
    block.uts[row] = value[0] ?? 0
    if (
      view.getUint32(at, true) !== agent1 ||
      view.getUint32(at + 4, true) !== agent2 ||
      view.getUint32(at + 7, true) !== agent3
    )
      return -1
    begin = at + 11
    at = number(bytes, view, begin, value)
    if (at < 0 || at - begin > longestExact) return -1
    block.agent[row] = into.agentIndex(value[0] ?? 0)
    if (
      view.getUint32(at, true) !== status1 ||
      view.getUint32(at + 4, true) !== status2 ||
      view.getUint32(at + 8, true) !== status3
    )
      return -1
    begin = at + 12
    at = endOfText(bytes, begin)
    if (at < 0) return -1
    const status = statuses.read(bytes, begin, at)
    if (status < 0) return -1
    block.status[row] = status
    if (
      view.getUint32(at, true) !== subcode1 ||
      view.getUint32(at + 4, true) !== subcode2 ||
      view.getUint32(at + 8, true) !== subcode3 ||
      view.getUint32(at + 9, true) !== subcode4
    )
      return -1
    begin = at + 13
    at = endOfText(bytes, begin)
    if (at < 0) return -1
    const subcode = subcodes.read(bytes, begin, at)
    if (subcode < 0) return -1
    block.subcode[row] = subcode
    if (
      view.getUint32(at, true) !== callid1 ||
      view.getUint32(at + 4, true) !== callid2 ||
      view.getUint32(at + 8, true) !== callid3
    )
      return -1
    at = id(bytes, view, at + 12, value, block.callid, block.callidHalves, row)
    if (at < 0 || bytes[at] !== QUOTE || bytes[at + 1] !== CLOSE) return -1
    return at + 2
  }

  return (bytes, view, from, separator) => {
    const last = bytes.length - documentedRoom
    let begin = from
    let end = from
    while (begin <= last) {
      const block = into.block()
      const next = one(bytes, view, begin, block, into.next())
      if (next < 0) break
      // A new word may have moved the rows to a wider block: then this one is read once more, into that.
      if (into.block() !== block) continue
      out.commit()
      end = next
      if (bytes[end] !== separator) break
      begin = end + 1
    }
    return end
  }
}
