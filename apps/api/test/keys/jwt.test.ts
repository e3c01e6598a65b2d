import { serveHttp } from "@dwell/testing/servers"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as fc from "effect/FastCheck"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import * as TestContext from "effect/TestContext"
import { exportJWK } from "jose/key/export"
import { generateKeyPair } from "jose/key/generate/keypair"
import type { JWTPayload } from "jose"
import { CompactSign } from "jose/jws/compact/sign"
import { SignJWT } from "jose/jwt/sign"
import { UnsecuredJWT } from "jose/jwt/unsecured"
import { beforeAll, describe, expect, it } from "vitest"
import * as Authenticator from "../../src/gateway/authenticate.ts"
import * as Jwt from "../../src/keys/jwt.ts"

/** A second in 2026. */
const now = 1_780_000_000
const issuer = "https://login.example"
const audience = "dwell"

const claims: JWTPayload = {
  iss: issuer,
  aud: audience,
  sub: "ada",
  exp: now + 600,
  scope: "openid read ingest",
  dwell_accounts: ["london", "paris"],
}

type Pair = Awaited<ReturnType<typeof generateKeyPair>>

/** What the key set holds, and how it is answered; tests change it. */
const served: { keys: ReadonlyArray<object>; status: number; readings: number } = { keys: [], status: 200, readings: 0 }

let jwksUrl = new URL("http://127.0.0.1")
let elliptic: Pair
let rsa: Pair
let edwards: Pair
let strangers: Pair

const published = async (pair: Pair, kid: string, alg: string) => ({ ...(await exportJWK(pair.publicKey)), kid, alg })

beforeAll(async () => {
  elliptic = await generateKeyPair("ES256", { extractable: true })
  rsa = await generateKeyPair("RS256", { extractable: true })
  edwards = await generateKeyPair("EdDSA", { extractable: true })
  strangers = await generateKeyPair("ES256", { extractable: true })
  served.keys = [
    await published(elliptic, "elliptic", "ES256"),
    await published(rsa, "rsa", "RS256"),
    await published(edwards, "edwards", "EdDSA"),
  ]
  jwksUrl = new URL(
    "jwks.json",
    await serveHttp((_, response) => {
      served.readings += 1
      response.writeHead(served.status, { "content-type": "application/json" })
      response.end(JSON.stringify({ keys: served.keys }))
    }),
  )
})

const signed = (payload: JWTPayload, key: Pair = elliptic, kid = "elliptic", alg = "ES256"): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ alg, kid }).sign(key.privateKey)

const make = (options: Partial<Jwt.Options> = {}): Jwt.Jwt => Jwt.make({ jwksUrl, issuer, audience, ...options })

/** What becomes of a token: whose it is, or why it is refused. */
const verify = (token: string, jwt = make(), at = now) =>
  Effect.zipRight(TestClock.setTime(at * 1000), Effect.either(jwt.verify(Redacted.make(token)))).pipe(
    Effect.map(
      Either.getOrElse((error) =>
        error._tag === "KeyRefused" ? { refused: error.reason } : { unavailable: error.message },
      ),
    ),
    Effect.provide(TestContext.TestContext),
    Effect.runPromise,
  )

describe("a token", () => {
  it("says who asks, until when, and with which of the scopes of this API", async () => {
    expect(await verify(await signed(claims))).toEqual({
      key: "jwt:ada",
      name: "ada",
      scopes: ["read", "ingest"],
      accounts: ["london", "paris"],
      expiresAt: now + 630,
      rateLimitKey: "jwt:ada",
    })
  })

  it("may be signed by any of the keys in the set, and for all accounts", async () => {
    const all = { ...claims, dwell_accounts: "*" }
    expect(await verify(await signed(all, rsa, "rsa", "RS256"))).toMatchObject({ key: "jwt:ada", accounts: "*" })
    expect(await verify(await signed(all, edwards, "edwards", "EdDSA"))).toMatchObject({ key: "jwt:ada" })
  })

  it("is for no account and no scope if it names none", async () => {
    const { dwell_accounts: _, scope: __, ...bare } = claims
    expect(await verify(await signed(bare))).toMatchObject({ scopes: [], accounts: [] })
  })

  it("ends half a minute after its time, to the second", async () => {
    const token = await signed(claims)
    expect(await verify(token, make(), now + 629)).toMatchObject({ key: "jwt:ada" })
    expect(await verify(token, make(), now + 630)).toEqual({ refused: "Expired" })
  })

  it.each<readonly [string, JWTPayload, string]>([
    ["of another issuer", { ...claims, iss: "https://login.elsewhere.example" }, "Unknown"],
    ["for another audience", { ...claims, aud: "something else" }, "Unknown"],
    ["that has not begun", { ...claims, nbf: now + 31 }, "Unknown"],
    ["without an issuer", without("iss"), "Unknown"],
    ["without an audience", without("aud"), "Unknown"],
    ["without an end", without("exp"), "Unknown"],
    ["without a subject", without("sub"), "Unknown"],
    ["of an empty subject", { ...claims, sub: "" }, "Malformed"],
    ["of an account that can't be one", { ...claims, dwell_accounts: ["../etc"] }, "Malformed"],
    ["of accounts in one text", { ...claims, dwell_accounts: "london" }, "Malformed"],
    ["of scopes in a list", { ...claims, scope: ["read"] }, "Malformed"],
    ["with an end at no time", { ...claims, exp: 1e300 }, "Malformed"],
  ])("%s is refused", async (_, payload, refused) => {
    expect(await verify(await signed(payload))).toEqual({ refused })
  })

  it("without a signature is refused", async () => {
    expect(await verify(new UnsecuredJWT(claims).encode())).toEqual({ refused: "Unknown" })
  })

  it("signed with the public key as if it were a shared secret is refused", async () => {
    const secret = new TextEncoder().encode(JSON.stringify(served.keys[1]))
    const token = await new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: "rsa" }).sign(secret)
    expect(await verify(token)).toEqual({ refused: "Unknown" })
  })

  it("that is signed, but says nothing that can be understood, is refused", async () => {
    const text = await new CompactSign(new TextEncoder().encode("hello"))
      .setProtectedHeader({ alg: "ES256", kid: "elliptic" })
      .sign(elliptic.privateKey)
    expect(await verify(text)).toEqual({ refused: "Malformed" })
  })

  it("with an unknown critical header is refused", async () => {
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: "ES256", kid: "elliptic", crit: ["bound"], bound: true })
      .sign(elliptic.privateKey, { crit: { bound: true } })
    expect(await verify(token)).toEqual({ refused: "Unknown" })
  })

  it("that does not name which of several keys signed it is refused", async () => {
    const before = served.keys
    served.keys = [...before, await published(strangers, "strangers", "ES256")]
    const token = await new SignJWT(claims).setProtectedHeader({ alg: "ES256" }).sign(elliptic.privateKey)
    expect(await verify(token)).toEqual({ refused: "Unknown" })
    served.keys = before
  })

  it("of a key that is not in the set is refused by any name", async () => {
    expect(await verify(await signed(claims, strangers, "strangers"))).toEqual({ refused: "Unknown" })
    expect(await verify(await signed(claims, strangers))).toEqual({ refused: "Unknown" })
  })

  it("with one character changed is refused, and is never the fault of the server", async () => {
    const token = await signed(claims)
    const jwt = make()
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 2), fc.constantFrom(..."Ab0-_.=é".split("")), async (at, character) => {
        fc.pre(token[at] !== character)
        const changed = token.slice(0, at) + character + token.slice(at + 1)
        expect([{ refused: "Malformed" }, { refused: "Unknown" }]).toContainEqual(await verify(changed, jwt))
      }),
    )
  })

  it("differs from a key in its form", async () => {
    const forms = [
      await signed(claims),
      new UnsecuredJWT(claims).encode(),
      `dwell_${"0".repeat(16)}_${"0".repeat(64)}`,
      "a.b",
    ]
    const asked: Array<string> = []
    const askedOf = (whom: string) => async () => {
      asked.push(whom)
      return null
    }
    const { authenticate } = Authenticator.make({
      checkKey: askedOf("the ring"),
      checkToken: askedOf("the issuer"),
      cacheMillis: 0,
      now: () => 0,
    })
    for (const text of forms) await authenticate(text)
    expect(asked).toEqual(["the issuer", "the issuer", "the ring"])
  })
})

describe("the key set", () => {
  it("is read when the first token comes, and not again for the next ones", async () => {
    const jwt = make()
    const before = served.readings
    await verify(await signed(claims), jwt)
    await verify(await signed({ ...claims, sub: "ben" }), jwt)
    expect(served.readings).toBe(before + 1)
  })

  it("is read again for a key that is new in it, and keys that left it open nothing", async () => {
    const before = served.keys
    const jwt = make({ cooldownMillis: 0 })
    const old = await signed(claims)
    expect(await verify(old, jwt)).toMatchObject({ key: "jwt:ada" })
    served.keys = [await published(strangers, "fresh", "ES256")]
    expect(await verify(await signed(claims, strangers, "fresh"), jwt)).toMatchObject({ key: "jwt:ada" })
    expect(await verify(old, jwt)).toEqual({ refused: "Unknown" })
    served.keys = before
  })

  it("is reported as unreadable, without its address, and not as a refusal", async () => {
    const token = await signed(claims)
    served.status = 500
    const broken = await verify(token)
    served.status = 200
    const gone = await verify(token, make({ jwksUrl: new URL("http://127.0.0.1:1/jwks.json") }))
    for (const answer of [broken, gone]) {
      expect(answer).toEqual({
        unavailable: "The key set of the issuer of tokens can't be read. Try again later; keys work meanwhile.",
      })
    }
  })
})

function without(name: string): JWTPayload {
  const { [name]: _, ...rest } = claims
  return rest
}
