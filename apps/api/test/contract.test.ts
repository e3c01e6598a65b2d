import { writeFileSync } from "node:fs"
import { request as httpRequest } from "node:http"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import type { ProblemCode } from "@dwell/client/contract"
import { make as emulator } from "@dwell/emulator"
import { serve as serveEmulator } from "@dwell/emulator/node"
import { whenDone } from "@dwell/testing/resources"
import { Ajv2020 } from "ajv/dist/2020.js"
import formats from "ajv-formats"
import * as Schema from "effect/Schema"
import * as Redacted from "effect/Redacted"
import { beforeAll, describe, expect, it } from "vitest"
import { make as accountApp } from "../src/routes/accountApp.ts"
import * as gateway from "../src/gateway/gateway.ts"
import * as RateLimit from "../src/http/rateLimit.ts"
import { make as keysApp } from "../src/keys/routes/keysApp.ts"
import { document as made } from "../src/openapi/document.ts"
import { bytesOf, feed, issue, showing } from "./Api.ts"
import { type NodeApi, onNode } from "./onNode.ts"
import { day, events, readAt, whole } from "./day.ts"

const Described = Schema.Struct({
  description: Schema.optional(Schema.String),
  content: Schema.optional(
    Schema.Record({
      key: Schema.String,
      value: Schema.Struct({ schema: Schema.Record({ key: Schema.String, value: Schema.Unknown }) }),
    }),
  ),
})
const Parameter = Schema.Struct({
  name: Schema.String,
  in: Schema.String,
  description: Schema.NonEmptyString,
  example: Schema.optional(Schema.Unknown),
  schema: Schema.Struct(
    { examples: Schema.optional(Schema.Array(Schema.Unknown)) },
    { key: Schema.String, value: Schema.Unknown },
  ),
})
const OperationOf = Schema.Struct({
  operationId: Schema.NonEmptyString,
  summary: Schema.NonEmptyString,
  description: Schema.NonEmptyString,
  tags: Schema.NonEmptyArray(Schema.String),
  security: Schema.NonEmptyArray(Schema.Unknown),
  parameters: Schema.optionalWith(Schema.Array(Parameter), { default: () => [] }),
  requestBody: Schema.optional(Described),
  responses: Schema.Record({ key: Schema.String, value: Described }),
})
const Document = Schema.Struct({
  tags: Schema.Array(Schema.Struct({ name: Schema.String })),
  paths: Schema.Record({ key: Schema.String, value: Schema.Record({ key: Schema.String, value: OperationOf }) }),
  components: Schema.Struct({ schemas: Schema.Record({ key: Schema.String, value: Schema.Unknown }) }),
})

/** As the server sends it. */
const plain: unknown = JSON.parse(JSON.stringify(await made()))
const document = Schema.decodeUnknownSync(Document)(plain)

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
)
type Op = (typeof operations)[number]

/** The codes that an operation names of a failure. */
const codesOf = ({ responses }: Op): ReadonlyArray<readonly [code: string, status: number]> =>
  Object.entries(responses).flatMap(([status, { description = "" }]) =>
    Number(status) < 400
      ? []
      : [...description.matchAll(/`(\w+)`/g)].map(([, code = ""]) => [code, Number(status)] as const),
  )

const ajv = new Ajv2020({ strict: true, allErrors: true, strictTypes: false, keywords: ["components", "example"] })
formats.default(ajv)
const compiled = new Map<object, ReturnType<typeof ajv.compile>>()
/** What is wrong with a value, if anything is. */
const valid = (schema: object, value: unknown): string => {
  const check = compiled.get(schema) ?? ajv.compile({ allOf: [schema], components: document.components })
  compiled.set(schema, check)
  return check(value) ? "" : ajv.errorsText(check.errors)
}

const window = `from=${day.from}&to=${day.to}`

/** A request; the account, where there is one, is `london`. */
interface Asked {
  readonly account?: string
  readonly part?: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

const ndjson = { "content-type": "application/x-ndjson" }
const json = { "content-type": "application/json" }
const row = new TextDecoder().decode(await bytesOf(events.slice(0, 1)))
const newKey = { name: "made", scopes: ["read"], accounts: ["london"], expiresAt: null }

/** What each operation is asked, so that it answers. */
const good: Readonly<Record<string, Asked>> = {
  getReport: { query: `${window}&bucket=P1D&group=team` },
  getIntervals: { query: `${window}&limit=50` },
  getSessions: { query: window },
  getStaffing: { query: `${window}&step=PT15M` },
  getEvents: { query: `${window}&limit=50` },
  getAgents: {},
  getAgent: { part: "700101" },
  getSnapshot: {},
  getAt: { query: `instant=${day.from + 3600}` },
  getCoverage: {},
  getLive: {},
  getTimelinePicture: { query: window },
  getStaffingPicture: { query: window },
  postEvents: { headers: ndjson, body: row },
  putAgents: { headers: json, body: JSON.stringify({ agents: [{ agent: 700_101, name: "Ada 01", team: "Sales" }] }) },
  postSync: { account: "paris", query: "from=-2h" },
  getKeys: {},
  postKey: { headers: json, body: JSON.stringify(newKey) },
  postKeyRotation: { headers: json, body: JSON.stringify({ graceSeconds: 60 }) },
  deleteKey: {},
  getAudit: {},
}

const centre = emulator({ agents: 6, days: 2 })
const paris = { username: "api-user", password: "api-key", addresses: ["127.0.0.1"] }
let vendor: Awaited<ReturnType<typeof serveEmulator>>
const opened = async (...given: Parameters<typeof onNode>): Promise<NodeApi> => {
  const api = await onNode(...given)
  // An account of which nothing is known yet: a key for all makes none by asking.
  writeFileSync(join(api.data, "accounts", "london.sqlite"), "")
  return api
}
let api: NodeApi

const lazily = <A>(make: () => Promise<A>): (() => Promise<A>) => {
  let value: Promise<A> | undefined
  return () => (value ??= make())
}

const bug = (): never => {
  throw new Error("a bug of tests: /home/nobody/secret.ts")
}

beforeAll(async () => {
  vendor = await serveEmulator(centre, { port: 0 })
  whenDone(vendor.close)
  api = await opened({
    DWELL_VENDORS: JSON.stringify({
      paris: { baseUrl: `${vendor.url}/`, ...paris },
      rome: { baseUrl: `${vendor.url}/`, ...paris, password: "wrong" },
    }),
  })
  const { key } = await issue(api)
  await feed(api, "london", key, events, whole)
})

const pathOf = ({ path }: Op, { account = "london", part = "", query }: Asked): string =>
  `${path.replace("{account}", account).replace("{agent}", part).replace("{id}", part)}${query === undefined ? "" : `?${query}`}`

const ask = (operation: Op, asked: Asked, server = api) =>
  server.fetch(pathOf(operation, asked), {
    method: operation.method,
    headers: { ...showing(server.adminKey), ...asked.headers },
    ...(asked.body === undefined ? {} : { body: asked.body }),
  })

/** What an operation on one key is asked about: a key of its own. */
const goodOf = async ({ operationId }: Op): Promise<Asked> => {
  const asked = good[operationId] ?? {}
  if (operationId !== "postKeyRotation" && operationId !== "deleteKey") return asked
  return { ...asked, part: (await issue(api)).info.id }
}

/** A body that begins and never goes on. */
const stalled = (operation: Op, asked: Asked, server: NodeApi): Promise<Response> =>
  new Promise((resolve, reject) => {
    const sent = httpRequest(
      `${server.url}${pathOf(operation, asked)}`,
      {
        method: operation.method,
        headers: { ...showing(server.adminKey), ...asked.headers, "content-length": 10_000 },
      },
      (incoming) => {
        let body = ""
        incoming.setEncoding("utf8").on("data", (chunk: string) => (body += chunk))
        incoming.on("end", () => {
          const type = incoming.headers["content-type"] ?? ""
          resolve(new Response(body, { status: incoming.statusCode ?? 0, headers: { "content-type": type } }))
          sent.destroy()
        })
      },
    )
    sent.on("error", reject)
    sent.write(asked.body?.slice(0, 20))
  })

const thousands = `agent=${Array.from({ length: 1001 }, (_, index) => index + 1).join(",")}`

/** Its minute never ends. */
const strictOne = lazily(() => opened({ DWELL_REQUESTS_PER_MINUTE: "1" }, { now: () => 1000 * readAt }))

/** A busy machine is silent for longer, so this one gets no body that has an end. */
const impatient = lazily(() =>
  opened({}, { broken: (sound) => ({ ...sound, settings: { ...sound.settings, bodyIdleTimeoutSeconds: 0.05 } }) }),
)

const damaged = lazily(async () => {
  const server = await opened()
  const text = "no database at all, but a text of some length".repeat(99)
  writeFileSync(join(server.data, "accounts", "london.sqlite"), text)
  writeFileSync(join(server.data, "keys.sqlite"), text)
  return server
})

/** Where settings and credentials throw at what looks at them, and where keys are asked for. */
const buggy = lazily(async () => {
  const wiped = Redacted.make("gone")
  Redacted.unsafeWipe(wiped)
  const broken = {
    get answerTimeoutSeconds() {
      return bug()
    },
    get bodyIdleTimeoutSeconds() {
      return bug()
    },
  }
  return opened(
    {},
    {
      broken: (sound) => ({
        ...sound,
        settings: Object.defineProperties({ ...sound.settings }, Object.getOwnPropertyDescriptors(broken)),
        vendors: { paris: { ...paris, baseUrl: vendor.url, username: wiped, password: wiped } },
      }),
    },
  )
})

/** Its clock goes on by more than an answer may take, whenever one is asked for. */
const slow = lazily(async () => {
  const answerTimeoutSeconds = 0.01
  let now = 1000 * readAt
  const server = await opened(
    {},
    {
      now: () => now,
      broken: (sound) => ({
        ...sound,
        settings: Object.defineProperty({ ...sound.settings }, "answerTimeoutSeconds", {
          get: () => {
            // Before anything that waits is gone on with.
            queueMicrotask(() => (now += 2000 * answerTimeoutSeconds))
            return answerTimeoutSeconds
          },
        }),
      }),
    },
  )
  const { key } = await issue(server)
  await feed(server, "london", key, events.slice(0, 10), whole)
  return server
})

/** What lies behind breaks, whatever is asked of it. */
const backends: gateway.Backends = {
  authenticate: async () => ({
    key: "a",
    name: "a",
    scopes: ["admin"],
    accounts: "*",
    expiresAt: null,
    rateLimitKey: "a",
  }),
  keys: bug,
  account: bug,
  openapi: bug,
  isReady: bug,
  limit: () => ({ isAllowed: true, policy: RateLimit.defaultPolicy, remaining: 1, resetSeconds: 1 }),
  logRequest: () => undefined,
  logBug: () => undefined,
  origins: [],
  metrics: () => "",
}

/** What brings about each failure, of whichever operation. */
const provoked: Readonly<Record<Exclude<ProblemCode, "method_not_allowed">, (operation: Op) => Promise<Response>>> = {
  unauthorized: async (operation) => ask(operation, { ...(await goodOf(operation)), headers: showing("dwell_0") }),
  forbidden: async (operation) => {
    const { key } = await issue(api, {
      scopes: operation.tags[0] === "Questions" ? ["ingest"] : ["read"],
      accounts: ["london", "paris"],
    })
    const asked = await goodOf(operation)
    return ask(operation, { ...asked, headers: { ...asked.headers, ...showing(key) } })
  },
  not_found: async (operation) => {
    if (operation.tags[0] === "Keys") return ask(operation, { ...(await goodOf(operation)), part: "0000000000000000" })
    const { key } = await issue(api, { accounts: ["paris"] })
    return ask(operation, { ...(await goodOf(operation)), account: "london", headers: showing(key) })
  },
  rate_limited: async (operation) => {
    const strict = await strictOne()
    await ask(operation, { part: "1" }, strict)
    return ask(operation, { part: "1" }, strict)
  },
  invalid_request: async (operation) => {
    const asked = await goodOf(operation)
    if (operation.operationId === "postKey")
      return ask(operation, { ...asked, body: JSON.stringify({ ...newKey, expiresAt: 1 }) })
    if (operation.operationId !== "postKeyRotation") return ask(operation, { ...asked, query: "sql=1" })
    await ask(operation, asked)
    return ask(operation, asked)
  },
  invalid_body: async (operation) => ask(operation, { ...(await goodOf(operation)), body: '{"agents": [' }),
  request_timeout: async (operation) => stalled(operation, await goodOf(operation), await impatient()),
  payload_too_large: async (operation) => {
    const server = operation.operationId === "postEvents" ? await opened({ DWELL_LARGEST_BODY: "1000" }) : api
    return ask(operation, { ...(await goodOf(operation)), body: " ".repeat(8_000_001) }, server)
  },
  unsupported_media_type: async (operation) =>
    ask(operation, { ...(await goodOf(operation)), headers: { "content-type": "image/png" } }),
  not_acceptable: async (operation) =>
    ask(operation, { ...(await goodOf(operation)), headers: { accept: "image/png" } }),
  question_too_large: async (operation) => {
    const asked = await goodOf(operation)
    const query = operation.operationId === "getAt" ? `${asked.query}&${thousands}` : thousands
    return ask(operation, { ...asked, query: operation.operationId === "getSnapshot" ? thousands : query })
  },
  no_vendor: async (operation) => ask(operation, { account: "london" }),
  vendor_failed: async (operation) => ask(operation, { account: "rome" }),
  store_unavailable: async (operation) => {
    return ask(operation, { ...good[operation.operationId], account: "london", part: "1" }, await damaged())
  },
  internal: async (operation) => {
    const asked = { ...good[operation.operationId], part: "1" }
    if (operation.tags[0] !== "Keys") return ask(operation, asked, await buggy())
    return gateway.make(backends).request(pathOf(operation, asked), { method: operation.method, headers: showing("a") })
  },
  timeout: async (operation) => {
    const asked = { ...good[operation.operationId], part: "700101" }
    return operation.method === "PUT" ? stalled(operation, asked, await slow()) : ask(operation, asked, await slow())
  },
}

const isCode = (code: string): code is keyof typeof provoked => Object.hasOwn(provoked, code)

describe("the OpenAPI document", () => {
  it("is what the server sends", async () => {
    expect(await (await api.fetch("/openapi.json")).json()).toEqual(plain)
  })

  it("has every route but pages and what machines ask about the server itself", () => {
    const routes = [accountApp(), keysApp(), gateway.make(backends)].flatMap(({ routes: all }) => all)
    const named = routes
      .filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`)
    expect([...new Set(named)].toSorted()).toEqual(
      [
        ...operations.map(({ method, path }) => `${method} ${path}`),
        "GET /",
        "GET /docs",
        "GET /healthz",
        "GET /metrics",
        "GET /openapi.json",
        "GET /readyz",
        "GET /session",
        "GET /v1/accounts/{account}/wallboard",
        "POST /session",
        "POST /session/end",
      ].toSorted(),
    )
  })

  it("describes every operation and parameter, with an example that is valid", () => {
    const tags = document.tags.map(({ name }) => name)
    for (const { operationId, parameters, tags: own } of operations) {
      expect(tags, operationId).toEqual(expect.arrayContaining([...own]))
      for (const { example, name, schema } of parameters) {
        const [first = example] = schema.examples ?? []
        expect(valid(schema, first), `${operationId} ${name}`).toBe("")
        expect(first, `${operationId} ${name}`).toBeDefined()
      }
    }
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
  })

  it("has no example that its schema refuses, and no number without unit or meaning", () => {
    const wrong: Array<string> = []
    const walk = (value: unknown, place: string, isSaid: boolean): void => {
      if (Array.isArray(value)) {
        value.forEach((each, index) => walk(each, `${place}/${index}`, isSaid))
      } else if (typeof value === "object" && value !== null) {
        const said = isSaid || "description" in value
        if ("type" in value && (value.type === "number" || value.type === "integer") && !said)
          wrong.push(`${place}: no unit`)
        if ("examples" in value && Array.isArray(value.examples)) {
          const faults = value.examples.map((example: unknown) => valid(value, example)).filter((fault) => fault !== "")
          wrong.push(...faults.map((fault) => `${place}: ${fault}`))
        }
        for (const [name, each] of Object.entries(value)) {
          // What is said of a value goes for what it may be, and for no member of it.
          walk(each, `${place}/${name}`, said && ["anyOf", "items", "0", "1"].includes(name))
        }
      }
    }
    walk(document.components.schemas, "#/components/schemas", false)
    walk(document.paths, "#/paths", true)
    expect(wrong).toEqual([])
  })

  it("names the codes that this test provokes, and no others", () => {
    const named = new Set(operations.flatMap(codesOf).map(([code]) => code))
    expect([...named].toSorted()).toEqual(Object.keys(provoked).toSorted())
    expect(Object.keys(good).toSorted()).toEqual(operations.map(({ operationId }) => operationId).toSorted())
  })
})

/** What an answer of server-sent events says first. */
const firstEvent = async (response: Response): Promise<unknown> => {
  let text = ""
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk)
    const found = /^event: snapshot\ndata: (.*)\n\n/m.exec(text)
    if (found?.[1] !== undefined) return JSON.parse(found[1])
  }
  return null
}

describe.each(operations)("$operationId", (operation) => {
  const success = Object.entries(operation.responses).filter(([status]) => status.startsWith("2"))

  it("answers as the document says, in every format that it names", async () => {
    const [[status, { content = {} }] = ["", {}], ...others] = success
    const faults: Array<string> = []
    for (const [type, schema] of Object.entries(content).map(([each, { schema: of }]) => [each, of] as const)) {
      const asked = await goodOf(operation)
      const response = await ask(operation, { ...asked, headers: { ...asked.headers, accept: type } })
      expect([`${response.status}`, response.headers.get("content-type")?.split(";", 1)]).toEqual([status, [type]])
      if (type === "text/event-stream") {
        faults.push(valid({ $ref: "#/components/schemas/At" }, await firstEvent(response)))
      } else if (type === "application/json") {
        faults.push(valid(schema, await response.json()))
      } else {
        faults.push((await response.bytes()).length > 10 ? "" : `${type} is empty`)
      }
    }
    expect(others).toEqual([])
    expect(faults.filter((fault) => fault !== "")).toEqual([])
  })

  it.for(codesOf(operation))("refuses with %s, %i", async ([code, status]) => {
    if (!isCode(code)) throw new Error(`nothing provokes ${code}`)
    const response = await provoked[code](operation)
    const type = response.headers.get("content-type")
    expect([response.status, type]).toEqual([status, "application/problem+json"])
    const content = operation.responses[`${status}`]?.content?.["application/problem+json"]
    const problem: unknown = await response.json()
    expect(valid(content?.schema ?? {}, problem)).toBe("")
    expect(problem).toMatchObject({ code, status })
    expect(JSON.stringify(problem)).not.toMatch(/\.ts|\/home|at .*:\d+:\d+/)
  })
})

it.each(operations.filter(({ responses }) => "304" in responses))(
  "$operationId is not sent again to a client that has it",
  async (operation) => {
    const asked = await goodOf(operation)
    const first = await ask(operation, asked)
    const again = await ask(operation, { ...asked, headers: { "if-none-match": first.headers.get("etag") ?? "" } })
    expect([again.status, await again.text()]).toEqual([304, ""])
  },
)

const postEvents = operations.find(({ operationId }) => operationId === "postEvents") ?? bug()

it("postEvents says when to try again while another program writes to the store", async () => {
  const asked = await goodOf(postEvents)
  const other = new DatabaseSync(join(api.data, "accounts", "london.sqlite"))
  other.exec("BEGIN IMMEDIATE")
  const response = await ask(postEvents, { ...asked, body: asked.body?.replaceAll("10000", "99999") ?? "" })
  other.exec("ROLLBACK")
  other.close()
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"])
  expect(await response.json()).toMatchObject({ code: "store_unavailable" })
  expect((await ask(postEvents, asked)).status).toBe(200)
})
