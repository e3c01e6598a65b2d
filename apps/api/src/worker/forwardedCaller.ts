/**
 * Who asks, as a Worker tells the Durable Object that answers: nobody else can reach that.
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { Caller } from "../keys/Caller.ts"

const CallerContext = Schema.parseJson(
  Schema.Struct({ account: Schema.String, caller: Schema.NullOr(Caller), requestId: Schema.String }),
)
type CallerContext = typeof CallerContext.Type

const header = "X-Dwell-Caller"

/** The request, and who asks. */
export const withCaller = (request: Request, context: CallerContext): Request => {
  const told = new Request(request)
  // A header holds no more than ASCII, and a key may have any name.
  told.headers.set(header, encodeURIComponent(Schema.encodeSync(CallerContext)(context)))
  return told
}

/** Who asks; `null` where nobody was named, which no Worker of ours does. */
export const callerIn = (request: Request): CallerContext | null => {
  const text = request.headers.get(header)
  return text === null ? null : Either.getOrNull(Schema.decodeEither(CallerContext)(decodeURIComponent(text)))
}
