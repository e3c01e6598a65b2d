/**
 * Sessions: from login to logout.
 *
 * Shape    in order of their start; clipped to the window, none of length zero
 * Units    Unix seconds
 * Fails    never
 * Source   docs/definitions.md, section "Sessions"
 * Cost     one pass over an agent's intervals
 */
import type { Rows } from "../log/EventLog.ts"
import * as Interval from "./Interval.ts"

export interface Session {
  readonly start: number
  readonly end: number
  /** It began before the window. */
  readonly before: boolean
  /** It holds the agent's last event before `to`: nothing known ends it. */
  readonly open: boolean
}

/** Was the agent logged in up to the very second in which the window begins? */
const beganBefore = ({ status, uts }: Rows, options: Interval.Options, event: number): boolean => {
  const { capStale, isOffline, staleAfter, window } = options
  let row = event
  // Same-second changes at `from` carry no time: what counts is the status that lasted until then.
  while (row >= 0 && (uts[row] ?? 0) >= window.from) row -= 1
  if (row < 0 || isOffline[status[row] ?? 0] === true) return false
  return row === event || !capStale || window.from - (uts[row] ?? 0) <= staleAfter
}

/** The sessions in an agent's track. */
export const of = (track: Interval.Timeline, rows: Rows, options: Interval.Options): ReadonlyArray<Session> => {
  const { isOffline, window } = options
  const sessions: Array<Session> = []
  /** The first row of the session that is going on, -1 when there is none; and the last one. */
  let first = -1
  let last = -1
  const close = () => {
    if (first < 0) return
    const start = track.start[first] ?? 0
    const end = track.end[last] ?? 0
    if (end > start) {
      const before = start === window.from && beganBefore(rows, options, track.event[first] ?? 0)
      sessions.push({ start, end, before, open: ((track.flags[last] ?? 0) & Interval.open) !== 0 })
    }
    first = -1
  }
  for (let row = 0; row < track.length; row++) {
    if (track.event[row] === Interval.untracked || isOffline[track.status[row] ?? 0] === true) continue
    if (first < 0 || track.end[last] !== track.start[row]) {
      close()
      first = row
    }
    last = row
  }
  close()
  return sessions
}
