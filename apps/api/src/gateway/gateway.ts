/**
 * What every request passes: who asks is found out here, and handed on to where the account lives.
 *
 * Shape    a caller is told of accounts of its own alone: for any other the answer is the same, there or not. Failures are
 *          problem documents with the request's id
 */
import { asOfHeader, paths } from "@dwell/client/paths"
import * as Schema from "effect/Schema"
import { type Context, Hono, type MiddlewareHandler } from "hono"
import { deleteCookie, getCookie } from "hono/cookie"
import { cors } from "hono/cors"
import { addHeaders, hasAllHeaders } from "../http/headers.ts"
import type { AccessLogEntry } from "./telemetry.ts"
import { sessionCookie } from "../keys/keyFormat.ts"
import { AccountName } from "../keys/AccountName.ts"
import { type CallerContext, type Caller, mayUse } from "../keys/Caller.ts"
import { Problem } from "@dwell/client/problem"
import { internalError, noSuchRoute, methodNotAllowed, ApiError, response } from "../http/problem.ts"
import { rateLimited, type State } from "../http/rateLimit.ts"

/** What lies behind. */
export interface Backends {
  /** Whose key a text is; `null` for nobody's. */
  readonly authenticate: (key: string) => Promise<Caller | null>
  /** Keys and sessions, for who may. */
  readonly keys: (request: Request, context: KeyContext) => Promise<Response>
  readonly account: (request: Request, context: CallerContext) => Promise<Response>
  /** The document of OpenAPI. */
  readonly openapi: () => Promise<object>
  readonly isReady: () => Promise<boolean>
  /** Counts a request of a key's that goes to no account, where those are counted. */
  readonly limit: (key: string) => State
  readonly logRequest: (seen: AccessLogEntry) => void
  /** A bug. */
  readonly logBug: (error: unknown, requestId: string) => void
  readonly origins: ReadonlyArray<string>
  /** What comes before the routes, such as what browsers load. Default: nothing. */
  readonly before?: ReadonlyArray<readonly [path: string, middleware: MiddlewareHandler]>
  /** What is counted, as Prometheus reads it, for who may see all accounts. Default: nothing is told. */
  readonly metrics?: () => string
}

interface KeyContext {
  readonly caller: Caller | null
  readonly requestId: string
}

interface Env {
  Variables: { requestId: string; caller: Caller; account: string }
}

const isAccountName = Schema.is(AccountName)

const refuse = (c: Context<Env>, refusal: ApiError) => response(refusal, c.get("requestId"))

const noValidKey = new ApiError({
  code: "unauthorized",
  detail: "Send a valid key: Authorization: Bearer KEY. It may have expired, or been revoked.",
  headers: { "WWW-Authenticate": 'Bearer realm="dwell"' },
})

/** The answer about every account that isn't the caller's, there or not. */
export const noSuchAccount = new ApiError({ code: "not_found", detail: "There is no such account for this key." })

/** A stream ends once the key that it was opened with is nobody's any more: that is looked at before anything goes out. */
const endWhenRevoked = (answered: Response, isKnown: () => Promise<boolean>): Response => {
  if (hasAllHeaders(answered) || answered.body === null) return answered
  if (answered.headers.get("content-type")?.startsWith("text/event-stream") !== true) return answered
  const gate = new TransformStream<Uint8Array, Uint8Array>({
    transform: async (chunk, controller) => {
      if (await isKnown()) controller.enqueue(chunk)
      else controller.terminate()
    },
  })
  return new Response(answered.body.pipeThrough(gate), answered)
}

/** The routes of an account by their first part, below which there is nothing but agents by their ids. */
const accountRoutes = new Map(
  Object.values(paths)
    .filter((path) => !path.includes(":agent"))
    .map((path) => [path.split("/")[4] ?? "", path.replaceAll(/:(\w+)/g, "{$1}")]),
)

/** What names a request: what its sender calls it, if that fits into a header and a line of the log. */
const requestIdOf = (given: string | undefined): string =>
  given !== undefined && /^[\w=-]{1,255}$/.test(given) ? given : crypto.randomUUID()

const accountsPrefix = "/v1/accounts/"
const otherRoutes = new Set([
  "",
  "healthz",
  "readyz",
  "metrics",
  "docs",
  "openapi.json",
  "session",
  "v1/keys",
  "v1/audit",
])

/** The route of a path, as OpenAPI writes it: of what isn't one, no more than that. */
const routeOf = (path: string): string => {
  if (!path.startsWith(accountsPrefix)) {
    const [, first = "", second = ""] = path.split("/")
    const route = first === "v1" ? `v1/${second}` : first
    return otherRoutes.has(route) ? `/${route}` : "none"
  }
  const [, place = "", rest] = path.slice(accountsPrefix.length).split("/")
  const route = accountRoutes.get(place)
  if (route === undefined) return place === "wallboard" ? "/" : "none"
  return place === "agents" && rest !== undefined ? `${route}/{agent}` : route
}

/** The key that a request comes with; a browser's session reads alone, so that no other site can have it write. */
const keyIn = (c: Context<Env>): string | undefined => {
  const header = c.req.header("authorization")
  if (header !== undefined) return /^Bearer +([!-~]{1,16384})$/i.exec(header)?.[1] ?? ""
  return c.req.method === "GET" || c.req.method === "HEAD" ? getCookie(c, sessionCookie) : undefined
}

/** Makes the front. */
export const make = (backends: Backends) => {
  const app = new Hono<Env>()
  const { before = [], metrics } = backends

  const authenticated: MiddlewareHandler<Env> = async (c, next) => {
    const key = keyIn(c)
    const caller = key === undefined || key === "" ? null : await backends.authenticate(key)
    if (caller === null) return refuse(c, noValidKey)
    c.set("caller", caller)
    return next()
  }

  const withinRate = rateLimited<Env>(
    (c) => backends.limit(c.get("caller").rateLimitKey),
    (c) => c.get("requestId"),
  )

  app.use(async (c, next) => {
    const begun = performance.now()
    c.set("requestId", requestIdOf(c.req.header("x-request-id")))
    await next()
    addHeaders(c.res, c.get("requestId"))
    const caller: Caller | undefined = c.get("caller")
    const account: string | undefined = c.get("account")
    backends.logRequest({
      at: Date.now(),
      requestId: c.get("requestId"),
      method: c.req.method,
      route: routeOf(c.req.path),
      status: c.res.status,
      seconds: (performance.now() - begun) / 1000,
      key: caller?.key ?? null,
      account: account ?? null,
    })
  })
  if (backends.origins.length > 0) {
    app.use(
      "/v1/*",
      cors({
        origin: [...backends.origins],
        allowMethods: ["GET", "HEAD", "POST", "PUT", "DELETE"],
        allowHeaders: [
          "Authorization",
          "Content-Type",
          "Content-Encoding",
          "If-None-Match",
          "Last-Event-ID",
          "X-Request-Id",
        ],
        exposeHeaders: ["ETag", asOfHeader, "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id"],
        maxAge: 600,
      }),
    )
  }

  for (const [path, middleware] of before) app.use(path, middleware)

  app.get("/healthz", (c) => c.json({ status: "ok" }))
  app.get("/readyz", async (c) =>
    (await backends.isReady()) ? c.json({ status: "ready" }) : c.json({ status: "not ready" }, 503),
  )
  if (metrics !== undefined) {
    app.get("/metrics", authenticated, withinRate, (c) =>
      c.get("caller").accounts === "*"
        ? c.text(metrics(), 200, { "Content-Type": "text/plain; version=0.0.4; charset=utf-8" })
        : refuse(c, new ApiError({ code: "forbidden", detail: "This needs a key for all accounts." })),
    )
  }
  app.get("/openapi.json", async (c) => c.json(await backends.openapi()))
  app.get("/docs", async (c) => c.html((await import("../web/views/docs.tsx")).docs()))

  app.get("/", async (c) => {
    const key = getCookie(c, sessionCookie)
    const caller = key === undefined ? null : await backends.authenticate(key)
    const account = caller === null || caller.accounts === "*" ? undefined : caller.accounts[0]
    if (caller === null || account === undefined) {
      c.header("Cache-Control", "no-store")
      if (key !== undefined) deleteCookie(c, sessionCookie, { path: "/" })
      const { signIn } = await import("../web/views/signIn.tsx")
      const problem = key === undefined ? null : "Your session has ended: sign in again."
      return c.html(signIn({ account: "", problem }))
    }
    c.set("caller", caller)
    c.set("account", account)
    const { search } = new URL(c.req.url)
    const request = new Request(new URL(`/v1/accounts/${account}/wallboard${search}`, c.req.url), {
      headers: c.req.raw.headers,
    })
    const answered = await backends.account(request, { account, caller, requestId: c.get("requestId") })
    if (answered.status < 400) return answered
    // A person gets a page, whatever is wrong.
    const { detail } = Schema.decodeUnknownSync(Problem)(await answered.json())
    const retryAfter = answered.headers.get("retry-after")
    const { signIn } = await import("../web/views/signIn.tsx")
    return new Response(signIn({ account, problem: detail }), {
      status: answered.status,
      headers: {
        "Content-Type": "text/html; charset=UTF-8",
        "Cache-Control": "no-store",
        ...(retryAfter === null ? {} : { "Retry-After": retryAfter }),
      },
    })
  })

  const toKeys = async (c: Context<Env>) =>
    backends.keys(c.req.raw, { caller: c.get("caller") ?? null, requestId: c.get("requestId") })
  app.get("/session", (c) => c.redirect("/", 303))
  app.post("/session", toKeys)
  app.post("/session/end", toKeys)
  app.all("/v1/keys/*", authenticated, withinRate, toKeys)
  app.all("/v1/audit", authenticated, withinRate, toKeys)

  app.all("/v1/accounts/:account/*", authenticated, async (c) => {
    const caller = c.get("caller")
    const account = c.req.param("account")
    // Who may use all accounts may still not name a file.
    if (!isAccountName(account) || !mayUse(caller, account)) return refuse(c, noSuchAccount)
    c.set("account", account)
    const answered = await backends.account(c.req.raw, { account, caller, requestId: c.get("requestId") })
    return endWhenRevoked(answered, async () => (await backends.authenticate(keyIn(c) ?? "")) !== null)
  })

  for (const [path, methods] of [
    ["/", "GET, HEAD"],
    ["/docs", "GET, HEAD"],
    ["/healthz", "GET, HEAD"],
    ["/openapi.json", "GET, HEAD"],
    ["/readyz", "GET, HEAD"],
    ["/session", "GET, HEAD, POST"],
    ["/session/end", "POST"],
  ] as const) {
    app.all(path, (c) => refuse(c, methodNotAllowed(methods)))
  }
  app.notFound((c) => refuse(c, noSuchRoute))
  app.onError((error, c) => {
    if (error instanceof ApiError) return refuse(c, error)
    backends.logBug(error, c.get("requestId"))
    return refuse(c, internalError)
  })
  return app
}
