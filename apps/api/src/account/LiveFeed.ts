/**
 * The floor as it changes, for any number of listeners.
 *
 * Shape    a snapshot, then changes, each with an id after which a listener can resume; an id from before a restart of the
 *          server, or one that is too old, gets a snapshot again
 * Units    Unix seconds
 * Fails    `StoreError` when a listener starts; later failures are retried at the next write
 * Cost     while there are listeners, one reading of all agents' statuses per write, at most four a second, and one per new
 *          listener; memory for the last 200 changes
 */
import type { Change } from "@dwell/client/contract"
import type * as Calendar from "@dwell/core/Calendar"
import * as Coverage from "@dwell/core/Coverage"
import { visitLookBackSeconds } from "@dwell/core/StoredWindow"
import { EventStore } from "@dwell/core/EventStore"
import * as Report from "@dwell/core/Report"
import type { StoreError } from "@dwell/core/StoreError"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { AgentNames } from "./AgentNames.ts"
import { knownUntilOf } from "./knownUntil.ts"
import { AccountSettings } from "./AccountSettings.ts"

export interface Update {
  readonly number: number
  readonly event: "snapshot" | "change"
  readonly data: Report.AtDocument | Change
}

export interface Service {
  /** Updates from now on; with an id, all updates since that id. */
  readonly updates: (lastId: string | undefined) => Stream.Stream<Update & { readonly id: string }, StoreError>
  /** Ends all streams permanently. */
  readonly end: Effect.Effect<void>
}

export class LiveFeed extends Context.Tag("@dwell/api/LiveFeed")<LiveFeed, Service>() {}

const maxRecent = 200
/** Writes within this time reach a listener as one update. */
const batchMillis = 250

/** The status of each agent at the last known instant; `null` if nothing is known. */
export const snapshot = (zone: Calendar.Zone, agents?: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const coverage = yield* store.coverage
    const known = yield* knownUntilOf(coverage)
    if (known === null) return null
    const { categories } = yield* AccountSettings
    const window = { from: known - visitLookBackSeconds, to: known }
    const log = yield* store.read({
      window,
      since: Coverage.carryInFrom(coverage, window.from),
      ...(agents === undefined ? {} : { agents }),
    })
    return Report.statusAt(log, {
      instant: known,
      now: known,
      zone,
      categories,
      directory: yield* (yield* AgentNames).all,
      uncovered: Coverage.missing(coverage, window),
      ...(agents === undefined ? {} : { agents }),
    })
  })

interface State {
  readonly number: number
  readonly document: Report.AtDocument
  /** The row of each agent, as JSON. */
  readonly rows: ReadonlyMap<number, string>
}

const stateOf = (number: number, document: Report.AtDocument): State => ({
  number,
  document,
  rows: new Map(document.agents.map((row) => [row.agent, JSON.stringify(row)])),
})

const changeOf = (before: State, { document, rows }: State): Change => ({
  at: document.at,
  statuses: document.statuses,
  untracked: document.untracked,
  agents: document.agents.filter(({ agent }) => before.rows.get(agent) !== rows.get(agent)),
})

const snapshotOf = ({ document, number }: State): Update => ({ number, event: "snapshot", data: document })

/**
 * The next update for a listener that has seen everything up to a number: `undefined` for an update it has seen, and a
 * snapshot if it was too slow and missed some.
 */
export const nextOf = (last: number, update: Update, state: State | null): Update | undefined => {
  if (update.number <= last) return undefined
  return update.number === last + 1 || state === null ? update : snapshotOf(state)
}

/** The number in an id `LIFE.NUMBER`, if the id is from this life of the server. */
const numberIn = (id: string | undefined, life: string): number | undefined => {
  const found = /^([\w-]+)\.(\d{1,15})$/.exec(id ?? "")
  return found !== null && found[1] === life ? Number(found[2]) : undefined
}

/** `writes` gets an element after each write. */
export const layer = (writes: Effect.Effect<Queue.Dequeue<void>>) =>
  Layer.scoped(
    LiveFeed,
    Effect.gen(function* () {
      const context = yield* Effect.context<EventStore | AgentNames | AccountSettings>()
      const { zone } = yield* AccountSettings
      const written = yield* writes
      const hub = yield* PubSub.sliding<Update>(maxRecent)
      const mutex = yield* Effect.makeSemaphore(1)
      const ended = yield* Deferred.make<void>()
      const life = crypto.randomUUID()
      let state: State | null = null
      let recent: ReadonlyArray<Update> = []
      let listeners = 0

      const refresh = mutex.withPermits(1)(
        Effect.gen(function* () {
          const document = yield* Effect.provide(snapshot(zone), context)
          if (document === null) return
          const before: State | null = state
          const next = stateOf((before?.number ?? 0) + 1, document)
          const change = before === null ? null : changeOf(before, next)
          if (change !== null && change.agents.length === 0 && change.at.instant === before?.document.at.instant) return
          const update: Update =
            change === null
              ? { number: next.number, event: "snapshot", data: document }
              : { number: next.number, event: "change", data: change }
          state = next
          recent = [...recent, update].slice(-maxRecent)
          yield* PubSub.publish(hub, update)
        }),
      )

      yield* Effect.forkScoped(
        Effect.forever(
          Effect.gen(function* () {
            yield* Queue.take(written)
            yield* Effect.sleep(batchMillis)
            yield* Queue.takeAll(written)
            if (listeners > 0) {
              yield* Effect.catchAllCause(refresh, (cause) => Effect.logError("listeners could not be updated", cause))
            }
          }),
        ),
      )

      /** The first updates of a new listener, and the number after which it continues. */
      const first = (
        lastId: string | undefined,
      ): { readonly number: number; readonly updates: ReadonlyArray<Update> } => {
        const current: State | null = state
        if (current === null) return { number: 0, updates: [] }
        const last = numberIn(lastId, life)
        const oldest = recent[0]?.number ?? Infinity
        const isKnown = last !== undefined && last <= current.number && last >= oldest - 1
        const updates = isKnown ? recent.filter(({ number }) => number > last) : [snapshotOf(current)]
        return { number: current.number, updates }
      }

      return {
        end: Effect.asVoid(Deferred.succeed(ended, undefined)),
        updates: (lastId) =>
          Stream.unwrapScoped(
            Effect.gen(function* () {
              const later = yield* Stream.fromPubSub(hub, { scoped: true })
              yield* Effect.acquireRelease(
                Effect.sync(() => {
                  listeners += 1
                }),
                () =>
                  Effect.sync(() => {
                    listeners -= 1
                  }),
              )
              yield* refresh
              const { number, updates } = first(lastId)
              const rest = later.pipe(
                Stream.mapAccum(number, (last, update) => {
                  const next = nextOf(last, update, state)
                  return [next?.number ?? last, next]
                }),
                Stream.filter((update) => update !== undefined),
              )
              return Stream.concat(Stream.fromIterable(updates), rest).pipe(
                Stream.interruptWhenDeferred(ended),
                Stream.map((update) => ({ ...update, id: `${life}.${update.number}` })),
              )
            }),
          ),
      }
    }),
  )
