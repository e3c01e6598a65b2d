/** The clock of the fiber, which a test may turn. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** Now, in whole Unix seconds. */
export const nowSeconds = Effect.map(Clock.currentTimeMillis, (millis) => Math.floor(millis / 1000))
