/**
 * Bytes of an XML document as text, whatever its encoding, and where in the bytes a character of the text stands.
 *
 * Shape    the encoding is the byte order mark's, else the XML declaration's, else UTF-8
 *          bytes are decoded in pieces that end where a character ends, each on its own
 * Fails    `FormatError` on an encoding that is unknown
 */
import { FormatError } from "../FormatError.ts"
import { quote } from "../RowBuilder.ts"

/** The declaration must stand in the first bytes; longer ones don't exist outside of attacks. */
const declarationRoom = 512

const beforeDeclaration = "<?xml"

const CR = 0x0d

export interface Encoding {
  readonly name: "utf-8" | "windows-1252" | "utf-16le" | "utf-16be"
  /** How many bytes of the input are the byte order mark. */
  readonly mark: number
}

const encodings: ReadonlyMap<string, Encoding["name"]> = new Map([
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

const startsWith = (bytes: Uint8Array, ...mark: ReadonlyArray<number>): boolean =>
  mark.every((byte, index) => bytes[index] === byte)

/** The encoding that the first bytes show; `null` while they don't. */
export const encodingOf = (head: Uint8Array, ended: boolean): Encoding | null => {
  if (startsWith(head, 0xff, 0xfe)) return { name: "utf-16le", mark: 2 }
  if (startsWith(head, 0xfe, 0xff)) return { name: "utf-16be", mark: 2 }
  if (startsWith(head, 0xef, 0xbb, 0xbf)) return { name: "utf-8", mark: 3 }
  const room = ascii(head.subarray(0, declarationRoom))
  const end = room.indexOf("?>")
  const whole = ended || head.length >= declarationRoom || end >= 0
  const text = end < 0 ? room : room.slice(0, end)
  if (!whole && (text.startsWith(beforeDeclaration) || head.length < beforeDeclaration.length)) return null
  const declared = /^<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']/.exec(text)?.[1]
  if (declared === undefined) return { name: "utf-8", mark: 0 }
  const name = encodings.get(declared.toLowerCase())
  if (name !== undefined) return { name, mark: 0 }
  const mark = /^utf-?16/i.test(declared) ? " without a byte order mark" : ""
  throw new FormatError({ format: "xml", row: null, offset: 0, issue: `unknown encoding ${quote(declared)}${mark}` })
}

/** How many bytes at the end of UTF-8 belong to a character that is not whole there. */
const openUtf8 = (bytes: Uint8Array): number => {
  const most = Math.min(3, bytes.length)
  for (let open = 1; open <= most; open++) {
    const c = bytes[bytes.length - open] ?? 0
    if (c < 0x80) return 0
    if (c >= 0xc0) return open < (c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2) ? open : 0
  }
  return 0
}

/** As `openUtf8`; the half of a surrogate pair is no character. */
const openUtf16 = (bytes: Uint8Array, big: boolean): number => {
  const odd = bytes.length % 2
  const at = bytes.length - odd - 2
  const [high, low] = big ? [bytes[at], bytes[at + 1]] : [bytes[at + 1], bytes[at]]
  const open = high !== undefined && ((high & 0xfc) === 0xd8 || (high === 0 && low === CR))
  return open ? odd + 2 : odd
}

/** Text of bytes, and bytes of text, in one encoding. */
export interface XmlText {
  /** How many bytes at the end can't be read without the next: half a character, or a CR that an LF may follow. */
  readonly open: (bytes: Uint8Array) => number
  /** Text of whole characters; `null` when the bytes are not of the encoding. */
  readonly decode: (bytes: Uint8Array) => string | null
  /** The text before the first fault in bytes that have one. */
  readonly soundPart: (bytes: Uint8Array) => string
  /** How many bytes the units of a text from one up to another are. */
  readonly sizeOf: (text: string, from: number, to: number) => number
}

const sizeInUtf8 = (text: string, from: number, to: number): number => {
  let size = 0
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i)
    // Each half of a pair counts for two of its four bytes.
    size += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3
  }
  return size
}

export const xmlText = (name: Encoding["name"]): XmlText => {
  const whole = new TextDecoder(name, { fatal: true, ignoreBOM: true })
  const utf16 = name === "utf-16le" || name === "utf-16be"
  const unitSize = utf16 ? 2 : 1
  return {
    open: (bytes) => {
      if (utf16) return openUtf16(bytes, name === "utf-16be")
      if (bytes[bytes.length - 1] === CR) return 1
      return name === "utf-8" ? openUtf8(bytes) : 0
    },
    decode: (bytes) => {
      try {
        return whole.decode(bytes)
      } catch {
        return null
      }
    },
    soundPart: (bytes) => {
      const stream = new TextDecoder(name, { fatal: true, ignoreBOM: true })
      let text = ""
      try {
        for (const byte of bytes) text += stream.decode(Uint8Array.of(byte), { stream: true })
      } catch {
        // Here is the fault.
      }
      return text
    },
    sizeOf: name === "utf-8" ? sizeInUtf8 : (_, from, to) => (to - from) * unitSize,
  }
}
