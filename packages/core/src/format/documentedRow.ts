/**
 * Rows exactly as the vendor documents them: the six fields in their order, every value a text, no blanks.
 *
 * Shape    {"uid":"1","uts":"2","agent":"3","status":"idle","subcode":"","callid":"0"}
 *          with 1 to 19 digits, which must be a number that the field can hold, and texts of up to 32 bytes without escapes
 * Fails    never: what is not such a row is left to the tolerant reader, which finds out what it is
 * Source   vendor article "Using status_log API" [D]; every byte is compared
 * Cost     some 25 comparisons of four bytes a row, and no object
 */
import { setId } from "../columns.ts"
import { type Words } from "./bytes.ts"
import { type Rows } from "./row.ts"
import { isDigits, longestExact, longestId, longId, valueOf } from "./wholeNumbers.ts"

/** No row is longer that is read here: so one that begins this far from a chunk's end needs no look at that end. */
export const rowRoom = 512

const longestText = 32

export const QUOTE = 0x22
const BACKSLASH = 0x5c
const CLOSE = 0x7d

/** Four characters as the number that they are in memory, read with the least significant byte first. */
export const four = (text: string): number => {
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

/** Gives the number among the known words of the plain text at a place, where it becomes one; or -1. */
export const newWord = (bytes: Uint8Array, view: DataView, from: number, words: Words): number => {
  for (let to = from; to <= from + longestText; to++) {
    const c = bytes[to] ?? 0
    if (c === BACKSLASH || c < 0x20) return -1
    if (c !== QUOTE) continue
    const index = words.read(bytes, from, to)
    if (index < 0) return -1
    words.remember(view, from, to - from, index)
    return words.known(view, from)
  }
  return -1
}

/** Reads rows from a place on, as long as they follow one another with the separator between; gives the place behind. */
export type RowReader = (bytes: Uint8Array, view: DataView, from: number, separator: number) => number

/**
 * Makes a reader of documented rows.
 *
 * It gives the place it was given when there is no such row, or too little behind it to be sure. The four numbers are read
 * by four loops, written out: a function for them would have two results, and made the whole twice as slow.
 */
export const documentedRows = (out: Rows, statuses: Words, subcodes: Words): RowReader => {
  const { into } = out

  return (bytes, view, from, separator) => {
    const last = bytes.length - rowRoom
    let block = into.block()
    let row = into.next()
    let start = from
    let end = from
    let value = 0
    let digit = 0
    let digits = 0
    while (start <= last) {
      let i = start
      if (view.getUint32(i, true) !== begin1 || view.getUint32(i + 4, true) !== begin2) break
      i += 8
      let begin = i
      value = 0
      digits = view.getUint32(i, true)
      while (isDigits(digits) && i - begin < longestId) {
        value = value * 10_000 + valueOf(digits)
        i += 4
        digits = view.getUint32(i, true)
      }
      digit = (bytes[i] ?? 0) - 0x30
      while (digit >= 0 && digit <= 9 && i - begin <= longestId) {
        value = value * 10 + digit
        i += 1
        digit = (bytes[i] ?? 0) - 0x30
      }
      if (i - begin <= longestExact && i > begin) setId(block.uidHalves, row, value)
      else if (!longId(bytes, begin, i, block.uid, row)) break

      if (view.getUint32(i, true) !== uts1 || view.getUint32(i + 4, true) !== uts2 || bytes[i + 8] !== QUOTE) break
      i += 9
      begin = i
      value = 0
      digits = view.getUint32(i, true)
      while (isDigits(digits) && i - begin < longestId) {
        value = value * 10_000 + valueOf(digits)
        i += 4
        digits = view.getUint32(i, true)
      }
      digit = (bytes[i] ?? 0) - 0x30
      while (digit >= 0 && digit <= 9 && i - begin <= longestId) {
        value = value * 10 + digit
        i += 1
        digit = (bytes[i] ?? 0) - 0x30
      }
      if (i - begin > longestExact || i === begin) break
      block.uts[row] = value

      if (
        view.getUint32(i, true) !== agent1 ||
        view.getUint32(i + 4, true) !== agent2 ||
        view.getUint32(i + 7, true) !== agent3
      )
        break
      i += 11
      begin = i
      value = 0
      digits = view.getUint32(i, true)
      while (isDigits(digits) && i - begin < longestId) {
        value = value * 10_000 + valueOf(digits)
        i += 4
        digits = view.getUint32(i, true)
      }
      digit = (bytes[i] ?? 0) - 0x30
      while (digit >= 0 && digit <= 9 && i - begin <= longestId) {
        value = value * 10 + digit
        i += 1
        digit = (bytes[i] ?? 0) - 0x30
      }
      if (i - begin > longestExact || i === begin) break
      let index = into.recentAgent(value)
      // What is new may move the rows to another block: those read are committed first, this one is read again there.
      if (index < 0) {
        out.commit(row)
        index = into.agentIndex(value)
        if (into.block() !== block) {
          block = into.block()
          row = into.next()
          continue
        }
      }
      block.agent[row] = index

      if (
        view.getUint32(i, true) !== status1 ||
        view.getUint32(i + 4, true) !== status2 ||
        view.getUint32(i + 8, true) !== status3
      )
        break
      i += 12
      let known = statuses.known(view, i)
      if (known < 0) {
        out.commit(row)
        known = newWord(bytes, view, i, statuses)
        if (known < 0) break
        if (into.block() !== block) {
          block = into.block()
          row = into.next()
          continue
        }
      }
      block.status[row] = statuses.indices[known] ?? 0
      i += statuses.lengths[known] ?? 0

      if (
        view.getUint32(i, true) !== subcode1 ||
        view.getUint32(i + 4, true) !== subcode2 ||
        view.getUint32(i + 8, true) !== subcode3 ||
        view.getUint32(i + 9, true) !== subcode4
      )
        break
      i += 13
      known = subcodes.known(view, i)
      if (known < 0) {
        out.commit(row)
        known = newWord(bytes, view, i, subcodes)
        if (known < 0) break
        if (into.block() !== block) {
          block = into.block()
          row = into.next()
          continue
        }
      }
      block.subcode[row] = subcodes.indices[known] ?? 0
      i += subcodes.lengths[known] ?? 0

      if (
        view.getUint32(i, true) !== callid1 ||
        view.getUint32(i + 4, true) !== callid2 ||
        view.getUint32(i + 8, true) !== callid3
      )
        break
      i += 12
      begin = i
      value = 0
      digits = view.getUint32(i, true)
      while (isDigits(digits) && i - begin < longestId) {
        value = value * 10_000 + valueOf(digits)
        i += 4
        digits = view.getUint32(i, true)
      }
      digit = (bytes[i] ?? 0) - 0x30
      while (digit >= 0 && digit <= 9 && i - begin <= longestId) {
        value = value * 10 + digit
        i += 1
        digit = (bytes[i] ?? 0) - 0x30
      }
      if (i - begin <= longestExact && i > begin) setId(block.callidHalves, row, value)
      else if (!longId(bytes, begin, i, block.callid, row)) break
      if (bytes[i] !== QUOTE || bytes[i + 1] !== CLOSE) break

      end = i + 2
      row += 1
      if (row === block.capacity) {
        out.commit(row)
        block = into.block()
        row = into.next()
      }
      if (bytes[end] !== separator) break
      start = end + 1
    }
    out.commit(row)
    return end
  }
}
