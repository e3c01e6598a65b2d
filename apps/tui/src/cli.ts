/**
 * The command line: commands, and what their failures become.
 */
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { demo } from "./commands/demo.ts"
import { doctor } from "./commands/doctor.ts"
import { emulator } from "./commands/emulator.ts"
import { events } from "./commands/events.ts"
import { intervals } from "./commands/intervals.ts"
import { login } from "./commands/login.ts"
import { report } from "./commands/report.ts"
import { sessions } from "./commands/sessions.ts"
import { staffing } from "./commands/staffing.ts"
import { exitCodeOf, OutputClosed } from "./errors.ts"
import { help } from "./help.ts"
import { version } from "./version.ts"

const root = Command.make("dwell").pipe(
  Command.withDescription(
    help(
      "Agent time from the 8x8 ContactNow status log: how long who was available, on a call, in after-call work, idle; who was logged in when; was 10:30 staffed.",
      [
        ["dwell demo", "a day of an invented contact centre, no credentials needed"],
        ["dwell report --input log.json", "a report of a file of the vendor's"],
        ["dwell login", "store credentials, then: dwell report --from yesterday"],
        ["dwell report --help", "what a command can do"],
      ],
    ),
  ),
  Command.withSubcommands([report, intervals, sessions, staffing, events, login, doctor, demo, emulator]),
)

/**
 * Joins an option and a value that begins with a dash, `--from -7d`, which the parser would take for an option of its own.
 */
const joined = (args: ReadonlyArray<string>): ReadonlyArray<string> => {
  const result: Array<string> = []
  for (const arg of args) {
    const previous = result.at(-1)
    const isValue = /^-\d/.test(arg) || arg === "-"
    if (isValue && previous !== undefined && /^--[a-z-]+$/.test(previous))
      result[result.length - 1] = `${previous}=${arg}`
    else result.push(arg)
  }
  return result
}

const cli = Command.run(root, { name: "dwell", version })

const services = Layer.mergeAll(
  NodeContext.layer,
  FetchHttpClient.layer,
  // A redirect would send credentials to a place nobody named.
  Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" }),
  CliConfig.layer({ showBuiltIns: false, finalCheckBuiltIn: true }),
)

/** Says on stderr what went wrong; what the parser found wrong it has said itself. */
const complain = (cause: Cause.Cause<unknown>): number => {
  if (Cause.isInterruptedOnly(cause)) return 130
  const failure = Cause.squash(cause)
  if (ValidationError.isValidationError(failure)) return ValidationError.isHelpRequested(failure) ? 0 : 2
  const code = exitCodeOf(failure)
  if (failure instanceof OutputClosed) return code
  if (code === 70) {
    process.stderr.write(
      `This is a bug in dwell ${version}; please report it with what follows.\n${Cause.pretty(cause)}\n`,
    )
  } else process.stderr.write(`${failure instanceof Error ? failure.message : String(failure)}\n`)
  return code
}

/** Runs a command line and ends the process with its exit code. */
export const run = (args: ReadonlyArray<string>): void => {
  // Errors of a closed pipe come as events too; `write` has told the command already.
  process.stdout.on("error", () => {})
  const [node = "", script = "", ...rest] = args
  NodeRuntime.runMain(
    Effect.scoped(cli([node, script, ...joined(rest.length === 0 ? ["--help"] : rest)])).pipe(Effect.provide(services)),
    {
      disableErrorReporting: true,
      disablePrettyLogger: true,
      teardown: (exit, onExit) => onExit(Exit.isSuccess(exit) ? 0 : complain(exit.cause)),
    },
  )
}
