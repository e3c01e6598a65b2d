/**
 * Reads the stored log of an account, after fetching what is missing.
 *
 * Shape    what is covered needs no request
 * Fails    as ContactNow and the store do; what was fetched before that stays stored
 */
import type { AgentDirectory } from "@dwell/core/AgentDirectory"
import * as Coverage from "@dwell/core/Coverage"
import { EventStore } from "@dwell/core/EventStore"
import * as StoredWindow from "@dwell/core/StoredWindow"
import * as StatusLog from "@dwell/core/StatusLog"
import * as Sync from "@dwell/core/Sync"
import type { Window } from "@dwell/core/Window"
import { nowSeconds } from "@dwell/core/clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as AgentNames from "../accounts/agentNames.ts"
import * as Progress from "../progress.ts"
import { count, duration, percent, plural } from "../format.ts"
import type { Settings } from "../accounts/settings.ts"
import * as StoreFile from "../accounts/storeFile.ts"
import { connect, withNameFallback, readVendorDirectory } from "../accounts/connection.ts"

export interface ReadOptions {
  readonly agents: ReadonlyArray<number> | undefined
  /** Make no request, whatever is missing. */
  readonly offline: boolean
  /** Fetch the whole window again. */
  readonly refresh: boolean
}

export interface WindowOptions extends ReadOptions {
  readonly window: Window
  /** If false and offline, the window ends where the stored log ends. */
  readonly isEndGiven: boolean
}

export interface MomentOptions extends ReadOptions {
  readonly instant: number
  /** The instant up to which the log may be known. */
  readonly now: number
}

/** The store of an account, and its connection to ContactNow. */
export const services = (settings: Settings, busyTimeoutMillis?: number) =>
  Layer.merge(StoreFile.layer(settings.account, busyTimeoutMillis), connect(settings))

/** The progress of a sync, in one line. */
const progressLine = ({ requests, rows, seconds, spans, startedAt }: Sync.Progress, now: number): string => {
  const elapsed = Math.max(1, now - startedAt)
  const left = seconds.done === 0 ? null : (elapsed * (seconds.all - seconds.done)) / seconds.done
  return (
    `Reading  ${percent(seconds.done / Math.max(1, seconds.all))}  ${plural(rows, "row")} in ${plural(requests, "request")}, ` +
    `${count(spans.done)} of ${plural(spans.all, "span")}, ${count(Math.round(rows / elapsed))} rows/s` +
    (left === null ? "" : `, ${duration(left)} left`)
  )
}

/** Fetches what is missing and shows the progress. */
export const sync = (options: Omit<Sync.Options, "onProgress">) =>
  Effect.gen(function* () {
    const meter = yield* Progress.make
    return yield* Sync.run({
      ...options,
      onProgress: (progress) => Effect.flatMap(nowSeconds, (now) => meter.show(() => progressLine(progress, now))),
    }).pipe(Effect.ensuring(meter.clear))
  })

/** What was read, and how many requests it took. */
export interface WindowResult extends StoredWindow.StoredWindow {
  readonly requests: number
}

/** Fetches what is missing from a window unless offline; returns the number of requests. */
const fetch = ({ agents, offline, refresh }: ReadOptions, window: Window) =>
  offline
    ? Effect.succeed(0)
    : Effect.map(sync({ window, refresh, ...(agents === undefined ? {} : { agents }) }), ({ requests }) => requests)

/** The log of agents that were just fetched alone. That adds no coverage, but nothing of theirs is missing. */
const readFetchedAgents = (window: Window, agents: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const known = Coverage.carryInFrom(yield* store.coverage, window.from)
    const since = Math.min(known, window.from - StatusLog.defaultLookBackSeconds)
    const found: StoredWindow.StoredWindow = {
      window,
      log: yield* store.read({ window, agents, since }),
      uncovered: [],
    }
    return found
  })

/** The log of a window, the window, and its gaps. */
export const readWindow = (options: WindowOptions) =>
  Effect.gen(function* () {
    const { agents, isEndGiven, offline, window } = options
    const requests = yield* fetch(options, window)
    const found =
      offline || agents === undefined
        ? yield* StoredWindow.log({
            window,
            now: yield* nowSeconds,
            isEndAsked: isEndGiven || !offline,
            ...(agents === undefined ? {} : { agents }),
          })
        : yield* readFetchedAgents(window, agents)
    return { ...found, requests }
  })

/** The log around an instant: from before it to where the statuses at that instant have ended, or now. */
export const readAround = (options: MomentOptions) =>
  Effect.gen(function* () {
    const { agents, instant, now, offline } = options
    const window = StoredWindow.windowAround(options)
    const requests = yield* fetch(options, window)
    const found: StoredWindow.StoredMoment =
      offline || agents === undefined
        ? yield* StoredWindow.around({
            instant,
            now,
            present: yield* nowSeconds,
            ...(agents === undefined ? {} : { agents }),
          })
        : { ...(yield* readFetchedAgents(window, agents)), known: Math.min(now, window.to), agents }
    return { ...found, requests }
  })

/** Adds names to what is read. They are fetched if the log was too, or if none are stored. */
export const withNames = <A extends WindowResult, E, R>(
  read: Effect.Effect<A, E, R>,
  needsNames: boolean,
  settings: Settings,
) =>
  Effect.gen(function* () {
    const found = yield* read
    const storedNames = yield* AgentNames.load(settings.account.name)
    const isFetched = needsNames && (found.requests > 0 || Option.isNone(storedNames))
    const directory = isFetched
      ? yield* refreshNames(settings, storedNames, found.window, found.log.agents)
      : directoryOf(storedNames)
    return { ...found, names: directory }
  })

const directoryOf = (stored: Option.Option<AgentNames.StoredNames>): AgentDirectory =>
  Option.match(stored, { onNone: () => new Map(), onSome: ({ directory }) => directory })

/** The stored names, updated from ContactNow if they are too old or incomplete. */
const refreshNames = (
  { account }: Settings,
  stored: Option.Option<AgentNames.StoredNames>,
  window: Window,
  agents: ReadonlyArray<number>,
) =>
  Effect.gen(function* () {
    const now = yield* nowSeconds
    const known = directoryOf(stored)
    if (!AgentNames.isOutdated(stored, now, agents)) return known
    const fresh = yield* withNameFallback(known, readVendorDirectory(window))
    if (fresh === known) return known
    // ContactNow knows the team only of agents with calls, so a known team stays.
    const directory = new Map(known)
    for (const [agent, { name, team }] of fresh) {
      directory.set(agent, {
        name: name ?? known.get(agent)?.name ?? null,
        team: team ?? known.get(agent)?.team ?? null,
      })
    }
    yield* AgentNames.save(account.name, { readAt: now, directory })
    return directory
  })

/** The names of an account's agents, with the teams of agents with a call in the window or the week before it. Default: now. */
export const names = (settings: Settings, window?: Window) =>
  Effect.gen(function* () {
    const now = yield* nowSeconds
    return yield* refreshNames(
      settings,
      yield* AgentNames.load(settings.account.name),
      window ?? { from: now, to: now },
      [],
    )
  })
