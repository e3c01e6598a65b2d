/** What is done to a store after it was written to, and nobody waits for. */
import { lateArrivalSeconds } from "@dwell/core/Coverage"
import { EventStore } from "@dwell/core/EventStore"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import { nowSeconds } from "../clock.ts"

export interface Service {
  /** Has the days that are over put into columns, one after another beside what else goes on. */
  readonly compact: Effect.Effect<void>
}

export class Compactor extends Context.Tag("@dwell/api/Compactor")<Compactor, Service>() {}

const secondsPerDay = 86_400

const compactClosedDays = Effect.gen(function* () {
  const store = yield* EventStore
  const settled = (yield* nowSeconds) - lateArrivalSeconds
  yield* store.compact(Math.floor(settled / secondsPerDay) * secondsPerDay)
})

/** However often it is wanted, it is done by one at a time, and once more after the last. */
export const layer = Layer.scoped(
  Compactor,
  Effect.gen(function* () {
    const wanted = yield* Queue.sliding<void>(1)
    yield* Queue.take(wanted).pipe(
      Effect.zipRight(
        Effect.catchAllCause(compactClosedDays, (cause) => Effect.logWarning("days could not be closed", cause)),
      ),
      Effect.forever,
      Effect.forkScoped,
    )
    return { compact: Effect.asVoid(Queue.offer(wanted, undefined)) }
  }),
)
