/**
 * Reads an account's log from its vendor, once or repeatedly.
 */
import * as AgentDirectory from "@dwell/core/AgentDirectory"
import * as Poller from "@dwell/core/Poller"
import * as StatusLog from "@dwell/core/StatusLog"
import * as Sync from "@dwell/core/Sync"
import type { Window } from "@dwell/core/Window"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { AgentNames } from "./AgentNames.ts"
import { nowSeconds } from "@dwell/core/clock"
import { Compactor } from "./Compactor.ts"

/** A failure is only logged, since a report without names is still right. */
const fetchNames = ({ from, to }: Window) =>
  Effect.gen(function* () {
    const names = yield* AgentNames
    const found = yield* AgentDirectory.fromVendor({ from: from - StatusLog.defaultLookBackSeconds, to })
    const known = yield* names.all
    const merged = new Map<number, AgentDirectory.AgentName>()
    for (const [agent, { name, team }] of found) {
      // The vendor gives a team only for agents who had a call, so a stored team stays.
      merged.set(agent, { name: name ?? known.get(agent)?.name ?? null, team: team ?? known.get(agent)?.team ?? null })
    }
    yield* names.put(merged)
    yield* Ref.set(names.fetchedAt, yield* nowSeconds)
  }).pipe(Effect.catchAll(({ message }) => Effect.logWarning(`names could not be read: ${message}`)))

const namesInterval = Duration.hours(1)

/** Fetches the missing events of a window, and the names of its agents unless they were fetched within the hour. */
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

/** Fetches the last days and then follows the log, until it is interrupted or a failure needs a person. */
export const follow = ({ days, intervalSeconds }: { readonly days: number; readonly intervalSeconds: number }) =>
  Effect.gen(function* () {
    const now = yield* nowSeconds
    const window = { from: now - days * secondsPerDay, to: now }
    // The past is fetched beside the polling, so that the present status comes first.
    yield* fetchWindow({ window }).pipe(
      Effect.tapError(({ message }) => Effect.logError(`the last days could not be fetched: ${message}`)),
      Effect.retry(Schedule.spaced(retryInterval)),
      // A new agent gets a name within the hour.
      Effect.zipRight(Effect.forever(Effect.delay(fetchRecentNames, namesInterval))),
      Effect.forkScoped,
    )
    yield* Poller.follow({ intervalSeconds, isFastAllowed: intervalSeconds < 10 }).pipe(
      Stream.runForEach(({ trouble }) => (trouble === null ? Effect.void : Effect.logWarning(trouble.message))),
    )
  }).pipe(Effect.scoped)
