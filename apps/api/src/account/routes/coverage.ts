import { type CoverageDocument, type operations } from "@dwell/client/contract"
import { EventStore } from "@dwell/core/EventStore"
import * as Effect from "effect/Effect"
import { type Ask, whole } from "../answer.ts"
import { asOf } from "../question.ts"

export const getCoverage = (ask: Ask<typeof operations.getCoverage.query.Type>) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const { carriedIn, forgottenBefore = null, spans } = yield* store.coverage
    const known = yield* asOf
    const make = Effect.map(store.size, ({ bytes, closedRows, openRows }) => {
      const document: typeof CoverageDocument.Type = {
        asOf: known,
        spans,
        carriedIn,
        forgottenBefore,
        events: closedRows + openRows,
        bytes,
      }
      return JSON.stringify(document)
    })
    // Compacting changes the size, and nobody is told.
    const key = JSON.stringify({ spans, carriedIn, known })
    return yield* whole(ask, { key, to: Infinity, isTimeless: false, isClosed: false }, make)
  })
