import type { CoverageDocument, operations } from "@dwell/client/contract"
import { EventStore } from "@dwell/core/EventStore"
import * as Effect from "effect/Effect"
import { type Ask, fresh } from "../account/cachedResponse.ts"
import { asOf } from "../account/knownUntil.ts"

export const getCoverage = (ask: Ask<typeof operations.getCoverage.query.Type>) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const { carriedIn, forgottenBefore = null, spans } = yield* store.coverage
    const known = yield* asOf
    const { bytes, closedRows, openRows } = yield* store.size
    const events = closedRows + openRows
    const document: typeof CoverageDocument.Type = { asOf: known, spans, carriedIn, forgottenBefore, events, bytes }
    return yield* fresh(ask, JSON.stringify(document))
  })
