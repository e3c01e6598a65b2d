/**
 * The vendor's XML: `<result>` with `success`, `total` and a `list` of rows, each field an element.
 *
 * Shape    a row is any element in `list`, a field any element in a row; other elements and all attributes are ignored
 *          the encoding is the byte order mark's, else the XML declaration's, else UTF-8
 *          characters XML 1.0 can't hold (most control characters) are written as U+FFFD: they alone don't come back
 * Fails    `FormatError` with line and column in the issue; `offset` is null, except where the input ends too early
 * Source   vendor article "Using status_log API" [D]
 */
import { SaxesParser } from "saxes"
import { type Builder } from "../EventBatch.ts"
import { type Decoder } from "./Decoder.ts"
import { cells, type Encoder, encoder as encoderOf } from "./Encoder.ts"
import { FormatError } from "./FormatError.ts"
import { maxToken } from "./bytes.ts"
import { envelopeReader, quote, rows } from "./row.ts"

/** The declaration must stand in the first bytes; longer ones don't exist outside of attacks. */
const declarationRoom = 512

const encodings = new Map([
  ["utf-8", "utf-8"],
  ["utf8", "utf-8"],
  ["iso-8859-1", "windows-1252"],
  ["latin1", "windows-1252"],
  ["windows-1252", "windows-1252"],
  ["cp1252", "windows-1252"],
  ["us-ascii", "windows-1252"],
  ["ascii", "windows-1252"],
])

/** ASCII of bytes, whatever they are: enough to read a declaration. */
const ascii = (bytes: Uint8Array): string => {
  let text = ""
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

const startsWith = (bytes: Uint8Array, ...mark: ReadonlyArray<number>): boolean =>
  mark.every((byte, index) => bytes[index] === byte)

const beforeDeclaration = "<?xml"

/** The encoding's name for `TextDecoder`; `null` while the bytes don't show it. */
const encodingOf = (head: Uint8Array, ended: boolean): string | null => {
  if (startsWith(head, 0xff, 0xfe)) return "utf-16le"
  if (startsWith(head, 0xfe, 0xff)) return "utf-16be"
  if (startsWith(head, 0xef, 0xbb, 0xbf)) return "utf-8"
  const text = ascii(head.subarray(0, declarationRoom))
  const whole = ended || head.length >= declarationRoom || text.includes("?>")
  if (!whole && (text.startsWith(beforeDeclaration) || head.length < beforeDeclaration.length)) return null
  const declared = /^<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']/.exec(text)?.[1]
  if (declared === undefined) return "utf-8"
  const encoding = encodings.get(declared.toLowerCase())
  if (encoding !== undefined) return encoding
  const mark = /^utf-?16/i.test(declared) ? " without a byte order mark" : ""
  throw new FormatError({ format: "xml", row: null, offset: 0, issue: `unknown encoding ${quote(declared)}${mark}` })
}

interface Fields {
  uid: string | null
  uts: string | null
  agent: string | null
  status: string | null
  subcode: string | null
  callid: string | null
}

const noFields = (): Fields => ({ uid: null, uts: null, agent: null, status: null, subcode: null, callid: null })

const isField = (name: string): name is keyof Fields =>
  name === "uid" || name === "uts" || name === "agent" || name === "status" || name === "subcode" || name === "callid"

// How deep an element stands: the root 1, what is said of the whole 2, a row 3, its field 4.
const ROOT = 1
const ENVELOPE = 2
const ROW = 3
const FIELD = 4

/** Two alike: the second is behind by the chunk at hand, to find the place in it where the first one failed. */
interface Decoders {
  readonly leading: TextDecoder
  readonly following: TextDecoder
}

const page = "an HTML page, not a status log"

/** Makes a decoder of one document, as `json.decoder`. */
export const decoder = (into?: Builder): Decoder => {
  const out = rows("xml", into)
  const parser = new SaxesParser()
  let head: Uint8Array = new Uint8Array(0)
  let utf: Decoders | null = null
  let base = 0
  let depth = 0
  let ending = false
  let inList = false
  let blank = true
  let text = ""
  let row = noFields()

  const place = (issue: string) => `line ${parser.line}, column ${parser.column}: ${issue}`
  const fault = (issue: string) => (inList && depth >= ROW ? out.fault(null, issue) : out.faultOutside(null, issue))
  const said = envelopeReader((issue) => out.faultOutside(null, place(issue)))
  const cutOff = () => out.faultOutside(base, "the input ends too early: it looks cut off")

  const onText = (more: string) => {
    if (depth === ENVELOPE ? !inList : depth === FIELD) {
      text += more
      if (text.length > maxToken) throw fault(`a text longer than ${maxToken} characters`)
    } else if ((depth === ROOT || (inList && depth < FIELD)) && more.trim() !== "") {
      throw fault(place(`text where only elements may stand: ${quote(more.trim())}`))
    }
  }

  parser.on("error", (error) => {
    if (ending) throw cutOff()
    const issue = error.message.replace(/^[0-9]+:[0-9]+: /, "")
    throw fault(place(`not well-formed XML: ${issue.length > 60 ? `${issue.slice(0, 60)}…` : issue}`))
  })
  parser.on("doctype", (doctype) => {
    if (/^\s*html\b/i.test(doctype)) throw out.faultOutside(null, page)
    // Entities are the way to make a small document huge; the vendor sends none.
    if (/<!ENTITY/i.test(doctype)) throw out.faultOutside(null, place("a document type with entities is refused"))
  })
  parser.on("opentagstart", ({ name }) => {
    depth += 1
    if (depth === ROOT) {
      if (name.toLowerCase() === "html") throw out.faultOutside(null, page)
      if (name !== "result") throw out.faultOutside(null, place(`the root element is ${quote(name)}, not "result"`))
    } else if (depth === ENVELOPE) {
      inList = name === "list"
      if (inList && out.count > 0) throw out.faultOutside(null, place("a second list"))
    } else if (depth === ROW && inList) row = noFields()
    if (depth <= FIELD) text = ""
  })
  parser.on("text", onText)
  parser.on("cdata", onText)
  parser.on("closetag", ({ name }) => {
    if (depth === FIELD && inList && isField(name)) row[name] = text
    else if (depth === ROW && inList) {
      const status = row.status === null ? -1 : out.statusIndex(row.status)
      const subcode = row.subcode === null ? -1 : out.subcodeIndex(row.subcode)
      out.push(null, row.uid, row.uts, row.agent, status, subcode, row.callid)
    } else if (depth === ENVELOPE) {
      if (name === "success") said.success(text.trim())
      else if (name === "error") said.error(text)
      else if (name === "total") said.total(text.trim())
      else if (name === "expire") said.expire(text.trim())
      inList = false
    }
    if (depth <= FIELD) text = ""
    depth -= 1
  })

  const parse = (decoded: string) => {
    if (decoded === "") return
    blank &&= decoded.trim() === ""
    parser.write(decoded)
  }

  const feed = (from: Decoders, bytes: Uint8Array) => {
    let decoded: string
    try {
      decoded = from.leading.decode(bytes, { stream: true })
    } catch {
      // What stands before the fault counts as much as if it had come in a chunk of its own.
      for (const byte of bytes) {
        let character: string
        try {
          character = from.following.decode(Uint8Array.of(byte), { stream: true })
        } catch {
          throw fault(place(`text that is not ${from.leading.encoding.toUpperCase()}`))
        }
        parse(character)
      }
      return
    }
    from.following.decode(bytes, { stream: true })
    parse(decoded)
  }

  /** Ends the decoding: a character cut by the end is a document cut by the end. */
  const flush = (from: Decoders) => {
    let decoded: string
    try {
      decoded = from.leading.decode()
    } catch {
      throw cutOff()
    }
    parse(decoded)
  }

  const begin = (ended: boolean) => {
    const encoding = encodingOf(head, ended)
    if (encoding === null) return
    utf = { leading: new TextDecoder(encoding, { fatal: true }), following: new TextDecoder(encoding, { fatal: true }) }
    feed(utf, head)
    head = new Uint8Array(0)
  }

  return {
    write: (chunk) => {
      base += chunk.length
      if (utf !== null) feed(utf, chunk)
      else {
        head = joined(head, chunk)
        begin(false)
      }
    },
    end: () => {
      if (utf === null) begin(true)
      ending = true
      if (utf !== null) flush(utf)
      if (blank) throw out.faultOutside(base, "the input is empty: not even a root element")
      parser.close()
    },
    get rows() {
      return out.count
    },
    get length() {
      return out.length
    },
    take: () => out.take(),
    get envelope() {
      return said.envelope
    },
  }
}

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
      const words = element("status", status) + element("subcode", subcode)
      return `<status_log>${numbers}${words}${element("callid", callid)}</status_log>\n`
    },
    (count) => `</list>\n${element("total", String(count))}\n</result>\n`,
  )
