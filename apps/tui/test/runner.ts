/**
 * Runs `dwell` inside the test's process, as a shell runs it: with arguments, variables, input and a home of its own.
 *
 * Shape    the same command line as the program's; what it prints is captured
 */
import { Readable, Writable } from "node:stream"
import { environment, type Result, type RunOptions as ProgramOptions, withoutProgress } from "@dwell/testing/programs"
import { whenDone } from "@dwell/testing/resources"
import { folder } from "@dwell/testing/scratch"
import { Process, withProcess } from "@dwell/terminal/Process"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { commandLine } from "../src/cli.ts"
import { conclude } from "../src/runMain.ts"
import { noon, type Time, timeFrom } from "./time.ts"

export interface RunOptions extends ProgramOptions {
  /** The time that it is for the program; default: noon. */
  readonly time?: Time
  /** How wide the terminal is that it runs in; default: it runs in a pipe. */
  readonly columns?: number
}

/** Takes what is written to it as text, and tells who listens. */
const sink = (take: (text: string) => void) => {
  const decoder = new TextDecoder()
  return new Writable({
    decodeStrings: true,
    write: (chunk: Buffer, _, done) => {
      take(decoder.decode(chunk, { stream: true }))
      done()
    },
  })
}

/** Starts `dwell`; it is interrupted when the test file is done. */
export const start = (
  args: ReadonlyArray<string>,
  { columns, env = {}, home = folder(), input = "", time = timeFrom(noon) }: RunOptions = {},
) => {
  const said = { stdout: "", stderr: "", both: "" }
  const listeners = new Set<() => void>()
  const take = (where: "stdout" | "stderr") => (text: string) => {
    said[where] += text
    said.both += text
    for (const listen of listeners) listen()
  }
  const terminal = columns === undefined ? {} : { isTTY: true, columns }
  const process = {
    stdin: Readable.from(input === "" ? [] : [Buffer.from(input)]),
    stdout: Object.assign(sink(take("stdout")), terminal),
    stderr: Object.assign(sink(take("stderr")), terminal),
    env: environment(home, columns === undefined ? env : { TERM: "xterm-256color", ...env }),
  }
  const program = Effect.provideService(withProcess(commandLine(args)), Process, process)
  const fiber = Effect.runFork(
    program.pipe(Effect.withClock(time.clock), Effect.provideService(FetchHttpClient.Fetch, time.fetch)),
  )
  const state = { hasEnded: false }
  const ended = Effect.runPromise(Fiber.await(fiber)).then((exit): Result => {
    const status = conclude(exit, process.stderr)
    state.hasEnded = true
    for (const listen of listeners) listen()
    return { status, stdout: said.stdout, stderr: withoutProgress(said.stderr) }
  })
  /** Presses Ctrl-C; gives what became of the program. */
  const end = async (): Promise<Result> => {
    fiber.unsafeInterruptAsFork(fiber.id())
    return ended
  }
  whenDone(end)
  /** Waits until it has said something. */
  const until = (pattern: RegExp, where: "stdout" | "stderr" = "stdout"): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = () => {
        const isSaid = pattern.test(said[where])
        if (!isSaid && !state.hasEnded) return
        listeners.delete(look)
        if (isSaid) resolve()
        else reject(new Error(`it ended before it said ${pattern}: ${said.stdout}${said.stderr}`))
      }
      listeners.add(look)
      look()
    })
  /** Lets time pass to the next instant that it waits for; it must not have ended. */
  const passOnce = async (): Promise<void> => {
    if (state.hasEnded) throw new Error(`it has ended: ${said.stdout}${said.stderr}`)
    await time.pass(ended)
  }
  /** Lets time pass until it has said something. */
  const passUntil = async (pattern: RegExp, where: "stdout" | "stderr" = "stdout"): Promise<void> => {
    while (!pattern.test(said[where])) {
      if (state.hasEnded) return until(pattern, where)
      await time.pass(ended)
    }
  }
  /** Lets time pass until it has ended. */
  const passToEnd = async (): Promise<Result> => {
    while (!state.hasEnded) await time.pass(ended)
    return ended
  }
  return { said, ended, until, passOnce, passUntil, passToEnd, end, stdout: process.stdout }
}

/** Runs `dwell` to its end. */
export const dwell = (args: ReadonlyArray<string>, options?: RunOptions): Promise<Result> =>
  start(args, options).passToEnd()

/** Runs `dwell` where it must succeed and have nothing to say; gives what it printed. */
export const output = async (args: ReadonlyArray<string>, options?: RunOptions): Promise<string> => {
  const { status, stderr, stdout } = await dwell(args, options)
  if (status !== 0 || stderr !== "") throw new Error(`dwell ${args.join(" ")} ended with ${status}: ${stderr}`)
  return stdout
}
