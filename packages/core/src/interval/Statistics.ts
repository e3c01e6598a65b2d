/**
 * Sums over intervals, for groups of agents: one agent each, teams, or everyone together.
 *
 * Shape    dense columns: the figure of `group` and `status` is at `group * statuses + status`
 * Units    seconds, counts; rates 0 to 1, but `averageHandleTime` in seconds a call
 * Fails    never
 * Source   docs/definitions.md, sections "Window and sums" and "Categories and rates"
 * Cost     one pass over the intervals, and a sort of those with a call id
 */
import * as EventLog from "../EventLog.ts"
import * as Interval from "./Interval.ts"

export interface Grouping {
  /** Per agent of the log, the number of its group. */
  readonly groupOf: ReadonlyArray<number>
  readonly groups: number
  /** Per status of the log: do its calls count as handled, as in `averageHandleTime`? */
  readonly isHandled: ReadonlyArray<boolean>
}

export interface Statistics {
  readonly groups: number
  readonly statuses: number
  /** 1 where an event of the status touches the window, so that the status is part of the answer. */
  readonly isPresent: Uint8Array
  readonly seconds: Float64Array
  readonly entries: Float64Array
  readonly visits: Float64Array
  readonly longest: Float64Array
  readonly calls: Float64Array
  /** Per group: seconds of which nothing is known. */
  readonly untracked: Float64Array
  /** Per group: distinct calls in any status. */
  readonly groupCalls: Float64Array
  /** Per group: distinct calls in the statuses that are handled. */
  readonly handledCalls: Float64Array
}

const add = (column: Float64Array, at: number, value: number): void => {
  column[at] = (column[at] ?? 0) + value
}

/** Counts distinct calls: the keys hold (group, call, status), so that sorted, equal ones are neighbours. */
const countCalls = (
  { event, log, length, offsets }: Interval.Intervals,
  { groupOf, isHandled }: Grouping,
  into: Statistics,
): void => {
  const { number, count } = EventLog.numbered(log.callid)
  const { statuses } = into
  const keys = new Float64Array(length)
  let used = 0
  for (let agent = 0; agent < log.agents.length; agent++) {
    const group = groupOf[agent] ?? 0
    for (let row = offsets[agent] ?? 0; row < (offsets[agent + 1] ?? 0); row++) {
      const source = event[row] ?? Interval.untracked
      if (source === Interval.untracked || log.callid[source] === 0n) continue
      keys[used++] = (group * count + (number[source] ?? 0)) * statuses + (log.status[source] ?? 0)
    }
  }
  const sorted = keys.subarray(0, used).toSorted()
  let key = -1
  let call = -1
  let handled = -1
  for (const next of sorted) {
    if (next === key) continue
    key = next
    const status = key % statuses
    const nextCall = (key - status) / statuses
    const group = Math.floor(nextCall / count)
    add(into.calls, group * statuses + status, 1)
    if (nextCall !== call) add(into.groupCalls, group, 1)
    if (nextCall !== handled && isHandled[status] === true) {
      add(into.handledCalls, group, 1)
      handled = nextCall
    }
    call = nextCall
  }
}

/** Sums the intervals of each group. */
export const of = (intervals: Interval.Intervals, grouping: Grouping): Statistics => {
  const { end, event, log, offsets, start, window } = intervals
  const { groupOf, groups } = grouping
  const statuses = log.statuses.length
  const cells = groups * statuses
  const sums: Statistics = {
    groups,
    statuses,
    isPresent: new Uint8Array(cells),
    seconds: new Float64Array(cells),
    entries: new Float64Array(cells),
    visits: new Float64Array(cells),
    longest: new Float64Array(cells),
    calls: new Float64Array(cells),
    untracked: new Float64Array(groups),
    groupCalls: new Float64Array(groups),
    handledCalls: new Float64Array(groups),
  }
  for (let agent = 0; agent < log.agents.length; agent++) {
    const group = groupOf[agent] ?? 0
    /** The cell and the length of the visit that is going on; what a cap leaves untracked does not end it. */
    let visited = -1
    let visit = 0
    const leave = () => {
      if (visit === 0) return
      add(sums.visits, visited, 1)
      sums.longest[visited] = Math.max(sums.longest[visited] ?? 0, visit)
      visit = 0
    }
    for (let row = offsets[agent] ?? 0; row < (offsets[agent + 1] ?? 0); row++) {
      const source = event[row] ?? Interval.untracked
      const seconds = (end[row] ?? 0) - (start[row] ?? 0)
      if (source === Interval.untracked) {
        add(sums.untracked, group, seconds)
        continue
      }
      const cell = group * statuses + (log.status[source] ?? 0)
      if (cell !== visited) {
        leave()
        visited = cell
      }
      visit += seconds
      sums.isPresent[cell] = 1
      add(sums.seconds, cell, seconds)
      if ((log.uts[source] ?? 0) >= window.from) add(sums.entries, cell, 1)
    }
    leave()
  }
  countCalls(intervals, grouping, sums)
  return sums
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
