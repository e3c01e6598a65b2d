/**
 * The ring of keys in a Durable Object.
 */
import * as zlib from "node:zlib"
import { problems } from "@dwell/client/problem"
import * as durableObjectDriver from "@dwell/core/EventStore/durableObjectDriver"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { callerIn } from "./forwardedCaller.ts"
import type { Environment } from "../environment/environment.ts"
import * as telemetry from "../gateway/telemetry.ts"
import { ApiError, valueOf } from "../http/problem.ts"
import * as RetryingRuntime from "../retryingRuntime.ts"
import { make as makeRoutes } from "../keys/routes/keysApp.ts"
import { CheckedCaller, checkPath } from "../keys/checkRoute.ts"
import * as KeyStore from "../keys/KeyStore.ts"

const routes = makeRoutes()

type Storage = Parameters<typeof durableObjectDriver.make>[0]

/** Makes what answers from an object's storage. */
export const make = (storage: Storage, { adminKey, otlp, settings }: Environment) => {
  const { layer } = telemetry.make({ otlp })
  const watching = ManagedRuntime.make(layer)
  const ring = RetryingRuntime.make(() =>
    KeyStore.layer({
      driver: durableObjectDriver.make(storage, zlib),
      name: "the storage of the keys",
      ...(adminKey === null ? {} : { adminKey }),
    }).pipe(Layer.provideMerge(layer)),
  )
  const check = async (text: string) => valueOf(await ring.run(KeyStore.callerOf(Redacted.make(text))))
  return async (request: Request): Promise<Response> => {
    if (new URL(request.url).pathname === checkPath) {
      try {
        return new Response(Schema.encodeSync(CheckedCaller)(await check(await request.text())))
      } catch (failure) {
        if (failure instanceof ApiError) return new Response(null, { status: problems[failure.code][0] })
        throw failure
      }
    }
    const context = callerIn(request)
    if (context === null) return new Response(null, { status: 404 })
    const { caller, requestId } = context
    return routes.fetch(request, {
      run: ring.run,
      observe: (effect) => watching.runPromise(effect),
      check,
      caller,
      requestId,
      bodySeconds: settings.bodyIdleTimeoutSeconds,
    })
  }
}
