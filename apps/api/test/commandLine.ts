/**
 * Command lines of `dwell-api` in this process, with streams, variables and folders of their own.
 *
 * What only a process has (signals, pipes, its exit) is tested in `tooling/e2e`.
 */
import { Readable, Writable } from "node:stream"
import { Process } from "@dwell/terminal/Process"
import { folder } from "@dwell/testing/scratch"
import type { Result } from "@dwell/testing/programs"
import * as Effect from "effect/Effect"
import { conclude, run } from "../src/cli.ts"

/** Runs a command line; gives what it printed, and its exit code. */
export const dwellApi = async (
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {},
): Promise<Result> => {
  const said = { stdout: "", stderr: "" }
  const output = (name: keyof typeof said) =>
    new Writable({
      decodeStrings: false,
      write: (text: string, _, done) => {
        said[name] += text
        done()
      },
    })
  const home = folder()
  const stderr = output("stderr")
  const exit = await run(args).pipe(
    Effect.provideService(Process, {
      stdin: Readable.from([]),
      stdout: output("stdout"),
      stderr,
      env: { HOME: home, XDG_DATA_HOME: `${home}/data`, ...env },
    }),
    Effect.runPromiseExit,
  )
  return { status: conclude(exit, stderr), ...said }
}
