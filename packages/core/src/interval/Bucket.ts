/**
 * Seconds per bucket, agent and status.
 *
 * Shape    columns, only rows with seconds, ordered by bucket, agent, status (untracked last)
 * Units    seconds; edges in Unix seconds, ascending
 * Fails    never
 * Source   docs/definitions.md, section "Buckets"
 * Cost     linear in intervals, buckets they reach into, and rows of the answer; 20 bytes a row
 */
import type { EventLog } from "../log/EventLog.ts"
import * as Interval from "./Interval.ts"

export interface Sums {
  readonly length: number
  /** Number of the bucket: it runs from `edges[bucket]` to `edges[bucket + 1]`. */
  readonly bucket: Uint32Array
  /** Index into the log's agents. */
  readonly agent: Uint32Array
  /** Index into the log's statuses, or, where nothing is known, their number. */
  readonly status: Uint32Array
  readonly seconds: Float64Array
}

export interface Buckets {
  /** Takes in an agent's intervals; agents come in ascending order. */
  readonly add: (track: Interval.Timeline, agent: number) => void
  readonly sums: () => Sums
}

/** Makes empty buckets between `edges`, for a log of so many statuses. */
export const make = (edges: Float64Array, statuses: number): Buckets => {
  let length = 0
  let bucketOf = new Uint32Array(1024)
  let agentOf = new Uint32Array(1024)
  let statusOf = new Uint32Array(1024)
  let secondsOf = new Float64Array(1024)
  const counts = new Uint32Array(Math.max(1, edges.length))
  /** Seconds by status in the bucket being filled. */
  const held = new Float64Array(statuses + 1)

  const grow = () => {
    const wider = 2 * length
    const copy = <A extends Uint32Array | Float64Array>(into: A, from: A): A => {
      into.set(from)
      return into
    }
    bucketOf = copy(new Uint32Array(wider), bucketOf)
    agentOf = copy(new Uint32Array(wider), agentOf)
    statusOf = copy(new Uint32Array(wider), statusOf)
    secondsOf = copy(new Float64Array(wider), secondsOf)
  }

  const flush = (bucket: number, agent: number) => {
    for (let status = 0; status <= statuses; status++) {
      const sum = held[status] ?? 0
      if (sum === 0) continue
      if (length === bucketOf.length) grow()
      bucketOf[length] = bucket
      agentOf[length] = agent
      statusOf[length] = status
      secondsOf[length] = sum
      length += 1
      counts[bucket] = (counts[bucket] ?? 0) + 1
      held[status] = 0
    }
  }

  return {
    add: ({ end, length: rows, start, status }, agent) => {
      let bucket = 0
      let begin = edges[0] ?? 0
      let next = edges[1] ?? begin
      for (let row = 0; row < rows; row++) {
        const state = status[row] ?? 0
        const until = end[row] ?? 0
        let at = start[row] ?? 0
        while (at < until && bucket < edges.length - 1) {
          const part = Math.min(until, next) - Math.max(at, begin)
          if (part > 0) held[state] = (held[state] ?? 0) + part
          if (until < next) break
          flush(bucket, agent)
          bucket += 1
          // The bucket may have lain before the interval altogether.
          at = Math.max(at, next)
          begin = next
          next = edges[bucket + 1] ?? next
        }
      }
      flush(bucket, agent)
    },
    sums: () => {
      // The rows came agent by agent; a counting sort, which keeps that order within a bucket, puts the buckets first.
      let place = 0
      const places = counts.map((count) => (place += count) - count)
      const sums = {
        length,
        bucket: new Uint32Array(length),
        agent: new Uint32Array(length),
        status: new Uint32Array(length),
        seconds: new Float64Array(length),
      }
      for (let row = 0; row < length; row++) {
        const bucket = bucketOf[row] ?? 0
        const at = places[bucket] ?? 0
        places[bucket] = at + 1
        sums.bucket[at] = bucket
        sums.agent[at] = agentOf[row] ?? 0
        sums.status[at] = statusOf[row] ?? 0
        sums.seconds[at] = secondsOf[row] ?? 0
      }
      return sums
    },
  }
}

/** Sums the intervals of a log over the buckets between `edges`; the buckets of a whole window add up to its sums. */
export const of = (log: EventLog, options: Interval.Options, edges: Float64Array): Sums => {
  const buckets = make(edges, log.statuses.length)
  Interval.each(log, options, buckets.add)
  return buckets.sums()
}
