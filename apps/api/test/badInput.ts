/** The answer to bad input is a refusal that says what is wrong, and what is stored stays as it is. */
import { type Operation, operations, Problem } from "@dwell/client/contract"
import * as JSONSchema from "effect/JSONSchema"
import * as Schema from "effect/Schema"
import { beforeAll, describe, expect, it } from "vitest"
import { type Api, bytesOf, feed, gzipped, issue, showing } from "./Api.ts"
import { day, events, readAt, whole } from "./day.ts"

const account = "badly"

/** Texts that are nothing which any parameter takes, but for what is left out. */
const rubbish: ReadonlyArray<string> = [
  "",
  "%20",
  "-1",
  "-999999999999999999999",
  "NaN",
  "Infinity",
  "1e400",
  "0x10",
  "1.5",
  "99999999999999999999",
  "Mars/Olympus",
  "2026-13-45T25:61:00Z",
  "9999-12-31T23:59:59Z",
  "null",
  "undefined",
  "true%20",
  "%27%20OR%201%3D1%20--",
  "1;DROP%20TABLE%20events",
  "%00",
  "a%00b",
  "%07%1b%5b2J",
  "%0d%0aSet-Cookie:%20a=b",
  "%F0%9F%98%80",
  "%ED%A0%80",
  "%FF",
  "%",
  "%E0%A4%A",
  "..%2f..%2fetc%2fpasswd",
  "__proto__",
  "constructor",
  "%7B%7D",
  "[object%20Object]",
]

const long = "9".repeat(10_000)

/** The queries that are wrong about one parameter, as they stand in an address. */
const queriesOf = (name: string): ReadonlyArray<string> => [
  ...rubbish.map((text) => `${name}=${text}`),
  name,
  `${name}=${long}`,
  `${name}=1&${name}=2`,
  `${name}[]=1`,
  `${name}[a]=1`,
  `${encodeURIComponent(name)}%00=1`,
]

/** Those that are wrong about what several say together, or about none there is. */
const together: ReadonlyArray<string> = [
  "from=2026-02-01&to=2026-01-01",
  "from=1926-01-01&to=2026-01-01",
  "from=0&to=99999999999",
  "from=-100000d",
  `agent=${Array.from({ length: 2000 }, (_, index) => index + 1).join(",")}`,
  `agent=${",".repeat(500)}`,
  "__proto__=1",
  "constructor=1",
  "unknown=1",
  "FROM=0",
  "%FF=%FF",
  "&&&===&",
  "?from=0",
  "from=now&to=now&now=9999999999",
  "bucket=PT15M&from=-400d",
  "step=1&from=-30d",
]

const names = ({ query }: Operation): ReadonlyArray<string> => {
  const made = JSONSchema.make(query)
  return "properties" in made ? Object.keys(made.properties) : []
}

const agents: ReadonlyArray<string> = [
  "..",
  "%2e%2e",
  "%2e%2e%2f%2e%2e",
  "%00",
  "%FF",
  "%",
  "-1",
  "0",
  "1e3",
  "NaN",
  "%27%20OR%201=1",
  "7".repeat(5000),
  "%F0%9F%98%80",
  "__proto__",
]

const decode = Schema.decodeUnknownEither(Schema.parseJson(Problem), { onExcessProperty: "error" })

/** What is wrong with an answer, if anything. */
const faultOf = async (response: Response): Promise<string> => {
  const text = await response.text()
  if (response.status >= 500) return `${response.status} ${text.slice(0, 300)}`
  if (response.status < 400) return ""
  if (response.headers.get("content-type") !== "application/problem+json") return `no problem: ${text.slice(0, 100)}`
  const problem = decode(text)
  if (problem._tag === "Left") return `not as the contract has it: ${text.slice(0, 200)}`
  const { code, detail, requestId, status } = problem.right
  if (status !== response.status || detail === "" || requestId === "") return `says little: ${text.slice(0, 200)}`
  if (/node_modules|\.tsx?:|\bat \w+ \(|SQLITE|undefined/.test(detail.replaceAll(/"[^"]*"/g, "")))
    return `${code} tells: ${detail}`
  return detail.length > 1500 ? `${code} is long: ${detail.length}` : ""
}

export interface Options {
  /** Of so many requests about parameters one is sent. */
  readonly every: number
  /** So many bytes of a body are taken, unpacked. */
  readonly maxBodyBytes: number
}

export const suite = (name: string, open: () => Promise<Api>, { every, maxBodyBytes }: Options) =>
  describe(`bad input ${name}`, () => {
    let api: Api
    let key: string
    const get = (path: string) => api.fetch(`/v1/accounts/${account}/${path}`, { headers: showing(key) })
    const kept = async () => {
      const query = `from=${day.from}&to=${day.to}`
      const parts = [`report?${query}`, `events?${query}&limit=10000`, "agents", `sessions?${query}`]
      return Promise.all(parts.map(async (part) => (await get(part)).text()))
    }
    let before: ReadonlyArray<string>
    beforeAll(async () => {
      api = await open()
      ;({ key } = await issue(api, { accounts: [account] }))
      await feed(api, account, key, events, whole)
      before = await kept()
    })
    const faults = async (requests: ReadonlyArray<readonly [label: string, send: () => Promise<Response>]>) => {
      const found: Array<string> = []
      for (const [label, send] of requests) {
        const fault = await faultOf(await send())
        if (fault !== "") found.push(`${label.slice(0, 150)}: ${fault}`)
      }
      return found
    }

    const sendTo = (path: string, method: string, headers: Readonly<Record<string, string>> = {}, body?: BodyInit) =>
      api.fetch(path, { method, headers: { ...showing(key), ...headers }, ...(body === undefined ? {} : { body }) })

    const parameters = Object.values(operations).flatMap((operation: Operation) => {
      const path = operation.path.replace(":account", account).replace(":agent", "700101")
      const queries = [...names(operation).flatMap(queriesOf), ...together, ...(path.endsWith("/at") ? [""] : [])]
      return queries.map((query) => ({ method: operation.method.toUpperCase(), path: `${path}?${query}` }))
    })

    it("in a query is refused with what is wrong, for every parameter of every operation", async () => {
      const some = parameters.filter(({ path }, index) => index % every === 0 && !path.includes("/live?"))
      expect(some.length).toBeGreaterThan(1500 / every)
      const requests = some.map(({ method, path }) => [`${method} ${path}`, () => sendTo(path, method)] as const)
      expect(await faults(requests)).toEqual([])
    })

    it("in a query about keys is refused with what is wrong", async () => {
      const headers = showing(api.adminKey)
      const queries = [
        ...queriesOf("limit").map((query) => `/v1/audit?${query}`),
        ...queriesOf("sessions").map((query) => `/v1/keys?${query}`),
        "/v1/audit?limit=0",
        "/v1/audit?limit=1001",
        "/v1/keys?limit=1",
      ]
      const answers = await Promise.all(queries.map((path) => sendTo(path, "GET", headers)))
      expect(queries.filter((_, index) => answers[index]?.status !== 400)).toEqual([])
      expect((await Promise.all(answers.map(faultOf))).filter((fault) => fault !== "")).toEqual([])
    })

    it("is refused with the name of the parameter and at most a little of its text", async () => {
      for (const query of [`tz=${long}`, `from=${long}`, "limit=0&format=json", "bucket=P5D"]) {
        const path = query.startsWith("limit") ? "events" : "report"
        const response = await get(`${path}?${query}`)
        const problem = Schema.decodeUnknownSync(Problem)(await response.json())
        expect(problem).toMatchObject({ code: "invalid_request", parameter: query.split("=")[0] })
        expect(problem.detail.length).toBeLessThan(400)
      }
    })

    it("in a path finds nothing", async () => {
      const paths = [
        ...agents.map((agent) => `/v1/accounts/${account}/agents/${agent}`),
        ...agents.map((agent) => `/v1/accounts/${agent}/agents`),
        "/v1/accounts//agents",
        "/v1/accounts",
        `/v1/accounts/${account}`,
        `/v1/accounts/${account}/`,
        `/v1/accounts/${account}/report/`,
        `/v1/accounts/${account}//report`,
        "/v1/accounts/%2e%2e/%2e%2e/keys",
        "/v1/keys/%00/rotate",
        `/${"a/".repeat(500)}`,
        "/%",
        "/%FF",
        "//evil.example/",
        "/assets/../../package.json",
        "/assets/%2e%2e%2f%2e%2e%2fpackage.json",
      ]
      const requests = paths.flatMap((path) =>
        ["GET", "POST", "DELETE"].map((method) => [`${method} ${path}`, () => sendTo(path, method)] as const),
      )
      expect(await faults(requests)).toEqual([])
    })

    it("in a header is refused, or ignored", async () => {
      const headers: ReadonlyArray<Readonly<Record<string, string>>> = [
        { accept: ";;;,,,q=" },
        { accept: "text/csv;q=2, */*;q=-1" },
        { accept: "a/b,".repeat(1000) },
        { "if-none-match": '""",,,W/' },
        { "last-event-id": "x".repeat(2000) },
        { "last-event-id": "00000000-0000-0000-0000-000000000000.999999999999999" },
        { "x-request-id": "<script>" },
        { "x-request-id": "y".repeat(3000) },
        { cookie: "=;;; dwell_session=; dwell_session=%FF" },
        { "accept-encoding": "nonsense;q=x" },
        { range: "bytes=-1--5" },
        { origin: "nonsense" },
        { authorization: `Bearer ${"k".repeat(5000)}` },
        { authorization: "Bearer \u00ff\u00fe" },
        { authorization: "Bearer a.b.c" },
        { "content-length": "nonsense" },
      ]
      const requests = headers.flatMap((each) =>
        ["report", "agents", "events"].map(
          (part) =>
            [`${part} ${JSON.stringify(each)}`, () => sendTo(`/v1/accounts/${account}/${part}`, "GET", each)] as const,
        ),
      )
      expect(await faults(requests.filter(([label]) => !label.includes("content-length")))).toEqual([])
    })

    const eventsPath = `/v1/accounts/${account}/events`
    const agentsPath = `/v1/accounts/${account}/agents`
    const json = { "content-type": "application/json" }

    it("in a body of names is refused, as is a body that breaks off at any byte", async () => {
      const body = JSON.stringify({ agents: [{ agent: 700_101, name: "Ada", team: null }] })
      const cut = Array.from(body, (_, index) => body.slice(0, index))
      const wrong = [
        "null",
        "[]",
        '""',
        '{"agents": {}}',
        '{"agents": [null]}',
        '{"agents": [{"agent": -1, "name": null, "team": null}]}',
        '{"agents": [{"agent": 1e400, "name": null, "team": null}]}',
        '{"agents": [{"agent": 1.5, "name": null, "team": null}]}',
        `{"agents": [{"agent": 1, "name": "${"n".repeat(201)}", "team": null}]}`,
        '{"agents": [], "more": 1}',
        "[".repeat(100_000),
        '{"__proto__": {}}',
      ]
      const responses = await Promise.all(
        [...cut, ...wrong, new Uint8Array([0xff, 0xfe, 0x00])].map((each) => sendTo(agentsPath, "PUT", json, each)),
      )
      expect(responses.filter(({ status }) => status !== 400).map(({ status }) => status)).toEqual([])
      expect((await Promise.all(responses.map(faultOf))).filter((fault) => fault !== "")).toEqual([])
    })

    it("in a body of events is refused, and covers nothing", async () => {
      const ndjson = { "content-type": "application/x-ndjson" }
      const rows = await bytesOf(events.slice(0, 5))
      const packed = await gzipped(rows)
      const gz = { ...ndjson, "content-encoding": "gzip" }
      const text = new TextDecoder().decode(rows)
      const bomb = await gzipped(new TextEncoder().encode(text + "\n".repeat(maxBodyBytes)))
      const bodies: ReadonlyArray<readonly [number, Readonly<Record<string, string>>, BodyInit | undefined]> = [
        [400, json, undefined],
        [400, ndjson, `${text}{"uid": "nonsense"}\n`],
        [400, ndjson, `${text}{\n`],
        [400, ndjson, "\u0000\u0001\u0002"],
        [400, json, "[[[["],
        [400, { "content-type": "text/csv" }, "a,b,c\n1,2,3\n"],
        [
          400,
          { "content-type": "application/xml" },
          '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
        ],
        [400, gz, packed.slice(0, packed.length / 2)],
        [400, gz, "this is no gzip"],
        [400, gz, new Uint8Array()],
        [413, gz, bomb],
        [415, { ...ndjson, "content-encoding": "br" }, rows],
        [415, { ...ndjson, "content-encoding": "gzip, gzip" }, rows],
        [415, { "content-type": "image/png" }, rows],
        [415, { "content-type": "multipart/form-data" }, rows],
      ]
      for (const [status, headers, body] of bodies) {
        const response = await sendTo(`${eventsPath}?from=${day.to}&to=${readAt}&asOf=${readAt}`, "POST", headers, body)
        expect([response.status, await faultOf(response)], JSON.stringify(headers)).toEqual([status, ""])
      }
      const coverage = Schema.decodeUnknownSync(Schema.Struct({ spans: Schema.Unknown }))(
        await (await get("coverage")).json(),
      )
      expect(coverage.spans).toEqual([whole])
    })

    it("in the body of a new key or of a sign-in is refused", async () => {
      const admin = { ...json, ...showing(api.adminKey) }
      const bodies = ["", "{", "null", '{"name": "", "scopes": [], "accounts": [], "expiresAt": -1}', '{"name": "a"}']
      const accounts = ["..", "", "a/b", "__proto__"].map((each) =>
        JSON.stringify({ name: "a", scopes: ["read"], accounts: [each], expiresAt: null }),
      )
      const requests = [
        ...[...bodies, ...accounts].map(
          (body) => [`key ${body}`, () => sendTo("/v1/keys", "POST", admin, body)] as const,
        ),
        ...["{", '{"graceSeconds": -1}', '{"graceSeconds": 1e9}'].map(
          (body) => [`rotate ${body}`, () => sendTo("/v1/keys/1/rotate", "POST", admin, body)] as const,
        ),
        ...["application/json", "multipart/form-data; boundary=x", "multipart/form-data", ""].map(
          (type) =>
            [
              `session ${type}`,
              () =>
                sendTo(
                  "/session",
                  "POST",
                  { "content-type": type, "sec-fetch-site": "same-origin" },
                  "--x\r\nnonsense",
                ),
            ] as const,
        ),
        [
          "session huge",
          () =>
            sendTo(
              "/session",
              "POST",
              { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" },
              `key=${"k".repeat(1_000_000)}`,
            ),
        ] as const,
      ]
      const statuses = new Set<boolean>()
      const sent = requests.map(
        ([label, send]) =>
          [
            label,
            async () => {
              const response = await send()
              statuses.add(response.ok)
              return response
            },
          ] as const,
      )
      expect(await faults(sent)).toEqual([])
      expect([...statuses]).toEqual([false])
    })

    it("leaves what is stored as it was", async () => {
      expect(before.map((text) => text.includes("700101"))).toEqual([true, true, true, true])
      expect(await kept()).toEqual(before)
    })
  })
