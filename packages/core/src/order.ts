/**
 * Orders rows by whole numbers of any size, in time linear in the rows.
 *
 * Shape    a key is one or more words of 32 bits, the least significant first
 * Source   radix sort from the least significant digit (Knuth, The Art of Computer Programming 3, 5.2.5)
 * Cost     a pass a digit of 11 bits, only for digits that differ among the rows; 8 bytes a row
 */

const digitBits = 11
const digitMask = 2 ** digitBits - 1

/** Which bits differ among the words. */
const varying = (words: Uint32Array): number => {
  const first = words[0] ?? 0
  let bits = 0
  for (let row = 0; row < words.length; row++) bits |= (words[row] ?? 0) ^ first
  return bits >>> 0
}

/**
 * The numbers of the rows in ascending order of their keys; rows with equal keys keep their order.
 *
 * All of `keys` have the same length.
 */
export const ascending = (...keys: ReadonlyArray<Uint32Array>): Uint32Array => {
  const length = keys[0]?.length ?? 0
  let order = new Uint32Array(length)
  for (let row = 0; row < length; row++) order[row] = row
  let next = new Uint32Array(length)
  const places = new Uint32Array(digitMask + 1)
  for (const words of keys) {
    const bits = varying(words)
    for (let shift = 0; shift < 32; shift += digitBits) {
      if (((bits >>> shift) & digitMask) === 0) continue
      places.fill(0)
      for (let row = 0; row < length; row++) {
        const digit = ((words[row] ?? 0) >>> shift) & digitMask
        places[digit] = (places[digit] ?? 0) + 1
      }
      let place = 0
      for (let digit = 0; digit <= digitMask; digit++) {
        const count = places[digit] ?? 0
        places[digit] = place
        place += count
      }
      for (let i = 0; i < length; i++) {
        const row = order[i] ?? 0
        const digit = ((words[row] ?? 0) >>> shift) & digitMask
        const at = places[digit] ?? 0
        next[at] = row
        places[digit] = at + 1
      }
      const done = next
      next = order
      order = done
    }
  }
  return order
}

const WORD = 4_294_967_296
/** Makes the high word of the least safe integer 0. */
const bias = 2 ** 21

/** Whole numbers that doubles hold exactly, as keys for `ascending`. */
export const words = (values: Float64Array): readonly [low: Uint32Array, high: Uint32Array] => {
  const low = new Uint32Array(values.length)
  const high = new Uint32Array(values.length)
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? 0
    const rest = value >>> 0
    low[row] = rest
    high[row] = (value - rest) / WORD + bias
  }
  return [low, high]
}
