/**
 * The event store in memory: the simplest that is right, for tests, for trying out, and to hold the others against.
 *
 * Fails    never
 * Cost     an object a row, and a walk over all of them for each question
 */
import * as Effect from "effect/Effect"
import * as EventBatch from "../events/EventBatch.ts"
import * as Statistics from "../interval/Statistics.ts"
import * as EventLog from "../log/EventLog.ts"
import { isSame, type StatusEvent } from "../events/StatusEvent.ts"
import { dayNumber } from "../time/days.ts"
import * as Coverage from "./Coverage.ts"
import type { AppendCounts, ReadOptions, AgentActivity, Service, StatusTotals } from "./EventStore.ts"

/** Makes an empty store. */
export const make: Effect.Effect<Service> = Effect.sync(() => {
  const events = new Map<bigint, StatusEvent>()
  let coverage = Coverage.empty

  const chosen = (isChosen: (event: StatusEvent) => boolean): EventBatch.EventBatch =>
    EventBatch.fromEvents([...events.values()].filter(isChosen))

  const append = (
    batches: ReadonlyArray<EventBatch.EventBatch>,
    reading: Coverage.CoverageUpdate = {},
  ): AppendCounts => {
    const rows = { added: 0, unchanged: 0, changed: 0 }
    for (const event of batches.flatMap(EventBatch.toEvents)) {
      const old = events.get(event.uid)
      rows[old === undefined ? "added" : isSame(old, event) ? "unchanged" : "changed"] += 1
      events.set(event.uid, event)
    }
    coverage = Coverage.add(coverage, reading)
    return rows
  }

  const lastEvents = (before: number, agents?: ReadonlyArray<number>, since = -Infinity): EventBatch.EventBatch =>
    EventLog.lastEvents([chosen(({ agent, uts }) => uts < before && uts >= since && (agents?.includes(agent) ?? true))])

  const read = ({ agents, since, window }: ReadOptions): EventLog.EventLog =>
    EventLog.fromBatches([
      lastEvents(window.from, agents, since),
      chosen(({ agent, uts }) => uts >= window.from && uts < window.to && (agents?.includes(agent) ?? true)),
    ])

  const sums = (window: ReadOptions["window"], now: number): StatusTotals => {
    const log = EventLog.fromBatches([chosen(({ uts }) => uts < window.to)])
    const { seconds, untracked } = Statistics.of(log, {
      window,
      now,
      isOffline: log.statuses.map(() => false),
      staleAfter: Infinity,
      capStale: false,
    })
    return { agents: log.agents, statuses: log.statuses, seconds, untracked }
  }

  const agents = (): ReadonlyArray<AgentActivity> => {
    const log = EventLog.fromBatches([chosen(() => true)])
    return log.agents.map((agent, index) => {
      const { length, uts } = log.rows(index)
      return { agent, first: uts[0] ?? 0, last: uts[length - 1] ?? 0 }
    })
  }

  const prune = (before: number): number => {
    const kept = new Set(lastEvents(before, undefined, Coverage.carryInFrom(coverage, before)).uid)
    const forgotten = [...events.values()].filter(({ uid, uts }) => uts < before && !kept.has(uid))
    for (const { uid } of forgotten) events.delete(uid)
    coverage = Coverage.forgetBefore(coverage, before)
    return forgotten.length
  }

  return {
    append: (batches, reading) => Effect.sync(() => append(batches, reading)),
    read: (asked) => Effect.sync(() => read(asked)),
    lastEvents: (before, asked) => Effect.sync(() => lastEvents(before, asked)),
    sums: (window, now) => Effect.sync(() => sums(window, now)),
    coverage: Effect.sync(() => coverage),
    agents: Effect.sync(agents),
    compact: () => Effect.succeed(0),
    prune: (before) => Effect.sync(() => prune(before)),
    vacuum: Effect.void,
    size: Effect.sync(() => ({
      bytes: 0,
      openRows: events.size,
      closedRows: 0,
      openDays: new Set([...events.values()].map(({ uts }) => dayNumber(uts))).size,
      closedDays: 0,
    })),
  }
})
