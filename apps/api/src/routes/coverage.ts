import type { CoverageDocument, operations } from "@dwell/client/contract"
import { EventStore } from "@dwell/core/EventStore"
import * as Effect from "effect/Effect"
import { type RequestContext, uncached } from "../account/cachedResponse.ts"
import { knownUntil } from "../account/knownUntil.ts"

export const getCoverage = (context: RequestContext<typeof operations.getCoverage.query.Type>) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const { carriedIn, forgottenBefore = null, spans } = yield* store.coverage
    const known = yield* knownUntil
    const { bytes, closedRows, openRows } = yield* store.size
    const events = closedRows + openRows
    const document: typeof CoverageDocument.Type = { asOf: known, spans, carriedIn, forgottenBefore, events, bytes }
    return yield* uncached(context, JSON.stringify(document))
  })
