/**
 * The process of `dwell`: runs a program and ends with its exit code.
 */
import { conclude as concludeWith } from "@dwell/terminal/conclude"
import { withProcess } from "@dwell/terminal/Process"
import { printable } from "@dwell/terminal/text"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import type * as Effect from "effect/Effect"
import { exitCodeOf, messageOf } from "./errors.ts"
import { version } from "./version.ts"

export const conclude = concludeWith({
  name: "dwell",
  version,
  exitCodeOf,
  messageOf: (failure) => printable(messageOf(failure)),
})

/** Runs a program and ends the process with its exit code. */
export const runMain = <E>(program: Effect.Effect<void, E>): void =>
  NodeRuntime.runMain(withProcess(program), {
    disableErrorReporting: true,
    disablePrettyLogger: true,
    teardown: (exit, onExit) => onExit(conclude(exit, process.stderr)),
  })
