import { DatabaseSync } from "node:sqlite"
import * as zlib from "node:zlib"
import * as nodeDriver from "@dwell/core/EventStore/nodeDriver"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { describe, expect, it } from "vitest"
import * as KeyStore from "../../src/keys/KeyStore.ts"
import type { NewKey } from "../../src/keys/schemas.ts"
import { suite } from "./suite.ts"

const layerOf = (database: DatabaseSync, more: Partial<KeyStore.Options> = {}) =>
  KeyStore.layer({ driver: nodeDriver.make(database, zlib), name: "keys.sqlite", ...more })

suite("in Node's SQLite", Layer.orDie(Layer.suspend(() => layerOf(new DatabaseSync(":memory:")))))

const collector: NewKey = { name: "collector", scopes: ["ingest"], accounts: ["london"], expiresAt: null }

/** What becomes of making a key in a database. */
const attempt = (database: DatabaseSync) =>
  Effect.flatMap(KeyStore.KeyStore, ({ create }) => create(collector, "root")).pipe(
    Effect.provide(layerOf(database)),
    Effect.match({ onFailure: (error) => error, onSuccess: () => undefined }),
    Effect.runPromise,
  )

describe("a key that is set from outside", () => {
  const key = `dwell_${"5".repeat(16)}_${"a".repeat(64)}`

  /** What becomes of a key where another one is set. */
  const check = (set: string, given: string) =>
    Effect.flatMap(KeyStore.KeyStore, (ring) => ring.check(Redacted.make(given))).pipe(
      Effect.provide(layerOf(new DatabaseSync(":memory:"), { adminKey: Redacted.make(set) })),
      Effect.match({
        onFailure: (error) => (error._tag === "KeyRefused" ? error.reason : error.message),
        onSuccess: ({ accounts, name, scopes }) => ({ accounts, name, scopes }),
      }),
      Effect.runPromise,
    )

  it("is an admin's, though it is not stored", async () => {
    expect(await check(key, key)).toEqual({ accounts: "*", name: "operator", scopes: ["admin"] })
  })

  it("opens only as it was set", async () => {
    expect(await check(key, key.replace(/a$/, "b"))).toBe("Unknown")
    expect(await check(key, key.replace("5", "6"))).toBe("Unknown")
  })

  it("ends the sessions that were made with it when another is set", async () => {
    const database = new DatabaseSync(":memory:")
    const set = (text: string) => Effect.provide(layerOf(database, { adminKey: Redacted.make(text) }))
    const session = await Effect.flatMap(KeyStore.KeyStore, (ring) =>
      Effect.flatMap(ring.check(Redacted.make(key)), (caller) => ring.session(caller, "london", 600)),
    ).pipe(set(key), Effect.runPromise)
    const shown = Effect.flatMap(KeyStore.KeyStore, (ring) => Effect.either(ring.check(session.key)))
    const other = key.replaceAll("5", "6")
    const [before, after] = [await Effect.runPromise(set(key)(shown)), await Effect.runPromise(set(other)(shown))]
    expect([before._tag, after._tag]).toEqual(["Right", "Left"])
  })

  it.each(["", "secret", "dwell_", "dwell_5555555555555555_"])("opens nothing when it is %j", async (weak) => {
    expect(await check(weak, weak)).toBe("Malformed")
    expect(await check(weak, key)).toBe("Unknown")
  })
})

describe("the database of a key ring", () => {
  it("is made once, and kept as it is when it is opened again", async () => {
    const database = new DatabaseSync(":memory:")
    await attempt(database)
    await attempt(database)
    expect(database.prepare("SELECT count(*) AS keys FROM keys").get()).toEqual({ keys: 2 })
  })

  it("is left alone when another program made it", async () => {
    const database = new DatabaseSync(":memory:")
    database.exec("CREATE TABLE recipes (name TEXT)")
    expect(await attempt(database)).toMatchObject({ _tag: "StoreError", reason: "Foreign" })
    expect(database.prepare("SELECT name FROM sqlite_schema").all()).toEqual([{ name: "recipes" }])
  })

  it("is left alone when a later version wrote it", async () => {
    const database = new DatabaseSync(":memory:")
    await attempt(database)
    database.exec("UPDATE meta SET value = '99' WHERE key = 'version'")
    expect(await attempt(database)).toMatchObject({ reason: "Newer" })
    expect(database.prepare("SELECT value FROM meta").all()).toEqual([{ value: "99" }])
  })

  it("keeps nothing of a key that could not be stored, and does not speak of events when it is full", async () => {
    const database = new DatabaseSync(":memory:")
    await attempt(database)
    database.exec("CREATE TRIGGER fail BEFORE INSERT ON keys BEGIN SELECT RAISE(ABORT, 'no'); END")
    await expect(attempt(database)).rejects.toThrow("no")
    expect(database.prepare("SELECT count(*) AS entries FROM audit").get()).toEqual({ entries: 1 })
    database.exec("DROP TRIGGER fail")
    const pages = Number(database.prepare("PRAGMA page_count").get()?.["page_count"])
    database.exec(`PRAGMA max_page_count = ${pages}`)
    const filled = async (tries: number): Promise<unknown> =>
      tries === 0 ? undefined : ((await attempt(database)) ?? filled(tries - 1))
    const error = await filled(200)
    expect(error).toMatchObject({ reason: "Full", remedy: "Make room; nothing was lost." })
  })

  it("holds no secret but its hash", async () => {
    const database = new DatabaseSync(":memory:")
    const { info, key } = await Effect.runPromise(
      Effect.flatMap(KeyStore.KeyStore, ({ create }) => create(collector, "root")).pipe(
        Effect.provide(layerOf(database)),
      ),
    )
    const rows = JSON.stringify(database.prepare("SELECT *, hex(hash) FROM keys, audit").all())
    expect(rows).toContain(info.id)
    expect(rows.toLowerCase()).not.toContain(Redacted.value(key).split("_")[2])
  })
})
