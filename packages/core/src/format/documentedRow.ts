/**
 * Rows exactly as the vendor documents them: the six fields in their order, every value a text, no blanks.
 *
 * Shape    {"uid":"1","uts":"2","agent":"3","status":"idle","subcode":"","callid":"0"}
 *          with 1 to 19 digits, which must be a number that the field can hold, and texts of up to 64 plain characters
 * Fails    never: what is not such a row is left to the tolerant reader, which finds out what it is
 * Source   vendor article "Using status_log API" [D]; every byte is compared
 * Cost     some 25 comparisons of four bytes a row, and no object
 */
import { maxId } from "../StatusEvent.ts"
import { type Words } from "./bytes.ts"
import { type Rows } from "./row.ts"

/** No documented row is longer: so a row that begins this far from a chunk's end needs no look at that end. */
export const documentedRoom = 512

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

/**
 * Makes a reader that appends the row at a place, and gives the place behind it; -1 when there is no documented row there.
 *
 * At least `documentedRoom` bytes must follow the place.
 */
export const documentedRows = (
  out: Rows,
  statuses: Words,
  subcodes: Words,
): ((bytes: Uint8Array, view: DataView, from: number) => number) => {
  /** Where the value that was read last ends. */
  let end = 0

  /** Reads digits; -1 when there is none. */
  const number = (bytes: Uint8Array, view: DataView, from: number): number => {
    let i = from
    let value = 0
    for (;;) {
      const word = view.getUint32(i, true)
      if (i - from > longestNumber || !isDigits(word)) break
      value = value * 10_000 + valueOf(word)
      i += 4
    }
    for (;;) {
      const digit = (bytes[i] ?? 0) - 0x30
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
      i += 1
    }
    end = i
    return i === from ? -1 : value
  }

  /** An id: one of more digits than a double holds exactly is read again. */
  const id = (bytes: Uint8Array, view: DataView, from: number): number | bigint => {
    const value = number(bytes, view, from)
    if (end - from <= longestExact) return value
    if (end - from > longestNumber) return -1
    let exact = 0n
    for (let i = from; i < end; i++) exact = exact * 10n + BigInt((bytes[i] ?? 0) - 0x30)
    return exact > maxId ? -1 : exact
  }

  const word = (bytes: Uint8Array, from: number, known: Words): number => {
    let i = from
    for (;;) {
      const c = bytes[i] ?? 0
      if (c === QUOTE) break
      if (c === BACKSLASH || c < 0x20 || i - from > longestText) return -1
      i += 1
    }
    end = i
    return known.read(bytes, from, i)
  }

  return (bytes, view, from) => {
    if (view.getUint32(from, true) !== begin1 || view.getUint32(from + 4, true) !== begin2) return -1
    const uid = id(bytes, view, from + 8)
    if (uid < 0) return -1
    let at = end
    if (view.getUint32(at, true) !== uts1 || view.getUint32(at + 4, true) !== uts2 || bytes[at + 8] !== QUOTE) return -1
    const uts = number(bytes, view, at + 9)
    if (uts < 0 || end - at - 9 > longestExact) return -1
    at = end
    if (
      view.getUint32(at, true) !== agent1 ||
      view.getUint32(at + 4, true) !== agent2 ||
      view.getUint32(at + 7, true) !== agent3
    )
      return -1
    const agent = number(bytes, view, at + 11)
    if (agent < 0 || end - at - 11 > longestExact) return -1
    at = end
    if (
      view.getUint32(at, true) !== status1 ||
      view.getUint32(at + 4, true) !== status2 ||
      view.getUint32(at + 8, true) !== status3
    )
      return -1
    const status = word(bytes, at + 12, statuses)
    if (status < 0) return -1
    at = end
    if (
      view.getUint32(at, true) !== subcode1 ||
      view.getUint32(at + 4, true) !== subcode2 ||
      view.getUint32(at + 8, true) !== subcode3 ||
      view.getUint32(at + 9, true) !== subcode4
    )
      return -1
    const subcode = word(bytes, at + 13, subcodes)
    if (subcode < 0) return -1
    at = end
    if (
      view.getUint32(at, true) !== callid1 ||
      view.getUint32(at + 4, true) !== callid2 ||
      view.getUint32(at + 8, true) !== callid3
    )
      return -1
    const callid = id(bytes, view, at + 12)
    if (callid < 0 || bytes[end] !== QUOTE || bytes[end + 1] !== CLOSE) return -1
    out.append(uid, uts, agent, status, subcode, callid)
    return end + 2
  }
}
