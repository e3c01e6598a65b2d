/**
 * Seconds per bucket, agent and status.
 *
 * Shape    columns, only rows with seconds, ordered by bucket, agent, status (untracked last)
 * Units    seconds; edges in Unix seconds, ascending
 * Fails    never
 * Source   docs/definitions.md, section "Buckets"
 * Cost     linear in intervals, buckets they reach into, and rows of the answer
 */
import * as Interval from "./Interval.ts"

export interface Sums {
  readonly length: number
  /** Number of the bucket: it runs from `edges[bucket]` to `edges[bucket + 1]`. */
  readonly bucket: Uint32Array
  /** Index into the log's agents. */
  readonly agent: Uint32Array
  /** Index into the log's statuses, or `Interval.untracked`. */
  readonly status: Uint32Array
  readonly seconds: Float64Array
}

/** Sums the intervals over the buckets between `edges`; the buckets of a whole window add up to its sums. */
export const sums = (intervals: Interval.Intervals, edges: Float64Array): Sums => {
  const { end, event, log, offsets, start } = intervals
  const untracked = log.statuses.length
  const buckets: Array<number> = []
  const agents: Array<number> = []
  const statuses: Array<number> = []
  const seconds: Array<number> = []
  const counts = new Uint32Array(Math.max(1, edges.length))
  /** Seconds by status in the bucket being filled. */
  const held = new Float64Array(untracked + 1)
  for (let agent = 0; agent < log.agents.length; agent++) {
    let bucket = 0
    const flush = () => {
      held.forEach((sum, status) => {
        if (sum === 0) return
        buckets.push(bucket)
        agents.push(agent)
        statuses.push(status === untracked ? Interval.untracked : status)
        seconds.push(sum)
        counts[bucket] = (counts[bucket] ?? 0) + 1
      })
      held.fill(0)
    }
    for (let row = offsets[agent] ?? 0; row < (offsets[agent + 1] ?? 0); row++) {
      const source = event[row] ?? Interval.untracked
      const status = source === Interval.untracked ? untracked : (log.status[source] ?? 0)
      const until = end[row] ?? 0
      let at = start[row] ?? 0
      while (at < until && bucket < edges.length - 1) {
        const next = edges[bucket + 1] ?? 0
        const part = Math.min(until, next) - Math.max(at, edges[bucket] ?? 0)
        if (part > 0) held[status] = (held[status] ?? 0) + part
        if (until < next) break
        flush()
        bucket += 1
        // The bucket may have lain before the interval altogether.
        at = Math.max(at, next)
      }
    }
    flush()
  }
  // The rows came agent by agent; a counting sort, which keeps that order within a bucket, puts the buckets first.
  let place = 0
  const places = counts.map((count) => (place += count) - count)
  const order = new Uint32Array(buckets.length)
  buckets.forEach((bucket, row) => {
    const at = places[bucket] ?? 0
    order[at] = row
    places[bucket] = at + 1
  })
  return {
    length: buckets.length,
    bucket: order.map((row) => buckets[row] ?? 0),
    agent: order.map((row) => agents[row] ?? 0),
    status: order.map((row) => statuses[row] ?? 0),
    seconds: Float64Array.from(order, (row) => seconds[row] ?? 0),
  }
}
