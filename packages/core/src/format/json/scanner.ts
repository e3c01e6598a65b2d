/**
 * An incremental scanner of JSON bytes, for a vendor document (`json`) and for a row a line (`ndjson`).
 *
 * Shape    an envelope whose `list` is a list of rows, a map of rows, null, "" or absent; or a bare list of rows
 *          a row's fields are texts or numbers; unknown keys hold any JSON and are checked for form, not for UTF-8
 *          a key given twice: the last one counts; a second `list` after rows is an error, rows can't be taken back
 * Fails    `FormatError` at the byte where the faulty token begins; a row's own faults at the byte of its `{`
 * Cost     holds no more than one cut token; a chunk's bytes are looked at once, but for a row that only looked like the
 *          documented ones (see exactRow.ts), which is read again with all tolerance
 */
import type { Builder } from "../../events/EventBatch.ts"
import { bomSkipper, chunkCarry, digits, longDigits, maxToken, utf8, wordCache } from "../bytes.ts"
import type { Decoder } from "../Decoder.ts"
import { exactRows } from "./exactRow.ts"
import { anyOrderRows } from "./anyOrderRow.ts"
import { envelopeReader, noEnvelope, type NumericText, quote, rowBuilder } from "../RowBuilder.ts"

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const BACKSLASH = 0x5c
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const NEWLINE = 0x0a

// What may come next.
const VALUE = 0
const VALUE_OR_END = 1
const KEY = 2
const KEY_OR_END = 3
const AFTER_KEY = 4
const AFTER_VALUE = 5
const DONE = 6

// What is being read: the frames.
const TOP = 0
const ENVELOPE = 1
const LIST = 2
const MAP = 3
const ROW = 4
const OBJECT = 5
const ARRAY = 6

// Which key the value belongs to, within an envelope or a row.
const OTHER = 0
const SUCCESS = 1
const ERROR = 2
const TOTAL = 3
const EXPIRE = 4
const ROWS = 5
const UID = 6
const UTS = 7
const AGENT = 8
const STATUS = 9
const SUBCODE = 10
const CALLID = 11

const envelopeKeys = new Map([
  ["success", SUCCESS],
  ["error", ERROR],
  ["total", TOTAL],
  ["expire", EXPIRE],
  ["list", ROWS],
])

const rowKeys = new Map([
  ["uid", UID],
  ["uts", UTS],
  ["agent", AGENT],
  ["status", STATUS],
  ["subcode", SUBCODE],
  ["callid", CALLID],
])

/** The row's key of those bytes, by what tells the six apart and then by all of them. */
const keyAt = (bytes: Uint8Array, from: number, to: number): number => {
  const length = to - from
  const first = bytes[from]
  const key =
    length === 3
      ? bytes[from + 1] === 0x69
        ? UID
        : UTS
      : length === 5
        ? AGENT
        : length === 6
          ? first === 0x73
            ? STATUS
            : CALLID
          : length === 7
            ? SUBCODE
            : OTHER
  const name = nameBytes[key]
  if (key === OTHER || name === undefined) return OTHER
  for (let i = 0; i < length; i++) if (name[i] !== bytes[from + i]) return OTHER
  return key
}

const names = ["", "success", "error", "total", "expire", "list", "uid", "uts", "agent", "status", "subcode", "callid"]
const nameBytes = names.map((name) => new TextEncoder().encode(name))

/** Deeper than any sound document: the stack of open brackets must end somewhere. */
const maxDepth = 512

// What a cut token was.
const NONE = 0
const STRING = 1
const WORD = 2

const numberForm = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/

/** Bytes of numbers and of `true`, `false`, `null`; letters besides, so that `nul` and `NaN` are one faulty token. */
const wordByte = new Uint8Array(256)
for (const c of "0123456789+-.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$") wordByte[c.charCodeAt(0)] = 1

const hexByte = new Uint8Array(256)
for (const c of "0123456789abcdefABCDEF") hexByte[c.charCodeAt(0)] = 1

const escapeByte = new Uint8Array(256)
for (const c of '"\\/bfnrtu') escapeByte[c.charCodeAt(0)] = 1

const U = 0x75

const scalarIssue = (field: number): string =>
  field === STATUS || field === SUBCODE ? "is not text" : "is not a whole number"

export interface Options {
  /** Where rows go; default: a builder of the scanner's own, from which `take` takes them. */
  readonly into?: Builder
  /** Tests read everything with all tolerance, to compare. Default: no. */
  readonly tolerantOnly?: boolean
}

/** Makes a scanner: of one document, or of a row a line. */
export const scanner = (format: "json" | "ndjson", { into, tolerantOnly = false }: Options = {}): Decoder => {
  const lines = format === "ndjson"
  const out = rowBuilder(format, into)
  const statusWords = wordCache(out.statusIndex)
  const subcodeWords = wordCache(out.subcodeIndex)
  const documented = exactRows(out, statusWords, subcodeWords)
  const plain = anyOrderRows(out, statusWords, subcodeWords)
  const cutToken = chunkCarry()
  const start = bomSkipper()
  const stack = new Uint8Array(maxDepth)
  let depth = 0
  let frame = TOP
  let want = VALUE
  let key = OTHER
  /** Bytes of the chunks before this one. */
  let base = 0
  /** Where the token at hand begins, from the start of the input. */
  let tokenAt = 0
  let cut = NONE
  let kept = false
  let escapes = false
  /** 0 outside an escape, 1 after a backslash, then 1 + the hex digits still to come. */
  let escape = 0
  let inRow = false
  let rowAt = 0
  let recognised = false
  let uid: NumericText = null
  let uts: NumericText = null
  let agent: NumericText = null
  /** Indices; -1 = none. */
  let status = -1
  let subcode = -1
  let callid: NumericText = null

  const fault = (offset: number, issue: string) => (inRow ? out.fault(offset, issue) : out.faultOutside(offset, issue))
  const said = envelopeReader((issue) => out.faultOutside(tokenAt, issue))

  const notUtf8 = () => fault(tokenAt, "text that is not UTF-8")

  const textOf = (bytes: Uint8Array, from: number, to: number): string => {
    if (to - from > maxToken) throw fault(tokenAt, `a text longer than ${maxToken} bytes`)
    const text = utf8(bytes.subarray(from, to))
    if (text === null) throw notUtf8()
    if (!escapes) return text
    // The form has been checked byte by byte, so this cannot throw; half a surrogate pair is no character.
    const value: unknown = JSON.parse(`"${text}"`)
    return String(value).toWellFormed()
  }

  const numeral = (bytes: Uint8Array, from: number, to: number): NumericText => {
    if (escapes) return textOf(bytes, from, to)
    const value = digits(bytes, from, to)
    if (value >= 0) return value
    return longDigits(bytes, from, to) ?? textOf(bytes, from, to)
  }

  const setNumeral = (value: NumericText) => {
    if (key === UID) uid = value
    else if (key === UTS) uts = value
    else if (key === AGENT) agent = value
    else callid = value
  }

  const setWord = (bytes: Uint8Array, from: number, to: number) => {
    const isStatus = key === STATUS
    let index: number
    if (escapes || to - from > maxToken) {
      const text = textOf(bytes, from, to)
      index = isStatus ? out.statusIndex(text) : out.subcodeIndex(text)
    } else {
      index = (isStatus ? statusWords : subcodeWords).read(bytes, from, to)
      if (index === -2) throw notUtf8()
    }
    if (isStatus) status = index
    else subcode = index
  }

  const isText = () => key === STATUS || key === SUBCODE

  const setEnvelope = (value: string | null, quoted: boolean) => {
    if (key === SUCCESS) said.success(value)
    // Without an error the vendor may say false or 0 where it says nothing elsewhere.
    else if (key === ERROR) said.error(!quoted && (value === "false" || value === "0") ? null : value)
    else if (key === TOTAL) said.total(value)
    else if (key === EXPIRE) said.expire(value)
    else if (key === ROWS && value !== null && value !== "") throw fault(tokenAt, `list ${quote(value)} is not a list`)
  }

  const afterValue = () => {
    want = depth === 0 ? DONE : AFTER_VALUE
  }

  const notARow = () => out.fault(tokenAt, "is not an object")

  const string = (bytes: Uint8Array, from: number, to: number) => {
    if (want === KEY || want === KEY_OR_END) {
      want = AFTER_KEY
      key = OTHER
      if (frame === ROW) {
        if (!escapes) key = keyAt(bytes, from, to)
        // Other keys have to be text too.
        if (key === OTHER) key = rowKeys.get(textOf(bytes, from, to)) ?? OTHER
      } else if (frame === ENVELOPE) {
        key = envelopeKeys.get(textOf(bytes, from, to)) ?? OTHER
        if (key !== OTHER) recognised = true
      }
      return
    }
    if (frame === ROW) {
      if (key !== OTHER) {
        if (isText()) setWord(bytes, from, to)
        else setNumeral(numeral(bytes, from, to))
      }
    } else if (frame === ENVELOPE) {
      if (key !== OTHER) setEnvelope(textOf(bytes, from, to), true)
    } else if (frame === LIST || frame === MAP) throw notARow()
    afterValue()
  }

  const word = (bytes: Uint8Array, from: number, to: number) => {
    escapes = false
    if (frame === ROW && key >= UID && !isText() && (bytes[from] !== 0x30 || to === from + 1)) {
      const value = digits(bytes, from, to)
      if (value >= 0) {
        setNumeral(value)
        afterValue()
        return
      }
    }
    const text = textOf(bytes, from, to)
    const literal = text === "null" || text === "true" || text === "false"
    if (!literal && !numberForm.test(text)) throw fault(tokenAt, `unexpected ${quote(text)}`)
    if (frame === ROW) {
      if (key !== OTHER) {
        const value = text === "null" ? null : text
        if (value !== null && (literal || key === STATUS)) {
          throw fault(tokenAt, `${names[key] ?? ""} ${text} ${scalarIssue(key)}`)
        }
        if (key === STATUS) status = -1
        else if (key === SUBCODE) subcode = value === null ? -1 : out.subcodeIndex(value)
        else setNumeral(value)
      }
    } else if (frame === ENVELOPE) setEnvelope(text === "null" ? null : text, false)
    else if (frame === LIST || frame === MAP) throw notARow()
    afterValue()
  }

  const push = (next: number) => {
    if (depth === maxDepth) throw fault(tokenAt, `more than ${maxDepth} brackets inside one another`)
    stack[depth] = frame
    depth += 1
    frame = next
    want = next === LIST || next === ARRAY ? VALUE_OR_END : KEY_OR_END
  }

  const beginRow = () => {
    inRow = true
    rowAt = tokenAt
    uid = null
    uts = null
    agent = null
    status = -1
    subcode = -1
    callid = null
    push(ROW)
  }

  const open = (list: boolean) => {
    if (want !== VALUE && want !== VALUE_OR_END) throw unexpected(list ? OPEN_LIST : OPEN_OBJECT)
    if (frame === TOP) {
      if (lines && list) throw out.fault(tokenAt, "is not an object")
      if (lines) beginRow()
      else push(list ? LIST : ENVELOPE)
    } else if (frame === LIST || frame === MAP) {
      if (list) throw notARow()
      beginRow()
    } else if (frame === ENVELOPE && key === ROWS) {
      if (out.count > 0) throw fault(tokenAt, "a second list")
      push(list ? LIST : MAP)
    } else {
      if (key !== OTHER && (frame === ROW || frame === ENVELOPE)) {
        throw fault(tokenAt, `${names[key] ?? ""} is ${list ? "a list" : "an object"}, not text or a number`)
      }
      push(list ? ARRAY : OBJECT)
    }
  }

  const close = (list: boolean) => {
    const isList = frame === LIST || frame === ARRAY
    const may = want === AFTER_VALUE || (list ? want === VALUE_OR_END : want === KEY_OR_END)
    if (depth === 0 || isList !== list || !may) throw unexpected(list ? CLOSE_LIST : CLOSE_OBJECT)
    if (frame === ROW) {
      out.push(rowAt, uid, uts, agent, status, subcode, callid)
      inRow = false
    } else if (frame === ENVELOPE && !recognised) {
      throw fault(rowAt, "the object has no list and no success: it is not a status log")
    }
    depth -= 1
    frame = stack[depth] ?? TOP
    afterValue()
  }

  const unexpected = (byte: number) => {
    const shown = byte > 0x20 && byte < 0x7f ? quote(String.fromCharCode(byte)) : `byte 0x${byte.toString(16)}`
    if (want !== DONE) return fault(tokenAt, `unexpected ${shown}`)
    return out.faultOutside(tokenAt, lines ? `${shown} after a row, on its line` : `${shown} after the document's end`)
  }

  /** Whether a `{` would begin a row. */
  const isRowNext = () => (want === VALUE || want === VALUE_OR_END) && (frame === LIST || (lines && frame === TOP))

  /** Looks for the first byte of a string that is not a plain character; the chunk's length when it has none. */
  const endOfPlain = (bytes: Uint8Array, from: number): number => {
    let i = from
    while (i < bytes.length) {
      const c = bytes[i] ?? 0
      if (c === QUOTE || c === BACKSLASH || c < 0x20) break
      i += 1
    }
    return i
  }

  /** Looks for the end of a string; -1 when the chunk ends first. */
  const endOfString = (bytes: Uint8Array, from: number): number => {
    let i = from
    const end = bytes.length
    while (i < end) {
      const c = bytes[i] ?? 0
      if (escape !== 0) {
        if (escape === 1) {
          if (escapeByte[c] !== 1) throw fault(tokenAt, "a text with an unknown escape")
          escape = c === U ? 5 : 0
        } else {
          if (hexByte[c] !== 1) throw fault(tokenAt, "a text with an unknown escape")
          escape = escape === 2 ? 0 : escape - 1
        }
      } else if (c === QUOTE) return i
      else if (c === BACKSLASH) {
        escapes = true
        escape = 1
      } else if (c < 0x20) throw fault(tokenAt, "a text with a line break or control character in it")
      i += 1
    }
    return -1
  }

  const endOfWord = (bytes: Uint8Array, from: number): number => {
    let i = from
    while (i < bytes.length && wordByte[bytes[i] ?? 0] === 1) i += 1
    return i
  }

  const hold = (bytes: Uint8Array, from: number, to: number) => {
    if (kept && !cutToken.add(bytes, from, to)) throw fault(tokenAt, `a text longer than ${maxToken} bytes`)
  }

  /** Goes on with a token of the chunk before; gives where the next one may begin. */
  const resume = (bytes: Uint8Array): number => {
    const isString = cut === STRING
    const to = isString ? endOfString(bytes, 0) : endOfWord(bytes, 0)
    const whole = isString ? to >= 0 : to < bytes.length
    hold(bytes, 0, whole ? to : bytes.length)
    if (!whole) return bytes.length
    cut = NONE
    if (isString) string(cutToken.bytes, 0, cutToken.length)
    else word(cutToken.bytes, 0, cutToken.length)
    cutToken.clear()
    return isString ? to + 1 : to
  }

  /** Whether the token's text will be asked for. */
  const needed = () => (frame === ROW || frame === ENVELOPE) && (want !== VALUE || key !== OTHER)

  const write = (chunk: Uint8Array) => {
    const end = chunk.length
    const view = new DataView(chunk.buffer, chunk.byteOffset, end)
    let i = start.skip(chunk)
    if (i < 0) throw out.faultOutside(0, "a broken byte order mark")
    if (cut !== NONE) i = resume(chunk)
    while (i < end) {
      const c = chunk[i] ?? 0
      tokenAt = base + i
      if (c === QUOTE) {
        if (want >= AFTER_KEY || frame === TOP) throw unexpected(c)
        escapes = false
        let to = endOfPlain(chunk, i + 1)
        if (chunk[to] !== QUOTE) to = endOfString(chunk, to)
        if (to < 0) {
          kept = needed()
          hold(chunk, i + 1, end)
          cut = STRING
          break
        }
        string(chunk, i + 1, to)
        i = to + 1
      } else if (c <= 0x20) {
        if (c === NEWLINE) {
          if (lines) {
            if (depth > 0) throw fault(tokenAt, "the line ends inside the row: it looks cut off")
            want = VALUE
          }
        } else if (c !== 0x20 && c !== 0x0d && c !== 0x09) throw unexpected(c)
        i += 1
      } else if (c === COLON) {
        if (want !== AFTER_KEY) throw unexpected(c)
        want = VALUE
        i += 1
      } else if (c === COMMA) {
        if (want !== AFTER_VALUE) throw unexpected(c)
        want = frame === LIST || frame === ARRAY ? VALUE : KEY
        i += 1
      } else if (c === OPEN_OBJECT || c === OPEN_LIST) {
        if (c === OPEN_OBJECT && isRowNext() && !tolerantOnly) {
          const separator = lines ? NEWLINE : COMMA
          let next = documented(chunk, view, i, separator)
          if (next === i) next = plain(chunk, view, i, separator)
          if (next > i) {
            i = next
            want = depth === 0 ? DONE : AFTER_VALUE
            continue
          }
        }
        open(c === OPEN_LIST)
        i += 1
      } else if (c === CLOSE_OBJECT || c === CLOSE_LIST) {
        close(c === CLOSE_LIST)
        i += 1
      } else {
        if (want > VALUE_OR_END || frame === TOP || wordByte[c] !== 1) throw unexpected(c)
        const to = endOfWord(chunk, i)
        if (to === end) {
          kept = true
          hold(chunk, i, end)
          cut = WORD
          break
        }
        word(chunk, i, to)
        i = to
      }
    }
    base += end
  }

  return {
    write,
    end: () => {
      if (depth > 0 || start.open) throw fault(base, "the input ends too early: it looks cut off")
      if (!lines && want === VALUE) throw out.faultOutside(base, "the input is empty: not even an empty list")
    },
    get rows() {
      return out.count
    },
    get length() {
      return out.length
    },
    take: () => out.take(),
    get envelope() {
      return lines ? noEnvelope : said.envelope
    },
  }
}
