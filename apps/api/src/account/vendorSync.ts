/**
 * Reads an account's log from its vendor, once or again and again.
 */
import * as AgentDirectory from "@dwell/core/AgentDirectory"
import * as CoreLive from "@dwell/core/Poller"
import * as StatusLog from "@dwell/core/StatusLog"
import * as Sync from "@dwell/core/Sync"
import type { Window } from "@dwell/core/Window"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { AgentNames } from "./AgentNames.ts"
import { nowSeconds } from "../clock.ts"
import { Compactor } from "./Compactor.ts"

/** A report without names is right too, so their failure is only logged. */
const fetchNames = ({ from, to }: Window) =>
  Effect.gen(function* () {
    const kept = yield* AgentNames
    const found = yield* AgentDirectory.fromVendor({ from: from - StatusLog.defaultLookBackSeconds, to })
    const known = yield* kept.all
    const merged = new Map<number, AgentDirectory.AgentName>()
    for (const [agent, { name, team }] of found) {
      // A team is known of those alone who had a call: one that was known stays so.
      merged.set(agent, { name: name ?? known.get(agent)?.name ?? null, team: team ?? known.get(agent)?.team ?? null })
    }
    yield* kept.put(merged)
    yield* Ref.set(kept.fetchedAt, yield* nowSeconds)
  }).pipe(Effect.catchAll(({ message }) => Effect.logWarning(`names could not be read: ${message}`)))

const namesInterval = Duration.hours(1)

/** Fetches what is missing of a window, and the names of its agents, unless they were fetched within the hour. */
export const fetchWindow = (asked: Pick<Sync.Options, "window" | "refresh">) =>
  Effect.gen(function* () {
    const done = yield* Sync.run(asked)
    const fetchedAt = yield* (yield* AgentNames).fetchedAt
    const isDue = fetchedAt === null || (yield* nowSeconds) - fetchedAt >= Duration.toSeconds(namesInterval)
    if (isDue || asked.refresh === true) yield* fetchNames(asked.window)
    yield* (yield* Compactor).compact
    return done
  })

const secondsPerDay = 86_400

const retryInterval = "1 minute"
const fetchRecentNames = Effect.flatMap(nowSeconds, (now) => fetchNames({ from: now - secondsPerDay, to: now }))

/** Fetches the last days and then follows, until it is interrupted or only a person can help. */
export const follow = ({ days, everySeconds }: { readonly days: number; readonly everySeconds: number }) =>
  Effect.gen(function* () {
    const now = yield* nowSeconds
    const window = { from: now - days * secondsPerDay, to: now }
    // Who is there now comes first, and what was before beside it.
    yield* fetchWindow({ window }).pipe(
      Effect.tapError(({ message }) => Effect.logError(`the last days: ${message}`)),
      Effect.retry(Schedule.spaced(retryInterval)),
      // Who is new has a name within the hour.
      Effect.zipRight(Effect.forever(Effect.delay(fetchRecentNames, namesInterval))),
      Effect.forkScoped,
    )
    yield* CoreLive.follow({ intervalSeconds: everySeconds, isFastAllowed: everySeconds < 10 }).pipe(
      Stream.runForEach(({ trouble }) => (trouble === null ? Effect.void : Effect.logWarning(trouble.message))),
    )
  }).pipe(Effect.scoped)
