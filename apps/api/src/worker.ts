/**
 * The API on Cloudflare Workers: the front in the Worker, each account in a Durable Object of its own, the keys in one more.
 *
 * Shape    a key that was found good is taken for good for some seconds, so that most requests go to their account at once;
 *          a key that is revoked is refused everywhere after that
 */
import * as zlib from "node:zlib"
import { DurableObject, type DurableObjectState } from "cloudflare:workers"
import * as durableObjectDriver from "@dwell/core/EventStore/durableObjectDriver"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { make as accountApp } from "./account/app.ts"
import { open, type Opened } from "./account/open.ts"
import { askingIn, withAsking } from "./asking.ts"
import * as environment from "./environment.ts"
import * as front from "./front.ts"
import * as observing from "./observing.ts"
import { document } from "./openapi/document.ts"
import { layerOf } from "./vendors.ts"

interface Namespace {
  readonly getByName: (name: string) => { readonly fetch: (request: Request) => Promise<Response> }
}

interface Env extends environment.Variables {
  readonly ACCOUNT: Namespace
  readonly KEYS: Namespace
}

/** 128 MB are all that an object and its neighbours have. */
const answerBytes = 12_000_000

/** What the variables say; where they are wrong, nothing works, and the log says why. */
const environmentOf = (env: Env): environment.Environment => Either.getOrThrow(environment.read(env))

const observingOf = ({ otlp }: environment.Environment) =>
  observing.layer({ http: FetchHttpClient.layer, ...(otlp === null ? {} : { otlp }) })

const app = accountApp()

export class Account extends DurableObject<Env> {
  private opened: Opened | undefined

  async fetch(request: Request): Promise<Response> {
    const asking = askingIn(request)
    if (asking === null || asking.caller === null) return new Response(null, { status: 404 })
    const { account, caller, requestId } = asking
    this.opened ??= this.open(account)
    return app.fetch(request, { ...this.opened, account, caller, requestId })
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
