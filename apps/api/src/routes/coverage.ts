import type { CoverageDocument, operations } from "@dwell/client/contract"
import { EventStore } from "@dwell/core/EventStore"
import * as Effect from "effect/Effect"
import { type RequestContext, uncached } from "../account/cachedResponse.ts"
import { knownUntilOf } from "../account/knownUntil.ts"

export const getCoverage = (context: RequestContext<typeof operations.getCoverage.query.Type>) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const coverage = yield* store.coverage
    const { carriedIn, forgottenBefore: prunedBefore = null, spans } = coverage
    const known = yield* knownUntilOf(coverage)
    const { bytes, closedRows, openRows } = yield* store.size
    const events = closedRows + openRows
    const document: typeof CoverageDocument.Type = { asOf: known, spans, carriedIn, prunedBefore, events, bytes }
    return uncached(context, known, JSON.stringify(document))
  })
