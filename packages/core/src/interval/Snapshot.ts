/**
 * Who is in which status at an instant, since when and until when.
 *
 * Shape    one row an agent, agents ascending; an agent without an event up to the instant is untracked and has none
 * Units    Unix seconds
 * Fails    never
 * Source   docs/definitions.md, section "Status at an instant"
 * Cost     one search in an agent's events, and a walk back to where its visit began
 */
import { type EventLog, type Rows, rowsBefore } from "../log/EventLog.ts"

/** The status of an agent at an instant: the event that it began with, and how far it reaches. */
export interface CurrentStatus {
  readonly agent: number
  readonly status: string
  readonly subcode: string
  readonly callid: bigint
  readonly uid: bigint
  /** When the event was. */
  readonly since: number
  /** When the visit began that the event is part of: the first that is known of the consecutive events with this status. */
  readonly visitSince: number
  /** Whether an event before the visit is known; if none is, it may have begun earlier. */
  readonly isVisitWhole: boolean
  /** When the agent's next event was, which may have the same status; `null` where none is known. */
  readonly until: number | null
}

/** The status at an instant of one agent, given by its index and its rows; `undefined` = untracked. */
export const of = (
  { agents, statuses, subcodes }: EventLog,
  agent: number,
  rows: Rows,
  instant: number,
): CurrentStatus | undefined => {
  // The last one at or before the instant, in whole seconds.
  const row = rowsBefore(rows, instant + 1) - 1
  if (row < 0) return undefined
  const status = rows.status[row] ?? 0
  let first = row
  while (first > 0 && rows.status[first - 1] === status) first -= 1
  return {
    agent: agents[agent] ?? 0,
    status: statuses[status] ?? "",
    subcode: subcodes[rows.subcode[row] ?? 0] ?? "",
    callid: rows.callid[row] ?? 0n,
    uid: rows.uid[row] ?? 0n,
    since: rows.uts[row] ?? 0,
    visitSince: rows.uts[first] ?? 0,
    isVisitWhole: first > 0,
    until: row + 1 < rows.length ? (rows.uts[row + 1] ?? 0) : null,
  }
}

/**
 * The statuses at an instant: a change at the instant itself has happened.
 *
 * @example
 * const events = [{ uid: 1n, uts: 100, agent: 7, status: "call", subcode: "", callid: 9n }]
 * Snapshot.at(EventLog.fromBatches([EventBatch.fromEvents(events)]), 160)[0]?.since // => 100
 */
export const at = (log: EventLog, instant: number): ReadonlyArray<CurrentStatus> =>
  log.agents.flatMap((_, agent) => of(log, agent, log.rows(agent), instant) ?? [])
