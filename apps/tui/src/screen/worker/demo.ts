/**
 * The invented centre that those see who have no credentials: always in the middle of a working day, whatever the hour.
 */
import * as Effect from "effect/Effect"
import { connected, credentials } from "../../inProcess.ts"

const agents = 36
const days = 32

/** A Tuesday afternoon of the invented centre, which it always is. */
const afternoon = Date.UTC(2026, 2, 10, 14, 40) / 1000

/** What talks to an emulated ContactNow in this process; nothing leaves the machine. */
export const vendor = Effect.gen(function* () {
  const { make } = yield* Effect.promise(() => import("@dwell/emulator"))
  const clock = yield* Effect.clock
  const seconds = () => Math.floor(clock.unsafeCurrentTimeMillis() / 1000)
  return connected(make({ ...credentials, agents, days, clock: seconds, aheadSeconds: afternoon - seconds() }))
})
