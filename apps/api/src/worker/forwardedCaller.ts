/**
 * The caller in a request from the Worker to a Durable Object, which nothing else can reach.
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { Caller } from "../keys/Caller.ts"

const CallerContext = Schema.parseJson(
  Schema.Struct({ account: Schema.String, caller: Schema.NullOr(Caller), requestId: Schema.String }),
)
type CallerContext = typeof CallerContext.Type

const header = "X-Dwell-Caller"

/** Adds the caller to a request. */
export const withCaller = (request: Request, context: CallerContext): Request => {
  const forwarded = new Request(request)
  // A header is ASCII, but a key may have any name.
  forwarded.headers.set(header, encodeURIComponent(Schema.encodeSync(CallerContext)(context)))
  return forwarded
}

/** The caller of a request; `null` without one, which our Worker never sends. */
export const callerIn = (request: Request): CallerContext | null => {
  const text = request.headers.get(header)
  return text === null ? null : Either.getOrNull(Schema.decodeEither(CallerContext)(decodeURIComponent(text)))
}
