/**
 * The vendor's XML: `<result>` with `success`, `total` and a `list` of rows, each field an element.
 *
 * Shape    a row is any element in `list`, a field any element in a row; other elements and all attributes are ignored
 *          characters XML 1.0 can't hold (most control characters) are written as U+FFFD: they alone don't come back
 * Fails    `FormatError` at the byte where the fault was noticed, a row's own faults at the byte where the row begins
 * Source   vendor article "Using status_log API" [D]
 * Cost     documented rows (see exactElement.ts) are read straight from their bytes, all else by saxes
 */
import type { Builder } from "../../events/EventBatch.ts"
import { wordCache } from "../bytes.ts"
import type { Decoder } from "../Decoder.ts"
import { exactElements, elementRoom, unescaped } from "./exactElement.ts"
import { cells, type Encoder, encoder as encoderOf } from "../Encoder.ts"
import { noEnvelope, rowBuilder } from "../RowBuilder.ts"
import { endsTooEarly, type XmlRows, xmlRows } from "./rows.ts"
import { type Encoding, encodingOf, type XmlText, xmlText } from "./text.ts"

const endOfRow = new TextEncoder().encode("</status_log>")
const GREATER = 0x3e

/** The place behind the first end of a row that stands at `from` or later; the chunk's length when there is none. */
const behindRow = (bytes: Uint8Array, from: number): number => {
  for (let i = from; i < bytes.length; i++) {
    if (bytes[i] !== GREATER) continue
    const begin = i + 1 - endOfRow.length
    let j = 0
    while (j < endOfRow.length && bytes[begin + j] === endOfRow[j]) j += 1
    if (j === endOfRow.length) return i + 1
  }
  return bytes.length
}

const concat = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

const nothing = new Uint8Array(0)

/** As much as saxes gets at once, in bytes, where documented rows may follow. */
const maxPieceBytes = 65_536

export interface Options {
  /** Where rows go; default: a builder of the scanner's own, from which `take` takes them. */
  readonly into?: Builder
  /** Tests read everything by saxes, to compare. Default: no. */
  readonly tolerantOnly?: boolean
}

/** What reads the document, once its encoding is known. */
interface Reader {
  readonly encoding: Encoding
  readonly text: XmlText
  readonly rows: XmlRows
}

/** Makes a scanner of one document. */
export const scanner = ({ into, tolerantOnly = false }: Options = {}): Decoder => {
  const out = rowBuilder("xml", into)
  const subcodes = wordCache((text) => {
    const subcode = unescaped(text)
    return subcode === null ? -1 : out.subcodeIndex(subcode)
  })
  const documented = exactElements(out, wordCache(out.statusIndex), subcodes)
  let reader: Reader | null = null
  /** Bytes that can't be read without the next. */
  let open = nothing
  /** Bytes of the input so far. */
  let base = 0
  /** The least that saxes gets before documented rows are tried again: doubled whenever there is none. */
  let least = 1

  /** Has saxes read bytes that stand at byte `at`, whole characters. */
  const parse = ({ encoding, rows: by, text }: Reader, bytes: Uint8Array, at: number) => {
    const decoded = text.decode(bytes)
    if (decoded !== null) by.read(decoded, at, bytes.length)
    else {
      const sound = text.soundPart(bytes)
      const size = text.sizeOf(sound, 0, sound.length)
      by.read(sound, at, size)
      throw by.fault(at + size, `text that is not ${encoding.name.toUpperCase()}`)
    }
  }

  /** Reads bytes that stand at byte `at`, whole characters. */
  const scan = (by: Reader, bytes: Uint8Array, at: number) => {
    if (tolerantOnly || by.encoding.name.startsWith("utf-16")) {
      parse(by, bytes, at)
      return
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    let i = 0
    while (i < bytes.length) {
      if (by.rows.isBetweenRows()) {
        const next = documented(bytes, view, i)
        least = next > i ? 1 : Math.min(least * 2, maxPieceBytes)
        i = next
      }
      const to = i + elementRoom > bytes.length ? bytes.length : behindRow(bytes, i + least - 1)
      if (to > i) parse(by, bytes.subarray(i, to), at + i)
      i = to
    }
  }

  const begin = (bytes: Uint8Array, ended: boolean): Reader | null => {
    const encoding = encodingOf(bytes, ended)
    if (encoding === null) return null
    const text = xmlText(encoding.name)
    return { encoding, text, rows: xmlRows(out, text) }
  }

  const read = (bytes: Uint8Array, ended: boolean) => {
    const known = reader
    reader ??= begin(bytes, ended)
    if (reader === null) {
      open = bytes.slice()
      return
    }
    const from = known === null ? reader.encoding.mark : 0
    const to = bytes.length - reader.text.open(bytes)
    open = bytes.slice(to)
    if (to > from) scan(reader, bytes.subarray(from, to), base - bytes.length + from)
  }

  return {
    write: (chunk) => {
      base += chunk.length
      read(open.length === 0 ? chunk : concat(open, chunk), false)
    },
    end: () => {
      if (reader === null) read(open, true)
      if (reader === null) return
      if (open.length > 0) {
        // A CR that no LF follows; half a character is a document cut off.
        const rest = reader.text.decode(open)
        if (rest === null) throw out.faultOutside(base, endsTooEarly)
        reader.rows.read(rest, base - open.length, open.length)
      }
      reader.rows.end(base)
    },
    get rows() {
      return out.count
    },
    get length() {
      return out.length
    },
    take: () => out.take(),
    get envelope() {
      return reader?.rows.envelope ?? noEnvelope
    },
  }
}

/** Makes a decoder of one document, as `json.decoder`. */
export const decoder = (into?: Builder): Decoder => scanner(into === undefined ? {} : { into })

const unspeakable = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu

const escapes = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  // A parser makes an LF of a bare CR.
  ["\r", "&#13;"],
])

const escaped = (value: string): string =>
  value.replace(unspeakable, "\uFFFD").replace(/[&<>\r]/g, (c) => escapes.get(c) ?? c)

const element = (name: string, value: string): string =>
  value === "" ? `<${name}/>` : `<${name}>${escaped(value)}</${name}>`

/** Makes an encoder of one document. */
export const encoder = (): Encoder =>
  encoderOf(
    '<?xml version="1.0" encoding="UTF-8"?>\n<result>\n<success>true</success>\n<list>\n',
    (batch, index) => {
      const [uid, uts, agent, status, subcode, callid] = cells(batch, index)
      const numbers = element("uid", uid) + element("uts", uts) + element("agent", agent)
      const texts = element("status", status) + element("subcode", subcode)
      return `<status_log>${numbers}${texts}${element("callid", callid)}</status_log>\n`
    },
    (count) => `</list>\n${element("total", String(count))}\n</result>\n`,
  )
