/** What matters to the person who runs the API on Node: it reads the vendor, says what it does, and ends in order. */
import { readdirSync, rmSync, writeFileSync } from "node:fs"
import { get, type IncomingHttpHeaders } from "node:http"
import { connect } from "node:net"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as consumers from "node:stream/consumers"
import { AgentsDocument, CoverageDocument, Synced } from "@dwell/client/contract"
import { make as emulator } from "@dwell/emulator"
import { serve as serveEmulator } from "@dwell/emulator/node"
import { whenDone } from "@dwell/testing/resources"
import { serveHttp } from "@dwell/testing/servers"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { exportJWK } from "jose/key/export"
import { generateKeyPair } from "jose/key/generate/keypair"
import { SignJWT } from "jose/jwt/sign"
import { describe, expect, it } from "vitest"
import { read } from "../src/environment/environment.ts"
import { serve } from "../src/node/server.ts"
import { bytesOf, feed, issue, showing, updatesOf } from "./Api.ts"
import { afternoon } from "./day.ts"
import { onNode } from "./onNode.ts"

const credentials = { username: "vendor-user", password: "vendor-secret-8472" }

const afternoonMillis = (): number => 1000 * afternoon

/** An emulated vendor on a port of its own, and the variable that names it. */
const vendor = async (given = credentials, now = afternoonMillis) => {
  const centre = emulator({ ...credentials, agents: 8, days: 2, clock: () => Math.floor(now() / 1000) })
  const { close, url } = await serveEmulator(centre, { port: 0 })
  whenDone(close)
  return JSON.stringify({ london: { baseUrl: `${url}/`, ...given } })
}

const decoded = async <A, I>(schema: Schema.Schema<A, I>, response: Response): Promise<A> =>
  Schema.decodeUnknownSync(schema)(await response.json())

describe("the vendor of an account", () => {
  it("is read on request, with the names of its agents", async () => {
    // So rarely that what is found was fetched by the request.
    const api = await onNode({ DWELL_VENDORS: await vendor() }, { intervalSeconds: 3600, now: afternoonMillis })
    const { key } = await issue(api)
    const headers = showing(key)
    const response = await api.fetch("/v1/accounts/london/sync?from=-2d&to=now", { method: "POST", headers })
    const { added, asOf, requests } = await decoded(Synced, response)
    expect(requests).toBeGreaterThan(0)
    expect(asOf).toBe(afternoon)
    const coverage = await decoded(CoverageDocument, await api.fetch("/v1/accounts/london/coverage", { headers }))
    expect(coverage.asOf).toBe(afternoon)
    expect(coverage.events).toBeGreaterThanOrEqual(added)
    const { agents } = await decoded(AgentsDocument, await api.fetch("/v1/accounts/london/agents", { headers }))
    expect(agents.length).toBe(8)
    expect(agents.every(({ name }) => name !== null)).toBe(true)
  })

  it("is followed, and listeners hear of it", async () => {
    // A clock that is a second further whenever somebody looks at it.
    let millis = afternoonMillis()
    const now = () => (millis += 1000)
    const api = await onNode({ DWELL_VENDORS: await vendor(credentials, now) }, { intervalSeconds: 1, now })
    const { key } = await issue(api)
    const updates = updatesOf(await api.fetch("/v1/accounts/london/live", { headers: showing(key) }))
    const first = await updates.next()
    expect(first.event).toBe("snapshot")
    expect((await updates.next()).event).toBe("change")
  })

  it("is reported if it refuses, without the password", async () => {
    const api = await onNode({ DWELL_VENDORS: await vendor({ ...credentials, password: "wrong-secret-1" }) })
    const { key } = await issue(api)
    const response = await api.fetch("/v1/accounts/london/sync", { method: "POST", headers: showing(key) })
    const text = await response.text()
    expect([response.status, text]).toEqual([502, expect.stringContaining("vendor_failed")])
    expect(text).not.toContain("wrong-secret-1")
  })

  it("is not asked for more than a window may be", async () => {
    const api = await onNode({ DWELL_VENDORS: await vendor() }, { intervalSeconds: 3600 })
    const { key } = await issue(api)
    const response = await api.fetch("/v1/accounts/london/sync?from=-3650d", { method: "POST", headers: showing(key) })
    expect([response.status, await response.json()]).toMatchObject([422, { parameter: "from" }])
  })

  it("is not asked without credentials", async () => {
    const api = await onNode()
    const { key } = await issue(api)
    const response = await api.fetch("/v1/accounts/london/sync", { method: "POST", headers: showing(key) })
    expect([response.status, await response.json()]).toMatchObject([409, { code: "no_vendor" }])
  })
})

describe("the server", () => {
  it("writes a line of JSON for each request, with neither keys nor queries", async () => {
    const lines: Array<string> = []
    const api = await onNode({}, { observing: { write: (line) => void lines.push(line) } })
    const { key } = await issue(api)
    await api.fetch("/v1/accounts/london/report?agent=4711", { headers: { ...showing(key), "x-request-id": "mine" } })
    await api.close()
    const found = lines.find((line) => line.includes('"mine"')) ?? ""
    expect(JSON.parse(found)).toMatchObject({
      message: "request",
      annotations: {
        requestId: "mine",
        method: "GET",
        route: "/v1/accounts/{account}/report",
        status: 200,
        account: "london",
      },
    })
    expect(lines.join("\n")).not.toContain(key)
    expect(lines.join("\n")).not.toContain("4711")
  })

  it("logs routes as the document names them, and neither accounts, agents nor unknown paths", async () => {
    const lines: Array<string> = []
    const api = await onNode({}, { observing: { write: (line) => void lines.push(line) } })
    const routes = [
      ["/", "/"],
      ["/healthz", "/healthz"],
      ["/openapi.json", "/openapi.json"],
      ["/assets/x.js", "none"],
      ["/secret", "none"],
      ["/v1", "none"],
      ["/v1/keys", "/v1/keys"],
      ["/v1/keys/0123/rotate", "/v1/keys"],
      ["/v1/secret", "none"],
      ["/v1/accounts", "none"],
      ["/v1/accounts/london", "none"],
      ["/v1/accounts/london/", "none"],
      ["/v1/accounts/london/agents", "/v1/accounts/{account}/agents"],
      ["/v1/accounts/london/agents/4711", "/v1/accounts/{account}/agents/{agent}"],
      ["/v1/accounts/london/staffing.svg", "/v1/accounts/{account}/staffing.svg"],
      ["/v1/accounts/london/secret", "none"],
      ["/v1/accounts/london/wallboard", "/"],
    ] as const
    for (const [path] of routes) await (await api.fetch(path)).body?.cancel()
    await api.close()
    const Line = Schema.parseJson(Schema.Struct({ annotations: Schema.Struct({ route: Schema.String }) }))
    const said = lines.map((line) => Schema.decodeUnknownSync(Line)(line).annotations.route)
    expect(said).toEqual(routes.map(([, route]) => route))
  })

  it("opens a store as soon as it can be opened", async () => {
    const api = await onNode()
    const path = join(api.data, "accounts", "broken.sqlite")
    const status = async () =>
      (await api.fetch("/v1/accounts/broken/coverage", { headers: showing(api.adminKey) })).status
    writeFileSync(path, "this is no database, and long enough not to be taken for an empty one")
    expect([await status(), await status()]).toEqual([503, 503])
    rmSync(path)
    writeFileSync(path, "")
    expect(await status()).toBe(200)
  })

  it("says in its log why a store can't be opened, and not in its answer", async () => {
    const lines: Array<string> = []
    const api = await onNode({}, { observing: { write: (line) => void lines.push(line) } })
    const path = join(api.data, "accounts", "broken.sqlite")
    writeFileSync(path, "this is no database, and long enough not to be taken for an empty one")
    const response = await api.fetch("/v1/accounts/broken/coverage", { headers: showing(api.adminKey) })
    const text = await response.text()
    expect([response.status, JSON.parse(text)]).toMatchObject([503, { code: "store_unavailable" }])
    expect(text).not.toContain("broken.sqlite")
    await api.close()
    const said = lines.filter((line) => line.includes('"ERROR"') && line.includes("broken"))
    expect(said.join("\n")).toContain("is not")
  })

  it("counts requests for those who may see all accounts", async () => {
    const api = await onNode()
    const { key } = await issue(api)
    await api.fetch("/v1/accounts/london/coverage", { headers: showing(key) })
    expect((await api.fetch("/metrics", { headers: showing(key) })).status).toBe(403)
    const text = await (await api.fetch("/metrics", { headers: showing(api.adminKey) })).text()
    const route = 'method="GET",route="/v1/accounts/{account}/coverage"'
    expect(text).toMatch(/dwell_http_requests_total\{.*status="200".*\} [1-9]/)
    expect(text).toContain(
      "# HELP dwell_http_requests_total Requests answered\n# TYPE dwell_http_requests_total counter",
    )
    expect(text).toContain("# TYPE effect_fiber_active gauge")
    expect(text).toContain("# TYPE dwell_http_request_seconds histogram")
    expect(text).toContain(route)
    expect(text).toContain("process_resident_memory_bytes")
  })

  it("sends spans to the collector that is named, with those of the store", async () => {
    const bodies: Array<{ readonly path: string; readonly text: string }> = []
    const collector = await serveHttp((request, response) => {
      const take = async () => {
        bodies.push({ path: request.url ?? "", text: await consumers.text(request) })
        response.end("{}")
      }
      void take()
    })
    const api = await onNode(
      { OTEL_EXPORTER_OTLP_ENDPOINT: collector.replace(/\/$/, "") },
      { observing: { write: () => undefined } },
    )
    const { key } = await issue(api)
    await api.fetch("/v1/accounts/london/report?agent=4711", { headers: showing(key) })
    // What is left is sent as it ends.
    await api.close()
    const traces = bodies
      .filter(({ path }) => path === "/v1/traces")
      .map(({ text }) => text)
      .join("\n")
    expect(traces).toContain('"getReport"')
    expect(traces).toContain('"EventStore.read"')
    expect(traces).not.toContain(key)
    expect(bodies.some(({ path }) => path === "/v1/metrics")).toBe(true)
  })
})

describe("tokens of another sign-in", () => {
  const issuer = "https://login.example"
  const audience = "dwell"

  /** A sign-in's key set on a port of its own, the variables that name it, and what signs. */
  const signIn = async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true })
    const set = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: "one", alg: "ES256" }] })
    const url = await serveHttp((_, response) => response.end(set))
    const sign = (scope: string, accounts: ReadonlyArray<string>, lifeSeconds = 600) =>
      new SignJWT({ scope, dwell_accounts: accounts })
        .setProtectedHeader({ alg: "ES256", kid: "one" })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject("ada")
        .setExpirationTime(afternoon + lifeSeconds)
        .sign(privateKey)
    const variables = {
      DWELL_JWKS_URL: `${url}jwks.json`,
      DWELL_JWT_ISSUER: issuer,
      DWELL_JWT_AUDIENCE: audience,
    }
    return { sign, variables }
  }

  it("are as good as keys, for the accounts and scopes that they name", async () => {
    const { sign, variables } = await signIn()
    const api = await onNode(variables, { now: afternoonMillis })
    const { key } = await issue(api)
    const status = async (path: string, token: string, method = "GET") => {
      const response = await api.fetch(path, { method, headers: showing(token) })
      await response.text()
      return response.status
    }
    const reading = await sign("openid read", ["london"])
    const coverage = "/v1/accounts/london/coverage"
    expect([await status(coverage, key), await status(coverage, reading)]).toEqual([200, 200])
    expect(await status("/v1/accounts/london/sync", reading, "POST")).toBe(403)
    expect(await status("/v1/accounts/paris/coverage", reading)).toBe(404)
    expect(await status("/v1/keys", await sign("read admin", ["london"]))).toBe(403)
    expect(await status(coverage, await sign("read", ["london"], -60))).toBe(401)
    expect(await status(coverage, `${reading.slice(0, -8)}AAAAAAAA`)).toBe(401)
  })

  it("are refused if no sign-in is named", async () => {
    const { sign } = await signIn()
    const api = await onNode()
    const headers = showing(await sign("read", ["london"]))
    const response = await api.fetch("/v1/accounts/london/coverage", { headers })
    expect([response.status, await response.json()]).toMatchObject([401, { code: "unauthorized" }])
  })
})

it("a stored answer has the headers that the first one had", async () => {
  const api = await onNode()
  const { key } = await issue(api)
  await feed(api, "london", key, [], { from: 0, to: 2000, asOf: 3000 })
  // Without what `fetch` says of itself: then nothing is set on the way out.
  const asked = () =>
    new Promise<IncomingHttpHeaders>((resolve, reject) => {
      const path = `${api.url}/v1/accounts/london/report?from=0&to=1000`
      get(path, { headers: showing(key) }, (response) => {
        response.resume().on("end", () => resolve(response.headers))
      }).on("error", reject)
    })
  const lasting = ({ date: _date, ratelimit, "x-request-id": id, ...others }: IncomingHttpHeaders) => {
    expect(ratelimit).toMatch(/;r=\d+;t=\d+$/)
    expect(id).toMatch(/^[\w-]{36}$/)
    return others
  }
  const [first, again] = [lasting(await asked()), lasting(await asked())]
  expect(again).toEqual(first)
  expect(again["content-type"]).toBe("application/json")
  expect(again["content-security-policy"]).toContain("default-src 'none'")
})

describe("a person whose key has used all its requests", () => {
  it("sees a page that says so", async () => {
    // Its minute does not end.
    const api = await onNode({ DWELL_REQUESTS_PER_MINUTE: "1" }, { now: afternoonMillis })
    const { key } = await issue(api)
    const signedIn = await api.fetch("/session", {
      method: "POST",
      body: new URLSearchParams({ account: "london", key }),
      headers: { "sec-fetch-site": "same-origin" },
    })
    const cookie = /^[^;]*/.exec(signedIn.headers.get("set-cookie") ?? "")?.[0] ?? ""
    const visits = [await api.fetch("/", { headers: { cookie } }), await api.fetch("/", { headers: { cookie } })]
    const [, text] = await Promise.all(visits.map((visit) => visit.text()))
    expect(visits.map(({ status }) => status)).toEqual([200, 429])
    expect(visits[1]?.headers.get("content-type")).toContain("text/html")
    expect(text).toContain("Wait")
  })
})

describe("an account", () => {
  it("is made by the first events that it stores, and neither by questions nor by what is refused", async () => {
    const api = await onNode()
    const headers = { ...showing(api.adminKey), "content-type": "application/x-ndjson" }
    const ask = async (method: string, path: string, body?: string) => {
      const init = { method, headers, ...(body === undefined ? {} : { body }) }
      return (await api.fetch(`/v1/accounts/${path}`, init)).status
    }
    expect([await ask("POST", "berlin/sync"), await ask("GET", "berlin/coverage")]).toEqual([404, 404])
    expect(await ask("POST", "berlin/report")).toBe(404)
    expect(await ask("POST", "berlin/events/more", "{}")).toBe(404)
    const reading = await issue(api, { accounts: "*", scopes: ["read"] })
    const refused = (more: Readonly<Record<string, string>>) =>
      api.fetch("/v1/accounts/berlin/events", { method: "POST", headers: { ...headers, ...more }, body: "{}" })
    expect((await refused(showing(reading.key))).status).toBe(404)
    expect((await refused({ "content-type": "image/png" })).status).toBe(415)
    expect((await refused({ "content-encoding": "br" })).status).toBe(415)
    expect(await ask("PUT", "berlin/agents", "{}")).toBe(415)
    expect(await ask("GET", "berlin/coverage")).toBe(404)
    const files = () => readdirSync(join(api.data, "accounts"))
    expect(files()).toEqual([])
    expect(await ask("POST", "berlin/events", '{"uid":"1","uts":100,"agent":7,"status":"call"}\n')).toBe(200)
    expect(files()).toContain("berlin.sqlite")
  })
})

it.each([
  ["DWELL_ADMIN_KEY", "short"],
  ["DWELL_VENDORS", '{"../keys": {"username": "a", "password": "b"}}'],
  ["DWELL_VENDORS", "no JSON"],
  ["DWELL_TIMEZONE", "Mars"],
  ["DWELL_CATEGORIES", "no JSON"],
  ["DWELL_LARGEST_BODY", "-1"],
  ["DWELL_ORIGINS", "nonsense"],
  ["DWELL_JWKS_URL", "https://keys.example"],
])("a server does not start if %s is wrong, and says so without the secret", (name, value) => {
  const { message, what } = Either.getOrThrow(Either.flip(read({ [name]: value })))
  expect(what).toContain(name)
  const isSecret = ["DWELL_ADMIN_KEY", "DWELL_VENDORS"].includes(name)
  expect(isSecret && message.includes(value)).toBe(false)
})

it("a copy that SQLite makes of an account while the server runs is complete", async () => {
  const api = await onNode()
  const { key } = await issue(api, { accounts: ["london", "copy"] })
  await feed(api, "london", key, [], { from: 0, to: 1000, asOf: 5000 })
  const fileOf = (account: string) => join(api.data, "accounts", `${account}.sqlite`)
  const database = new DatabaseSync(fileOf("london"))
  database.exec(`VACUUM INTO '${fileOf("copy")}'`)
  database.close()
  const spans = async (account: string) => {
    const response = await api.fetch(`/v1/accounts/${account}/coverage`, { headers: showing(key) })
    return Schema.decodeUnknownSync(CoverageDocument)(await response.json()).spans
  }
  expect(await spans("copy")).toEqual([{ from: 0, to: 1000, asOf: 5000 }])
  expect(await spans("london")).toEqual(await spans("copy"))
})

describe("the folder of a server", () => {
  it("belongs to one process at a time, and has to be one that can be made", async () => {
    const api = await onNode()
    const options = {
      environment: Either.getOrThrow(read({})),
      data: api.data,
      port: 0,
      assets: api.data,
    }
    await expect(serve(options)).rejects.toThrow("another dwell-api is using it")
    const file = join(api.data, "lock.sqlite")
    await expect(serve({ ...options, data: join(file, "below") })).rejects.toThrow("this folder can't be written")
  })
})

describe("a server that ends", () => {
  it("answers what was asked, lets listeners go, and takes no other request", async () => {
    const api = await onNode()
    const { key } = await issue(api)
    const body = await bytesOf([{ uid: 1n, uts: 100, agent: 7, status: "call", subcode: "", callid: 0n }])
    const listening = await api.fetch("/v1/accounts/london/live", { headers: showing(key) })
    const { port } = new URL(api.url)
    // A body of which one half is there when the server is told to end.
    const half = Math.floor(body.length / 2)
    const socket = connect(Number(port), "127.0.0.1")
    const answered = new Promise<string>((resolve) => {
      let text = ""
      socket.on("data", (chunk) => {
        text += chunk.toString()
      })
      socket.on("close", () => resolve(text))
    })
    const head = `POST /v1/accounts/london/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`
    await new Promise((sent) => {
      socket.write(Buffer.concat([Buffer.from(head), body.subarray(0, half)]), sent)
    })
    const closed = api.close()
    socket.write(body.subarray(half))
    expect(await answered).toMatch(/^HTTP\/1\.1 200/)
    await listening.text().catch(() => "")
    await closed
    await expect(api.fetch("/healthz")).rejects.toThrow("fetch failed")
  })
})
