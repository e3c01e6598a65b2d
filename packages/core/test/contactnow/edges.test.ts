import { isIP } from "node:net"
import { runs } from "@dwell/testing/effort"
import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as fc from "effect/FastCheck"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as AgentDirectory from "../../src/contactnow/AgentDirectory.ts"
import * as ContactNow from "../../src/contactnow/ContactNow.ts"
import * as Token from "../../src/contactnow/Token.ts"
import { base, client, driven, failure, inOrder, lineOf, noon, query, read, row, telling, vendorOf } from "./support.ts"

const get = Effect.flatMap(Token.Token, (token) => token.get)

describe("a text that quotes secrets", () => {
  it.effect("loses the whole of one that begins with another", () =>
    Effect.gen(function* () {
      const line = lineOf(async () => Response.json({ success: false, error: "no api-user-9f8e7d6c here" }))
      const connection = { username: "api-user", password: "api-user-9f8e7d6c" }
      const error = yield* failure(driven(line)(Effect.provide(get, client(line.fetch, connection))))
      expect(error.issue).toContain('"no <redacted> here"')
      expect(error.message).not.toContain("9f8e7d6c")
    }),
  )

  it.effect("loses them in every way that a URL or a form may hold them", () =>
    Effect.gen(function* () {
      const password = "it's (so) *very* ~odd~ & new!"
      const form = new URLSearchParams({ password }).toString()
      const strict = encodeURIComponent(password).replaceAll(
        /[!'()*~]/g,
        (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
      )
      for (const said of [form, encodeURI(password), encodeURIComponent(password), strict, strict.toLowerCase()]) {
        const line = lineOf(() => Promise.reject(new Error(`could not send ${said}`)))
        const error = yield* failure(driven(line)(Effect.provide(get, client(line.fetch, { password }))))
        expect(error.message).toContain("<redacted>")
        expect(error.message).not.toContain(said.replace("password=", ""))
      }
    }),
  )

  it.effect("loses the beginning of one that a message cuts", () =>
    Effect.gen(function* () {
      const password = 'quoted "pass" 0123456789 abcdefghij'
      const line = lineOf(
        telling(() => Response.json({ success: true, list: [{ uid: `your password is ${password}` }] })),
      )
      const error = yield* failure(driven(line)(Effect.provide(query({}), client(line.fetch, { password }))))
      expect(error.issue).toContain("your password is <redacted>…")
      expect(error.message).not.toContain("quoted")
    }),
  )

  it.effect("keeps words of which a short secret is only a part", () =>
    Effect.gen(function* () {
      const line = lineOf(async () => Response.json({ success: false, error: "a bad argument: a" }))
      const error = yield* failure(driven(line)(Effect.provide(get, client(line.fetch, { username: "a" }))))
      expect(error.issue).toContain('"<redacted> bad argument: <redacted>"')
    }),
  )
})

describe("an address list", () => {
  it("takes what is an internet address and nothing else", () => {
    const piece = fc.constantFrom(
      "0",
      "1",
      "10",
      "010",
      "255",
      "256",
      "ff",
      ".",
      ".",
      ":",
      ":",
      "::",
      "]",
      "[",
      "/",
      "@",
    )
    const text = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join("")),
      fc.constantFrom(
        "::1]/[::1",
        "::1]:80/[",
        "x@[::1",
        "::ffff:192.0.2.1",
        "fe80::1%eth0",
        "1.2.3",
        "01.2.3.4",
        "::",
      ),
    )
    fc.assert(
      fc.property(text, (address) => {
        expect(Either.isRight(Token.parseAddresses(address)), address).toBe(
          isIP(address) !== 0 && !address.includes("%"),
        )
      }),
      { numRuns: runs(335), seed: 3 },
    )
  })

  it("takes ten and no more", () => {
    const list = (count: number) => Array.from({ length: count }, (_, i) => `192.0.2.${i}`)
    expect(Either.getOrThrow(Token.parseAddresses(list(10).join()))).toEqual(list(10))
    expect(Either.isLeft(Token.parseAddresses(list(11).join()))).toBe(true)
  })
})

describe("a base URL", () => {
  it.each(["https://example.com/?", "https://example.com/#", "https://example.com/api?", "https://example.com/?#"])(
    "is refused with an empty query or fragment: %s",
    (text) => {
      expect(Either.getOrThrow(Either.flip(ContactNow.baseUrl(text))).message).toContain("a query or a fragment")
    },
  )

  it.each(["http://localhost.example.com/", "http://127.0.0.1.example.com/", "http://128.0.0.1/", "http://[::2]/"])(
    "is refused where it only looks like this machine: %s",
    (text) => expect(Either.isLeft(ContactNow.baseUrl(text))).toBe(true),
  )

  it("never shows a password that is in it", () => {
    const { message } = Either.getOrThrow(Either.flip(ContactNow.baseUrl("http://ada:hush@example.com/")))
    expect(message).not.toMatch(/ada|hush/)
  })

  it.effect("is where every script is, path and all", () =>
    Effect.gen(function* () {
      for (const baseUrl of ["https://vendor.test/", base, ContactNow.regions.us]) {
        const { line, run } = yield* vendorOf({ rows: [] })
        yield* run({ baseUrl })(query({ tstart: 1 }))
        expect(line.urls.map((url) => url.replace(/\?.*/, ""))).toEqual([
          `${baseUrl}token.php`,
          `${baseUrl}database.php`,
        ])
      }
    }),
  )
})

describe("the beginning of time", () => {
  const rows = [row(1, 0, 7), row(2, 1, 8), row(3, 100, 7)]

  it.effect.each([0, 1, 50])("is no bound that a vendor would refuse, for a window from %d", (from) =>
    Effect.gen(function* () {
      const { emulator, run } = yield* vendorOf({ rows })
      const found = yield* run()(read({ window: { from, to: 101 } }))
      expect(inOrder(found)).toEqual(inOrder(rows))
      for (const { params } of emulator.requests) expect(params["tstart"] ?? "0").toMatch(/^\d+$/)
    }),
  )

  it.effect("does not keep progress from coming to its end", () =>
    Effect.gen(function* () {
      const { run } = yield* vendorOf({ rows })
      const said: Array<readonly [done: number, all: number]> = []
      const onProgress = ({ all, done }: { readonly all: number; readonly done: number }) =>
        Effect.sync(() => void said.push([done, all]))
      yield* run()(read({ window: { from: 50, to: 101 }, onProgress }))
      expect(said.at(-1)).toEqual([101, 101])
    }),
  )
})

describe("a cache", () => {
  const broken = {
    load: Effect.succeed(Option.none<Token.AccessToken>()),
    store: () => Effect.die(new Error("out of order")),
  }

  it.effect("that breaks once does not break what comes after", () =>
    Effect.gen(function* () {
      const { run } = yield* vendorOf()
      let isBroken = true
      const cache = { ...broken, store: () => (isBroken ? broken.store() : Effect.void) }
      yield* run({ token: { cache } })(
        Effect.gen(function* () {
          expect(Exit.isFailure(yield* Effect.exit(get))).toBe(true)
          isBroken = false
          expect((yield* get).expire).toBe(noon + 43_200)
        }),
      )
    }),
  )

  it.effect("that holds what another process has renewed saves a get", () =>
    Effect.gen(function* () {
      const tokens = [
        { token: "newer-token", expire: noon + 900, addresses: ["127.0.0.1"] },
        { token: "older-token", expire: noon - 1, addresses: ["127.0.0.1"] },
      ]
      const { had, run } = yield* vendorOf({ rows: [], tokens })
      const held = (token: string) => Option.some({ token: Redacted.make(token), expire: noon + 900 })
      let loads = 0
      const cache = {
        load: Effect.sync(() => (loads++ === 0 ? held("older-token") : held("newer-token"))),
        store: () => Effect.void,
      }
      yield* run({ token: { cache } })(query({ tstart: 1 }))
      expect([had("token"), had("database"), loads]).toEqual([0, 2, 2])
    }),
  )
})

it.effect("however much is asked for at once, two requests are under way at most", () =>
  Effect.gen(function* () {
    const { had, line, run } = yield* vendorOf({ agents: 3, days: 2 })
    const many = Array.from({ length: 12 }, (_, i) => query({ tstart: noon - 60 * i, tstop: noon }))
    yield* run()(Effect.all([AgentDirectory.fromVendor({ from: noon - 60, to: noon }), ...many], { concurrency: 20 }))
    expect([had("database"), had("reporting"), line.most]).toEqual([13, 1, 2])
  }),
)

describe("time", () => {
  /** When each try was, in milliseconds; a `fetch` that fails at once. */
  const triesOf = (seconds: number) =>
    Effect.gen(function* () {
      yield* vendorOf({}, noon + seconds)
      const clock = yield* Effect.clock
      const tries: Array<number> = []
      const line = lineOf(() => {
        tries.push(clock.unsafeCurrentTimeMillis())
        return Promise.reject(new Error("refused"))
      })
      yield* failure(driven(line)(Effect.provide(get, client(line.fetch))))
      return tries
    })

  it.effect("between tries grows, and is never quite the same", () =>
    Effect.gen(function* () {
      const both = [yield* triesOf(0), yield* triesOf(1000)]
      const pauses = both.map((tries) => tries.slice(1).map((at, i) => at - (tries[i] ?? at)))
      for (const some of pauses) {
        expect(some).toHaveLength(5)
        some.forEach((pause, i) => {
          expect(pause).toBeGreaterThanOrEqual(Math.floor(0.8 * 250 * 2 ** i))
          expect(pause).toBeLessThanOrEqual(Math.ceil(1.2 * 250 * 2 ** i))
        })
      }
      expect(pauses[0]).not.toEqual(pauses[1])
    }),
  )

  it.effect.each([
    ["an answer", () => new Promise<Response>(() => {}), /a minute without an answer/],
    [
      "the rest of one",
      () =>
        Promise.resolve(
          new Response(
            new ReadableStream<Uint8Array>({ start: (body) => body.enqueue(new TextEncoder().encode('{"success":')) }),
          ),
        ),
      /a minute without a byte/,
    ],
  ] as const)("is waited a minute for %s, each time", ([, fetch, says]) =>
    Effect.gen(function* () {
      yield* vendorOf()
      let tries = 0
      const asked = Effect.provide(
        get,
        client(() => {
          tries += 1
          return fetch()
        }),
      )
      // Nothing that is under way is waited for here: it never ends.
      const error = yield* driven({ ...lineOf(fetch), underWay: 0 })(failure(asked))
      expect(error.reason).toBe("TransportFailed")
      expect(error.message).toMatch(says)
      expect(tries).toBe(6)
      const passed = (yield* Clock.currentTimeMillis) / 1000 - noon
      expect(passed).toBeGreaterThan(6 * 60)
      expect(passed).toBeLessThan(6 * 60 + 10)
    }),
  )
})

describe("a table of agents", () => {
  const complaint = (content: string) =>
    Either.getOrThrow(Either.flip(AgentDirectory.fromCsv(content, "agents.csv"))).message

  it.each(["\n", "\r\n", "\r"])("counts its lines whatever ends them: %j", (end) => {
    expect(complaint(["agent,name", '7,"Ada', 'the first"', "x,Ben"].join(end))).toContain("agents.csv, line 4:")
  })
})

it.effect("a vendor who tells no names tells no names: all candidates are empty, the other method has them", () =>
  Effect.gen(function* () {
    const rows = {
      agents: [{ agentid: "7", name: " ", description: null }],
      calls: [{ aid: "7", anm: "Ada", tid: "0" }],
    }
    const line = lineOf(
      telling((params) =>
        Response.json({ success: true, list: params.get("method") === "agents" ? rows.agents : rows.calls }),
      ),
    )
    const found = yield* driven(line)(Effect.provide(AgentDirectory.fromVendor({ from: 0, to: 9 }), client(line.fetch)))
    expect([...found]).toEqual([[7, { name: "Ada", team: null }]])
  }),
)
