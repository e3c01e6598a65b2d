/**
 * Whether ContactNow can be reached: what `dwell doctor`, the form that connects and the floor look at.
 *
 * Units    Unix seconds
 * Fails    `ContactNowError`, each saying what to do
 */
import { ContactNowError } from "@dwell/core/ContactNowError"
import * as StatusLog from "@dwell/core/StatusLog"
import * as Token from "@dwell/core/Token"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Connection } from "./settings.ts"

/** How far this clock may be off before tokens and windows go wrong. */
const toleratedSkewSeconds = 30

/** What a server says without being told who asks: its HTTP status, and its time, if it says that. */
export const reachable = ({ baseUrl }: Pick<Connection, "baseUrl">) =>
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
    return { status: response.status, theirs: Number.isNaN(date) ? null : date / 1000 }
  }).pipe(Effect.scoped)

/** How many seconds this clock is ahead of a server's, less than nothing when it is behind, and whether that matters. */
export const skewOf = (theirs: number) =>
  Effect.map(Clock.currentTimeMillis, (millis) => {
    const seconds = Math.round(millis / 1000 - theirs)
    return { seconds, isTolerated: Math.abs(seconds) <= toleratedSkewSeconds }
  })

/** `95 s ahead of`, `95 s behind`. */
export const skewText = (seconds: number): string => `${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"}`

/** A clock that agrees, in words. */
export const agreement = (seconds: number): string => `within ${Math.max(1, Math.abs(seconds))} s of the server's`

/** Gets a token and has the vendor check it, from this address; gives when it ends. */
export const tokenEnd = Effect.gen(function* () {
  const service = yield* Token.Token
  const held = yield* service.get
  const { expire } = yield* service.validate(held.token)
  return expire
})

/** How many rows `status_log` has of the last seconds. */
export const rowsOfLast = (seconds: number) =>
  Effect.gen(function* () {
    const { query } = yield* StatusLog.StatusLog
    const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
    return yield* Stream.runFold(query({ tstart: now - seconds, tstop: now }), 0, (sum, { length }) => sum + length)
  })
