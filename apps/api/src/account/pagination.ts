/**
 * Pages of long answers, and the opaque texts that say where the next one begins.
 */
import * as Effect from "effect/Effect"
import * as Encoding from "effect/Encoding"
import * as Schema from "effect/Schema"
import { ApiError } from "../http/problem.ts"
import { maxRows } from "@dwell/client/contract"
import type { ParsedQuery, WindowQuery } from "./parseQuery.ts"

const defaultRows = 1000

/** How many rows a page has. */
export const limitOf = (limit: string | undefined): Effect.Effect<number, ApiError> => {
  const rows = limit === undefined ? defaultRows : Number(limit)
  if (rows <= maxRows) return Effect.succeed(rows)
  const detail = `limit: a page has at most ${maxRows} rows. Ask for fewer, or for NDJSON, CSV or Parquet, which are not parted.`
  return new ApiError({ code: "invalid_request", parameter: "limit", detail })
}

/**
 * What the first page was asked of: the window of a later one is the same, whatever the clock says, and so is what runs until
 * now.
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

/** The query of a page, whose window is that of the first. */
export const pinned = <Query extends WindowQuery>(query: Query, place: typeof Pinned.Type | undefined): Query =>
  place === undefined ? query : { ...query, from: `${place.from}`, to: `${place.to}`, now: `${place.now}` }

/** Writes a place as a cursor. */
export const encodeCursor = <A, I>(schema: Schema.Schema<A, I>, place: A): string =>
  Encoding.encodeBase64Url(Schema.encodeSync(Schema.parseJson(schema))(place))

/** The place that a cursor stands for. */
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
              "cursor: it is none of this answer's. Give the `next` of a page of the same question, or begin without.",
          }),
      )
