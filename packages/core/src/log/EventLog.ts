/**
 * Everything known of some agents, normalised: each event once, agent by agent, in the order in which it happened.
 *
 * Shape    see rows.ts. A log is made of rows as they come (`collector`), or of batches that are there (`normalise`)
 * Source   docs/definitions.md, section "Events"
 * Cost     rows of an agent are put together when they are asked for, and take memory for one agent at a time
 */
import * as EventBatch from "../events/EventBatch.ts"
import type { Window } from "../time/Window.ts"
import { memory } from "./packedRows.ts"
import { logBuilder } from "./LogBuilder.ts"
import { indexed } from "./indexed.ts"
import { type EventLog, lateIn, type Rows, spanOf } from "./rows.ts"

export { type LogBuilder as Collector, logBuilder as collector } from "./LogBuilder.ts"
export { type Dropped } from "./duplicates.ts"
export { type EventLog, type Rows, rowsBefore } from "./rows.ts"

/**
 * Makes a log of batches, given in the order of delivery: where rows share a `uid`, the one delivered last is kept.
 *
 * A single batch is read where it is, for as long as the log is used; of several, a packed copy is made.
 *
 * @example
 * const row = { uid: 7n, uts: 100, agent: 1, status: "call", subcode: "", callid: 9n }
 * EventLog.fromBatches([EventBatch.fromEvents([row, row])]).dropped.length // => 1
 */
export const fromBatches = (delivered: ReadonlyArray<EventBatch.EventBatch>): EventLog => {
  const [first, ...others] = delivered
  if (first !== undefined && others.length === 0) return indexed(first)
  const { add, log } = logBuilder()
  for (const batch of delivered) add(batch)
  return log()
}

const noRows: Rows = memory(0)

const compareNumbers = (one: number, other: number): number => one - other

/** The log of exactly these agents; one of whom nothing is known has no rows. */
export const ofAgents = (log: EventLog, ids: Iterable<number>): EventLog => {
  const agents = [...new Set(ids)].toSorted(compareNumbers)
  const indexOf = new Map(log.agents.map((agent, index) => [agent, index]))
  const asked = new Set(agents)
  const { agent, isConflict, uts } = log.dropped
  const isAsked = (_: number, row: number) => asked.has(agent[row] ?? 0)
  const dropped = { uts: uts.filter(isAsked), agent: agent.filter(isAsked), isConflict: isConflict.filter(isAsked) }
  const rows = (index: number) => {
    const found = indexOf.get(agents[index] ?? -1)
    return found === undefined ? noRows : log.rows(found)
  }
  return {
    ...log,
    length: agents.reduce((sum, _, index) => sum + rows(index).length, 0),
    agents,
    rows,
    span: () => spanOf(agents.length, rows),
    dropped: { ...dropped, length: dropped.uts.length },
  }
}

/** How many of an agent's events in the window were recorded late: one that comes later, but before `to`, has a lower `uid`. */
export const outOfOrder = (rows: Rows, window: Window): number => rows.outOfOrder?.(window) ?? lateIn(rows, window)

/** The rows of a log as batches, one an agent, as they are asked for: what `normalise` makes the same log of. */
export const batches = function* (log: EventLog): Generator<EventBatch.EventBatch> {
  const { agents, statuses, subcodes } = log
  for (let agent = 0; agent < agents.length; agent++) {
    const { callid, length, status, subcode, uid, uts } = log.rows(agent)
    if (length === 0) continue
    yield {
      length,
      agent: new Uint32Array(length).fill(agent),
      uid: uid.slice(0, length),
      uts: uts.slice(0, length),
      callid: callid.slice(0, length),
      status: status.slice(0, length),
      subcode: subcode.slice(0, length),
      agents,
      statuses,
      subcodes,
    }
  }
}

/** The last event of each agent: of the time before a window, that is all that matters. */
export const lastEvents = (delivered: Iterable<EventBatch.EventBatch>): EventBatch.EventBatch => {
  const last = EventBatch.builder()
  for (const batch of batches(fromBatches([...delivered])))
    EventBatch.push(last, EventBatch.eventAt(batch, batch.length - 1))
  return last.take()
}
