/**
 * The end of the program: a failure is written to stderr, and the exit code says who can do something about it.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { type Output, withProcess } from "@dwell/terminal/Process"
import * as Cause from "effect/Cause"
import type * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { exitCodeOf, messageOf, OutputClosed } from "./errors.ts"
import { printable } from "@dwell/terminal/text"
import { version } from "./version.ts"

/** Writes a failure, if any, to stderr; returns the exit code. */
export const conclude = (exit: Exit.Exit<unknown, unknown>, stderr: Output): number => {
  if (Exit.isSuccess(exit)) return 0
  const { cause } = exit
  if (Cause.isInterruptedOnly(cause)) return 130
  const failure = Cause.squash(cause)
  const code = exitCodeOf(failure)
  if (failure instanceof OutputClosed) return code
  if (code === 70) {
    stderr.write(`This is a bug in dwell ${version}; please report it with the following.\n${Cause.pretty(cause)}\n`)
  } else stderr.write(`${printable(messageOf(failure))}\n`)
  return code
}

/** Runs a program and ends the process with its exit code. */
export const runMain = <E>(program: Effect.Effect<void, E>): void =>
  NodeRuntime.runMain(withProcess(program), {
    disableErrorReporting: true,
    disablePrettyLogger: true,
    teardown: (exit, onExit) => onExit(conclude(exit, process.stderr)),
  })
