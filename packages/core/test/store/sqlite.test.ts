import { readFileSync, writeFileSync } from "node:fs"
import { DatabaseSync, type DatabaseSyncOptions } from "node:sqlite"
import { join } from "node:path"
import * as zlib from "node:zlib"
import { folder } from "@dwell/testing/scratch"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { afterEach, describe, expect, it } from "vitest"
import * as EventBatch from "../../src/events/EventBatch.ts"
import type { StatusEvent } from "../../src/events/StatusEvent.ts"
import type { Driver } from "../../src/store/drivers/Driver.ts"
import { EventStore, type Service } from "../../src/store/EventStore.ts"
import * as nodeDriver from "../../src/store/drivers/nodeDriver.ts"
import * as sqlite from "../../src/store/sqlite/sqlite.ts"
import type { StoreError } from "../../src/store/StoreError.ts"
import { suite } from "./suite.ts"

suite(
  "in SQLite",
  Layer.orDie(
    Layer.suspend(() =>
      sqlite.layer({
        driver: nodeDriver.make(new DatabaseSync(":memory:"), zlib),
        name: "memory",
        account: "test",
      }),
    ),
  ),
  24,
)

const dayStart = 1_699_920_000
const day = 86_400

it("a store in SQLite closes days one after another, and others get a turn in between", async () => {
  const days = 5
  const at = (number: number): StatusEvent => ({
    uid: BigInt(number),
    uts: dayStart + number * day + 60,
    agent: 7,
    status: "call",
    subcode: "",
    callid: 0n,
  })
  const batch = EventBatch.fromEvents(Array.from({ length: days }, (_, number) => at(number)))
  const span = { from: dayStart, to: dayStart + days * day, asOf: dayStart + 9 * day }
  let turns = 0
  // oxlint-disable-next-line no-restricted-globals -- whether a timer gets its turn is what is shown
  const clock = setInterval(() => (turns += 1))
  const closed = await Effect.flatMap(EventStore, (store) =>
    Effect.zipRight(store.append([batch], { span }), store.compact(dayStart + days * day)),
  ).pipe(
    Effect.provide(sqlite.layer({ driver: nodeDriver.make(new DatabaseSync(":memory:"), zlib), name: "turns" })),
    Effect.runPromise,
  )
  clearInterval(clock)
  expect(closed).toBe(days)
  expect(turns).toBeGreaterThan(0)
})

/** A path in a folder of its own. */
const place = (): string => join(folder(), "store.sqlite")

interface Opened {
  readonly database: DatabaseSync
  readonly driver: Driver
}

const opened: Array<DatabaseSync> = []
afterEach(() => {
  for (const database of opened.splice(0)) if (database.isOpen) database.close()
})

const openAt = (path: string, options: DatabaseSyncOptions = {}): Opened => {
  const database = new DatabaseSync(path, { timeout: 0, ...options })
  opened.push(database)
  return { database, driver: nodeDriver.make(database, zlib) }
}

/** What becomes of an operation on the store in a database. */
const attempt = <A>({ driver }: Opened, use: (store: Service) => Effect.Effect<A, StoreError>, account = "test") =>
  Effect.runPromise(
    Effect.either(
      Effect.provide(Effect.flatMap(EventStore, use), sqlite.layer({ driver, name: "store.sqlite", account })),
    ),
  )

const rows = (count: number, from = 0): EventBatch.EventBatch =>
  EventBatch.fromEvents(
    Array.from({ length: count }, (_, row) => ({
      uid: BigInt(from + row + 1),
      uts: dayStart + ((from + row) % day),
      agent: 700_101 + (row % 3),
      status: ["available", "call", "wrap"][row % 3] ?? "",
      subcode: row % 5 === 0 ? "tea" : "",
      callid: BigInt(row % 7),
    })),
  )

const wholeDay = { span: { from: dayStart, to: dayStart + day, asOf: dayStart + 2 * day } }

/** A store with a closed day and two rows of an open one. */
const filled = async (path: string): Promise<Opened> => {
  const store = openAt(path)
  const done = await attempt(store, ({ append, compact }) =>
    append([rows(1000)], wholeDay).pipe(
      Effect.zipRight(compact(dayStart + day)),
      Effect.zipRight(append([EventBatch.fromEvents(EventBatch.toEvents(rows(2, 2000)).map(tomorrow))])),
    ),
  )
  expect(done).toEqual(Either.right({ added: 2, unchanged: 0, changed: 0 }))
  return store
}

const tomorrow = (event: StatusEvent): StatusEvent => ({ ...event, uts: event.uts + day })

const everything = { window: { from: 0, to: dayStart + 9 * day } }

const reasonOf = (answer: Either.Either<unknown, StoreError>): string =>
  Either.match(answer, { onLeft: ({ reason }) => reason, onRight: () => "fine" })

describe("a store in SQLite", () => {
  it("is damaged where any bit of a column is flipped, and then shows nothing", async () => {
    const store = await filled(place())
    expect(store.driver.all("SELECT count(*) FROM chunk")[0]?.[0]).toBe(6)
    for (const name of ["index", "status", "subcode", "uid", "callid", "summary"]) {
      const [cell] = store.driver.all("SELECT body FROM chunk WHERE name = ?", name)[0] ?? []
      const sound = cell instanceof Uint8Array ? cell : new Uint8Array()
      for (const bit of [0, 8 * (sound.length >> 1) + 3, 8 * sound.length - 1]) {
        const flipped = sound.slice()
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        store.driver.run("UPDATE chunk SET body = ? WHERE name = ?", flipped, name)
        const read = await attempt(store, ({ read: ask }) => ask(everything))
        const sums = await attempt(store, ({ sums: ask }) =>
          ask({ from: dayStart, to: dayStart + day }, dayStart + day),
        )
        expect([name, name === "summary" ? reasonOf(sums) : reasonOf(read)]).toEqual([name, "Damaged"])
      }
      store.driver.run("UPDATE chunk SET body = ? WHERE name = ?", sound, name)
    }
    expect(reasonOf(await attempt(store, ({ read }) => read(everything)))).toBe("fine")
  })

  it("is damaged where a column is gone", async () => {
    const store = await filled(place())
    store.driver.run("DELETE FROM chunk WHERE name = 'uid'")
    expect(reasonOf(await attempt(store, ({ read }) => read(everything)))).toBe("Damaged")
  })

  it("is damaged where its file has rubbish in the middle, and is foreign where it has rubbish at its head", async () => {
    const path = place()
    const { database } = await filled(path)
    database.close()
    const sound = readFileSync(path)
    const broken = Buffer.from(sound)
    broken.fill(0xa5, 4096)
    writeFileSync(path, broken)
    const middle = openAt(path)
    expect(reasonOf(await attempt(middle, ({ read }) => read(everything)))).toBe("Damaged")
    middle.database.close()
    writeFileSync(path, Buffer.concat([Buffer.from("this is a letter to somebody, and not short"), sound.subarray(43)]))
    const head = Either.try({ try: () => openAt(path), catch: (error) => sqlite.storeError(nodeDriver, path, error) })
    expect(Either.isLeft(head) ? head.left?.reason : "opened").toBe("Foreign")
  })

  it("leaves another program's database alone", async () => {
    const store = openAt(place())
    store.database.exec("CREATE TABLE recipes (name TEXT)")
    expect(reasonOf(await attempt(store, ({ size }) => size))).toBe("Foreign")
    expect(store.driver.all("SELECT name FROM sqlite_schema")).toEqual([["recipes"]])
  })

  it("does not take another account's events", async () => {
    const store = await filled(place())
    const answer = await attempt(store, ({ append }) => append([rows(1)]), "somebody else")
    expect(reasonOf(answer)).toBe("Foreign")
  })

  it("is left alone where it is of a later version", async () => {
    const store = await filled(place())
    store.driver.run("UPDATE meta SET value = '99' WHERE key = 'version'")
    const answer = await attempt(store, ({ append }) => append([rows(1, 5000)]))
    expect(reasonOf(answer)).toBe("Newer")
    expect(store.driver.all("SELECT value FROM meta WHERE key = 'version'")).toEqual([["99"]])
  })

  it("says when it can't be written, and goes on being read", async () => {
    const path = place()
    const { database } = await filled(path)
    database.close()
    const store = openAt(path, { readOnly: true })
    expect(reasonOf(await attempt(store, ({ append }) => append([rows(1, 5000)])))).toBe("ReadOnly")
    const read = await attempt(store, ({ read: ask }) => Effect.map(ask(everything), ({ length }) => length))
    expect(read).toEqual(Either.right(1002))
  })

  it("loses nothing on a full disk, and keeps nothing of the write", async () => {
    const store = await filled(place())
    const [pages] = store.driver.all("PRAGMA page_count")[0] ?? []
    store.database.exec(`PRAGMA max_page_count = ${Number(pages) + 4}`)
    const span = { from: dayStart + day, to: dayStart + 2 * day, asOf: dayStart + 3 * day }
    const answer = await attempt(store, ({ append }) => append([rows(50_000, 10_000)], { span }))
    expect(reasonOf(answer)).toBe("Full")
    store.database.exec("PRAGMA max_page_count = 1000000")
    const after = await attempt(store, ({ coverage, read }) =>
      Effect.all([Effect.map(read(everything), ({ length }) => length), coverage]),
    )
    expect(after).toEqual(Either.right([1002, { spans: [wholeDay.span], carriedIn: [] }]))
    expect(reasonOf(await attempt(store, ({ append }) => append([rows(50_000, 10_000)], { span })))).toBe("fine")
  })

  it("is locked during the long write of another process, and goes on being read", async () => {
    const path = place()
    const writer = await filled(path)
    const other = openAt(path)
    writer.database.exec("BEGIN IMMEDIATE")
    expect(reasonOf(await attempt(other, ({ append }) => append([rows(1, 5000)])))).toBe("Locked")
    expect(reasonOf(await attempt(other, ({ read }) => read(everything)))).toBe("fine")
    writer.database.exec("ROLLBACK")
    expect(reasonOf(await attempt(other, ({ append }) => append([rows(1, 5000)])))).toBe("fine")
  })

  it("keeps neither rows nor the texts that they brought from a write that fails half-way", async () => {
    const store = await filled(place())
    const events = EventBatch.toEvents(rows(3, 9000)).map((event) => ({ ...event, status: "a new one" }))
    const before = store.driver.all("SELECT * FROM state")
    store.database.exec(
      "CREATE TRIGGER fail BEFORE INSERT ON hot WHEN new.uid = 9003 BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    const failed = await Effect.runPromiseExit(
      Effect.provide(
        Effect.flatMap(EventStore, ({ append, read }) =>
          // One store all along: what it remembers must go with what the transaction took back.
          Effect.exit(append([EventBatch.fromEvents(events)])).pipe(
            Effect.tap(() => Effect.sync(() => store.database.exec("DROP TRIGGER fail"))),
            Effect.zipRight(append([EventBatch.fromEvents(events)])),
            Effect.zipRight(read(everything)),
            Effect.map((log) => log.statuses),
          ),
        ),
        sqlite.layer({ driver: store.driver, name: "store.sqlite", account: "test" }),
      ),
    )
    expect(failed).toEqual(Exit.succeed(["a new one", "available", "call", "wrap"]))
    expect(store.driver.all("SELECT * FROM state")).toHaveLength(before.length + 2)
  })
})
