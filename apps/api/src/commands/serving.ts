/**
 * What `serve` and `demo` share: the port option, the start of a server, and output.
 */
import { fileURLToPath } from "node:url"
import * as Opts from "@effect/cli/Options"
import { Process } from "@dwell/terminal/Process"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type Options, serve, type Served } from "../node/server.ts"
import { UsageError } from "@dwell/terminal/errors"

/** The assets are beside the bundled program. */
const assets = fileURLToPath(new URL("public/assets", import.meta.url))

export const port = Opts.integer("port").pipe(
  Opts.withPseudoName("N"),
  Opts.withDescription("Port to listen on; 0 = any free port. Default: 8107"),
  Opts.withDefault(8107),
)
export const checkPort = (given: number) =>
  given >= 0 && given <= 65_535
    ? Effect.void
    : new UsageError({ message: `--port: it must be between 0 and 65535 (0 = any free port), not ${given}.` })

export const write = (lines: ReadonlyArray<string>, to: "stdout" | "stderr" = "stdout") =>
  Effect.map(Process, (own) => {
    own[to].write(`${lines.join("\n")}\n`)
  })

/** Whether the last command line has started a server. */
export const lifecycle = { isServing: false }

/** Starts a server, which closes with the scope. */
export const startServer = (options: Omit<Options, "assets">): Effect.Effect<Served, unknown, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.tap(Effect.tryPromise({ try: () => serve({ ...options, assets }), catch: (failure) => failure }), () =>
      Effect.sync(() => {
        lifecycle.isServing = true
      }),
    ),
    ({ close }) => Effect.promise(close),
  )
