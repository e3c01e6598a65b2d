// Shows that the limit is what it says, whoever asks whenever, and what the fields of an answer say of it.
import * as Effect from "effect/Effect"
import * as fc from "effect/FastCheck"
import * as TestClock from "effect/TestClock"
import * as TestContext from "effect/TestContext"
import { describe, expect, it } from "vitest"
import * as RateLimit from "../src/rateLimit.ts"

const policy: RateLimit.Policy = { name: "test", limit: 3, windowSeconds: 10 }

const run = <A>(test: Effect.Effect<A>): Promise<A> => Effect.runPromise(Effect.provide(test, TestContext.TestContext))

/** Requests one after another, each so many milliseconds after the one before it. */
const requests = fc.array(fc.record({ key: fc.constantFrom("ada", "ben", "cleo"), after: fc.nat(6000) }), {
  maxLength: 60,
})

type Request = typeof requests extends fc.Arbitrary<ReadonlyArray<infer A>> ? A : never

/** Makes the requests; gives when each was made and what was said. */
const made = (limit: RateLimit.RateLimit, all: ReadonlyArray<Request>) =>
  Effect.forEach(all, ({ after, key }) =>
    Effect.gen(function* () {
      yield* TestClock.adjust(after)
      const at = yield* TestClock.currentTimeMillis
      return { key, at, ...(yield* limit.take(key)) }
    }),
  )

describe("the rate limit", () => {
  it("says of any requests what counting them would, key by key", () =>
    fc.assert(
      fc.asyncProperty(requests, async (all) => {
        const said = await run(Effect.suspend(() => made(RateLimit.make(policy), all)))
        const windows = new Map<string, { readonly start: number; readonly count: number }>()
        const counted = said.map(({ at, key }) => {
          const last = windows.get(key)
          const window = last === undefined || at >= last.start + 10_000 ? { start: at, count: 0 } : last
          const isAllowed = window.count < 3
          const count = window.count + (isAllowed ? 1 : 0)
          windows.set(key, { ...window, count })
          const resetSeconds = Math.ceil((window.start + 10_000 - at) / 1000)
          return { key, at, isAllowed, policy, remaining: 3 - count, resetSeconds }
        })
        expect(said).toEqual(counted)
      }),
    ))

  it("lets who waits as long as it says go on, and nobody sooner", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(9999), async (waited) => {
        const answers = await run(
          Effect.gen(function* () {
            const limit = RateLimit.make(policy)
            for (const _ of [1, 2, 3]) yield* limit.take("ada")
            yield* TestClock.adjust(waited)
            const refused = yield* limit.take("ada")
            yield* TestClock.adjust(`${refused.resetSeconds} seconds`)
            return [refused, yield* limit.take("ada")]
          }),
        )
        expect(answers.map(({ isAllowed }) => isAllowed)).toEqual([false, true])
      }),
    ))

  it("holds no more keys than it may: the one that began first begins anew", async () => {
    const remaining = await run(
      Effect.gen(function* () {
        const limit = RateLimit.make(policy, 2)
        const states = yield* Effect.forEach(["ada", "ben", "cleo", "cleo", "ada"], limit.take)
        return states.map((state) => state.remaining)
      }),
    )
    expect(remaining).toEqual([2, 2, 2, 1, 2])
  })

  it("begins a window anew when the clock is put back, rather than make anybody wait for it to catch up", async () => {
    const state = await run(
      Effect.gen(function* () {
        const limit = RateLimit.make(policy)
        yield* TestClock.setTime(1_000_000)
        yield* limit.take("ada")
        yield* TestClock.setTime(0)
        return yield* limit.take("ada")
      }),
    )
    expect(state).toMatchObject({ remaining: 2, resetSeconds: 10 })
  })
})

describe("the fields of an answer", () => {
  it("say the policy and what is left of it", () => {
    expect(RateLimit.fields({ isAllowed: true, policy: RateLimit.standard, remaining: 50, resetSeconds: 30 })).toEqual({
      "RateLimit-Policy": '"default";q=600;w=60',
      RateLimit: '"default";r=50;t=30',
    })
  })

  it("say when to come again to who was refused", () => {
    expect(RateLimit.fields({ isAllowed: false, policy, remaining: 0, resetSeconds: 7 })).toEqual({
      "RateLimit-Policy": '"test";q=3;w=10',
      RateLimit: '"test";r=0;t=7',
      "Retry-After": "7",
    })
  })
})
