/** Compacts a store in the background after writes. */
import { lateArrivalSeconds } from "@dwell/core/Coverage"
import { EventStore } from "@dwell/core/EventStore"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import { nowSeconds } from "@dwell/core/clock"

export interface Service {
  /** Asks for finished days to be stored as columns. Returns at once. */
  readonly compact: Effect.Effect<void>
}

export class Compactor extends Context.Tag("@dwell/api/Compactor")<Compactor, Service>() {}

const secondsPerDay = 86_400

const compactClosedDays = Effect.gen(function* () {
  const store = yield* EventStore
  const settled = (yield* nowSeconds) - lateArrivalSeconds
  yield* store.compact(Math.floor(settled / secondsPerDay) * secondsPerDay)
})

/** Runs one compaction at a time; requests during a run cause exactly one more. */
export const layer = Layer.scoped(
  Compactor,
  Effect.gen(function* () {
    const wanted = yield* Queue.sliding<void>(1)
    yield* Queue.take(wanted).pipe(
      Effect.zipRight(
        Effect.catchAllCause(compactClosedDays, (cause) =>
          Effect.logWarning("finished days could not be compacted", cause),
        ),
      ),
      Effect.forever,
      Effect.forkScoped,
    )
    return { compact: Effect.asVoid(Queue.offer(wanted, undefined)) }
  }),
)
