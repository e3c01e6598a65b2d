/**
 * An operation of the contract as OpenAPI has it.
 */
import { type Operation, type OperationId, Problem, type ProblemCode, problems } from "@dwell/client/contract"
import * as JSONSchema from "effect/JSONSchema"
import * as Schema from "effect/Schema"
import { type DescribeRouteOptions, loadVendor, resolver } from "hono-openapi"
import { asOfHeader } from "../account/answer.ts"

const place = "#/components/schemas/"

/** Effect's schemas as those of OpenAPI 3.1, with what has a name among the components. */
export const loadEffect = (): void =>
  loadVendor("effect", {
    toJSONSchema: (schema) => {
      if (!Schema.isSchema(schema)) throw new TypeError("not a schema of Effect's")
      const definitions: Record<string, JSONSchema.JsonSchema7> = {}
      const made = JSONSchema.fromAST(schema.ast, { definitions, definitionPath: place, target: "openApi3.1" })
      return { ...made, $defs: definitions }
    },
  })

const standard = <A, I>(schema: Schema.Schema<A, I>) => resolver(Schema.standardSchemaV1(schema))

const json = "application/json"

const headers = {
  [asOfHeader]: {
    description: "Up to when the log is known, Unix seconds; absent where nothing is",
    schema: { type: "integer" as const },
  },
  "X-Request-Id": { description: "Names the request in logs", schema: { type: "string" as const } },
}

const tag = { description: "Names these very bytes, for If-None-Match", schema: { type: "string" as const } }

const failure = (codes: ReadonlyArray<ProblemCode>) => ({
  description: codes.map((code) => `\`${code}\`: ${problems[code][1]}`).join("; "),
  content: { "application/problem+json": { schema: standard(Problem) } },
})

/** The failures of an operation, by HTTP status. */
const failures = (codes: ReadonlyArray<ProblemCode>) => {
  const byStatus = Map.groupBy(codes, (code) => problems[code][0])
  return Object.fromEntries([...byStatus].map(([status, of]) => [`${status}`, failure(of)]))
}

/** What can go wrong with every operation. */
const anywhere: ReadonlyArray<ProblemCode> = [
  "invalid_request",
  "unauthorized",
  "forbidden",
  "not_found",
  "rate_limited",
  "internal",
  "store_unavailable",
]

const failuresOf = (id: OperationId, { media, method }: Operation): ReadonlyArray<ProblemCode> => [
  ...anywhere,
  ...(media.length > 1 ? (["not_acceptable"] as const) : []),
  ...(method === "get" ? (["question_too_large", "timeout"] as const) : []),
  ...(id === "postEvents" || id === "putAgents"
    ? (["invalid_body", "payload_too_large", "unsupported_media_type"] as const)
    : []),
  ...(id === "postEvents" ? (["request_timeout"] as const) : []),
  ...(id === "postSync" ? (["no_vendor", "vendor_failed"] as const) : []),
]

const isDocument = (media: string) => media === json

/** Describes it. */
export const describe = (id: OperationId, operation: Operation): DescribeRouteOptions => ({
  operationId: id,
  summary: operation.summary,
  description: `${operation.description}\n\nNeeds a key with the scope \`${operation.scope}\`.`,
  tags: [operation.method === "get" ? "Questions" : "Feeding"],
  security: [{ key: [] }],
  responses: {
    200: {
      description: operation.summary,
      headers: operation.method === "get" ? { ...headers, ETag: tag } : headers,
      content: Object.fromEntries(
        operation.media.map((media) => [
          media,
          isDocument(media) ? { schema: standard(operation.answer) } : { schema: { type: "string" } },
        ]),
      ),
    },
    ...(operation.method === "get" && id !== "getLive"
      ? { 304: { description: "The asker has it: what If-None-Match names is still true", headers } }
      : {}),
    ...failures(failuresOf(id, operation)),
  },
})
