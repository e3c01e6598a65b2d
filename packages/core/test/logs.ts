/** Logs made of events, and the events of a log. */
import * as EventBatch from "../src/events/EventBatch.ts"
import * as EventLog from "../src/log/EventLog.ts"
import type { StatusEvent } from "../src/events/StatusEvent.ts"

export const logOf = (events: Iterable<StatusEvent>): EventLog.EventLog =>
  EventLog.fromBatches([EventBatch.fromEvents(events)])

/** Each once, by agent and time. */
export const eventsOf = (log: EventLog.EventLog): ReadonlyArray<StatusEvent> =>
  [...EventLog.batches(log)].flatMap((batch) => EventBatch.toEvents(batch))
