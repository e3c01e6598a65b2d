/**
 * Sessions: from login to logout.
 *
 * Shape    columns, ordered by agent, then start; clipped to the window, none of length zero
 * Units    Unix seconds
 * Fails    never
 * Source   docs/definitions.md, section "Sessions"
 * Cost     one pass over the intervals
 */
import * as Interval from "./Interval.ts"

export interface Session {
  /** Index into the log's agents. */
  readonly agent: number
  readonly start: number
  readonly end: number
  /** It began before the window. */
  readonly before: boolean
  /** It holds the agent's last event before `to`: nothing known ends it. */
  readonly open: boolean
}

/** Was the agent logged in up to the very second in which the window begins? */
const beganBefore = (intervals: Interval.Intervals, agent: number, event: number): boolean => {
  const { capStale, isOffline, log, staleAfter, window } = intervals
  let row = event
  // Same-second changes at `from` carry no time: what counts is the status that lasted until then.
  while (row >= (log.offsets[agent] ?? 0) && (log.uts[row] ?? 0) >= window.from) row -= 1
  if (row < (log.offsets[agent] ?? 0) || isOffline[log.status[row] ?? 0] === true) return false
  return row === event || !capStale || window.from - (log.uts[row] ?? 0) <= staleAfter
}

/** The sessions of all agents. */
export const of = (intervals: Interval.Intervals): ReadonlyArray<Session> => {
  const { end, event, flags, isOffline, log, offsets, start, window } = intervals
  const sessions: Array<Session> = []
  for (let agent = 0; agent < log.agents.length; agent++) {
    let current: Session | undefined
    const close = () => {
      if (current !== undefined && current.end > current.start) sessions.push(current)
      current = undefined
    }
    for (let row = offsets[agent] ?? 0; row < (offsets[agent + 1] ?? 0); row++) {
      const source = event[row] ?? Interval.untracked
      if (source === Interval.untracked || isOffline[log.status[source] ?? 0] === true) continue
      const from = start[row] ?? 0
      const isOpen = ((flags[row] ?? 0) & Interval.open) !== 0
      if (current?.end !== from) {
        close()
        const before = from === window.from && beganBefore(intervals, agent, source)
        current = { agent, start: from, end: end[row] ?? 0, before, open: isOpen }
      } else current = { ...current, end: end[row] ?? 0, open: isOpen }
    }
    close()
  }
  return sessions
}
