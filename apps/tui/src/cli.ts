/**
 * The command line: commands, and what their failures become.
 */
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import type * as HelpDoc from "@effect/cli/HelpDoc"
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
import { runMain } from "./ending.ts"
import { needsTerminal, Usage } from "./errors.ts"
import { argumentsIn, help, optionsIn, render, summary, widestHelp } from "./help.ts"
import { print, say } from "./output.ts"
import { detect, ink, type Style } from "./render/style.ts"
import { wrapped } from "./render/text.ts"
import { version } from "./version.ts"

const about = help(
  "Agent time from the 8x8 ContactNow status log: how long who was available, on a call, in after-call work, idle; who was " +
    "logged in when; was 10:30 staffed.",
  [
    ["dwell demo", "a day of an invented contact centre, no credentials needed"],
    ["dwell report --input log.json", "a report of a file of the vendor's"],
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

const helpOf = new Map([
  ["screen", Command.getHelp(screen, config)],
  ["report", Command.getHelp(report, config)],
  ["intervals", Command.getHelp(intervals, config)],
  ["sessions", Command.getHelp(sessions, config)],
  ["staffing", Command.getHelp(staffing, config)],
  ["at", Command.getHelp(at, config)],
  ["tail", Command.getHelp(tail, config)],
  ["sync", Command.getHelp(sync, config)],
  ["store", Command.getHelp(store, config)],
  ["events", Command.getHelp(events, config)],
  ["export", Command.getHelp(exportCommand, config)],
  ["sql", Command.getHelp(sql, config)],
  ["login", Command.getHelp(login, config)],
  ["accounts", Command.getHelp(accounts, config)],
  ["doctor", Command.getHelp(doctor, config)],
  ["demo", Command.getHelp(demo, config)],
  ["emulator", Command.getHelp(emulator, config)],
])

/** Commands of a command. */
const helpOfSubcommand = new Map([["store prune", Command.getHelp(prune, config)]])

/** The command that a command line begins with, of a command if it names one, and its help. */
const commandIn = ([first = "", second = ""]: ReadonlyArray<string>) => {
  const name = helpOfSubcommand.has(`${first} ${second}`) ? `${first} ${second}` : first
  return { name, doc: helpOfSubcommand.get(name) ?? helpOf.get(name) }
}

const helpLines = (args: ReadonlyArray<string>, style: Style): ReadonlyArray<string> => {
  const { doc, name } = commandIn(args)
  if (doc !== undefined) {
    const usage = ["dwell", name, ...argumentsIn(doc), "[options]"].join(" ")
    return [`${ink(style, "bold", "Usage")}  ${usage}`, "", ...render(doc, style)]
  }
  const room = Math.min(widestHelp, style.width)
  const width = Math.max(...[...helpOf.keys()].map(({ length }) => length))
  return [
    `${ink(style, "bold", "Usage")}  dwell COMMAND [options]`,
    "",
    ...render(about, style),
    "",
    ink(style, "bold", "Commands"),
    ...[...helpOf].flatMap(([command, commandHelp]) =>
      wrapped(summary(commandHelp), room - width - 4).map(
        (line, index) => `  ${(index === 0 ? command : "").padEnd(width)}  ${line}`,
      ),
    ),
    "",
    ...[
      "dwell COMMAND --help says more. dwell --version; dwell --completions bash|zsh|fish prints a completion script.",
      "Exit codes: 0 done, 1 you can fix it, 2 usage, 3 ContactNow or a Dwell API refused or is unreachable, 70 a bug in dwell.",
    ].flatMap((line) => wrapped(line, room)),
  ]
}

/**
 * Joins an option and a value that begins with a dash, `--from -7d`, and puts an argument that does so, `at -90m`, where
 * the parser does not take it for an option of its own.
 */
const joined = (args: ReadonlyArray<string>): ReadonlyArray<string> => {
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
  // A redirect would send credentials to a place nobody named.
  Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" }),
  Layer.succeed(CliConfig.CliConfig, config),
)

/** What the parser could not make sense of, naming the option, and where to look. */
const misunderstood = (error: HelpDoc.HelpDoc, args: ReadonlyArray<string>): string => {
  const { doc, name: command } = commandIn(args)
  if (doc === undefined) {
    const unknown = command.startsWith("-") ? `"${args.join(" ")}" makes no sense` : `"${command}" is not a command`
    return `${unknown}; the commands are ${[...helpOf.keys()].join(", ")}. \`dwell --help\` says more.`
  }
  const options = optionsIn(doc)
  const said = render(error, plainStyle)
    .map((line) => line.trim().replace(/\.$/, ""))
    .filter((line) => line !== "")
    .join(". ")
  const unknown = /^Received unknown argument: '(--[a-z-]+)'$/.exec(said)?.[1]
  const refused = /^'(.*)' is not an? /.exec(said)?.[1]
  const wrong = joined(args)
    .map((arg, index, all): readonly [string, string] => {
      const [name = "", value = all[index + 1] ?? ""] = arg.split(/=(.*)/s)
      return [name, value]
    })
    .find(([name, value]) =>
      options.some((option) => option.name === name && (!option.accepts(value) || value === refused)),
    )
  // The parser says so of the commands of dwell itself.
  if (said.startsWith("Invalid subcommand")) {
    return `"${args[1]}" makes no sense after ${command}. \`dwell ${command} --help\` says what there is.`
  }
  const issue =
    unknown !== undefined && options.some(({ name }) => name === unknown)
      ? `${unknown} needs a value, given once`
      : wrong === undefined
        ? said
        : `${wrong[0]}: "${wrong[1]}" can't be used. ${said}`
  return `${issue}. \`dwell ${command} --help\` says what there is.`
}

const plainStyle: Style = { width: Infinity, colour: false, pictures: false }

/** The parser says what it finds wrong in colours of its own; `complain` says it instead. */
const quietly = <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.consoleWith((console) => Effect.withConsole(program, { ...console, error: () => Effect.void }))

/** Whether the first word is an option of the screens, which need no command. */
const isOfScreen = ([first = ""]: ReadonlyArray<string>): boolean => {
  const doc = helpOf.get("screen")
  return doc !== undefined && optionsIn(doc).some(({ name }) => name === first.split("=")[0])
}

/** Runs a command line and ends the process with its exit code. */
export const run = ([node = "", script = "", ...given]: ReadonlyArray<string>): void => {
  const args = isOfScreen(given) ? ["screen", ...given] : given
  // Errors of a closed pipe come as events too; `write` has told the command already.
  process.stdout.on("error", () => {})
  // `dwell help report` is `dwell report --help`.
  const isHelpCommand = args.length === 0 || args[0] === "help"
  const asked = isHelpCommand ? args.slice(1) : args
  const [command] = asked
  const isKnown = command === undefined || command.startsWith("-") || helpOf.has(command)
  const isHelp = isKnown && (isHelpCommand || asked.includes("--help") || asked.includes("-h"))
  const program = isHelp
    ? Effect.zipRight(
        args.length === 0 ? say(needsTerminal) : Effect.void,
        print(helpLines(asked, detect(process.stdout, process.env))),
      )
    : // The parser's own wizard waits for answers wherever it runs; `--help` says what it would ask.
      args.includes("--wizard")
      ? new Usage({ message: "--wizard is not an option. `dwell --help` says what there is." })
      : quietly(Effect.scoped(cli([node, script, ...(isKnown ? joined(asked) : [command])])))
  runMain(
    Effect.catchIf(Effect.provide(program, services), ValidationError.isValidationError, ({ error }) =>
      Effect.fail(new Usage({ message: misunderstood(error, asked) })),
    ),
  )
}
