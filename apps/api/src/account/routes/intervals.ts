import type { IntervalsPage, operations } from "@dwell/client/contract"
import * as EventLog from "@dwell/core/EventLog"
import * as Export from "@dwell/core/Export"
import * as Report from "@dwell/core/Report"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Ask, formatOf, streamed, whole } from "../answer.ts"
import { cursorOf, limitOf, placeIn } from "../page.ts"
import { ask as understand, groundOf, read } from "../question.ts"
import * as table from "../table.ts"

/** The next row: so many of the agent's were given. */
const Place = Schema.Struct({ agent: Schema.NonNegativeInt, row: Schema.NonNegativeInt })

/** A page of intervals, agent by agent. */
const pageOf = (
  log: EventLog.EventLog,
  question: Report.Question,
  limit: number,
  from: typeof Place.Type | undefined,
): Pick<typeof IntervalsPage.Type, "intervals" | "next"> => {
  const asked = question.agents ?? log.agents
  const intervals: Array<(typeof IntervalsPage.Type)["intervals"][number]> = []
  for (const agent of [...new Set(asked)].toSorted((one, other) => one - other)) {
    if (from !== undefined && agent < from.agent) continue
    const own = question.agents === undefined ? question : { ...question, agents: [agent] }
    const found = Report.intervals(EventLog.ofAgents(log, [agent]), own).intervals
    const first = from !== undefined && agent === from.agent ? from.row : 0
    const room = limit - intervals.length
    intervals.push(...found.slice(first, first + room))
    if (found.length - first > room) return { intervals, next: cursorOf(Place, { agent, row: first + room }) }
  }
  return { intervals, next: null }
}

export const getIntervals = (ask: Ask<typeof operations.getIntervals.query.Type>) =>
  Effect.gen(function* () {
    const { query } = ask
    const asked = yield* understand(query)
    const limit = yield* limitOf(query.limit)
    const place = yield* placeIn(Place, query.cursor)
    const format = formatOf(ask.media)
    if (format !== "json") {
      const { log, question } = yield* read(asked)
      return yield* streamed(ask, table.intervals(Export.intervals(log, question), format))
    }
    const make = Effect.map(read(asked), ({ log, question }) => {
      const document: typeof IntervalsPage.Type = {
        ...Report.intervals(EventLog.ofAgents(log, []), question),
        quality: Report.quality(log, question),
        ...pageOf(log, question, limit, place),
      }
      return JSON.stringify(document)
    })
    return yield* whole(ask, groundOf(query, asked, { limit, place }), make)
  })
