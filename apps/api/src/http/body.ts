/**
 * Reads a small body: JSON, or the fields of a form.
 */
import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { ApiError } from "./problem.ts"

/** A name and a team for each of 20,000 agents are a few megabytes. */
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
      detail: "The body breaks off, or is not UTF-8. Send it again.",
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
            detail: `The body was not there within ${seconds} s. Send it again.`,
          }),
      }),
      Effect.onError(() => Effect.promise(() => reader.cancel().catch(() => undefined))),
    )
  })

/** The media type of a body. */
export const mediaTypeOf = ({ headers }: Request): string =>
  (headers.get("content-type") ?? "").split(";", 1).join("").trim().toLowerCase()

/** Says so of a body that is not of a media type. */
export const mediaTypeError = (request: Request, kind: string): ApiError | undefined =>
  mediaTypeOf(request) === kind
    ? undefined
    : new ApiError({ code: "unsupported_media_type", detail: `Content-Type: send ${kind}.` })

/** A form of ours has two fields. */
const maxFormBytes = 10_000

/** The fields of a form; of one that is named twice, the first. */
export const form = (request: Request, seconds: number): Effect.Effect<Readonly<Record<string, string>>, ApiError> =>
  Effect.gen(function* () {
    const refusal = mediaTypeError(request, "application/x-www-form-urlencoded")
    if (refusal !== undefined) return yield* refusal
    const text = yield* textOf(request, { bytes: maxFormBytes, seconds })
    return Object.fromEntries([...new URLSearchParams(text)].toReversed())
  })

/** The body, as a schema has it; all of it has to be there within so many seconds. */
export const json = <A, I>(
  request: Request,
  schema: Schema.Schema<A, I>,
  seconds: number,
): Effect.Effect<A, ApiError> =>
  Effect.gen(function* () {
    const refusal = mediaTypeError(request, "application/json")
    if (refusal !== undefined) return yield* refusal
    const text = yield* textOf(request, { bytes: maxJsonBytes, seconds })
    const decode = Schema.decodeUnknown(Schema.parseJson(schema), { onExcessProperty: "error" })
    return yield* Effect.mapError(decode(text), (error) => {
      const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
      const place = issue === undefined || issue.path.length === 0 ? "the body" : issue.path.join(".")
      const message = (issue?.message ?? "it can't be read").replaceAll(/\s+/g, " ")
      return new ApiError({
        code: "invalid_body",
        detail: `${place}: ${message.length > 300 ? `${message.slice(0, 300)}...` : message}. /docs has what the body is made of.`,
      })
    })
  })
