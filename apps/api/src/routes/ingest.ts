/**
 * Adds the rows of a body while it arrives.
 *
 * Shape    rows are written as they arrive, some ten thousand at a time, each once by its `uid`; the span counts as covered
 *          once the whole body was valid. So sending an incomplete body again gives the same as sending it once
 * Fails    `FormatError`; `ApiError` for a body that is too large, stalled, or not of the type it claims
 * Cost     at most two megabytes of the body and their rows in memory
 */
import type { operations } from "@dwell/client/contract"
import { EventStore } from "@dwell/core/EventStore"
import type { CoverageUpdate } from "@dwell/core/Coverage"
import * as Format from "@dwell/core/format/Format"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { mediaTypeOf } from "../http/body.ts"
import { ApiError } from "../http/problem.ts"
import { nowSeconds } from "@dwell/core/clock"
import { AccountSettings } from "../account/AccountSettings.ts"
import type { RequestContext } from "../account/cachedResponse.ts"
import { Compactor } from "../account/Compactor.ts"

/** A compromise between few transactions and little memory. */
const chunkBytes = 2_000_000

/** Maximum time of a body that keeps arriving, in seconds. */
const bodyTimeoutSeconds = 900

/** Tolerated difference between the server's clock and the clock of the machine that read the log. */
const maxClockSkewSeconds = 60

interface IngestQuery {
  readonly from?: string
  readonly to?: string
  readonly asOf?: string
  readonly carriedIn?: string
  readonly format?: Format.Format
}

const invalid = (parameter: string, issue: string) =>
  new ApiError({ code: "invalid_request", parameter, detail: `${parameter}: ${issue}` })

/** The span whose rows are all in the body, from the query. */
const readingOf = (query: IngestQuery): Effect.Effect<CoverageUpdate | undefined, ApiError> =>
  Effect.gen(function* () {
    const { asOf, carriedIn, from, to } = query
    if (from === undefined && to === undefined && asOf === undefined) {
      if (carriedIn === undefined) return undefined
      return yield* invalid("carriedIn", "it describes a span, but no span is given. Give from, to and asOf too.")
    }
    if (from === undefined || to === undefined || asOf === undefined) {
      const missing = from === undefined ? "from" : to === undefined ? "to" : "asOf"
      return yield* invalid(missing, "it is missing. Give from, to and asOf together, or none of them.")
    }
    const span = { from: Number(from), to: Number(to), asOf: Number(asOf) }
    if (span.from > span.to)
      return yield* invalid("to", "the span ends before it starts. Give a to that is not before from.")
    if (span.to > span.asOf) {
      return yield* invalid(
        "asOf",
        "the span ends after it was read. Give the time at which the log was read, and a to that is not later.",
      )
    }
    if (span.asOf > (yield* nowSeconds) + maxClockSkewSeconds) {
      return yield* invalid("asOf", "it is in the future. Check the clock of the machine that reads the log.")
    }
    return { span, ...(carriedIn === undefined ? {} : { carriedIn: Number(carriedIn) }) }
  })

/** The supported media types and their formats; `undefined` = detected from the first bytes. */
const mediaTypes = new Map<string, Format.Format | undefined>([
  ["", undefined],
  ["application/json", undefined],
  ["application/x-ndjson", "ndjson"],
  ["application/ndjson", "ndjson"],
  ["application/xml", "xml"],
  ["text/xml", "xml"],
  ["text/csv", "csv"],
  ["text/plain", undefined],
  ["application/octet-stream", undefined],
])

const tooLarge = (bytes: number) =>
  new ApiError({
    code: "payload_too_large",
    detail: `The body has more than ${bytes} bytes after decompression. Send it in parts; the rows received so far are stored.`,
  })

const contentEncodingOf = ({ headers }: Request): string =>
  (headers.get("content-encoding") ?? "identity").trim().toLowerCase()

/** The error in the headers of a body, if there is one, before any of it is read. */
export const headerError = (request: Request): ApiError | undefined => {
  const kind = mediaTypeOf(request)
  const packing = contentEncodingOf(request)
  if (!mediaTypes.has(kind)) {
    const detail = `Content-Type: ${JSON.stringify(kind)} is not supported. Send application/x-ndjson, text/csv, or the vendor's application/json or application/xml.`
    return new ApiError({ code: "unsupported_media_type", detail })
  }
  if (packing === "identity" || packing === "gzip") return undefined
  const detail = `Content-Encoding: ${JSON.stringify(packing)} is not supported. Send the body uncompressed or with gzip.`
  return new ApiError({ code: "unsupported_media_type", detail, headers: { "Accept-Encoding": "gzip" } })
}

/** The bytes of the body, decompressed. */
const decompressed = (request: Request): ReadableStream<Uint8Array> => {
  // An empty NDJSON body is valid: a span without events.
  const bytes = request.body ?? new Blob([]).stream()
  return contentEncodingOf(request) === "gzip" ? bytes.pipeThrough(new DecompressionStream("gzip")) : bytes
}

const broken = new ApiError({
  code: "invalid_body",
  detail: "The body is incomplete or not valid gzip. Send it again; the rows received so far are stored.",
})

const concat = (chunks: ReadonlyArray<Uint8Array>, length: number): Uint8Array => {
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

/** The bytes of a body in pieces of many chunks; the pieces before a fault come first. */
const pieces = (body: ReadableStream<Uint8Array>, { bodyIdleTimeoutSeconds, maxBodyBytes }: AccountSettings["Type"]) =>
  Stream.suspend(() => {
    const bytes = Format.bytesOf(body)
    const read = Effect.timeoutFail(Effect.tryPromise({ try: () => bytes.next(), catch: () => broken }), {
      duration: Duration.seconds(bodyIdleTimeoutSeconds),
      onTimeout: () =>
        new ApiError({
          code: "request_timeout",
          detail: `No part of the body arrived for ${bodyIdleTimeoutSeconds} s. Send it again; the rows received so far are stored.`,
        }),
    })
    let all = 0
    let fault: ApiError | null = null
    const piece = Effect.gen(function* () {
      const chunks: Array<Uint8Array> = []
      let length = 0
      while (fault === null && length < chunkBytes) {
        const next = yield* Effect.either(read)
        if (Either.isLeft(next)) fault = next.left
        else if (next.right.done === true) break
        else {
          const chunk = next.right.value
          all += chunk.length
          if (all > maxBodyBytes) fault = tooLarge(maxBodyBytes)
          else {
            length += chunk.length
            // The buffer of this chunk is reused for the next one.
            chunks.push(chunk.slice())
          }
        }
      }
      if (length > 0) return concat(chunks, length)
      return yield* Effect.fail(Option.fromNullable(fault))
    })
    // Not awaited, since the client may be stalled.
    const leave = Effect.sync(() => void bytes.return(undefined).catch(() => {}))
    return Stream.ensuring(Stream.repeatEffectOption(piece), leave)
  })

const noCounts = { added: 0, unchanged: 0, changed: 0 }

/** Adds a body whose headers are valid; gives the counts of its rows. */
const ingest = (request: Request, query: IngestQuery) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const settings = yield* AccountSettings
    const { maxBodyBytes } = settings
    const reading = yield* readingOf(query)
    const declared = Number(request.headers.get("content-length") ?? 0)
    if (declared > maxBodyBytes) return yield* tooLarge(maxBodyBytes)
    const counts = yield* Format.decode(
      pieces(decompressed(request), settings),
      query.format ?? mediaTypes.get(mediaTypeOf(request)),
    ).pipe(
      Stream.runFoldEffect(noCounts, (sum, batch) =>
        Effect.map(store.append([batch]), ({ added, changed, unchanged }) => ({
          added: sum.added + added,
          unchanged: sum.unchanged + unchanged,
          changed: sum.changed + changed,
        })),
      ),
      Effect.timeoutFail({
        duration: Duration.seconds(bodyTimeoutSeconds),
        onTimeout: () =>
          new ApiError({
            code: "request_timeout",
            detail: `The body did not arrive within ${bodyTimeoutSeconds} s. Send it in parts; the rows received so far are stored.`,
          }),
      }),
    )
    if (reading !== undefined) yield* store.append([], reading)
    return counts
  })

export const postEvents = (context: RequestContext<typeof operations.postEvents.query.Type>) =>
  Effect.gen(function* () {
    const counts = yield* ingest(context.request, context.query)
    yield* (yield* Compactor).compact
    return Response.json(counts)
  })
