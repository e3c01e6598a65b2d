/**
 * `dwell-api`: serves the API on Node, serves a demo, and manages keys.
 *
 * Shape    exit codes as for `dwell`: 0 success, 1 something the user can fix, 2 usage, 3 a deployed API is unreachable, 70 a bug
 */
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as ValidationError from "@effect/cli/ValidationError"
import { InvalidInput } from "@dwell/core/InvalidInput"
import { StoreError } from "@dwell/core/StoreError"
import { conclude as concludeWith } from "@dwell/terminal/conclude"
import { exitCodeOf as errorCodeOf, UsageError } from "@dwell/terminal/errors"
import { help, isHelpRequested, parseErrorMessage, page, type Program, quietly } from "@dwell/terminal/help"
import { Process, withProcess } from "@dwell/terminal/Process"
import { detect } from "@dwell/terminal/style"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { demo } from "./commands/demo.ts"
import { commands as keyCommands, keys } from "./commands/keys/keys.ts"
import { serve } from "./commands/serve.ts"
import { lifecycle, write } from "./commands/serving.ts"
import { version } from "./version.ts"

const about = help("Agent time of a contact centre on 8x8 ContactNow, over HTTP.", [
  ["dwell-api demo", "a demo contact centre, no credentials needed"],
  ["dwell-api keys create --name board --scope read --account london", "a key that reads one account"],
  ["dwell-api serve", "the server, with the data on this machine"],
])

const root = Command.make("dwell-api").pipe(
  Command.withDescription(about),
  Command.withSubcommands([serve, demo, keys]),
)

const config = CliConfig.make({ showBuiltIns: false, finalCheckBuiltIn: true })

const program: Program = {
  name: "dwell-api",
  about,
  commands: new Map([
    ["serve", Command.getHelp(serve, config)],
    ["demo", Command.getHelp(demo, config)],
    ["keys create", Command.getHelp(keyCommands.create, config)],
    ["keys list", Command.getHelp(keyCommands.list, config)],
    ["keys rotate", Command.getHelp(keyCommands.rotate, config)],
    ["keys revoke", Command.getHelp(keyCommands.revoke, config)],
    ["keys audit", Command.getHelp(keyCommands.audit, config)],
  ]),
  notes: [
    "dwell-api COMMAND --help describes a command. dwell-api --version; dwell-api --completions bash|zsh|fish prints a completion script.",
    "Exit codes: 0 success, 1 something you can fix, 2 usage, 3 a deployed API refused or is unreachable, 70 a bug in dwell-api.",
  ],
}

/** The exit code of a failure; an unexpected one is a bug. */
const exitCodeOf = (failure: unknown): number =>
  failure instanceof InvalidInput || failure instanceof StoreError ? 1 : errorCodeOf(failure)

/** Runs a command line, without the name of the program. */
export const run = (args: ReadonlyArray<string>): Effect.Effect<void, unknown> => {
  lifecycle.isServing = false
  const asked = args[0] === "help" ? args.slice(1) : args
  // `keys` alone does nothing, so it shows the help.
  const isHelp = asked.length < args.length || isHelpRequested(args) || ["", "keys"].includes(args.join(" "))
  if (isHelp) return Effect.flatMap(Process, ({ env, stdout }) => write(page(program, asked, detect(stdout, env))))
  return Command.run(root, { name: program.name, version })(["node", program.name, ...args]).pipe(
    quietly,
    Effect.catchIf(ValidationError.isValidationError, ({ error }) =>
      Effect.fail(new UsageError({ message: parseErrorMessage(program, error, args) })),
    ),
    Effect.provide(Layer.merge(NodeContext.layer, Layer.succeed(CliConfig.CliConfig, config))),
    withProcess,
  )
}

export const conclude = concludeWith({
  name: program.name,
  version,
  exitCodeOf,
  messageOf: (failure) => (failure instanceof Error ? failure.message : String(failure)),
  // A server normally ends by a signal.
  interruptedCode: () => (lifecycle.isServing ? 0 : 130),
})
