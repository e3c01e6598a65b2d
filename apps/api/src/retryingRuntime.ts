/**
 * A runtime that is made anew where what it needs could not be had: one of Effect's fails for ever as it failed first.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"

export interface RetryingRuntime<R, E> {
  readonly run: <A, F>(effect: Effect.Effect<A, F, R>, signal?: AbortSignal) => Promise<Exit.Exit<A, E | F>>
  /** For good. */
  readonly close: () => Promise<void>
}

/** Makes it of a layer, which is asked for each time that it is built. */
export const make = <R, E>(layer: () => Layer.Layer<R, E>, memoMap?: Layer.MemoMap): RetryingRuntime<R, E> => {
  const begin = () => {
    const begun = {
      isOpen: false,
      runtime: ManagedRuntime.make(
        Layer.tap(layer(), () =>
          Effect.sync(() => {
            begun.isOpen = true
          }),
        ),
        memoMap,
      ),
    }
    return begun
  }
  let current: ReturnType<typeof begin> | undefined
  return {
    run: async (effect, signal) => {
      const mine = (current ??= begin())
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
