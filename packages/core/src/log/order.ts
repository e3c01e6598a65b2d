/**
 * The order of rows: by whole numbers of any size, in time linear in the rows.
 *
 * Shape    a key is one or more words of 32 bits, the least significant first
 * Source   radix sort from the least significant digit (Knuth, The Art of Computer Programming 3, 5.2.5)
 * Cost     a pass a digit of 11 bits, only for digits that differ among the rows; 8 bytes a row. Rows nearly in order
 *          cost one look each
 */
import { HIGH, LOW, WORD } from "../columns.ts"

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

/** The halves of the first `length` ids as keys for `ascending`. */
export const split = (ids: Uint32Array, length: number): readonly [low: Uint32Array, high: Uint32Array] => {
  const low = new Uint32Array(length)
  const high = new Uint32Array(length)
  for (let row = 0; row < length; row++) {
    low[row] = ids[2 * row + LOW] ?? 0
    high[row] = ids[2 * row + HIGH] ?? 0
  }
  return [low, high]
}

/** An agent's rows while they are being put into order: as many columns as belong together. */
export interface Rows {
  readonly length: number
  readonly uts: Float64Array
  /** Whether row `one` has a larger id than row `other`. */
  readonly hasLargerId: (one: number, other: number) => boolean
  /** The halves of all ids. */
  readonly ids: () => readonly [low: Uint32Array, high: Uint32Array]
  /** Puts a row before others, from `target` on. */
  readonly moveUp: (row: number, target: number) => void
  /** Puts all rows into another order, that of their numbers. */
  readonly permute: (order: Uint32Array) => void
}

const isAfter = ({ hasLargerId, uts }: Rows, one: number, other: number): boolean => {
  const difference = (uts[one] ?? 0) - (uts[other] ?? 0)
  return difference > 0 || (difference === 0 && hasLargerId(one, other))
}

/** The first row from `from` on that is not later than the one before it, else the number of rows. */
const nextNotLater = (uts: Float64Array, from: number, length: number): number => {
  let row = from
  let before = uts[row - 1] ?? 0
  while (row < length) {
    const at = uts[row] ?? 0
    if (at <= before) return row
    before = at
    row += 1
  }
  return length
}

/**
 * Puts an agent's rows into the order of (`uts`, `uid`).
 *
 * Rows come late by a few places at most: those are moved up. What costs more than half a step a row is sorted.
 */
export const fixUp = (rows: Rows): void => {
  const { length, uts } = rows
  let budget = 64 + length / 2
  for (let row = nextNotLater(uts, 1, length); row < length; row = nextNotLater(uts, row + 1, length)) {
    if (!isAfter(rows, row - 1, row)) continue
    let target = row - 1
    while (target > 0 && row - target <= budget && isAfter(rows, target - 1, row)) target -= 1
    budget -= row - target
    if (budget < 0) {
      rows.permute(ascending(...rows.ids(), ...words(uts.subarray(0, length))))
      return
    }
    rows.moveUp(row, target)
  }
}

/** Moves the element of a column up. */
export const moveUp = (column: Float64Array | Uint32Array, row: number, target: number): void => {
  const moved = column[row] ?? 0
  column.copyWithin(target + 1, target, row)
  column[target] = moved
}

/** Moves an id up, which is two elements. */
export const moveIdUp = (ids: Uint32Array, row: number, target: number): void => {
  const moved = [ids[2 * row] ?? 0, ids[2 * row + 1] ?? 0]
  ids.copyWithin(2 * target + 2, 2 * target, 2 * row)
  ids.set(moved, 2 * target)
}

export const permute = (column: Float64Array | Uint32Array, order: Uint32Array): void => {
  const old = column.slice(0, order.length)
  for (let row = 0; row < order.length; row++) column[row] = old[order[row] ?? 0] ?? 0
}

export const permuteIds = (ids: Uint32Array, order: Uint32Array): void => {
  const old = ids.slice(0, 2 * order.length)
  for (let row = 0; row < order.length; row++) {
    const source = 2 * (order[row] ?? 0)
    ids[2 * row] = old[source] ?? 0
    ids[2 * row + 1] = old[source + 1] ?? 0
  }
}
