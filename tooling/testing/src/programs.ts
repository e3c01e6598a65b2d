/**
 * Programs as processes, each with an environment of its own.
 *
 * Tests of what a program prints run it inside the test's process. These are for what only a process has: exit codes,
 * signals, pipes, memory limits.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { folder } from "./scratch.ts"
import { whenDone } from "./resources.ts"

export interface Result {
  readonly status: number | null
  readonly stdout: string
  /** Without the progress that a run of more than five seconds prints: a busy machine is no failure. */
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** What is on standard input; default: nothing. */
  readonly input?: string
  /** The folder of logins, tokens and stored events; default: an empty one. */
  readonly home?: string
}

const progress = /^(Reading|Pushing) .*\n/gm

/** What a program says on stderr, without its progress. */
export const withoutProgress = (stderr: string): string => stderr.replaceAll(progress, "")

// The engine compiles each program once, not once for every home.
const compileCache = fileURLToPath(new URL("../node_modules/.cache/compiled", import.meta.url))

/** The whole environment of a run: nothing of the developer's own settings but where programs are. */
export const environment = (home: string, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  PATH: process.env["PATH"] ?? "",
  HOME: home,
  XDG_CONFIG_HOME: join(home, "config"),
  XDG_CACHE_HOME: join(home, "cache"),
  XDG_DATA_HOME: join(home, "data"),
  NODE_COMPILE_CACHE: compileCache,
  TZ: "Europe/London",
  ...more,
})

/** Starts a command; it is killed when the test file is done. */
export const startCommand = (
  command: string,
  args: ReadonlyArray<string>,
  { env = {}, home = folder(), input }: RunOptions = {},
) => {
  const child = spawn(command, args, { env: environment(home, env), stdio: "pipe" })
  const said = { stdout: "", stderr: "" }
  const failed = new Promise<never>((_, reject) => child.once("error", reject))
  failed.catch(() => {})
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (said.stdout += chunk))
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (said.stderr += chunk))
  // A program that does not read its input to the end is no failure of the test.
  child.stdin.on("error", () => {})
  child.stdin.end(input ?? "")
  const closed = once(child, "close").then((): Result => ({
    status: child.exitCode,
    stdout: said.stdout,
    stderr: withoutProgress(said.stderr),
  }))
  const ended = Promise.race([closed, failed])
  ended.catch(() => {})
  whenDone(async () => {
    child.kill("SIGKILL")
    await ended
  })
  /** Waits until it has said something. */
  const until = (pattern: RegExp, where: "stdout" | "stderr" = "stdout"): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = () => {
        if (pattern.test(said[where])) resolve()
      }
      child[where].on("data", look)
      look()
      ended.then(() => reject(new Error(`it ended before it said ${pattern}: ${said.stdout}${said.stderr}`)), reject)
    })
  /** Sends a signal; gives what became of the program. */
  const end = (signal: NodeJS.Signals = "SIGINT"): Promise<Result> => {
    child.kill(signal)
    return ended
  }
  return { child, said, ended, until, end }
}

/** Runs a command to its end. */
export const executeCommand = (command: string, args: ReadonlyArray<string>, options?: RunOptions): Promise<Result> =>
  startCommand(command, args, options).ended

/** Starts a program of Node's; it is killed when the test file is done. */
export const start = (program: string, args: ReadonlyArray<string>, options?: RunOptions) =>
  startCommand(process.execPath, [program, ...args], options)

/** Runs a program of Node's to its end. */
export const execute = (program: string, args: ReadonlyArray<string>, options?: RunOptions): Promise<Result> =>
  start(program, args, options).ended
