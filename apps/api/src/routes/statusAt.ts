import type { operations } from "@dwell/client/contract"
import * as Calendar from "@dwell/core/Calendar"
import { EventStore } from "@dwell/core/EventStore"
import * as StoredWindow from "@dwell/core/StoredWindow"
import * as Report from "@dwell/core/Report"
import * as ReportRows from "@dwell/core/ReportRows"
import * as Effect from "effect/Effect"
import { nowSeconds } from "../clock.ts"
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
      const detail = "instant: it is in the future. Give one that is not later than now."
      return yield* new ApiError({ code: "invalid_request", parameter: "instant", detail })
    }
    const capStale = query["cap-stale"] === "true"
    const coverage = yield* (yield* EventStore).coverage
    // Where the log ends at the instant, it is asked as of then: nothing that is unknown of it has passed.
    const now = instant === StoredWindow.knownUntil(coverage, clock) ? instant : clock
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
      // What is looked at ends where it ends whatever the clock says, which what is covered has not overtaken either.
      isTimeInvariant:
        isAbsolute(query.instant) &&
        StoredWindow.windowAround({ instant, now }).to < clock &&
        coverage.spans.every(({ to }) => to <= clock),
      immutableFrom: Infinity,
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
        detail: "Nothing of this account is known yet. Send events with the span that they are all of, or sync.",
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
    }
    return yield* cached(context, cacheKey, make)
  })
