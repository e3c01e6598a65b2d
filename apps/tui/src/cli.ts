/**
 * The command line: commands, help, and refusals.
 */
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { accounts } from "./commands/accounts.ts"
import { at } from "./commands/at.ts"
import { demo } from "./commands/demo.ts"
import { doctor } from "./commands/doctor.ts"
import { emulator } from "./commands/emulator.ts"
import { events } from "./commands/events.ts"
import { exportCommand } from "./commands/export.ts"
import { intervals } from "./commands/intervals.ts"
import { login } from "./commands/login.ts"
import { report } from "./commands/report.ts"
import { screen } from "./commands/screen.ts"
import { sessions } from "./commands/sessions.ts"
import { sql } from "./commands/sql.ts"
import { staffing } from "./commands/staffing.ts"
import { prune, store } from "./commands/store.ts"
import { sync } from "./commands/sync.ts"
import { tail } from "./commands/tail.ts"
import { runMain } from "./runMain.ts"
import { needsTerminal, UsageError } from "./errors.ts"
import { help, isHelpRequested, parseErrorMessage, optionsIn, page, type Program, quietly } from "@dwell/terminal/help"
import { outputStyle, print, say } from "./output.ts"
import { version } from "./version.ts"

const about = help(
  "Agent time from the 8x8 ContactNow status log: how long each agent was available, on a call, in after-call work or idle; " +
    "when they were logged in; whether 10:30 was staffed.",
  [
    ["dwell demo", "one day of a demo contact centre; no credentials needed"],
    ["dwell report --input log.json", "a report on a log saved from ContactNow"],
    ["dwell login", "store credentials; then: dwell report --from yesterday"],
  ],
)

const root = Command.make("dwell").pipe(
  Command.withDescription(about),
  Command.withSubcommands([
    screen,
    report,
    intervals,
    sessions,
    staffing,
    at,
    tail,
    sync,
    store,
    events,
    exportCommand,
    sql,
    login,
    accounts,
    doctor,
    demo,
    emulator,
  ]),
)

const config = CliConfig.make({ showBuiltIns: false, finalCheckBuiltIn: true })

const program: Program = {
  name: "dwell",
  about,
  commands: new Map([
    ["screen", Command.getHelp(screen, config)],
    ["report", Command.getHelp(report, config)],
    ["intervals", Command.getHelp(intervals, config)],
    ["sessions", Command.getHelp(sessions, config)],
    ["staffing", Command.getHelp(staffing, config)],
    ["at", Command.getHelp(at, config)],
    ["tail", Command.getHelp(tail, config)],
    ["sync", Command.getHelp(sync, config)],
    ["store", Command.getHelp(store, config)],
    ["store prune", Command.getHelp(prune, config)],
    ["events", Command.getHelp(events, config)],
    ["export", Command.getHelp(exportCommand, config)],
    ["sql", Command.getHelp(sql, config)],
    ["login", Command.getHelp(login, config)],
    ["accounts", Command.getHelp(accounts, config)],
    ["doctor", Command.getHelp(doctor, config)],
    ["demo", Command.getHelp(demo, config)],
    ["emulator", Command.getHelp(emulator, config)],
  ]),
  notes: [
    "dwell COMMAND --help explains a command. dwell --version prints the version; dwell --completions bash|zsh|fish prints a completion script.",
    "Exit codes: 0 done, 1 something you can fix, 2 usage, 3 ContactNow or a Dwell API refused or is unreachable, 70 a bug in dwell.",
  ],
}

/**
 * Joins an option and a value that starts with a dash (`--from -7d`), and moves such an argument (`at -90m`) behind `--`,
 * so that the parser does not take it for an option.
 */
const joinDashedValues = (args: ReadonlyArray<string>): ReadonlyArray<string> => {
  const result: Array<string> = []
  const end = args.includes("--") ? args.indexOf("--") : args.length
  const dashed = args.slice(end + 1)
  for (const arg of args.slice(0, end)) {
    const previous = result.at(-1)
    const isValue = /^-\d/.test(arg) || arg === "-"
    if (isValue && previous !== undefined && /^--[a-z-]+$/.test(previous))
      result[result.length - 1] = `${previous}=${arg}`
    else if (isValue) dashed.push(arg)
    else result.push(arg)
  }
  return dashed.length === 0 ? result : [...result, "--", ...dashed]
}

const cli = Command.run(root, { name: "dwell", version })

const services = Layer.mergeAll(
  NodeContext.layer,
  FetchHttpClient.layer,
  // A redirect would send credentials to an unknown URL.
  Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" }),
  Layer.succeed(CliConfig.CliConfig, config),
)

/** Whether the first word is an option of `dwell screen`, which needs no command. */
const isOfScreen = ([first = ""]: ReadonlyArray<string>): boolean => {
  const doc = program.commands.get("screen")
  return doc !== undefined && optionsIn(doc).some(({ name }) => name === first.split("=")[0])
}

/** The effect of a command line, given without the program's name. */
export const commandLine = (given: ReadonlyArray<string>) => {
  const args = isOfScreen(given) ? ["screen", ...given] : given
  // `dwell help report` is `dwell report --help`.
  const isHelpCommand = args.length === 0 || args[0] === "help"
  const asked = isHelpCommand ? args.slice(1) : args
  const [command] = asked
  const isKnown = command === undefined || command.startsWith("-") || program.commands.has(command)
  const isHelp = isKnown && (isHelpCommand || isHelpRequested(asked))
  const effect = isHelp
    ? Effect.zipRight(
        args.length === 0 ? say(needsTerminal) : Effect.void,
        Effect.flatMap(outputStyle, (style) => print(page(program, asked, style))),
      )
    : // The parser's own wizard waits for answers even without a terminal; `--help` explains what it would ask for.
      args.includes("--wizard")
      ? new UsageError({ message: "--wizard is not an option. See `dwell --help`." })
      : // The parser skips the first two: the engine and the script.
        quietly(Effect.scoped(cli(["node", "dwell", ...(isKnown ? joinDashedValues(asked) : [command])])))
  return Effect.catchIf(Effect.provide(effect, services), ValidationError.isValidationError, ({ error }) =>
    Effect.fail(new UsageError({ message: parseErrorMessage(program, error, joinDashedValues(asked)) })),
  )
}

/** Runs a command line and ends the process with its exit code. */
export const run = ([, , ...args]: ReadonlyArray<string>): void => {
  // A closed pipe also emits an error event; `write` has already failed for it.
  process.stdout.on("error", () => {})
  runMain(commandLine(args))
}
