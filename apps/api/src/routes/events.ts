import type { EventsPage, operations } from "@dwell/client/contract"
import type { EventBatch } from "@dwell/core/EventBatch"
import type { EventLog } from "@dwell/core/EventLog"
import * as Export from "@dwell/core/Export"
import type { Window } from "@dwell/core/Window"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type RequestContext, formatOf, streamed, cached } from "../account/cachedResponse.ts"
import { encodeCursor, limitOf, Pinned, pinned, pinnedOf, decodeCursor } from "../account/pagination.ts"
import { parseQuery, type ParsedQuery, cacheKeyOf, read } from "../account/parseQuery.ts"
import * as streamRows from "../account/streamRows.ts"

/** The last event given: events of one agent and time ascend by their ids. */
const CursorPosition = Schema.Struct({
  before: Schema.Boolean,
  agent: Schema.Number,
  uts: Schema.Number,
  uid: Schema.BigInt,
})
type CursorPosition = typeof CursorPosition.Type
const Cursor = Schema.Struct({ ...Pinned.fields, ...CursorPosition.fields })

const isAfter = (one: CursorPosition, other: CursorPosition): boolean => {
  if (one.before !== other.before) return other.before
  if (one.agent !== other.agent) return one.agent > other.agent
  return one.uts === other.uts ? one.uid > other.uid : one.uts > other.uts
}

const placeOf = ({ agent, agents, uid, uts }: EventBatch, row: number, { from }: Window): CursorPosition => ({
  before: (uts[row] ?? 0) < from,
  agent: agents[agent[row] ?? 0] ?? 0,
  uts: uts[row] ?? 0,
  uid: uid[row] ?? 0n,
})

const pageOf = (
  log: EventLog,
  parsed: ParsedQuery,
  limit: number,
  last: CursorPosition | undefined,
): Pick<typeof EventsPage.Type, "events" | "next"> => {
  const events: Array<(typeof EventsPage.Type)["events"][number]> = []
  const { window } = parsed
  let given = last
  for (const batch of Export.eventsOf(log, window)) {
    for (let row = 0; row < batch.length; row++) {
      const place = placeOf(batch, row, window)
      if (last !== undefined && !isAfter(place, last)) continue
      if (events.length === limit) {
        return { events, next: given === undefined ? null : encodeCursor(Cursor, { ...pinnedOf(parsed), ...given }) }
      }
      given = place
      events.push({
        uid: `${place.uid}`,
        uts: place.uts,
        agent: place.agent,
        status: batch.statuses[batch.status[row] ?? 0] ?? "",
        subcode: batch.subcodes[batch.subcode[row] ?? 0] ?? "",
        callid: `${batch.callid[row] ?? 0n}`,
      })
    }
  }
  return { events, next: null }
}

export const getEvents = (context: RequestContext<typeof operations.getEvents.query.Type>) =>
  Effect.gen(function* () {
    const { query } = context
    const place = yield* decodeCursor(Cursor, query.cursor)
    const pinnedQuery = pinned(query, place)
    const parsed = yield* parseQuery(pinnedQuery)
    const limit = yield* limitOf(query.limit)
    const format = formatOf(context.media)
    if (format !== "json") {
      const { log } = yield* read(parsed)
      return yield* streamed(context, streamRows.events(Export.events(log, parsed.window), format))
    }
    const make = Effect.map(read(parsed), ({ log }) => {
      const document: typeof EventsPage.Type = {
        window: parsed.window,
        ...pageOf(log, parsed, limit, place),
      }
      return JSON.stringify(document)
    })
    return yield* cached(context, cacheKeyOf(pinnedQuery, parsed, { limit, cursor: query.cursor }), make)
  })
