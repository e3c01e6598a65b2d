/**
 * Runs of ASCII digits as whole numbers, four digits at a time.
 *
 * Shape    a number goes into a cell or a column, and what is returned is the place behind its last digit
 *          reads up to 32 bytes from its beginning: whoever calls sees to it that they are there
 * Fails    never: -1 when there are no digits, or more than the field can hold
 */
import { setId } from "../events/columns.ts"
import { maxId } from "../events/StatusEvent.ts"

export const maxIdDigits = 19
/** All numbers of so many digits are exact in a double. */
export const maxExactDigits = 15

/** Whether `word` is four digits. */
export const isDigits = (word: number): boolean =>
  ((word & 0xf0f0f0f0) | 0) === 0x30303030 && (((word + 0x06060606) & 0xf0f0f0f0) | 0) === 0x30303030

/** The value of four digits, the first of them in the least significant byte: by pairs, then both pairs. */
export const valueOf = (word: number): number => {
  const ones = word & 0x0f0f0f0f
  const pairs = ones * 10 + (ones >>> 8)
  return (pairs & 0xff) * 100 + ((pairs >>> 16) & 0xff)
}

/** Reads up to 19 digits into `value[0]`, exact as far as a double is. */
const run = (bytes: Uint8Array, view: DataView, from: number, value: Float64Array): number => {
  let i = from
  let sum = 0
  let word = view.getUint32(i, true)
  while (isDigits(word) && i - from < maxIdDigits) {
    sum = sum * 10_000 + valueOf(word)
    i += 4
    word = view.getUint32(i, true)
  }
  let digit = (bytes[i] ?? 0) - 0x30
  while (digit >= 0 && digit <= 9) {
    sum = sum * 10 + digit
    i += 1
    digit = (bytes[i] ?? 0) - 0x30
  }
  value[0] = sum
  return i - from > maxIdDigits || i === from ? -1 : i
}

/** Reads 1 to 15 digits into `value[0]`. */
export const exactNumber = (bytes: Uint8Array, view: DataView, from: number, value: Float64Array): number => {
  const end = run(bytes, view, from, value)
  return end - from > maxExactDigits ? -1 : end
}

/** Reads an id of more digits than a double holds exactly; says whether the field can hold it. */
export const longId = (bytes: Uint8Array, from: number, end: number, column: BigInt64Array, row: number): boolean => {
  if (end <= from || end - from > maxIdDigits) return false
  let id = 0n
  for (let i = from; i < end; i++) id = id * 10n + BigInt((bytes[i] ?? 0) - 0x30)
  column[row] = id
  return id <= maxId
}

/** Reads 1 to 19 digits, 2^63 - 1 at most, as row `row` of an id column; `halves` is the same column. */
export const idNumber = (
  bytes: Uint8Array,
  view: DataView,
  from: number,
  value: Float64Array,
  column: BigInt64Array,
  halves: Uint32Array,
  row: number,
): number => {
  const end = run(bytes, view, from, value)
  if (end - from <= maxExactDigits) {
    if (end > 0) setId(halves, row, value[0] ?? 0)
    return end
  }
  return longId(bytes, from, end, column, row) ? end : -1
}
