/**
 * The process around a command line: its streams and its variables.
 *
 * Shape    the real process unless another one is provided, so that many command lines can run in one process
 */
import { format } from "node:util"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

export interface Output {
  readonly write: (text: string) => unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

interface Service {
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
}

export class Process extends Context.Reference<Process>()("dwell-api/Process", {
  defaultValue: (): Service => process,
}) {}

/** Runs a program whose settings are the variables of its process, and whose console is its stdout. */
export const withProcess = <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const { env, stdout } = yield* Process
    const variables = Object.entries(env).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    )
    const settings = ConfigProvider.fromMap(new Map(variables), { pathDelim: "_", seqDelim: "," })
    const log = (...parts: ReadonlyArray<unknown>) => Effect.sync(() => void stdout.write(`${format(...parts)}\n`))
    return yield* Effect.consoleWith((console) =>
      program.pipe(Effect.withConsole({ ...console, log }), Effect.withConfigProvider(settings)),
    )
  })
