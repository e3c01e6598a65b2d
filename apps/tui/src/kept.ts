/**
 * Answers from what is kept of an account, fetching what is missing of it.
 *
 * Shape    what is covered is answered without a request
 * Fails    as the vendor and the store do; what was fetched until then is kept
 */
import { type AgentDirectory } from "@dwell/core/AgentDirectory"
import * as Coverage from "@dwell/core/Coverage"
import { EventStore } from "@dwell/core/EventStore"
import * as StatusLog from "@dwell/core/StatusLog"
import * as Sync from "@dwell/core/Sync"
import { type Window } from "@dwell/core/Window"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Names from "./names.ts"
import * as Progress from "./progress.ts"
import { count, duration, percent, plural } from "./render/text.ts"
import { type Settings } from "./settings.ts"
import * as Store from "./store.ts"
import { connect, namesOr, vendorDirectory } from "./vendor.ts"

export interface Wanted {
  readonly window: Window
  readonly agents: ReadonlyArray<number> | undefined
  /** Answer from what is kept, whatever it lacks. */
  readonly offline: boolean
  /** Read all of the window again. */
  readonly refresh: boolean
  readonly areNamesWanted: boolean
  /** An instant: read what is kept before and after it as well, as far as there is no gap, but a month at most. */
  readonly around?: number
}

/** The store of an account, and the services that talk to its vendor; a writer waits so long for another one. */
export const services = (settings: Settings, patienceMillis?: number) =>
  Layer.merge(Store.layer(settings.account, patienceMillis), connect(settings))

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

/** How far a log is read beyond what was asked, to each side, where it is kept without a gap: see `around`. */
const aroundSeconds = 31 * 86_400

/** The span without a gap that an instant is in or at the end of; the instant itself where there is none. */
const spanAround = (coverage: Coverage.Coverage, instant: number): Window => {
  const from = Coverage.reach(coverage, instant)
  const [gap] = Coverage.missing(coverage, { from, to: Infinity })
  return { from, to: Math.max(instant, gap?.from ?? instant) }
}

/** A log, the window that it is of, and what of the window it lacks. */
export const log = ({ agents, around, offline, refresh, window: asked }: Omit<Wanted, "areNamesWanted">) =>
  Effect.gen(function* () {
    const some = agents === undefined ? {} : { agents }
    const requests = offline ? 0 : (yield* sync({ window: asked, refresh, ...some })).requests
    const store = yield* EventStore
    const now = yield* nowSeconds
    const coverage = yield* store.coverage
    // Those asked for by name were fetched by themselves, which covers nothing.
    const isComplete = !offline && agents !== undefined
    const kept = around === undefined || isComplete ? asked : spanAround(coverage, around)
    const window = {
      from: Math.min(asked.from, Math.max(kept.from, asked.from - aroundSeconds)),
      to: Math.max(asked.to, Math.min(kept.to, now, asked.to + aroundSeconds)),
    }
    const known = Coverage.since(coverage, window.from)
    const lookedBack = isComplete ? window.from - StatusLog.defaultLookBackSeconds : Infinity
    return {
      window,
      log: yield* store.read({ window, ...some, since: Math.min(known, lookedBack) }),
      uncovered: isComplete ? [] : Coverage.missing(coverage, { from: window.from, to: Math.min(window.to, now) }),
      requests,
    }
  })

/** The log of a window, what of the window it lacks, the names that are known, and, around an instant, all agents seen. */
export const read = (wanted: Wanted, settings: Settings) =>
  Effect.gen(function* () {
    const { areNamesWanted, around, offline } = wanted
    const { requests, ...found } = yield* log(wanted)
    const store = yield* EventStore
    const seen = around === undefined ? [] : (yield* store.agents).map(({ agent }) => agent)
    const keptNames = yield* Names.load(settings.account.name)
    const isAsked = areNamesWanted && !offline && (requests > 0 || Option.isNone(keptNames))
    const directory = isAsked
      ? yield* freshNames(settings, keptNames, found.window, found.log.agents)
      : knownOf(keptNames)
    return { ...found, names: directory, seen }
  })

const knownOf = (kept: Option.Option<Names.Kept>): AgentDirectory =>
  Option.match(kept, { onNone: () => new Map(), onSome: ({ directory }) => directory })

/** The names that are kept, with those of the vendor where they are too old or not all. */
const freshNames = (
  { account }: Settings,
  kept: Option.Option<Names.Kept>,
  window: Window,
  agents: ReadonlyArray<number>,
) =>
  Effect.gen(function* () {
    const now = yield* nowSeconds
    const known = knownOf(kept)
    if (!Names.areOutdated(kept, now, agents)) return known
    const fresh = yield* namesOr(known, vendorDirectory(window))
    if (fresh === known) return known
    // A team is known of those who had a call alone: one that was known stays so.
    const directory = new Map(known)
    for (const [agent, { name, team }] of fresh) {
      directory.set(agent, {
        name: name ?? known.get(agent)?.name ?? null,
        team: team ?? known.get(agent)?.team ?? null,
      })
    }
    yield* Names.save(account.name, { readAt: now, directory })
    return directory
  })

/** The names of an account's agents, with the teams of those who had a call in a window or the week before it. Default: now. */
export const names = (settings: Settings, window?: Window) =>
  Effect.gen(function* () {
    const now = yield* nowSeconds
    return yield* freshNames(settings, yield* Names.load(settings.account.name), window ?? { from: now, to: now }, [])
  })
