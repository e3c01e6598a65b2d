import type { operations } from "@dwell/client/contract"
import * as Calendar from "@dwell/core/Calendar"
import type { EventLog } from "@dwell/core/EventLog"
import * as Report from "@dwell/core/Report"
import * as ReportRows from "@dwell/core/ReportRows"
import * as Window from "@dwell/core/Window"
import * as Effect from "effect/Effect"
import { ApiError } from "../http/problem.ts"
import { type RequestContext, cached, serialize } from "../account/cachedResponse.ts"
import { type ParsedQuery, parseQuery, cacheKeyOf, read } from "../account/parseQuery.ts"

/** The maximum of steps times statuses. */
const maxStepRows = 250_000

/** Refuses a number of steps that would block other requests. */
export const checkStepRows = ({ statuses }: EventLog, { window }: ParsedQuery, stepSeconds: number) => {
  const rows = Math.ceil(Window.seconds(window) / stepSeconds) * statuses.length
  if (rows <= maxStepRows) return Effect.void
  return new ApiError({
    code: "question_too_large",
    parameter: "step",
    detail: `step: that makes ${rows} rows, one for each step and status, but the maximum is ${maxStepRows}. Give a longer step, or ask for less at once.`,
  })
}

export const getStaffing = (context: RequestContext<typeof operations.getStaffing.query.Type>) =>
  Effect.gen(function* () {
    const stepSeconds = yield* Calendar.parseStep(context.query.step ?? "60")
    const parsed = yield* parseQuery(context.query)
    yield* Calendar.checkSteps(parsed.window, stepSeconds)
    const make = Effect.gen(function* () {
      const { log, question } = yield* read(parsed)
      yield* checkStepRows(log, parsed, stepSeconds)
      const document = Report.staffing(log, { ...question, stepSeconds })
      return serialize(context.media, document, () => ReportRows.ofStaffing(document))
    })
    return yield* cached(context, cacheKeyOf(context.query, parsed, { stepSeconds }), make)
  })
