import { operations } from "@dwell/client/contract"
import * as EventStore from "@dwell/core/EventStore"
import * as Report from "@dwell/core/Report"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/TestClock"
import * as TestContext from "effect/TestContext"
import { expect, it } from "vitest"
import { ResponseCache, sharedCaches } from "../src/account/ResponseCache.ts"
import { getAt } from "../src/routes/statusAt.ts"
import { names, settings } from "./services.ts"

const noon = Date.UTC(2026, 0, 5, 12) / 1000

const ask = (instant: number) => ({
  account: "london",
  caller: { key: "k", name: "k", scopes: ["read"], accounts: "*", expiresAt: null, rateLimitKey: "k" } as const,
  requestId: "r",
  operation: "getAt",
  query: { instant: `${instant}` },
  request: new Request(`https://dwell.example/v1/accounts/london/at?instant=${instant}`),
  media: operations.getAt.media[0],
  version: 0,
  address: `at ${instant}`,
})

const services = Layer.mergeAll(
  EventStore.layerMemory,
  Layer.sync(ResponseCache, sharedCaches(1_000_000)),
  names,
  settings,
  TestContext.TestContext,
)

const run = <A, E>(effect: Effect.Effect<A, E, Layer.Layer.Success<typeof services>>) =>
  Effect.runPromise(Effect.provide(effect, services))

/** What is answered about an instant, and whether the same request is answered so again, whatever the clock says. */
const asked = (instant: number) =>
  Effect.gen(function* () {
    const question = ask(instant)
    // The answer lets others have their turn, which here is the clock's.
    const answer = yield* Effect.fork(getAt(question))
    yield* TestClock.adjust(0)
    const response = yield* Fiber.join(answer)
    const document: unknown = yield* Effect.promise(() => response.json())
    const { get } = yield* ResponseCache
    return { ...Schema.decodeUnknownSync(Report.AtDocument)(document), isHeld: get(question.address) !== undefined }
  })

it("an answer about an instant names the uncovered time up to the clock, and is made again for each request", () =>
  run(
    Effect.gen(function* () {
      const { append } = yield* EventStore.EventStore
      yield* append([], { span: { from: 0, to: noon, asOf: noon } })
      yield* TestClock.setTime((noon + 120) * 1000)
      const early = yield* asked(noon - 600)
      yield* TestClock.setTime((noon + 3600) * 1000)
      const later = yield* asked(noon - 600)
      expect([early.quality.uncovered, early.isHeld]).toEqual([[{ from: noon, to: noon + 120 }], false])
      expect([later.quality.uncovered, later.isHeld]).toEqual([[{ from: noon, to: noon + 3600 }], false])
    }),
  ))

it("an answer about an instant is as of the clock when the log is known a little into the future", () =>
  run(
    Effect.gen(function* () {
      const { append } = yield* EventStore.EventStore
      yield* TestClock.setTime((noon - 30) * 1000)
      yield* append([], { span: { from: 0, to: noon, asOf: noon } })
      for (const instant of [noon - 600, noon - 2 * 86_400]) {
        const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
        const early = yield* asked(instant)
        yield* TestClock.adjust("5 seconds")
        const later = yield* asked(instant)
        expect([early.at.now, later.at.now]).toEqual([now, now + 5])
        expect([early.isHeld, later.isHeld]).toEqual([false, false])
      }
    }),
  ))

it("an answer about an instant is given again if everything that it looks at is known", () =>
  run(
    Effect.gen(function* () {
      const { append } = yield* EventStore.EventStore
      yield* TestClock.setTime((noon + 3 * 86_400) * 1000)
      yield* append([], { span: { from: 0, to: noon + 2 * 86_400, asOf: noon + 2 * 86_400 } })
      expect((yield* asked(noon)).isHeld).toBe(true)
      expect((yield* asked(noon + 86_400 * 2.5)).isHeld).toBe(false)
    }),
  ))
