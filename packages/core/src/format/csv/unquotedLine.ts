/**
 * Rows of a table as programs write them: whole lines of cells without quotes.
 *
 * Shape    the columns stand in any order; numbers of 1 to 19 digits, which must be a number that the field can hold,
 *          texts of up to 64 bytes; the line ends in LF or CRLF
 * Fails    never: what is not such a line is left to the tolerant reader, which finds out what it is
 * Cost     each byte is looked at once, those of texts twice, and there is no object
 */
import type { Block } from "../../events/EventBatch.ts"
import type { WordCache } from "../bytes.ts"
import type { RowBuilder } from "../RowBuilder.ts"
import { exactNumber, idNumber } from "../integers.ts"

/** No cell that is read here is longer, line end included: one that begins this far from a chunk's end is whole. */
const cellRoom = 128

const longestText = 64

const QUOTE = 0x22
const LF = 0x0a
const CR = 0x0d

/** Gives the place of the byte that ends a cell, a quote among them; or -1 when it is too long. */
const endOfCell = (bytes: Uint8Array, from: number, separator: number): number => {
  const most = from + longestText
  for (let i = from; i <= most; i++) {
    const c = bytes[i] ?? 0
    if (c === separator || c === LF || c === CR || c === QUOTE) return i
  }
  return -1
}

/** Reads lines from a place on; gives the place behind the last one that was read. */
export type UnquotedLines = (bytes: Uint8Array, view: DataView, from: number) => number

/** The names of the columns are given as indices into uid, uts, agent, status, subcode, callid; others are -1. */
export const unquotedLines = (
  out: RowBuilder,
  statuses: WordCache,
  subcodes: WordCache,
  separator: number,
  columns: ReadonlyArray<number>,
): UnquotedLines => {
  const value = new Float64Array(1)
  const agent = new Float64Array(1)
  const fields = Int8Array.from(columns)
  const hasSubcode = columns.includes(4)
  const hasCallid = columns.includes(5)
  const { agentIndex, block: current, next } = out.into
  const { commit } = out
  // Where the texts of the line at hand stand.
  let status = 0
  let statusEnd = 0
  let subcode = 0
  let subcodeEnd = 0

  /** Reads a cell; gives the place of the byte that ends it, or -1. */
  const cell = (bytes: Uint8Array, view: DataView, at: number, field: number, into: Block, row: number): number => {
    if (field === 0) return idNumber(bytes, view, at, value, into.uid, into.uidHalves, row)
    if (field === 1) {
      const end = exactNumber(bytes, view, at, value)
      into.uts[row] = value[0] ?? 0
      return end
    }
    if (field === 2) return exactNumber(bytes, view, at, agent)
    if (field === 5) {
      const end = idNumber(bytes, view, at, value, into.callid, into.callidHalves, row)
      if (end >= 0 || endOfCell(bytes, at, separator) !== at) return end
      into.callid[row] = 0n
      return at
    }
    const end = endOfCell(bytes, at, separator)
    if (field === 3) {
      status = at
      statusEnd = end
    } else if (field === 4) {
      subcode = at
      subcodeEnd = end
    }
    return end
  }

  /** Reads one line into a block; gives the place behind it, or -1. */
  const one = (bytes: Uint8Array, view: DataView, from: number, into: Block, row: number): number => {
    const room = bytes.length - cellRoom
    const last = fields.length - 1
    let at = from
    for (let column = 0; column < last; column++) {
      if (at > room) return -1
      at = cell(bytes, view, at, fields[column] ?? 0, into, row)
      if (at < 0 || bytes[at] !== separator) return -1
      at += 1
    }
    if (at > room) return -1
    at = cell(bytes, view, at, fields[last] ?? 0, into, row)
    if (at < 0) return -1
    if (bytes[at] === CR) at += 1
    if (bytes[at] !== LF) return -1
    // Only a line that is a row may bring new words.
    const index = statuses.read(bytes, status, statusEnd)
    if (index < 0) return -1
    into.status[row] = index
    const subcodeIndex = hasSubcode ? subcodes.read(bytes, subcode, subcodeEnd) : 0
    if (subcodeIndex < 0) return -1
    into.subcode[row] = subcodeIndex
    into.agent[row] = agentIndex(agent[0] ?? 0)
    if (!hasCallid) into.callid[row] = 0n
    return at + 1
  }

  return (bytes, view, from) => {
    let begin = from
    for (;;) {
      const into = current()
      const row = next()
      const end = one(bytes, view, begin, into, row)
      if (end < 0) return begin
      // A new word may have moved the rows to a wider block: then this one is read once more, into that.
      if (current() !== into) continue
      commit(row + 1)
      begin = end
    }
  }
}
