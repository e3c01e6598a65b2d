/**
 * The rate limit of keys, counted where all requests of a key arrive.
 *
 * Shape    fixed windows: a window starts with a key's first request, the next one with the first request after its end. The
 *          quota of a window is exact; any period of that length has at most twice the quota
 * Units    requests, seconds
 * Source   draft-ietf-httpapi-ratelimit-headers-10 (RateLimit-Policy, RateLimit), RFC 9110 section 10.2.3 (Retry-After)
 * Cost     a map entry per key, for a maximum number of keys; beyond that, the oldest windows are dropped and start again
 */
import type { Context, Env, MiddlewareHandler } from "hono"
import { ApiError, response } from "./problem.ts"

export interface Policy {
  /** The name in the header fields: letters, digits and dashes. */
  readonly name: string
  /** Requests per window. */
  readonly limit: number
  readonly windowSeconds: number
}

/** Ten per second on average; a burst may use all at once. */
export const defaultPolicy: Policy = { name: "default", limit: 600, windowSeconds: 60 }

export interface State {
  readonly isAllowed: boolean
  readonly policy: Policy
  /** Requests left in this window. */
  readonly remaining: number
  /** Seconds until the next window, at least 1. */
  readonly resetSeconds: number
}

export interface RateLimit {
  /** Counts a request at a time, in milliseconds, and reports whether it is allowed; a refused one is not counted. */
  readonly take: (key: string, now: number) => State
}

/** The start of a key's window, in milliseconds, and the number of its requests. */
interface Quota {
  readonly start: number
  count: number
}

/** Makes a rate limit without any requests so far. */
export const make = (policy: Policy = defaultPolicy, maxKeys = 10_000): RateLimit => {
  const lengthMillis = policy.windowSeconds * 1000
  /** In order of the start of their windows. */
  const counts = new Map<string, Quota>()
  const isOver = ({ start }: Quota, now: number): boolean => now - start >= lengthMillis || now < start

  /** Drops windows that have ended and, if there is no room for one more, the oldest. */
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

/** The header fields of a response, such as `"default";q=600;w=60` and `"default";r=50;t=30`. */
export const fields = ({ isAllowed, policy, remaining, resetSeconds }: State): Readonly<Record<string, string>> => ({
  "RateLimit-Policy": `"${policy.name}";q=${policy.limit};w=${policy.windowSeconds}`,
  RateLimit: `"${policy.name}";r=${remaining};t=${resetSeconds}`,
  ...(isAllowed ? {} : { "Retry-After": `${resetSeconds}` }),
})

const tooMany = ({ policy, resetSeconds }: State): ApiError =>
  new ApiError({
    code: "rate_limited",
    detail: `This key has used its ${policy.limit} requests per ${policy.windowSeconds} s. Wait ${resetSeconds} s.`,
  })

/** Refuses a request over the limit, and adds the header fields to every response. */
export const rateLimited =
  <E extends Env>(take: (c: Context<E>) => State, requestIdOf: (c: Context<E>) => string): MiddlewareHandler<E> =>
  async (c, next) => {
    const state = take(c)
    if (state.isAllowed) await next()
    else c.res = response(tooMany(state), requestIdOf(c))
    for (const [name, value] of Object.entries(fields(state))) c.res.headers.set(name, value)
  }
