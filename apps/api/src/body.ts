/** Reads a small body of JSON. */
import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { Refusal } from "./problem.ts"

/** A name and a team for each of 20,000 agents are a few megabytes. */
const largestBytes = 8_000_000

const tooLarge = new Refusal({
  code: "payload_too_large",
  detail: `The body has more than ${largestBytes} bytes. Send it in parts.`,
})

const textOf = async (request: Request): Promise<string | null> => {
  let bytes = 0
  let text = ""
  const decoder = new TextDecoder("utf-8", { fatal: true })
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length
    if (bytes > largestBytes) return null
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** The body, as a schema has it. */
export const json = <A, I>(request: Request, schema: Schema.Schema<A, I>): Effect.Effect<A, Refusal> =>
  Effect.gen(function* () {
    const kind = (request.headers.get("content-type") ?? "").split(";", 1).join("").trim().toLowerCase()
    if (kind !== "application/json") {
      return yield* new Refusal({ code: "unsupported_media_type", detail: "Content-Type: send application/json." })
    }
    if (Number(request.headers.get("content-length") ?? 0) > largestBytes) return yield* tooLarge
    const text = yield* Effect.tryPromise({
      try: () => textOf(request),
      catch: () => new Refusal({ code: "invalid_body", detail: "The body breaks off, or is not UTF-8. Send it again." }),
    })
    if (text === null) return yield* tooLarge
    const decode = Schema.decodeUnknown(Schema.parseJson(schema), { onExcessProperty: "error" })
    return yield* Effect.mapError(decode(text), (error) => {
      const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
      const place = issue === undefined || issue.path.length === 0 ? "the body" : issue.path.join(".")
      const message = (issue?.message ?? "it can't be read").replaceAll(/\s+/g, " ")
      return new Refusal({
        code: "invalid_body",
        detail: `${place}: ${message.length > 300 ? `${message.slice(0, 300)}...` : message}. /docs has what the body is made of.`,
      })
    })
  })
