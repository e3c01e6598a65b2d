/**
 * Rows exactly as the vendor documents them: the six fields in their order, every value a text, no blanks.
 *
 * Shape    {"uid":"1","uts":"2","agent":"3","status":"idle","subcode":"","callid":"0"}
 *          with 1 to 19 digits, which must be a number that the field can hold, and texts of up to 32 bytes without escapes
 * Fails    never: what is not such a row is left to the tolerant reader, which finds out what it is
 * Source   vendor article "Using status_log API" [D]; every byte is compared
 * Cost     some 25 comparisons of four bytes a row, and no object
 */
import { setId } from "../../events/columns.ts"
import type { WordCache } from "../bytes.ts"
import type { RowBuilder } from "../RowBuilder.ts"
import { isDigits, maxExactDigits, maxIdDigits, longId, valueOf } from "../integers.ts"

/** No row is longer that is read here: so one that begins this far from a chunk's end needs no look at that end. */
export const rowRoom = 512

const longestText = 32

export const QUOTE = 0x22
const BACKSLASH = 0x5c
const CLOSE = 0x7d

const UID = 0
const UTS = 1
const CALLID = 3

/** What stands before each of the numbers, in the order in which they come; status and subcode lie before the last. */
const before = ['{"uid":"', '","uts":"', '","agent":"', '","callid":"']
const beforeStatus = '","status":"'
const beforeSubcode = '","subcode":"'

/**
 * Eight characters as the double that they are in memory. Of ASCII that is neither NaN nor 0, so it equals the double of
 * other bytes only if they are the same.
 */
const eight = (text: string): number => new DataView(new TextEncoder().encode(text).buffer).getFloat64(0, true)

// Each is compared by its first and its last eight characters, which together are all of it.
const firsts = Float64Array.from(before, (text) => eight(text.slice(0, 8)))
const lasts = Float64Array.from(before, (text) => eight(text.slice(-8)))
const lengths = Uint8Array.from(before, (text) => text.length)
const [statusFirst, statusLast] = [eight(beforeStatus.slice(0, 8)), eight(beforeStatus.slice(-8))]
const [subcodeFirst, subcodeLast] = [eight(beforeSubcode.slice(0, 8)), eight(beforeSubcode.slice(-8))]

/** Gives the number among the known words of the plain text at a place, where it becomes one; or -1. */
export const newWord = (bytes: Uint8Array, view: DataView, from: number, words: WordCache): number => {
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
 * It gives the place it was given when there is no such row, or too little behind it to be sure. One loop reads all of a
 * row: split into functions it took twice as long, and with a loop for each number it took the engine longer to make it fast.
 */
export const exactRows = (out: RowBuilder, statuses: WordCache, subcodes: WordCache): RowReader => {
  const { into } = out

  return (bytes, view, from, separator) => {
    const last = bytes.length - rowRoom
    let block = into.block()
    let row = into.next()
    let start = from
    let end = from
    rows: while (start <= last) {
      let i = start
      for (let field = UID; field <= CALLID; field++) {
        const length = lengths[field] ?? 0
        if (view.getFloat64(i, true) !== firsts[field] || view.getFloat64(i + length - 8, true) !== lasts[field])
          break rows
        i += length
        const begin = i
        let value = 0
        let digits = view.getUint32(i, true)
        while (isDigits(digits) && i - begin < maxIdDigits) {
          value = value * 10_000 + valueOf(digits)
          i += 4
          digits = view.getUint32(i, true)
        }
        let digit = (bytes[i] ?? 0) - 0x30
        while (digit >= 0 && digit <= 9 && i - begin <= maxIdDigits) {
          value = value * 10 + digit
          i += 1
          digit = (bytes[i] ?? 0) - 0x30
        }
        const isExact = i - begin <= maxExactDigits && i > begin

        if (field === UID) {
          if (isExact) setId(block.uidHalves, row, value)
          else if (!longId(bytes, begin, i, block.uid, row)) break rows
        } else if (field === CALLID) {
          if (isExact) setId(block.callidHalves, row, value)
          else if (!longId(bytes, begin, i, block.callid, row)) break rows
        } else if (!isExact) break rows
        else if (field === UTS) block.uts[row] = value
        else {
          let index = into.recentAgent(value)
          // What is new may move the rows to another block: those read are committed first, this one is read again there.
          if (index < 0) {
            out.commit(row)
            index = into.agentIndex(value)
            if (into.block() !== block) {
              block = into.block()
              row = into.next()
              continue rows
            }
          }
          block.agent[row] = index

          if (view.getFloat64(i, true) !== statusFirst || view.getFloat64(i + 4, true) !== statusLast) break rows
          i += beforeStatus.length
          let known = statuses.known(view, i)
          if (known < 0) {
            out.commit(row)
            known = newWord(bytes, view, i, statuses)
            if (known < 0) break rows
            if (into.block() !== block) {
              block = into.block()
              row = into.next()
              continue rows
            }
          }
          block.status[row] = statuses.indices[known] ?? 0
          i += statuses.lengths[known] ?? 0

          if (view.getFloat64(i, true) !== subcodeFirst || view.getFloat64(i + 5, true) !== subcodeLast) break rows
          i += beforeSubcode.length
          known = subcodes.known(view, i)
          if (known < 0) {
            out.commit(row)
            known = newWord(bytes, view, i, subcodes)
            if (known < 0) break rows
            if (into.block() !== block) {
              block = into.block()
              row = into.next()
              continue rows
            }
          }
          block.subcode[row] = subcodes.indices[known] ?? 0
          i += subcodes.lengths[known] ?? 0
        }
      }
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
