/**
 * How a response is sent: its format, its ETag, and how long clients may cache it.
 */
import { type Format, formats } from "@dwell/client/contract"
import { asOfHeader } from "@dwell/client/paths"
import * as ReportRows from "@dwell/core/ReportRows"
import * as Effect from "effect/Effect"
import { parseAccept } from "hono/utils/accept"
import { respond } from "../http/headers.ts"
import { ApiError } from "../http/problem.ts"
import { type WholeResponse, ResponseCache, etagOf } from "./ResponseCache.ts"
import type { CallerContext } from "../keys/Caller.ts"

/** A request as a handler gets it. */
export interface RequestContext<Query> extends CallerContext {
  readonly operation: string
  readonly query: Query
  readonly request: Request
  /** The media type of the response. */
  readonly media: string
  /** The version of the cache when the request arrived. */
  readonly version: number
  /** Identifies equal requests, as a key of the cache. */
  readonly address: string
}

const mediaOf: Readonly<Record<Format, string>> = {
  json: "application/json",
  ndjson: "application/x-ndjson",
  csv: "text/csv",
  parquet: "application/vnd.apache.parquet",
}

/** The format with a media type. */
export const formatOf = (media: string): Format => formats.find((format) => mediaOf[format] === media) ?? "json"

/** A document as JSON, or its rows as CSV or NDJSON. */
export const serialize = (media: string, document: object, rows: () => ReportRows.Rows): string => {
  const format = formatOf(media)
  if (format === "csv") return [...ReportRows.blocks(ReportRows.csv(rows()))].join("")
  if (format === "ndjson") return [...ReportRows.blocks(ReportRows.ndjson(rows()))].join("")
  return JSON.stringify(document)
}

const matches = (range: string, media: string): boolean =>
  range === "*/*" || range === media || (range.endsWith("/*") && media.startsWith(range.slice(0, -1)))

/** The media type of the response: that of `format`, else the available one that Accept prefers. */
export const mediaFor = (
  available: readonly [string, ...ReadonlyArray<string>],
  format: Format | undefined,
  accept: string | null,
): Effect.Effect<string, ApiError> => {
  if (format !== undefined) return Effect.succeed(mediaOf[format])
  if (accept === null || accept.trim() === "") return Effect.succeed(available[0])
  for (const { q, type } of parseAccept(accept)) {
    const found = q > 0 ? available.find((media) => matches(type.toLowerCase(), media)) : undefined
    if (found !== undefined) return Effect.succeed(found)
  }
  return new ApiError({ code: "not_acceptable", detail: `Accept: the available formats are ${available.join(", ")}.` })
}

const hasTag = (tags: string | null, etag: string): boolean =>
  tags !== null && (tags.trim() === "*" || tags.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag))

/** The request headers on which a response depends. */
const vary = "Accept, Accept-Encoding, Authorization, Cookie"

/**
 * A response, or 304 if the client has it. A client may cache for an hour what only a correction or a new agent name can
 * change. It revalidates everything else, and gets 304 if nothing has changed.
 */
export const conditional = (
  request: Request,
  answer: WholeResponse,
  known: number | null,
  requestId: string,
  more: Readonly<Record<string, string>> = {},
): Response => {
  const headers = {
    ETag: answer.etag,
    "Cache-Control": known !== null && known >= answer.immutableFrom ? "private, max-age=3600" : "private, no-cache",
    Vary: vary,
    ...(known === null ? {} : { [asOfHeader]: `${known}` }),
    ...more,
  }
  const init = { type: answer.type, requestId }
  if (hasTag(request.headers.get("if-none-match"), answer.etag)) return respond(null, { ...init, status: 304, headers })
  const ofBody = { "Content-Type": answer.type, "Content-Length": `${answer.body.length}` }
  const body = request.method === "HEAD" ? null : answer.body
  return respond(body, { ...init, status: 200, headers: { ...headers, ...ofBody } })
}

/** What a response depends on. */
export interface CacheKey {
  /** The query, with all defaults filled in. */
  readonly key: string
  /** The response depends on no event at or after this instant. */
  readonly to: number
  /** Whether the same request means the same at any time. */
  readonly isTimeInvariant: boolean
  /** Once the log is known up to this instant, everything it depends on is past and settled. */
  readonly immutableFrom: number
  /** The log was known up to this instant when the query was parsed; `null` if nothing was known. */
  readonly asOf: number | null
}

const utf8 = new TextEncoder()

const types: Readonly<Record<string, string>> = { "text/csv": "text/csv; charset=utf-8; header=present" }

const answerOf = ({ media }: Pick<RequestContext<unknown>, "media">, text: string | Uint8Array<ArrayBuffer>) => {
  const body = typeof text === "string" ? utf8.encode(text) : text
  return { body, type: types[media] ?? media, etag: etagOf(body) }
}

/** A response that is cheaper to make than to cache. */
export const uncached = <Query>(context: RequestContext<Query>, asOf: number | null, text: string): Response =>
  conditional(context.request, { ...answerOf(context, text), immutableFrom: Infinity }, asOf, context.requestId)

/** A response that is made completely, once for each key. */
export const cached = <Query, E, R>(
  context: RequestContext<Query>,
  { asOf, immutableFrom, isTimeInvariant, key, to }: CacheKey,
  make: Effect.Effect<string | Uint8Array<ArrayBuffer>, E, R>,
) =>
  Effect.gen(function* () {
    const answers = yield* ResponseCache
    const name = `${context.operation} ${context.media} ${key}`
    let held = answers.get(name)
    if (held === undefined) {
      held = { ...answerOf(context, yield* make), immutableFrom, to, isTimeInvariant }
      // A write in the meantime may be only partly in it.
      if (answers.version() === context.version) answers.put(name, held)
      // Lets others run, such as the timer that limits this response.
      yield* Effect.sleep(0)
    }
    if (isTimeInvariant && answers.version() === context.version) answers.put(context.address, held)
    return conditional(context.request, held, asOf, context.requestId)
  })

/** A response that is sent while it is made. */
export const streamed = <Query>(
  context: RequestContext<Query>,
  asOf: number | null,
  body: ReadableStream<Uint8Array>,
): Response => {
  const headers = {
    "Content-Type": types[context.media] ?? context.media,
    "Cache-Control": "private, no-cache",
    Vary: vary,
    ...(asOf === null ? {} : { [asOfHeader]: `${asOf}` }),
  }
  if (context.request.method !== "HEAD") return new Response(body, { headers })
  // No one will read the body, and a live stream would never end.
  void body.cancel()
  return new Response(null, { headers })
}
