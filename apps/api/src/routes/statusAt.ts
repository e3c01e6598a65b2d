import type { operations } from "@dwell/client/contract"
import * as Calendar from "@dwell/core/Calendar"
import { EventStore } from "@dwell/core/EventStore"
import * as StoredWindow from "@dwell/core/StoredWindow"
import * as Report from "@dwell/core/Report"
import * as ReportRows from "@dwell/core/ReportRows"
import * as Effect from "effect/Effect"
import { nowSeconds } from "@dwell/core/clock"
import { ApiError } from "../http/problem.ts"
import { type RequestContext, cached, serialize } from "../account/cachedResponse.ts"
import { snapshot } from "../account/LiveFeed.ts"
import { knownUntil } from "../account/knownUntil.ts"
import { AgentNames } from "../account/AgentNames.ts"
import { agentsOf, isAbsolute, zoneOf } from "../account/parseQuery.ts"
import { AccountSettings } from "../account/AccountSettings.ts"

export const getAt = (context: RequestContext<typeof operations.getAt.query.Type>) =>
  Effect.gen(function* () {
    const { query } = context
    const clock = yield* nowSeconds
    const zone = yield* zoneOf(query.tz)
    const agents = yield* agentsOf(query.agent)
    const instant = yield* Calendar.parseInstant(query.instant, { zone, now: clock, what: "instant" })
    if (instant > clock) {
      const detail = "instant: it lies in the future. Give a time that is not later than now."
      return yield* new ApiError({ code: "invalid_request", parameter: "instant", detail })
    }
    const capStale = query["cap-stale"] === "true"
    const coverage = yield* (yield* EventStore).coverage
    const known = StoredWindow.knownUntil(coverage, clock)
    // If the known log ends at the instant, the instant counts as the present, so no unknown time has passed.
    const now = instant === known ? instant : clock
    const planned = StoredWindow.planAround(coverage, { instant, now })
    const make = Effect.gen(function* () {
      const found = yield* StoredWindow.around({ instant, now, ...(agents === undefined ? {} : { agents }) })
      const { categories } = yield* AccountSettings
      const document = Report.statusAt(found.log, {
        instant,
        now: found.known,
        zone,
        categories,
        directory: yield* (yield* AgentNames).all,
        agents: found.agents,
        capStale,
        uncovered: found.uncovered,
      })
      return serialize(context.media, document, () => ReportRows.ofAt(document))
    })
    const cacheKey = {
      key: JSON.stringify({ instant, zone: zone.name, agents, capStale, ...planned }),
      to: Infinity,
      // The window around the instant is past, and no coverage reaches into the future.
      isTimeInvariant:
        isAbsolute(query.instant) &&
        StoredWindow.windowAround({ instant, now }).to < clock &&
        coverage.spans.every(({ to }) => to <= clock),
      immutableFrom: Infinity,
      asOf: known,
    }
    return yield* cached(context, cacheKey, make)
  })

export const getSnapshot = (context: RequestContext<typeof operations.getSnapshot.query.Type>) =>
  Effect.gen(function* () {
    const zone = yield* zoneOf(context.query.tz)
    const agents = yield* agentsOf(context.query.agent)
    const known = yield* knownUntil
    if (known === null) {
      return yield* new ApiError({
        code: "not_found",
        detail: "Nothing is known about this account yet. Send events together with the span they cover, or sync.",
      })
    }
    const make = Effect.flatMap(snapshot(zone, agents), (document) =>
      document === null
        ? Effect.dieMessage("what is covered is not any more")
        : Effect.succeed(serialize(context.media, document, () => ReportRows.ofAt(document))),
    )
    const cacheKey = {
      key: JSON.stringify({ zone: zone.name, agents, known }),
      to: Infinity,
      isTimeInvariant: known < (yield* nowSeconds),
      immutableFrom: Infinity,
      asOf: known,
    }
    return yield* cached(context, cacheKey, make)
  })
