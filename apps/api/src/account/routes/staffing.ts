import { type operations } from "@dwell/client/contract"
import * as Calendar from "@dwell/core/Calendar"
import * as Report from "@dwell/core/Report"
import * as Rows from "@dwell/core/Rows"
import * as Effect from "effect/Effect"
import { type Ask, whole } from "../answer.ts"
import { ask as understand, groundOf, read } from "../question.ts"
import { written } from "../written.ts"

export const getStaffing = (ask: Ask<typeof operations.getStaffing.query.Type>) =>
  Effect.gen(function* () {
    const stepSeconds = yield* Calendar.parseStep(ask.query.step ?? "60")
    const asked = yield* understand(ask.query)
    yield* Calendar.checkSteps(asked.window, stepSeconds)
    const make = Effect.map(read(asked), ({ log, question }) => {
      const document = Report.staffing(log, { ...question, stepSeconds })
      return written(ask.media, document, () => Rows.ofStaffing(document))
    })
    return yield* whole(ask, groundOf(ask.query, asked, { stepSeconds }), make)
  })
