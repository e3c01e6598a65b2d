/**
 * How many requests a key may make, counted where all of them arrive.
 *
 * Shape    a window begins with a key's first request, and the next one with the first after its end; the quota of a window
 *          is counted exactly, and of two neighbouring ones at most twice the quota falls into the length of one
 * Units    requests, seconds
 * Source   draft-ietf-httpapi-ratelimit-headers-10 (RateLimit-Policy, RateLimit), RFC 9110 section 10.2.3 (Retry-After)
 * Cost     a map's entry a key, of at most so many keys: where more of them ask at once, those that began first begin anew
 */
import type { Context, Env, MiddlewareHandler } from "hono"
import { ApiError, response } from "./problem.ts"

export interface Policy {
  /** What the fields call it: letters, digits and dashes. */
  readonly name: string
  /** Requests that a window has. */
  readonly limit: number
  readonly windowSeconds: number
}

/** Ten a second, but all at once if so liked. */
export const defaultPolicy: Policy = { name: "default", limit: 600, windowSeconds: 60 }

export interface State {
  readonly isAllowed: boolean
  readonly policy: Policy
  /** Requests that are left in this window. */
  readonly remaining: number
  /** Seconds until there are more, at least 1. */
  readonly resetSeconds: number
}

export interface RateLimit {
  /** Counts a request of a key's at a time, in milliseconds, and says whether it may go on; one that may not is not counted. */
  readonly take: (key: string, now: number) => State
}

/** When a key's window began, in milliseconds, and how many requests it has had. */
interface Quota {
  readonly start: number
  count: number
}

/** Makes counts of nothing. */
export const make = (policy: Policy = defaultPolicy, maxKeys = 10_000): RateLimit => {
  const lengthMillis = policy.windowSeconds * 1000
  /** In the order in which their windows began. */
  const counts = new Map<string, Quota>()
  const isOver = ({ start }: Quota, now: number): boolean => now - start >= lengthMillis || now < start

  /** Forgets what is over and, when there is no room for one more, what began first. */
  const tidy = (now: number): void => {
    for (const [key, counted] of counts) {
      if (counts.size < maxKeys && !isOver(counted, now)) return
      counts.delete(key)
    }
  }

  const quotaAt = (key: string, now: number): Quota => {
    const known = counts.get(key)
    if (known !== undefined && !isOver(known, now)) return known
    tidy(now)
    const fresh = { start: now, count: 0 }
    counts.set(key, fresh)
    return fresh
  }

  return {
    take: (key, now) => {
      const counted = quotaAt(key, now)
      const isAllowed = counted.count < policy.limit
      if (isAllowed) counted.count += 1
      return {
        isAllowed,
        policy,
        remaining: policy.limit - counted.count,
        resetSeconds: Math.ceil((counted.start + lengthMillis - now) / 1000),
      }
    },
  }
}

/** The fields that an answer has, by name: such as `"default";q=600;w=60` and `"default";r=50;t=30`. */
export const fields = ({ isAllowed, policy, remaining, resetSeconds }: State): Readonly<Record<string, string>> => ({
  "RateLimit-Policy": `"${policy.name}";q=${policy.limit};w=${policy.windowSeconds}`,
  RateLimit: `"${policy.name}";r=${remaining};t=${resetSeconds}`,
  ...(isAllowed ? {} : { "Retry-After": `${resetSeconds}` }),
})

const tooMany = ({ policy, resetSeconds }: State): ApiError =>
  new ApiError({
    code: "rate_limited",
    detail: `A key has ${policy.limit} requests in ${policy.windowSeconds} s, and this one has had them. Wait ${resetSeconds} s.`,
  })

/** Lets pass whose key has requests left, and has every answer say how many those are. */
export const rateLimited =
  <E extends Env>(take: (c: Context<E>) => State, requestIdOf: (c: Context<E>) => string): MiddlewareHandler<E> =>
  async (c, next) => {
    const state = take(c)
    if (state.isAllowed) await next()
    else c.res = response(tooMany(state), requestIdOf(c))
    for (const [name, value] of Object.entries(fields(state))) c.res.headers.set(name, value)
  }
