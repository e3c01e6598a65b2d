import { runs } from "@dwell/testing/effort"
import * as Effect from "effect/Effect"
import * as fc from "effect/FastCheck"
import * as Stream from "effect/Stream"
import * as TestContext from "effect/TestContext"
import { describe, expect, it } from "@effect/vitest"
import * as Calendar from "../../src/time/Calendar.ts"
import * as LiveFloor from "../../src/live/LiveFloor.ts"
import * as Snapshot from "../../src/interval/Snapshot.ts"
import * as Report from "../../src/report/Report.ts"
import type { StatusEvent } from "../../src/events/StatusEvent.ts"
import * as Coverage from "../../src/store/Coverage.ts"
import type { Service } from "../../src/store/EventStore.ts"
import * as memory from "../../src/store/memory.ts"
import { type Fetch, fetchOf, noon, row, secondsNow, updatesUntil, vendorOf } from "../contactnow/support.ts"

const hour = 3600

/** Its midnight is the noon at which tests begin. */
const zone: Calendar.Zone = { name: "+12:00" }

/** What a report on the store says. */
const reported = (store: Service, asOf: number, stepSeconds = 300) =>
  Effect.gen(function* () {
    const coverage = yield* store.coverage
    const window = { from: Calendar.startOfDay(zone, asOf), to: asOf }
    const log = yield* store.read({ window, since: Coverage.carryInFrom(coverage, window.from) })
    const question = { window, now: asOf, zone, uncovered: Coverage.missing(coverage, window) }
    return { report: Report.make(log, question), staffing: Report.staffing(log, { ...question, stepSeconds }) }
  })

/** An update, with what the store said of it when it came. */
interface Told extends LiveFloor.Update {
  readonly at: number
  readonly expected: LiveFloor.Day | null
}

/** Follows until something is so. */
const followed = (
  fetch: Fetch,
  store: Service,
  isEnd: (update: Told) => boolean,
  options: Partial<LiveFloor.Options> = {},
) => {
  const updates = Stream.mapEffect(LiveFloor.follow({ zone, ...options }), (update) =>
    Effect.gen(function* () {
      const { floor } = update
      const expected = floor === null ? null : yield* reported(store, floor.asOf, options.staffingStepSeconds)
      return { ...update, at: yield* secondsNow, expected } satisfies Told
    }),
  )
  return updatesUntil(updates, isEnd, { fetch, store })
}

const statuses = fc.constantFrom("available", "call", "wrap", "idle", "offline", "coaching")
const agent = fc.integer({ min: 1, max: 5 })
const callid = fc.constantFrom(0n, 0n, 1n, 2n, 3n)
const subcode = fc.constantFrom("", "", "tea")

/** What becomes of the vendor's log between two polls, instants in seconds ago. */
const happening = fc.record({
  kind: fc.constantFrom("new", "new", "new", "late", "corrected", "corrected"),
  field: fc.constantFrom("agent" as const, "uts" as const, "status" as const, "subcode" as const, "callid" as const),
  of: fc.nat(30),
  isIdLow: fc.boolean(),
  ago: fc.nat(800),
  event: fc.record({ agent, status: statuses, subcode, callid }),
})
type Happening = typeof happening extends fc.Arbitrary<infer A> ? A : never

const early = fc.record({ ago: fc.integer({ min: 0, max: 40 * hour }), agent, status: statuses, callid })
type Early = typeof early extends fc.Arbitrary<infer A> ? A : never

/** Writes what happened into the vendor's rows. */
const write = (rows: Array<StatusEvent>, now: number, { ago, event, field, isIdLow, kind, of }: Happening) => {
  const uid = isIdLow ? BigInt(5000 - rows.length) : BigInt(10_000 + rows.length)
  const fresh = { ...event, uid, uts: now - (kind === "new" ? ago % 20 : ago) }
  const place = rows.length - 1 - (of % rows.length)
  const old = rows[place]
  if (kind !== "corrected" || old === undefined) rows.push(fresh)
  else rows.splice(place, 1, { ...old, [field]: fresh[field] })
}

const begin = noon - 600

/** Follows across midnight while all that happens. */
const happened = (begun: ReadonlyArray<Early>, writes: ReadonlyArray<ReadonlyArray<Happening>>) =>
  Effect.gen(function* () {
    const rows = begun.map(({ ago, ...event }, index) => ({ ...row(index + 1, begin - ago, 0), ...event }))
    const vendor = yield* vendorOf({ rows }, begin)
    const store = yield* memory.make
    let poll = 0
    const updates = yield* followed(
      fetchOf(vendor),
      store,
      ({ at, floor }) => {
        for (const each of writes[poll++] ?? []) write(rows, at, each)
        return floor !== null && floor.asOf > noon + 500
      },
      { intervalSeconds: 120 },
    )
    const last = updates.at(-1)?.floor?.asOf ?? 0
    const all = yield* store.read({ window: { from: begin - 50 * hour, to: last } })
    return { updates, all: Snapshot.at(all, last) }
  }).pipe(Effect.provide(TestContext.TestContext))

describe("the figures of the day on the floor", () => {
  it("are those of a report on the store, across midnight, whatever came late or was corrected", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(early, { maxLength: 30 }),
        fc.array(fc.array(happening, { maxLength: 5 }), { minLength: 8, maxLength: 8 }),
        async (begun, writes) => {
          const { all, updates } = await Effect.runPromise(happened(begun, writes))
          const days = updates.flatMap(({ expected, floor }) => {
            const day = floor?.day ?? null
            return day === null ? [] : [{ day, expected }]
          })
          expect(days.length).toBeGreaterThan(6)
          for (const { day, expected } of days) expect(day).toEqual(expected)
          expect(new Set(days.map(({ day: { report } }) => report.window.from)).size).toBe(2)
          expect(updates[0]?.floor?.day).toBe(null)
          expect(updates.at(-1)?.floor?.standings).toEqual(all)
        },
      ),
      { numRuns: runs(5) },
    ))
})

describe("what is kept of the floor", () => {
  it.effect("comes first, without a request, and stays while the vendor is away", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf({ agents: 8, days: 3 })
      const store = yield* memory.make
      const watched = yield* followed(fetchOf(vendor), store, ({ isReading }) => !isReading)
      const before = watched.at(-1)?.floor
      expect(watched.map(({ isReading }) => isReading).indexOf(false)).toBe(watched.length - 1)
      const away = yield* followed(
        () => Promise.reject(new TypeError("away")),
        store,
        ({ trouble }) => trouble !== null,
      )
      const [standings] = away
      const kept = away.at(-2)
      expect(standings?.floor?.standings.map(({ agent: id, status }) => [id, status])).toEqual(
        before?.standings.map(({ agent: id, status }) => [id, status]),
      )
      expect(standings?.floor?.day).toBe(null)
      expect(kept?.floor?.day?.report).toEqual(before?.day?.report)
      const last = away.at(-1)
      expect(last?.trouble?.reason).toBe("TransportFailed")
      expect(last?.floor).toEqual(kept?.floor)
    }),
  )

  it.effect("is nothing at first, and who is in which status comes before the day", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf({ agents: 8, days: 3 })
      const updates = yield* followed(fetchOf(vendor), yield* memory.make, ({ isReading }) => !isReading)
      const days = updates.map(({ floor }) => floor?.day !== null && floor?.day !== undefined)
      expect(days.at(0)).toBe(false)
      expect(days.at(-1)).toBe(true)
      expect(updates.at(-1)?.floor?.standings).toHaveLength(8)
    }),
  )
})
