/**
 * Answers from what is kept of an account, fetching what is missing of it.
 *
 * Shape    what is covered is answered without a request
 * Fails    as the vendor and the store do; what was fetched until then is kept
 */
import type { AgentDirectory } from "@dwell/core/AgentDirectory"
import * as Coverage from "@dwell/core/Coverage"
import { EventStore } from "@dwell/core/EventStore"
import * as Kept from "@dwell/core/Kept"
import * as StatusLog from "@dwell/core/StatusLog"
import * as Sync from "@dwell/core/Sync"
import type { Window } from "@dwell/core/Window"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as AgentNames from "../accounts/agentNames.ts"
import * as Progress from "../progress.ts"
import { count, duration, percent, plural } from "../format.ts"
import type { Settings } from "../accounts/settings.ts"
import * as StoreFile from "../accounts/storeFile.ts"
import { connect, withNameFallback, readVendorDirectory } from "../accounts/connection.ts"

/** How what is kept is asked, and who is asked besides. */
export interface Wanted {
  readonly agents: ReadonlyArray<number> | undefined
  /** Answer from what is kept, whatever it lacks. */
  readonly offline: boolean
  /** Read all of the window again. */
  readonly refresh: boolean
}

export interface WantedWindow extends Wanted {
  readonly window: Window
  /** Where it was not, what is kept ends the window of who asks nobody. */
  readonly isEndAsked: boolean
}

export interface WantedAround extends Wanted {
  readonly instant: number
  /** The instant as of which is asked. */
  readonly now: number
}

/** The store of an account, and the services that talk to its vendor; a writer waits so long for another one. */
export const services = (settings: Settings, busyTimeoutMillis?: number) =>
  Layer.merge(StoreFile.layer(settings.account, busyTimeoutMillis), connect(settings))

/** How far a sync is, in a line. */
const progressLine = ({ requests, rows, seconds, spans, startedAt }: Sync.Progress, now: number): string => {
  const elapsed = Math.max(1, now - startedAt)
  const left = seconds.done === 0 ? null : (elapsed * (seconds.all - seconds.done)) / seconds.done
  return (
    `Reading  ${percent(seconds.done / Math.max(1, seconds.all))}  ${plural(rows, "row")} in ${plural(requests, "request")}, ` +
    `${count(spans.done)} of ${plural(spans.all, "span")}, ${count(Math.round(rows / elapsed))} rows/s` +
    (left === null ? "" : `, ${duration(left)} left`)
  )
}

const nowSeconds = Effect.map(Clock.currentTimeMillis, (millis) => Math.floor(millis / 1000))

/** Fetches what is missing, showing how far it is. */
export const sync = (asked: Omit<Sync.Asked, "onProgress">) =>
  Effect.gen(function* () {
    const meter = yield* Progress.make
    return yield* Sync.run({
      ...asked,
      onProgress: (progress) => Effect.flatMap(nowSeconds, (now) => meter.show(() => progressLine(progress, now))),
    }).pipe(Effect.ensuring(meter.clear))
  })

/** What was found, and how many requests that took. */
export interface Read extends Kept.Found {
  readonly requests: number
}

/** Fetches what is missing of a window, unless nobody is to be asked; gives how many requests that took. */
const fetch = ({ agents, offline, refresh }: Wanted, window: Window) =>
  offline
    ? Effect.succeed(0)
    : Effect.map(sync({ window, refresh, ...(agents === undefined ? {} : { agents }) }), ({ requests }) => requests)

/** The log of agents that were fetched by themselves: that covers nothing, yet nothing is missing of them. */
const ofFetched = (window: Window, agents: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const known = Coverage.since(yield* store.coverage, window.from)
    const since = Math.min(known, window.from - StatusLog.defaultLookBackSeconds)
    const found: Kept.Found = { window, log: yield* store.read({ window, agents, since }), uncovered: [] }
    return found
  })

/** A log, the window that it is of, and what of the window it lacks. */
export const log = (wanted: WantedWindow) =>
  Effect.gen(function* () {
    const { agents, isEndAsked, offline, window } = wanted
    const requests = yield* fetch(wanted, window)
    const found =
      offline || agents === undefined
        ? yield* Kept.log({
            window,
            now: yield* nowSeconds,
            isEndAsked: isEndAsked || !offline,
            ...(agents === undefined ? {} : { agents }),
          })
        : yield* ofFetched(window, agents)
    return { ...found, requests }
  })

/** The log around an instant: from before it to where the statuses of then have ended, or now. */
export const around = (wanted: WantedAround) =>
  Effect.gen(function* () {
    const { agents, instant, now, offline } = wanted
    const window = Kept.windowAround(wanted)
    const requests = yield* fetch(wanted, window)
    const found: Kept.Around =
      offline || agents === undefined
        ? yield* Kept.around({ instant, now, present: yield* nowSeconds, ...(agents === undefined ? {} : { agents }) })
        : { ...(yield* ofFetched(window, agents)), known: Math.min(now, window.to), agents }
    return { ...found, requests }
  })

/** What was found, with the names that are known; the vendor is asked for them where it was asked for the log, or none are kept. */
export const withNames = <A extends Read, E, R>(
  read: Effect.Effect<A, E, R>,
  areNamesWanted: boolean,
  settings: Settings,
) =>
  Effect.gen(function* () {
    const found = yield* read
    const keptNames = yield* AgentNames.load(settings.account.name)
    const isAsked = areNamesWanted && (found.requests > 0 || Option.isNone(keptNames))
    const directory = isAsked
      ? yield* freshNames(settings, keptNames, found.window, found.log.agents)
      : knownOf(keptNames)
    return { ...found, names: directory }
  })

const knownOf = (kept: Option.Option<AgentNames.StoredNames>): AgentDirectory =>
  Option.match(kept, { onNone: () => new Map(), onSome: ({ directory }) => directory })

/** The names that are kept, with those of the vendor where they are too old or not all. */
const freshNames = (
  { account }: Settings,
  kept: Option.Option<AgentNames.StoredNames>,
  window: Window,
  agents: ReadonlyArray<number>,
) =>
  Effect.gen(function* () {
    const now = yield* nowSeconds
    const known = knownOf(kept)
    if (!AgentNames.isOutdated(kept, now, agents)) return known
    const fresh = yield* withNameFallback(known, readVendorDirectory(window))
    if (fresh === known) return known
    // A team is known of those who had a call alone: one that was known stays so.
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

/** The names of an account's agents, with the teams of those who had a call in a window or the week before it. Default: now. */
export const names = (settings: Settings, window?: Window) =>
  Effect.gen(function* () {
    const now = yield* nowSeconds
    return yield* freshNames(
      settings,
      yield* AgentNames.load(settings.account.name),
      window ?? { from: now, to: now },
      [],
    )
  })
