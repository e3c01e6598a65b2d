import type { operations } from "@dwell/client/contract"
import { EventStore } from "@dwell/core/EventStore"
import * as Effect from "effect/Effect"
import type { Ask } from "../answer.ts"
import { ingest } from "../ingest.ts"
import { compact } from "../upkeep.ts"

export const postEvents = (ask: Ask<typeof operations.postEvents.query.Type>) =>
  Effect.gen(function* () {
    yield* EventStore
    const counts = yield* ingest(ask.request, ask.query)
    yield* compact
    return Response.json(counts)
  })
