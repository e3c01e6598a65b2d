/** `dwell-api serve`: the API on this machine. */
import { readFileSync } from "node:fs"
import * as Command from "@effect/cli/Command"
import * as Opts from "@effect/cli/Options"
import { help } from "@dwell/terminal/help"
import { Process } from "@dwell/terminal/Process"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as environment from "../environment/environment.ts"
import { folderOf } from "../node/dataFolder.ts"
import { version } from "../version.ts"
import { UserError, UsageError } from "@dwell/terminal/errors"
import { port, checkPort, startServer, write } from "./serving.ts"

const data = Opts.text("data").pipe(
  Opts.withPseudoName("DIR"),
  Opts.withDescription(
    "The folder of stores and keys. Default: DWELL_DATA, else dwell-api under XDG_DATA_HOME or ~/.local/share",
  ),
  Opts.optional,
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

const checkInterval = (given: number) =>
  given >= 1 && given <= 3600
    ? Effect.void
    : new UsageError({ message: `--every: ContactNow can't be asked every ${given} seconds. Give 1 to 3600.` })

const readVariables = (file: Option.Option<string>) =>
  Effect.gen(function* () {
    const { env } = yield* Process
    if (Option.isNone(file)) return env
    const text = yield* Effect.try({
      try: () => readFileSync(file.value, "utf8"),
      catch: () => new UserError({ message: `${file.value}: it can't be read. Check the path and its permissions.` }),
    })
    return { ...env, DWELL_VENDORS: text }
  })

export const serve = Command.make("serve", { data, port, host, vendors, every }, (given) =>
  Effect.gen(function* () {
    yield* checkPort(given.port)
    yield* checkInterval(given.every)
    const read = yield* environment.read(yield* readVariables(given.vendors))
    const folder = yield* folderOf(given.data)
    const { url } = yield* startServer({
      environment: read,
      data: folder,
      port: given.port,
      hostname: given.host,
      everySeconds: given.every,
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
