/**
 * What the byte scanners share: whole numbers and texts straight from bytes, a byte order mark, a token cut in two.
 *
 * Shape    a token is `bytes[from, to)`; nothing here keeps a reference to the caller's bytes
 * Cost     a text seen before costs one hash of its bytes, not a decode: logs hold few different texts
 */

/** The longest name or value that is kept, in bytes: no field of a status log comes near, and a hostile one must end. */
export const maxToken = 65_536

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** Text of UTF-8 bytes; `null` when they are not UTF-8. */
const utf8 = (bytes: Uint8Array): string | null => {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return null
  }
}

/** A number no larger than 10^15 - 1, or -1 when the bytes are anything else than 1 to 15 digits. */
export const digits = (bytes: Uint8Array, from: number, to: number): number => {
  if (to === from || to - from > 15) return -1
  let value = 0
  for (let i = from; i < to; i++) {
    const digit = (bytes[i] ?? 0) - 48
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

/** 16 to 18 digits as a bigint, without a text between; `null` when the bytes are anything else. */
export const longDigits = (bytes: Uint8Array, from: number, to: number): bigint | null => {
  if (to - from < 16 || to - from > 18) return null
  const high = digits(bytes, from, to - 9)
  const low = digits(bytes, to - 9, to)
  return high < 0 || low < 0 ? null : BigInt(high) * 1_000_000_000n + BigInt(low)
}

/** Texts by their bytes: the last text of each hash is kept, so that the usual ones are decoded once. */
export interface Texts {
  /** Text of UTF-8 bytes; `null` when they are not UTF-8. */
  readonly read: (bytes: Uint8Array, from: number, to: number) => string | null
}

interface Known {
  readonly bytes: Uint8Array
  readonly text: string
}

const slots = 1024
const longestKnown = 32

const same = (known: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean => {
  if (known.length !== to - from) return false
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[from + i]) return false
  return true
}

export const texts = (): Texts => {
  const table: Array<Known | null> = Array.from({ length: slots }, () => null)
  return {
    read: (bytes, from, to) => {
      if (from === to) return ""
      if (to - from > longestKnown) return utf8(bytes.subarray(from, to))
      let hash = 0
      for (let i = from; i < to; i++) hash = (Math.imul(hash, 31) + (bytes[i] ?? 0)) | 0
      const slot = (hash ^ (hash >>> 10)) & (slots - 1)
      const known = table[slot] ?? null
      if (known !== null && same(known.bytes, bytes, from, to)) return known.text
      const text = utf8(bytes.subarray(from, to))
      if (text !== null) table[slot] = { bytes: bytes.slice(from, to), text }
      return text
    },
  }
}

/** Bytes of one token whose chunk ended before it did. */
export interface Carry {
  readonly bytes: Uint8Array
  readonly length: number
  readonly clear: () => void
  /** Adds `bytes[from, to)`; false when the token has become longer than `maxToken`. */
  readonly add: (bytes: Uint8Array, from: number, to: number) => boolean
  /** Adds one byte; false as above. */
  readonly addByte: (byte: number) => boolean
}

export const carry = (): Carry => {
  let held = new Uint8Array(256)
  let length = 0
  const room = (needed: number): boolean => {
    if (needed > maxToken) return false
    if (needed > held.length) {
      const wider = new Uint8Array(Math.max(needed, held.length * 2))
      wider.set(held)
      held = wider
    }
    return true
  }
  return {
    get bytes() {
      return held
    },
    get length() {
      return length
    },
    clear: () => {
      length = 0
    },
    add: (bytes, from, to) => {
      if (!room(length + to - from)) return false
      held.set(bytes.subarray(from, to), length)
      length += to - from
      return true
    },
    addByte: (byte) => {
      if (!room(length + 1)) return false
      held[length] = byte
      length += 1
      return true
    },
  }
}

const mark = [0xef, 0xbb, 0xbf]

/** Skips a UTF-8 byte order mark that may come in pieces. */
export interface Bom {
  /** How many bytes of the chunk belong to the mark; -1 when a mark was begun and not finished. */
  readonly skip: (chunk: Uint8Array) => number
  /** Whether the input stopped inside a mark. */
  readonly open: boolean
}

export const bom = (): Bom => {
  let seen = 0
  return {
    get open() {
      return seen === 1 || seen === 2
    },
    skip: (chunk) => {
      let i = 0
      while (seen < 3 && i < chunk.length) {
        if (chunk[i] === mark[seen]) {
          seen += 1
          i += 1
        } else if (seen === 0) seen = 3
        else return -1
      }
      return i
    },
  }
}
