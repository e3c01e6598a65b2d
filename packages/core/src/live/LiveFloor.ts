/**
 * The floor as it is: who is in which status now, and the figures of the local day so far.
 *
 * Shape    first what the store has, without a request; then an update a poll. The figures are those that `Report` makes of
 *          the store's events in `[start of the day, asOf)`; they come when all of that is read
 * Units    Unix seconds
 * Fails    as `Poller.follow` does
 * Source   docs/definitions.md
 */
import { nowSeconds } from "../time/clock.ts"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import * as Calendar from "../time/Calendar.ts"
import type { Table } from "../Category.ts"
import type { AgentDirectory } from "../contactnow/AgentDirectory.ts"
import type { StatusLog } from "../contactnow/StatusLog.ts"
import type { InvalidInput } from "../InvalidInput.ts"
import * as Snapshot from "../interval/Snapshot.ts"
import * as Poller from "./Poller.ts"
import * as Report from "../report/Report.ts"
import * as Coverage from "../store/Coverage.ts"
import { EventStore } from "../store/EventStore.ts"
import type { StoreError } from "../store/StoreError.ts"
import * as Sync from "./Sync.ts"
import * as IncrementalReport from "../report/IncrementalReport.ts"

export interface Options extends Poller.Options {
  readonly zone: Calendar.Zone
  /** Default: `Category.defaults`. */
  readonly categories?: Table
  /** Names as they are known now; asked for again at each update. Default: nobody has a name. */
  readonly directory?: Effect.Effect<AgentDirectory>
  /** Steps of the staffing curve. Default: 300. */
  readonly staffingStepSeconds?: number
}

/** The figures of a day so far. */
export interface Day {
  readonly report: Report.Document
  readonly staffing: Report.StaffingDocument
}

/** The floor at an instant. */
export interface Floor {
  /** Up to when all is known. */
  readonly asOf: number
  /** Everyone who has one at `asOf`. */
  readonly standings: ReadonlyArray<Snapshot.CurrentStatus>
  readonly directory: AgentDirectory
  /** The local day so far, `[start of the day, asOf)`; `null` while it is being counted. */
  readonly day: Day | null
}

export interface Update {
  /** The last good one; `null` while nothing is known. */
  readonly floor: Floor | null
  /** What became known since the update before, as `Live` tells it. */
  readonly changes: ReadonlyArray<Poller.Change>
  /** Why there is nothing new, or no day; it is tried again. */
  readonly trouble: Poller.Failure | null
  /** Whether what came before is still being read: some are not known yet, and the day may not be whole. */
  readonly isReading: boolean
}

/** What was kept up to longer ago says little of now. */
const maxStoredAgeSeconds = 86_400
const maxPauseSeconds = 300
/** What is read at first at least, an hour. */
const minFirstReadSeconds = 3600
const defaultStaffingStepSeconds = 300
/** The day is read from the store again after so many updates, half an hour as a rule, or so long without one. */
const maxUpdatesBeforeReread = 90
const maxCacheSeconds = 43_200

const noNames: Effect.Effect<AgentDirectory> = Effect.succeed(new Map())

/**
 * The floor as the store has it, without a request: at the last instant up to which everything is covered, if that is less
 * than a day ago. Its visits are known no further back than the event that each agent's status began with.
 */
export const storedFloor = ({
  directory = noNames,
}: Pick<Options, "directory">): Effect.Effect<Floor | null, StoreError, EventStore> =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const now = yield* nowSeconds
    const coverage = yield* store.coverage
    const asOf = Math.min(now, coverage.spans.at(-1)?.to ?? -Infinity)
    if (asOf <= now - maxStoredAgeSeconds) return null
    const log = yield* store.read({ window: { from: asOf, to: asOf }, since: Coverage.carryInFrom(coverage, asOf) })
    return { asOf, standings: Snapshot.at(log, asOf), directory: yield* directory, day: null }
  })

/** The day as it is counted from one update to the next. */
interface CachedDay {
  readonly tally: IncrementalReport.IncrementalReport
  readonly from: number
  /** How far back an event told a status when the day began. */
  readonly since: number
  readonly asOf: number
  readonly updates: number
}

/** A day counted, and what goes on from it: nothing where some of it is not covered. */
interface DayFigures {
  readonly day: Day
  readonly held: CachedDay | null
}

/**
 * Counts the day up to an instant: from the store, or from what is held of it and what became known since. What is held knows
 * of the store what `Live` tells (with `"none"`, nothing shall be held); so now and then it is read again, lest what others corrected be missed all day.
 */
const dayFigures = (
  { categories, staffingStepSeconds = defaultStaffingStepSeconds, zone }: Options,
  { asOf, directory }: Pick<Floor, "asOf" | "directory">,
  last: CachedDay | "none" | null,
  changes: ReadonlyArray<Poller.Change>,
): Effect.Effect<DayFigures, StoreError, EventStore> =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const coverage = yield* store.coverage
    const window = { from: Calendar.startOfDay(zone, asOf), to: asOf }
    const since = Coverage.carryInFrom(coverage, window.from)
    const uncovered = Coverage.missing(coverage, window)
    const table = categories === undefined ? {} : { categories }
    if (last === "none" || uncovered.length > 0 || asOf === window.from) {
      const log = yield* store.read({ window, since })
      const question: Report.Question = { window, now: asOf, zone, directory, uncovered, ...table }
      const staffing = Report.staffing(log, { ...question, stepSeconds: staffingStepSeconds })
      return { day: { report: Report.make(log, question), staffing }, held: null }
    }
    const isSame =
      last !== null &&
      last.from === window.from &&
      last.since === since &&
      asOf - last.asOf < maxCacheSeconds &&
      last.updates < maxUpdatesBeforeReread &&
      last.tally.apply(changes.map(({ event }) => event))
    const known = isSame ? last : null
    const tally =
      known?.tally ??
      IncrementalReport.make(yield* store.read({ window, since }), {
        zone,
        staffingStepSeconds,
        from: window.from,
        ...table,
      })
    return {
      day: tally.snapshot(asOf, directory),
      held: { tally, from: window.from, since, asOf, updates: (known?.updates ?? 0) + 1 },
    }
  })

/** Who is in which status at the instant of a floor, now that more is kept of what came before: those known already stay as they are. */
const standingsOf = ({ asOf, standings }: Floor): Effect.Effect<Floor["standings"], StoreError, EventStore> =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const coverage = yield* store.coverage
    const log = yield* store.read({ window: { from: asOf, to: asOf }, since: Coverage.carryInFrom(coverage, asOf) })
    const known = new Set(standings.map(({ agent }) => agent))
    const more = Snapshot.at(log, asOf).filter(({ agent }) => !known.has(agent))
    return [...standings, ...more].toSorted((one, other) => one.agent - other.agent)
  })

/** What happens, one after the other. */
type Signal =
  | { readonly _tag: "Kept"; readonly floor: Floor }
  | { readonly _tag: "Polled"; readonly update: Poller.Update }
  /** The store has the day. */
  | { readonly _tag: "Synced"; readonly requests: number }
  /** The day was not to be had; it is tried again. */
  | { readonly _tag: "Unsynced"; readonly failure: Poller.Failure }

interface State {
  readonly floor: Floor | null
  readonly held: CachedDay | null
  readonly isSynced: boolean
  /** What came before is being read: the day, and then what was going on when it began. */
  readonly toSync: number
  readonly pollTrouble: Poller.Failure | null
  readonly syncTrouble: Poller.Failure | null
}

const start: State = { floor: null, held: null, isSynced: false, toSync: 2, pollTrouble: null, syncTrouble: null }

type Signals<E, R> = Stream.Stream<Signal, E, R>

const one = (happening: Signal): Signals<never, never> => Stream.succeed(happening)

/** What the store has, then the same with its day. */
const storeSignals = (options: Options): Signals<StoreError, EventStore> =>
  Stream.unwrap(
    Effect.map(storedFloor(options), (floor) => {
      if (floor === null) return Stream.empty
      const whole = Effect.map(dayFigures(options, floor, "none", []), ({ day }): Signal => ({
        _tag: "Kept",
        floor: { ...floor, day },
      }))
      return Stream.concat(one({ _tag: "Kept", floor }), Stream.fromEffect(whole))
    }),
  ).pipe(Stream.catchAll((failure) => (Poller.isFinal(failure) ? Stream.fail(failure) : Stream.empty)))

/** Fetches what is missing of a day, however often that fails. */
const syncSignals = (
  asked: Sync.Options,
  intervalSeconds: number,
  failures = 0,
): Signals<Poller.Failure, EventStore | StatusLog> =>
  Stream.unwrap(
    Effect.map(Effect.either(Sync.run(asked)), (result) => {
      if (Either.isRight(result)) return one({ _tag: "Synced", requests: result.right.requests })
      if (Poller.isFinal(result.left)) return Stream.fail(result.left)
      const pause = Duration.seconds(Math.min(intervalSeconds * 2 ** failures, maxPauseSeconds))
      const again = Stream.unwrap(
        Effect.delay(
          Effect.sync(() => syncSignals(asked, intervalSeconds, failures + 1)),
          pause,
        ),
      )
      return Stream.concat(one({ _tag: "Unsynced", failure: result.left }), again)
    }),
  )

/** The day of an instant, and then what was going on when it began. */
const daySignals = (
  { intervalSeconds = Poller.defaultIntervalSeconds, lookBackSeconds, onProgress, overlapSeconds, zone }: Options,
  asOf: number,
): Signals<Poller.Failure, EventStore | StatusLog> => {
  const asked = {
    // Where the day has only begun, what was going on is looked for all the same.
    window: { from: Math.min(Calendar.startOfDay(zone, asOf), asOf - minFirstReadSeconds), to: asOf },
    ...(overlapSeconds === undefined ? {} : { overlapSeconds }),
    ...(onProgress === undefined ? {} : { onProgress }),
  }
  return Stream.concat(
    syncSignals({ ...asked, lookBackSeconds: 0 }, intervalSeconds),
    syncSignals({ ...asked, ...(lookBackSeconds === undefined ? {} : { lookBackSeconds }) }, intervalSeconds),
  )
}

/** The polls, and beside them, once the first has succeeded, the day. */
const vendorSignals = (options: Options): Signals<Poller.Failure | InvalidInput, EventStore | StatusLog> =>
  Stream.unwrap(
    Effect.map(Deferred.make<number>(), (first) => {
      // What came before the first hour is fetched with the day.
      const polls = Poller.follow({ ...options, lookBackSeconds: 0 }).pipe(
        Stream.tap(({ asOf }) => (asOf === null ? Effect.void : Deferred.succeed(first, asOf))),
        Stream.map((update): Signal => ({ _tag: "Polled", update })),
      )
      const days = Stream.unwrap(Effect.map(Deferred.await(first), (asOf) => daySignals(options, asOf)))
      return Stream.merge(polls, days, { haltStrategy: "left" })
    }),
  )

const step = (options: Options, state: State, happening: Signal): Effect.Effect<State, StoreError, EventStore> =>
  Effect.gen(function* () {
    if (happening._tag === "Kept") return { ...state, floor: happening.floor }
    if (happening._tag === "Unsynced") return { ...state, syncTrouble: happening.failure }
    if (happening._tag === "Synced") {
      const { floor } = state
      const known = { ...state, isSynced: true, toSync: state.toSync - 1, syncTrouble: null }
      // Where nothing was missing, what was counted holds.
      if (state.held !== null && happening.requests === 0) return known
      if (floor === null) return known
      const { day, held } = yield* dayFigures(options, floor, null, [])
      return { ...known, floor: { ...floor, standings: yield* standingsOf(floor), day }, held }
    }
    const { asOf, changes, standings, trouble } = happening.update
    if (asOf === null || trouble !== null) return { ...state, pollTrouble: trouble }
    const floor = { asOf, standings, directory: yield* options.directory ?? noNames, day: null }
    if (!state.isSynced) return { ...state, floor, pollTrouble: null }
    const { day, held } = yield* dayFigures(options, floor, state.held, changes)
    return { ...state, floor: { ...floor, day }, held, pollTrouble: null }
  }).pipe(
    Effect.catchIf(
      (failure) => !Poller.isFinal(failure),
      // What became known with it is not in what is held.
      (failure) => Effect.succeed({ ...state, held: null, pollTrouble: failure }),
    ),
  )

/**
 * Follows the floor from now on, until it is interrupted or only a person can help. Who is in which status comes after an
 * hour's reading, then the day, and then what went on when it began.
 */
export const follow = (
  options: Options,
): Stream.Stream<Update, Poller.Failure | InvalidInput, EventStore | StatusLog> =>
  Stream.concat(storeSignals(options), vendorSignals(options)).pipe(
    Stream.mapAccumEffect(start, (state, happening) =>
      Effect.map(step(options, state, happening), (next): readonly [State, Update] => [
        next,
        {
          floor: next.floor,
          changes: happening._tag === "Polled" ? happening.update.changes : [],
          trouble: next.pollTrouble ?? next.syncTrouble,
          isReading: next.toSync > 0,
        },
      ]),
    ),
  )
