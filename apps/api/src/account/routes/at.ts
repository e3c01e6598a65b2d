import type { operations } from "@dwell/client/contract"
import * as Calendar from "@dwell/core/Calendar"
import { EventStore } from "@dwell/core/EventStore"
import * as StoredWindow from "@dwell/core/StoredWindow"
import * as Report from "@dwell/core/Report"
import * as ReportRows from "@dwell/core/ReportRows"
import * as Effect from "effect/Effect"
import { Refusal } from "../../problem.ts"
import { type Ask, whole } from "../answer.ts"
import { snapshot } from "../Live.ts"
import { Names } from "../Names.ts"
import { agentsOf, asOf, isAbsolute, nowSeconds, zoneOf } from "../question.ts"
import { Settings } from "../Settings.ts"
import { written } from "../written.ts"

export const getAt = (ask: Ask<typeof operations.getAt.query.Type>) =>
  Effect.gen(function* () {
    const { query } = ask
    const clock = yield* nowSeconds
    const zone = yield* zoneOf(query.tz)
    const agents = yield* agentsOf(query.agent)
    const instant = yield* Calendar.parseInstant(query.instant, { zone, now: clock, what: "instant" })
    if (instant > clock) {
      const detail = "instant: it is in the future. Give one that is not later than now."
      return yield* new Refusal({ code: "invalid_request", parameter: "instant", detail })
    }
    const capStale = query["cap-stale"] === "true"
    const coverage = yield* (yield* EventStore).coverage
    // Where the log ends at the instant, it is asked as of then: nothing that is unknown of it has passed.
    const now = instant === StoredWindow.knownUntil(coverage, clock) ? instant : clock
    const planned = StoredWindow.planAround(coverage, { instant, now })
    const make = Effect.gen(function* () {
      const found = yield* StoredWindow.around({ instant, now, ...(agents === undefined ? {} : { agents }) })
      const { categories } = yield* Settings
      const document = Report.statusAt(found.log, {
        instant,
        now: found.known,
        zone,
        categories,
        directory: yield* (yield* Names).all,
        agents: found.agents,
        capStale,
        uncovered: found.uncovered,
      })
      return written(ask.media, document, () => ReportRows.ofAt(document))
    })
    const ground = {
      key: JSON.stringify({ instant, zone: zone.name, agents, capStale, ...planned }),
      to: Infinity,
      // What is looked at ends where it ends whatever the clock says, which what is covered has not overtaken either.
      isTimeless:
        isAbsolute(query.instant) &&
        StoredWindow.windowAround({ instant, now }).to < clock &&
        coverage.spans.every(({ to }) => to <= clock),
      closedFrom: Infinity,
    }
    return yield* whole(ask, ground, make)
  })

export const getSnapshot = (ask: Ask<typeof operations.getSnapshot.query.Type>) =>
  Effect.gen(function* () {
    const zone = yield* zoneOf(ask.query.tz)
    const agents = yield* agentsOf(ask.query.agent)
    const known = yield* asOf
    if (known === null) {
      return yield* new Refusal({
        code: "not_found",
        detail: "Nothing of this account is known yet. Send events with the span that they are all of, or sync.",
      })
    }
    const make = Effect.flatMap(snapshot(zone, agents), (document) =>
      document === null
        ? Effect.dieMessage("what is covered is not any more")
        : Effect.succeed(written(ask.media, document, () => ReportRows.ofAt(document))),
    )
    const ground = {
      key: JSON.stringify({ zone: zone.name, agents, known }),
      to: Infinity,
      isTimeless: known < (yield* nowSeconds),
      closedFrom: Infinity,
    }
    return yield* whole(ask, ground, make)
  })
