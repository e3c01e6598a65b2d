/**
 * A runtime that builds its layer again after a failure. A runtime of Effect would repeat the first failure for ever.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"

export interface RetryingRuntime<R, E> {
  readonly run: <A, F>(effect: Effect.Effect<A, F, R>, signal?: AbortSignal) => Promise<Exit.Exit<A, E | F>>
  /** Closes it permanently. */
  readonly close: () => Promise<void>
}

/** Makes it of a layer; the function is called for each attempt. */
export const make = <R, E>(layer: () => Layer.Layer<R, E>, memoMap?: Layer.MemoMap): RetryingRuntime<R, E> => {
  const start = () => {
    const started = {
      isOpen: false,
      runtime: ManagedRuntime.make(
        Layer.tap(layer(), () =>
          Effect.sync(() => {
            started.isOpen = true
          }),
        ),
        memoMap,
      ),
    }
    return started
  }
  let current: ReturnType<typeof start> | undefined
  return {
    run: async (effect, signal) => {
      const mine = (current ??= start())
      const exit = await mine.runtime.runPromiseExit(effect, signal === undefined ? {} : { signal })
      const isLost = Exit.isFailure(exit) && !mine.isOpen && !Cause.isInterruptedOnly(exit.cause)
      if (isLost && current === mine) {
        current = undefined
        await mine.runtime.dispose()
      }
      return exit
    },
    close: async () => current?.runtime.dispose(),
  }
}
