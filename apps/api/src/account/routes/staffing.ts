import type { operations } from "@dwell/client/contract"
import * as Calendar from "@dwell/core/Calendar"
import type { EventLog } from "@dwell/core/EventLog"
import * as Report from "@dwell/core/Report"
import * as ReportRows from "@dwell/core/ReportRows"
import * as Window from "@dwell/core/Window"
import * as Effect from "effect/Effect"
import { Refusal } from "../../problem.ts"
import { type Ask, whole } from "../answer.ts"
import { type Asked, ask as understand, groundOf, read } from "../question.ts"
import { written } from "../written.ts"

/** At most so many rows: steps times statuses. */
const mostRows = 250_000

/** Refuses a curve that nobody could wait for, and that would keep others waiting. */
export const fewRows = ({ statuses }: EventLog, { window }: Asked, stepSeconds: number) => {
  const rows = Math.ceil(Window.seconds(window) / stepSeconds) * statuses.length
  if (rows <= mostRows) return Effect.void
  return new Refusal({
    code: "question_too_large",
    parameter: "step",
    detail: `step: that is ${rows} rows, one for each step and status, and ${mostRows} are the most. Give a longer step, or ask for less at once.`,
  })
}

export const getStaffing = (ask: Ask<typeof operations.getStaffing.query.Type>) =>
  Effect.gen(function* () {
    const stepSeconds = yield* Calendar.parseStep(ask.query.step ?? "60")
    const asked = yield* understand(ask.query)
    yield* Calendar.checkSteps(asked.window, stepSeconds)
    const make = Effect.gen(function* () {
      const { log, question } = yield* read(asked)
      yield* fewRows(log, asked, stepSeconds)
      const document = Report.staffing(log, { ...question, stepSeconds })
      return written(ask.media, document, () => ReportRows.ofStaffing(document))
    })
    return yield* whole(ask, groundOf(ask.query, asked, { stepSeconds }), make)
  })
