import type { IntervalsPage, operations } from "@dwell/client/contract"
import * as EventLog from "@dwell/core/EventLog"
import * as Export from "@dwell/core/Export"
import * as Report from "@dwell/core/Report"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type RequestContext, formatOf, streamed, cached } from "../account/cachedResponse.ts"
import { encodeCursor, limitOf, Pinned, pinned, pinnedOf, decodeCursor } from "../account/pagination.ts"
import { parseQuery, cacheKeyOf, read } from "../account/parseQuery.ts"
import * as streamRows from "../account/streamRows.ts"

/** The last row given. Those of one agent ascend by their starts; events of one second have the same, and only the last one time. */
const CursorPosition = Schema.Struct({
  ...Pinned.fields,
  agent: Schema.NonNegativeInt,
  start: Schema.NonNegativeInt,
  end: Schema.NonNegativeInt,
  uid: Schema.BigInt,
})
type CursorPosition = typeof CursorPosition.Type

type Row = (typeof IntervalsPage.Type)["intervals"][number]

const uidOf = ({ uid }: Row): bigint => BigInt(uid ?? 0)

const isAfter = (row: Row, last: CursorPosition): boolean => {
  if (row.agent !== last.agent) return row.agent > last.agent
  if (row.start !== last.start) return row.start > last.start
  return row.end === last.end ? uidOf(row) > last.uid : row.end > last.end
}

/** A page of intervals, agent by agent, and whether there are more. */
const pageOf = (log: EventLog.EventLog, question: Report.Question, limit: number, last: CursorPosition | undefined) => {
  const parsed = question.agents ?? log.agents
  const intervals: Array<Row> = []
  for (const agent of [...new Set(parsed)].toSorted((one, other) => one - other)) {
    if (last !== undefined && agent < last.agent) continue
    const own = question.agents === undefined ? question : { ...question, agents: [agent] }
    const found = Report.intervals(EventLog.ofAgents(log, [agent]), own).intervals
    for (const row of found) {
      if (last !== undefined && !isAfter(row, last)) continue
      if (intervals.length === limit) return { intervals, hasMore: true }
      intervals.push(row)
    }
  }
  return { intervals, hasMore: false }
}

export const getIntervals = (context: RequestContext<typeof operations.getIntervals.query.Type>) =>
  Effect.gen(function* () {
    const { query } = context
    const place = yield* decodeCursor(CursorPosition, query.cursor)
    const pinnedQuery = pinned(query, place)
    const parsed = yield* parseQuery(pinnedQuery)
    const limit = yield* limitOf(query.limit)
    const format = formatOf(context.media)
    if (format !== "json") {
      const { log, question } = yield* read(parsed)
      return yield* streamed(context, streamRows.intervals(Export.intervals(log, question), format))
    }
    const make = Effect.map(read(parsed), ({ log, question }) => {
      const { hasMore, intervals } = pageOf(log, question, limit, place)
      const given = hasMore ? intervals.at(-1) : undefined
      const document: typeof IntervalsPage.Type = {
        ...Report.intervals(EventLog.ofAgents(log, []), question),
        quality: Report.quality(log, question),
        intervals,
        next:
          given === undefined
            ? null
            : encodeCursor(CursorPosition, { ...pinnedOf(parsed), ...given, uid: uidOf(given) }),
      }
      return JSON.stringify(document)
    })
    return yield* cached(context, cacheKeyOf(pinnedQuery, parsed, { limit, cursor: query.cursor }), make)
  })
