/**
 * `dwell-api`: serves the API on Node, tries it out, and makes its keys.
 *
 * Shape    exit codes as dwell's: 0 done, 1 the person can fix it, 2 usage, 3 a deployed API is unreachable, 70 a bug of ours
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as Opts from "@effect/cli/Options"
import { InvalidInput } from "@dwell/core/InvalidInput"
import { StoreError } from "@dwell/core/StoreError"
import { help, isAsked, misunderstood, page, type Program, quietly } from "@dwell/terminal/help"
import { type Output, Process, withProcess } from "@dwell/terminal/Process"
import { detect } from "@dwell/terminal/style"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as environment from "./environment/environment.ts"
import { ApiUnavailable, Fixable, Usage } from "./commands/cliErrors.ts"
import { KeyRing } from "./keys/KeyStore.ts"
import { commands as keyCommands, keys } from "./commands/keys.ts"
import { folderOf } from "./node/keyFile.ts"
import { serve, type Served } from "./node/server.ts"
import { version } from "./version.ts"

const assets = fileURLToPath(new URL("public/assets", import.meta.url))

const data = Opts.text("data").pipe(
  Opts.withPseudoName("DIR"),
  Opts.withDescription(
    "The folder of stores and keys. Default: DWELL_DATA, else dwell-api under XDG_DATA_HOME or ~/.local/share",
  ),
  Opts.optional,
)
const port = Opts.integer("port").pipe(
  Opts.withPseudoName("N"),
  Opts.withDescription("Port to listen on; 0 = any free one. Default: 8107"),
  Opts.withDefault(8107),
)
const host = Opts.text("host").pipe(
  Opts.withPseudoName("ADDRESS"),
  Opts.withDescription("Address to listen on; 0.0.0.0 = all. Default: 127.0.0.1"),
  Opts.withDefault("127.0.0.1"),
)
const vendors = Opts.text("vendors").pipe(
  Opts.withPseudoName("FILE"),
  Opts.withDescription(
    'JSON file (0600) with the accounts to read from ContactNow here: {"london": {"region": "eu", "username": ..., "password": ...}}. Default: DWELL_VENDORS',
  ),
  Opts.optional,
)
const every = Opts.integer("every").pipe(
  Opts.withPseudoName("SECONDS"),
  Opts.withDescription("From one poll of ContactNow to the next. Default: 20"),
  Opts.withDefault(20),
)

const portMustBe = (given: number) =>
  given >= 0 && given <= 65_535
    ? Effect.void
    : new Usage({ message: `--port: ${given} is none. Give 0 to 65535; 0 = any free one.` })

const everyMustBe = (given: number) =>
  given >= 1 && given <= 3600
    ? Effect.void
    : new Usage({ message: `--every: ContactNow can't be asked every ${given} seconds. Give 1 to 3600.` })

const write = (lines: ReadonlyArray<string>, to: "stdout" | "stderr" = "stdout") =>
  Effect.map(Process, (own) => {
    own[to].write(`${lines.join("\n")}\n`)
  })

const readVariables = (file: Option.Option<string>) =>
  Effect.gen(function* () {
    const { env } = yield* Process
    if (Option.isNone(file)) return env
    const text = yield* Effect.try({
      try: () => readFileSync(file.value, "utf8"),
      catch: () => new Fixable({ message: `${file.value}: it can't be read. Check the path and its permissions.` }),
    })
    return { ...env, DWELL_VENDORS: text }
  })

/** Whether the command line that was run last has started a server. */
let isServing = false

/** A server until the scope ends. */
const serving = (options: Parameters<typeof serve>[0]): Effect.Effect<Served, unknown, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.tap(Effect.tryPromise({ try: () => serve(options), catch: (failure) => failure }), () =>
      Effect.sync(() => {
        isServing = true
      }),
    ),
    ({ close }) => Effect.promise(close),
  )

const serveCommand = Command.make("serve", { data, port, host, vendors, every }, (given) =>
  Effect.gen(function* () {
    yield* portMustBe(given.port)
    yield* everyMustBe(given.every)
    const read = yield* environment.read(yield* readVariables(given.vendors))
    const folder = yield* folderOf(given.data)
    const { url } = yield* serving({
      environment: read,
      data: folder,
      port: given.port,
      hostname: given.host,
      everySeconds: given.every,
      assets,
    })
    yield* write([`dwell-api ${version} listens on ${url}, with what is in ${folder}. Ctrl-C ends it.`], "stderr")
    yield* Effect.never
  }).pipe(Effect.scoped),
).pipe(
  Command.withDescription(
    help(
      "Serves the API: questions at /v1/accounts/ACCOUNT, the wallboard at /, the reference at /docs. Log lines of JSON go to stdout.",
      [
        ["dwell-api serve --data /var/lib/dwell", "on the loopback, behind a proxy that speaks TLS"],
        ["dwell-api serve --vendors vendors.json", "and follows the accounts of that file"],
      ],
    ),
  ),
)

const demoAccount = "demo"

/** A Tuesday afternoon of the invented centre, so that it is a working day at night, too. */
const afternoon = Date.UTC(2026, 2, 10, 14, 40) / 1000

/** An emulated ContactNow on a port of its own. */
const emulated = (agents: number) =>
  Effect.gen(function* () {
    const [Emulator, node] = yield* Effect.promise(() =>
      Promise.all([import("@dwell/emulator"), import("@dwell/emulator/node")]),
    )
    const credentials = { username: "api-user", password: "api-key" }
    const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
    const centre = Emulator.make({ ...credentials, agents, days: 30, aheadSeconds: afternoon - now })
    const served = yield* Effect.acquireRelease(
      Effect.promise(() => node.serve(centre, { port: 0 })),
      ({ close }) => Effect.promise(close),
    )
    return { baseUrl: `${served.url}/`, ...credentials }
  })

const demo = Command.make(
  "demo",
  {
    port,
    agents: Opts.integer("agents").pipe(
      Opts.withPseudoName("N"),
      Opts.withDescription("How many agents. Default: 24"),
      Opts.withDefault(24),
    ),
    timezone: Opts.text("tz").pipe(
      Opts.withPseudoName("ZONE"),
      Opts.withDescription("Time zone of days. Default: this machine's"),
      Opts.withDefault(new Intl.DateTimeFormat().resolvedOptions().timeZone),
    ),
  },
  ({ agents, port: wanted, timezone }) =>
    Effect.gen(function* () {
      yield* portMustBe(wanted)
      const vendor = yield* emulated(agents)
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "dwell-api-"))),
        (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true })),
      )
      const { keys: ring, url } = yield* serving({
        environment: yield* environment.read({
          DWELL_TIMEZONE: timezone,
          DWELL_VENDORS: JSON.stringify({ [demoAccount]: vendor }),
        }),
        data: folder,
        port: wanted,
        everySeconds: 5,
        days: 2,
        assets,
        observing: { minimum: LogLevel.Warning },
      })
      const issuing = Effect.flatMap(KeyRing, ({ create }) =>
        create({ name: "demo", scopes: ["read", "ingest"], accounts: [demoAccount], expiresAt: null }, "demo"),
      )
      const issued = yield* Effect.flatten(Effect.promise(() => ring.run(issuing)))
      const key = Redacted.value(issued.key)
      yield* write([
        `A Dwell API with an invented contact centre of ${agents} agents behind it.`,
        "",
        `  wallboard  ${url}/`,
        `  reference  ${url}/docs`,
        `  account    ${demoAccount}`,
        `  key        ${key}`,
        "",
        "In another terminal:",
        "",
        `  curl -H 'Authorization: Bearer ${key}' '${url}/v1/accounts/${demoAccount}/report?from=yesterday&to=today'`,
        "",
        "Ctrl-C ends it, and forgets everything.",
      ])
      yield* Effect.never
    }).pipe(Effect.scoped),
).pipe(
  Command.withDescription(
    help("Serves the API with an emulated ContactNow behind it, and prints a key.", [
      ["dwell-api demo", "on port 8107, with 24 agents"],
      ["dwell-api demo --port 0 --agents 200", "a larger centre, on any free port"],
    ]),
  ),
)

const about = help("Agent time of a contact centre on 8x8 ContactNow, over HTTP.", [
  ["dwell-api demo", "an invented contact centre, no credentials needed"],
  ["dwell-api keys create --name board --scope read --account london", "a key that reads one account"],
  ["dwell-api serve", "the server, with what is kept on this machine"],
])

const root = Command.make("dwell-api").pipe(
  Command.withDescription(about),
  Command.withSubcommands([serveCommand, demo, keys]),
)

const config = CliConfig.make({ showBuiltIns: false, finalCheckBuiltIn: true })

const program: Program = {
  name: "dwell-api",
  about,
  commands: new Map([
    ["serve", Command.getHelp(serveCommand, config)],
    ["demo", Command.getHelp(demo, config)],
    ["keys create", Command.getHelp(keyCommands.create, config)],
    ["keys list", Command.getHelp(keyCommands.list, config)],
    ["keys rotate", Command.getHelp(keyCommands.rotate, config)],
    ["keys revoke", Command.getHelp(keyCommands.revoke, config)],
    ["keys audit", Command.getHelp(keyCommands.audit, config)],
  ]),
  notes: [
    "dwell-api COMMAND --help says more. dwell-api --version; dwell-api --completions bash|zsh|fish prints a completion script.",
    "Exit codes: 0 done, 1 you can fix it, 2 usage, 3 a deployed API refused or is unreachable, 70 a bug in dwell-api.",
  ],
}

/** The exit code of a failure; one that is not ours to expect is a bug. */
const exitCodeOf = (failure: unknown): number => {
  if (failure instanceof Usage) return 2
  if (failure instanceof ApiUnavailable) return 3
  return failure instanceof Fixable || failure instanceof InvalidInput || failure instanceof StoreError ? 1 : 70
}

/** Runs a command line: what stands after the name of the program. */
export const run = (args: ReadonlyArray<string>): Effect.Effect<void, unknown> => {
  isServing = false
  const asked = args[0] === "help" ? args.slice(1) : args
  // Of `keys` alone nothing can be done.
  const isHelp = asked.length < args.length || isAsked(args) || ["", "keys"].includes(args.join(" "))
  if (isHelp) return Effect.flatMap(Process, ({ env, stdout }) => write(page(program, asked, detect(stdout, env))))
  return Command.run(root, { name: program.name, version })(["node", program.name, ...args]).pipe(
    quietly,
    Effect.catchIf(ValidationError.isValidationError, ({ error }) =>
      Effect.fail(new Usage({ message: misunderstood(program, error, args) })),
    ),
    Effect.provide(Layer.merge(NodeContext.layer, Layer.succeed(CliConfig.CliConfig, config))),
    withProcess,
  )
}

/** Says on stderr what went wrong, if anything; gives the exit code. */
export const conclude = (exit: Exit.Exit<unknown, unknown>, stderr: Output): number => {
  if (Exit.isSuccess(exit)) return 0
  // A signal is how a server is meant to end.
  if (Cause.isInterruptedOnly(exit.cause)) return isServing ? 0 : 130
  const failure = Cause.squash(exit.cause)
  const code = exitCodeOf(failure)
  if (code === 70)
    stderr.write(`This is a bug in dwell-api ${version}; please report it.\n${Cause.pretty(exit.cause)}\n`)
  else if (failure instanceof Error) stderr.write(`${failure.message}\n`)
  return code
}
