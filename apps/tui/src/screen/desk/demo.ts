/**
 * The invented centre that those see who have no credentials: always in the middle of a working day, whatever the hour.
 */
import * as ContactNow from "@dwell/core/ContactNow"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { connect } from "../../vendor.ts"

const username = "api-user"
const password = "api-key"

const agents = 36
const days = 32

/** A Tuesday afternoon of the invented centre, which it always is. */
const afternoon = Date.UTC(2026, 2, 10, 14, 40) / 1000

/** What talks to an emulated ContactNow in this process; nothing leaves the machine. */
export const vendor = Effect.gen(function* () {
  const { make } = yield* Effect.promise(() => import("@dwell/emulator"))
  const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
  const emulator = make({ username, password, agents, days, aheadSeconds: afternoon - now })
  const fetch: typeof globalThis.fetch = async (input, init) => emulator.app.fetch(new Request(input, init))
  return connect({
    baseUrl: ContactNow.regions.eu,
    username: Redacted.make(username),
    password: Redacted.make(password),
    addresses: [],
    format: "json",
  }).pipe(Layer.provide(FetchHttpClient.layer), Layer.provide(Layer.succeed(FetchHttpClient.Fetch, fetch)))
})
