/**
 * Distinct calls of a group of agents, by status: a call counts once however many events, or agents, name it.
 *
 * Fails    never
 * Source   docs/definitions.md, section "Window and sums"
 * Cost     one look-up an event with a call, or fewer; 16 bytes a distinct call
 */
import { HIGH, halves, LOW, type Numbering, numbering } from "../columns.ts"
import { type Rows } from "../log/EventLog.ts"
import * as Interval from "./Interval.ts"

/** How many distinct calls there are. */
export interface Counts {
  /** Per status. */
  readonly calls: Float64Array
  /** In any status. */
  readonly all: number
  /** In the statuses that are handled. */
  readonly handled: number
}

export interface Calls {
  /** Takes in the calls of an agent's intervals. */
  readonly add: (track: Interval.Track, rows: Rows) => void
  /** Takes in the calls of another group. */
  readonly absorb: (other: Calls) => void
  readonly count: () => Counts
  readonly clear: () => void
  /** The calls themselves, and per call `words` words of the statuses it was seen in, as bits. */
  readonly table: () => { readonly ids: Numbering; readonly seen: Uint32Array }
}

/**
 * Makes an empty group, with room for the number of calls expected.
 *
 * `isHandled`, per status: do its calls count as handled, as in `averageHandleTime`?
 */
export const make = (isHandled: ReadonlyArray<boolean>, expected = 0): Calls => {
  const words = Math.max(1, Math.ceil(isHandled.length / 32))
  const handledBits = new Uint32Array(words)
  isHandled.forEach((is, status) => {
    if (is) handledBits[status >>> 5] = (handledBits[status >>> 5] ?? 0) | (1 << (status & 31))
  })
  const ids = numbering(expected)
  /** Per call, the statuses it was seen in, as bits. */
  let seen = new Uint32Array(Math.max(16, expected) * words)

  const mark = (number: number, word: number, bits: number) => {
    const at = number * words + word
    if (at >= seen.length) {
      const wider = new Uint32Array(seen.length * 2)
      wider.set(seen)
      seen = wider
    }
    seen[at] = (seen[at] ?? 0) | bits
  }

  return {
    add: (track, rows) => {
      const callids = halves(rows.callid)
      const { event, status } = track
      let low = 0
      let high = 0
      let number = -1
      for (let row = 0; row < track.length; row++) {
        const source = event[row] ?? 0
        if (source === Interval.untracked) continue
        const nextLow = callids[2 * source + LOW] ?? 0
        const nextHigh = callids[2 * source + HIGH] ?? 0
        if ((nextLow | nextHigh) === 0) continue
        // The events of a call mostly follow one another.
        if (number < 0 || nextLow !== low || nextHigh !== high) {
          low = nextLow
          high = nextHigh
          number = ids.of(low, high)
        }
        const state = status[row] ?? 0
        mark(number, state >>> 5, 1 << (state & 31))
      }
    },
    absorb: (other) => {
      const { ids: theirs, seen: marks } = other.table()
      for (let number = 0; number < theirs.count; number++) {
        const own = ids.of(theirs.low(number), theirs.high(number))
        for (let word = 0; word < words; word++) mark(own, word, marks[number * words + word] ?? 0)
      }
    },
    count: () => {
      const calls = new Float64Array(isHandled.length)
      let handled = 0
      for (let number = 0; number < ids.count; number++) {
        let isOne = false
        for (let word = 0; word < words; word++) {
          let bits = seen[number * words + word] ?? 0
          if ((bits & (handledBits[word] ?? 0)) !== 0) isOne = true
          while (bits !== 0) {
            const status = word * 32 + 31 - Math.clz32(bits & -bits)
            calls[status] = (calls[status] ?? 0) + 1
            bits &= bits - 1
          }
        }
        if (isOne) handled += 1
      }
      return { calls, all: ids.count, handled }
    },
    clear: () => {
      seen.fill(0, 0, ids.count * words)
      ids.clear()
    },
    table: () => ({ ids, seen }),
  }
}
