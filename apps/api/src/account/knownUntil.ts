/**
 * How far the log of an account is known.
 *
 * Units    Unix seconds
 * Fails    `StoreError`
 */
import { EventStore } from "@dwell/core/EventStore"
import * as StoredWindow from "@dwell/core/StoredWindow"
import * as Effect from "effect/Effect"
import { nowSeconds } from "../clock.ts"

/** The instant up to which the log is known; `null` if nothing is known. */
export const knownUntil = Effect.gen(function* () {
  const store = yield* EventStore
  return StoredWindow.knownUntil(yield* store.coverage, yield* nowSeconds)
})
