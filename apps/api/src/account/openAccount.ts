/**
 * Opens an account: its store, and what answers from it.
 *
 * Fails    `StoreError`, at each request until it can be opened
 */
import { EventStore } from "@dwell/core/EventStore"
import type { Driver } from "@dwell/core/EventStore/Driver"
import * as sqlite from "@dwell/core/EventStore/sqlite"
import type { StoreError } from "@dwell/core/StoreError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as RateLimit from "../http/rateLimit.ts"
import * as RetryingRuntime from "../retryingRuntime.ts"
import * as ResponseCache from "./ResponseCache.ts"
import * as LiveFeed from "./LiveFeed.ts"
import * as AgentNames from "./AgentNames.ts"
import type { AccountRuntime, Services } from "./AccountRuntime.ts"
import { AccountSettings } from "./AccountSettings.ts"
import type * as Settings from "./AccountSettings.ts"
import * as Compactor from "./Compactor.ts"
import { VendorConnection } from "./VendorConnection.ts"
import { observedStore } from "./observedStore.ts"

export interface Options {
  /** Opened when it is first needed, until the account is closed. */
  readonly driver: Effect.Effect<Driver, StoreError, Scope.Scope>
  /** What messages call the store. */
  readonly name: string
  readonly settings: Settings.Service
  readonly vendor: VendorConnection["Type"]
  readonly cache: ResponseCache.Service
  /** How often a key may ask. */
  readonly requestsPerMinute: number
  /** Where spans, metrics and log lines go. */
  readonly observing: Layer.Layer<never>
  /** Layers that are built already, and may be shared. */
  readonly memoMap?: Layer.MemoMap
  /** Milliseconds since 1970. Default: this machine's clock. */
  readonly now?: () => number
}

export interface OpenAccount extends AccountRuntime {
  readonly close: () => Promise<void>
}

/** Opens it when it is first asked. */
export const openAccount = ({
  cache,
  driver,
  memoMap,
  name,
  now = Date.now,
  observing,
  requestsPerMinute,
  settings,
  vendor,
}: Options): OpenAccount => {
  let coveredTo: number | undefined
  const services = (): Layer.Layer<Services, StoreError> =>
    Layer.unwrapScoped(
      Effect.gen(function* () {
        const opened = yield* driver
        const writes = yield* Queue.sliding<void>(1)
        const onWrite = (from: number) => {
          cache.forget(from)
          writes.unsafeOffer(undefined)
        }
        const store = Layer.effect(
          EventStore,
          Effect.map(EventStore, (inner) =>
            observedStore(inner, {
              onWrite,
              onCoverage: (to) => {
                coveredTo = to
              },
            }),
          ),
        ).pipe(Layer.provide(sqlite.layer({ driver: opened, name })))
        // The tables of names are made once those of events are there.
        const names = AgentNames.layer({ driver: opened, name, onChange: () => onWrite(-Infinity) })
        const kept = Layer.provideMerge(names, store)
        const around = Layer.mergeAll(
          Layer.succeed(ResponseCache.ResponseCache, cache),
          Layer.succeed(AccountSettings, settings),
          Layer.succeed(VendorConnection, vendor),
        )
        return Layer.merge(LiveFeed.layer(Effect.succeed(writes)), Compactor.layer).pipe(
          Layer.provideMerge(kept),
          Layer.provideMerge(around),
        )
      }),
    ).pipe(Layer.provideMerge(observing))
  const rate = RateLimit.make({ ...RateLimit.defaultPolicy, limit: requestsPerMinute })
  const opening = RetryingRuntime.make(services, memoMap)
  const watching = ManagedRuntime.make(observing, memoMap)
  return {
    run: opening.run,
    observe: (effect) => watching.runPromise(Effect.annotateLogs(effect, { account: name })),
    cache,
    limit: (key) => rate.take(key, now()),
    known: () => (coveredTo === undefined ? undefined : Math.min(coveredTo, Math.floor(now() / 1000))),
    close: async () => {
      await Promise.all([opening.close(), watching.dispose()])
    },
  }
}
