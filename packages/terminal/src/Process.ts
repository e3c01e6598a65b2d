/**
 * The process around a program: its streams and its variables.
 *
 * Shape    the real process unless another one is provided, so that many runs of a program can share one process
 * Source   the node:process module
 */
import type { Readable, Writable } from "node:stream"
import { format } from "node:util"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

export interface Output extends Writable {
  readonly isTTY?: boolean
  readonly columns?: number
}

export interface Input extends Readable {
  readonly isTTY?: boolean
}

export interface Service {
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
}

export class Process extends Context.Reference<Process>()("@dwell/terminal/Process", {
  defaultValue: (): Service => process,
}) {}

/** Runs a program whose settings are the variables of its process, and whose console is its stdout. */
export const withProcess = <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const { env, stdout } = yield* Process
    const variables = Object.entries(env).flatMap(([name, value]) =>
      value === undefined ? [] : ([[name, value]] as const),
    )
    const settings = ConfigProvider.fromMap(new Map(variables), { pathDelim: "_", seqDelim: "," })
    return yield* Effect.consoleWith((console) =>
      program.pipe(
        Effect.withConsole({
          ...console,
          log: (...parts: ReadonlyArray<unknown>) => Effect.sync(() => void stdout.write(`${format(...parts)}\n`)),
        }),
        Effect.withConfigProvider(settings),
      ),
    )
  })
