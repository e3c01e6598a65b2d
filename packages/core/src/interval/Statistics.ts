/**
 * Sums over intervals, for groups of agents: one agent each, teams, or everyone together.
 *
 * Shape    dense columns: the figure of `group` and `status` is at `group * statuses + status`
 * Units    seconds, counts; rates 0 to 1, but `averageHandleTime` in seconds a call
 * Fails    never
 * Source   docs/definitions.md, sections "Window and sums" and "Categories and rates"
 * Cost     one pass over an agent's intervals
 */
import type { EventLog } from "../log/EventLog.ts"
import * as Interval from "./Interval.ts"

export interface Statistics {
  readonly groups: number
  readonly statuses: number
  /** 1 where an event of the status touches the window, so that the status is part of the answer. */
  readonly isPresent: Uint8Array
  readonly seconds: Float64Array
  readonly entries: Float64Array
  readonly visits: Float64Array
  readonly longest: Float64Array
  /** Per group: seconds of which nothing is known. */
  readonly untracked: Float64Array
}

/** All sums 0. */
export const empty = (groups: number, statuses: number): Statistics => ({
  groups,
  statuses,
  isPresent: new Uint8Array(groups * statuses),
  seconds: new Float64Array(groups * statuses),
  entries: new Float64Array(groups * statuses),
  visits: new Float64Array(groups * statuses),
  longest: new Float64Array(groups * statuses),
  untracked: new Float64Array(groups),
})

/** Adds an agent's intervals to the sums of a group. */
export const add = (into: Statistics, group: number, track: Interval.Timeline): void => {
  const { entries, isPresent, longest, seconds, statuses, untracked, visits } = into
  const { end, flags, start, status } = track
  const base = group * statuses
  /** The cell and the length of the visit that is going on; what a cap leaves untracked does not end it. */
  let visited = base
  let visit = 0
  for (let row = 0; row < track.length; row++) {
    const state = status[row] ?? 0
    const length = (end[row] ?? 0) - (start[row] ?? 0)
    if (state === statuses) {
      untracked[group] = (untracked[group] ?? 0) + length
      continue
    }
    const cell = base + state
    if (cell !== visited) {
      if (visit > 0) {
        visits[visited] = (visits[visited] ?? 0) + 1
        if (visit > (longest[visited] ?? 0)) longest[visited] = visit
        visit = 0
      }
      visited = cell
    }
    visit += length
    isPresent[cell] = 1
    seconds[cell] = (seconds[cell] ?? 0) + length
    if (((flags[row] ?? 0) & Interval.entry) !== 0) entries[cell] = (entries[cell] ?? 0) + 1
  }
  if (visit > 0) {
    visits[visited] = (visits[visited] ?? 0) + 1
    if (visit > (longest[visited] ?? 0)) longest[visited] = visit
  }
}

/** Sums the intervals of each agent of a log: group `a` is agent `a`. */
export const of = (log: EventLog, options: Interval.Options): Statistics => {
  const sums = empty(log.agents.length, log.statuses.length)
  Interval.each(log, options, (track, agent) => add(sums, agent, track))
  return sums
}

/** Adds the sums of one group to those of another. */
export const merge = (into: Statistics, group: number, from: Statistics, other: number): void => {
  for (let status = 0; status < into.statuses; status++) {
    const cell = group * into.statuses + status
    const source = other * from.statuses + status
    if (from.isPresent[source] !== 1) continue
    into.isPresent[cell] = 1
    into.seconds[cell] = (into.seconds[cell] ?? 0) + (from.seconds[source] ?? 0)
    into.entries[cell] = (into.entries[cell] ?? 0) + (from.entries[source] ?? 0)
    into.visits[cell] = (into.visits[cell] ?? 0) + (from.visits[source] ?? 0)
    into.longest[cell] = Math.max(into.longest[cell] ?? 0, from.longest[source] ?? 0)
  }
  into.untracked[group] = (into.untracked[group] ?? 0) + (from.untracked[other] ?? 0)
}

/** Seconds by category, offline left out. */
export interface LoggedIn {
  readonly available: number
  readonly handling: number
  readonly afterCall: number
  readonly idle: number
  readonly other: number
}

/** Each is `null` when its denominator is 0. */
export interface Rates {
  /** (handling + afterCall) / (handling + afterCall + available) */
  readonly occupancy: number | null
  /** (handling + afterCall) / loggedIn */
  readonly utilisation: number | null
  /** available / loggedIn */
  readonly availability: number | null
  /** (idle + other) / loggedIn */
  readonly notReadyShare: number | null
  /** (handling + afterCall) / calls, seconds */
  readonly averageHandleTime: number | null
}

/** What each rate is made of, in words. None is shown without: trusted sources give some of these names opposite meanings. */
export const formulas = {
  occupancy: "occupancy = (handling + after call) / (handling + after call + available)",
  utilisation: "utilisation = (handling + after call) / logged in",
  availability: "availability = available / logged in",
  notReadyShare: "not ready = (idle + other) / logged in",
  averageHandleTime: "handle time = (handling + after call) / calls",
} as const satisfies Record<keyof Rates, string>

/** All seconds logged in. */
export const loggedIn = (seconds: LoggedIn): number =>
  seconds.available + seconds.handling + seconds.afterCall + seconds.idle + seconds.other

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

/**
 * The rates of a group of agents; `calls` are those handled.
 *
 * @example
 * Statistics.rates({ available: 300, handling: 500, afterCall: 100, idle: 100, other: 0 }, 2).utilisation // => 0.6
 */
export const rates = (seconds: LoggedIn, calls: number): Rates => {
  const handled = seconds.handling + seconds.afterCall
  const all = loggedIn(seconds)
  return {
    occupancy: ratio(handled, handled + seconds.available),
    utilisation: ratio(handled, all),
    availability: ratio(seconds.available, all),
    notReadyShare: ratio(seconds.idle + seconds.other, all),
    averageHandleTime: ratio(handled, calls),
  }
}
