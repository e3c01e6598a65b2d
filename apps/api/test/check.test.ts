import { expect, it } from "vitest"
import * as Authenticator from "../src/gateway/authenticate.ts"
import { endsKeys } from "../src/keys/checkRoute.ts"

const caller = { key: "k", name: "k", scopes: ["read"], accounts: "*", expiresAt: null, rateLimitKey: "k" } as const
const key = `dwell_${"0".repeat(16)}_${"1".repeat(64)}`

it("a check does not remember a caller whose key was revoked while it was looked up", async () => {
  const found: Array<typeof caller | null> = [caller, null]
  let answer: (() => void) | undefined
  const answered = new Promise<void>((resolve) => {
    answer = resolve
  })
  let ask: (() => void) | undefined
  const asked = new Promise<void>((resolve) => {
    ask = resolve
  })
  let looked = 0
  const { authenticate, forget } = Authenticator.make({
    checkKey: async () => {
      looked += 1
      const first = found.shift() ?? null
      ask?.()
      if (first !== null) await answered
      return first
    },
    cacheMillis: 1000,
    now: () => 0,
  })
  const before = authenticate(key)
  await asked
  forget()
  answer?.()
  expect([await before, await authenticate(key), await authenticate(key), looked]).toEqual([caller, null, null, 2])
})

it.each([
  ["DELETE", "/v1/keys/0000000000000001", 200, true],
  ["DELETE", "/v1/keys/0000000000000001", 403, false],
  ["POST", "/v1/keys/0000000000000001/rotate", 201, true],
  ["POST", "/v1/keys", 201, false],
  ["POST", "/session", 303, false],
  ["POST", "/session", 403, false],
  ["POST", "/session/end", 303, true],
  ["GET", "/v1/keys", 200, false],
])("a check forgets its callers after %s %s with %i: %s", (method, path, status, ends) => {
  expect(endsKeys(new Request(`https://dwell.example${path}`, { method }), new Response(null, { status }))).toBe(ends)
})
