import type { operations } from "@dwell/client/contract"
import * as Report from "@dwell/core/Report"
import * as ReportRows from "@dwell/core/ReportRows"
import * as Effect from "effect/Effect"
import { type RequestContext, cached, serialize } from "../account/cachedResponse.ts"
import { parseQuery, cacheKeyOf, read } from "../account/parseQuery.ts"

export const getSessions = (context: RequestContext<typeof operations.getSessions.query.Type>) =>
  Effect.gen(function* () {
    const parsed = yield* parseQuery(context.query)
    const make = Effect.map(read(parsed), ({ log, question }) => {
      const document = Report.sessions(log, question)
      return serialize(context.media, document, () => ReportRows.ofSessions(document))
    })
    return yield* cached(context, cacheKeyOf(context.query, parsed), make)
  })
