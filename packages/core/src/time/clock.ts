/** The time of the `Clock` service. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** What time it is, in whole Unix seconds. */
export const nowSeconds: Effect.Effect<number> = Effect.map(Clock.currentTimeMillis, (millis) =>
  Math.floor(millis / 1000),
)
