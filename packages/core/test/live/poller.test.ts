import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import * as Snapshot from "../../src/interval/Snapshot.ts"
import * as Poller from "../../src/live/Poller.ts"
import type { StatusEvent } from "../../src/events/StatusEvent.ts"
import * as Coverage from "../../src/store/Coverage.ts"
import { EventStore, type Service } from "../../src/store/EventStore.ts"
import * as memory from "../../src/store/memory.ts"
import { StoreError } from "../../src/store/StoreError.ts"
import {
  client,
  type Connection,
  driven,
  failure,
  type Fetch,
  fetchOf,
  had,
  inOrder,
  noon,
  row,
  secondsNow,
  telling,
  updatesUntil,
  type Vendor,
  vendorOf,
} from "../contactnow/support.ts"
import { logOf } from "../logs.ts"

const hour = 3600
const day = 24 * hour

interface Poll extends Poller.Update {
  readonly at: number
}

/** Follows through a way of its own until something is so; gives all updates with when they came. */
const followed = (
  fetch: Fetch,
  store: Service,
  isEnd: (update: Poll) => boolean,
  options: Poller.Options = {},
  connection: Connection = {},
) => {
  const updates = Stream.mapEffect(Poller.follow(options), (update) =>
    Effect.map(secondsNow, (at): Poll => ({ ...update, at })),
  )
  return updatesUntil(updates, isEnd, { fetch, store, connection })
}

const standingsOf = (vendor: Vendor, at: number): ReadonlyArray<Snapshot.CurrentStatus> =>
  Snapshot.at(logOf(had(vendor, { from: noon - 8 * day, to: at })), at)

/** All that was told, the last word on each event, in the order of a log. */
const told = (updates: ReadonlyArray<Poller.Update>): ReadonlyArray<StatusEvent> =>
  inOrder(updates.flatMap(({ changes }) => changes.map(({ event }) => event)))

const centre = { agents: 8, days: 3 }

describe("an hour that is followed", () => {
  it.effect("tells of each event once, and of an outage in the middle", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf(centre)
      const store = yield* memory.make
      const clock = yield* Effect.clock
      const [from, to] = [noon + 1200, noon + 2400]
      const fetch: Fetch = async (input, init) => {
        const now = clock.unsafeCurrentTimeMillis() / 1000
        if (now >= from && now < to) throw new TypeError("fetch failed")
        return vendor.line.fetch(input, init)
      }
      const updates = yield* followed(fetch, store, ({ at }) => at >= noon + hour)
      const last = updates.at(-1)
      expect(last?.asOf).toBe(last?.at)
      expect(last?.standings).toEqual(standingsOf(vendor, last?.at ?? 0))

      const changes = updates.flatMap((update) => update.changes)
      const begin = updates[0]?.asOf ?? 0
      const late = changes.filter(({ event }) => event.uts < begin)
      expect(late.every(({ kind }) => kind === "late")).toBe(true)
      expect(changes.length).toBe(told(updates).length)
      expect(told(updates).filter(({ uts }) => uts >= begin)).toEqual(had(vendor, { from: begin, to: last?.asOf ?? 0 }))
      expect(changes.length).toBeGreaterThan(100)

      const { spans } = yield* store.coverage
      expect(Coverage.missing({ spans, carriedIn: [] }, { from: noon - hour, to: last?.asOf ?? 0 })).toEqual([])

      const during = updates.filter(({ trouble }) => trouble !== null)
      expect(during.length).toBeGreaterThan(2)
      expect(during.every(({ trouble }) => trouble?.reason === "TransportFailed")).toBe(true)
      expect(during.every(({ at }) => at >= from && at < to)).toBe(true)
      const before = updates.findLast(({ at, trouble }) => trouble === null && at < from)
      for (const { asOf, changes: none, standings } of during) {
        expect({ asOf, standings, none }).toEqual({ asOf: before?.asOf, standings: before?.standings, none: [] })
      }
    }),
  )

  it.effect("has a poll every 20 seconds or so, and after each failure one later", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf({ agents: 2, days: 2 })
      const clock = yield* Effect.clock
      const down = { from: noon + 900, to: noon + 3000 }
      const fetch: Fetch = async (input, init) => {
        const now = clock.unsafeCurrentTimeMillis() / 1000
        if (now >= down.from && now < down.to) throw new TypeError("fetch failed")
        return vendor.line.fetch(input, init)
      }
      const updates = yield* followed(fetch, yield* memory.make, ({ at }) => at >= noon + hour)
      const pauses = updates
        .slice(1)
        .map(({ at }, index) => ({ after: updates[index], seconds: at - (updates[index]?.at ?? 0) }))
      // A failing poll asks six times itself, within some ten seconds.
      const retried = 15
      const sound = pauses.filter(({ after }) => after?.trouble === null && after.at < down.from - 30)
      expect(sound.length).toBeGreaterThan(30)
      for (const { seconds } of sound) {
        expect(seconds).toBeGreaterThanOrEqual(17)
        expect(seconds).toBeLessThanOrEqual(23)
      }
      expect(new Set(sound.map(({ seconds }) => seconds)).size).toBeGreaterThan(1)
      const failing = pauses.filter(({ after }) => after !== undefined && after.trouble !== null)
      expect(failing.length).toBeGreaterThan(5)
      expect(failing.length).toBeLessThan(12)
      failing.forEach(({ seconds }, failures) => {
        const usual = Math.min(300, 40 * 2 ** failures)
        expect(seconds).toBeGreaterThanOrEqual(0.89 * usual)
        expect(seconds).toBeLessThanOrEqual(Math.min(300, 1.1 * usual) + retried)
      })
      const after = pauses.findLast(({ after: one }) => one?.trouble === null)
      expect(after?.seconds).toBeLessThanOrEqual(23)
    }),
  )
})

describe("a vendor that wants fewer requests", () => {
  it.effect("is left alone for longer", () =>
    Effect.gen(function* () {
      yield* vendorOf()
      const fetch = telling(() => new Response("slow down", { status: 429 }))
      const updates = yield* followed(fetch, yield* memory.make, ({ at }) => at > noon + hour)
      expect(updates[0]).toMatchObject({ asOf: null, standings: [], changes: [], trouble: { reason: "RateLimited" } })
      const [first, second, third] = updates
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(107)
      expect((third?.at ?? 0) - (second?.at ?? 0)).toBeGreaterThanOrEqual(215)
      expect(updates.length).toBeLessThan(18)
    }),
  )
})

describe("following", () => {
  it.effect("ends where credentials are rejected", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf(centre)
      const error = yield* failure(
        followed(fetchOf(vendor), yield* memory.make, () => false, {}, { password: "another" }),
      )
      expect(error).toMatchObject({ _tag: "ContactNowError", reason: "CredentialsRejected" })
    }),
  )

  it.effect("ends where an address stays rejected", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf({ ...centre, faults: { wrongAddress: 1 } })
      const error = yield* failure(followed(fetchOf(vendor), yield* memory.make, () => false))
      expect(error).toMatchObject({ reason: "AddressRejected" })
    }),
  )

  it.effect("goes on where an address is rejected once", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf(centre)
      vendor.emulator.faultOnce("wrongAddress")
      const [first] = yield* followed(fetchOf(vendor), yield* memory.make, () => true)
      expect(first).toMatchObject({ asOf: noon, trouble: null })
    }),
  )

  /** A store that can't be written to from the second time on. */
  const failing = (store: Service, reason: StoreError["reason"], times: number): Service => {
    let count = 0
    return {
      ...store,
      append: (batches, reading) =>
        Effect.suspend(() => {
          count += 1
          return count > 12 && count <= 12 + times
            ? new StoreError({ reason, issue: "it can't be written", remedy: "See to it." })
            : store.append(batches, reading)
        }),
    }
  }

  it.effect.each(["Full", "ReadOnly", "Damaged"] as const)("ends where the store is %s", (reason) =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf(centre)
      const store = failing(yield* memory.make, reason, Infinity)
      const error = yield* failure(followed(fetchOf(vendor), store, ({ at }) => at > noon + hour))
      expect(error).toMatchObject({ _tag: "StoreError", reason })
    }),
  )

  it.effect("goes on where the store is locked", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf(centre)
      const store = failing(yield* memory.make, "Locked", 9)
      const updates = yield* followed(fetchOf(vendor), store, ({ at }) => at > noon + 600)
      expect(updates.flatMap(({ trouble }) => (trouble === null ? [] : [trouble.reason]))).toContain("Locked")
      const last = updates.at(-1)
      expect(last?.trouble).toBe(null)
      expect(last?.standings).toEqual(standingsOf(vendor, last?.at ?? 0))
    }),
  )
})

describe("the interval between polls", () => {
  it.effect.each([9.99, 0, -1, Number.NaN, Infinity])("of %d seconds is refused", (intervalSeconds) =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf(centre)
      const error = yield* failure(followed(fetchOf(vendor), yield* memory.make, () => true, { intervalSeconds }))
      expect(error.message).toBe(
        `interval: the vendor can't be asked every ${intervalSeconds} seconds. Give 10 seconds or more.`,
      )
      expect(vendor.emulator.requests).toEqual([])
    }),
  )

  it.effect("may be shorter where that is allowed", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf({ agents: 2, days: 2 })
      const options = { intervalSeconds: 2, isFastAllowed: true }
      const updates = yield* followed(fetchOf(vendor), yield* memory.make, ({ at }) => at >= noon + 60, options)
      expect(updates.length).toBeGreaterThan(20)
      const error = yield* failure(
        followed(fetchOf(vendor), yield* memory.make, () => true, { ...options, intervalSeconds: 0 }),
      )
      expect(error.message).toContain("Give 1 seconds or more.")
    }),
  )
})

describe("a machine that slept", () => {
  it.effect.each([1, 30])("for %d hours catches up all of it at the next poll", (hours) =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf(centre)
      const store = yield* memory.make
      const asleep = noon + hours * hour
      const [, caughtUp] = yield* Poller.follow().pipe(
        Stream.tap(({ asOf }) => (asOf === noon ? TestClock.setTime(asleep * 1000) : Effect.void)),
        Stream.take(2),
        Stream.runCollect,
        Effect.map((updates) => [...updates]),
        Effect.provideService(EventStore, store),
        Effect.provide(client(vendor.line.fetch)),
        driven(vendor.line),
      )
      const { asOf, changes, standings } = caughtUp ?? { asOf: null, changes: [], standings: [] }
      const now = yield* secondsNow
      expect(asOf).toBe(now)
      expect(now).toBeGreaterThan(asleep)
      expect(standings).toEqual(standingsOf(vendor, now))
      const heard = changes.flatMap(({ event, kind }) => (kind === "new" ? [event] : []))
      expect(inOrder(heard)).toEqual(had(vendor, { from: Math.max(noon, now - day), to: now }))
      const { spans } = yield* store.coverage
      expect(Coverage.missing({ spans, carriedIn: [] }, { from: noon - hour, to: now })).toEqual([])
    }),
  )
})

describe("an update", () => {
  /** A vendor whose rows the test writes. */
  const written = (rows: Array<StatusEvent>) => Effect.map(vendorOf({ rows }), (vendor) => ({ vendor, rows }))

  it.effect("marks what is late and what was corrected", () =>
    Effect.gen(function* () {
      const { rows, vendor } = yield* written([row(1, noon - 300, 1), row(2, noon - 100, 2, "call")])
      const store = yield* memory.make
      const writes: ReadonlyArray<() => void> = [
        () => rows.push(row(3, noon - 200, 1, "wrap")),
        () => rows.splice(1, 1, row(2, noon - 100, 3, "call")),
        () => rows.push(row(4, noon + 48, 2), row(5, noon - 400, 2, "idle")),
        () => {},
      ]
      let poll = 0
      const updates = yield* followed(fetchOf(vendor), store, ({ at }) => {
        writes[poll++]?.()
        return at > noon + 90
      })
      const kinds = updates.map(({ changes }) =>
        changes.map(({ event: { agent, uid }, kind }) => `${kind} ${uid} of ${agent}`),
      )
      expect(kinds.slice(0, 5)).toEqual([[], ["late 3 of 1"], ["corrected 2 of 3"], ["late 5 of 2", "new 4 of 2"], []])
      const last = updates.at(-1)
      expect(last?.standings).toEqual(standingsOf(vendor, last?.at ?? 0))
      expect(last?.standings.map(({ agent, status }) => `${agent} ${status}`)).toEqual([
        "1 wrap",
        "2 available",
        "3 call",
      ])
    }),
  )

  it.effect("says since when a visit has been going on, though it began long before", () =>
    Effect.gen(function* () {
      const begin = noon - 40 * hour
      const { vendor } = yield* written([
        row(1, begin - 60, 1, "offline"),
        // One visit: subcodes change, the status doesn't.
        ...Array.from({ length: 100 }, (_, index) => row(10 + index, begin + index * 1500, 1, "available", `${index}`)),
        row(500, noon - 3 * day, 2, "offline"),
        row(600, noon - 7200, 3, "idle"),
        row(601, noon - 300, 3, "wrap"),
        row(602, noon - 200, 3, "wrap", "late"),
      ])
      const store = yield* memory.make
      const updates = yield* followed(fetchOf(vendor), store, ({ at }) => at > noon + 2 * hour, {
        intervalSeconds: 300,
      })
      for (const { asOf, standings } of updates) {
        expect(standings.map(({ visitSince }) => visitSince)).toEqual([begin, noon - 3 * day, noon - 300])
        expect(standings).toEqual(standingsOf(vendor, asOf ?? 0))
      }
    }),
  )

  it.effect("says since when, too, where what went before is corrected, or comes late while the machine sleeps", () =>
    Effect.gen(function* () {
      const { rows, vendor } = yield* written([
        row(1, noon - 5 * hour, 1),
        row(2, noon - 3 * hour, 1),
        row(3, noon - 600, 1, "wrap"),
        row(4, noon - 500, 1),
        row(5, noon - 600, 2, "idle"),
        row(6, noon - 100, 2, "idle", "tea"),
        row(7, noon - 600, 3),
        row(8, noon - 100, 3),
      ])
      const writes: ReadonlyArray<() => void> = [
        () => rows.splice(2, 1, row(3, noon - 600, 1)),
        () => rows.splice(6, 1, row(7, noon - 600, 4)),
        () => rows.push(row(9, noon - 300, 2, "call")),
      ]
      let poll = 0
      const updates = yield* Poller.follow().pipe(
        Stream.tap(() => Effect.sync(() => writes[poll++]?.())),
        Stream.tap(() => (poll === writes.length ? TestClock.adjust("30 hours") : Effect.void)),
        Stream.take(4),
        Stream.runCollect,
        Effect.provideService(EventStore, yield* memory.make),
        Effect.provide(client(vendor.line.fetch)),
        driven(vendor.line),
      )
      const since = [...updates].map(({ standings }) => standings.map(({ visitSince }) => visitSince - noon))
      expect(since).toEqual([
        [-500, -600, -600],
        [-5 * hour, -600, -600],
        [-5 * hour, -600, -100, -600],
        [-5 * hour, -100, -100, -600],
      ])
    }),
  )

  it.effect("asks the store for the begin of visits at first, and not at each poll", () =>
    Effect.gen(function* () {
      const { vendor } = yield* written([row(1, noon - 30 * hour, 1, "offline"), row(2, noon - 2 * hour, 2, "wrap")])
      const store = yield* memory.make
      let reads = 0
      const counting: Service = {
        ...store,
        read: (asked) => {
          reads += 1
          return store.read(asked)
        },
      }
      const counts: Array<number> = []
      yield* followed(fetchOf(vendor), counting, ({ at }) => {
        counts.push(reads)
        return at > noon + 60
      })
      expect(counts.slice(1).map((count, index) => count - (counts[index] ?? 0))).toEqual(counts.slice(1).map(() => 1))
    }),
  )

  it.effect("tells how far the first one is", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf(centre)
      let done = Option.none<number>()
      yield* followed(fetchOf(vendor), yield* memory.make, () => true, {
        onProgress: ({ seconds }) => Effect.sync(() => void (done = Option.some(seconds.done))),
        lookBackSeconds: day,
      })
      expect(done).toEqual(Option.some(day + hour))
    }),
  )
})
