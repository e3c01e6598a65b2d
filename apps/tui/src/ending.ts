/**
 * How the process ends: what went wrong is said on stderr, and the exit code says who can do something about it.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Cause from "effect/Cause"
import type * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { exitCodeOf, messageOf, OutputClosed } from "./errors.ts"
import { printable } from "@dwell/terminal/text"
import { version } from "./version.ts"

/** Says on stderr what went wrong; gives the exit code. */
const complain = (cause: Cause.Cause<unknown>): number => {
  if (Cause.isInterruptedOnly(cause)) return 130
  const failure = Cause.squash(cause)
  const code = exitCodeOf(failure)
  if (failure instanceof OutputClosed) return code
  if (code === 70) {
    process.stderr.write(
      `This is a bug in dwell ${version}; please report it with what follows.\n${Cause.pretty(cause)}\n`,
    )
  } else process.stderr.write(`${printable(messageOf(failure))}\n`)
  return code
}

/** Runs a program, and ends the process with its exit code. */
export const runMain = <E>(program: Effect.Effect<void, E>): void =>
  NodeRuntime.runMain(program, {
    disableErrorReporting: true,
    disablePrettyLogger: true,
    teardown: (exit, onExit) => onExit(Exit.isSuccess(exit) ? 0 : complain(exit.cause)),
  })
