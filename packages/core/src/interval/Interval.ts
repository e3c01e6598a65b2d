/**
 * Intervals: which agent was in which status from when to when, clipped to a window.
 *
 * Shape    columns; those of agent `a` are the rows `offsets[a]` up to `offsets[a + 1]`, in order of time. Stretches of
 *          which nothing is known are rows too, so that an agent's rows tile the part of the window that is covered
 * Units    `start` and `end` in Unix seconds, half-open
 * Fails    never
 * Source   docs/definitions.md, section "Intervals"
 * Cost     one pass over the events; 21 bytes an interval
 */
import { type EventLog } from "../EventLog.ts"
import { type Window } from "../Window.ts"

/** How intervals are cut and flagged. */
export interface Options {
  readonly window: Window
  /** Up to when an agent's last status runs. */
  readonly now: number
  /** Per status of the log: does it mean logged out? */
  readonly isOffline: ReadonlyArray<boolean>
  /** An interval longer than this many seconds is stale, unless it is offline. */
  readonly staleAfter: number
  /** Cut stale intervals after `staleAfter`; the rest is untracked. */
  readonly capStale: boolean
}

export interface Intervals extends Options {
  readonly log: EventLog
  readonly length: number
  /** `log.agents.length + 1` row numbers. */
  readonly offsets: Uint32Array
  /** The row of the log that began the interval, or `untracked`. */
  readonly event: Uint32Array
  readonly start: Float64Array
  readonly end: Float64Array
  /** Bits: `open`, `stale`. */
  readonly flags: Uint8Array
}

/** The `event` of a stretch of which nothing is known. */
export const untracked = 0xffffffff

/** Flag: the agent's last event before `to`, so nothing known ends it. */
export const open = 1

/** Flag: not offline, and open or longer than `staleAfter`, cut or not. */
export const stale = 2

interface Sink {
  readonly push: (event: number, start: number, end: number, flags: number) => void
  readonly length: () => number
  readonly columns: () => Pick<Intervals, "length" | "event" | "start" | "end" | "flags">
}

/** `capacity` must hold every row that will be pushed. */
const sink = (capacity: number): Sink => {
  const event = new Uint32Array(capacity)
  const start = new Float64Array(capacity)
  const end = new Float64Array(capacity)
  const flags = new Uint8Array(capacity)
  let length = 0
  return {
    push: (e, s, t, f) => {
      event[length] = e
      start[length] = s
      end[length] = t
      flags[length] = f
      length += 1
    },
    length: () => length,
    columns: () => ({
      length,
      event: event.subarray(0, length),
      start: start.subarray(0, length),
      end: end.subarray(0, length),
      flags: flags.subarray(0, length),
    }),
  }
}

/** Makes the intervals of all agents of a log. Events at or after `to` have no part in them. */
export const fromLog = (log: EventLog, options: Options): Intervals => {
  const { capStale, isOffline, now, staleAfter, window } = options
  const { from, to } = window
  const limit = Math.min(to, now)
  const offsets = new Uint32Array(log.agents.length + 1)
  // At most two rows an event (its own, and what a cap leaves untracked), and one before the first.
  const rows = sink(2 * log.length + log.agents.length)
  for (let agent = 0; agent < log.agents.length; agent++) {
    const first = log.offsets[agent] ?? 0
    let last = log.offsets[agent + 1] ?? 0
    while (last > first && (log.uts[last - 1] ?? 0) >= to) last -= 1
    // From the last event before the window on; same-second changes at `from` itself are all entries.
    let row = Math.max(first, last - 1)
    while (row > first && (log.uts[row] ?? to) >= from) row -= 1
    const known = first < last ? (log.uts[first] ?? 0) : to
    if (Math.min(known, limit) > from) rows.push(untracked, from, Math.min(known, limit), 0)
    for (; row < last; row++) {
      const uts = log.uts[row] ?? 0
      const isOpen = row === last - 1
      const end = isOpen ? Math.max(uts, limit) : (log.uts[row + 1] ?? 0)
      const isLong = end - uts > staleAfter
      const isStale = isOffline[log.status[row] ?? 0] !== true && (isOpen || isLong)
      const cut = capStale && isStale && isLong ? uts + staleAfter : end
      if (uts >= from || cut > from) {
        const flags = (isOpen ? open : 0) | (isStale ? stale : 0)
        rows.push(row, Math.max(uts, from), cut, flags)
      }
      if (cut < end && end > from) rows.push(untracked, Math.max(cut, from), end, 0)
    }
    offsets[agent + 1] = rows.length()
  }
  return { ...options, log, offsets, ...rows.columns() }
}
