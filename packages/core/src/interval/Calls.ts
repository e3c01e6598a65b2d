/**
 * Distinct calls of agents, by status: a call counts once however many events, or agents, name it.
 *
 * Fails    never
 * Source   docs/definitions.md, section "Window and sums"
 * Cost     a few operations an event with a call; 4 bytes a call of each agent, and 4 for the filter
 */
import { bloomFilter, highHalf, halves, lowHalf, type IdInterner, idInterner } from "../events/columns.ts"
import type { Rows } from "../log/EventLog.ts"
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

/** The statuses a call was seen in are bits, in words of 16. */
const wordsOf = (isHandled: ReadonlyArray<boolean>): number => Math.max(1, Math.ceil(isHandled.length / 16))

/** Counts calls, each given with the statuses it was seen in, in or out. */
const counter = (isHandled: ReadonlyArray<boolean>) => {
  const words = wordsOf(isHandled)
  const handledBits = new Uint16Array(words)
  isHandled.forEach((is, status) => {
    if (is) handledBits[status >>> 4] = (handledBits[status >>> 4] ?? 0) | (1 << (status & 15))
  })
  const calls = new Float64Array(isHandled.length)
  let all = 0
  let handled = 0
  return {
    /** Takes counts in that were made before. */
    take: (counts: Counts) => {
      for (let status = 0; status < calls.length; status++) {
        calls[status] = (calls[status] ?? 0) + (counts.calls[status] ?? 0)
      }
      all += counts.all
      handled += counts.handled
    },
    /** Counts the call whose words are those from `at` on once more, or, with -1, once less. */
    count: (seen: Uint16Array, at: number, by: 1 | -1) => {
      let isOne = false
      for (let word = 0; word < words; word++) {
        let bits = seen[at + word] ?? 0
        if ((bits & (handledBits[word] ?? 0)) !== 0) isOne = true
        while (bits !== 0) {
          const status = word * 16 + 31 - Math.clz32(bits & -bits)
          calls[status] = (calls[status] ?? 0) + by
          bits &= bits - 1
        }
      }
      all += by
      if (isOne) handled += by
    },
    counts: (): Counts => ({ calls: calls.slice(), all, handled }),
  }
}

/** The calls of one agent. */
export interface Calls {
  /** Takes in the calls of the agent's intervals. */
  readonly add: (track: Interval.Timeline, rows: Rows) => void
  readonly count: () => Counts
  readonly clear: () => void
  /** The calls themselves, and of each the statuses it was seen in, as bits. */
  readonly ids: IdInterner
  readonly seen: () => Uint16Array
}

/** Makes an empty table. `isHandled`, per status: do its calls count as handled, as in `averageHandleTime`? */
export const make = (isHandled: ReadonlyArray<boolean>): Calls => {
  const words = wordsOf(isHandled)
  const handles = Uint8Array.from(isHandled, Number)
  const ids = idInterner()
  const calls = new Float64Array(isHandled.length)
  let handled = 0
  let seen = new Uint16Array(1024 * words)
  /** Per call, 1 once it was handled. */
  let wasHandled = new Uint8Array(1024)
  return {
    add: (track, rows) => {
      const callids = halves(rows.callid)
      const { event, length, status } = track
      let low = 0
      let high = 0
      let number = -1
      for (let row = 0; row < length; row++) {
        const source = event[row] ?? 0
        if (source === Interval.untracked) continue
        const nextLow = callids[2 * source + lowHalf] ?? 0
        const nextHigh = callids[2 * source + highHalf] ?? 0
        if ((nextLow | nextHigh) === 0) continue
        // The events of a call mostly follow one another.
        if (number < 0 || nextLow !== low || nextHigh !== high) {
          low = nextLow
          high = nextHigh
          number = ids.of(low, high)
          if (number >= wasHandled.length) {
            const wider = new Uint16Array(seen.length * 2)
            wider.set(seen)
            seen = wider
            const longer = new Uint8Array(wasHandled.length * 2)
            longer.set(wasHandled)
            wasHandled = longer
          }
        }
        const state = status[row] ?? 0
        const at = number * words + (state >>> 4)
        const bits = seen[at] ?? 0
        const one = 1 << (state & 15)
        if ((bits & one) !== 0) continue
        seen[at] = bits | one
        calls[state] = (calls[state] ?? 0) + 1
        if (handles[state] === 1 && wasHandled[number] === 0) {
          wasHandled[number] = 1
          handled += 1
        }
      }
    },
    count: () => ({ calls: calls.slice(), all: ids.count, handled }),
    clear: () => {
      seen.fill(0, 0, ids.count * words)
      wasHandled.fill(0, 0, ids.count)
      calls.fill(0)
      handled = 0
      ids.clear()
    },
    ids,
    seen: () => seen,
  }
}

/** The calls of several agents together. */
export interface DistinctCounter {
  /** Takes in the calls of an agent. */
  readonly absorb: (calls: Calls) => void
  readonly count: () => Counts
}

const wordsPerBlock = 32_768

/** In place of the difference from the id before: the id follows, as four words. */
const WHOLE = 0xffff

/**
 * Makes an empty union. Few calls are handed from agent to agent: a filter finds them, and only these are compared; the
 * others count as they do for their agents.
 */
export const distinctCounter = (isHandled: ReadonlyArray<boolean>): DistinctCounter => {
  const words = wordsOf(isHandled)
  const together = counter(isHandled)
  /**
   * The calls of the agents, one after another: how much larger the id is than the one before, and the statuses. A call
   * that several agents handled is here several times.
   */
  const blocks: Array<Uint16Array> = []
  let block = new Uint16Array(0)
  let at = 0
  let length = 0
  let lastLow = 0
  let lastHigh = 0

  const put = (low: number, high: number, seen: Uint16Array, from: number) => {
    if (at + 5 + words > block.length) {
      blocks.push(block.subarray(0, at))
      block = new Uint16Array(Math.max(wordsPerBlock, 5 + words))
      at = 0
    }
    const further = low - lastLow
    if (high === lastHigh && further > 0 && further < WHOLE) block[at++] = further
    else {
      block[at] = WHOLE
      block[at + 1] = low
      block[at + 2] = low >>> 16
      block[at + 3] = high
      block[at + 4] = high >>> 16
      at += 5
    }
    for (let word = 0; word < words; word++) block[at++] = seen[from + word] ?? 0
    lastLow = low
    lastHigh = high
    length += 1
  }

  const each = (visit: (low: number, high: number, seen: Uint16Array, from: number) => void) => {
    let low = 0
    let high = 0
    for (const part of [...blocks, block.subarray(0, at)]) {
      let from = 0
      while (from < part.length) {
        const further = part[from] ?? 0
        from += 1
        if (further === WHOLE) {
          low = ((part[from] ?? 0) | ((part[from + 1] ?? 0) << 16)) >>> 0
          high = ((part[from + 2] ?? 0) | ((part[from + 3] ?? 0) << 16)) >>> 0
          from += 4
        } else low += further
        visit(low, high, part, from)
        from += words
      }
    }
  }

  return {
    absorb: ({ count, ids, seen }) => {
      together.take(count())
      const theirs = seen()
      for (let number = 0; number < ids.count; number++) put(ids.low(number), ids.high(number), theirs, number * words)
    },
    count: () => {
      const { mayHaveEqual, see } = bloomFilter(length)
      each(see)
      const { count, counts, take } = counter(isHandled)
      take(together.counts())
      const shared = idInterner()
      /** Of each shared call, the statuses any of its agents had it in. */
      let sharedSeen = new Uint16Array(1024 * words)
      each((low, high, seen, from) => {
        if (!mayHaveEqual(low, high)) return
        const place = shared.of(low, high) * words
        if (place + words > sharedSeen.length) {
          const wider = new Uint16Array(2 * sharedSeen.length)
          wider.set(sharedSeen)
          sharedSeen = wider
        }
        for (let word = 0; word < words; word++) {
          sharedSeen[place + word] = (sharedSeen[place + word] ?? 0) | (seen[from + word] ?? 0)
        }
        // Not once for each of its agents, but once for all of them.
        count(seen, from, -1)
      })
      for (let number = 0; number < shared.count; number++) count(sharedSeen, number * words, 1)
      return counts()
    },
  }
}
