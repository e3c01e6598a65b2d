/**
 * How an answer is sent: in which format, with which tag, and how long it may be kept.
 */
import { type Format, formats } from "@dwell/client/contract"
import { asOfHeader } from "@dwell/client/paths"
import * as ReportRows from "@dwell/core/ReportRows"
import * as Effect from "effect/Effect"
import { parseAccept } from "hono/utils/accept"
import { respond } from "../http/headers.ts"
import { ApiError } from "../http/problem.ts"
import { type WholeResponse, ResponseCache, etagOf } from "./ResponseCache.ts"
import { knownUntil } from "./knownUntil.ts"
import type { CallerContext } from "../keys/Caller.ts"

/** What a handler is asked. */
export interface RequestContext<Query> extends CallerContext {
  readonly operation: string
  readonly query: Query
  readonly request: Request
  /** The media type to answer with. */
  readonly media: string
  /** That of the answers held when it was asked. */
  readonly version: number
  /** The request as it came: what was answered to it may be answered again. */
  readonly address: string
}

const mediaOf: Readonly<Record<Format, string>> = {
  json: "application/json",
  ndjson: "application/x-ndjson",
  csv: "text/csv",
  parquet: "application/vnd.apache.parquet",
}

/** The format that goes by a media type. */
export const formatOf = (media: string): Format => formats.find((format) => mediaOf[format] === media) ?? "json"

/** The text of a document, or of its rows. */
export const serialize = (media: string, document: object, rows: () => ReportRows.Rows): string => {
  const format = formatOf(media)
  if (format === "csv") return [...ReportRows.blocks(ReportRows.csv(rows()))].join("")
  if (format === "ndjson") return [...ReportRows.blocks(ReportRows.ndjson(rows()))].join("")
  return JSON.stringify(document)
}

const matches = (range: string, media: string): boolean =>
  range === "*/*" || range === media || (range.endsWith("/*") && media.startsWith(range.slice(0, -1)))

/** The media type to answer with: what `format` says, else what Accept likes best of those there are. */
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
  return new ApiError({ code: "not_acceptable", detail: `Accept: it can be had as ${available.join(", ")}.` })
}

const hasTag = (tags: string | null, etag: string): boolean =>
  tags !== null && (tags.trim() === "*" || tags.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag))

/** Of what is asked, what makes another answer; packed or not is up to who serves it. */
const vary = "Accept, Accept-Encoding, Authorization, Cookie"

/**
 * An answer as it is sent, or that the asker has it. What doesn't change any more, unless somebody corrects it or gives an
 * agent another name, may be kept for an hour; all else is asked again, and answered with 304 where nothing has changed.
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

/** What an answer depends on. */
export interface CacheKey {
  /** The question, with nothing left open. */
  readonly key: string
  /** It depends on nothing from this instant on. */
  readonly to: number
  /** Whether the same request asks the same whenever it comes. */
  readonly isTimeInvariant: boolean
  /** When the log is known up to here, all it depends on is over and settled. */
  readonly immutableFrom: number
}

const utf8 = new TextEncoder()

const types: Readonly<Record<string, string>> = { "text/csv": "text/csv; charset=utf-8; header=present" }

const answerOf = ({ media }: Pick<RequestContext<unknown>, "media">, text: string | Uint8Array<ArrayBuffer>) => {
  const body = typeof text === "string" ? utf8.encode(text) : text
  return { body, type: types[media] ?? media, etag: etagOf(body) }
}

/** An answer that costs less to make than to hold. */
export const uncached = <Query>(context: RequestContext<Query>, text: string) =>
  Effect.map(knownUntil, (known) =>
    conditional(context.request, { ...answerOf(context, text), immutableFrom: Infinity }, known, context.requestId),
  )

/** An answer that is made whole, once for each question. */
export const cached = <Query, E, R>(
  context: RequestContext<Query>,
  { immutableFrom, isTimeInvariant, key, to }: CacheKey,
  make: Effect.Effect<string | Uint8Array<ArrayBuffer>, E, R>,
) =>
  Effect.gen(function* () {
    const answers = yield* ResponseCache
    const name = `${context.operation} ${context.media} ${key}`
    let held = answers.get(name)
    if (held === undefined) {
      held = { ...answerOf(context, yield* make), immutableFrom, to, isTimeInvariant }
      // What was written meanwhile may be in it by half.
      if (answers.version() === context.version) answers.put(name, held)
      // Others have waited meanwhile, the clock that limits this answer among them.
      yield* Effect.sleep(0)
    }
    if (isTimeInvariant && answers.version() === context.version) answers.put(context.address, held)
    return conditional(context.request, held, yield* knownUntil, context.requestId)
  })

/** An answer that is sent as it is made. */
export const streamed = <Query>(context: RequestContext<Query>, body: ReadableStream<Uint8Array>) =>
  Effect.map(knownUntil, (known) => {
    const headers = {
      "Content-Type": types[context.media] ?? context.media,
      "Cache-Control": "private, no-cache",
      Vary: vary,
      ...(known === null ? {} : { [asOfHeader]: `${known}` }),
    }
    if (context.request.method !== "HEAD") return new Response(body, { headers })
    // Nobody will read it: what is live would go on for ever.
    void body.cancel()
    return new Response(null, { headers })
  })
