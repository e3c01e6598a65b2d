/** Time that passes when a test says so, for programs that run in the test's process and for the vendor they ask. */
// oxlint-disable-next-line house/no-timers -- a turn of the timers, not a wait
import { setTimeout } from "node:timers/promises"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** What time it is for the programs and the vendors of tests, unless they say otherwise: a Tuesday. */
export const noon = Date.UTC(2026, 2, 10, 12) / 1000

export interface Time {
  readonly clock: Clock.Clock
  /** What time it is, in Unix seconds. */
  readonly seconds: () => number
  /** Once the program waits for nothing but time, lets it pass up to the next instant that it waits for; not once it has ended. */
  readonly pass: (ended: Promise<unknown>) => Promise<void>
  /** Lets some seconds pass. */
  readonly advance: (seconds: number) => void
  /** A `fetch` whose requests hold the time while they are being answered. */
  readonly fetch: typeof globalThis.fetch
}

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/**
 * Time that begins at an instant, in Unix seconds; each request may take some of it.
 *
 * Effect's own TestClock goes on counting sleepers that were interrupted, such as the timeout of a request that has been
 * answered, so that it does not say what a program waits for.
 */
export const timeFrom = (begin: number, { secondsPerRequest = 0 } = {}): Time => {
  let millis = begin * 1000
  let requests = 0
  const sleepers = new Set<Sleeper>()
  /** Says that the program may wait for something else by now. */
  let tell = () => {}
  const change = () => new Promise<void>((resolve) => (tell = resolve))
  const nanos = () => BigInt(millis) * 1_000_000n
  const clock: Clock.Clock = {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: () => millis,
    unsafeCurrentTimeNanos: nanos,
    currentTimeMillis: Effect.sync(() => millis),
    currentTimeNanos: Effect.sync(nanos),
    sleep: (duration) =>
      Effect.async((resume) => {
        const sleeper = { at: millis + Math.ceil(Duration.toMillis(duration)), wake: () => resume(Effect.void) }
        sleepers.add(sleeper)
        tell()
        return Effect.sync(() => sleepers.delete(sleeper))
      }),
  }
  const wakeSleepers = () => {
    for (const sleeper of sleepers) {
      if (sleeper.at > millis) continue
      sleepers.delete(sleeper)
      sleeper.wake()
    }
  }
  const isReadingFiles = () => process.getActiveResourcesInfo().some((name) => name.startsWith("FSReq"))
  const isWaiting = () => requests === 0 && sleepers.size > 0
  return {
    clock,
    seconds: () => Math.floor(millis / 1000),
    pass: async (ended) => {
      const state = { hasEnded: false }
      const over = ended.then(() => void (state.hasEnded = true))
      // What an answer or a file sets in motion goes on in the next turns, some of them those of Effect's own timers.
      for (let turns = 0; turns < 3 && !state.hasEnded; turns++) {
        if (!isWaiting()) await Promise.race([change(), over])
        if (!isWaiting() || isReadingFiles()) turns = 0
        await setTimeout(0)
      }
      if (state.hasEnded || !isWaiting()) return
      millis = Math.max(millis, Math.min(...Array.from(sleepers, ({ at }) => at)))
      wakeSleepers()
    },
    advance: (seconds) => {
      millis += seconds * 1000
      wakeSleepers()
    },
    fetch: async (input, init) => {
      requests += 1
      try {
        const response = await globalThis.fetch(input, init)
        // Whole, before time may pass.
        await response.clone().arrayBuffer()
        millis += secondsPerRequest * 1000
        return response
      } finally {
        requests -= 1
        tell()
      }
    },
  }
}
