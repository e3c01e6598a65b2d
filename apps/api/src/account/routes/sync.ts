import { type operations, type Synced } from "@dwell/client/contract"
import * as AgentDirectory from "@dwell/core/AgentDirectory"
import * as Calendar from "@dwell/core/Calendar"
import * as StatusLog from "@dwell/core/StatusLog"
import * as Sync from "@dwell/core/Sync"
import * as Window from "@dwell/core/Window"
import * as Effect from "effect/Effect"
import { Refusal } from "../../problem.ts"
import { type Ask } from "../answer.ts"
import { Names } from "../Names.ts"
import { nowSeconds, zoneOf } from "../question.ts"
import { compact } from "../upkeep.ts"
import { Vendor } from "../Vendor.ts"

/** A report without names is right too, so their failure is only logged. */
const names = ({ from, to }: Window.Window) =>
  Effect.gen(function* () {
    const kept = yield* Names
    const found = yield* AgentDirectory.fromVendor({ from: from - StatusLog.defaultLookBackSeconds, to })
    const known = yield* kept.all
    // A team is known of those alone who had a call: one that was known stays so.
    const merged = new Map(
      [...found].map(([agent, { name, team }]) => [
        agent,
        { name: name ?? known.get(agent)?.name ?? null, team: team ?? known.get(agent)?.team ?? null },
      ]),
    )
    yield* kept.put(merged)
  }).pipe(Effect.catchAll(({ message }) => Effect.logWarning(`names could not be read: ${message}`)))

export const postSync = (ask: Ask<typeof operations.postSync.query.Type>) =>
  Effect.gen(function* () {
    const vendor = yield* Vendor
    if (vendor === null) {
      const detail = "This server has no credentials of ContactNow for the account. Push events to it, or give it some."
      return yield* new Refusal({ code: "no_vendor", detail })
    }
    const now = yield* nowSeconds
    const zone = yield* zoneOf(ask.query.tz)
    const instant = (what: "from" | "to", text: string) => Calendar.parseInstant(text, { zone, now, what })
    const window = yield* Window.make(yield* instant("from", ask.query.from ?? "-1d"), yield* instant("to", ask.query.to ?? "now"))
    const synced: typeof Synced.Type = yield* Effect.gen(function* () {
      const done = yield* Sync.run({ window, refresh: ask.query.refresh === "true" })
      yield* names(window)
      return done
    }).pipe(Effect.provide(vendor))
    yield* compact
    return Response.json(synced)
  })
