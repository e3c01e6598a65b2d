/**
 * Reads a small body: JSON, or the fields of a form.
 */
import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { ApiError } from "./problem.ts"

/** Names and teams of 20,000 agents take a few megabytes. */
const maxJsonBytes = 8_000_000

interface Limits {
  readonly bytes: number
  readonly seconds: number
}

const textOf = (request: Request, { bytes, seconds }: Limits): Effect.Effect<string, ApiError> =>
  Effect.gen(function* () {
    const tooLarge = new ApiError({
      code: "payload_too_large",
      detail: `The body has more than ${bytes} bytes. Send it in parts.`,
    })
    if (Number(request.headers.get("content-length") ?? 0) > bytes) return yield* tooLarge
    const reader = request.body?.getReader()
    if (reader === undefined) return ""
    const decoder = new TextDecoder("utf-8", { fatal: true })
    const read = async (): Promise<string | null> => {
      let length = 0
      let text = ""
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return text + decoder.decode()
        length += value.length
        if (length > bytes) return null
        text += decoder.decode(value, { stream: true })
      }
    }
    const broken = new ApiError({
      code: "invalid_body",
      detail: "The body is incomplete or not UTF-8. Send it again.",
    })
    return yield* Effect.tryPromise({ try: read, catch: () => broken }).pipe(
      Effect.filterOrFail(
        (text) => text !== null,
        () => tooLarge,
      ),
      Effect.timeoutFail({
        duration: `${seconds} seconds`,
        onTimeout: () =>
          new ApiError({
            code: "request_timeout",
            detail: `The body did not arrive within ${seconds} s. Send it again.`,
          }),
      }),
      Effect.onError(() => Effect.promise(() => reader.cancel().catch(() => undefined))),
    )
  })

/** The media type of a body. */
export const mediaTypeOf = ({ headers }: Request): string =>
  (headers.get("content-type") ?? "").split(";", 1).join("").trim().toLowerCase()

/** An error if a body does not have a media type. */
export const mediaTypeError = (request: Request, kind: string): ApiError | undefined =>
  mediaTypeOf(request) === kind
    ? undefined
    : new ApiError({ code: "unsupported_media_type", detail: `Content-Type: send ${kind}.` })

/** Our only form has two fields. */
const maxFormBytes = 10_000

/** The fields of a form; if a name occurs twice, the first. */
export const form = (request: Request, seconds: number): Effect.Effect<Readonly<Record<string, string>>, ApiError> =>
  Effect.gen(function* () {
    const apiError = mediaTypeError(request, "application/x-www-form-urlencoded")
    if (apiError !== undefined) return yield* apiError
    const text = yield* textOf(request, { bytes: maxFormBytes, seconds })
    return Object.fromEntries([...new URLSearchParams(text)].toReversed())
  })

/** The body decoded by a schema; it must arrive within the given seconds. */
export const json = <A, I>(
  request: Request,
  schema: Schema.Schema<A, I>,
  seconds: number,
): Effect.Effect<A, ApiError> =>
  Effect.gen(function* () {
    const apiError = mediaTypeError(request, "application/json")
    if (apiError !== undefined) return yield* apiError
    const text = yield* textOf(request, { bytes: maxJsonBytes, seconds })
    const decode = Schema.decodeUnknown(Schema.parseJson(schema), { onExcessProperty: "error" })
    return yield* Effect.mapError(decode(text), (error) => {
      const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
      const place = issue === undefined || issue.path.length === 0 ? "the body" : issue.path.join(".")
      const message = (issue?.message ?? "it is not valid").replaceAll(/\s+/g, " ")
      return new ApiError({
        code: "invalid_body",
        detail: `${place}: ${message.length > 300 ? `${message.slice(0, 300)}...` : message}. /docs describes the body.`,
      })
    })
  })
