/** What every key ring does, wherever it stores its keys. */
import { runs } from "@dwell/testing/effort"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as fc from "effect/FastCheck"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/TestClock"
import * as TestContext from "effect/TestContext"
import { describe, expect, it } from "vitest"
import { Caller } from "../../src/keys/Caller.ts"
import { KeyStore } from "../../src/keys/KeyStore.ts"
import type { IssuedKey, NewKey } from "../../src/keys/schemas.ts"

/** A second in 2026. */
const start = 1_780_000_000

const collector: NewKey = { name: "collector", scopes: ["ingest"], accounts: ["london"], expiresAt: null }
const reader: NewKey = { name: "reader", scopes: ["read", "ingest"], accounts: ["london", "paris"], expiresAt: null }

const later = (seconds: number) => TestClock.adjust(`${seconds} seconds`)

/** What becomes of a key: who has it, or why it is refused. */
const check = (text: Redacted.Redacted) =>
  Effect.gen(function* () {
    const answer = yield* Effect.either((yield* KeyStore).check(text))
    return Either.match(answer, {
      onLeft: (error) => (error._tag === "KeyRefused" ? error.reason : error.message),
      onRight: (caller) => caller.key,
    })
  })

const callerOf = ({ key }: Pick<IssuedKey, "key">) => Effect.flatMap(KeyStore, (ring) => ring.check(key))

const newKey: fc.Arbitrary<NewKey> = fc.record({
  name: fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" }),
  scopes: fc.uniqueArray(fc.constantFrom("read", "ingest"), { minLength: 1 }),
  accounts: fc.oneof(
    fc.constant("*" as const),
    fc.uniqueArray(fc.constantFrom("london", "paris", "_old", "a.b-c"), { minLength: 1 }),
  ),
  expiresAt: fc.option(fc.integer({ min: start + 1, max: start + 1000 })),
})

/** A generated sequence of what admins do, with time going by. */
const deeds = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant("create" as const), key: newKey }),
    fc.record({ do: fc.constant("revoke" as const), of: fc.nat() }),
    fc.record({ do: fc.constant("rotate" as const), of: fc.nat(), graceSeconds: fc.nat(300) }),
    fc.record({ do: fc.constant("session" as const), of: fc.nat(), seconds: fc.integer({ min: 1, max: 300 }) }),
    fc.record({ do: fc.constant("wait" as const), seconds: fc.nat(200) }),
  ),
  { minLength: 1, maxLength: 15 },
)

type Deed = typeof deeds extends fc.Arbitrary<ReadonlyArray<infer A>> ? A : never

/** What a ring should know of a key. */
interface Known {
  readonly text: Redacted.Redacted
  readonly id: string
  readonly rights: Pick<NewKey, "scopes" | "accounts">
  expiresAt: number
  isRevoked: boolean
  isReplaced: boolean
  readonly parent?: Known
}

const endOf = (key: Known): number => Math.min(key.expiresAt, key.parent?.expiresAt ?? Infinity)

const expected = (key: Known, now: number): string => {
  if (key.isRevoked || key.parent?.isRevoked === true) return "Revoked"
  return now >= endOf(key) ? "Expired" : key.id
}

/** Does all that, and asks of every key after each deed: what was said, and what should have been. */
const played = (all: ReadonlyArray<Deed>) =>
  Effect.gen(function* () {
    const ring = yield* KeyStore
    const keys: Array<Known> = []
    const [said, wanted]: [Array<unknown>, Array<unknown>] = [[], []]
    let now = start
    const compare = (answer: unknown, right: unknown) => {
      said.push(answer)
      wanted.push(right)
    }
    for (const deed of all) {
      const known = "of" in deed ? keys[deed.of % Math.max(1, keys.length)] : undefined
      if (deed.do === "wait") {
        now += deed.seconds
        yield* later(deed.seconds)
      } else if (deed.do === "create") {
        const { expiresAt, ...rights } = deed.key
        const made = yield* Effect.option(ring.create(deed.key, "root"))
        compare(Option.isSome(made), expiresAt === null || expiresAt > now)
        if (Option.isSome(made)) keys.push(knownOf(made.value, rights, expiresAt ?? Infinity))
      } else if (known !== undefined && deed.do === "revoke") {
        // An expired session may have been cleared away: then there is nothing to revoke.
        const mayBeGone = known.parent !== undefined && now >= known.expiresAt
        const revoked = yield* Effect.option(ring.revoke(known.id, "root"))
        compare(Option.isSome(revoked) || mayBeGone, true)
        known.isRevoked ||= Option.isSome(revoked)
      } else if (known !== undefined && deed.do === "rotate") {
        const isPossible = expected(known, now) === known.id && !known.isReplaced && known.parent === undefined
        const made = yield* Effect.option(ring.rotate(known.id, "root", deed))
        compare(Option.isSome(made), isPossible)
        if (Option.isNone(made)) continue
        keys.push(knownOf(made.value, known.rights, known.expiresAt))
        known.expiresAt = Math.min(known.expiresAt, now + deed.graceSeconds)
        known.isReplaced = true
      } else if (known !== undefined && deed.do === "session") {
        const caller = yield* Effect.option(ring.check(known.text))
        if (Option.isNone(caller)) continue
        const made = yield* Effect.option(ring.session(caller.value, "london", deed.seconds))
        const { accounts, scopes } = known.rights
        compare(Option.isSome(made), scopes.includes("read") && (accounts === "*" || accounts.includes("london")))
        if (Option.isNone(made)) continue
        const rights = { scopes: ["read"], accounts: ["london"] } as const
        const session = knownOf(made.value, rights, Math.min(endOf(known), now + deed.seconds))
        keys.push({ ...session, parent: known.parent ?? known })
      }
      for (const key of keys) {
        const answer = yield* check(key.text)
        // Expired sessions are cleared away at some time.
        const isCleared = answer === "Unknown" && key.parent !== undefined && now >= key.expiresAt
        compare(answer, isCleared ? "Unknown" : expected(key, now))
        if (answer !== key.id) continue
        const { accounts, expiresAt, scopes } = yield* callerOf({ key: key.text })
        compare({ accounts, scopes, end: expiresAt ?? Infinity }, { ...key.rights, end: endOf(key) })
      }
    }
    return { said, wanted }
  })

/** Registers the tests; each run gets a ring where nothing is. */
export const suite = (where: string, layer: Layer.Layer<KeyStore>): void => {
  /** Runs a test on a ring of its own, whose time is the test's. */
  const run = <A>(test: Effect.Effect<A, unknown, KeyStore>): Promise<A> =>
    TestClock.setTime(start * 1000).pipe(
      Effect.zipRight(test),
      Effect.provide(layer),
      Effect.provide(TestContext.TestContext),
      Effect.runPromise,
    )

  describe(`a key ring ${where}`, () => {
    it("knows who has a key, and what it may do", () =>
      fc.assert(
        fc.asyncProperty(newKey, async (key) => {
          const caller = await run(
            Effect.flatMap(KeyStore, ({ create }) => Effect.flatMap(create(key, "root"), callerOf)),
          )
          expect(caller).toEqual({ key: caller.key, ...key, rateLimitKey: caller.key })
        }),
        { numRuns: runs(20) },
      ))

    it.each(["0", "f", "F", "_", " "])(
      "does not open with any one character of a key changed into %j",
      async (character) => {
        const answers = await run(
          Effect.gen(function* () {
            const { create } = yield* KeyStore
            const text = Redacted.value((yield* create(collector, "root")).key)
            const changed = text.split("").map((_, at) => text.slice(0, at) + character + text.slice(at + 1))
            return yield* Effect.forEach(
              changed.filter((other) => other !== text),
              (other) => check(Redacted.make(other)),
            )
          }),
        )
        expect(answers.filter((answer) => answer !== "Unknown" && answer !== "Malformed")).toEqual([])
      },
    )

    it.each(["", "dwell_", "Bearer dwell_00", "a.b.c", `dwell_${"0".repeat(16)}_${"0".repeat(63)}`])(
      "takes %j for no key at all",
      async (text) => {
        expect(await run(check(Redacted.make(text)))).toBe("Malformed")
      },
    )

    it("opens neither with what is stored of a key nor with the secret of another", async () => {
      const answers = await run(
        Effect.gen(function* () {
          const { create } = yield* KeyStore
          const [one, other] = [yield* create(collector, "root"), yield* create(reader, "root")]
          const secret = Redacted.value(one.key).split("_")[2]
          return yield* Effect.forEach(
            [
              `dwell_${other.info.id}_${secret}`,
              `dwell_${"0".repeat(16)}_${secret}`,
              `dwell_${other.info.id}_${"0".repeat(64)}`,
            ],
            (text) => check(Redacted.make(text)),
          )
        }),
      )
      expect(answers).toEqual(["Unknown", "Unknown", "Unknown"])
    })

    it("keeps revoked, expired and replaced keys so, and lets others go on, in any sequence of deeds", () =>
      fc.assert(
        fc.asyncProperty(deeds, async (all) => {
          const { said, wanted } = await run(played(all))
          expect(said).toEqual(wanted)
        }),
        { numRuns: runs(40) },
      ))

    it("ends a key at its expiry, to the second", async () => {
      const answers = await run(
        Effect.gen(function* () {
          const { key } = yield* (yield* KeyStore).create({ ...collector, expiresAt: start + 60 }, "root")
          yield* later(59)
          const before = yield* check(key)
          yield* later(1)
          return [before, yield* check(key)]
        }),
      )
      expect(answers).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/), "Expired"])
    })

    it("makes no key that would have expired already", async () => {
      const [error, keys] = await run(
        Effect.gen(function* () {
          const { create, list } = yield* KeyStore
          return [yield* Effect.flip(create({ ...collector, expiresAt: start }, "root")), yield* list()]
        }),
      )
      expect(error.message).toContain("in the past")
      expect(keys).toEqual([])
    })

    it("ends a rotated key at once, or after its grace, and gives the new one the same rights", async () => {
      const answers = await run(
        Effect.gen(function* () {
          const { create, rotate } = yield* KeyStore
          const [one, other] = [yield* create(reader, "root"), yield* create(reader, "root")]
          const fresh = yield* rotate(one.info.id, "root", { graceSeconds: 0 })
          yield* rotate(other.info.id, "root", { graceSeconds: 60 })
          const atOnce = [yield* check(one.key), yield* check(other.key)]
          yield* later(60)
          const { name, scopes, accounts, expiresAt } = yield* callerOf(fresh)
          return {
            atOnce,
            after: yield* check(other.key),
            id: other.info.id,
            kept: { name, scopes, accounts, expiresAt },
          }
        }),
      )
      expect(answers).toMatchObject({ atOnce: ["Expired", answers.id], after: "Expired", kept: reader })
    })

    it("never lengthens the life of a key by a grace, and rotates no key twice", async () => {
      const [ends, refusal] = await run(
        Effect.gen(function* () {
          const { create, list, rotate } = yield* KeyStore
          const { info } = yield* create({ ...collector, expiresAt: start + 60 }, "root")
          yield* rotate(info.id, "root", { graceSeconds: 3600 })
          const again = yield* Effect.flip(rotate(info.id, "root", { graceSeconds: 3600 }))
          return [(yield* list()).map(({ expiresAt }) => expiresAt), again]
        }),
      )
      expect(ends).toEqual([start + 60, start + 60])
      expect(refusal).toMatchObject({ _tag: "NotRotatable", reason: "Replaced" })
    })

    it("ends a session with its key, however that ends, and rotates no session", async () => {
      const { answers, refusal } = await run(
        Effect.gen(function* () {
          const { create, revoke, rotate, session } = yield* KeyStore
          const [one, other] = [yield* create(reader, "root"), yield* create(reader, "root")]
          const [first, second] = [
            yield* session(yield* callerOf(one), "london", 600),
            yield* session(yield* callerOf(other), "london", 600),
          ]
          const notRotated = yield* Effect.flip(rotate(first.info.id, "root", { graceSeconds: 600 }))
          yield* rotate(one.info.id, "root", { graceSeconds: 60 })
          yield* revoke(other.info.id, "root")
          yield* later(59)
          const before = yield* check(first.key)
          yield* later(1)
          return {
            answers: [before === first.info.id, yield* check(first.key), yield* check(second.key)],
            refusal: notRotated,
          }
        }),
      )
      expect(answers).toEqual([true, "Expired", "Revoked"])
      expect(refusal).toMatchObject({ _tag: "UnknownKey" })
    })

    it("does not rotate a key that has expired, whose rights would come back", async () => {
      const refusal = await run(
        Effect.gen(function* () {
          const { create, rotate } = yield* KeyStore
          const { info } = yield* create({ ...collector, expiresAt: start + 60 }, "root")
          yield* later(60)
          return yield* Effect.flip(rotate(info.id, "root", { graceSeconds: 60 }))
        }),
      )
      expect(refusal).toMatchObject({ _tag: "NotRotatable", reason: "Expired" })
    })

    it("says for each request about an unknown id that there is no such key", async () => {
      const errors = await run(
        Effect.gen(function* () {
          const { revoke, rotate } = yield* KeyStore
          return [
            yield* Effect.flip(revoke("nobody", "root")),
            yield* Effect.flip(rotate("nobody", "root", { graceSeconds: 0 })),
          ]
        }),
      )
      expect(errors).toMatchObject([{ _tag: "UnknownKey" }, { _tag: "UnknownKey" }])
    })

    it("notes what admins did, the latest first, by whom and when, and a second revocation not at all", async () => {
      const entries = await run(
        Effect.gen(function* () {
          const { audit, create, revoke, rotate } = yield* KeyStore
          const { info } = yield* create(collector, "root")
          yield* later(10)
          const fresh = yield* rotate(info.id, "ada", { graceSeconds: 60 })
          yield* revoke(info.id, "ben")
          yield* revoke(info.id, "cleo")
          const all = yield* audit()
          expect(yield* audit(2)).toEqual(all.slice(0, 2))
          return all.map(({ subject, ...entry }) => ({
            ...entry,
            subject: subject === info.id ? "old" : subject,
            details: entry.details.replace(fresh.info.id, "NEW"),
          }))
        }),
      )
      expect(entries).toEqual([
        { at: start + 10, by: "ben", action: "keys.revoke", subject: "old", details: "collector" },
        {
          at: start + 10,
          by: "ada",
          action: "keys.rotate",
          subject: "old",
          details: "collector: replaced by NEW, goes on for 60 s",
        },
        {
          at: start,
          by: "root",
          action: "keys.create",
          subject: "old",
          details: "collector: ingest, for london, never expires",
        },
      ])
    })

    it("lists keys the oldest first, and sessions only if asked, each with its own end", async () => {
      const [keys, all, after] = await run(
        Effect.gen(function* () {
          const { create, endSession, list, session } = yield* KeyStore
          const issued = yield* create(reader, "root")
          yield* create(collector, "root")
          const caller = yield* callerOf(issued)
          const child = yield* session(caller, "paris", 600)
          const shown = [yield* list(), yield* list({ sessions: true })] as const
          yield* endSession(yield* callerOf(child))
          yield* endSession(caller)
          return [...shown, [yield* check(child.key), (yield* callerOf(issued)).name]] as const
        }),
      )
      expect(keys.map((info) => info.name)).toEqual(["reader", "collector"])
      expect(all.map((info) => info.name)).toEqual(["reader", "collector", "session of reader"])
      expect(after).toEqual(["Unknown", "reader"])
    })

    it("makes sessions that read one account and count as their key, and none for a key that may not read it", async () => {
      const { caller, refusals } = await run(
        Effect.gen(function* () {
          const { create, session } = yield* KeyStore
          const issued = yield* create(reader, "root")
          const parent = yield* callerOf(issued)
          const child = yield* callerOf(yield* session(parent, "paris", 600))
          const elsewhere = yield* Effect.flip(session(child, "london", 600))
          const writer = yield* callerOf(yield* create(collector, "root"))
          const blind = yield* Effect.flip(session(writer, "london", 600))
          expect(child.rateLimitKey).toBe(parent.key)
          return { caller: child, refusals: [elsewhere, blind] }
        }),
      )
      expect(caller).toMatchObject({
        name: "session of reader",
        scopes: ["read"],
        accounts: ["paris"],
        expiresAt: start + 600,
      })
      expect(refusals).toMatchObject([{ _tag: "NotGranted" }, { _tag: "NotGranted" }])
    })

    it("keeps no expired session once another is made, and at most the latest 1,000 of a key", async () => {
      const [expired, live] = await run(
        Effect.gen(function* () {
          const { create, list, session } = yield* KeyStore
          const caller = yield* callerOf(yield* create(reader, "root"))
          const sessions = Effect.map(list({ sessions: true }), (all) => all.length - 1)
          for (let made = 0; made < 3; made++) yield* session(caller, "london", 60)
          yield* later(60)
          yield* session(caller, "london", 600)
          const left = yield* sessions
          for (let made = 0; made < 1010; made++) yield* session(caller, "london", 600)
          return [left, yield* sessions]
        }),
      )
      expect([expired, live]).toEqual([1, 1000])
    })

    it("describes a caller to another program as JSON", async () => {
      const caller = await run(
        Effect.flatMap(KeyStore, ({ create }) => Effect.flatMap(create(reader, "root"), callerOf)),
      )
      const told: unknown = JSON.parse(JSON.stringify(caller))
      expect(Schema.decodeUnknownSync(Caller)(told)).toEqual(caller)
    })

    it("shows the secret of a key in no message, list, log or JSON", async () => {
      const { said, secret } = await run(
        Effect.gen(function* () {
          const { audit, create, list, revoke } = yield* KeyStore
          const issued = yield* create(reader, "root")
          yield* revoke(issued.info.id, "root")
          const refusal = yield* Effect.flip((yield* KeyStore).check(issued.key))
          const shown = [issued, refusal, String(refusal), yield* list(), yield* audit()]
          return { said: `${shown.map(String).join()} ${JSON.stringify(shown)}`, secret: Redacted.value(issued.key) }
        }),
      )
      expect(said).toContain("revoked")
      expect(said).not.toContain(secret.split("_")[2])
    })
  })
}

const knownOf = ({ info, key }: IssuedKey, { accounts, scopes }: Known["rights"], expiresAt: number): Known => ({
  text: key,
  id: info.id,
  rights: { accounts, scopes },
  expiresAt,
  isRevoked: false,
  isReplaced: false,
})
