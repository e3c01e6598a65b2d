/**
 * The runtime of one account: its store and its services, in a Durable Object or in a Node process.
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

/** The services that the routes of an account use. */
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
  /** Runs an effect without the account's services, with the account's logger. */
  readonly observe: <A>(effect: Effect.Effect<A>) => Promise<A>
  readonly cache: CacheService
  /** Counts a request of a key, and reports whether it is within the rate limit. */
  readonly limit: (key: string) => State
  /** The instant up to which the log is known, if it is known without reading the store; else `undefined`. */
  readonly known: () => number | undefined
}
