/**
 * The order of rows: by whole numbers of any size, in time linear in the rows.
 *
 * Shape    a key is one or more words of 32 bits, the least significant first
 * Source   radix sort from the least significant digit (Knuth, The Art of Computer Programming 3, 5.2.5)
 * Cost     a pass a digit of 11 bits, only for digits that differ among the rows; 8 bytes a row. Rows nearly in order
 *          cost one look each
 */
import { type Indices, wordSize } from "../events/columns.ts"

const digitBits = 11
const digitMask = 2 ** digitBits - 1

/** Which bits differ among the words. */
const varying = (words: Uint32Array): number => {
  const first = words[0] ?? 0
  let bits = 0
  for (let row = 0; row < words.length; row++) bits |= (words[row] ?? 0) ^ first
  return bits >>> 0
}

const countDigits = (words: Uint32Array, shift: number, counts: Uint32Array): void => {
  for (let row = 0; row < words.length; row++) {
    const digit = ((words[row] ?? 0) >>> shift) & digitMask
    counts[digit] = (counts[digit] ?? 0) + 1
  }
}

/** One pass: the rows of `order` by a digit, rows with equal digits as they were. `places` are where each digit begins. */
const sortByDigit = (
  words: Uint32Array,
  shift: number,
  places: Uint32Array,
  order: Uint32Array,
  into: Uint32Array,
): void => {
  for (let i = 0; i < words.length; i++) {
    const row = order[i] ?? 0
    const digit = ((words[row] ?? 0) >>> shift) & digitMask
    const at = places[digit] ?? 0
    into[at] = row
    places[digit] = at + 1
  }
}

/** Sorts up to `capacity` rows at a time, in memory that is used again. */
export interface Sorter {
  /** A key's words of so many rows, to be filled in; the first key is the least significant. */
  readonly key: (number: number, length: number) => Uint32Array
  /**
   * The numbers of the rows in ascending order of the first `keys` keys; rows with equal keys keep their order. Valid
   * until the next sort.
   */
  readonly ascending: (keys: number, length: number) => Uint32Array
  /** Puts a column into the order of those numbers; each row has `width` elements. */
  readonly permute: (column: Float64Array | Indices, order: Uint32Array, width?: 1 | 2) => void
}

export const sorter = (capacity: number): Sorter => {
  const memory: Array<Uint32Array> = []
  const keyOf = (number: number, length: number): Uint32Array => {
    while (memory.length <= number) memory.push(new Uint32Array(capacity))
    return (memory[number] ?? new Uint32Array()).subarray(0, length)
  }
  const places = new Uint32Array(digitMask + 1)
  let spare = new Float64Array(0)
  let [one, other] = [new Uint32Array(0), new Uint32Array(0)]
  return {
    key: keyOf,
    ascending: (keys, length) => {
      if (one.length < length) [one, other] = [new Uint32Array(capacity), new Uint32Array(capacity)]
      let [order, next] = [one.subarray(0, length), other.subarray(0, length)]
      for (let row = 0; row < length; row++) order[row] = row
      for (let key = 0; key < keys; key++) {
        const words = keyOf(key, length)
        const bits = varying(words)
        for (let shift = 0; shift < 32; shift += digitBits) {
          if (((bits >>> shift) & digitMask) === 0) continue
          places.fill(0)
          countDigits(words, shift, places)
          let place = 0
          for (let digit = 0; digit <= digitMask; digit++) {
            const count = places[digit] ?? 0
            places[digit] = place
            place += count
          }
          sortByDigit(words, shift, places, order, next)
          ;[order, next] = [next, order]
        }
      }
      return order
    },
    permute: (column, order, width = 1) => {
      const length = order.length * width
      if (spare.length < length) spare = new Float64Array(2 * capacity)
      for (let row = 0; row < order.length; row++) {
        const source = width * (order[row] ?? 0)
        spare[width * row] = column[source] ?? 0
        if (width === 2) spare[2 * row + 1] = column[source + 1] ?? 0
      }
      column.set(spare.subarray(0, length))
    },
  }
}

/** Makes the high word of the least safe integer 0. */
const bias = 2 ** 21

/** Writes whole numbers that doubles hold exactly as keys. */
export const words = (values: Float64Array, low: Uint32Array, high: Uint32Array): void => {
  for (let row = 0; row < low.length; row++) {
    const value = values[row] ?? 0
    const rest = value >>> 0
    low[row] = rest
    high[row] = (value - rest) / wordSize + bias
  }
}

/** An agent's rows while they are being put into order: as many columns as belong together. */
export interface Rows {
  readonly length: number
  readonly uts: Float64Array
  /** Whether row `one` has a larger id than row `other`. */
  readonly hasLargerId: (one: number, other: number) => boolean
  /** Writes the halves of all ids as keys. */
  readonly ids: (low: Uint32Array, high: Uint32Array) => void
  /** Turns the order of all rows around. */
  readonly reverse: () => void
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

/** Moves rows that came late up to where they belong, as long as that costs no more than half a step a row. */
const moveLateRows = (rows: Rows): boolean => {
  const { length, uts } = rows
  let budget = 64 + length / 2
  for (let row = nextNotLater(uts, 1, length); row < length; row = nextNotLater(uts, row + 1, length)) {
    if (!isAfter(rows, row - 1, row)) continue
    let target = row - 1
    while (target > 0 && row - target <= budget && isAfter(rows, target - 1, row)) target -= 1
    budget -= row - target
    if (budget < 0) return false
    rows.moveUp(row, target)
  }
  return true
}

/**
 * Puts an agent's rows into the order of (`uts`, `uid`).
 *
 * Rows come late by a few places at most: those are moved up. Where that is not so they are sorted by time, after which
 * only some of one second are left to be moved; and where that is not so either, by both.
 */
export const insertionSort = (rows: Rows, by: Sorter): void => {
  const { length, uts } = rows
  // Delivered newest first.
  if ((uts[0] ?? 0) > (uts[length - 1] ?? 0)) rows.reverse()
  if (moveLateRows(rows)) return
  words(uts, by.key(0, length), by.key(1, length))
  rows.permute(by.ascending(2, length))
  if (moveLateRows(rows)) return
  rows.ids(by.key(0, length), by.key(1, length))
  words(uts, by.key(2, length), by.key(3, length))
  rows.permute(by.ascending(4, length))
}

/** Moves the element of a column up. */
export const moveUp = (column: Float64Array | Indices, row: number, target: number): void => {
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
