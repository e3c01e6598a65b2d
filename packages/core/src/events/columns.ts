/**
 * What columns are made of: indices as narrow as their dictionary allows, and 64-bit ids without a bigint a row.
 *
 * Shape    an id column is a `BigInt64Array`; `halves` of it is the same memory as pairs of 32 bits, id `i` being
 *          `halves[2 * i + LOW]` and `halves[2 * i + HIGH]`
 */

/** A column of indices into a dictionary. */
export type Indices = Uint8Array | Uint16Array | Uint32Array

/** Makes a column of `length` indices into a dictionary of so many values. */
export const indices = (values: number, length: number): Indices =>
  values <= 0x100 ? new Uint8Array(length) : values <= 0x10000 ? new Uint16Array(length) : new Uint32Array(length)

/** Where the low and the high half of an id stand: machines differ. */
export const lowHalf = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1
export const highHalf = 1 - lowHalf

/** The memory of an id column as pairs of 32 bits. */
export const halves = (ids: BigInt64Array): Uint32Array => new Uint32Array(ids.buffer, ids.byteOffset, ids.length * 2)

/** What a 32-bit word counts for in the high half of an id. */
export const wordSize = 4_294_967_296
const inverseWordSize = 1 / wordSize

/** Writes a whole number from 0 to 2^53 - 1 as id `row`. */
export const setId = (into: Uint32Array, row: number, id: number): void => {
  const low = id >>> 0
  into[2 * row + lowHalf] = low
  into[2 * row + highHalf] = (id - low) * inverseWordSize
}

/** Whether id `one` is larger than id `other`. */
export const isLarger = (ids: Uint32Array, one: number, other: number): boolean => {
  const high = ids[2 * one + highHalf] ?? 0
  const otherHigh = ids[2 * other + highHalf] ?? 0
  return high === otherHigh ? (ids[2 * one + lowHalf] ?? 0) > (ids[2 * other + lowHalf] ?? 0) : high > otherHigh
}

/** Gives distinct ids the numbers 0, 1, 2 ... in the order in which they first come: open addressing, no bigint. */
export interface IdInterner {
  readonly count: number
  /** The number of an id, given as its halves. */
  readonly of: (low: number, high: number) => number
  /** The halves of the id with a number. */
  readonly low: (number: number) => number
  readonly high: (number: number) => number
  /** Forgets all ids, at a cost of about their count. */
  readonly clear: () => void
}

/** Slots stay at least half free, so that a search ends soon. */
const roomFor = (count: number): number => 2 ** Math.max(4, 33 - Math.clz32(count))

export const idInterner = (expected = 0): IdInterner => {
  /** Per slot, 1 + the number of the id that lives there; 0 is a free slot. */
  let slots = new Uint32Array(roomFor(expected))
  let lows = new Uint32Array(slots.length / 2)
  let highs = new Uint32Array(slots.length / 2)
  let shift = Math.clz32(slots.length) + 1
  let count = 0
  /** How many ids have a slot. */
  let indexed = 0
  /** Whether each id was larger than the one before, which is kept here as long as that is so. */
  let isAscending = true
  let lastLow = 0
  let lastHigh = 0

  /** The slot of an id, or the free one where it belongs. */
  const find = (low: number, high: number): number => {
    const mask = slots.length - 1
    // Ids that follow one another live side by side, which the memory likes; the bits above the last four are mixed.
    const mixed = Math.imul((low >>> 4) ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1) >>> shift
    let slot = mixed ^ (low & 15)
    for (;;) {
      const number = (slots[slot] ?? 0) - 1
      if (number < 0 || (lows[number] === low && highs[number] === high)) return slot
      // To the next sixteen, and a step on in them: 17 and the number of slots have no common divisor.
      slot = (slot + 17) & mask
    }
  }

  const resize = (length: number) => {
    const [oldLows, oldHighs] = [lows, highs]
    slots = new Uint32Array(length)
    lows = new Uint32Array(length / 2)
    highs = new Uint32Array(length / 2)
    shift = Math.clz32(length) + 1
    lows.set(oldLows.subarray(0, count))
    highs.set(oldHighs.subarray(0, count))
    indexed = 0
  }

  /** Gives the ids a slot that have none yet. */
  const index = () => {
    for (; indexed < count; indexed++) slots[find(lows[indexed] ?? 0, highs[indexed] ?? 0)] = indexed + 1
  }

  const append = (low: number, high: number): number => {
    if (count === lows.length) resize(slots.length * 2)
    lows[count] = low
    highs[count] = high
    count += 1
    return count - 1
  }

  return {
    get count() {
      return count
    },
    of: (low, high) => {
      // Larger than all before it, as is usual: new, and in need of a slot only once a smaller one comes.
      if (isAscending) {
        if (high > lastHigh || (high === lastHigh && low > lastLow) || count === 0) {
          lastLow = low
          lastHigh = high
          return append(low, high)
        }
        if (high === lastHigh && low === lastLow) return count - 1
        isAscending = false
      }
      if (indexed < count) index()
      const slot = find(low, high)
      const known = slots[slot] ?? 0
      if (known !== 0) return known - 1
      if (count < lows.length) {
        slots[slot] = count + 1
        indexed += 1
      }
      return append(low, high)
    },
    low: (number) => lows[number] ?? 0,
    high: (number) => highs[number] ?? 0,
    clear: () => {
      const wanted = roomFor(count)
      const wasIndexed = indexed > 0
      count = 0
      indexed = 0
      isAscending = true
      // A table that was large once must not cost that much for ever.
      if (wanted * 16 < slots.length) resize(wanted)
      else if (wasIndexed) slots.fill(0)
    },
  }
}

/** Finds ids that may have an equal among those seen: a Bloom filter with one hash, and bits for "seen" and "seen again". */
export interface BloomFilter {
  readonly see: (low: number, high: number) => void
  /** True for every id that was seen more than once, and for few others. */
  readonly mayHaveEqual: (low: number, high: number) => boolean
}

/** Makes a filter of 8 to 16 bits an id. */
export const bloomFilter = (expected: number): BloomFilter => {
  const bits = Math.min(31, Math.max(9, 35 - Math.clz32(expected)))
  const seen = new Uint32Array(2 ** (bits - 5))
  const again = new Uint32Array(2 ** (bits - 5))
  // Ids that follow one another have bits of their own, side by side; where a run of 512 lies is mixed.
  const bitOf = (low: number, high: number) => {
    const hash = Math.imul((low >>> 9) ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1)
    return (Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) >>> (32 - bits)) ^ (low & 511)
  }
  return {
    see: (low, high) => {
      const bit = bitOf(low, high)
      const word = bit >>> 5
      const one = 1 << (bit & 31)
      const marked = seen[word] ?? 0
      if ((marked & one) === 0) seen[word] = marked | one
      else again[word] = (again[word] ?? 0) | one
    },
    mayHaveEqual: (low, high) => {
      const bit = bitOf(low, high)
      return ((again[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0
    },
  }
}
