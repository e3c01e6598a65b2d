import { setImmediate as turn } from "node:timers/promises"
import * as EventStore from "@dwell/core/EventStore"
import { make } from "@dwell/emulator"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"
import * as TestContext from "effect/TestContext"
import { expect, it } from "vitest"
import { fetchWindow, follow } from "../src/account/vendorSync.ts"
import { AgentNames } from "../src/account/AgentNames.ts"
import * as Upkeep from "../src/account/Compactor.ts"
import { layerOf } from "../src/environment/vendorCredentials.ts"
import { afternoon } from "./day.ts"
import { names } from "./services.ts"

const credentials = { username: "api-user", password: "api-key" }

/** An account that is followed; `fails` says of a request, by its query, whether the vendor is out of order. */
const followed = (fails: (query: URLSearchParams, minute: number) => boolean) =>
  Effect.gen(function* () {
    let minute = 0
    /** Turns of the loop since the vendor answered, and requests that it has not answered yet. */
    const pending = { quiet: 0, asked: 0 }
    const asked: Array<number> = []
    const { app } = make({ ...credentials, agents: 3, days: 2, clock: () => afternoon + 60 * minute })
    const answer: typeof fetch = async (input, init) => {
      const request = new Request(input, init)
      const { searchParams } = new URL(request.url)
      if (searchParams.get("method") === "agents") asked.push(minute)
      pending.asked += 1
      try {
        return fails(searchParams, minute) ? new Response("out of order", { status: 400 }) : await app.fetch(request)
      } finally {
        pending.asked -= 1
        pending.quiet = 0
      }
    }
    const http = Layer.provide(FetchHttpClient.layer, Layer.succeed(FetchHttpClient.Fetch, answer))
    const account = { ...credentials, baseUrl: "https://vendor.example/" }
    const vendor = layerOf(
      { london: { ...account, username: Redacted.make("api-user"), password: Redacted.make("api-key") } },
      "london",
      http,
    )
    if (vendor === null) return yield* Effect.dieMessage("no vendor")
    const known = yield* Layer.build(names)
    yield* TestClock.setTime(afternoon * 1000)
    const services = Layer.merge(vendor, Layer.succeedContext(known))
    yield* Effect.forkScoped(Effect.provide(follow({ days: 1, intervalSeconds: 1200 }), services))
    /** Lets minutes go by until something is so, or for a day; what was begun in one of them is answered first. */
    const until = (isSo: () => boolean) =>
      Effect.gen(function* () {
        for (pending.quiet = 0; pending.quiet < 50 || pending.asked > 0; pending.quiet++)
          yield* Effect.promise(() => turn())
        if (isSo() || minute > 1440) return
        minute += 1
        yield* TestClock.adjust("1 minute")
      }).pipe(Effect.repeat({ until: () => isSo() || minute > 1440 }))
    const sync = (refresh: boolean) =>
      Effect.gen(function* () {
        const to = afternoon + 60 * minute
        return yield* Effect.provide(fetchWindow({ window: { from: to - 3600, to }, refresh }), services)
      })
    const { all } = Context.get(known, AgentNames)
    return { asked, known: () => Effect.runSync(Effect.orDie(all)).size, sync, until }
  })

const run = <A, E>(effect: Effect.Effect<A, E, EventStore.EventStore | Scope.Scope | Upkeep.Compactor>) =>
  Effect.runPromise(
    effect.pipe(
      Effect.scoped,
      Logger.withMinimumLogLevel(LogLevel.None),
      Effect.provide(
        Upkeep.layer.pipe(Layer.provideMerge(EventStore.layerMemory), Layer.provideMerge(TestContext.TestContext)),
      ),
    ),
  )

it("following an account reads the names of agents after the last days, and again each hour", () =>
  run(
    Effect.gen(function* () {
      const { asked, known, until } = yield* followed(() => false)
      yield* until(() => asked.length === 3)
      const [first = 0, second = 0, third = 0] = asked
      expect([known(), second - first, third - second]).toEqual([3, 60, 60])
    }),
  ))

it("a sync reads names again within the hour only if it reads everything again", () =>
  run(
    Effect.gen(function* () {
      const { asked, sync, until } = yield* followed(() => false)
      yield* until(() => asked.length === 1)
      yield* sync(false)
      expect(asked).toHaveLength(1)
      yield* sync(true)
      expect(asked).toHaveLength(2)
    }),
  ))

it("following an account asks a vendor that is out of order again each minute, until it has the days and the names", () =>
  run(
    Effect.gen(function* () {
      const { asked, known, until } = yield* followed(
        (query, minute) => query.get("method") === "status_log" && minute < 3,
      )
      yield* until(() => asked.length > 0)
      expect([known(), asked[0]]).toEqual([3, 3])
    }),
  ))

it("following an account reads names that could not be read an hour later", () =>
  run(
    Effect.gen(function* () {
      const { asked, known, until } = yield* followed(
        (query, minute) => ["agents", "calls"].includes(query.get("method") ?? "") && minute < 30,
      )
      yield* until(() => known() > 0)
      expect([known(), asked.at(-1)]).toEqual([3, 60])
    }),
  ))
