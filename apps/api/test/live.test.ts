import { operations } from "@dwell/client/contract"
import * as EventStore from "@dwell/core/EventStore"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import * as TestContext from "effect/TestContext"
import * as Report from "@dwell/core/Report"
import * as EventLog from "@dwell/core/EventLog"
import { expect, it } from "vitest"
import { Live, nextOf } from "../src/account/Live.ts"
import { getLive } from "../src/account/routes/live.ts"

const ask = {
  account: "london",
  caller: { key: "k", name: "k", scopes: ["read"], accounts: "*", expiresAt: null, countedAs: "k" },
  requestId: "r",
  operation: "getLive",
  query: {},
  request: new Request("https://dwell.example/v1/accounts/london/live"),
  media: operations.getLive.media[0],
  version: 0,
  address: "",
} as const

const silent = Layer.succeed(Live, { updates: () => Stream.never, end: Effect.void })

it("where nothing changes a beat is heard every 15 seconds, which names no update", async () => {
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

it("who is too slow for all changes hears of everyone, and then of nothing that is older", () => {
  const document = Report.at(EventLog.normalise([]), { instant: 0, now: 0, zone: { name: "UTC" } })
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
