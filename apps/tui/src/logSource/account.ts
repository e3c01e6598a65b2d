/**
 * Reads the log of an account: stored events, and what is missing from ContactNow.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { settings } from "../accounts/settings.ts"
import * as StoreFile from "../accounts/storeFile.ts"
import { UsageError, UserError } from "../errors.ts"
import { isKnownAt, type LogSource, warnGaps } from "./LogSource.ts"
import type { SourceOptions } from "./options.ts"
import { rejectFuture, windowOf } from "./query.ts"
import * as StoredLog from "./storedLog.ts"

/** The settings of the account; refuses options that contradict each other or the store. */
const settingsOf = ({ account, offline, refresh }: SourceOptions) =>
  Effect.gen(function* () {
    const found = yield* settings(account)
    if (offline && refresh) {
      return yield* new UsageError({
        message: "--offline and --refresh: the first makes no request, the second repeats requests. Leave one out.",
      })
    }
    if (offline && !(yield* StoreFile.names).includes(found.account.name)) {
      return yield* new UserError({
        message: `Nothing is stored for ${found.account.name} yet. Leave out --offline to fetch it.`,
      })
    }
    return found
  })

/** Reads with the account's store and connection, and adds names. */
const readNamed = <A extends StoredLog.WindowResult, E, R>(
  options: SourceOptions,
  needsNames: boolean,
  read: (flags: Pick<StoredLog.ReadOptions, "offline" | "refresh">) => Effect.Effect<A, E, R>,
) =>
  Effect.gen(function* () {
    const found = yield* settingsOf(options)
    const { offline, refresh } = options
    const named = StoredLog.withNames(read({ offline, refresh }), needsNames && !offline, found)
    return yield* Effect.provide(named, StoredLog.services(found))
  })

const gaps = { where: "Not stored", remedy: "Leave out --offline to fetch it." }

export const accountSource = (options: SourceOptions, needsNames: boolean): LogSource => ({
  read: (query) =>
    Effect.gen(function* () {
      const { agents, to, zone } = query
      const window = yield* windowOf(query)
      const loaded = yield* readNamed(options, needsNames, (flags) =>
        StoredLog.readWindow({ ...flags, window, agents, isEndGiven: Option.isSome(to) }),
      )
      yield* warnGaps(loaded.uncovered, zone, gaps)
      return loaded
    }),
  statusAround: (query, at) =>
    Effect.gen(function* () {
      const { agents, reference, zone } = query
      yield* rejectFuture(at, query)
      const loaded = yield* readNamed(options, needsNames, (flags) =>
        StoredLog.readAround({ ...flags, instant: at, now: reference, agents }),
      )
      if (!isKnownAt(at, loaded.uncovered)) yield* warnGaps(loaded.uncovered, zone, gaps)
      return loaded
    }),
})
