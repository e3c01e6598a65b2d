import { operations } from "@dwell/client/contract"
import * as EventStore from "@dwell/core/EventStore"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import * as TestContext from "effect/TestContext"
import * as Report from "@dwell/core/Report"
import * as EventLog from "@dwell/core/EventLog"
import { expect, it } from "vitest"
import { layer as liveLayer, LiveFeed, nextOf } from "../src/account/LiveFeed.ts"
import { getLive } from "../src/routes/live.ts"
import { names, settings } from "./services.ts"

const ask = {
  account: "london",
  caller: { key: "k", name: "k", scopes: ["read"], accounts: "*", expiresAt: null, rateLimitKey: "k" },
  requestId: "r",
  operation: "getLive",
  query: {},
  request: new Request("https://dwell.example/v1/accounts/london/live"),
  media: operations.getLive.media[0],
  version: 0,
  address: "",
} as const

const silent = Layer.succeed(LiveFeed, { updates: () => Stream.never, end: Effect.void })

it("a live stream without changes sends a beat every 15 seconds, which names no update", async () => {
  const heard = Effect.gen(function* () {
    const { body } = yield* getLive(ask)
    if (body === null) return yield* Effect.dieMessage("a stream without a body")
    const reader = body.pipeThrough(new TextDecoderStream()).getReader()
    const next = Effect.promise(() => reader.read())
    const first = (yield* next).value
    const beat = yield* Effect.fork(next)
    yield* TestClock.adjust("14 seconds")
    const early = yield* Fiber.poll(beat)
    yield* TestClock.adjust("1 second")
    const second = (yield* Fiber.join(beat)).value
    return { first, early: early._tag, second }
  })
  const layers = Layer.mergeAll(silent, EventStore.layerMemory, TestContext.TestContext)
  expect(await Effect.runPromise(Effect.provide(heard, layers))).toEqual({
    first: "retry: 2000\n\n",
    early: "None",
    second: "event: beat\ndata: {}\n\n",
  })
})

it("a live stream goes on after a write that it failed to tell", async () => {
  const broken = { reads: 0 }
  const store = Layer.map(EventStore.layerMemory, (context) => {
    const inner = Context.get(context, EventStore.EventStore)
    const read: typeof inner.read = (asked) => {
      broken.reads += 1
      // The first one is the listener's own.
      return broken.reads === 2 ? Effect.die("a bug") : inner.read(asked)
    }
    return Context.make(EventStore.EventStore, { ...inner, read })
  })
  const heard = Effect.gen(function* () {
    yield* TestClock.setTime(1_000_000)
    const writes = yield* Queue.unbounded<void>()
    const { append } = yield* EventStore.EventStore
    /** Makes the log known up to an instant, and tells of it. */
    const write = (to: number) =>
      Effect.gen(function* () {
        yield* append([], { span: { from: 0, to, asOf: to } })
        yield* Queue.offer(writes, undefined)
        yield* TestClock.adjust("1 second")
      })
    yield* append([], { span: { from: 0, to: 10, asOf: 10 } })
    const layer = liveLayer(Effect.succeed(writes)).pipe(Layer.provide(Layer.merge(names, settings)))
    const { updates } = yield* Effect.map(Layer.build(layer), Context.get(LiveFeed))
    const listening = yield* Effect.fork(Stream.runCollect(Stream.take(updates(undefined), 2)))
    yield* TestClock.adjust("1 second")
    yield* write(20)
    yield* write(30)
    return Array.from(yield* Fiber.join(listening), ({ data, event }) => `${event} ${data.at.instant}`)
  })
  const quiet = Logger.minimumLogLevel(LogLevel.None)
  const layers = Layer.mergeAll(store, TestContext.TestContext, quiet)
  expect(await Effect.runPromise(Effect.scoped(Effect.provide(heard, layers)))).toEqual(["snapshot 10", "change 30"])
})

it("a live stream sends a slow listener a snapshot, and then no older change", () => {
  const document = Report.statusAt(EventLog.fromBatches([]), { instant: 0, now: 0, zone: { name: "UTC" } })
  const state = { number: 7, document, rows: new Map() }
  const change = (number: number) => ({ number, event: "change" as const, data: document })
  const heard: Array<string> = []
  let last = 2
  for (const number of [1, 2, 3, 5, 6, 7, 8]) {
    const next = nextOf(last, change(number), state)
    if (next === undefined) continue
    heard.push(`${next.event} ${next.number}`)
    last = next.number
  }
  expect(heard).toEqual(["change 3", "snapshot 7", "change 8"])
})
