/**
 * What the byte scanners share: whole numbers and texts straight from bytes, a byte order mark, a token cut in two.
 *
 * Shape    a token is `bytes[from, to)`; nothing here keeps a reference to the caller's bytes
 * Cost     a text seen before costs a comparison of its bytes, not a decode: logs hold few different texts
 */

/** The longest name or value that is kept, in bytes: no field of a status log comes near, and a hostile one must end. */
export const maxToken = 65_536

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** Text of UTF-8 bytes; `null` when they are not UTF-8. */
export const utf8 = (bytes: Uint8Array): string | null => {
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

/** Indices of texts by their bytes: the usual texts are decoded once, and known by their bytes after that. */
export interface WordCache {
  /** The index of the text that UTF-8 bytes hold; -1 when it has none, -2 when they are not UTF-8. */
  readonly read: (bytes: Uint8Array, from: number, to: number) => number
  /**
   * Looks at a place for a text and the byte behind it that were seen before, four bytes at a time; gives its number, or
   * -1. At least 36 bytes must follow the place.
   */
  readonly known: (view: DataView, from: number) => number
  /** Remembers the text at a place, `length` bytes long, of that index, together with the byte behind it. */
  readonly remember: (view: DataView, from: number, length: number, index: number) => void
  /** Of a known text, by its number: its length, and its index. */
  readonly lengths: Uint8Array
  readonly indices: Int32Array
}

const slots = 1024
const maxWordBytes = 32
/** Parts of four bytes of a known text: the last one ends with the byte behind it. */
const partsKnown = maxWordBytes / 4 + 1
const knownSlots = 256

/** Makes a table of words; `indexOf` gives the index of a text, or -1. */
export const wordCache = (indexOf: (text: string) => number): WordCache => {
  /** Of each slot: the bytes of a word, their number, and the index. */
  const bytesOf = new Uint8Array(slots * maxWordBytes)
  const lengthOf = new Uint8Array(slots)
  const indexOfSlot = new Int32Array(slots)
  const empty = indexOf("")
  const parts = new Uint32Array(knownSlots * partsKnown)
  const lengths = new Uint8Array(knownSlots).fill(0xff)
  const indices = new Int32Array(knownSlots)
  const slotOf = (first: number) => Math.imul(first, 0x9e3779b1) >>> 24

  return {
    read: (bytes, from, to) => {
      const length = to - from
      if (length === 0) return empty
      if (length > maxWordBytes) {
        const long = utf8(bytes.subarray(from, to))
        return long === null ? -2 : indexOf(long)
      }
      const middle = bytes[from + (length >> 1)] ?? 0
      const ends = Math.imul(bytes[from] ?? 0, 31) + Math.imul(bytes[to - 1] ?? 0, 521)
      const slot = (ends + Math.imul(middle, 127) + length * 7) & (slots - 1)
      const at = slot * maxWordBytes
      if (lengthOf[slot] === length) {
        let i = 0
        while (i < length && bytesOf[at + i] === bytes[from + i]) i += 1
        if (i === length) return indexOfSlot[slot] ?? 0
      }
      const text = utf8(bytes.subarray(from, to))
      if (text === null) return -2
      const index = indexOf(text)
      bytesOf.set(bytes.subarray(from, to), at)
      lengthOf[slot] = length
      indexOfSlot[slot] = index
      return index
    },
    known: (view, from) => {
      const first = view.getUint32(from, true)
      const slot = slotOf(first)
      const at = slot * partsKnown
      const length = lengths[slot] ?? 0
      if (length === 0xff || parts[at] !== first) return -1
      // A text of less than four bytes is compared with what stands behind it, too: always the same in one layout.
      for (let i = 4, part = at + 1; i < length + 1; i += 4, part++) {
        if (parts[part] !== view.getUint32(Math.min(from + i, from + length - 3), true)) return -1
      }
      return slot
    },
    remember: (view, from, length, index) => {
      if (length > maxWordBytes) return
      const first = view.getUint32(from, true)
      const slot = slotOf(first)
      const at = slot * partsKnown
      parts[at] = first
      for (let i = 4, part = at + 1; i < length + 1; i += 4, part++) {
        parts[part] = view.getUint32(Math.min(from + i, from + length - 3), true)
      }
      lengths[slot] = length
      indices[slot] = index
    },
    lengths,
    indices,
  }
}

/** Bytes of one token whose chunk ended before it did. */
export interface ChunkCarry {
  readonly bytes: Uint8Array
  readonly length: number
  readonly clear: () => void
  /** Adds `bytes[from, to)`; false when the token has become longer than `maxToken`. */
  readonly add: (bytes: Uint8Array, from: number, to: number) => boolean
  /** Adds one byte; false as above. */
  readonly addByte: (byte: number) => boolean
}

export const chunkCarry = (): ChunkCarry => {
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
export interface BomSkipper {
  /** How many bytes of the chunk belong to the mark; -1 when a mark was begun and not finished. */
  readonly skip: (chunk: Uint8Array) => number
  /** Whether the input stopped inside a mark. */
  readonly open: boolean
}

export const bomSkipper = (): BomSkipper => {
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
