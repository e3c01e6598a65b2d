/**
 * A ContactNow emulator in this process, and the services connected to it; nothing leaves the machine.
 */
import * as ContactNow from "@dwell/core/ContactNow"
import type { Emulator, Options } from "@dwell/emulator"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { connect } from "./accounts/connection.ts"

/** The credentials that `emulatorServices` uses. */
export const credentials = { username: "api-user", password: "api-key" } as const satisfies Options

/** The services connected to an emulator that was made with `credentials`. */
export const emulatorServices = ({ app }: Pick<Emulator, "app">) => {
  const fetch: typeof globalThis.fetch = async (input, init) => app.fetch(new Request(input, init))
  // Per request, so that it wins over any other `fetch`.
  const client = Layer.effect(
    HttpClient.HttpClient,
    Effect.map(
      HttpClient.HttpClient,
      HttpClient.transformResponse(Effect.provideService(FetchHttpClient.Fetch, fetch)),
    ),
  )
  return connect({
    baseUrl: ContactNow.regions.eu,
    username: Redacted.make(credentials.username),
    password: Redacted.make(credentials.password),
    addresses: [],
    format: "json",
  }).pipe(Layer.provide(client), Layer.provide(FetchHttpClient.layer))
}
