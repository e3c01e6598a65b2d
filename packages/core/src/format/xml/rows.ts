/**
 * What saxes finds in the text of an XML document, as rows and envelope, and where in the input it found it.
 *
 * Shape    text may be cut anywhere but in a character or between a CR and its LF: rows, faults and places stay the same
 * Fails    `FormatError`: at the byte of the `<` of the element whose value can't be, a row's own faults at that of the
 *          row; else at the last byte that saxes had read when it noticed
 * Cost     that of saxes, and some 100 ns for every piece of text
 */
import { SaxesParser } from "saxes"
import { maxToken } from "../bytes.ts"
import type { Envelope } from "../Decoder.ts"
import type { FormatError } from "../FormatError.ts"
import { envelopeReader, type NumericText, quote, type RowBuilder } from "../RowBuilder.ts"
import type { XmlText } from "./text.ts"

/** So many characters may pass before saxes tells of something: twice what a text may have. */
const maxUnreported = 2 * maxToken

/** Digits as the number that they are, as far as a double is exact; any other text as it is. */
const numeral = (text: string): NumericText => {
  const length = text.length
  if (length === 0 || length > 15) return text
  let value = 0
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 0x30
    if (digit < 0 || digit > 9) return text
    value = value * 10 + digit
  }
  return value
}

// How deep an element stands: the root 1, what is said of the whole 2, a row 3, its field 4.
const ROOT = 1
const ENVELOPE = 2
const ROW = 3
const FIELD = 4

export const endsTooEarly = "the input ends too early: it looks cut off"

export interface XmlRows {
  /** Reads text that stands at byte `at` of the input and is `size` bytes there. */
  readonly read: (text: string, at: number, size: number) => void
  /** Says that there is no more text, and how many bytes there were. */
  readonly end: (size: number) => void
  /** Whether the last character read opened the list or closed one of its rows: so that a row may come next. */
  readonly isBetweenRows: () => boolean
  /** Makes the error for a fault at a byte after the text read. */
  readonly fault: (offset: number, issue: string) => FormatError
  readonly envelope: Envelope
}

export const xmlRows = (out: RowBuilder, encoding: XmlText): XmlRows => {
  // Places are bytes here: without its own, saxes does not write them into its messages.
  const parser = new SaxesParser({ position: false })
  let depth = 0
  let inList = false
  /** Whether the root's opening tag has ended. */
  let inRoot = false
  let ending = false
  let blank = true
  let size = 0
  let text = ""
  // The row at hand.
  let uid: NumericText = null
  let uts: NumericText = null
  let agent: NumericText = null
  let status: string | null = null
  let subcode: string | null = null
  let callid: NumericText = null
  /** The `<` of the element at hand that says something of the whole, and of the row. */
  let saidAt = 0
  let rowAt = 0
  /** How many units saxes has been given, and had been when a row was closed last. */
  let fed = 0
  let closed = -1

  // The piece of text being read: where it begins, in units and bytes, and up to where saxes has it.
  let piece = ""
  let pieceUnit = 0
  let pieceAt = 0
  /** Whether every unit of it is a byte. */
  let bytewise = true
  /** A place in the piece of which the byte is known: places are asked for in their order. */
  let knownUnit = 0
  let knownAt = 0

  /** The byte where a unit of the piece stands. */
  const byteOf = (unit: number): number => {
    if (bytewise) return pieceAt + unit
    knownAt += encoding.sizeOf(piece, knownUnit, unit)
    knownUnit = unit
    return knownAt
  }

  /** How many units of the piece saxes has read: at the end of what it has, it counts one more. */
  const unitsRead = (): number => Math.min(parser.position, fed) - pieceUnit

  /** The byte of the last character read. */
  const lastAt = (): number => {
    const last = Math.max(unitsRead() - 1, 0)
    const isLow = (piece.charCodeAt(last) & 0xfc00) === 0xdc00
    return byteOf(isLow && last > 0 ? last - 1 : last)
  }

  /** The byte of the `<` before an element's name, when the character after that name has just been read. */
  const tagAt = (name: string): number => {
    let end = unitsRead() - 1
    const c = piece.charCodeAt(end)
    if ((c & 0xfc00) === 0xdc00 || (c === 0x0a && piece.charCodeAt(end - 1) === 0x0d)) end -= 1
    const begin = end - name.length - 1
    return begin >= 0 ? byteOf(begin) : pieceAt - encoding.sizeOf(`<${name}`, 0, -begin)
  }

  /** How many units saxes had read when it told something last. */
  let told = 0

  const fault = (offset: number, issue: string) =>
    inList && depth >= ROW ? out.fault(offset, issue) : out.faultOutside(offset, issue)
  const here = (issue: string) => fault(lastAt(), issue)
  const page = () => out.faultOutside(0, "an HTML page, not a status log")
  const cutOff = () => out.faultOutside(size, endsTooEarly)
  const said = envelopeReader((issue) => out.faultOutside(saidAt, issue))

  /** A name, a comment, or an entity that never ends would be kept until the memory is full. */
  const mustHaveEnded = (unit: number) => {
    if (unit - told <= maxUnreported) return
    const issue = `more than ${maxUnreported} characters without an end: is an & or a < among them that should be &amp; or &lt;`
    throw fault(depth >= ROW ? rowAt : saidAt, issue)
  }
  const hear = () => {
    mustHaveEnded(parser.position)
    told = parser.position
  }

  const setField = (name: string) => {
    if (name === "uid") uid = numeral(text)
    else if (name === "uts") uts = numeral(text)
    else if (name === "agent") agent = numeral(text)
    else if (name === "status") status = text
    else if (name === "subcode") subcode = text
    else if (name === "callid") callid = numeral(text)
  }

  const onText = (more: string) => {
    hear()
    if (depth === ENVELOPE ? !inList : depth === FIELD) {
      text += more
      if (text.length > maxToken) throw here(`a text longer than ${maxToken} characters`)
    } else if ((depth === ROOT || (inList && depth < FIELD)) && more.trim() !== "") {
      throw here(`text where only elements may stand: ${quote(more.trim())}`)
    }
  }

  parser.on("error", ({ message }) => {
    if (ending) throw cutOff()
    throw here(`not well-formed XML: ${message.length > 60 ? `${message.slice(0, 60)}…` : message}`)
  })
  parser.on("comment", hear)
  parser.on("processinginstruction", hear)
  parser.on("attribute", hear)
  parser.on("doctype", (doctype) => {
    hear()
    if (/^\s*html\b/i.test(doctype)) throw page()
    // Entities are the way to make a small document huge; the vendor sends none.
    if (/<!ENTITY/i.test(doctype)) throw here("a document type with entities is refused")
  })
  parser.on("opentagstart", ({ name }) => {
    hear()
    depth += 1
    if (depth === ROOT) {
      if (name.toLowerCase() === "html") throw page()
      if (name !== "result") throw fault(tagAt(name), `the root element is ${quote(name)}, not "result"`)
    } else if (depth === ENVELOPE) {
      saidAt = tagAt(name)
      inList = name === "list"
      if (inList && out.count > 0) throw fault(saidAt, "a second list")
    } else if (depth === ROW && inList) {
      rowAt = tagAt(name)
      uid = null
      uts = null
      agent = null
      status = null
      subcode = null
      callid = null
    }
    if (depth <= FIELD) text = ""
  })
  parser.on("opentag", () => {
    inRoot = true
    if (depth === ENVELOPE && inList) closed = parser.position
  })
  parser.on("text", onText)
  parser.on("cdata", onText)
  parser.on("closetag", ({ name }) => {
    hear()
    if (depth === FIELD && inList) setField(name)
    else if (depth === ROW && inList) {
      const statusIndex = status === null ? -1 : out.statusIndex(status)
      const subcodeIndex = subcode === null ? -1 : out.subcodeIndex(subcode)
      out.push(rowAt, uid, uts, agent, statusIndex, subcodeIndex, callid)
      closed = parser.position
    } else if (depth === ENVELOPE) {
      if (name === "success") said.success(text.trim())
      else if (name === "error") said.error(text)
      else if (name === "total") said.total(text.trim())
      else if (name === "expire") said.expire(text.trim())
      inList = false
      closed = -1
    }
    if (depth <= FIELD) text = ""
    depth -= 1
  })

  /**
   * Up to where saxes gets the piece next. Of text outside the root it tells only where that text ends, or what it was
   * given: so it gets that character by character, and nothing together with the tag that may close the root.
   */
  const stretch = (from: number): number => {
    if (!inRoot || depth === 0) return from + ((piece.charCodeAt(from) & 0xfc00) === 0xd800 ? 2 : 1)
    const close = piece.indexOf("</result", from)
    if (close > from && from > 0) return close
    if (close < 0 && from > 0) return piece.length
    // The tag may have begun in the piece before.
    const end = piece.indexOf(">", from) + 1
    return end > 0 ? end : piece.length
  }

  return {
    read: (more, at, bytes) => {
      blank &&= more.trim() === ""
      piece = more
      pieceUnit = fed
      pieceAt = at
      bytewise = bytes === more.length
      knownUnit = 0
      knownAt = at
      let from = 0
      while (from < more.length) {
        const to = stretch(from)
        fed = pieceUnit + to
        parser.write(more.slice(from, to))
        mustHaveEnded(fed)
        from = to
      }
    },
    end: (bytes) => {
      size = bytes
      if (blank) throw out.faultOutside(size, "the input is empty: not even a root element")
      ending = true
      parser.close()
    },
    isBetweenRows: () => closed === fed,
    fault,
    get envelope() {
      return said.envelope
    },
  }
}
