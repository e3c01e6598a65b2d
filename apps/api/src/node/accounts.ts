/**
 * The accounts of a process, each opened at its first request.
 */
import { existsSync } from "node:fs"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type { StoreError } from "@dwell/core/StoreError"
import { LiveFeed } from "../account/LiveFeed.ts"
import { openAccount, type OpenAccount } from "../account/openAccount.ts"
import * as ResponseCache from "../account/ResponseCache.ts"
import { follow } from "../account/vendorSync.ts"
import { VendorConnection } from "../account/VendorConnection.ts"
import type { Environment } from "../environment/environment.ts"
import { layerOf } from "../environment/vendorCredentials.ts"
import { driverOf, fileOf } from "./dataFolder.ts"

/** The size of the response cache of all accounts. */
const cacheBytes = 64_000_000
/** How often a follower retries to open a store. */
const reopenInterval = "1 minute"

export interface Options {
  readonly environment: Environment
  readonly data: string
  /** Seconds between two polls of a vendor. */
  readonly intervalSeconds: number
  /** The number of days to fetch at the start. */
  readonly days: number
  /** Where spans, metrics and log lines go. */
  readonly observing: Layer.Layer<never>
  readonly memoMap: Layer.MemoMap
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export interface Accounts {
  readonly accountOf: (account: string) => OpenAccount
  /** Whether an account has a store. */
  readonly exists: (account: string) => boolean
  /** Follows an account's log at its vendor, until it is interrupted or a failure needs a person. */
  readonly follow: (account: string) => Effect.Effect<void, StoreError>
  /** Ends all live streams. */
  readonly endStreams: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Makes the accounts; none is open yet. */
export const make = ({ data, days, environment, intervalSeconds, memoMap, now, observing }: Options): Accounts => {
  const { requestsPerMinute, settings, vendors } = environment
  const makeCache = ResponseCache.sharedCaches(cacheBytes)
  const opened = new Map<string, OpenAccount>()
  const there = new Set<string>()

  const accountOf = (account: string): OpenAccount => {
    const known = opened.get(account)
    if (known !== undefined) return known
    const place = openAccount({
      driver: driverOf(fileOf(data, account)),
      name: account,
      settings,
      vendor: layerOf(vendors, account, FetchHttpClient.layer),
      cache: makeCache(),
      requestsPerMinute,
      observing,
      memoMap,
      now,
    })
    opened.set(account, place)
    return place
  }

  return {
    accountOf,
    exists: (account) => {
      if (!there.has(account) && existsSync(fileOf(data, account))) there.add(account)
      return there.has(account)
    },
    follow: (account) => {
      const following = Effect.flatMap(VendorConnection, (vendor) =>
        vendor === null ? Effect.void : Effect.provide(follow({ days, intervalSeconds }), vendor),
      )
      const ended = Effect.catchAllCause(following, (cause) =>
        Effect.logError(`${account} is no longer followed`, cause),
      )
      return Effect.promise((signal) => accountOf(account).run(ended, signal)).pipe(
        Effect.flatten,
        // If the store can't be opened, it is retried.
        Effect.tapError(({ message }) => Effect.logError(`${account} can't be followed: ${message}`)),
        Effect.retry(Schedule.spaced(reopenInterval)),
      )
    },
    endStreams: async () => {
      await Promise.all([...opened.values()].map(({ run }) => run(Effect.flatMap(LiveFeed, ({ end }) => end))))
    },
    close: async () => {
      await Promise.all([...opened.values()].map(({ close }) => close()))
    },
  }
}
