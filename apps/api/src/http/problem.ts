/**
 * Failures as responses: one envelope, RFC 9457, with a stable code.
 *
 * Shape    `ApiError` is the failure inside, `response` is what is sent
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

/** A failure that the caller or the operator of the server can do something about. */
export class ApiError extends Data.TaggedError("ApiError")<{
  readonly code: ProblemCode
  /** What is wrong, and what to do about it. */
  readonly detail: string
  /** The query parameter that is wrong. */
  readonly parameter?: string
  readonly headers?: Readonly<Record<string, string>>
}> {}

/** The error of a route that has other methods. */
export const methodNotAllowed = (methods: string): ApiError =>
  new ApiError({ code: "method_not_allowed", detail: `Allowed methods: ${methods}.`, headers: { Allow: methods } })

/** The name of a query parameter, for an option named in a message of core. */
const parameterIn = (what: string): string => what.replace(/^--/, "")

/** Core's failure about an option, reworded for a query parameter. */
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
    // The location of the store stays private.
    detail: `${failure.issue.replace(/^[^:]*: /, "")}. Try again later, or tell the operator of this server.`,
    headers: failure.reason === "Locked" ? { "Retry-After": "5" } : {},
  })

/** The error to send for a failure; `undefined` for a bug. */
const expected = (failure: unknown): ApiError | undefined => {
  if (failure instanceof ApiError) return failure
  if (failure instanceof InvalidInput) return fromInvalidInput(failure)
  if (failure instanceof StoreError) return fromStoreError(failure)
  if (failure instanceof ContactNowError) return new ApiError({ code: "vendor_failed", detail: failure.message })
  if (failure instanceof FormatError) {
    return new ApiError({
      code: "invalid_body",
      detail: `${failure.message}. The rows before it are stored, but the span does not count as covered. Fix the body and send it again.`,
    })
  }
  return undefined
}

/** The value of an exit. A failure is thrown, as an `ApiError` if it is an expected one. */
export const valueOf = <A>(exit: Exit.Exit<A, unknown>): A => {
  if (Exit.isSuccess(exit)) return exit.value
  const failure = Cause.squash(exit.cause)
  throw expected(failure) ?? failure
}

/** The error of a path without a route. */
export const noSuchRoute = new ApiError({
  code: "not_found",
  detail: "There is no such route. /docs lists all routes.",
})

/** The error that is sent for a bug. */
export const internalError = new ApiError({
  code: "internal",
  detail: "This is a bug in Dwell. Tell the operator of this server the request id.",
})

/**
 * The error to send for a failure. A bug is logged with its stack, and sent without it. A failure of the store is logged with
 * its location, for the operator.
 */
export const apiErrorOf = (cause: Cause.Cause<unknown>): Effect.Effect<ApiError> => {
  const failure = Cause.squash(cause)
  const apiError = expected(failure)
  if (apiError === undefined) return Effect.as(Effect.logError("a bug", cause), internalError)
  return failure instanceof StoreError
    ? Effect.as(Effect.logError(failure.message), apiError)
    : Effect.succeed(apiError)
}

/** An error as a response. */
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
