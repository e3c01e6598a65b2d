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
import type { EventLog, Rows } from "../log/EventLog.ts"
import type { Window } from "../time/Window.ts"

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
  /** Spans of which the log is not known, ascending: a status is known up to there, and then untracked until the next event. */
  readonly uncovered?: ReadonlyArray<Window>
}

const nothing: ReadonlyArray<Window> = []

/** Up to when the status that an event began is known, if no other event ends it. */
export const knownUntil = (uncovered: ReadonlyArray<Window>, event: number): number => {
  const gap = uncovered.find(({ to }) => to > event)
  return gap === undefined ? Infinity : Math.max(event, gap.from)
}

/** The intervals of one agent: the rows up to `length`. */
export interface Timeline {
  readonly length: number
  /** The row of the agent that began the interval, or `untracked`. */
  readonly event: Uint32Array
  /** Index into the log's statuses, or, where nothing is known, their number. */
  readonly status: Uint32Array
  readonly start: Float64Array
  readonly end: Float64Array
  /** Bits: `open`, `stale`, `entry`. */
  readonly flags: Uint8Array
  /** How many are stale. */
  readonly stale: number
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
  stale: 0,
  event: new Uint32Array(capacity),
  status: new Uint32Array(capacity),
  start: new Float64Array(capacity),
  end: new Float64Array(capacity),
  flags: new Uint8Array(capacity),
})

type Memory = ReturnType<typeof track>

/** Writes the intervals of the rows `begin` up to `last` into a track large enough. */
const fill = (
  { status, uts }: Rows,
  { capStale, now, staleAfter, uncovered = nothing, window: { from, to } }: Options,
  offline: Uint8Array,
  begin: number,
  last: number,
  into: Memory,
): void => {
  const { end: ends, event: events, flags, start: starts, status: states } = into
  const limit = Math.min(to, now)
  const unknown = offline.length
  let length = 0
  let staleOnes = 0
  const first = last > 0 ? (uts[0] ?? 0) : to
  if (Math.min(first, limit) > from) {
    events[0] = untracked
    states[0] = unknown
    starts[0] = from
    ends[0] = Math.min(first, limit)
    flags[0] = 0
    length = 1
  }
  let at = uts[begin] ?? 0
  let known = knownUntil(uncovered, at)
  for (let row = begin; row < last; row++) {
    const isOpen = row === last - 1
    const next = isOpen ? Math.max(at, limit) : (uts[row + 1] ?? 0)
    // Only what begins after the gap has another one to come.
    if (known < at) known = knownUntil(uncovered, at)
    const until = known < next ? known : next
    const state = status[row] ?? 0
    const isLong = until - at > staleAfter
    const isStale = (isOpen || isLong) && offline[state] === 0
    const cut = capStale && isStale && isLong ? at + staleAfter : until
    if (at >= from || cut > from) {
      if (isStale) staleOnes += 1
      events[length] = row
      states[length] = state
      starts[length] = at > from ? at : from
      ends[length] = cut
      flags[length] = (isOpen ? open : 0) | (isStale ? stale : 0) | (at >= from ? entry : 0)
      length += 1
    }
    if (cut < next && next > from) {
      events[length] = untracked
      states[length] = unknown
      starts[length] = Math.max(cut, from)
      ends[length] = next
      flags[length] = 0
      length += 1
    }
    at = next
  }
  into.length = length
  into.stale = staleOnes
}

/**
 * Visits the intervals of one agent after another. Events at or after `to` have no part in them.
 *
 * A track and its rows are valid during their visit only: the next ones are written over them.
 */
export const each = (
  log: EventLog,
  options: Options,
  visit: (track: Timeline, agent: number, rows: Rows) => void,
): void => {
  const { from, to } = options.window
  const offline = Uint8Array.from(options.isOffline, Number)
  let into = track(1024)
  for (let agent = 0; agent < log.agents.length; agent++) {
    const rows = log.rows(agent)
    const { uts } = rows
    let last = rows.length
    while (last > 0 && (uts[last - 1] ?? 0) >= to) last -= 1
    // From the last event before the window on; same-second changes at `from` itself are all entries.
    let begin = Math.max(0, last - 1)
    while (begin > 0 && (uts[begin] ?? to) >= from) begin -= 1
    // At most two rows an event (its own, and what a cap leaves untracked), and one before the first.
    const needed = 2 * (last - begin) + 1
    if (into.event.length < needed) into = track(needed)
    fill(rows, options, offline, begin, last, into)
    visit(into, agent, rows)
  }
}
