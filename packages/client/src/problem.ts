/**
 * What a Dwell API answers where it can't do what it is asked: one envelope, RFC 9457, with a stable code.
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

/** What can go wrong, with the HTTP status and the title of each. */
export const problems: Readonly<Record<ProblemCode, readonly [status: number, title: string]>> = {
  invalid_request: [400, "The request can't be understood"],
  invalid_body: [400, "The body can't be read"],
  unauthorized: [401, "No valid key"],
  forbidden: [403, "The key may not do that"],
  not_found: [404, "There is nothing here"],
  method_not_allowed: [405, "That can't be done with it"],
  not_acceptable: [406, "It can't be written like that"],
  request_timeout: [408, "The body came too slowly"],
  no_vendor: [409, "Nothing says where to fetch from"],
  payload_too_large: [413, "The body is too large"],
  unsupported_media_type: [415, "The body is of a kind that isn't read"],
  question_too_large: [422, "The question asks for too much"],
  rate_limited: [429, "Too many requests"],
  internal: [500, "A bug in Dwell"],
  vendor_failed: [502, "ContactNow refused or is unreachable"],
  store_unavailable: [503, "What is kept can't be reached"],
  timeout: [504, "It took too long"],
}

/** The one envelope of failures, RFC 9457. */
export const Problem = Schema.Struct({
  type: Schema.String.annotations({ description: "where the code is explained" }),
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
      title: "The request can't be understood",
      status: 400,
      code: "invalid_request",
      detail: 'tz: "Mars/Olympus" is not a time zone. Give an IANA name such as Europe/London.',
      parameter: "tz",
      requestId: "0b5c2f3e-6f6a-4c3f-9a57-0f3e7b1f8c11",
    },
  ],
})
export type Problem = typeof Problem.Type
