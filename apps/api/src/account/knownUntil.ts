/**
 * How far the log of an account is known.
 *
 * Units    Unix seconds
 * Fails    `StoreError`
 */
import type * as Coverage from "@dwell/core/Coverage"
import { EventStore } from "@dwell/core/EventStore"
import * as StoredWindow from "@dwell/core/StoredWindow"
import * as Effect from "effect/Effect"
import { nowSeconds } from "@dwell/core/clock"

/** The instant up to which a coverage is complete; `null` if nothing is known. */
export const knownUntilOf = (coverage: Coverage.Coverage) =>
  Effect.map(nowSeconds, (now) => StoredWindow.knownUntil(coverage, now))

/** The instant up to which the log is known; `null` if nothing is known. */
export const knownUntil = Effect.gen(function* () {
  const store = yield* EventStore
  return yield* knownUntilOf(yield* store.coverage)
})
