/**
 * The OpenAPI descriptions of the operations of the contract and of the keys.
 */
import { type Operation, type OperationId, Problem, type ProblemCode, problems } from "@dwell/client/contract"
import { asOfHeader } from "@dwell/client/paths"
import * as JSONSchema from "effect/JSONSchema"
import * as Schema from "effect/Schema"
import { type DescribeRouteOptions, loadVendor, resolver } from "hono-openapi"

const place = "#/components/schemas/"

/** Converts Effect schemas to OpenAPI 3.1; schemas with an identifier become components. */
export const loadEffect = (): void =>
  loadVendor("effect", {
    toJSONSchema: (schema) => {
      if (!Schema.isSchema(schema)) throw new TypeError("not a schema of Effect's")
      const definitions: Record<string, JSONSchema.JsonSchema7> = {}
      const made = JSONSchema.fromAST(schema.ast, { definitions, definitionPath: place, target: "openApi3.1" })
      // A query without parameters: the name that Effect gives it is not valid for a component.
      if ("$id" in made && made.$id === "/schemas/%7B%7D") return { type: "object", properties: {} }
      return { ...made, $defs: definitions }
    },
  })

const standard = <A, I>(schema: Schema.Schema<A, I>) => resolver(Schema.standardSchemaV1(schema))

const json = "application/json"

const requestIdHeader = {
  "X-Request-Id": { description: "Id of the request, as in the logs", schema: { type: "string" as const } },
}

const headers = {
  [asOfHeader]: {
    description: "The log is known up to this instant, Unix seconds; absent if nothing is known",
    schema: { type: "integer" as const },
  },
  ...requestIdHeader,
}

const tag = { description: "Identifies these bytes, for If-None-Match", schema: { type: "string" as const } }

const inPath = (name: string, description: string, example: string) => ({
  name,
  in: "path" as const,
  required: true,
  description,
  example,
  schema: { type: "string" as const },
})

const places: Readonly<Record<string, ReturnType<typeof inPath>>> = {
  account: inPath("account", "Name of the account", "london"),
  agent: inPath("agent", "Id of the agent in ContactNow", "700101"),
  id: inPath("id", "The public part of the key, as in the list of keys", "5f0c2a9be14d7360"),
}

/** The parameters in a Hono path. */
const parametersOf = (path: string) =>
  [...path.matchAll(/:(\w+)/g)].flatMap(([, name]) => (name === undefined ? [] : (places[name] ?? [])))

const failure = (codes: ReadonlyArray<ProblemCode>) => ({
  description: codes.map((code) => `\`${code}\`: ${problems[code][1]}`).join("; "),
  headers: requestIdHeader,
  content: { "application/problem+json": { schema: standard(Problem) } },
})

/** The failures of an operation, by HTTP status. */
const failures = (codes: ReadonlyArray<ProblemCode>) => {
  const byStatus = Map.groupBy(codes, (code) => problems[code][0])
  return Object.fromEntries([...byStatus].map(([status, of]) => [`${status}`, failure(of)]))
}

/** The failures of every operation. */
const anywhere: ReadonlyArray<ProblemCode> = [
  "unauthorized",
  "forbidden",
  "rate_limited",
  "internal",
  "store_unavailable",
]

/** The failures of an operation with a body. */
const ofBody: ReadonlyArray<ProblemCode> = [
  "invalid_body",
  "request_timeout",
  "payload_too_large",
  "unsupported_media_type",
]

/** Operations whose response can't be too large. */
const small: ReadonlySet<OperationId> = new Set(["getAgents", "getAgent", "getCoverage", "getLive"])

const failuresOf = (id: OperationId, operation: Operation): ReadonlyArray<ProblemCode> => [
  ...anywhere,
  "invalid_request",
  "not_found",
  ...(operation.media.length > 1 ? (["not_acceptable"] as const) : []),
  ...(operation.method === "get" && !small.has(id) ? (["question_too_large"] as const) : []),
  ...(operation.method === "post" ? [] : (["timeout"] as const)),
  ...(id === "postEvents" || id === "putAgents" ? ofBody : []),
  ...(id === "postSync" ? (["no_vendor", "vendor_failed"] as const) : []),
]

const text = { schema: { type: "string" as const } }

const bodyOf = (id: OperationId, { body }: Operation): Pick<DescribeRouteOptions, "requestBody"> => {
  if (body !== undefined) return { requestBody: { required: true, content: { [json]: { schema: standard(body) } } } }
  if (id !== "postEvents") return {}
  return {
    requestBody: {
      required: true,
      description: "Rows of status_log, uncompressed or with `Content-Encoding: gzip`",
      content: { "application/x-ndjson": text, "text/csv": text, [json]: text, "application/xml": text },
    },
  }
}

const isDocument = (media: string) => media === json

/** The headers of a response; a stream has no ETag. */
const headersOf = (id: OperationId) => (id === "getLive" ? headers : { ...headers, ETag: tag })

/** Describes an operation of the contract. */
export const describe = (id: OperationId, operation: Operation): DescribeRouteOptions => ({
  operationId: id,
  summary: operation.summary,
  description: `${operation.description}\n\nNeeds a key with the scope \`${operation.scope}\`.`,
  tags: [operation.method === "get" ? "Questions" : "Feeding"],
  security: [{ key: [] }],
  parameters: parametersOf(operation.path),
  ...bodyOf(id, operation),
  responses: {
    200: {
      description: operation.summary,
      headers: operation.method === "get" ? headersOf(id) : requestIdHeader,
      content: Object.fromEntries(
        operation.media.map((media) => [media, isDocument(media) ? { schema: standard(operation.answer) } : text]),
      ),
    },
    ...(operation.method === "get" && id !== "getLive"
      ? { 304: { description: "Not modified: the ETag in If-None-Match is still current", headers } }
      : {}),
    ...failures(failuresOf(id, operation)),
  },
})

export interface KeyOperation {
  readonly operationId: string
  readonly path: `/v1/${string}`
  readonly summary: string
  readonly description: string
  /** The schema of the request body. Default: no body. */
  readonly body?: Schema.Schema.AnyNoContext
  readonly answer: Schema.Schema.AnyNoContext
  readonly status: 200 | 201
  /** Failures besides those of every operation. */
  readonly codes?: ReadonlyArray<ProblemCode>
}

/** Describes an operation of the keys. */
export const describeKeys = (operation: KeyOperation): DescribeRouteOptions => {
  const { answer, body, codes = [], description, operationId, path, status, summary } = operation
  return {
    operationId,
    summary,
    description: `${description}\n\nNeeds a key with the scope \`admin\`.`,
    tags: ["Keys"],
    security: [{ key: [] }],
    parameters: parametersOf(path),
    ...(body === undefined ? {} : { requestBody: { required: true, content: { [json]: { schema: standard(body) } } } }),
    responses: {
      [status]: {
        description: summary,
        headers: requestIdHeader,
        content: { [json]: { schema: standard(answer) } },
      },
      ...failures([...anywhere, ...(body === undefined ? [] : ofBody), ...codes]),
    },
  }
}
