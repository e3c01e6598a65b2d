/**
 * The failures of a Dwell API: one envelope, RFC 9457, with a stable code.
 *
 * Source   docs/api.md
 */
import * as Schema from "effect/Schema"

const codes = [
  "invalid_request",
  "invalid_body",
  "unauthorized",
  "forbidden",
  "not_found",
  "method_not_allowed",
  "not_acceptable",
  "request_timeout",
  "no_vendor",
  "payload_too_large",
  "unsupported_media_type",
  "question_too_large",
  "rate_limited",
  "internal",
  "vendor_failed",
  "store_unavailable",
  "timeout",
] as const
export type ProblemCode = (typeof codes)[number]

/** The HTTP status and the title of each code. */
export const problems: Readonly<Record<ProblemCode, readonly [status: number, title: string]>> = {
  invalid_request: [400, "Invalid request"],
  invalid_body: [400, "Invalid body"],
  unauthorized: [401, "Missing or invalid key"],
  forbidden: [403, "Not allowed with this key"],
  not_found: [404, "Not found"],
  method_not_allowed: [405, "Method not allowed"],
  not_acceptable: [406, "Not acceptable"],
  request_timeout: [408, "The body arrived too slowly"],
  no_vendor: [409, "No ContactNow credentials"],
  payload_too_large: [413, "The body is too large"],
  unsupported_media_type: [415, "Unsupported media type"],
  question_too_large: [422, "The query asks for too much"],
  rate_limited: [429, "Too many requests"],
  internal: [500, "A bug in Dwell"],
  vendor_failed: [502, "ContactNow refused or is unreachable"],
  store_unavailable: [503, "The store is unavailable"],
  timeout: [504, "The response took too long"],
}

/** The one envelope of failures, RFC 9457. */
export const Problem = Schema.Struct({
  type: Schema.String.annotations({ description: "link to the explanation of the code" }),
  title: Schema.String,
  status: Schema.Number.annotations({ description: "the HTTP status" }),
  code: Schema.Literal(...codes),
  detail: Schema.String.annotations({ description: "what is wrong, and what to do about it" }),
  parameter: Schema.optionalWith(Schema.String.annotations({ description: "the query parameter that is wrong" }), {
    exact: true,
  }),
  requestId: Schema.String,
}).annotations({
  identifier: "Problem",
  examples: [
    {
      type: "/docs#invalid_request",
      title: "Invalid request",
      status: 400,
      code: "invalid_request",
      detail: 'tz: "Mars/Olympus" is not a time zone. Give an IANA name such as Europe/London.',
      parameter: "tz",
      requestId: "0b5c2f3e-6f6a-4c3f-9a57-0f3e7b1f8c11",
    },
  ],
})
export type Problem = typeof Problem.Type
