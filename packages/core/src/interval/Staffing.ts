/**
 * The staffing curve: how many agents were in each status at once, step by step.
 *
 * Shape    rows by step, then status; a status that has time within the edges is in every step
 * Units    agents; edges in Unix seconds, ascending
 * Fails    never
 * Source   docs/definitions.md, section "Staffing curve"
 * Cost     a sort of the intervals' ends for each status, and one pass over steps and ends
 */
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

/** One status: its steps from the instants at which agents come and go. Both ascend. */
const curveOf = (status: number, comings: Float64Array, goings: Float64Array, edges: Float64Array): Array<Step> => {
  const steps: Array<Step> = []
  let came = 0
  let went = 0
  let present = 0
  /** Lets everyone come and go who does so at `instant` or before. */
  const settle = (instant: number) => {
    while (came < comings.length && (comings[came] ?? 0) <= instant) came += 1
    while (went < goings.length && (goings[went] ?? 0) <= instant) went += 1
    present = came - went
  }
  for (let step = 0; step < edges.length - 1; step++) {
    const end = edges[step + 1] ?? 0
    const start = edges[step] ?? 0
    let at = start
    let min = Infinity
    let max = 0
    let agentSeconds = 0
    while (at < end) {
      settle(at)
      const next = Math.min(end, comings[came] ?? end, goings[went] ?? end)
      min = Math.min(min, present)
      max = Math.max(max, present)
      agentSeconds += present * (next - at)
      at = next
    }
    steps.push({ step, status, average: agentSeconds / (end - start), min, max })
  }
  return steps
}

/** The curve between `edges`. */
export const curve = (intervals: Interval.Intervals, edges: Float64Array): ReadonlyArray<Step> => {
  const { end, event, length, log, start } = intervals
  const first = edges[0] ?? 0
  const last = edges.at(-1) ?? 0
  const counts = new Uint32Array(log.statuses.length)
  const rows: Array<number> = []
  for (let row = 0; row < length; row++) {
    const source = event[row] ?? Interval.untracked
    if (source === Interval.untracked) continue
    if (Math.min(end[row] ?? 0, last) <= Math.max(start[row] ?? 0, first)) continue
    rows.push(row)
    const status = log.status[source] ?? 0
    counts[status] = (counts[status] ?? 0) + 1
  }
  const columns = Array.from(counts, (count) => ({
    comings: new Float64Array(count),
    goings: new Float64Array(count),
    filled: 0,
  }))
  for (const row of rows) {
    const column = columns[log.status[event[row] ?? 0] ?? 0]
    if (column === undefined) continue
    column.comings[column.filled] = start[row] ?? 0
    column.goings[column.filled] = end[row] ?? 0
    column.filled += 1
  }
  const curves = columns.flatMap(({ comings, filled, goings }, status) =>
    filled === 0 ? [] : [curveOf(status, comings.toSorted(), goings.toSorted(), edges)],
  )
  return (curves[0] ?? []).flatMap((_, step) =>
    curves.flatMap((steps) => {
      const found = steps[step]
      return found === undefined ? [] : [found]
    }),
  )
}
