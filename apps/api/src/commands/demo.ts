/** `dwell-api demo`: the API with an emulated ContactNow behind it. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Command from "@effect/cli/Command"
import * as Opts from "@effect/cli/Options"
import { help } from "@dwell/terminal/help"
import * as Effect from "effect/Effect"
import * as LogLevel from "effect/LogLevel"
import * as Redacted from "effect/Redacted"
import { nowSeconds } from "@dwell/core/clock"
import * as environment from "../environment/environment.ts"
import { KeyStore } from "../keys/KeyStore.ts"
import { port, checkPort, startServer, write } from "./serving.ts"

const demoAccount = "demo"

/** A Tuesday afternoon of the demo centre, so that agents are at work at any time of day. */
const afternoon = Date.UTC(2026, 2, 10, 14, 40) / 1000

/** An emulated ContactNow on a separate port. */
const emulated = (agents: number) =>
  Effect.gen(function* () {
    const [Emulator, node] = yield* Effect.promise(() =>
      Promise.all([import("@dwell/emulator"), import("@dwell/emulator/node")]),
    )
    const credentials = { username: "api-user", password: "api-key" }
    const now = yield* nowSeconds
    const centre = Emulator.make({ ...credentials, agents, days: 30, aheadSeconds: afternoon - now })
    const served = yield* Effect.acquireRelease(
      Effect.promise(() => node.serve(centre, { port: 0 })),
      ({ close }) => Effect.promise(close),
    )
    return { baseUrl: `${served.url}/`, ...credentials }
  })

export const demo = Command.make(
  "demo",
  {
    port,
    agents: Opts.integer("agents").pipe(
      Opts.withPseudoName("N"),
      Opts.withDescription("Number of agents. Default: 24"),
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
      yield* checkPort(wanted)
      const vendor = yield* emulated(agents)
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "dwell-api-"))),
        (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true })),
      )
      const { keys: keyStore, url } = yield* startServer({
        environment: yield* environment.read({
          DWELL_TIMEZONE: timezone,
          DWELL_VENDORS: JSON.stringify({ [demoAccount]: vendor }),
        }),
        data: folder,
        port: wanted,
        intervalSeconds: 5,
        days: 2,
        observing: { minimum: LogLevel.Warning },
      })
      const issuing = Effect.flatMap(KeyStore, ({ create }) =>
        create({ name: "demo", scopes: ["read", "ingest"], accounts: [demoAccount], expiresAt: null }, "demo"),
      )
      const issued = yield* Effect.flatten(Effect.promise(() => keyStore.run(issuing)))
      const key = Redacted.value(issued.key)
      yield* write([
        `A Dwell API with a demo contact centre of ${agents} agents.`,
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
        "Press Ctrl-C to stop; all data is then deleted.",
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
