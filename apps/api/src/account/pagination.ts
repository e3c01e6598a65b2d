/**
 * Pages of long responses, and the opaque cursors that mark where the next page starts.
 */
import * as Effect from "effect/Effect"
import * as Encoding from "effect/Encoding"
import * as Schema from "effect/Schema"
import { ApiError } from "../http/problem.ts"
import { maxRows } from "@dwell/client/contract"
import type { ParsedQuery, WindowQuery } from "./parseQuery.ts"

const defaultRows = 1000

/** The number of rows of a page. */
export const limitOf = (limit: string | undefined): Effect.Effect<number, ApiError> => {
  const rows = limit === undefined ? defaultRows : Number(limit)
  if (rows <= maxRows) return Effect.succeed(rows)
  const detail = `limit: a page has at most ${maxRows} rows. Ask for fewer, or for NDJSON, CSV or Parquet, which have no pages.`
  return new ApiError({ code: "invalid_request", parameter: "limit", detail })
}

/**
 * The window and the present of the first page. Later pages use the same, however much time has passed.
 */
export const Pinned = Schema.Struct({
  from: Schema.NonNegativeInt,
  to: Schema.NonNegativeInt,
  now: Schema.NonNegativeInt,
})

export const pinnedOf = ({ now, window }: Pick<ParsedQuery, "now" | "window">): typeof Pinned.Type => ({
  ...window,
  now,
})

/** The query of a page, with the window of the first page. */
export const pinned = <Query extends WindowQuery>(query: Query, place: typeof Pinned.Type | undefined): Query =>
  place === undefined ? query : { ...query, from: `${place.from}`, to: `${place.to}`, now: `${place.now}` }

/** Encodes a position as a cursor. */
export const encodeCursor = <A, I>(schema: Schema.Schema<A, I>, place: A): string =>
  Encoding.encodeBase64Url(Schema.encodeSync(Schema.parseJson(schema))(place))

/** The position in a cursor. */
export const decodeCursor = <A, I>(
  schema: Schema.Schema<A, I>,
  cursor: string | undefined,
): Effect.Effect<A | undefined, ApiError> =>
  cursor === undefined
    ? Effect.succeed(undefined)
    : Effect.mapError(
        Effect.flatMap(Encoding.decodeBase64UrlString(cursor), Schema.decode(Schema.parseJson(schema))),
        () =>
          new ApiError({
            code: "invalid_request",
            parameter: "cursor",
            detail:
              "cursor: it does not belong to this query. Send the `next` of a page of the same query, or leave it out to start at the first page.",
          }),
      )
