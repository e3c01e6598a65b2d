/**
 * Follows what is happening: asks again and again, and says who is in which status and what became known.
 *
 * Shape    one update a poll. A poll reads all since the last one that succeeded, however long ago that was
 * Units    seconds
 * Fails    `InvalidInput` for an interval that is too short; `ContactNowError` and `StoreError` where only a person can
 *          help. All else is told in an update and tried again
 * Cost     the last hour's events in memory, or all since the last poll, at most a day; the first poll also looks up when
 *          the visits of those began who have been in one status for longer
 */
import { nowSeconds } from "../time/clock.ts"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import type { ContactNowError } from "../contactnow/ContactNowError.ts"
import type { StatusLog } from "../contactnow/StatusLog.ts"
import * as EventBatch from "../events/EventBatch.ts"
import { InvalidInput } from "../InvalidInput.ts"
import * as Snapshot from "../interval/Snapshot.ts"
import * as EventLog from "../log/EventLog.ts"
import { isSame, type StatusEvent } from "../events/StatusEvent.ts"
import * as Coverage from "../store/Coverage.ts"
import { EventStore, type Service } from "../store/EventStore.ts"
import type { StoreError } from "../store/StoreError.ts"
import { visitLookBackSeconds } from "../store/StoredWindow.ts"
import * as Sync from "./Sync.ts"
import type { Window } from "../time/Window.ts"

export interface Options {
  /** From one poll to the next, a tenth more or less by chance. Default: 20; fewer than 10 are refused. */
  readonly intervalSeconds?: number
  /** Take 1 second and more. Default: no. */
  readonly isFastAllowed?: boolean
  /** How late a row may be recorded. Default: 15 minutes. */
  readonly overlapSeconds?: number
  /** How far to look back for who is in which status at first. Default: 7 days. */
  readonly lookBackSeconds?: number
  /** Hears of how far a poll is, which matters where it has much to catch up. */
  readonly onProgress?: (progress: Sync.Progress) => Effect.Effect<void>
}

/** Something that was not known, or not so, at the update before. */
export interface Change {
  readonly event: StatusEvent
  /** `late`: it was before what the last update knew of. `corrected`: it was known with other content. */
  readonly kind: "new" | "late" | "corrected"
}

export interface Update {
  /** Up to when all is known; `null` while no poll has succeeded. */
  readonly asOf: number | null
  /** At `asOf`. */
  readonly standings: ReadonlyArray<Snapshot.CurrentStatus>
  /** In order of time; none at first, and of a gap that was longer than a day those of the last day. */
  readonly changes: ReadonlyArray<Change>
  /** Why there is nothing new; it is tried again. */
  readonly trouble: Failure | null
}

export type Failure = ContactNowError | StoreError

/** From one poll to the next, where nothing else is asked for. */
export const defaultIntervalSeconds = 20
/** The shortest time from one poll to the next. */
export const minIntervalSeconds = (isFastAllowed: boolean): number => (isFastAllowed ? 1 : 10)
/** So long a pause may become, 5 minutes, after one failure after another. */
const maxPauseSeconds = 300
/** A vendor that wants fewer requests is left alone at least so long. */
const rateLimitSeconds = 60

/** What is read each time beside what is new. */
const recentSeconds = 3600
const maxChangesSeconds = 86_400
/** How far back to look for the start of a visit, at each step. */
const visitSteps = [visitLookBackSeconds, 86_400, 604_800]

interface State {
  readonly update: Update
  /** The events that were known at `asOf` and may be corrected, by `uid`. */
  readonly recent: ReadonlyMap<bigint, StatusEvent>
  /** Each agent's last event before those; `null` while no poll has succeeded. */
  readonly before: EventBatch.EventBatch | null
  /** How far back an event tells a status then. */
  readonly since: number
  /** Failures since a poll succeeded. */
  readonly failures: number
}

const start: State = {
  update: { asOf: null, standings: [], changes: [], trouble: null },
  recent: new Map(),
  before: null,
  since: Infinity,
  failures: 0,
}

/** Whether only a person can help. */
export const isFinal = (failure: Failure): boolean =>
  failure._tag === "StoreError"
    ? failure.reason !== "Locked"
    : failure.reason === "CredentialsRejected" || failure.reason === "AddressRejected"

/** How long to wait after so many failures: twice as long after each. */
const pauseSeconds = (every: number, { failures, update: { trouble } }: State): number => {
  if (trouble === null) return every
  const first = trouble.reason === "RateLimited" ? Math.max(every, rateLimitSeconds) : every
  return first * 2 ** failures
}

const eventsFrom = (log: EventLog.EventLog, from: number): ReadonlyArray<StatusEvent> =>
  [...EventLog.batches(log)].flatMap((batch) =>
    EventBatch.toEvents(EventBatch.filter(batch, (row) => (batch.uts[row] ?? 0) >= from)),
  )

const inOrder = (one: Change, other: Change): number =>
  one.event.uts - other.event.uts || (one.event.uid < other.event.uid ? -1 : 1)

/** What of the events was not known before, or not so. */
const changesIn = (events: ReadonlyArray<StatusEvent>, recent: State["recent"], asOf: number): ReadonlyArray<Change> =>
  events
    .flatMap((event): ReadonlyArray<Change> => {
      const old = recent.get(event.uid)
      if (old !== undefined) return isSame(old, event) ? [] : [{ event, kind: "corrected" }]
      return [{ event, kind: event.uts < asOf ? "late" : "new" }]
    })
    .toSorted(inOrder)

/** Those in a visit that was going on when the log begins, and may have begun before what the log has of them. */
const unsure = (from: number, standings: Iterable<Snapshot.CurrentStatus>): ReadonlySet<number> => {
  const open = new Set<number>()
  for (const { agent, isVisitWhole, visitSince } of standings) if (visitSince < from && !isVisitWhole) open.add(agent)
  return open
}

/** The events of a window, and what came before it as far as that is known to be the last that there was. */
const readStored = (store: Service, window: Window, agents?: ReadonlyArray<number>) =>
  Effect.flatMap(store.coverage, (coverage) =>
    store.read({
      window,
      since: Coverage.carryInFrom(coverage, window.from),
      ...(agents === undefined ? {} : { agents }),
    }),
  )

/** Each agent's last event before an instant. */
const lastBefore = (log: EventLog.EventLog, instant: number): EventBatch.EventBatch => {
  const last = EventBatch.builder()
  for (const [agent, id] of log.agents.entries()) {
    const rows = log.rows(agent)
    const row = EventLog.rowsBefore(rows, instant) - 1
    if (row < 0) continue
    EventBatch.push(last, {
      uid: rows.uid[row] ?? 0n,
      uts: rows.uts[row] ?? 0,
      agent: id,
      status: log.statuses[rows.status[row] ?? 0] ?? "",
      subcode: log.subcodes[rows.subcode[row] ?? 0] ?? "",
      callid: rows.callid[row] ?? 0n,
    })
  }
  return last.take()
}

/** The events of a window, and what came before it, which is known, unless one of those was moved into the window since. */
const readAfter = (
  store: Service,
  before: EventBatch.EventBatch,
  window: Window,
): Effect.Effect<EventLog.EventLog, StoreError> =>
  Effect.gen(function* () {
    const recent = yield* store.read({ window, since: window.from })
    const log = EventLog.fromBatches([before, ...EventLog.batches(recent)])
    return log.dropped.length === 0 ? log : yield* readStored(store, window)
  })

/**
 * Who is in which status, since when: as the log has it from `from` on; before that as it was known, or else looked up.
 */
const standingsAt = (
  store: Service,
  log: EventLog.EventLog,
  { from, to: now }: Window,
  before: ReadonlyArray<Snapshot.CurrentStatus>,
): Effect.Effect<ReadonlyArray<Snapshot.CurrentStatus>, StoreError> =>
  Effect.gen(function* () {
    const found = new Map(Snapshot.at(log, now).map((standing) => [standing.agent, standing]))
    const known = new Set<number>()
    let open = unsure(from, found.values())
    for (const { agent, isVisitWhole, status, visitSince } of before) {
      const standing = found.get(agent)
      if (!open.has(agent) || standing?.status !== status || visitSince > standing.visitSince) continue
      found.set(agent, { ...standing, visitSince, isVisitWhole })
      known.add(agent)
    }
    open = new Set([...open].filter((agent) => !known.has(agent)))
    for (const back of visitSteps) {
      if (open.size === 0) break
      const longer = yield* readStored(store, { from: now - back, to: now }, [...open])
      const standings = Snapshot.at(longer, now)
      for (const standing of standings) found.set(standing.agent, standing)
      open = unsure(now - back, standings)
    }
    return [...found.values()]
  })

const poll = (
  { overlapSeconds = Coverage.lateArrivalSeconds, lookBackSeconds, onProgress }: Options,
  { before, recent, since: sinceBefore, update }: State,
): Effect.Effect<State, Failure, EventStore | StatusLog> =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const now = yield* nowSeconds
    const since = update.asOf === null ? now - recentSeconds : update.asOf - overlapSeconds
    yield* Sync.run({
      window: { from: since, to: now },
      overlapSeconds,
      ...(lookBackSeconds === undefined ? {} : { lookBackSeconds }),
      ...(onProgress === undefined ? {} : { onProgress }),
    })
    const changesFrom = Math.max(since, now - maxChangesSeconds)
    const knownSince = Coverage.carryInFrom(yield* store.coverage, changesFrom)
    // What was known holds for what was settled then, so for all before the log, unless that leaves out a part of the gap,
    // or more of what came before is known by now.
    const isKnown = changesFrom === since && knownSince === sinceBefore
    const window = { from: isKnown ? changesFrom : Math.min(changesFrom, now - recentSeconds), to: now }
    const log = isKnown && before !== null ? yield* readAfter(store, before, window) : yield* readStored(store, window)
    const events = eventsFrom(log, Math.min(changesFrom, now - overlapSeconds))
    const known = isKnown ? update.standings : []
    return {
      update: {
        asOf: now,
        standings: yield* standingsAt(store, log, window, known),
        changes:
          update.asOf === null
            ? []
            : changesIn(
                events.filter(({ uts }) => uts >= changesFrom),
                recent,
                update.asOf,
              ),
        trouble: null,
      },
      recent: new Map(events.flatMap((event) => (event.uts >= now - overlapSeconds ? [[event.uid, event]] : []))),
      before: lastBefore(log, now - overlapSeconds),
      since: knownSince,
      failures: 0,
    }
  })

/** Follows from now on, until it is interrupted or only a person can help. */
export const follow = (
  options: Options = {},
): Stream.Stream<Update, Failure | InvalidInput, EventStore | StatusLog> => {
  const { intervalSeconds: every = defaultIntervalSeconds, isFastAllowed = false } = options
  const shortest = minIntervalSeconds(isFastAllowed)
  if (!Number.isFinite(every) || every < shortest) {
    return Stream.fail(
      new InvalidInput({
        what: "interval",
        issue: `the vendor can't be asked every ${every} seconds`,
        remedy: `Give ${shortest} seconds or more.`,
      }),
    )
  }
  const step = (state: State) =>
    Effect.gen(function* () {
      const either = yield* Effect.either(poll(options, state))
      if (Either.isRight(either)) return either.right
      if (isFinal(either.left)) return yield* either.left
      return { ...state, update: { ...state.update, changes: [], trouble: either.left }, failures: state.failures + 1 }
    })
  const pause = (state: State) =>
    Effect.gen(function* () {
      const seconds = pauseSeconds(every, state) * (yield* Random.nextRange(0.9, 1.1))
      yield* Effect.sleep(Duration.seconds(Math.min(seconds, Math.max(every, maxPauseSeconds))))
    })
  return Stream.unfoldEffect(start, (state) =>
    Effect.gen(function* () {
      if (state !== start) yield* pause(state)
      const next = yield* step(state)
      return Option.some([next.update, next] as const)
    }),
  )
}
