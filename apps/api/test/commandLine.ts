/**
 * Command lines of `dwell-api` in this process, with streams, variables and folders of their own.
 *
 * What only a process has (signals, pipes, its exit) is tested in `tooling/e2e`.
 */
import { folder } from "@dwell/testing/scratch"
import type { Result } from "@dwell/testing/programs"
import * as Effect from "effect/Effect"
import { conclude, run } from "../src/cli.ts"
import { Process } from "../src/process.ts"

/** Runs a command line; gives what it printed, and its exit code. */
export const dwellApi = async (
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {},
): Promise<Result> => {
  const said = { stdout: "", stderr: "" }
  const output = (name: keyof typeof said) => ({ write: (text: string) => void (said[name] += text) })
  const home = folder()
  const stderr = output("stderr")
  const exit = await run(args).pipe(
    Effect.provideService(Process, {
      stdout: output("stdout"),
      stderr,
      env: { HOME: home, XDG_DATA_HOME: `${home}/data`, ...env },
    }),
    Effect.runPromiseExit,
  )
  return { status: conclude(exit, stderr), ...said }
}
