import type { IntervalsPage, operations } from "@dwell/client/contract"
import * as EventLog from "@dwell/core/EventLog"
import * as Export from "@dwell/core/Export"
import * as Report from "@dwell/core/Report"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Ask, formatOf, streamed, whole } from "../answer.ts"
import { cursorOf, limitOf, Pinned, pinned, pinnedOf, placeIn } from "../page.ts"
import { ask as understand, groundOf, read } from "../question.ts"
import * as table from "../table.ts"

/** The end of the last row given: rows of one agent follow each other, and one that comes late moves none that was given. */
const Place = Schema.Struct({ ...Pinned.fields, agent: Schema.NonNegativeInt, end: Schema.NonNegativeInt })

type Row = (typeof IntervalsPage.Type)["intervals"][number]

/** A page of intervals, agent by agent; where there are more, the last one given. */
const pageOf = (
  log: EventLog.EventLog,
  question: Report.Question,
  limit: number,
  last: typeof Place.Type | undefined,
): { readonly intervals: ReadonlyArray<Row>; readonly given?: Row | undefined } => {
  const asked = question.agents ?? log.agents
  const intervals: Array<Row> = []
  for (const agent of [...new Set(asked)].toSorted((one, other) => one - other)) {
    if (last !== undefined && agent < last.agent) continue
    const own = question.agents === undefined ? question : { ...question, agents: [agent] }
    const found = Report.intervals(EventLog.ofAgents(log, [agent]), own).intervals
    for (const interval of found) {
      if (last !== undefined && agent === last.agent && interval.end <= last.end) continue
      const given = intervals.at(-1)
      if (intervals.length === limit) {
        return { intervals, given }
      }
      intervals.push(interval)
    }
  }
  return { intervals }
}

export const getIntervals = (ask: Ask<typeof operations.getIntervals.query.Type>) =>
  Effect.gen(function* () {
    const { query } = ask
    const place = yield* placeIn(Place, query.cursor)
    const first = pinned(query, place)
    const asked = yield* understand(first)
    const limit = yield* limitOf(query.limit)
    const format = formatOf(ask.media)
    if (format !== "json") {
      const { log, question } = yield* read(asked)
      return yield* streamed(ask, table.intervals(Export.intervals(log, question), format))
    }
    const make = Effect.map(read(asked), ({ log, question }) => {
      const { given, intervals } = pageOf(log, question, limit, place)
      const next = given && cursorOf(Place, { ...pinnedOf(asked), agent: given.agent, end: given.end })
      const document: typeof IntervalsPage.Type = {
        ...Report.intervals(EventLog.ofAgents(log, []), question),
        quality: Report.quality(log, question),
        intervals,
        next: next ?? null,
      }
      return JSON.stringify(document)
    })
    return yield* whole(ask, groundOf(first, asked, { limit, place }), make)
  })
