/**
 * The Worker of the benchmarks: the API's own, whose objects answer `/sums` too, which has no route.
 *
 * Shape    `/sums?account=A&from=F&to=T` answers with how many seconds that were; whoever asks has the clock
 */
import * as zlib from "node:zlib"
import { EventStore } from "@dwell/core/EventStore"
import * as durableObjectDriver from "@dwell/core/EventStore/durableObjectDriver"
import * as sqlite from "@dwell/core/EventStore/sqlite"
import * as Effect from "effect/Effect"
import worker, { Account as Deployed } from "../src/worker/worker.ts"

export { Keys } from "../src/worker/worker.ts"

const path = "/sums"

export class Account extends Deployed {
  private readonly store = Effect.runSync(
    Effect.provide(
      EventStore,
      sqlite.layer({ driver: durableObjectDriver.make(this.ctx.storage, zlib), name: "the account's storage" }),
    ),
  )

  override async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname !== path) return super.fetch(request)
    const window = { from: Number(searchParams.get("from")), to: Number(searchParams.get("to")) }
    const { seconds } = Effect.runSync(this.store.sums(window, window.to))
    return Response.json(seconds.reduce((sum, each) => sum + each, 0))
  }
}

const withSums: typeof worker = {
  ...worker,
  fetch: (request, env) => {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname !== path) return worker.fetch(request, env)
    return env.ACCOUNT.getByName(searchParams.get("account") ?? "").fetch(request)
  },
}

export default withSums
