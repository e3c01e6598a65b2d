/**
 * `dwell emulator`: serves an emulated ContactNow to try things out.
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import { UserError, UsageError } from "../errors.ts"
import { help } from "@dwell/terminal/help"
import { print } from "../output.ts"
import { plural } from "../format.ts"

const username = "api-user"
const password = "api-key"

const number = (name: string, fallback: number, description: string) =>
  Options.integer(name).pipe(
    Options.withDescription(`${description}. Default: ${fallback}`),
    Options.withDefault(fallback),
  )

const inRange = (name: string, value: number, least: number, most: number) =>
  value >= least && value <= most
    ? Effect.void
    : new UsageError({ message: `--${name}: ${value} is out of range. Give ${least} to ${most}.` })

export const emulator = Command.make(
  "emulator",
  {
    port: number("port", 8106, "Port on this machine; 0 = any free port"),
    seed: number("seed", 8, "A different seed gives a different centre"),
    agents: number("agents", 24, "Number of agents"),
    days: number("days", 30, "Number of days before today"),
    faults: Options.float("faults").pipe(
      Options.withDescription(
        "Share of responses that fail: 5xx, dropped, cut off, an HTML page; 0.05 = 5 %. Default: 0",
      ),
      Options.withDefault(0),
    ),
  },
  ({ agents, days, faults, port, seed }) =>
    Effect.gen(function* () {
      yield* inRange("port", port, 0, 65_535)
      yield* inRange("agents", agents, 1, 6000)
      yield* inRange("days", days, 0, 3650)
      yield* inRange("faults", faults, 0, 1)
      const [Emulator, { serve }] = yield* Effect.promise(() =>
        Promise.all([import("@dwell/emulator"), import("@dwell/emulator/node")]),
      )
      const served = yield* Effect.acquireRelease(
        Effect.tryPromise({
          try: () => serve(Emulator.make({ seed, agents, days, faults, username, password }), { port }),
          catch: (error) =>
            new UserError({
              message: `${error instanceof Error ? error.message : String(error)}. Give another --port.`,
            }),
        }),
        ({ close }) => Effect.promise(close),
      )
      yield* print([
        `An emulated ContactNow: ${plural(agents, "demo agent")}, ${plural(days, "day")} and today. It grows with the clock.`,
        "",
        `  base URL   ${served.url}/`,
        `  user name  ${username}`,
        `  password   ${password}`,
        "",
        "In another terminal:",
        "",
        `  export DWELL_BASE_URL=${served.url}/ DWELL_USERNAME=${username} DWELL_PASSWORD=${password}`,
        "  dwell report --from yesterday",
        "",
        "Press Ctrl-C to stop it.",
      ])
      yield* Effect.never
    }).pipe(Effect.scoped),
).pipe(
  Command.withDescription(
    help("Serves an emulated ContactNow with a demo contact centre on this machine, and prints how to reach it.", [
      ["dwell emulator", "on port 8106"],
      ["dwell emulator --agents 200 --faults 0.05", "a large centre whose responses fail now and then"],
    ]),
  ),
)
