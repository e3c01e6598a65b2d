import { runs } from "@dwell/testing/effort"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fc from "effect/FastCheck"
import type * as StatusLog from "../../src/contactnow/StatusLog.ts"
import type { StatusEvent } from "../../src/events/StatusEvent.ts"
import { type Connection, client, driven, failure, inOrder, lineOf, noon, query, read, vendorOf } from "./support.ts"

const hour = 3600
const day = 24 * hour

/** Rows by their ids, statuses as they are read. */
const sorted = (events: Iterable<StatusEvent>): ReadonlyArray<StatusEvent> =>
  Array.from(events, (event) => ({ ...event, status: event.status.toLowerCase() })).toSorted((one, other) =>
    one.uid < other.uid ? -1 : one.uid > other.uid ? 1 : 0,
  )

/** The window's own rows of a reading: without what came before. */
const inside = (events: ReadonlyArray<StatusEvent>, { from }: { readonly from: number }) =>
  sorted(events.filter(({ uts }) => uts >= from))

describe("a query", () => {
  const centre = { agents: 5, days: 2 }
  const asked: ReadonlyArray<readonly [StatusLog.Query, Readonly<Record<string, string>>]> = [
    [{ uid: 5n }, { uid: "5" }],
    [{ uid: { low: 5n, high: 9_223_372_036_854_775_807n } }, { uid: "5:9223372036854775807" }],
    [{ agents: [700101, 700103] }, { agent: "700101,700103" }],
    [
      { tstart: noon - hour, tstop: noon - 60 },
      { tstart: `${noon - hour}`, tstop: `${noon - 60}` },
    ],
  ]

  it.effect.each(asked)("is sent as it is documented: %o", ([given, params]) =>
    Effect.gen(function* () {
      const { emulator, run } = yield* vendorOf(centre)
      yield* run()(query(given))
      expect(emulator.requests.at(-1)?.params).toEqual({
        method: "status_log",
        action: "read",
        raw: "1",
        format: "json",
        token: "redacted",
        ...params,
      })
    }),
  )

  it.effect.each<Connection>([{}, { format: "xml" }, { baseUrl: "https://vendor.test/" }, { campaign: "42" }])(
    "gives the rows that all its arguments match, through %j",
    (connection) =>
      Effect.gen(function* () {
        const { emulator, run } = yield* vendorOf(centre)
        const all = [...emulator.centre.rows(noon - 2 * day, noon)]
        const low = all[10]?.uid ?? 0n
        const high = all.at(-10)?.uid ?? 0n
        const found = yield* run(connection)(
          query({ uid: { low, high }, agents: [700101, 700103], tstart: noon - day, tstop: noon - hour }),
        )
        const expected = all.filter(
          ({ agent, uid, uts }) =>
            uid >= low &&
            uid <= high &&
            (agent === 700101 || agent === 700103) &&
            uts >= noon - day &&
            uts <= noon - hour,
        )
        expect(expected.length).toBeGreaterThan(10)
        expect(sorted(found)).toEqual(sorted(expected))
      }),
  )
})

describe("a window", () => {
  it.effect("is read whole, each row as often as the vendor has it, whatever the slices", () =>
    Effect.gen(function* () {
      const { emulator, run } = yield* vendorOf({ agents: 6, days: 4 })
      const spans = fc.sample(fc.tuple(fc.integer({ min: 0, max: 3 * day }), fc.integer({ min: 1, max: 2 * day })), {
        numRuns: runs(5),
        seed: 7,
      })
      for (const [ago, length] of spans) {
        const window = { from: noon - ago, to: noon - ago + length }
        const found = yield* run()(read({ window, lookBackSeconds: 0 }))
        expect(sorted(found)).toEqual(sorted(emulator.centre.rows(window.from, window.to - 1)))
      }
    }),
  )

  it.effect("is asked for two at a time at most, in slices that grow and shrink with the rows", () =>
    Effect.gen(function* () {
      const window = { from: noon - 8 * day, to: noon }
      const few = yield* vendorOf({ agents: 2, days: 9 })
      yield* few.run()(read({ window, lookBackSeconds: 0 }))
      expect(few.line.most).toBe(2)
      expect(few.had("database")).toBeLessThan(12)
      const many = yield* vendorOf({ agents: 400, days: 9 })
      yield* many.run()(read({ window: { from: noon - 2 * day, to: noon }, lookBackSeconds: 0 }))
      expect(many.had("database")).toBeGreaterThan(5)
      const lengths = many.emulator.requests
        .filter(({ script }) => script === "database")
        .map(({ params }) => Number(params["tstop"]) - Number(params["tstart"]))
      expect(Math.min(...lengths.slice(0, -1))).toBeLessThan(6 * hour)
      expect(many.line.most).toBe(2)
    }),
  )

  it.effect("says how far it has come, up to all of it", () =>
    Effect.gen(function* () {
      const { run } = yield* vendorOf({ agents: 3, days: 3 })
      const said: Array<StatusLog.Progress> = []
      const window = { from: noon - day, to: noon }
      const rows = yield* run()(
        read({ window, lookBackSeconds: day, onProgress: (progress) => Effect.sync(() => void said.push(progress)) }),
      )
      expect(said.every(({ done }, i) => done >= (said[i - 1]?.done ?? 0))).toBe(true)
      expect(said.at(-1)).toMatchObject({ phase: "window", done: 2 * day, all: 2 * day })
      expect(said.at(-1)?.rows).toBeGreaterThanOrEqual(rows.length)
    }),
  )
})

describe("what came before a window", () => {
  const event = (uid: bigint, uts: number, agent: number): StatusEvent => ({
    uid,
    uts,
    agent,
    status: "available",
    subcode: "",
    callid: 0n,
  })
  const window = { from: noon - hour, to: noon }
  const rows = [
    event(1n, window.from - 8 * day, 1),
    event(2n, window.from - 6 * day, 2),
    event(3n, window.from - 2 * day, 3),
    event(4n, window.from - 3 * hour, 4),
    event(5n, window.from - 2 * hour, 4),
    event(6n, window.from, 5),
  ]

  it.effect("is the last event of each agent within seven days", () =>
    Effect.gen(function* () {
      const { run } = yield* vendorOf({ rows })
      expect(sorted(yield* run()(read({ window }))).map(({ uid }) => uid)).toEqual([2n, 3n, 5n, 6n])
    }),
  )

  it.effect("is looked for no further than asked", () =>
    Effect.gen(function* () {
      const { run } = yield* vendorOf({ rows })
      const found = yield* run()(read({ window, lookBackSeconds: 3 * day }))
      expect(sorted(found).map(({ uid }) => uid)).toEqual([3n, 5n, 6n])
    }),
  )

  it.effect("is looked for no further than it takes, where it is known whose", () =>
    Effect.gen(function* () {
      const { emulator, had, run } = yield* vendorOf({ rows })
      expect((yield* run()(read({ window, agents: [4] }))).map(({ uid }) => uid)).toEqual([5n])
      expect(had("database")).toBe(2)
      yield* run()(read({ window, agents: [3, 4] }))
      const looked = emulator.requests.slice(-5).map(({ params }) => params["agent"])
      expect(looked).toContain("3,4")
      expect(looked.filter((agents) => agents === "3").length).toBeGreaterThan(0)
    }),
  )

  it.effect("is nothing where nobody is known", () =>
    Effect.gen(function* () {
      const { run } = yield* vendorOf({ rows: [] })
      expect(yield* run()(read({ window }))).toEqual([])
    }),
  )
})

describe("a vendor with faults", () => {
  const window = { from: noon - day, to: noon }

  it.effect.each(["serverError", "html", "drop", "truncate", "slowDrip"] as const)(
    "is asked again after a fault: %s",
    (kind) =>
      Effect.gen(function* () {
        const { emulator, run } = yield* vendorOf({ agents: 3, days: 2 })
        emulator.faultOnce(kind, { script: "database" })
        const found = yield* run()(read({ window, lookBackSeconds: 0 }))
        expect(inside(found, window)).toEqual(sorted(emulator.centre.rows(window.from, window.to - 1)))
      }),
  )

  it.effect.each([1, 2, 3])("at a rate of 20 %% gives what one without gives, seed %d", (seed) =>
    Effect.gen(function* () {
      const sound = yield* vendorOf({ agents: 5, days: 9, seed })
      const faulty = yield* vendorOf({ agents: 5, days: 9, seed, faults: 0.2 })
      const expected = inOrder(yield* sound.run()(read({ window })))
      const found = inOrder(yield* faulty.run()(read({ window })))
      expect(found).toEqual(expected)
      expect(faulty.had("database")).toBeGreaterThan(sound.had("database"))
    }),
  )

  const answering = (status: number, body: string) => {
    let asked = 0
    const line = lineOf(async (input) => {
      asked += 1
      return String(input instanceof Request ? input.url : input).includes("token.php")
        ? new Response(`{"success":true,"token":"0123456789","expire":${noon + day}}`)
        : new Response(body, { status })
    })
    return Effect.gen(function* () {
      yield* vendorOf()
      const error = yield* driven(line)(Effect.provide(failure(query({ tstart: 1 })), client(line.fetch)))
      return { asked: asked - 1, reason: error.reason }
    })
  }

  it.effect.each([
    { status: 500, body: "oops", asked: 6, reason: "TransportFailed" },
    { status: 200, body: '{"success":true,"list":[', asked: 6, reason: "TransportFailed" },
    { status: 429, body: "slow down", asked: 1, reason: "RateLimited" },
    { status: 404, body: "<html></html>", asked: 1, reason: "ResponseInvalid" },
    { status: 200, body: "<html></html>", asked: 1, reason: "ResponseInvalid" },
    { status: 200, body: "hello", asked: 1, reason: "ResponseInvalid" },
    { status: 200, body: '{"success":true,"list":[{"uid":"x"}]}', asked: 1, reason: "ResponseInvalid" },
    { status: 200, body: '{"success":false,"error":"Bad argument: x"}', asked: 1, reason: "VendorRefused" },
    { status: 400, body: '{"success":false,"error":"Bad argument: x"}', asked: 1, reason: "VendorRefused" },
  ] as const)("is asked as often as that may help, as after HTTP $status $body", ({ asked, body, reason, status }) =>
    Effect.gen(function* () {
      expect(yield* answering(status, body)).toEqual({ asked, reason })
    }),
  )
})

describe("a total that is larger than the list", () => {
  it.effect("has the span halved until it is whole", () =>
    Effect.gen(function* () {
      const { emulator, run } = yield* vendorOf({ agents: 5, days: 2 })
      const window = { from: noon - day, to: noon }
      for (let i = 0; i < 5; i++) emulator.faultOnce("totalLie")
      const found = yield* run()(read({ window, lookBackSeconds: 0 }))
      expect(sorted(found)).toEqual(sorted(emulator.centre.rows(window.from, window.to - 1)))
    }),
  )

  it.effect("is an error where it stays so for one second, and never fewer rows", () =>
    Effect.gen(function* () {
      const { run } = yield* vendorOf({ agents: 5, days: 2, faults: { totalLie: 1 } })
      const window = { from: noon - hour, to: noon }
      const error = yield* run()(failure(read({ window, lookBackSeconds: 0 })))
      expect(error.reason).toBe("Incomplete")
      expect(error.message).toMatch(/for the second \d+, the vendor says that it has \d+ rows and hands over \d+/)
    }),
  )
})
