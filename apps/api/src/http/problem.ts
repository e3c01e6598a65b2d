/**
 * What is answered where something can't be: one envelope, RFC 9457, with a stable code.
 *
 * Shape    `Refusal` is the failure inside, `response` what is sent of it
 */
import { type Problem, type ProblemCode, problems } from "@dwell/client/problem"
import { ContactNowError } from "@dwell/core/ContactNowError"
import { FormatError } from "@dwell/core/format/FormatError"
import { InvalidInput } from "@dwell/core/InvalidInput"
import { StoreError } from "@dwell/core/StoreError"
import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"

/** Something that the asker, or whoever runs the server, can do something about. */
export class ApiError extends Data.TaggedError("Refusal")<{
  readonly code: ProblemCode
  /** What is wrong, and what to do about it. */
  readonly detail: string
  /** The query parameter that is wrong. */
  readonly parameter?: string
  readonly headers?: Readonly<Record<string, string>>
}> {}

/** What is there, but takes other methods. */
export const methodNotAllowed = (methods: string): ApiError =>
  new ApiError({ code: "method_not_allowed", detail: `This takes ${methods}.`, headers: { Allow: methods } })

/** The parameter as the asker knows it, of what a message calls an option. */
const parameterIn = (what: string): string => what.replace(/^--/, "")

/** Says of a parameter what core says of an option. */
export const fromInvalidInput = ({ issue, remedy, what }: InvalidInput): ApiError => {
  const parameter = parameterIn(what)
  return new ApiError({
    code: "invalid_request",
    detail: `${parameter}: ${issue}. ${remedy.replaceAll("--", "")}`,
    parameter,
  })
}

const fromStoreError = (failure: StoreError): ApiError =>
  new ApiError({
    code: "store_unavailable",
    // Where the store is, is nobody's business.
    detail: `${failure.issue.replace(/^[^:]*: /, "")}. Try again later, or tell whoever runs this server.`,
    headers: failure.reason === "Locked" ? { "Retry-After": "5" } : {},
  })

/** The refusal that a failure amounts to; `undefined` for a bug. */
const expected = (failure: unknown): ApiError | undefined => {
  if (failure instanceof ApiError) return failure
  if (failure instanceof InvalidInput) return fromInvalidInput(failure)
  if (failure instanceof StoreError) return fromStoreError(failure)
  if (failure instanceof ContactNowError) return new ApiError({ code: "vendor_failed", detail: failure.message })
  if (failure instanceof FormatError) {
    return new ApiError({
      code: "invalid_body",
      detail: `${failure.message}. The rows before that are kept, and nothing counts as covered: mend the body and send it again.`,
    })
  }
  return undefined
}

/** What came of an effect; a failure is thrown, as a refusal where it amounts to one. */
export const valueOf = <A>(exit: Exit.Exit<A, unknown>): A => {
  if (Exit.isSuccess(exit)) return exit.value
  const failure = Cause.squash(exit.cause)
  throw expected(failure) ?? failure
}

/** What there is no route for. */
export const noSuchRoute = new ApiError({
  code: "not_found",
  detail: "There is nothing here. /docs lists what there is.",
})

/** What nobody expects. */
export const internalError = new ApiError({
  code: "internal",
  detail: "This is a bug in Dwell. Tell whoever runs this server the request id.",
})

/**
 * The refusal of a failure. What nobody expects is logged with its stack, and told without it; what whoever runs the server
 * has to mend is logged with where it is.
 */
export const apiErrorOf = (cause: Cause.Cause<unknown>): Effect.Effect<ApiError> => {
  const failure = Cause.squash(cause)
  const refusal = expected(failure)
  if (refusal === undefined) return Effect.as(Effect.logError("a bug", cause), internalError)
  return failure instanceof StoreError ? Effect.as(Effect.logError(failure.message), refusal) : Effect.succeed(refusal)
}

/** A refusal as it is sent. */
export const response = ({ code, detail, headers, parameter }: ApiError, requestId: string): Response => {
  const [status, title] = problems[code]
  const body: Problem = {
    type: `/docs#${code}`,
    title,
    status,
    code,
    detail,
    ...(parameter === undefined ? {} : { parameter }),
    requestId,
  }
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/problem+json", "Cache-Control": "no-store", ...headers },
  })
}
