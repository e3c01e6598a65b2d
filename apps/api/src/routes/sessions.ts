import type { operations } from "@dwell/client/contract"
import * as Report from "@dwell/core/Report"
import * as Rows from "@dwell/core/Rows"
import * as Effect from "effect/Effect"
import { type RequestContext, cached, serialize } from "../account/cachedResponse.ts"
import { parseQuery, cacheKeyOf, read } from "../account/parseQuery.ts"

export const getSessions = (ask: RequestContext<typeof operations.getSessions.query.Type>) =>
  Effect.gen(function* () {
    const asked = yield* parseQuery(ask.query)
    const make = Effect.map(read(asked), ({ log, question }) => {
      const document = Report.sessions(log, question)
      return serialize(ask.media, document, () => Rows.ofSessions(document))
    })
    return yield* cached(ask, cacheKeyOf(ask.query, asked), make)
  })
