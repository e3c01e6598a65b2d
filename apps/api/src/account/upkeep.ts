/** What is done to a store after it was written to, and nobody waits for. */
import { EventStore } from "@dwell/core/EventStore"
import { settleSeconds } from "@dwell/core/Coverage"
import * as Effect from "effect/Effect"
import { nowSeconds } from "./question.ts"

const secondsADay = 86_400

/** Puts the days that are over into columns, one after another beside what else goes on. */
export const compact = Effect.gen(function* () {
  const store = yield* EventStore
  const settled = (yield* nowSeconds) - settleSeconds
  const before = Math.floor(settled / secondsADay) * secondsADay
  yield* store.compact(before).pipe(
    Effect.catchAll(({ message }) => Effect.logWarning(message)),
    Effect.forkDaemon,
  )
})
