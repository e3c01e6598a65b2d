import type { operations } from "@dwell/client/contract"
import * as Effect from "effect/Effect"
import type { Ask } from "../account/cachedResponse.ts"
import { ingest } from "../account/ingest.ts"
import { Upkeep } from "../account/Compactor.ts"

export const postEvents = (ask: Ask<typeof operations.postEvents.query.Type>) =>
  Effect.gen(function* () {
    const counts = yield* ingest(ask.request, ask.query)
    yield* (yield* Upkeep).compact
    return Response.json(counts)
  })
