import type { operations } from "@dwell/client/contract"
import * as Calendar from "@dwell/core/Calendar"
import type { EventLog } from "@dwell/core/EventLog"
import * as Report from "@dwell/core/Report"
import * as ReportRows from "@dwell/core/ReportRows"
import * as Effect from "effect/Effect"
import { Refusal } from "../../problem.ts"
import { type Ask, whole } from "../answer.ts"
import { type Asked, ask as understand, groundOf, read } from "../question.ts"
import { written } from "../written.ts"

type Query = typeof operations.getReport.query.Type

/** At most so many rows of buckets: agents times buckets. */
const mostBucketRows = 250_000

/** Refuses buckets that nobody could wait for, and that would keep others waiting. */
export const fewBuckets = ({ agents }: EventLog, { window, zone }: Asked, bucket: Calendar.Size | undefined) => {
  if (bucket === undefined) return Effect.void
  const rows = Calendar.buckets(zone, window, bucket).length * agents.length
  if (rows <= mostBucketRows) return Effect.void
  return new Refusal({
    code: "question_too_large",
    parameter: "bucket",
    detail: `bucket: that is ${rows} buckets of agents, and ${mostBucketRows} are the most. Ask for longer ones, or for less at once.`,
  })
}

export const getReport = (ask: Ask<Query>) =>
  Effect.gen(function* () {
    const { bucket, group } = ask.query
    const asked = yield* understand(ask.query)
    const make = Effect.gen(function* () {
      const { log, question } = yield* read(asked)
      yield* fewBuckets(log, asked, bucket)
      const document = Report.make(log, question, {
        ...(bucket === undefined ? {} : { bucket }),
        teams: group === "team",
      })
      return written(ask.media, document, () => ReportRows.ofReport(document, { group }))
    })
    return yield* whole(ask, groundOf(ask.query, asked, { bucket, group }), make)
  })
