/** The whole program in a pseudo-terminal: a process, for what only a process shows, or inside the test's own. */
import { constants, openSync } from "node:fs"
import { ReadStream, WriteStream } from "node:tty"
import { fileURLToPath } from "node:url"
import type { Options } from "@dwell/emulator"
import { environment } from "@dwell/testing/programs"
import { whenDone } from "@dwell/testing/resources"
import { folder } from "@dwell/testing/scratch"
import { Process, withProcess } from "@dwell/terminal/Process"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { spawn } from "@lydell/node-pty"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { conclude } from "../../src/runMain.ts"
import { answer } from "../../src/screen/worker/dispatch.ts"
import type { WorkerClient } from "../../src/screen/worker/client.ts"
import * as Sessions from "../../src/screen/worker/sessions.ts"
import { type OpenOptions, open } from "../../src/screen/open.tsx"
import { site } from "../site.ts"
import { bundle } from "../support.ts"
import { noon } from "../time.ts"
import { type Screen, screenOn } from "./terminal.ts"

interface TerminalOptions {
  readonly columns?: number
  readonly rows?: number
  readonly env?: Readonly<Record<string, string>>
  readonly home?: string
  /** What time it is for the program when it starts, in Unix seconds; default: noon. */
  readonly at?: number
}

export interface ProgramOptions extends TerminalOptions {
  readonly args?: ReadonlyArray<string>
  /** Where it writes what is exported. */
  readonly folder?: string
}

export interface Program extends Screen {
  readonly signal: (signal: NodeJS.Signals) => void
}

const variables = { TERM: "xterm-256color", COLORTERM: "truecolor" }

const clockModule = fileURLToPath(new URL("clock.mjs", import.meta.url))

/** Starts the screens as a process. */
export const program = ({
  args = [],
  at = noon,
  columns = 120,
  env = {},
  folder: cwd,
  home = folder(),
  rows = 40,
}: ProgramOptions = {}): Program => {
  const child = spawn(process.execPath, ["--import", clockModule, bundle, ...args], {
    cols: columns,
    rows,
    ...(cwd === undefined ? {} : { cwd }),
    env: environment(home, { ...variables, DWELL_TEST_NOW: `${at}`, ...env }),
  })
  const ended = new Promise<number>((resolve) => child.onExit(({ exitCode }) => resolve(exitCode)))
  const screen = screenOn(
    {
      write: (text) => child.write(text),
      resize: (toColumns, toRows) => child.resize(toColumns, toRows),
      onData: (take) => child.onData(take),
      ended,
    },
    columns,
    rows,
  )
  whenDone(async () => {
    child.kill("SIGKILL")
    await ended
  })
  return { ...screen, signal: (signal) => child.kill(signal) }
}

/** A clock that runs on from an instant, in Unix seconds, as fast as the machine's or some times faster. */
const clockFrom = (at: number, speed: number): Clock.Clock => {
  // oxlint-disable-next-line no-restricted-properties -- how long it is since, not what time it is
  const elapsed = () => performance.now()
  const begun = elapsed()
  const machine = Clock.make()
  const millis = () => Math.floor(at * 1000 + (elapsed() - begun) * speed)
  const nanos = () => BigInt(millis()) * 1_000_000n
  return {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    sleep: (duration) => machine.sleep(Duration.times(duration, 1 / speed)),
    unsafeCurrentTimeMillis: millis,
    unsafeCurrentTimeNanos: nanos,
    currentTimeMillis: Effect.sync(millis),
    currentTimeNanos: Effect.sync(nanos),
  }
}

/** A pseudo-terminal for this process: its streams, and what is at its other end. */
const openTerminal = async (columns: number, rows: number) => {
  // Something has to be in the terminal for it to be there.
  const holder = spawn("bash", ["-c", "stty -echo; tty; exec sleep infinity"], { cols: columns, rows })
  const gone = new Promise<void>((resolve) => holder.onExit(() => resolve()))
  const path = await new Promise<string>((resolve) => {
    let said = ""
    holder.onData((text) => {
      said += text
      const [found] = /\/dev\/\S+(?=\r?\n)/.exec(said) ?? []
      if (found !== undefined) resolve(found)
    })
  })
  const descriptor = () => openSync(path, constants.O_RDWR | constants.O_NOCTTY)
  const stdin = new ReadStream(descriptor())
  const stdout = new WriteStream(descriptor())
  let take: (text: string) => void = () => {}
  const decoder = new TextDecoder()
  // A terminal takes what is written at once, and waits for its other end when it is full. That end is this process too.
  stdout.write = (chunk: Uint8Array | string, encoding?: unknown, done?: () => void) => {
    take(typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }))
    const written: unknown = done ?? encoding
    if (typeof written === "function") process.nextTick(() => void Reflect.apply(written, undefined, []))
    return true
  }
  const close = async () => {
    stdin.destroy()
    stdout.destroy()
    holder.kill("SIGKILL")
    await gone
  }
  return { holder, stdin, stdout, close, onData: (listen: (text: string) => void) => void (take = listen) }
}

/** What the worker's thread has, but for the thread. */
const workerHere = Effect.gen(function* () {
  const sessions = yield* Sessions.make
  const context = yield* Effect.context<NodeContext.NodeContext | HttpClientServices>()
  const clock = yield* Clock.clockWith(Effect.succeed)
  const settings = yield* Effect.configProviderWith(Effect.succeed)
  const surroundings = Layer.mergeAll(Layer.setClock(clock), Layer.setConfigProvider(settings))
  const worker: WorkerClient = {
    ask: (question) =>
      answer(sessions)(question).pipe(Stream.provideContext(context), Stream.provideLayer(surroundings)),
  }
  return worker
})

type HttpClientServices = Layer.Layer.Success<typeof FetchHttpClient.layer>

const services = Layer.mergeAll(
  NodeContext.layer,
  FetchHttpClient.layer,
  Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" }),
)

/** Opens the screens inside this process, for which time may pass faster. */
export const screens = async ({
  at = noon,
  columns = 120,
  env = {},
  home = folder(),
  rows = 40,
  speed = 1,
  ...given
}: TerminalOptions & OpenOptions & { readonly speed?: number } = {}): Promise<Screen> => {
  const { close, holder, onData, stdin, stdout } = await openTerminal(columns, rows)
  const run = withProcess(
    Effect.gen(function* () {
      const worker = yield* workerHere
      yield* open(given, Effect.succeed(worker))
    }),
  ).pipe(
    Effect.scoped,
    Effect.provide(services),
    Effect.provideService(Process, { stdin, stdout, stderr: stdout, env: environment(home, { ...variables, ...env }) }),
    Effect.withClock(clockFrom(at, speed)),
  )
  const fiber = Effect.runFork(run)
  const ended = Effect.runPromise(Fiber.await(fiber)).then((exit) => conclude(exit, stdout))
  whenDone(async () => {
    fiber.unsafeInterruptAsFork(fiber.id())
    await ended
    await close()
  })
  return screenOn({ write: (text) => holder.write(text), resize: () => {}, onData, ended }, columns, rows)
}

/** An emulator whose clock runs on from noon, as that of the program does which is started at `now()`. */
export const running = async (options: Options = {}) => {
  const clock = clockFrom(noon, 1)
  const now = () => Math.floor(clock.unsafeCurrentTimeMillis() / 1000)
  return { ...(await site({ agents: 24, days: 3, clock: now, ...options })), now }
}
