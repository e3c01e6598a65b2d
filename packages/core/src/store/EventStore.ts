/**
 * Keeps the events of one account: what was read once need not be asked for again.
 *
 * Shape    each event once, by its `uid`; which spans are complete is kept beside them
 * Units    Unix seconds, UTC; windows are half-open
 * Fails    `StoreError`; a write is kept wholly or not at all
 * Source   docs/store.md
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { EventBatch } from "../events/EventBatch.ts"
import type { EventLog } from "../log/EventLog.ts"
import type { Window } from "../time/Window.ts"
import type { Coverage, CoverageUpdate } from "./Coverage.ts"
import * as memory from "./memory.ts"
import type { StoreError } from "./StoreError.ts"

/** What became of the rows of a write; together they are all of them. */
export interface AppendCounts {
  /** Rows whose `uid` was not there. */
  readonly added: number
  /** Rows that said what was there already. */
  readonly unchanged: number
  /** Rows that said something else, and replaced what was there. */
  readonly changed: number
}

export interface ReadOptions {
  readonly window: Window
  /** Default: all. */
  readonly agents?: ReadonlyArray<number>
  /** How far back to look for what was going on when the window began. Default: as far as there is anything. */
  readonly since?: number
}

/** Seconds of each agent in each status: the figure of `agent` and `status` is at `agent * statuses.length + status`. */
export interface StatusTotals {
  /** Those with an event before the window's end, ascending. */
  readonly agents: ReadonlyArray<number>
  readonly statuses: ReadonlyArray<string>
  readonly seconds: Float64Array
  /** Per agent: seconds before its first event. */
  readonly untracked: Float64Array
}

/** An agent with an event in the store. */
export interface AgentActivity {
  readonly agent: number
  /** When its first and its last event were. */
  readonly first: number
  readonly last: number
}

export interface Size {
  /** Of the database, with what it has reserved. */
  readonly bytes: number
  /** Rows of open days, each by itself. */
  readonly openRows: number
  /** Rows of closed days, in columns. */
  readonly closedRows: number
  readonly openDays: number
  readonly closedDays: number
}

export interface Service {
  /** Writes rows, in the order of delivery, and what is covered with them, at once. */
  readonly append: (
    batches: ReadonlyArray<EventBatch>,
    reading?: CoverageUpdate,
  ) => Effect.Effect<AppendCounts, StoreError>
  /** The events of a window, and before them each agent's last one. What is not covered may lack events. */
  readonly read: (asked: ReadOptions) => Effect.Effect<EventLog, StoreError>
  /** Each agent's last event before an instant; who is in which status at `T` is what came last before `T + 1`. */
  readonly lastEvents: (before: number, agents?: ReadonlyArray<number>) => Effect.Effect<EventBatch, StoreError>
  /** Seconds of each agent in each status. Open intervals run to `now`; whole closed days are not read event by event. */
  readonly sums: (window: Window, now: number) => Effect.Effect<StatusTotals, StoreError>
  readonly coverage: Effect.Effect<Coverage, StoreError>
  readonly agents: Effect.Effect<ReadonlyArray<AgentActivity>, StoreError>
  /** Puts the days (UTC) that end at or before an instant into columns; gives how many rows that were. */
  readonly compact: (before: number) => Effect.Effect<number, StoreError>
  /**
   * Forgets events before an instant but each agent's last, which is the carry-in of what stays; gives how many. A last event
   * that a gap follows is no carry-in, and goes too.
   */
  readonly prune: (before: number) => Effect.Effect<number, StoreError>
  /** Gives back the room of what was forgotten. */
  readonly vacuum: Effect.Effect<void, StoreError>
  readonly size: Effect.Effect<Size, StoreError>
}

export class EventStore extends Context.Tag("@dwell/core/EventStore")<EventStore, Service>() {}

/** An empty store in memory. */
export const layerMemory: Layer.Layer<EventStore> = Layer.effect(EventStore, memory.make)
