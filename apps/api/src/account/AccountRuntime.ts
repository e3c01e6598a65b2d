/**
 * Where an account lives: its store and what is around it, in a Durable Object or in a process of Node.
 */
import type { EventStore } from "@dwell/core/EventStore"
import type { StoreError } from "@dwell/core/StoreError"
import type * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type { State } from "../http/rateLimit.ts"
import type { ResponseCache, Service as CacheService } from "./ResponseCache.ts"
import type { LiveFeed } from "./LiveFeed.ts"
import type { AgentNames } from "./AgentNames.ts"
import type { AccountSettings } from "./AccountSettings.ts"
import type { Compactor } from "./Compactor.ts"
import type { VendorConnection } from "./VendorConnection.ts"

/** What the routes of an account need. */
export type Services =
  | EventStore
  | ResponseCache
  | LiveFeed
  | AgentNames
  | AccountSettings
  | Compactor
  | VendorConnection

export interface AccountRuntime {
  readonly run: <A, E>(
    effect: Effect.Effect<A, E, Services>,
    signal?: AbortSignal,
  ) => Promise<Exit.Exit<A, E | StoreError>>
  /** Runs what needs nothing of the account, where log lines go where they should. */
  readonly observe: <A>(effect: Effect.Effect<A>) => Promise<A>
  readonly cache: CacheService
  /** Counts a request of a key's, and says whether it may go on. */
  readonly limit: (key: string) => State
  /** Up to when the log is known, as far as that can be told without asking; `undefined` where it can't. */
  readonly known: () => number | undefined
}
