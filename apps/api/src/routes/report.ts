import type { operations } from "@dwell/client/contract"
import * as Calendar from "@dwell/core/Calendar"
import type { EventLog } from "@dwell/core/EventLog"
import * as Report from "@dwell/core/Report"
import * as ReportRows from "@dwell/core/ReportRows"
import * as Effect from "effect/Effect"
import { ApiError } from "../http/problem.ts"
import { type RequestContext, cached, serialize } from "../account/cachedResponse.ts"
import { type ParsedQuery, parseQuery, cacheKeyOf, read } from "../account/parseQuery.ts"

type Query = typeof operations.getReport.query.Type

/** The maximum of agents times buckets. */
const maxBucketRows = 250_000

/** Refuses a number of buckets that would block other requests. */
export const checkBucketRows = (
  { agents }: EventLog,
  { window, zone }: ParsedQuery,
  bucket: Calendar.Size | undefined,
) => {
  if (bucket === undefined) return Effect.void
  const rows = Calendar.buckets(zone, window, bucket).length * agents.length
  if (rows <= maxBucketRows) return Effect.void
  return new ApiError({
    code: "question_too_large",
    parameter: "bucket",
    detail: `bucket: that makes ${rows} rows, one for each agent and bucket, but the maximum is ${maxBucketRows}. Ask for longer buckets, or for less at once.`,
  })
}

export const getReport = (context: RequestContext<Query>) =>
  Effect.gen(function* () {
    const { bucket, group } = context.query
    const parsed = yield* parseQuery(context.query)
    const make = Effect.gen(function* () {
      const { log, question } = yield* read(parsed)
      yield* checkBucketRows(log, parsed, bucket)
      const document = Report.make(log, question, {
        ...(bucket === undefined ? {} : { bucket }),
        teams: group === "team",
      })
      return serialize(context.media, document, () => ReportRows.ofReport(document, { group }))
    })
    return yield* cached(context, cacheKeyOf(context.query, parsed, { bucket, group }), make)
  })
