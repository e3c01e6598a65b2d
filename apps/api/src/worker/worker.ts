/**
 * The API on Cloudflare Workers: the front in the Worker, each account in a Durable Object of its own, the keys in one more.
 *
 * Shape    a key that was found good is taken for good for some seconds, so that most requests go to their account at once;
 *          a key that is revoked is refused everywhere after that
 * Cost     what only an account or the keys need is loaded with the first request to one: a start waits for the front alone
 */
import { DurableObject } from "cloudflare:workers"
import * as Either from "effect/Either"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { withCaller } from "./forwardedCaller.ts"
import * as Authenticator from "../gateway/authenticate.ts"
import type { Environment } from "../environment/environment.ts"
import * as gateway from "../gateway/gateway.ts"
import type { Caller } from "../keys/Caller.ts"
import { CheckedCaller, checkPath, endsKeys } from "../keys/checkRoute.ts"
import * as telemetry from "../gateway/telemetry.ts"
import { ApiError, valueOf } from "../http/problem.ts"
import * as RateLimit from "../http/rateLimit.ts"
import { readGateway, type GatewayEnvironment, type Variables } from "../environment/gatewayEnvironment.ts"

interface Stub {
  readonly fetch: (request: Request) => Promise<Response>
}

interface Namespace {
  readonly getByName: (name: string) => Stub
}

export interface Env extends Variables {
  readonly ACCOUNT: Namespace
  readonly KEYS: Namespace
}

type Handler = (request: Request) => Promise<Response>

/** What the variables say; where they are wrong, nothing works, and the log says why. */
const environmentOf = async (env: Env): Promise<Environment> =>
  Either.getOrThrowWith((await import("../environment/environment.ts")).read(env), (invalid) => invalid)

export class Account extends DurableObject<Env> {
  private answering: Promise<Handler> | undefined

  async fetch(request: Request): Promise<Response> {
    this.answering ??= this.open()
    return (await this.answering)(request)
  }

  private async open(): Promise<Handler> {
    const { make } = await import("./accountObject.ts")
    return make(this.ctx.storage, await environmentOf(this.env))
  }
}

export class Keys extends DurableObject<Env> {
  private answering: Promise<Handler> | undefined

  async fetch(request: Request): Promise<Response> {
    this.answering ??= this.open()
    return (await this.answering)(request)
  }

  private async open(): Promise<Handler> {
    const { make } = await import("./keysObject.ts")
    return make(this.ctx.storage, await environmentOf(this.env))
  }
}

/** A key that was revoked is refused in every place after so long. */
const keyCacheMillis = 10_000

/** A response of another's, which may not be changed, as one that may. */
const own = (response: Response): Response => new Response(response.body, response)

/** Whose tokens are whose, once there is one. */
const tokensOf = (
  options: NonNullable<GatewayEnvironment["jwt"]>,
  run: <A, E>(effect: Effect.Effect<A, E>) => Promise<A>,
) => {
  let made: Promise<(token: Redacted.Redacted) => Promise<Caller | null>> | undefined
  return async (token: Redacted.Redacted) => {
    made ??= import("../keys/jwt.ts").then(({ callerOf, make }) => {
      const whose = callerOf(make(options))
      return (shown) => run(whose(shown))
    })
    return (await made)(token)
  }
}

/** What a Worker makes once, of its variables. */
const makeGateway = (env: Env) => {
  const { jwt, origins, otlp, requestsPerMinute } = Either.getOrThrowWith(readGateway(env), (invalid) => invalid)
  const { logBug, layer, logRequest } = telemetry.make({ otlp })
  const observe = ManagedRuntime.make(layer)
  const saySo = (failure: unknown): void =>
    void observe.runFork(Effect.logError(`not ready: ${failure instanceof Error ? failure.message : String(failure)}`))
  const rate = RateLimit.make({ ...RateLimit.defaultPolicy, limit: requestsPerMinute })
  // A stub is good for the request that it was made in.
  const keyStore = () => env.KEYS.getByName("keys")
  const { authenticate, forget } = Authenticator.make({
    checkKey: async (key) => {
      const request = new Request(`https://keys${checkPath}`, { method: "POST", body: Redacted.value(key) })
      const response = await keyStore().fetch(request)
      if (!response.ok)
        throw new ApiError({ code: "store_unavailable", detail: "The keys can't be read. Try again later." })
      return Schema.decodeSync(CheckedCaller)(await response.text())
    },
    ...(jwt === null
      ? {}
      : { checkToken: tokensOf(jwt, (effect) => observe.runPromiseExit(effect).then((exit) => valueOf(exit))) }),
    cacheMillis: keyCacheMillis,
    now: Date.now,
  })
  return gateway.make({
    authenticate,
    keys: async (request, { caller, requestId }) => {
      const response = await keyStore().fetch(withCaller(request, { account: "", caller, requestId }))
      if (endsKeys(request, response)) forget()
      return own(response)
    },
    account: async (request, context) =>
      own(await env.ACCOUNT.getByName(context.account).fetch(withCaller(request, context))),
    openapi: async () => (await import("../openapi/document.ts")).document(),
    limit: (key) => rate.take(key, Date.now()),
    isReady: async () => {
      try {
        await environmentOf(env)
        const request = new Request(`https://keys${checkPath}`, { method: "POST", body: "whether they can be read" })
        return (await keyStore().fetch(request)).ok
      } catch (failure) {
        saySo(failure)
        return false
      }
    },
    logRequest,
    logBug: (error, requestId) => void observe.runFork(logBug(error, requestId)),
    origins,
  })
}

let made: ReturnType<typeof makeGateway> | undefined

/** Who fetches by the clock. */
const cronCaller: Caller = {
  key: "cron",
  name: "cron",
  scopes: ["ingest"],
  accounts: "*",
  expiresAt: null,
  rateLimitKey: "cron",
}

export default {
  fetch: (request: Request, env: Env): Response | Promise<Response> => {
    made ??= makeGateway(env)
    return made.fetch(request)
  },
  /** Reads what is new of each account whose credentials are here. */
  scheduled: async (_: unknown, env: Env): Promise<void> => {
    const accounts = Object.keys((await environmentOf(env)).vendors)
    const answers = await Promise.allSettled(
      accounts.map(async (account) => {
        const request = new Request(`https://account/v1/accounts/${account}/sync`, { method: "POST" })
        const context = { account, caller: cronCaller, requestId: crypto.randomUUID() }
        const response = await env.ACCOUNT.getByName(account).fetch(withCaller(request, context))
        if (!response.ok) throw new Error(`${account}: ${await response.text()}`)
      }),
    )
    const failures = answers.filter((answer) => answer.status === "rejected").map(({ reason }) => String(reason))
    if (failures.length > 0) throw new Error(failures.join("\n"))
  },
}
