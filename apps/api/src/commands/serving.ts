/**
 * What the commands that start a server share: the port, the server itself, and lines to print.
 */
import { fileURLToPath } from "node:url"
import * as Opts from "@effect/cli/Options"
import { Process } from "@dwell/terminal/Process"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type Options, serve, type Served } from "../node/server.ts"
import { UsageError } from "@dwell/terminal/errors"

/** Beside the bundled program. */
const assets = fileURLToPath(new URL("public/assets", import.meta.url))

export const port = Opts.integer("port").pipe(
  Opts.withPseudoName("N"),
  Opts.withDescription("Port to listen on; 0 = any free one. Default: 8107"),
  Opts.withDefault(8107),
)
export const checkPort = (given: number) =>
  given >= 0 && given <= 65_535
    ? Effect.void
    : new UsageError({ message: `--port: ${given} is none. Give 0 to 65535; 0 = any free one.` })

export const write = (lines: ReadonlyArray<string>, to: "stdout" | "stderr" = "stdout") =>
  Effect.map(Process, (own) => {
    own[to].write(`${lines.join("\n")}\n`)
  })

/** Whether the command line that was run last has started a server. */
export const lifecycle = { isServing: false }

/** A server until the scope ends. */
export const startServer = (options: Omit<Options, "assets">): Effect.Effect<Served, unknown, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.tap(Effect.tryPromise({ try: () => serve({ ...options, assets }), catch: (failure) => failure }), () =>
      Effect.sync(() => {
        lifecycle.isServing = true
      }),
    ),
    ({ close }) => Effect.promise(close),
  )
