/** What is done to a store after it was written to, and nobody waits for. */
import { lateArrivalSeconds } from "@dwell/core/Coverage"
import { EventStore } from "@dwell/core/EventStore"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import { nowSeconds } from "./question.ts"

export interface Service {
  /** Has the days that are over put into columns, one after another beside what else goes on. */
  readonly compact: Effect.Effect<void>
}

export class Upkeep extends Context.Tag("@dwell/api/Upkeep")<Upkeep, Service>() {}

const secondsADay = 86_400

const compacted = Effect.gen(function* () {
  const store = yield* EventStore
  const settled = (yield* nowSeconds) - lateArrivalSeconds
  yield* store.compact(Math.floor(settled / secondsADay) * secondsADay)
})

/** However often it is wanted, it is done by one at a time, and once more after the last. */
export const layer = Layer.scoped(
  Upkeep,
  Effect.gen(function* () {
    const wanted = yield* Queue.sliding<void>(1)
    yield* Queue.take(wanted).pipe(
      Effect.zipRight(Effect.catchAllCause(compacted, (cause) => Effect.logWarning("days could not be closed", cause))),
      Effect.forever,
      Effect.forkScoped,
    )
    return { compact: Effect.asVoid(Queue.offer(wanted, undefined)) }
  }),
)
