/**
 * An account in a Durable Object.
 */
import * as zlib from "node:zlib"
import * as durableObjectDriver from "@dwell/core/EventStore/durableObjectDriver"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Effect from "effect/Effect"
import { callerIn } from "./forwardedCaller.ts"
import type { Environment } from "../environment/environment.ts"
import * as telemetry from "../gateway/telemetry.ts"
import { layerOf } from "../environment/vendorCredentials.ts"
import * as ResponseCache from "../account/ResponseCache.ts"
import { make as makeRoutes } from "../routes/accountApp.ts"
import { openAccount, type OpenAccount } from "../account/openAccount.ts"

/** 128 MB are all that an object and its neighbours have. */
const cacheBytes = 12_000_000

const routes = makeRoutes()

type Storage = Parameters<typeof durableObjectDriver.make>[0]

/** Makes what answers from an object's storage; which account it is comes with the first request. */
export const make = (storage: Storage, environment: Environment) => {
  const { otlp, requestsPerMinute, settings, vendors } = environment
  let opened: OpenAccount | undefined
  return async (request: Request): Promise<Response> => {
    const context = callerIn(request)
    if (context === null || context.caller === null) return new Response(null, { status: 404 })
    const { account, caller, requestId } = context
    opened ??= openAccount({
      driver: Effect.sync(() => durableObjectDriver.make(storage, zlib)),
      name: "the account's storage",
      settings,
      vendor: layerOf(vendors, account, FetchHttpClient.layer),
      cache: ResponseCache.sharedCaches(cacheBytes)(),
      requestsPerMinute,
      observing: telemetry.make({ otlp }).layer,
    })
    return routes.fetch(request, { ...opened, account, caller, requestId })
  }
}
