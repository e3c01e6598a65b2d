/**
 * The API on Cloudflare Workers: the front in the Worker, each account in a Durable Object of its own, the keys in one more.
 *
 * Shape    a key that was found good is taken for good for some seconds, so that most requests go to their account at once;
 *          a key that is revoked is refused everywhere after that
 */
import * as zlib from "node:zlib"
import { DurableObject } from "cloudflare:workers"
import { problems } from "@dwell/client/contract"
import * as durableObjectDriver from "@dwell/core/EventStore/durableObjectDriver"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { make as accountApp } from "./account/app.ts"
import { open, type Opened } from "./account/open.ts"
import { askingIn, withAsking } from "./asking.ts"
import * as Check from "./check.ts"
import * as environment from "./environment.ts"
import * as front from "./front.ts"
import * as keysApp from "./keys/app.ts"
import { Caller } from "./keys/Caller.ts"
import * as Jwt from "./keys/jwt.ts"
import * as KeyRing from "./keys/KeyRing.ts"
import * as observing from "./observing.ts"
import { document } from "./openapi/document.ts"
import { Refusal, valueOf } from "./problem.ts"
import { layerOf } from "./vendors.ts"

interface Stub {
  readonly fetch: (request: Request) => Promise<Response>
}

interface Namespace {
  readonly getByName: (name: string) => Stub
}

export interface Env extends environment.Variables {
  readonly ACCOUNT: Namespace
  readonly KEYS: Namespace
}

/** 128 MB are all that an object and its neighbours have. */
const answerBytes = 12_000_000

/** What the variables say; where they are wrong, nothing works, and the log says why. */
const environmentOf = (env: Env): environment.Environment => Either.getOrThrow(environment.read(env))

const observingOf = ({ otlp }: environment.Environment) =>
  observing.layer({ http: FetchHttpClient.layer, ...(otlp === null ? {} : { otlp }) })

/** Made when an account is first asked: what a Worker does before its first request, every reader of it waits for. */
let routes: ReturnType<typeof accountApp> | undefined

export class Account extends DurableObject<Env> {
  private opened: Opened | undefined

  async fetch(request: Request): Promise<Response> {
    const asking = askingIn(request)
    if (asking === null || asking.caller === null) return new Response(null, { status: 404 })
    const { account, caller, requestId } = asking
    this.opened ??= this.open(account)
    routes ??= accountApp()
    return routes.fetch(request, { ...this.opened, account, caller, requestId })
  }

  private open(account: string): Opened {
    const read = environmentOf(this.env)
    return open({
      driver: Effect.sync(() => durableObjectDriver.make(this.ctx.storage, zlib)),
      name: "the account's storage",
      settings: read.settings,
      vendor: layerOf(read.vendors, account, FetchHttpClient.layer),
      answerBytes,
      requestsPerMinute: read.requestsPerMinute,
      observing: observingOf(read),
    })
  }
}

/** Where the Worker asks whose a key is; no request from outside comes here. */
const checkPath = "/check"

const Checked = Schema.parseJson(Schema.NullOr(Caller))

const adminKeyOf = (env: Env) => {
  const { adminKey } = environmentOf(env)
  return adminKey === null ? {} : { adminKey }
}

export class Keys extends DurableObject<Env> {
  private readonly ring = ManagedRuntime.make(
    KeyRing.layer({
      driver: durableObjectDriver.make(this.ctx.storage, zlib),
      name: "the storage of the keys",
      ...adminKeyOf(this.env),
    }),
  )
  private readonly routes = keysApp.make()

  async fetch(request: Request): Promise<Response> {
    const check = async (text: string) => valueOf(await this.ring.runPromiseExit(keysApp.callerOf(Redacted.make(text))))
    if (new URL(request.url).pathname === checkPath) {
      try {
        return new Response(Schema.encodeSync(Checked)(await check(await request.text())))
      } catch (failure) {
        if (failure instanceof Refusal) return new Response(null, { status: problems[failure.code][0] })
        throw failure
      }
    }
    const asking = askingIn(request)
    if (asking === null) return new Response(null, { status: 404 })
    const { caller, requestId } = asking
    const { bodySilenceSeconds: bodySeconds } = environmentOf(this.env).settings
    return this.routes.fetch(request, {
      run: (effect) => this.ring.runPromiseExit(effect),
      check,
      caller,
      requestId,
      bodySeconds,
    })
  }
}

/** A key that was revoked is refused in every place after so long. */
const heldMillis = 10_000

/** A response of another's, which may not be changed, as one that may. */
const own = (response: Response): Response => new Response(response.body, response)

/** What a Worker makes once, of its variables. */
const site = (env: Env) => {
  const read = environmentOf(env)
  const observe = ManagedRuntime.make(observingOf(read))
  // A stub is good for the request that it was made in.
  const ring = () => env.KEYS.getByName("keys")
  const tokens = (jwt: Jwt.Jwt) => (token: Redacted.Redacted) =>
    observe.runPromiseExit(keysApp.callerOfToken(jwt)(token)).then(valueOf)
  const { check, forget } = Check.make({
    ofRing: async (key) => {
      const request = new Request(`https://keys${checkPath}`, { method: "POST", body: Redacted.value(key) })
      const response = await ring().fetch(request)
      if (!response.ok)
        throw new Refusal({ code: "store_unavailable", detail: "The keys can't be read. Try again later." })
      return Schema.decodeSync(Checked)(await response.text())
    },
    ...(read.jwt === null ? {} : { ofToken: tokens(Jwt.make(read.jwt)) }),
    heldMillis,
    now: Date.now,
  })
  return front.make({
    check,
    keys: async (request, { caller, requestId }) => {
      const response = await ring().fetch(withAsking(request, { account: "", caller, requestId }))
      if (request.method !== "GET") forget()
      return own(response)
    },
    account: async (request, asking) =>
      own(await env.ACCOUNT.getByName(asking.account).fetch(withAsking(request, asking))),
    openapi: document,
    isReady: async () => (await check("readiness")) === null,
    saw: (seen) => {
      observe.runSync(observing.saw(seen))
    },
    failed: (error, requestId) => {
      observe.runSync(observing.failed(error, requestId))
    },
    origins: read.origins,
  })
}

let made: ReturnType<typeof site> | undefined

/** Who fetches by the clock. */
const clockwork: Caller = {
  key: "cron",
  name: "cron",
  scopes: ["ingest"],
  accounts: "*",
  expiresAt: null,
  countedAs: "cron",
}

export default {
  fetch: (request: Request, env: Env): Response | Promise<Response> => {
    made ??= site(env)
    return made.fetch(request)
  },
  /** Reads what is new of each account whose credentials are here. */
  scheduled: async (_: unknown, env: Env): Promise<void> => {
    const accounts = Object.keys(environmentOf(env).vendors)
    const answers = await Promise.all(
      accounts.map(async (account) => {
        const request = new Request(`https://account/v1/accounts/${account}/sync`, { method: "POST" })
        const asking = { account, caller: clockwork, requestId: crypto.randomUUID() }
        const response = await env.ACCOUNT.getByName(account).fetch(withAsking(request, asking))
        return response.ok ? null : `${account}: ${await response.text()}`
      }),
    )
    const failures = answers.filter((failure) => failure !== null)
    if (failures.length > 0) throw new Error(failures.join("\n"))
  },
}
