/**
 * The API in a Node process: a file per account, and a file for the keys.
 *
 * Fails    `UserError` names the folder or the port
 */
import { hash } from "node:crypto"
import type { StoreError } from "@dwell/core/StoreError"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { serveStatic } from "@hono/node-server/serve-static"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type { MiddlewareHandler } from "hono"
import { compress } from "hono/compress"
import { etag } from "hono/etag"
import type { Environment } from "../environment/environment.ts"
import * as Authenticator from "../gateway/authenticate.ts"
import * as gateway from "../gateway/gateway.ts"
import type * as telemetry from "../gateway/telemetry.ts"
import { response, valueOf } from "../http/problem.ts"
import * as RateLimit from "../http/rateLimit.ts"
import { has } from "../keys/Caller.ts"
import { endsKeys } from "../keys/checkRoute.ts"
import * as Jwt from "../keys/jwt.ts"
import { callerOf, type KeyStore } from "../keys/KeyStore.ts"
import * as keysApp from "../keys/routes/keysApp.ts"
import { document } from "../routes/openapiDocument.ts"
import * as RetryingRuntime from "../retryingRuntime.ts"
import { make as accountApp } from "../routes/accountApp.ts"
import * as Accounts from "./accounts.ts"
import { lockDataFolder } from "./dataFolder.ts"
import { layer as keyRing } from "./keyFile.ts"
import { listen } from "./listen.ts"
import { type NodeTelemetry, makeTelemetry } from "./nodeTelemetry.ts"
import { exposition, processNow } from "./prometheus.ts"

export interface Options {
  readonly environment: Environment
  readonly data: string
  readonly port: number
  /** Default: 127.0.0.1. */
  readonly hostname?: string
  /** Seconds between two polls of a vendor. Default: 20. */
  readonly intervalSeconds?: number
  /** The number of days to fetch at the start. Default: 7. */
  readonly days?: number
  /** The folder of static files for browsers. */
  readonly assets: string
  /** Default: all lines, on stdout. */
  readonly observing?: telemetry.Options
  /** Milliseconds since 1970; timers still use real time. Default: this machine's clock. */
  readonly now?: () => number
}

export interface Served {
  /** Without a slash at the end. */
  readonly url: string
  readonly port: number
  readonly keys: RetryingRuntime.RetryingRuntime<KeyStore, StoreError>
  /** Finishes open requests, for some seconds at most, and then closes. */
  readonly close: () => Promise<void>
}

/** A key revoked by another process is refused after this time. */
const keyCacheMillis = 5000
/** Whether a request stores something. */
const isIngest = ({ method, url }: Request): boolean => {
  const [, , , , ...place] = new URL(url).pathname.split("/")
  return ["POST events", "PUT agents"].includes(`${method} ${place.join("/")}`)
}

const compressed = compress()
/** Compresses a response if the client accepts that. */
const compression: MiddlewareHandler = (c, next) =>
  c.req.header("accept-encoding") === undefined ? next() : compressed(c, next)

/** The key store of the folder, and the authenticator of keys and tokens. */
const keysOf = (
  { data, environment: { adminKey, jwt }, now = Date.now }: Options,
  { layer, runtime }: NodeTelemetry,
) => {
  const keys = RetryingRuntime.make(
    () =>
      keyRing(data, adminKey === null ? {} : { adminKey }).pipe(
        Layer.provide(NodeContext.layer),
        Layer.provideMerge(layer),
      ),
    runtime.memoMap,
  )
  const tokens = (of: Jwt.Jwt) => (token: Redacted.Redacted) =>
    runtime.runPromiseExit(Jwt.callerOf(of)(token)).then(valueOf)
  const authenticator = Authenticator.make({
    checkKey: async (key) => valueOf(await keys.run(callerOf(key))),
    ...(jwt === null ? {} : { checkToken: tokens(Jwt.make(jwt)) }),
    cacheMillis: keyCacheMillis,
    now,
    digest: (text) => hash("sha256", text, "base64"),
  })
  return { keys, authenticator }
}

/** Serves the static files of a folder. */
const staticFiles = (root: string): ReadonlyArray<readonly [path: string, middleware: MiddlewareHandler]> => [
  ["*", compression],
  ["/assets/*", etag()],
  [
    "/assets/*",
    serveStatic({
      root,
      rewriteRequestPath: (path) => path.replace(/^\/assets/, ""),
      precompressed: true,
      onFound: (_, c) => c.header("Cache-Control", "public, max-age=0, must-revalidate"),
    }),
  ],
]

/** The gateway, wired to the keys and the accounts of this process. */
const routesOf = (
  { assets, environment, now = Date.now }: Options,
  { logBug, requests, runtime }: NodeTelemetry,
  { authenticator, keys }: ReturnType<typeof keysOf>,
  { exists, accountOf }: Accounts.Accounts,
) => {
  const { origins, requestsPerMinute, settings } = environment
  const app = accountApp()
  const keyRoutes = keysApp.make()
  const rate = RateLimit.make({ ...RateLimit.defaultPolicy, limit: requestsPerMinute })
  return gateway.make({
    authenticate: authenticator.authenticate,
    keys: async (request, context) => {
      const answer = await keyRoutes.fetch(request, {
        ...context,
        check: authenticator.authenticate,
        bodySeconds: settings.bodyIdleTimeoutSeconds,
        run: keys.run,
        observe: (effect) => runtime.runPromise(effect),
      })
      if (endsKeys(request, answer)) authenticator.forget()
      return answer
    },
    account: async (request, context) => {
      const { account, caller, requestId } = context
      // A misspelt account must not be created by a key for all accounts, except by storing something.
      if (caller.accounts === "*" && !exists(account) && !(has(caller, "ingest") && isIngest(request)))
        return response(gateway.noSuchAccount, requestId)
      return app.fetch(request, { ...accountOf(account), ...context })
    },
    openapi: document,
    limit: (key) => rate.take(key, now()),
    isReady: async () => Exit.isSuccess(await keys.run(Effect.void)),
    logRequest: requests.add,
    logBug: (error, requestId) => void runtime.runFork(logBug(error, requestId)),
    origins,
    metrics: () => {
      requests.flush()
      return exposition(processNow())
    },
    before: staticFiles(assets),
  })
}

/** Serves until it is closed. */
export const serve = async (options: Options): Promise<Served> => {
  const { data, days = 7, environment, intervalSeconds = 20, hostname = "127.0.0.1", now = Date.now, port } = options
  const lock = lockDataFolder(data)
  const observation = makeTelemetry({ otlp: environment.otlp, ...options })
  const { layer, lines, requests, runtime } = observation
  const found = keysOf(options, observation)
  const { keys } = found
  const { memoMap } = runtime
  const accounts = Accounts.make({ environment, data, days, intervalSeconds, observing: layer, memoMap, now })
  const { fetch } = routesOf(options, observation, found, accounts)
  const listening = await listen(fetch, { hostname, port }).catch((failure: unknown) => {
    lock.close()
    throw failure
  })
  const ending = new AbortController()
  const followers = Object.keys(environment.vendors).map((account) =>
    runtime.runPromiseExit(accounts.follow(account), { signal: ending.signal }),
  )
  return {
    url: `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${listening.port}`,
    port: listening.port,
    keys,
    close: async () => {
      ending.abort()
      await Promise.all([listening.close(accounts.endStreams), ...followers])
      await accounts.close()
      requests.flush()
      await Promise.all([keys.close(), runtime.dispose()])
      lines.flush()
      lock.close()
    },
  }
}
