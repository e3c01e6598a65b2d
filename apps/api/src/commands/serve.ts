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
    "Folder of the stores and the keys. Default: DWELL_DATA, else dwell-api under XDG_DATA_HOME or ~/.local/share",
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
    'JSON file (mode 0600) with the ContactNow accounts to follow: {"london": {"region": "eu", "username": ..., "password": ...}}. Default: DWELL_VENDORS',
  ),
  Opts.optional,
)
const interval = Opts.integer("interval").pipe(
  Opts.withPseudoName("SECONDS"),
  Opts.withDescription("Seconds between polls of ContactNow. Default: 20"),
  Opts.withDefault(20),
)

const checkInterval = (given: number) =>
  given >= 1 && given <= 3600
    ? Effect.void
    : new UsageError({ message: `--interval: it must be between 1 and 3600 seconds, not ${given}.` })

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

export const serve = Command.make("serve", { data, port, host, vendors, interval }, (given) =>
  Effect.gen(function* () {
    yield* checkPort(given.port)
    yield* checkInterval(given.interval)
    const read = yield* environment.read(yield* readVariables(given.vendors))
    const folder = yield* folderOf(given.data)
    const { url } = yield* startServer({
      environment: read,
      data: folder,
      port: given.port,
      hostname: given.host,
      intervalSeconds: given.interval,
    })
    yield* write(
      [`dwell-api ${version} listens on ${url}, with the data in ${folder}. Press Ctrl-C to stop.`],
      "stderr",
    )
    yield* Effect.never
  }).pipe(Effect.scoped),
).pipe(
  Command.withDescription(
    help(
      "Serves the API: accounts at /v1/accounts/ACCOUNT, the wallboard at /, the reference at /docs. Writes log lines as JSON to stdout.",
      [
        ["dwell-api serve --data /var/lib/dwell", "on the loopback address, behind a TLS proxy"],
        ["dwell-api serve --vendors vendors.json", "and follow the accounts in that file"],
      ],
    ),
  ),
)
