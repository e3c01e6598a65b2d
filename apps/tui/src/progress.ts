/**
 * The progress of a long operation, on stderr: one line that is updated on a terminal, elsewhere a line now and then.
 */
import * as Clock from "effect/Clock"
import { Process } from "@dwell/terminal/Process"
import * as Effect from "effect/Effect"
import { fit } from "./format.ts"

export interface Meter {
  /** Shows a new state. It may be called often: most calls show nothing. */
  readonly show: (text: () => string) => Effect.Effect<void>
  /** Removes the line. */
  readonly clear: Effect.Effect<void>
}

const terminalMillis = 100
const elsewhereMillis = 5000

/** Makes a meter. It shows nothing in the first 0.2 seconds on a terminal, or in the first five seconds elsewhere. */
export const make: Effect.Effect<Meter> = Effect.gen(function* () {
  const { stderr } = yield* Process
  const pause = stderr.isTTY ? terminalMillis : elsewhereMillis
  let next = (yield* Clock.currentTimeMillis) + (stderr.isTTY ? 2 * terminalMillis : elsewhereMillis)
  let isShown = false
  return {
    show: (text) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        if (now < next) return
        next = now + pause
        if (!stderr.isTTY) {
          stderr.write(`${text()}\n`)
          return
        }
        isShown = true
        stderr.write(`\r${fit(text(), Math.max(20, (stderr.columns ?? 80) - 1), "left")}`)
      }),
    clear: Effect.sync(() => {
      if (isShown) stderr.write("\r\u001b[2K")
    }),
  }
})
