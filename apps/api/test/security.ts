/** What each route refuses, wherever the API runs. */
import { operations, problems, Problem, type Scope } from "@dwell/client/contract"
import * as Schema from "effect/Schema"
import { beforeAll, describe, expect, it } from "vitest"
import { make as accountApp } from "../src/routes/accountApp.ts"
import * as gateway from "../src/gateway/gateway.ts"
import { make as keysApp } from "../src/keys/routes/keysApp.ts"
import { sessionCookie } from "../src/keys/keyFormat.ts"
import * as RateLimit from "../src/http/rateLimit.ts"
import { type Api, expired, feed, issue, revoked, showing } from "./Api.ts"
import { events, whole } from "./day.ts"

/** The one whose pages may ask, by `DWELL_ORIGINS`. */
export const allowedOrigin = "https://board.example"

interface Route {
  readonly method: string
  /** As Hono writes it. */
  readonly path: string
  /** What a key needs for it; `null` = it needs none. */
  readonly scope: Scope | null
}

/** Every route there is: one that is missing here fails the tests. */
const table: ReadonlyArray<Route> = [
  ...Object.values(operations).map(({ method, path, scope }) => ({ method: method.toUpperCase(), path, scope })),
  { method: "GET", path: "/v1/accounts/:account/wallboard", scope: "read" },
  { method: "GET", path: "/v1/keys", scope: "admin" },
  { method: "POST", path: "/v1/keys", scope: "admin" },
  { method: "POST", path: "/v1/keys/:id/rotate", scope: "admin" },
  { method: "DELETE", path: "/v1/keys/:id", scope: "admin" },
  { method: "GET", path: "/v1/audit", scope: "admin" },
  { method: "GET", path: "/metrics", scope: "admin" },
  { method: "GET", path: "/", scope: null },
  { method: "GET", path: "/docs", scope: null },
  { method: "GET", path: "/healthz", scope: null },
  { method: "GET", path: "/openapi.json", scope: null },
  { method: "GET", path: "/readyz", scope: null },
  { method: "GET", path: "/session", scope: null },
  { method: "POST", path: "/session", scope: null },
  { method: "POST", path: "/session/end", scope: null },
]

const nameOf = ({ method, path }: Pick<Route, "method" | "path">): string => `${method} ${path}`

const nothing = async () => new Response()

/** The routes as the apps have them. */
const routesOfApps = (): ReadonlyArray<string> => {
  const site = gateway.make({
    authenticate: async () => null,
    keys: nothing,
    account: nothing,
    openapi: async () => ({}),
    isReady: async () => true,
    limit: (key) => RateLimit.make().take(key, 0),
    logRequest: () => undefined,
    logBug: () => undefined,
    origins: [],
    metrics: () => "",
  })
  const all = [site, accountApp(), keysApp()].flatMap(({ routes }) => routes)
  return [...new Set(all.filter(({ method }) => method !== "ALL").map(nameOf))]
}

const pathOf = (path: string, account = "london"): string =>
  path.replace(":account", account).replace(":agent", "700101").replace(":id", "0000000000000001")

const decode = Schema.decodeUnknownSync(Problem)

/** What may be different between two answers that say the same. */
const withoutId = (text: string): string => text.replaceAll(/"requestId":"[^"]*"/g, "")

export const suite = (name: string, open: () => Promise<Api>, has: { readonly metrics: boolean }) =>
  describe(`the security of the API ${name}:`, () => {
    let api: Api
    const guarded = table.filter(({ path, scope }) => scope !== null && (has.metrics || path !== "/metrics"))
    const ofAccounts = guarded.filter(({ path }) => path.includes(":account"))
    beforeAll(async () => {
      api = await open()
      const { key } = await issue(api, { accounts: ["london"] })
      await feed(api, "london", key, events, whole)
    })

    const ask = ({ method, path }: Route, headers: Readonly<Record<string, string>>, account?: string) =>
      api.fetch(pathOf(path, account), { method, headers })

    /** The answer as a problem; fails where it is another status, or says anything of what is kept. */
    const refused = async (response: Response, route: Route): Promise<Problem> => {
      const text = await response.text()
      expect(response.headers.get("content-type"), nameOf(route)).toBe("application/problem+json")
      expect(response.headers.get("cache-control"), nameOf(route)).toBe("no-store")
      expect(text).not.toMatch(/"agents"|"asOf"|available|break, late|sqlite|node_modules/)
      for (const header of ["etag", "dwell-as-of", "set-cookie"]) expect(response.headers.has(header)).toBe(false)
      return decode(JSON.parse(text))
    }

    const wanted = (code: keyof typeof problems) => ({ code, status: problems[code][0] })

    it("the table of this test has every route", () => {
      expect(routesOfApps().toSorted()).toEqual(table.map(nameOf).toSorted())
    })

    it("every route but the public ones refuses a request without a good key", async () => {
      const { key } = await issue(api)
      const headers: ReadonlyArray<Readonly<Record<string, string>>> = [
        {},
        { authorization: key },
        { authorization: `Basic ${btoa(`london:${key}`)}` },
        { authorization: "Bearer " },
        { authorization: `Bearer ${key} ${key}` },
        { authorization: `Bearer ${key}x` },
        showing(`dwell_${"0".repeat(16)}_${"0".repeat(64)}`),
        showing(`${api.adminKey}x`),
        showing("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiIsInNjb3BlIjoiYWRtaW4ifQ."),
        { cookie: `${sessionCookie}=nonsense` },
        { "x-dwell-asking": JSON.stringify({ account: "london", caller: { scopes: ["admin"], accounts: "*" } }) },
        showing(await expired(api)),
        showing(await revoked(api)),
      ]
      for (const route of guarded) {
        for (const shown of headers) {
          const response = await ask(route, shown)
          expect(response.headers.get("www-authenticate")).toBe('Bearer realm="dwell"')
          expect(await refused(response, route), `${nameOf(route)} ${JSON.stringify(shown)}`).toMatchObject(
            wanted("unauthorized"),
          )
        }
      }
    })

    it("a key does what its scopes say and no more", async () => {
      const reading = await issue(api, { scopes: ["read"] })
      const ingesting = await issue(api, { scopes: ["ingest"] })
      for (const route of guarded) {
        const small = route.scope === "read" ? [ingesting] : route.scope === "ingest" ? [reading] : [reading, ingesting]
        for (const { key } of small) {
          expect(await refused(await ask(route, showing(key)), route), nameOf(route)).toMatchObject(wanted("forbidden"))
        }
      }
    })

    it("an account of others is answered as one that does not exist, byte for byte", async () => {
      const { key } = await issue(api, { accounts: ["paris"] })
      for (const route of ofAccounts) {
        const [theirs, nobodys] = [await ask(route, showing(key)), await ask(route, showing(key), "nowhere")]
        const headers = [theirs, nobodys].map((response) =>
          [...response.headers].filter(([header]) => header !== "date" && header !== "x-request-id"),
        )
        expect(headers[0], nameOf(route)).toEqual(headers[1])
        const texts = [await theirs.clone().text(), await nobodys.clone().text()].map(withoutId)
        expect(texts[0], nameOf(route)).toBe(texts[1])
        expect(await refused(theirs, route), nameOf(route)).toMatchObject(wanted("not_found"))
      }
    })

    it("a text that is not the name of an account opens none, even for an admin", async () => {
      for (const account of [
        "..%2fkeys",
        "%2e%2e%2fkeys",
        "..%5ckeys",
        "%00",
        "a%00b",
        "-a",
        "a".repeat(65),
        "__proto__",
        "*",
      ]) {
        for (const route of ofAccounts) {
          const response = await ask(route, showing(api.adminKey), account)
          expect(await refused(response, route), `${nameOf(route)} ${account}`).toMatchObject(wanted("not_found"))
        }
      }
    })

    const signIn = (account: string, key: string, headers: Readonly<Record<string, string>> = {}) =>
      api.fetch("/session", {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin", ...headers },
        body: new URLSearchParams({ account, key }).toString(),
      })

    const cookieIn = (response: Response): string => /^[^;]*/.exec(response.headers.get("set-cookie") ?? "")?.[0] ?? ""

    it("a session reads its account and nothing else, until it ends", async () => {
      const { key } = await issue(api, { accounts: ["london", "paris"] })
      const response = await signIn("london", key)
      expect(response.status).toBe(303)
      expect(response.headers.get("set-cookie")).toMatch(/; HttpOnly.*; SameSite=Strict|; SameSite=Strict.*; HttpOnly/)
      expect(response.headers.get("set-cookie")).not.toContain(key)
      const cookie = cookieIn(response)
      for (const route of guarded.filter(({ path }) => !path.endsWith("/live"))) {
        const right =
          route.method !== "GET" ? 401 : route.scope === "admin" ? 403 : route.path.endsWith("/at") ? 400 : 200
        expect((await ask(route, { cookie })).status, nameOf(route)).toBe(right)
      }
      const elsewhere = { method: "GET", path: "/v1/accounts/:account/agents", scope: "read" } as const
      expect((await ask(elsewhere, { cookie }, "paris")).status).toBe(404)

      await api.fetch("/session/end", { method: "POST", headers: { cookie, "sec-fetch-site": "same-origin" } })
      expect((await ask(elsewhere, { cookie })).status).toBe(401)
    })

    it("a session ends with the key that it was made with", async () => {
      const { info, key } = await issue(api)
      const cookie = cookieIn(await signIn("london", key))
      const route = { method: "GET", path: "/v1/accounts/:account/agents", scope: "read" } as const
      expect((await ask(route, { cookie })).status).toBe(200)
      await api.fetch(`/v1/keys/${info.id}`, { method: "DELETE", headers: showing(api.adminKey) })
      expect((await ask(route, { cookie })).status).toBe(401)
    })

    it("a sign-in without a key for the account, or from the page of another site, is refused", async () => {
      const { key } = await issue(api, { accounts: ["paris"] })
      const own = (await issue(api)).key
      const ingesting = (await issue(api, { scopes: ["ingest"] })).key
      const strange = { "sec-fetch-site": "cross-site", origin: "https://evil.example" }
      const tries = [
        await signIn("london", key),
        await signIn("london", ingesting),
        await signIn("../keys", api.adminKey),
        await signIn("london", ""),
        await signIn("london", own, strange),
        await signIn("london", own, { ...strange, "content-type": "text/plain" }),
        await signIn("london", own, { ...strange, "content-type": "multipart/form-data; boundary=x" }),
        await api.fetch("/session/end", { method: "POST", headers: { ...strange, "content-type": "text/plain" } }),
      ]
      expect(tries.map(({ status }) => status)).toEqual(tries.map(() => 403))
      expect(tries.map(({ headers }) => headers.get("set-cookie"))).toEqual(tries.map(() => null))
    })

    it("pages of the named origins may ask, without cookies, and no others", async () => {
      const { key } = await issue(api)
      const preflight = (origin: string) =>
        api.fetch("/v1/accounts/london/agents", {
          method: "OPTIONS",
          headers: {
            origin,
            "access-control-request-method": "PUT",
            "access-control-request-headers": "authorization",
          },
        })
      const asked = (origin: string) =>
        api.fetch("/v1/accounts/london/agents", { headers: { origin, ...showing(key) } })
      for (const origin of ["https://evil.example", `${allowedOrigin}.evil.example`, "http://board.example", "null"]) {
        for (const response of [await preflight(origin), await asked(origin)]) {
          expect(response.headers.get("access-control-allow-origin"), origin).toBeNull()
        }
      }
      for (const response of [await preflight(allowedOrigin), await asked(allowedOrigin)]) {
        expect(response.headers.get("access-control-allow-origin")).toBe(allowedOrigin)
        expect(response.headers.get("access-control-allow-credentials")).toBeNull()
      }
    })

    it("a sign-in over TLS that a proxy ends counts as of the same site", async () => {
      const { key } = await issue(api)
      const { host } = new URL((await api.fetch("/healthz")).url || "https://dwell.example")
      const status = async (origin: string) => {
        const headers = { "x-forwarded-proto": "https", origin, "content-type": "application/x-www-form-urlencoded" }
        const body = new URLSearchParams({ account: "london", key }).toString()
        return (await api.fetch("/session", { method: "POST", headers, body })).status
      }
      expect([await status(`https://${host}`), await status("https://elsewhere.example")]).toEqual([303, 403])
    })

    it("a route that takes other methods says which", async () => {
      const asked = [
        ["DELETE", "/v1/keys", "GET, HEAD, POST"],
        ["PATCH", "/v1/keys/0000000000000001", "DELETE"],
        ["POST", "/", "GET, HEAD"],
        ["DELETE", "/session", "GET, HEAD, POST"],
        ["GET", "/session/end", "POST"],
      ] as const
      for (const [method, path, allowed] of asked) {
        const response = await api.fetch(path, { method, headers: showing(api.adminKey) })
        expect([method, path, decode(await response.json()).code]).toEqual([method, path, "method_not_allowed"])
        expect(response.headers.get("allow")).toBe(allowed)
      }
    })

    it("every answer, refusals too, says what browsers may do with it", async () => {
      const { key } = await issue(api)
      const paths = [...new Set(table.map(({ path }) => pathOf(path))), "/nothing", "/v1/accounts/nowhere/report"]
      for (const path of paths.filter((each) => !each.endsWith("/live"))) {
        for (const headers of [{}, showing(key)]) {
          const response = await api.fetch(path, { headers })
          await response.body?.cancel()
          const of = (header: string) => response.headers.get(header) ?? "nothing"
          expect(of("content-security-policy"), path).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
          expect(of("strict-transport-security"), path).toBe("max-age=31536000")
          expect(of("x-content-type-options"), path).toBe("nosniff")
          expect(of("x-frame-options"), path).toBe("DENY")
          expect(of("referrer-policy"), path).toBe("no-referrer")
        }
      }
    })
  })
