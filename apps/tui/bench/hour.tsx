/**
 * An hour of the floor in a minute: the worker, the state and what draws are the program's, in one process, and the clock is
 * turned by hand.
 *
 * Shape    `node --expose-gc hour.js`; prints one line of JSON, as tooling/bench's `Measurement` is
 * Units    the heap after an hour as a multiple of that after ten minutes, each after a full collection
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { PassThrough, Writable } from "node:stream"
import { setImmediate as turn } from "node:timers/promises"
import { make } from "@dwell/emulator"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Queue from "effect/Queue"
import * as Runtime from "effect/Runtime"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import * as TestContext from "effect/TestContext"
import { render } from "ink"
import { peakMB } from "../../../packages/core/bench/measure.ts"
import { App } from "../src/screen/App.tsx"
import { answer } from "../src/screen/worker/dispatch.ts"
import type { WorkerClient } from "../src/screen/worker/client.ts"
import type { Answer } from "../src/screen/worker/protocol/answer.ts"
import type { Problem } from "../src/screen/worker/protocol/problem.ts"
import * as Sessions from "../src/screen/worker/sessions.ts"
import type { Event } from "../src/screen/app/state.ts"

const agents = 100
/** What an hour has at the least, or it was none. */
const leastPolls = 150
const leastFrames = 3000

/** A Tuesday afternoon of the emulator's centre, Unix seconds. */
const start = Date.UTC(2026, 2, 10, 17) / 1000

/** A terminal that keeps nothing of what is drawn. */
class Output extends Writable {
  readonly columns = 120
  readonly rows = 40
  readonly isTTY = true
  frames = 0
  override _write(_: Buffer, __: BufferEncoding, done: () => void): void {
    this.frames++
    done()
  }
}

/** A keyboard that nobody touches. */
class Input extends PassThrough {
  readonly isTTY = true
  readonly setRawMode = () => this
  readonly ref = () => this
  readonly unref = () => this
}

const heap = (): number => {
  if (globalThis.gc === undefined) throw new Error("error: --expose-gc is missing")
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

const hour = Effect.gen(function* () {
  yield* TestClock.setTime(start * 1000)
  let seconds = start
  let waiting = 0
  const emulator = make({ agents, days: 2, clock: () => seconds })
  const fetch: typeof globalThis.fetch = async (input, init) => {
    waiting++
    try {
      const response = await emulator.app.fetch(new Request(input, init))
      return new Response(await response.arrayBuffer(), response)
    } finally {
      waiting--
    }
  }
  const services = yield* Layer.build(
    Layer.mergeAll(NodeContext.layer, FetchHttpClient.layer, Layer.succeed(FetchHttpClient.Fetch, fetch)),
  )
  const sessions = yield* Sessions.make
  // The screen asks from outside of this; the clock has to be this one all the same.
  const runtime = yield* Effect.runtime()
  /** Up to when the day was counted, each time. */
  const counted = new Set<number>()
  const worker: WorkerClient = {
    ask: (question) =>
      Stream.async<Answer, Problem>((emit) => {
        const asked = answer(sessions)(question).pipe(
          Stream.runForEach((given) =>
            Effect.promise(() => {
              if (given._tag === "live" && given.floor !== null && given.floor.curve !== null)
                counted.add(given.floor.asOf)
              return emit.single(given)
            }),
          ),
          Effect.catchAll((problem) => Effect.promise(() => emit.fail(problem))),
          Effect.provide(services),
        )
        return Fiber.interrupt(Runtime.runFork(runtime)(asked))
      }),
  }
  const happening = yield* Queue.unbounded<Event>()
  const output = new Output()
  const instance = render(
    <App
      worker={worker}
      settings={{
        account: { kind: "account", name: null },
        timezone: "UTC",
        theme: "dark",
        thresholds: [{ name: "wrap", seconds: 180 }],
        now: start,
      }}
      terminal={{ level: 3, isUnicode: true }}
      events={Stream.fromQueue(happening)}
    />,
    {
      stdout: output,
      stdin: new Input(),
      exitOnCtrlC: false,
      patchConsole: false,
      incrementalRendering: true,
      maxFps: 60,
    },
  )
  /** Until nobody waits for an answer, and nothing has followed from the last for a while. */
  const settled = Effect.promise(async () => {
    for (let idle = 0; idle < 10; idle = waiting === 0 ? idle + 1 : 0) await turn()
  })
  const heaps: Array<number> = []
  yield* settled
  while (seconds < start + 3600) {
    seconds++
    yield* TestClock.adjust("1 second")
    yield* settled
    yield* Queue.offer(happening, { _tag: "tick", now: seconds })
    yield* settled
    if (seconds === start + 600 || seconds === start + 3600) heaps.push(heap())
  }
  instance.unmount()
  if (counted.size < leastPolls) throw new Error(`error: the day was counted ${counted.size} times only`)
  if (output.frames < leastFrames) throw new Error(`error: ${output.frames} frames only were drawn`)
  return heaps
})

const home = mkdtempSync(join(tmpdir(), "dwell-bench-"))
const config = ConfigProvider.fromMap(
  new Map([
    ["DWELL_BASE_URL", "https://contactnow.example/"],
    ["DWELL_USERNAME", "api-user"],
    ["DWELL_PASSWORD", "api-key"],
    ...["CONFIG", "CACHE", "DATA"].map((kind) => [`XDG_${kind}_HOME`, join(home, kind)] as const),
  ]),
)
const begin = performance.now()
const [first = Number.NaN, last = Number.NaN] = await Effect.runPromise(
  hour.pipe(
    Effect.scoped,
    Effect.withConfigProvider(config),
    Effect.provide(TestContext.TestContext),
    // Its warnings would be among the figures.
    Effect.provide(Logger.remove(Logger.defaultLogger)),
    Effect.ensuring(Effect.sync(() => rmSync(home, { recursive: true }))),
  ),
)
const measurement = {
  ms: performance.now() - begin,
  peakMB: peakMB(),
  rows: agents,
  digest: "",
  readings: [last / first],
}
process.stdout.write(`${JSON.stringify(measurement)}\n`)
process.exit(0)
