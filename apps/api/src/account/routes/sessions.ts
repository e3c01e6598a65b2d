import type { operations } from "@dwell/client/contract"
import * as Report from "@dwell/core/Report"
import * as ReportRows from "@dwell/core/ReportRows"
import * as Effect from "effect/Effect"
import { type Ask, whole } from "../answer.ts"
import { ask as understand, groundOf, read } from "../question.ts"
import { written } from "../written.ts"

export const getSessions = (ask: Ask<typeof operations.getSessions.query.Type>) =>
  Effect.gen(function* () {
    const asked = yield* understand(ask.query)
    const make = Effect.map(read(asked), ({ log, question }) => {
      const document = Report.sessions(log, question)
      return written(ask.media, document, () => ReportRows.ofSessions(document))
    })
    return yield* whole(ask, groundOf(ask.query, asked), make)
  })
