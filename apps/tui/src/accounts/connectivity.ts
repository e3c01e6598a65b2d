/**
 * Whether ContactNow can be reached: shared by `dwell doctor`, the connect form and the floor.
 *
 * Units    Unix seconds
 * Fails    `ContactNowError`, which says what to do
 */
import { ContactNowError } from "@dwell/core/ContactNowError"
import * as StatusLog from "@dwell/core/StatusLog"
import * as Token from "@dwell/core/Token"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Clock from "effect/Clock"
import { nowSeconds } from "@dwell/core/clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Connection } from "./settings.ts"

/** The clock error up to which tokens and windows still work. */
const maxSkewSeconds = 30

/** A server's response without credentials: its HTTP status and, if it has a date, its time. */
export const probe = ({ baseUrl }: Pick<Connection, "baseUrl">) =>
  Effect.gen(function* () {
    const client = HttpClient.withTracerDisabledWhen(yield* HttpClient.HttpClient, () => true)
    const unreachable = () =>
      new ContactNowError({
        reason: "TransportFailed",
        issue: `${baseUrl} does not answer`,
        remedy: "Check the network, and the region or base URL.",
      })
    const response = yield* client
      .get(`${baseUrl}token.php`)
      .pipe(Effect.timeout("20 seconds"), Effect.mapError(unreachable))
    const date = Date.parse(response.headers["date"] ?? "")
    return { status: response.status, serverTime: Number.isNaN(date) ? null : date / 1000 }
  }).pipe(Effect.scoped)

/** Seconds by which this clock is ahead of a server's (negative: behind), and whether that is tolerated. */
export const clockSkew = (serverTime: number) =>
  Effect.map(Clock.currentTimeMillis, (millis) => {
    const seconds = Math.round(millis / 1000 - serverTime)
    return { seconds, isTolerated: Math.abs(seconds) <= maxSkewSeconds }
  })

/** `95 s ahead of`, `95 s behind`. */
export const skewText = (seconds: number): string => `${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"}`

/** A tolerated difference, in words. */
export const agreementText = (seconds: number): string => `within ${Math.max(1, Math.abs(seconds))} s of the server's`

/** Gets a token, lets ContactNow validate it from this address, and returns when it expires. */
export const tokenExpiry = Effect.gen(function* () {
  const service = yield* Token.Token
  const held = yield* service.get
  const { expire } = yield* service.validate(held.token)
  return expire
})

/** The number of rows of `status_log` in the last seconds. */
export const countRecentRows = (seconds: number) =>
  Effect.gen(function* () {
    const { query } = yield* StatusLog.StatusLog
    const now = yield* nowSeconds
    return yield* Stream.runFold(query({ tstart: now - seconds, tstop: now }), 0, (sum, { length }) => sum + length)
  })
