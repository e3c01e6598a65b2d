import { runs } from "@dwell/testing/effort"
import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as fc from "effect/FastCheck"
import * as TestClock from "effect/TestClock"
import * as EventBatch from "../../src/events/EventBatch.ts"
import type * as EventLog from "../../src/log/EventLog.ts"
import * as Report from "../../src/report/Report.ts"
import type { StatusEvent } from "../../src/events/StatusEvent.ts"
import * as Coverage from "../../src/store/Coverage.ts"
import { EventStore, type Service } from "../../src/store/EventStore.ts"
import * as memory from "../../src/store/memory.ts"
import { StoreError } from "../../src/store/StoreError.ts"
import * as Sync from "../../src/live/Sync.ts"
import type { Window } from "../../src/time/Window.ts"
import {
  client,
  driven,
  failure,
  had,
  inOrder,
  lineOf,
  noon,
  read,
  row,
  type Vendor,
  vendorOf,
} from "../contactnow/support.ts"
import { eventsOf, logOf } from "../logs.ts"

const hour = 3600
const day = 24 * hour

describe("the plan of a sync", () => {
  const cell = 900
  const instant = fc.nat(300).map((at) => at * cell)
  const span = fc.tuple(instant, instant, fc.nat(4)).map(([one, other, after]): Coverage.Span => {
    const to = Math.max(one, other)
    return { from: Math.min(one, other), to, asOf: to + after * cell }
  })
  const spans = fc.array(span, { maxLength: 6 })
  const wanted = fc.record({
    window: fc
      .tuple(instant, instant)
      .map(([one, other]) => ({ from: Math.min(one, other), to: Math.max(one, other) })),
    now: instant,
    order: fc.constantFrom<Sync.Order>("newest", "oldest"),
    maxSliceSeconds: fc.constantFrom(cell, 7 * cell, day),
  })
  const covering = (all: ReadonlyArray<Coverage.Span>) =>
    all.reduce((coverage, each) => Coverage.add(coverage, { span: each }), Coverage.empty)

  const law = (
    check: (all: ReadonlyArray<Coverage.Span>, asked: typeof wanted extends fc.Arbitrary<infer A> ? A : never) => void,
  ) =>
    fc.assert(
      fc.property(spans, wanted, (all, asked) => check(all, asked)),
      { numRuns: runs(50), seed: 9 },
    )

  it("reads each second that is not settled once, and no other", () => {
    law((all, asked) => {
      const slices = [...Sync.plan(covering(all), asked)]
      const times = Array.from({ length: 301 }, (_, at) => {
        const [from, to] = [at * cell, (at + 1) * cell]
        const readings = all.filter((each) => each.from <= from && each.to >= to).map(({ asOf }) => asOf)
        const isKnown = Math.max(-1, ...readings) >= Math.min(asked.now, to + Coverage.lateArrivalSeconds)
        const isWanted = from >= asked.window.from && to <= Math.min(asked.window.to, asked.now)
        return {
          found: slices.filter((slice) => slice.from <= from && slice.to >= to).length,
          expected: isWanted && !isKnown ? 1 : 0,
        }
      })
      expect(times.map(({ found }) => found)).toEqual(times.map(({ expected }) => expected))
    })
  })

  it("is cut at the borders of days, in slices no longer than asked, in order", () => {
    law((all, asked) => {
      const slices = [...Sync.plan(covering(all), asked)]
      for (const { from, to } of slices) {
        expect(to - from).toBeGreaterThan(0)
        expect(to - from).toBeLessThanOrEqual(asked.maxSliceSeconds)
        expect(Math.floor(from / day)).toBe(Math.floor((to - 1) / day))
      }
      const ascending = slices.toSorted((one, other) => one.from - other.from)
      expect(slices).toEqual(asked.order === "oldest" ? ascending : ascending.toReversed())
    })
  })

  it("reads again, on request, what was read up to an hour after it happened", () => {
    const coverage = covering([{ from: 0, to: 5 * hour, asOf: 5 * hour + 1000 }])
    const window = { from: 0, to: 6 * hour }
    expect([...Sync.plan(coverage, { window, now: 6 * hour })]).toEqual([{ from: 5 * hour, to: 6 * hour }])
    expect([...Sync.plan(coverage, { window, now: 6 * hour, overlapSeconds: hour })]).toEqual([
      { from: 4 * hour + 1000, to: 6 * hour },
    ])
  })
})

const reportOf = (log: EventLog.EventLog, window: Window) =>
  Report.make(log, { window, now: window.to, zone: { name: "UTC" } })

const sync = (store: Service, asked: Sync.Options) => Effect.provideService(Sync.run(asked), EventStore, store)

/** What the store has of a window, as one log. */
const kept = (store: Service, window: Window) => Effect.map(store.read({ window }), eventsOf)

/** The requests for the log. */
const reads = ({ emulator }: Vendor) => emulator.requests.filter(({ script }) => script === "database")

const inside = (events: ReadonlyArray<StatusEvent>, { from }: Window) => events.filter(({ uts }) => uts >= from)

const centre = { agents: 5, days: 12 }
const window = { from: noon - 2 * day - hour, to: noon }

describe("a sync", () => {
  it.effect.each(["newest", "oldest"] as const)("brings what a reading of the vendor brings, %s first", (order) =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf(centre)
      const store = yield* memory.make
      const done = yield* vendor.run()(sync(store, { window, order }))
      const requests = vendor.had("database")
      const direct = yield* vendor.run()(read({ window }))
      expect(reportOf(yield* store.read({ window }), window)).toEqual({
        ...reportOf(logOf(inOrder(direct)), window),
      })
      expect(inside(yield* kept(store, window), window)).toEqual(had(vendor, window))
      expect(done).toMatchObject({ asOf: noon, changed: 0, requests })
      expect(yield* store.coverage).toEqual({
        spans: [
          { from: window.from - 7 * day, to: noon - 900, asOf: noon },
          { from: noon - 900, to: noon, asOf: noon },
        ],
        carriedIn: [window.from],
      })
      const starts = vendor.emulator.requests.flatMap(({ params: { tstart } }) =>
        tstart === undefined ? [] : [Number(tstart)],
      )
      // Two are under way at once, and either may come first.
      const end = order === "newest" ? noon : window.from - 7 * day
      expect(Math.min(...starts.slice(0, 2).map((at) => Math.abs(at - end)))).toBeLessThanOrEqual(6 * hour + 1)
    }),
  )

  it.effect("asks for nothing that is known, and again for what is not settled", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf(centre)
      const store = yield* memory.make
      yield* vendor.run()(sync(store, { window }))
      const before = vendor.had("database")
      yield* vendor.run()(sync(store, { window: { from: window.from + hour, to: noon - hour } }))
      expect(vendor.had("database")).toBe(before)
      yield* TestClock.adjust("10 seconds")
      const again = yield* vendor.run()(sync(store, { window }))
      expect(again).toMatchObject({ requests: 1, added: 0, changed: 0 })
      const { params } = vendor.emulator.requests.at(-1) ?? { params: {} }
      expect(params).toMatchObject({ tstart: `${noon - 901}`, tstop: `${noon}` })
      yield* TestClock.adjust("20 minutes")
      yield* vendor.run()(sync(store, { window }))
      yield* vendor.run()(sync(store, { window }))
      expect(vendor.had("database")).toBe(before + 2)
    }),
  )

  it.effect("asks for nothing that is yet to come, and does not claim it", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf(centre)
      const store = yield* memory.make
      yield* vendor.run()(sync(store, { window: { from: noon - hour, to: noon + day }, lookBackSeconds: 0 }))
      expect((yield* store.coverage).spans.at(-1)?.to).toBe(noon)
      expect(vendor.emulator.requests.every(({ params }) => Number(params["tstop"] ?? 0) <= noon)).toBe(true)
      const asked = vendor.had("database")
      yield* vendor.run()(sync(store, { window: { from: noon + hour, to: noon + day } }))
      yield* vendor.run()(sync(store, { window: { from: noon - hour, to: noon - hour } }))
      expect(vendor.had("database")).toBe(asked)
    }),
  )

  it.effect("looks for what came before while a late row may be missing there, and not again", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf(centre)
      const store = yield* memory.make
      const recent = { from: noon - 600, to: noon }
      yield* vendor.run()(sync(store, { window: recent }))
      expect((yield* store.coverage).carriedIn).toEqual([])
      yield* TestClock.adjust("10 minutes")
      expect(yield* vendor.run()(sync(store, { window: recent }))).toMatchObject({ requests: 1 })
      expect((yield* store.coverage).carriedIn).toEqual([noon - 600])
      expect(Coverage.isSettled((yield* store.coverage).spans[0] ?? { from: 0, to: noon, asOf: 0 })).toBe(true)
    }),
  )

  it.effect("covers, after each slice, just what it says it has done", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf(centre)
      const store = yield* memory.make
      const whole = { from: window.from - 7 * day, to: noon }
      const said: Array<Sync.Progress> = []
      const onProgress = (progress: Sync.Progress) =>
        Effect.gen(function* () {
          said.push(progress)
          const coverage = yield* Effect.orDie(store.coverage)
          const left = Coverage.missing(coverage, whole).reduce((sum, { from, to }) => sum + to - from, 0)
          expect(left).toBe(progress.seconds.all - progress.seconds.done)
          for (const span of coverage.spans) {
            const has = inside(yield* Effect.orDie(kept(store, span)), span)
            expect(has).toEqual(had(vendor, span))
          }
        })
      yield* vendor.run()(sync(store, { window, onProgress }))
      expect(said[0]).toMatchObject({ startedAt: noon, rows: 0, requests: 0, spans: { done: 0 }, seconds: { done: 0 } })
      const last = said.at(-1)
      expect(last?.spans.done).toBe(last?.spans.all)
      expect(last?.seconds).toEqual({ done: 9 * day + hour, all: 9 * day + hour })
      expect(last?.requests).toBe(vendor.had("database"))
      expect(last?.rows).toBeGreaterThan(1000)
    }),
  )

  it.effect("of a window that is read again puts right what the store has wrong", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf(centre)
      const store = yield* memory.make
      yield* vendor.run()(sync(store, { window }))
      const [wrong] = inside(yield* kept(store, window), window)
      yield* store.append([EventBatch.fromEvents(wrong === undefined ? [] : [{ ...wrong, status: "wrong" }])])
      yield* vendor.run()(sync(store, { window }))
      expect(inside(yield* kept(store, window), window)).not.toEqual(had(vendor, window))
      const done = yield* vendor.run()(sync(store, { window, refresh: true }))
      expect(done).toMatchObject({ added: 0, changed: 1 })
      expect(inside(yield* kept(store, window), window)).toEqual(had(vendor, window))
    }),
  )
})

describe("a sync during which the clock is put back", () => {
  it.effect("does not go on for ever", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf({ rows: [row(1, noon - 60, 1)] })
      const store = yield* memory.make
      const putBack = (progress: Sync.Progress) =>
        progress.requests < 3 ? TestClock.setTime((noon - hour) * 1000) : Effect.dieMessage("it reads the same again")
      const recent = { from: noon - 300, to: noon }
      yield* vendor.run()(sync(store, { window: recent, lookBackSeconds: 0, onProgress: putBack }))
      expect((yield* store.coverage).spans).toEqual([{ ...recent, asOf: noon }])
    }),
  )
})

describe("a sync for some agents", () => {
  const agents = [700_101, 700_104]

  it.effect("brings their events and what came before, and claims nothing", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf(centre)
      const store = yield* memory.make
      yield* vendor.run()(sync(store, { window, agents }))
      expect(yield* store.coverage).toEqual(Coverage.empty)
      const direct = inOrder(yield* vendor.run()(read({ window, agents })))
      expect(yield* kept(store, window)).toEqual(direct)
      expect(direct.some(({ uts }) => uts < window.from)).toBe(true)
      expect(reads(vendor).every(({ params }) => params["agent"]?.startsWith("70010"))).toBe(true)
      yield* vendor.run()(sync(store, { window }))
      expect(inside(yield* kept(store, window), window)).toEqual(had(vendor, window))
    }),
  )

  it.effect("asks only for what is not covered, and says how far it is", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf(centre)
      const store = yield* memory.make
      const covered = { from: noon - day, to: noon - 6 * hour }
      yield* vendor.run()(sync(store, { window: covered }))
      const asked = reads(vendor).length
      const said: Array<Sync.Progress> = []
      const onProgress = (progress: Sync.Progress) => Effect.sync(() => void said.push(progress))
      yield* vendor.run()(sync(store, { window: { from: noon - day + hour, to: noon }, agents, onProgress }))
      const later = reads(vendor).slice(asked)
      expect(later.length).toBeGreaterThan(0)
      expect(later.every(({ params }) => Number(params["tstart"]) >= covered.to - 1)).toBe(true)
      expect(said.at(-1)).toMatchObject({ spans: { done: 1, all: 1 }, seconds: { done: 6 * hour, all: 6 * hour } })
      yield* vendor.run()(sync(store, { window: covered, agents }))
      yield* vendor.run()(sync(store, { window, agents: [] }))
      expect(reads(vendor).length).toBe(asked + later.length)
    }),
  )

  it.effect("looks only for those who have no known event since all is covered", () =>
    Effect.gen(function* () {
      const rows = [row(1, noon - 20 * hour, 1), row(2, noon - 5 * hour, 2), row(3, noon - hour, 1)]
      const vendor = yield* vendorOf({ rows })
      const store = yield* memory.make
      // Known, but not the last.
      yield* store.append([EventBatch.fromEvents([row(9, noon - 30 * hour, 1)])])
      yield* vendor.run()(sync(store, { window: { from: noon - 6 * hour, to: noon - 2 * hour }, lookBackSeconds: 0 }))
      const asked = reads(vendor).length
      const recent = { from: noon - 3 * hour, to: noon - 2 * hour }
      yield* vendor.run()(sync(store, { window: recent, agents: [1, 2] }))
      expect((yield* kept(store, recent)).map(({ uid }) => uid)).toEqual([1n, 2n])
      const later = reads(vendor).slice(asked)
      expect(later.length).toBeGreaterThan(0)
      expect(later.every(({ params }) => params["agent"] === "1" && Number(params["tstop"]) <= noon - 6 * hour)).toBe(
        true,
      )
    }),
  )
})

describe("a vendor that fails", () => {
  it.effect.each([1, 2, 3])("in 1 answer of 5 is read exactly in the end, seed %d", (seed) =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf({ ...centre, seed, faults: 0.2 })
      const store = yield* memory.make
      yield* vendor.run()(Effect.retry(sync(store, { window }), { times: 10 }))
      expect(inside(yield* kept(store, window), window)).toEqual(had(vendor, window))
      expect(Coverage.missing(yield* store.coverage, window)).toEqual([])
    }),
  )

  it.effect("by handing over less than it has leaves nothing covered that is not whole", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf({ ...centre, faults: { totalLie: 1 } })
      const store = yield* memory.make
      const error = yield* vendor.run()(failure(sync(store, { window: { from: noon - hour, to: noon } })))
      expect(error).toMatchObject({ reason: "Incomplete" })
      const { spans } = yield* store.coverage
      for (const span of spans) expect(had(vendor, span)).toEqual(inside(yield* kept(store, span), span))
    }),
  )
})

describe("a sync that is ended", () => {
  it.effect("at any request goes on where it was when it is started again, to the same report", () =>
    Effect.gen(function* () {
      const clean = yield* vendorOf(centre)
      const whole = yield* memory.make
      yield* clean.run()(sync(whole, { window }))
      const expected = reportOf(yield* whole.read({ window }), window)
      const cuts = fc.sample(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }), {
        numRuns: runs(5),
        seed: 4,
      })
      for (const requests of cuts) {
        const vendor = yield* vendorOf(centre)
        const store = yield* memory.make
        for (const count of requests) {
          const cut = yield* Deferred.make<void>()
          let left = count
          const line = lineOf((input, init) => {
            left -= 1
            if (left === 0) Deferred.unsafeDone(cut, Effect.void)
            return vendor.line.fetch(input, init)
          })
          const ended = Effect.raceFirst(sync(store, { window }), Deferred.await(cut))
          yield* driven(line)(Effect.provide(ended, client(line.fetch)))
          for (const span of (yield* store.coverage).spans) {
            expect(inside(yield* kept(store, span), span)).toEqual(had(vendor, span))
          }
        }
        yield* vendor.run()(sync(store, { window }))
        expect(reportOf(yield* store.read({ window }), window)).toEqual(expected)
        // Of each cut two slices at most were in hand, and a token is asked for again.
        expect(vendor.emulator.requests.length).toBeLessThanOrEqual(
          clean.emulator.requests.length + 5 * requests.length + 2,
        )
      }
    }),
  )
})

describe("two syncs at once on one store", () => {
  const large = { agents: 2, days: 40 }
  const month = { from: noon - 30 * day, to: noon }

  it.effect.each(["newest", "oldest"] as const)("share the work, %s first", (order) =>
    Effect.gen(function* () {
      const alone = yield* vendorOf(large)
      yield* alone.run()(sync(yield* memory.make, { window: month, order }))
      const vendor = yield* vendorOf(large)
      const store = yield* memory.make
      const both = Effect.all(
        [1, 2].map(() => Effect.provide(sync(store, { window: month, order }), client(vendor.line.fetch))),
        { concurrency: 2 },
      )
      const done = yield* driven(vendor.line)(both)
      expect(inside(yield* kept(store, month), month)).toEqual(had(vendor, month))
      expect(Coverage.missing(yield* store.coverage, month)).toEqual([])
      expect(done.reduce((sum, { added }) => sum + added, 0)).toBe((yield* store.size).openRows)
      expect(vendor.had("database")).toBeLessThan(1.5 * alone.had("database"))
    }),
  )
})

describe("rows that are recorded late", () => {
  const followed = (overlapSeconds: number) =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf({ agents: 15, days: 2 })
      const store = yield* memory.make
      const all = { from: noon - hour, to: noon + 2 * hour }
      for (let step = 0; step < 27; step++) {
        yield* vendor.run()(sync(store, { window: all, overlapSeconds }))
        yield* TestClock.adjust("5 minutes")
      }
      return { found: inside(yield* kept(store, all), all), expected: had(vendor, all) }
    })

  it.effect("are found within the overlap", () =>
    Effect.gen(function* () {
      const { expected, found } = yield* followed(900)
      expect(found).toEqual(expected)
    }),
  )

  it.effect("would be missed without one", () =>
    Effect.gen(function* () {
      const { expected, found } = yield* followed(0)
      expect(found.length).toBeLessThan(expected.length)
    }),
  )
})

describe("a store", () => {
  const trouble = (reason: StoreError["reason"]) => new StoreError({ reason, issue: "it is busy", remedy: "Wait." })

  /** A store that fails at first. */
  const failing = (store: Service, times: number, reason: StoreError["reason"]): Service => {
    let left = times
    return {
      ...store,
      append: (batches, reading) =>
        Effect.suspend(() => (left-- > 0 ? trouble(reason) : store.append(batches, reading))),
    }
  }

  it.effect("that another process is writing to is waited for", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf(centre)
      const store = failing(yield* memory.make, 4, "Locked")
      yield* vendor.run()(sync(store, { window }))
      expect(inside(yield* kept(store, window), window)).toEqual(had(vendor, window))
    }),
  )

  it.effect.each([
    { reason: "Locked", times: 100 },
    { reason: "Full", times: 1 },
    { reason: "ReadOnly", times: 1 },
  ] as const)("that stays $reason ends a sync", ({ reason, times }) =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf(centre)
      const store = failing(yield* memory.make, times, reason)
      expect(yield* vendor.run()(failure(sync(store, { window })))).toEqual(trouble(reason))
    }),
  )

  it.effect("has each day closed as soon as nothing of it is read again", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf({ agents: 4, days: 12 }, noon + 11 * hour)
      const inner = yield* memory.make
      /** The days closed, by their ends; those of a sync in their order. */
      const closed = new Set<number>()
      const again: Array<number> = []
      const appended: Array<number> = []
      const store: Service = {
        ...inner,
        append: (batches, { carriedIn, span } = {}) => {
          const end = span === undefined ? Number.NaN : Math.ceil(span.to / day) * day
          if (span !== undefined) appended.push(closed.size)
          if (closed.has(end)) again.push(end)
          return inner.append(batches, { ...(span ? { span } : {}), ...(carriedIn === undefined ? {} : { carriedIn }) })
        },
        compact: (before) =>
          Effect.zipRight(
            Effect.map(inner.coverage, (coverage) => {
              for (let end = before; end > before - 30 * day; end -= day) {
                if (Coverage.missing(coverage, { from: end - day, to: end }).length === 0) closed.add(end)
              }
            }),
            inner.compact(before),
          ),
      }
      const midnight = Math.ceil(noon / day) * day
      const window3 = { from: noon - 3 * day, to: noon + 3 * day }
      yield* vendor.run()(sync(store, { window: window3 }))
      expect(Math.max(...closed)).toBe(midnight - day)
      // Days were closed before the last of them was read.
      expect(appended.at(-1)).toBeGreaterThan(5)
      for (let step = 0; step < 26; step++) {
        yield* TestClock.adjust("5 minutes")
        yield* vendor.run()(sync(store, { window: window3 }))
      }
      expect(Math.max(...closed)).toBe(midnight)
      yield* vendor.run()(sync(store, { window: { from: noon - 10 * day, to: noon } }))
      expect(again).toEqual([])
    }),
  )
})
