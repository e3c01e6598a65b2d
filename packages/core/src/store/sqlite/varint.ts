/**
 * Whole numbers in as few bytes as they need: seven bits a byte, least first, the top bit saying that more follow.
 *
 * Shape    differences of 64-bit ids go in zigzag (0, -1, 1, -2 ...), so that small ones are short whatever their sign
 */

export interface Writer {
  /** Writes a whole number from 0 to 2^53. */
  readonly number: (value: number) => void
  /** Writes a whole number from 0 to 2^65. */
  readonly bigint: (value: bigint) => void
  /** Bytes written. */
  readonly length: number
  readonly bytes: () => Uint8Array
}

const maxValue = 10

export const writer = (): Writer => {
  let bytes = new Uint8Array(4096)
  let length = 0
  const ensure = () => {
    if (length + maxValue <= bytes.length) return
    const wider = new Uint8Array(2 * bytes.length)
    wider.set(bytes)
    bytes = wider
  }
  return {
    number: (value) => {
      ensure()
      let rest = value
      while (rest >= 0x80) {
        // Beyond 32 bits, bitwise operators would cut.
        bytes[length++] = (rest % 0x80) | 0x80
        rest = Math.floor(rest / 0x80)
      }
      bytes[length++] = rest
    },
    bigint: (value) => {
      ensure()
      let rest = value
      while (rest >= 0x80n) {
        bytes[length++] = Number(rest & 0x7fn) | 0x80
        rest >>= 7n
      }
      bytes[length++] = Number(rest)
    },
    get length() {
      return length
    },
    bytes: () => bytes.slice(0, length),
  }
}

export interface Reader {
  readonly bytes: Uint8Array
  /** Where the next number begins. */
  at: number
  /** Reads a number that a double holds; -1 for a larger one, which `bigint` then reads. */
  readonly number: () => number
  readonly bigint: () => bigint
}

/** The largest number of bytes that a double holds for certain: 49 bits. */
const exact = 7

export const reader = (bytes: Uint8Array): Reader => {
  const self: Reader = {
    bytes,
    at: 0,
    number: () => {
      let at = self.at
      let byte = bytes[at++] ?? 0
      let value = byte & 0x7f
      if (byte >= 0x80) {
        byte = bytes[at++] ?? 0
        value |= (byte & 0x7f) << 7
        if (byte >= 0x80) {
          byte = bytes[at++] ?? 0
          value |= (byte & 0x7f) << 14
          let unit = 0x200000
          while (byte >= 0x80) {
            if (at - self.at === exact) return -1
            byte = bytes[at++] ?? 0
            value += (byte & 0x7f) * unit
            unit *= 0x80
          }
        }
      }
      self.at = at
      return value
    },
    bigint: () => {
      let value = 0n
      let shift = 0n
      for (;;) {
        const byte = bytes[self.at++] ?? 0
        value |= BigInt(byte & 0x7f) << shift
        if (byte < 0x80) return value
        shift += 7n
      }
    },
  }
  return self
}
