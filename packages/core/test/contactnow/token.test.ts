import { readdirSync, readFileSync, statSync, chmodSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { file, folder } from "@dwell/testing/scratch"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import * as ContactNow from "../../src/contactnow/ContactNow.ts"
import * as Token from "../../src/contactnow/Token.ts"
import { base, client, type Connection, failure, noon, query, vendorOf } from "./support.ts"

const get = Effect.flatMap(Token.Token, (token) => token.get)
const lifetime = 3600

describe("asking for a token", () => {
  it.effect("sends credentials in the body of a POST, never in a URL", () =>
    Effect.gen(function* () {
      const { emulator, line, run } = yield* vendorOf()
      yield* run()(get)
      const asked = emulator.requests.filter(({ script }) => script === "token")
      expect(asked.map((request) => [request.method, request.query])).toEqual([["POST", []]])
      expect(line.urls).toEqual([`${base}token.php`])
    }),
  )

  it.effect("names the addresses that may use the token", () =>
    Effect.gen(function* () {
      const { emulator, run } = yield* vendorOf()
      yield* run({ token: { addresses: ["192.0.2.1", "192.0.2.2"] } })(get)
      expect(emulator.requests[0]?.params["address"]).toBe("192.0.2.1,192.0.2.2")
    }),
  )

  it.each([
    ["eleven addresses", Array.from({ length: 11 }, (_, i) => `192.0.2.${i}`).join(","), /11 addresses/],
    ["no address", "", /"" is not an internet address/],
    ["a name", "example.com", /"example.com" is not/],
    ["a number too high", "192.0.2.256", /"192.0.2.256" is not/],
    ["a range", "192.0.2.0/24", /is not an internet address/],
  ])("refuses %s before anything is asked", (_, text, says) => {
    expect(Either.getOrThrow(Either.flip(Token.parseAddresses(text))).message).toMatch(says)
  })

  it("takes one to ten addresses, new ones too", () => {
    expect(Either.getOrThrow(Token.parseAddresses("192.0.2.1"))).toEqual(["192.0.2.1"])
    expect(Either.getOrThrow(Token.parseAddresses(" 2001:db8::1 , 192.0.2.1"))).toEqual(["2001:db8::1", "192.0.2.1"])
  })
})

describe("a client that keeps a token", () => {
  it.effect("asks once for fifty who need it at the same time, and not again while it lasts", () =>
    Effect.gen(function* () {
      const { had, run } = yield* vendorOf()
      yield* run()(
        Effect.gen(function* () {
          const tokens = yield* Effect.all(
            Array.from({ length: 50 }, () => get),
            { concurrency: "unbounded" },
          )
          expect(new Set(tokens.map(({ token }) => Redacted.value(token))).size).toBe(1)
          yield* get
        }),
      )
      expect(had("token")).toBe(1)
    }),
  )

  it.effect("goes on asking for the others when the one who began gives up", () =>
    Effect.gen(function* () {
      const { had, run } = yield* vendorOf()
      yield* run()(
        Effect.gen(function* () {
          const first = yield* Effect.fork(get)
          const second = yield* Effect.fork(get)
          yield* Effect.yieldNow()
          yield* Fiber.interrupt(first)
          expect((yield* Fiber.join(second)).expire).toBeGreaterThan(noon)
        }),
      )
      expect(had("token")).toBe(1)
    }),
  )

  it.effect("renews a minute before the end; the vendor's old token is then used to its end", () =>
    Effect.gen(function* () {
      const { emulator, had, run } = yield* vendorOf({ tokenLifetimeSeconds: lifetime })
      yield* run()(
        Effect.gen(function* () {
          const first = yield* get
          yield* TestClock.setTime((first.expire - 61) * 1000)
          yield* get
          expect(had("token")).toBe(1)
          yield* TestClock.setTime((first.expire - 59) * 1000)
          const same = yield* get
          expect(same).toEqual(first)
          expect(had("token")).toBe(2)
          yield* TestClock.setTime((first.expire - 1) * 1000)
          yield* get
          expect(had("token")).toBe(2)
          yield* TestClock.setTime((first.expire + 1) * 1000)
          const next = yield* get
          expect(Redacted.value(next.token)).not.toBe(Redacted.value(first.token))
          expect(had("token")).toBe(3)
        }),
      )
      expect(emulator.requests.length).toBe(3)
    }),
  )

  it.effect("never keeps a failure", () =>
    Effect.gen(function* () {
      const { emulator, had, run } = yield* vendorOf()
      yield* run()(
        Effect.gen(function* () {
          emulator.replay("token-get-bad-credentials-json")
          expect((yield* failure(get)).reason).toBe("CredentialsRejected")
          expect((yield* get).expire).toBeGreaterThan(noon)
        }),
      )
      expect(had("token")).toBe(2)
    }),
  )
})

describe("a token that is rejected", () => {
  it.effect("is renewed once for all who had it", () =>
    Effect.gen(function* () {
      const { emulator, had, run } = yield* vendorOf({ days: 1 })
      yield* run()(
        Effect.gen(function* () {
          yield* get
          // The vendor forgets the token: the first to use it hears that it has expired, the others that it is unknown.
          emulator.faultOnce("expiredToken")
          const reads = Array.from({ length: 20 }, (_, i) => query({ tstart: noon - 60 * i, tstop: noon }))
          yield* Effect.all(reads, { concurrency: "unbounded" })
        }),
      )
      expect(had("token")).toBe(2)
      expect(had("database")).toBeGreaterThan(20)
    }),
  )

  it.effect("does not hide what else a call fails with", () =>
    Effect.gen(function* () {
      const { had, run } = yield* vendorOf()
      const found = yield* run()(
        Effect.flatMap(Token.Token, ({ use }) => Effect.either(use(() => Effect.fail("other" as const)))),
      )
      expect(found).toEqual(Either.left("other"))
      expect(had("token")).toBe(1)
    }),
  )
})

describe("the file of a token", () => {
  const cached = (path: string, { token, ...connection }: Connection = {}) =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf()
      const services = client(vendor.line.fetch, connection)
      const cache = yield* Effect.provide(Token.fileCache(path, token ?? {}), [services, NodeContext.layer])
      return { ...vendor, held: vendor.run({ ...connection, token: { ...token, cache } })(get) }
    })

  it.effect("is its owner's alone, has nothing beside it, and serves the next process", () =>
    Effect.gen(function* () {
      const place = join(folder(), "own")
      const path = join(place, "token.json")
      const first = yield* cached(path)
      const held = yield* first.held
      expect(statSync(path).mode & 0o777).toBe(0o600)
      expect(readdirSync(place)).toEqual(["token.json"])
      const second = yield* cached(path)
      expect(yield* second.held).toEqual(held)
      expect(second.had("token")).toBe(0)
    }),
  )

  it.effect.each<readonly [string, (path: string) => void, Connection]>([
    ["others may read it", (path) => chmodSync(path, 0o644), {}],
    ["it is damaged", (path) => writeFileSync(path, readFileSync(path, "utf8").slice(0, 30)), {}],
    ["it is another user's", () => {}, { username: "someone-else" }],
    ["it is of another base URL", () => {}, { baseUrl: "https://vendor.test/" }],
    ["it is for other addresses", () => {}, { token: { addresses: ["192.0.2.1"] } }],
  ])("counts as none where %s", ([, spoil, other]) =>
    Effect.gen(function* () {
      const path = join(folder(), "token.json")
      yield* (yield* cached(path)).held
      spoil(path)
      const next = yield* cached(path, other)
      yield* Effect.exit(next.held)
      expect(next.had("token")).toBe(1)
    }),
  )

  it.effect("costs a warning and no more where it can't be written", () =>
    Effect.gen(function* () {
      const vendor = yield* cached(join(file("a file", ""), "token.json"))
      expect((yield* vendor.held).expire).toBeGreaterThan(noon)
    }),
  )
})

describe("a base URL", () => {
  it.each([
    ["http://example.com/", /unencrypted/],
    ["ftp://example.com/", /unencrypted/],
    ["example.com", /not a URL/],
    ["https://user:secret@example.com/", /user name or a password/],
    ["https://example.com/?x=1", /query/],
  ])("is refused where it is %s", (text, says) => {
    const { message } = Either.getOrThrow(Either.flip(ContactNow.baseUrl(text)))
    expect(message).toMatch(says)
    expect(message).not.toContain("secret")
  })

  it.each(["http://127.0.0.1:8106", "http://localhost:8106/", "http://[::1]:8106/api", "https://example.com/api"])(
    "is taken and ends with a slash, as from %s",
    (text) => expect(Either.getOrThrow(ContactNow.baseUrl(text))).toMatch(/[^/]\/$/),
  )
})
