/**
 * Keeps a store up to date with the vendor: fetches what is missing of a window, and no more.
 *
 * Shape    a slice is read whole and written together with the span that it covers, so what ended early, however it did,
 *          goes on where it was. Several at once on one store share the work
 * Units    Unix seconds
 * Fails    `ContactNowError`, `StoreError`; what was read until then is kept
 * Source   docs/definitions.md, section "Coverage"
 * Cost     two slices in memory, of some 20,000 rows each
 */
import { nowSeconds } from "../time/clock.ts"
import * as Effect from "effect/Effect"
import * as Iterable from "effect/Iterable"
import * as Random from "effect/Random"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import type { ContactNowError } from "../contactnow/ContactNowError.ts"
import * as StatusLog from "../contactnow/StatusLog.ts"
import type { EventBatch } from "../events/EventBatch.ts"
import * as Coverage from "../store/Coverage.ts"
import { type AppendCounts, EventStore } from "../store/EventStore.ts"
import type { StoreError } from "../store/StoreError.ts"
import { dayNumber, secondsPerDay, startOf } from "../time/days.ts"
import * as Window from "../time/Window.ts"

/** Which end of a window to begin with. */
export type Order = "newest" | "oldest"

/** What a plan is made for. */
export interface PlanOptions {
  readonly window: Window.Window
  /** Nothing later is asked for; what was read then or later is not read again, settled or not. */
  readonly now: number
  /** Default: newest. */
  readonly order?: Order
  /** How late a row may be recorded: what was read sooner after it happened is read again. Default: 15 minutes. */
  readonly overlapSeconds?: number
  /** How long a slice may be. Default: a day. */
  readonly maxSliceSeconds?: number
}

/** How far a sync has come, what it began with included in neither number. */
export interface Progress {
  readonly startedAt: number
  /** Rows read so far. */
  readonly rows: number
  /** Requests answered so far. */
  readonly requests: number
  /** Spans, of a day (UTC) at most. */
  readonly spans: { readonly done: number; readonly all: number }
  /** Seconds of the log. */
  readonly seconds: { readonly done: number; readonly all: number }
}

export interface Options {
  /** What of it is in the future is left out. */
  readonly window: Window.Window
  /** Fetches what is missing for these alone; as others may be missing still, nothing is covered by that. Default: all. */
  readonly agents?: ReadonlyArray<number>
  /** Default: newest. */
  readonly order?: Order
  /** Read all of the window again. Default: no. */
  readonly refresh?: boolean
  /** How late a row may be recorded. Default: 15 minutes. */
  readonly overlapSeconds?: number
  /** How far before the window to look for what was going on when it began. Default: 7 days. */
  readonly lookBackSeconds?: number
  readonly onProgress?: (progress: Progress) => Effect.Effect<void>
}

/** What became of the rows that were read. */
export interface Result extends AppendCounts {
  readonly requests: number
  /** When it began: what happened later is not in. */
  readonly asOf: number
}

const startOfUtcDay = (instant: number): number => startOf(dayNumber(instant))

const isLonger = ({ from, to }: Window.Window): boolean => from < to

const secondsOf = (windows: ReadonlyArray<Window.Window>): number =>
  windows.reduce((sum, window) => sum + Window.seconds(window), 0)

/** What must be read, oldest first. */
const gaps = (
  { spans }: Coverage.Coverage,
  { now, overlapSeconds = Coverage.lateArrivalSeconds, window: { from, to } }: PlanOptions,
): ReadonlyArray<Window.Window> => {
  const known = spans.map((span) => ({
    ...span,
    to: span.asOf >= now ? span.to : Math.min(span.to, span.asOf - overlapSeconds),
  }))
  return Coverage.missing({ spans: known.filter(isLonger), carriedIn: [] }, { from, to: Math.min(to, now) })
}

/**
 * The slices to read, in order, each within one day (UTC): what is not covered, and what was read too soon to be settled.
 *
 * @example
 * Array.from(Sync.plan(Coverage.empty, { window: { from: 86_000, to: 90_000 }, now: 90_000, order: "oldest" })).length // => 2
 */
export const plan = function* (coverage: Coverage.Coverage, wanted: PlanOptions): Generator<Window.Window> {
  const { maxSliceSeconds = secondsPerDay, order = "newest" } = wanted
  const missing = gaps(coverage, wanted)
  if (order === "oldest") {
    for (const gap of missing) {
      for (let { from } = gap; from < gap.to;) {
        const to = Math.min(gap.to, startOfUtcDay(from) + secondsPerDay, from + maxSliceSeconds)
        yield { from, to }
        from = to
      }
    }
    return
  }
  for (const gap of missing.toReversed()) {
    for (let { to } = gap; to > gap.from;) {
      const from = Math.max(gap.from, startOfUtcDay(to - 1), to - maxSliceSeconds)
      yield { from, to }
      to = from
    }
  }
}

/** The day's border before which all that is wanted is covered and settled, however recently it was read. */
const closedBefore = (coverage: Coverage.Coverage, wanted: PlanOptions): number => {
  const [open] = gaps(coverage, { ...wanted, now: Infinity })
  return startOfUtcDay(open?.from ?? wanted.window.to)
}

/** Waits for whoever is writing, some six seconds in all. */
const retryWhileLocked = <A>(effect: Effect.Effect<A, StoreError>): Effect.Effect<A, StoreError> =>
  Effect.retry(effect, {
    schedule: Schedule.exponential("200 millis").pipe(Schedule.jittered, Schedule.intersect(Schedule.recurs(5))),
    while: ({ reason }) => reason === "Locked",
  })

/** What is done so far. */
interface Counts extends AppendCounts {
  readonly rows: number
  readonly requests: number
}

const noRows: Counts = { rows: 0, requests: 0, added: 0, unchanged: 0, changed: 0 }

const addCounts = (one: Counts, other: Partial<Counts>): Counts => ({
  rows: one.rows + (other.rows ?? 0),
  requests: one.requests + (other.requests ?? 0),
  added: one.added + (other.added ?? 0),
  unchanged: one.unchanged + (other.unchanged ?? 0),
  changed: one.changed + (other.changed ?? 0),
})

/** Two who took the first slice each time would go on reading the same: so one of so many is taken. */
const candidateSlices = 64

const noWindows: ReadonlyArray<Window.Window> = []

const planOptionsOf = ({ order, overlapSeconds, window }: Options, now: number): PlanOptions => ({
  window,
  now,
  ...(order === undefined ? {} : { order }),
  ...(overlapSeconds === undefined ? {} : { overlapSeconds }),
})

/** What was before a window, as far as it shall be looked for; nothing is before 1970. */
const lookBackOf = ({ lookBackSeconds = StatusLog.defaultLookBackSeconds, window: { from } }: Options): number =>
  Math.max(0, Math.min(lookBackSeconds, from))

type Failure = ContactNowError | StoreError

/** Fetches what is missing for everyone. What came before the window is fetched like the window itself, and kept. */
const syncAllAgents = (asked: Options, window: Window.Window, now: number): Effect.Effect<Counts, Failure, Services> =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const log = yield* StatusLog.StatusLog
    const { onProgress = () => Effect.void, refresh = false } = asked
    const stored = retryWhileLocked(store.coverage)
    const lookBack = Coverage.isCarriedIn(yield* stored, window.from) ? 0 : lookBackOf(asked)
    const wanted = { ...planOptionsOf(asked, now), window: { from: window.from - lookBack, to: window.to } }

    const state = yield* Ref.make({
      tally: noRows,
      /** Read by us. */
      done: Coverage.empty,
      inHand: noWindows,
      sliceSeconds: StatusLog.firstSliceSeconds,
      /** Somebody else reads the same. */
      isShared: false,
    })
    /** What counts as covered: all that is, or, of a window that is read anew, what we have read. */
    const covered = Effect.gen(function* () {
      const coverage = yield* stored
      if (!refresh) return coverage
      const outside = coverage.spans.flatMap((span) =>
        Coverage.missing({ spans: [{ ...window, asOf: now }], carriedIn: [] }, span).map((rest) => ({
          span: { ...rest, asOf: span.asOf },
        })),
      )
      return outside.reduce(Coverage.add, (yield* Ref.get(state)).done)
    })

    const whole = yield* covered
    const all = { spans: Iterable.size(plan(whole, wanted)), seconds: secondsOf(gaps(whole, wanted)) }
    const tell = (coverage: Coverage.Coverage, { requests, rows }: Counts) =>
      onProgress({
        startedAt: now,
        rows,
        requests,
        spans: { done: Math.max(0, all.spans - Iterable.size(plan(coverage, wanted))), all: all.spans },
        seconds: { done: all.seconds - secondsOf(gaps(coverage, wanted)), all: all.seconds },
      })

    /** The next slice that nobody has, of us or, so far as can be known, of others. */
    const next = Effect.gen(function* () {
      const coverage = yield* covered
      const { inHand, isShared, sliceSeconds, tally } = yield* Ref.get(state)
      yield* tell(coverage, tally)
      const left = inHand.reduce((known, span) => Coverage.add(known, { span: { ...span, asOf: now } }), coverage)
      const slices = [
        ...Iterable.take(plan(left, { ...wanted, maxSliceSeconds: sliceSeconds }), isShared ? candidateSlices : 1),
      ]
      const slice = slices[yield* Random.nextIntBetween(0, Math.max(1, slices.length))]
      if (slice !== undefined)
        yield* Ref.update(state, (current) => ({ ...current, inHand: [...current.inHand, slice] }))
      return slice
    }).pipe((yield* Effect.makeSemaphore(1)).withPermits(1))

    /** Puts a day into columns that nothing of will be read again: were it left to the end, all rows would wait for it. */
    const close = (day: Window.Window) =>
      Effect.gen(function* () {
        const open = gaps(yield* stored, { ...wanted, now: Infinity, window: day })
        if (open.length === 0) yield* retryWhileLocked(store.compact(day.to))
      })

    const fetch = (slice: Window.Window) =>
      Effect.gen(function* () {
        // A clock that is put back meanwhile must not make what was just read look old.
        const span = { ...slice, asOf: Math.max(now, yield* nowSeconds) }
        const { batches, requests, rows } = yield* log.slice(slice)
        const isTaken = gaps(yield* covered, { ...wanted, window: slice }).length === 0
        const written = isTaken ? noRows : yield* retryWhileLocked(store.append(batches, { span }))
        yield* Ref.update(state, (current) => ({
          tally: addCounts(current.tally, { ...written, rows, requests }),
          done: Coverage.add(current.done, { span }),
          inHand: current.inHand.filter((each) => each !== slice),
          sliceSeconds: StatusLog.nextSliceSeconds(current.sliceSeconds, Window.seconds(slice), rows),
          isShared: current.isShared || isTaken,
        }))
        const day = startOfUtcDay(slice.from)
        if (!isTaken) yield* close({ from: day, to: day + secondsPerDay })
      })

    const work: Effect.Effect<void, Failure> = Effect.gen(function* () {
      for (let slice = yield* next; slice !== undefined; slice = yield* next) yield* fetch(slice)
    })
    yield* Effect.all([work, work], { concurrency: 2, discard: true })

    const { done, tally } = yield* Ref.get(state)
    // While a late row may still come before it, what came before is read again; which costs little, since it is covered.
    const { overlapSeconds = Coverage.lateArrivalSeconds } = wanted
    const isSettled = now >= window.from + overlapSeconds
    if (lookBack > 0 && isSettled) yield* retryWhileLocked(store.append([], { carriedIn: window.from }))
    // Nothing before that border is read again, so each day is closed once.
    const before = closedBefore(yield* stored, { ...wanted, window: { from: wanted.window.from, to: now } })
    if ((done.spans[0]?.from ?? before) < before) yield* retryWhileLocked(store.compact(before))
    return tally
  })

/** Fetches what is missing for some; of what came before, only for those of whom nothing is known since all is covered. */
const syncAgents = (
  asked: Options,
  agents: ReadonlyArray<number>,
  window: Window.Window,
  now: number,
): Effect.Effect<Counts, Failure, Services> =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const log = yield* StatusLog.StatusLog
    const { onProgress = () => Effect.void, order = "newest", refresh = false } = asked
    const coverage = yield* retryWhileLocked(store.coverage)
    const missing = gaps(refresh ? Coverage.empty : coverage, { ...planOptionsOf(asked, now), window })
    const all = secondsOf(missing)
    const tally = yield* Ref.make(noRows)

    const keep = (batches: ReadonlyArray<EventBatch>) =>
      Effect.flatMap(retryWhileLocked(store.append(batches)), (written) =>
        Ref.update(tally, (current) => addCounts(current, written)),
      )

    let done = 0
    for (const [index, gap] of (order === "newest" ? missing.toReversed() : missing).entries()) {
      const before = yield* Ref.get(tally)
      const rest = log.read({
        window: gap,
        agents,
        lookBackSeconds: 0,
        onProgress: (progress) =>
          Effect.gen(function* () {
            const rows = before.rows + progress.rows
            const requests = before.requests + progress.requests
            yield* Ref.update(tally, (current) => ({ ...current, rows, requests }))
            yield* onProgress({
              startedAt: now,
              rows,
              requests,
              spans: { done: progress.done < progress.all ? index : index + 1, all: missing.length },
              seconds: { done: done + progress.done, all },
            })
          }),
      })
      yield* Stream.runForEach(rest, (batch) => keep([batch]))
      done += Window.seconds(gap)
    }

    const reach = Coverage.coveredBackTo(coverage, window.from)
    const lookBack = lookBackOf(asked) - (window.from - reach)
    if (lookBack > 0 && !Coverage.isCarriedIn(coverage, window.from)) {
      const last = yield* retryWhileLocked(store.lastEvents(window.from, agents))
      const known = new Set(
        Array.from(last.agent, (agent, row) => ((last.uts[row] ?? 0) >= reach ? last.agents[agent] : undefined)),
      )
      const unknown = agents.filter((agent) => !known.has(agent))
      if (unknown.length > 0) {
        yield* keep([yield* log.carryIn({ before: reach, agents: unknown, lookBackSeconds: lookBack })])
      }
    }
    return yield* Ref.get(tally)
  })

type Services = EventStore | StatusLog.StatusLog

/** Fetches what is missing. It can be ended at any time, and asked again. */
export const run = (asked: Options): Effect.Effect<Result, Failure, Services> =>
  Effect.gen(function* () {
    const asOf = yield* nowSeconds
    const window = { from: asked.window.from, to: Math.min(asked.window.to, asOf) }
    const { agents } = asked
    const isNothing = !isLonger(window) || agents?.length === 0
    const tally = isNothing
      ? noRows
      : yield* agents === undefined ? syncAllAgents(asked, window, asOf) : syncAgents(asked, agents, window, asOf)
    const { added, changed, requests, unchanged } = tally
    return { added, changed, unchanged, requests, asOf }
  })
