/**
 * Parts in calls: when an agent had to do with each call, and for how long it handled it.
 *
 * Shape    one for each call of an agent, in the order in which they begin; clipped to the window
 * Units    Unix seconds; seconds
 * Fails    never
 * Source   docs/definitions.md, section "Parts in calls"
 * Cost     one pass over an agent's intervals; memory for its calls
 */
import type { Category } from "../Category.ts"
import type { Rows } from "../log/EventLog.ts"
import * as Interval from "./Interval.ts"

export interface CallLeg {
  readonly callid: bigint
  /** When the first interval that names the call begins, and when the last one ends: others may lie between. */
  readonly start: number
  readonly end: number
  readonly handling: number
  readonly afterCall: number
}

/** The parts in an agent's track; `categories` are those of the log's statuses. */
export const of = (
  track: Interval.Timeline,
  rows: Rows,
  categories: ReadonlyArray<Category>,
): ReadonlyArray<CallLeg> => {
  const parts = new Map<bigint, CallLeg>()
  let callid = 0n
  for (let row = 0; row < track.length; row++) {
    const source = track.event[row] ?? Interval.untracked
    const category = categories[track.status[row] ?? 0]
    const named = source === Interval.untracked ? 0n : (rows.callid[source] ?? 0n)
    // After-call work that names no call is that of the call just before it.
    if (named !== 0n || category !== "afterCall") callid = named
    if (callid === 0n) continue
    const start = track.start[row] ?? 0
    const end = track.end[row] ?? 0
    const part = parts.get(callid) ?? { callid, start, end, handling: 0, afterCall: 0 }
    parts.set(callid, {
      ...part,
      end,
      handling: part.handling + (category === "handling" ? end - start : 0),
      afterCall: part.afterCall + (category === "afterCall" ? end - start : 0),
    })
  }
  return [...parts.values()]
}
