/**
 * Rows of plain JSON: the fields in any order, with blanks anywhere, numbers as texts or bare; no escapes, no other fields.
 *
 * Shape    { "uts": 2, "uid": "1", "status": "idle", "agent": 3 }
 * Fails    never: what is not such a row is left to the tolerant reader, which finds out what it is
 * Cost     about twice that of a documented row
 */
import { setId } from "../../events/columns.ts"
import type { Block } from "../../events/EventBatch.ts"
import type { WordCache } from "../bytes.ts"
import { newWord, QUOTE, type RowReader, rowRoom } from "./exactRow.ts"
import type { RowBuilder } from "../RowBuilder.ts"
import { isDigits, maxExactDigits, maxIdDigits, longId, valueOf } from "../integers.ts"

const LF = 0x0a
const SPACE = 0x20
const COMMA = 0x2c
const ZERO = 0x30
const COLON = 0x3a
const OPEN = 0x7b
const CLOSE = 0x7d

const UID = 1
const UTS = 2
const AGENT = 3
const STATUS = 4
const SUBCODE = 5
const CALLID = 6
/** The fields that no row lacks, as bits. */
const required = (1 << UID) | (1 << UTS) | (1 << AGENT) | (1 << STATUS)

/** Four characters as the number that they are in memory, read with the least significant byte first. */
const four = (text: string): number => new DataView(new TextEncoder().encode(text).buffer).getUint32(0, true)

const keys = ["", "uid", "uts", "agent", "status", "subcode", "callid"]
/** Fields by the third letter of their key, which no two share. */
const fieldOf = new Uint8Array(256)
/** Per field, the first four bytes of the key and its closing quote, and the last four. */
const firsts = new Uint32Array(keys.length)
const lasts = new Uint32Array(keys.length)
const lengths = new Uint8Array(keys.length)
keys.forEach((key, field) => {
  if (field === 0) return
  fieldOf[key.charCodeAt(2)] = field
  firsts[field] = four(`${key}"`.slice(0, 4))
  lasts[field] = four(`${key}"`.slice(-4))
  lengths[field] = key.length
})

/** A row ends within so many bytes, or is left to others; what is read of it then lies within `rowRoom`. */
const longestRow = rowRoom - 64

const again = -2

/** Gives the place behind blanks, of which there are mostly none. */
const skipBlanks = (bytes: Uint8Array, from: number, limit: number): number =>
  (bytes[from] ?? 0) > SPACE ? from : behindBlanks(bytes, from, limit)

const behindBlanks = (bytes: Uint8Array, from: number, limit: number): number => {
  let i = from
  while (i < limit) {
    const c = bytes[i] ?? 0
    if (c > SPACE || (c !== SPACE && c !== LF && c !== 0x0d && c !== 0x09)) break
    i += 1
  }
  return i
}

/**
 * Makes a reader of plain rows. With `lines`, a row may not span lines.
 *
 * As a reader of documented rows, it gives the place it was given when it can't read what is there.
 */
export const anyOrderRows = (out: RowBuilder, statuses: WordCache, subcodes: WordCache): RowReader => {
  const { into } = out

  /** Reads one row into a block; gives the place behind it, -1 when it is none, -2 when the block has changed. */
  const one = (bytes: Uint8Array, view: DataView, from: number, block: Block, row: number, limit: number): number => {
    let seen = 0
    block.subcode[row] = 0
    block.callidHalves[2 * row] = 0
    block.callidHalves[2 * row + 1] = 0
    let i = from + 1
    for (;;) {
      i = skipBlanks(bytes, i, limit)
      const field = fieldOf[bytes[i + 3] ?? 0] ?? 0
      const length = lengths[field] ?? 0
      if (
        i >= limit ||
        bytes[i] !== QUOTE ||
        field === 0 ||
        view.getUint32(i + 1, true) !== firsts[field] ||
        view.getUint32(i + length - 2, true) !== lasts[field]
      )
        return -1
      i = skipBlanks(bytes, i + length + 2, limit)
      if (bytes[i] !== COLON) return -1
      i = skipBlanks(bytes, i + 1, limit)
      const isText = bytes[i] === QUOTE
      if (isText) i += 1

      if (field === STATUS || field === SUBCODE) {
        const words = field === STATUS ? statuses : subcodes
        let known = isText ? words.known(view, i) : -1
        if (known < 0) {
          if (!isText) return -1
          out.commit(row)
          known = newWord(bytes, view, i, words)
          if (known < 0) return -1
          if (into.block() !== block) return again
        }
        if (field === STATUS) block.status[row] = words.indices[known] ?? 0
        else block.subcode[row] = words.indices[known] ?? 0
        i += words.lengths[known] ?? 0
      } else {
        const begin = i
        let value = 0
        let digits = view.getUint32(i, true)
        while (isDigits(digits) && i - begin < maxIdDigits) {
          value = value * 10_000 + valueOf(digits)
          i += 4
          digits = view.getUint32(i, true)
        }
        let digit = (bytes[i] ?? 0) - ZERO
        while (digit >= 0 && digit <= 9 && i - begin <= maxIdDigits) {
          value = value * 10 + digit
          i += 1
          digit = (bytes[i] ?? 0) - ZERO
        }
        const isExact = i - begin <= maxExactDigits
        // A bare number has no zeros before it; no digit at all is for the tolerant reader to name.
        if (i === begin || (!isText && i - begin > 1 && bytes[begin] === ZERO)) return -1
        if (field === UID || field === CALLID) {
          const halves = field === UID ? block.uidHalves : block.callidHalves
          if (isExact) setId(halves, row, value)
          else if (!longId(bytes, begin, i, field === UID ? block.uid : block.callid, row)) return -1
        } else if (!isExact) return -1
        else if (field === UTS) block.uts[row] = value
        else {
          let index = into.recentAgent(value)
          if (index < 0) {
            out.commit(row)
            index = into.agentIndex(value)
            if (into.block() !== block) return again
          }
          block.agent[row] = index
        }
      }
      seen |= 1 << field

      if (isText) {
        if (bytes[i] !== QUOTE) return -1
        i += 1
      }
      i = skipBlanks(bytes, i, limit)
      const next = bytes[i]
      i += 1
      if (next === CLOSE) break
      if (next !== COMMA) return -1
    }
    return (seen & required) === required ? i : -1
  }

  return (bytes, view, from, separator) => {
    const last = bytes.length - rowRoom
    let start = from
    let end = from
    while (start <= last && bytes[start] === OPEN) {
      const block = into.block()
      const row = into.next()
      // A line's end within a row of lines is a fault: so no row that is read here reaches over one.
      let limit = start + longestRow
      if (separator === LF) {
        const line = bytes.indexOf(LF, start)
        if (line >= 0 && line < limit) limit = line
      }
      const next = one(bytes, view, start, block, row, limit)
      if (next === again) continue
      if (next < 0 || next > limit) break
      out.commit(row + 1)
      end = next
      start = separator === LF ? end : skipBlanks(bytes, end, end + longestRow)
      if (bytes[start] !== separator) break
      start = separator === LF ? start + 1 : skipBlanks(bytes, start + 1, end + longestRow)
    }
    return end
  }
}
