/**
 * The staffing curve: how many agents were in each status at once, step by step.
 *
 * Shape    rows by step, then status; a status that has time within the edges is in every step
 * Units    agents; edges in Unix seconds, ascending
 * Fails    never
 * Source   docs/definitions.md, section "Staffing curve"
 * Cost     one pass over the intervals, a radix sort of their ends for each status, and one pass over steps and ends;
 *          16 bytes an interval
 */
import type { EventLog } from "../log/EventLog.ts"
import { sorter, words } from "../log/radixSort.ts"
import * as Interval from "./Interval.ts"

export interface Step {
  /** Number of the step: it runs from `edges[step]` to `edges[step + 1]`. */
  readonly step: number
  /** Index into the log's statuses. */
  readonly status: number
  /** Agent-seconds divided by the seconds of the step. */
  readonly average: number
  /** The fewest at once. */
  readonly min: number
  /** The most at once. */
  readonly max: number
}

/** Instants at which agents come into a status and go from it. */
interface Changes {
  length: number
  comings: Float64Array
  goings: Float64Array
}

const sorted = (instants: Float64Array): Float64Array => {
  const { length } = instants
  const { ascending, key, permute } = sorter(length)
  words(instants, key(0, length), key(1, length))
  permute(instants, ascending(2, length))
  return instants
}

/** One status: its steps from the instants at which agents come and go. Both ascend. */
const curveOf = (status: number, comings: Float64Array, goings: Float64Array, edges: Float64Array): Array<Step> => {
  const steps: Array<Step> = []
  let came = 0
  let went = 0
  for (let step = 0; step < edges.length - 1; step++) {
    const end = edges[step + 1] ?? 0
    const start = edges[step] ?? 0
    let at = start
    let min = Infinity
    let max = 0
    let agentSeconds = 0
    while (at < end) {
      // Everyone comes and goes who does so at this instant or before.
      while (came < comings.length && (comings[came] ?? 0) <= at) came += 1
      while (went < goings.length && (goings[went] ?? 0) <= at) went += 1
      const present = came - went
      const next = Math.min(
        end,
        came < comings.length ? (comings[came] ?? end) : end,
        went < goings.length ? (goings[went] ?? end) : end,
      )
      if (present < min) min = present
      if (present > max) max = present
      agentSeconds += present * (next - at)
      at = next
    }
    steps.push({ step, status, average: agentSeconds / (end - start), min, max })
  }
  return steps
}

export interface Staffing {
  /** Takes in an agent's intervals. */
  readonly add: (track: Interval.Timeline) => void
  readonly curve: () => ReadonlyArray<Step>
}

/** Makes an empty curve between `edges`, for a log of so many statuses. */
export const make = (edges: Float64Array, statuses: number): Staffing => {
  const first = edges[0] ?? 0
  const last = edges.at(-1) ?? 0
  const changes = Array.from({ length: statuses }, (): Changes => ({
    length: 0,
    comings: new Float64Array(0),
    goings: new Float64Array(0),
  }))
  const grow = (of: Changes) => {
    const comings = new Float64Array(Math.max(256, 2 * of.length))
    const goings = new Float64Array(comings.length)
    comings.set(of.comings)
    goings.set(of.goings)
    of.comings = comings
    of.goings = goings
  }
  return {
    add: ({ end, length, start, status }) => {
      for (let row = 0; row < length; row++) {
        const of = changes[status[row] ?? 0]
        if (of === undefined) continue
        const from = start[row] ?? 0
        const to = end[row] ?? 0
        if (Math.min(to, last) <= Math.max(from, first)) continue
        if (of.length === of.comings.length) grow(of)
        of.comings[of.length] = from
        of.goings[of.length] = to
        of.length += 1
      }
    },
    curve: () => {
      const curves = changes.flatMap(({ comings, goings, length }, status) =>
        length === 0
          ? []
          : [curveOf(status, sorted(comings.subarray(0, length)), sorted(goings.subarray(0, length)), edges)],
      )
      return (curves[0] ?? []).flatMap((_, step) =>
        curves.flatMap((steps) => {
          const found = steps[step]
          return found === undefined ? [] : [found]
        }),
      )
    },
  }
}

/** The curve of a log between `edges`. */
export const of = (log: EventLog, options: Interval.Options, edges: Float64Array): ReadonlyArray<Step> => {
  const staffing = make(edges, log.statuses.length)
  Interval.each(log, options, staffing.add)
  return staffing.curve()
}
