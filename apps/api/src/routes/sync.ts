import type { operations, Synced } from "@dwell/client/contract"
import * as Calendar from "@dwell/core/Calendar"
import * as Effect from "effect/Effect"
import { nowSeconds } from "@dwell/core/clock"
import { ApiError } from "../http/problem.ts"
import type { RequestContext } from "../account/cachedResponse.ts"
import { fetchWindow } from "../account/vendorSync.ts"
import { windowOf, zoneOf } from "../account/parseQuery.ts"
import { VendorConnection } from "../account/VendorConnection.ts"

export const postSync = (context: RequestContext<typeof operations.postSync.query.Type>) =>
  Effect.gen(function* () {
    const vendor = yield* VendorConnection
    if (vendor === null) {
      const detail =
        "This server has no ContactNow credentials for this account. Send events to it, or configure credentials."
      return yield* new ApiError({ code: "no_vendor", detail })
    }
    const now = yield* nowSeconds
    const zone = yield* zoneOf(context.query.tz)
    const instant = (what: "from" | "to", text: string) => Calendar.parseInstant(text, { zone, now, what })
    const from = yield* instant("from", context.query.from ?? "-1d")
    const window = yield* windowOf(from, yield* instant("to", context.query.to ?? "now"))
    const done = yield* Effect.provide(fetchWindow({ window, refresh: context.query.refresh === "true" }), vendor)
    const synced: typeof Synced.Type = done
    return Response.json(synced)
  })
