/**
 * The end of a program: a failure is written to stderr, and the exit code says who can do something about it.
 */
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import { bugCode } from "./errors.ts"
import type { Output } from "./Process.ts"

/** What a program's end depends on. */
export interface Ending {
  readonly name: string
  readonly version: string
  /** 0 = nothing to report, 70 = a bug. */
  readonly exitCodeOf: (failure: unknown) => number
  readonly messageOf: (failure: unknown) => string
  /** The exit code after a signal. Default: 130. */
  readonly interruptedCode?: () => number
}

/** Writes a failure, if any, to stderr; returns the exit code. */
export const conclude =
  ({ exitCodeOf, interruptedCode = () => 130, messageOf, name, version }: Ending) =>
  (exit: Exit.Exit<unknown, unknown>, stderr: Output): number => {
    if (Exit.isSuccess(exit)) return 0
    const { cause } = exit
    if (Cause.isInterruptedOnly(cause)) return interruptedCode()
    const failure = Cause.squash(cause)
    const code = exitCodeOf(failure)
    if (code === bugCode) {
      stderr.write(
        `This is a bug in ${name} ${version}; please report it with the following.\n${Cause.pretty(cause)}\n`,
      )
    } else if (code !== 0) stderr.write(`${messageOf(failure)}\n`)
    return code
  }
