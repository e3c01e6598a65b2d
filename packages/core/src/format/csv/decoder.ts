/**
 * Comma-separated rows under a header line, as spreadsheets write them (RFC 4180).
 *
 * Shape    the header names the columns, in any order and case: uid, uts, agent, status, and perhaps subcode, callid;
 *          others are ignored; cells part at the `,` `;` or tab that the header shows; quoted cells may hold line breaks
 *          an empty line is skipped; a file cut between two rows, or inside a last cell, can't be told from a whole one
 * Fails    `FormatError` at the byte where the row begins
 * Cost     plain lines (see unquotedLine.ts) are read straight into columns, all else byte by byte
 */
import type { Builder } from "../../events/EventBatch.ts"
import { bomSkipper, chunkCarry, digits, longDigits, maxToken, utf8, type WordCache, wordCache } from "../bytes.ts"
import type { Decoder } from "../Decoder.ts"
import { cells, type Encoder, encoder as encoderOf } from "../Encoder.ts"
import { type UnquotedLines, unquotedLines } from "./unquotedLine.ts"
import { noEnvelope, type NumericText, quote, rowBuilder } from "../RowBuilder.ts"

const QUOTE = 0x22
const COMMA = 0x2c
const SEMICOLON = 0x3b
const TAB = 0x09
const CR = 0x0d
const LF = 0x0a

// Where in a cell the scanner is.
const START = 0
const PLAIN = 1
const QUOTED = 2
/** After a quote inside a quoted cell: its end, or the first of two. */
const CLOSED = 3

const fields = ["uid", "uts", "agent", "status", "subcode", "callid"] as const
const required = fields.slice(0, 4)
const OTHER = -1

export interface Options {
  /** Where rows go; default: a builder of the scanner's own, from which `take` takes them. */
  readonly into?: Builder
  /** Tests read everything byte by byte, to compare. Default: no. */
  readonly tolerantOnly?: boolean
}

/** Makes a scanner of one table. */
export const scanner = ({ into, tolerantOnly = false }: Options = {}): Decoder => {
  const out = rowBuilder("csv", into)
  const statusWords = wordCache(out.statusIndex)
  const subcodeWords = wordCache(out.subcodeIndex)
  const cell = chunkCarry()
  const start = bomSkipper()
  /** 0 until the header has shown it. */
  let separator = 0
  /** What each column is, as an index into `fields`; `null` while the header is being read. */
  let columns: ReadonlyArray<number> | null = null
  let plain: UnquotedLines | null = null
  let header: Array<string> = []
  let base = 0
  let rowAt = 0
  let column = 0
  let state = START
  /** A CR that is the line's end if an LF follows, or a line's end by itself. */
  let afterCr = false
  let uid: NumericText = null
  let uts: NumericText = null
  let agent: NumericText = null
  /** Indices; -1 = none. */
  let status = -1
  let subcode = -1
  let callid: NumericText = null

  const fault = (issue: string) =>
    columns === null ? out.faultOutside(rowAt, `the header line: ${issue}`) : out.fault(rowAt, issue)

  const tooLong = () => fault(`a cell longer than ${maxToken} bytes`)
  const notUtf8 = () => fault("text that is not UTF-8: save the table as UTF-8")

  const text = (bytes: Uint8Array, from: number, to: number): string => {
    if (to - from > maxToken) throw tooLong()
    const value = utf8(bytes.subarray(from, to))
    if (value === null) throw notUtf8()
    return value
  }

  const word = (known: WordCache, bytes: Uint8Array, from: number, to: number): number => {
    if (to - from > maxToken) throw tooLong()
    const index = known.read(bytes, from, to)
    if (index === -2) throw notUtf8()
    return index
  }

  const numeral = (bytes: Uint8Array, from: number, to: number): NumericText => {
    const value = digits(bytes, from, to)
    return value >= 0 ? value : (longDigits(bytes, from, to) ?? text(bytes, from, to))
  }

  const takeCell = (bytes: Uint8Array, from: number, to: number) => {
    if (columns === null) header.push(text(bytes, from, to))
    else {
      const field = columns[column] ?? OTHER
      if (field === 0) uid = numeral(bytes, from, to)
      else if (field === 1) uts = numeral(bytes, from, to)
      else if (field === 2) agent = numeral(bytes, from, to)
      else if (field === 3) status = word(statusWords, bytes, from, to)
      else if (field === 4) subcode = word(subcodeWords, bytes, from, to)
      else if (field === 5) callid = numeral(bytes, from, to)
      else if (to - from > maxToken) throw tooLong()
    }
    column += 1
    state = START
  }

  const endCell = () => {
    takeCell(cell.bytes, 0, cell.length)
    cell.clear()
  }

  const readHeader = () => {
    const names = header.map((name) => name.trim().toLowerCase())
    const found = names.map((name) => fields.findIndex((field) => field === name))
    const missing = required.filter((name) => !names.includes(name))
    if (missing.length > 0) {
      throw fault(`no column ${missing.join(", ")} in ${quote(header.join(String.fromCharCode(separator || COMMA)))}`)
    }
    const twice = fields.find((name) => names.indexOf(name) !== names.lastIndexOf(name))
    if (twice !== undefined) throw fault(`two columns ${twice}`)
    columns = found
    header = []
    if (!tolerantOnly) plain = unquotedLines(out, statusWords, subcodeWords, separator, found)
  }

  const endRow = () => {
    if (columns === null) readHeader()
    else {
      if (column !== columns.length) throw fault(`has ${column} cells where the header has ${columns.length}`)
      out.push(rowAt, uid, uts, agent, status, subcode, callid)
    }
    column = 0
  }

  /** Ends the cell at hand and its row; an empty line is none, as a row has four cells at least. */
  const endLine = () => {
    if (column === 0 && state === START) return
    endCell()
    endRow()
  }

  const isSeparator = (c: number): boolean => {
    if (separator !== 0) return c === separator
    if (c !== COMMA && c !== SEMICOLON && c !== TAB) return false
    separator = c
    return true
  }

  const keep = (c: number) => {
    if (!cell.addByte(c)) throw tooLong()
  }

  const byte = (c: number, at: number) => {
    if (state === QUOTED) {
      if (c === QUOTE) state = CLOSED
      else keep(c)
    } else if (c === QUOTE) {
      if (state === PLAIN) throw fault("a quote inside a cell that is not quoted")
      if (state === CLOSED) keep(c)
      state = QUOTED
    } else if (c === LF || c === CR) {
      endLine()
      rowAt = at + 1
      afterCr = c === CR
    } else if (isSeparator(c)) endCell()
    else {
      if (state === CLOSED) throw fault("text after a cell's closing quote")
      state = PLAIN
      keep(c)
    }
  }

  const ends = (c: number) => c === separator || c === LF || c === CR || c === QUOTE

  /** Reads unquoted text up to the byte that ends it; gives where that byte stands. */
  const run = (bytes: Uint8Array, from: number): number => {
    let to = from
    while (to < bytes.length) {
      if (ends(bytes[to] ?? 0)) break
      to += 1
    }
    // A cell that the chunk holds whole needs no copy.
    if (cell.length === 0 && to < bytes.length && bytes[to] === separator) {
      takeCell(bytes, from, to)
      return to + 1
    }
    if (!cell.add(bytes, from, to)) throw tooLong()
    state = PLAIN
    return to
  }

  return {
    write: (chunk) => {
      const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length)
      let i = start.skip(chunk)
      if (i < 0) throw out.faultOutside(0, "a broken byte order mark")
      while (i < chunk.length) {
        if (plain !== null && column === 0 && state === START && chunk[i] !== LF) {
          const next = plain(chunk, view, i)
          if (next > i) {
            i = next
            rowAt = base + i
            afterCr = false
            continue
          }
        }
        const c = chunk[i] ?? 0
        if (afterCr && c === LF) rowAt = base + i + 1
        else if (columns !== null && state <= PLAIN && !ends(c)) {
          afterCr = false
          i = run(chunk, i)
          continue
        } else byte(c, base + i)
        afterCr = c === CR && afterCr
        i += 1
      }
      base += chunk.length
    },
    end: () => {
      if (start.open) throw out.faultOutside(0, "a broken byte order mark")
      if (state === QUOTED) throw fault("a quoted cell is not closed at the end of the input: it looks cut off")
      endLine()
      if (columns === null) throw out.faultOutside(base, "the input is empty: not even a header line")
    },
    get rows() {
      return out.count
    },
    get length() {
      return out.length
    },
    take: () => out.take(),
    envelope: noEnvelope,
  }
}

/** Makes a decoder of one table, as `json.decoder`. */
export const decoder = (into?: Builder): Decoder => scanner(into === undefined ? {} : { into })

const special = /["\n\r,;\t]/

/** A cell, in quotes where a reader would misunderstand it. */
export const cellText = (text: string): string => (special.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** Makes an encoder of one table: commas, and LF as line end, as the usual tools of a pipeline want. */
export const encoder = (): Encoder =>
  encoderOf(
    `${fields.join(",")}\n`,
    (batch, index) => `${cells(batch, index).map(cellText).join(",")}\n`,
    () => "",
  )
