/**
 * Takes in the rows of a body as it arrives.
 *
 * Shape    rows are written as they come, some ten thousand at once, each once by its `uid`; what they are all of counts as
 *          covered when the whole body was sound. So a body that broke off and is sent again leaves what one would have
 * Fails    `FormatError`; `Refusal` for a body that is too large, silent, or not what it says
 * Cost     bounded: no more than two megabytes of the body, and their rows, are held
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
import { nowSeconds } from "../clock.ts"
import { AccountSettings } from "../account/AccountSettings.ts"
import type { RequestContext } from "../account/cachedResponse.ts"
import { Compactor } from "../account/Compactor.ts"

/** Few transactions, and little memory. */
const chunkBytes = 2_000_000

/** A body that keeps coming may take so long, in seconds. */
const bodyTimeoutSeconds = 900

/** A server's clock and that of who read the log may differ by so much. */
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

/** What the rows are all of, as the query says it. */
const readingOf = (query: IngestQuery): Effect.Effect<CoverageUpdate | undefined, ApiError> =>
  Effect.gen(function* () {
    const { asOf, carriedIn, from, to } = query
    if (from === undefined && to === undefined && asOf === undefined) {
      if (carriedIn === undefined) return undefined
      return yield* invalid("carriedIn", "it says something about a span only. Give from, to and asOf too.")
    }
    if (from === undefined || to === undefined || asOf === undefined) {
      const missing = from === undefined ? "from" : to === undefined ? "to" : "asOf"
      return yield* invalid(missing, "it is missing. Give from, to and asOf together, or none of them.")
    }
    const span = { from: Number(from), to: Number(to), asOf: Number(asOf) }
    if (span.from > span.to)
      return yield* invalid("to", "the span ends before it begins. Give a to that is not before from.")
    if (span.to > span.asOf) {
      return yield* invalid("asOf", "the span ends after it was read. Give when the log was read, and no later to.")
    }
    if (span.asOf > (yield* nowSeconds) + maxClockSkewSeconds) {
      return yield* invalid("asOf", "it is in the future. Check the clock of the machine that reads the log.")
    }
    return { span, ...(carriedIn === undefined ? {} : { carriedIn: Number(carriedIn) }) }
  })

/** The kinds of bodies that are read, and the format of those that have one; the others show it by their first bytes. */
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
    detail: `The body has more than ${bytes} bytes, unpacked. Send it in parts; the rows taken in until then are kept.`,
  })

const contentEncodingOf = ({ headers }: Request): string =>
  (headers.get("content-encoding") ?? "identity").trim().toLowerCase()

/** What is wrong with a body before any of it is read. */
export const headerError = (request: Request): ApiError | undefined => {
  const kind = mediaTypeOf(request)
  const packing = contentEncodingOf(request)
  if (!mediaTypes.has(kind)) {
    const detail = `Content-Type: ${JSON.stringify(kind)} is not read. Send application/x-ndjson, text/csv, or the vendor's application/json or application/xml.`
    return new ApiError({ code: "unsupported_media_type", detail })
  }
  if (packing === "identity" || packing === "gzip") return undefined
  const detail = `Content-Encoding: ${JSON.stringify(packing)} is not read. Send the body plain or with gzip.`
  return new ApiError({ code: "unsupported_media_type", detail, headers: { "Accept-Encoding": "gzip" } })
}

/** The body's bytes, unpacked. */
const decompressed = (request: Request): ReadableStream<Uint8Array> => {
  // Of NDJSON nothing at all is a whole log too: that of a span in which nothing happened.
  const bytes = request.body ?? new Blob([]).stream()
  return contentEncodingOf(request) === "gzip" ? bytes.pipeThrough(new DecompressionStream("gzip")) : bytes
}

const broken = new ApiError({
  code: "invalid_body",
  detail: "The body breaks off or is not the gzip it says it is. Send it again; the rows taken in until then are kept.",
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

/** The bytes of a body in pieces, each of many chunks; those before a fault come first. */
const pieces = (body: ReadableStream<Uint8Array>, { bodyIdleTimeoutSeconds, maxBodyBytes }: AccountSettings["Type"]) =>
  Stream.suspend(() => {
    const bytes = Format.bytesOf(body)
    const read = Effect.timeoutFail(Effect.tryPromise({ try: () => bytes.next(), catch: () => broken }), {
      duration: Duration.seconds(bodyIdleTimeoutSeconds),
      onTimeout: () =>
        new ApiError({
          code: "request_timeout",
          detail: `Nothing of the body came for ${bodyIdleTimeoutSeconds} s. Send it again; the rows taken in until then are kept.`,
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
            // The next chunk is written over this one.
            chunks.push(chunk.slice())
          }
        }
      }
      if (length > 0) return concat(chunks, length)
      return yield* Effect.fail(Option.fromNullable(fault))
    })
    // Whoever has fallen silent would be waited for.
    const leave = Effect.sync(() => void bytes.return(undefined).catch(() => {}))
    return Stream.ensuring(Stream.repeatEffectOption(piece), leave)
  })

const noCounts = { added: 0, unchanged: 0, changed: 0 }

/** Takes in a body that `refusalOf` finds nothing wrong with; gives what became of its rows. */
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
            detail: `The body was not there within ${bodyTimeoutSeconds} s. Send it in parts; the rows taken in until then are kept.`,
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
