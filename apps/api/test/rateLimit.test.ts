import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as RateLimit from "../src/http/rateLimit.ts"

const policy: RateLimit.Policy = { name: "test", limit: 3, windowSeconds: 10 }

/** Requests one after another, each so many milliseconds after the one before it. */
const requests = fc.array(fc.record({ key: fc.constantFrom("ada", "ben", "cleo"), after: fc.nat(6000) }), {
  maxLength: 60,
})

type Request = typeof requests extends fc.Arbitrary<ReadonlyArray<infer A>> ? A : never

/** Makes the requests; gives when each was made and what was said. */
const made = (limit: RateLimit.RateLimit, all: ReadonlyArray<Request>) => {
  let at = 0
  return all.map(({ after, key }) => {
    at += after
    return { key, at, ...limit.take(key, at) }
  })
}

describe("the rate limit", () => {
  it("decides about any sequence of requests as counting them for each key does", () =>
    fc.assert(
      fc.property(requests, (all) => {
        const said = made(RateLimit.make(policy), all)
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

  it("allows a key again after the time that it says, and not before", () =>
    fc.assert(
      fc.property(fc.nat(9999), (waited) => {
        const limit = RateLimit.make(policy)
        for (const _ of [1, 2, 3]) limit.take("ada", 0)
        const refused = limit.take("ada", waited)
        const answers = [refused, limit.take("ada", waited + 1000 * refused.resetSeconds)]
        expect(answers.map(({ isAllowed }) => isAllowed)).toEqual([false, true])
      }),
    ))

  it("holds no more keys than it may: the window that started first is forgotten", () => {
    const limit = RateLimit.make(policy, 2)
    const remaining = ["ada", "ben", "cleo", "cleo", "ada"].map((key) => limit.take(key, 0).remaining)
    expect(remaining).toEqual([2, 2, 2, 1, 2])
  })

  it("starts a new window when the clock is put back, so that no key waits for it to catch up", () => {
    const limit = RateLimit.make(policy)
    limit.take("ada", 1_000_000)
    expect(limit.take("ada", 0)).toMatchObject({ remaining: 2, resetSeconds: 10 })
  })
})

describe("the rate limit fields of an answer", () => {
  it("say the policy and what is left", () => {
    expect(
      RateLimit.fields({ isAllowed: true, policy: RateLimit.defaultPolicy, remaining: 50, resetSeconds: 30 }),
    ).toEqual({
      "RateLimit-Policy": '"default";q=600;w=60',
      RateLimit: '"default";r=50;t=30',
    })
  })

  it("say when to try again after a refusal", () => {
    expect(RateLimit.fields({ isAllowed: false, policy, remaining: 0, resetSeconds: 7 })).toEqual({
      "RateLimit-Policy": '"test";q=3;w=10',
      RateLimit: '"test";r=0;t=7',
      "Retry-After": "7",
    })
  })
})
