/**
 * Intervals: which agent was in which status from when to when, clipped to a window.
 *
 * Shape    one agent at a time, as columns in order of time. Stretches of which nothing is known are rows too, so that
 *          an agent's rows tile the part of the window that is covered
 * Units    `start` and `end` in Unix seconds, half-open
 * Fails    never
 * Source   docs/definitions.md, section "Intervals"
 * Cost     one pass over the events; memory for one agent, used again for the next
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

/** The intervals of one agent: the rows up to `length`. */
export interface Track {
  readonly length: number
  /** The row of the log that began the interval, or `untracked`. */
  readonly event: Uint32Array
  /** Index into the log's statuses, or, where nothing is known, their number. */
  readonly status: Uint32Array
  readonly start: Float64Array
  readonly end: Float64Array
  /** Bits: `open`, `stale`, `entry`. */
  readonly flags: Uint8Array
}

/** The `event` of a stretch of which nothing is known. */
export const untracked = 0xffffffff

/** Flag: the agent's last event before `to`, so nothing known ends it. */
export const open = 1

/** Flag: not offline, and open or longer than `staleAfter`, cut or not. */
export const stale = 2

/** Flag: it begins within the window, with an event. */
export const entry = 4

const track = (capacity: number) => ({
  length: 0,
  event: new Uint32Array(capacity),
  status: new Uint32Array(capacity),
  start: new Float64Array(capacity),
  end: new Float64Array(capacity),
  flags: new Uint8Array(capacity),
})

/**
 * Visits the intervals of one agent after another. Events at or after `to` have no part in them.
 *
 * A track is valid during its visit only: the next one is written over it.
 */
export const each = (log: EventLog, options: Options, visit: (track: Track, agent: number) => void): void => {
  const { offsets, statuses, status, uts } = log
  const { capStale, isOffline, now, staleAfter, window } = options
  const { from, to } = window
  const limit = Math.min(to, now)
  const unknown = statuses.length
  const offline = Uint8Array.from(isOffline, Number)
  let into = track(1024)
  for (let agent = 0; agent < log.agents.length; agent++) {
    const first = offsets[agent] ?? 0
    let last = offsets[agent + 1] ?? 0
    while (last > first && (uts[last - 1] ?? 0) >= to) last -= 1
    // From the last event before the window on; same-second changes at `from` itself are all entries.
    let row = Math.max(first, last - 1)
    while (row > first && (uts[row] ?? to) >= from) row -= 1
    // At most two rows an event (its own, and what a cap leaves untracked), and one before the first.
    const needed = 2 * (last - row) + 1
    if (into.event.length < needed) into = track(2 * needed)
    const { end: ends, event: events, flags, start: starts, status: states } = into
    let length = 0
    const known = first < last ? (uts[first] ?? 0) : to
    if (Math.min(known, limit) > from) {
      events[0] = untracked
      states[0] = unknown
      starts[0] = from
      ends[0] = Math.min(known, limit)
      flags[0] = 0
      length = 1
    }
    let at = uts[row] ?? 0
    for (; row < last; row++) {
      const isOpen = row === last - 1
      const next = isOpen ? 0 : (uts[row + 1] ?? 0)
      const end = isOpen ? Math.max(at, limit) : next
      const isLong = end - at > staleAfter
      const isStale = (isOpen || isLong) && offline[status[row] ?? 0] === 0
      const cut = capStale && isStale && isLong ? at + staleAfter : end
      if (at >= from || cut > from) {
        events[length] = row
        states[length] = status[row] ?? 0
        starts[length] = at > from ? at : from
        ends[length] = cut
        flags[length] = (isOpen ? open : 0) | (isStale ? stale : 0) | (at >= from ? entry : 0)
        length += 1
      }
      if (cut < end && end > from) {
        events[length] = untracked
        states[length] = unknown
        starts[length] = Math.max(cut, from)
        ends[length] = end
        flags[length] = 0
        length += 1
      }
      at = next
    }
    into.length = length
    visit(into, agent)
  }
}
