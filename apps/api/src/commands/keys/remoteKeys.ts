/**
 * The keys of a deployed API, over HTTP with an admin key.
 *
 * Fails    `UserError` with the detail of the API's problem, `ApiUnavailable` without one
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { ApiUnavailable, UserError, UsageError } from "@dwell/terminal/errors"
import { AuditLog, IssuedKey, KeyInfo, KeyList, NewKey, type Rotation } from "../../keys/schemas.ts"

/** The used part of a problem document (RFC 9457). */
const Problem = Schema.Struct({ detail: Schema.String })

/** Parses the URL of an API. A key is sent there, so it must be https or this machine. */
export const baseUrl = (text: string): Either.Either<URL, UsageError> => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isLocal = url !== undefined && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname)
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLocal)
  if (url === undefined || !isSafe || `${url.username}${url.password}${url.search}${url.hash}` !== "") {
    return Either.left(
      new UsageError({
        message: `--url: this is not the https URL of an API. Give one such as https://dwell.example.com.`,
      }),
    )
  }
  return Either.right(new URL(url.href.endsWith("/") ? url.href : `${url.href}/`))
}

const http = Layer.merge(
  FetchHttpClient.layer,
  // A redirect would send the key to another server.
  Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" }),
)

export const make = (base: URL, key: Redacted.Redacted) => {
  const unavailable = (issue: string) =>
    new ApiUnavailable({ message: `${base.href} ${issue}. Check --url, or try again later.` })

  const refused = ({ json, status }: HttpClientResponse) =>
    Effect.gen(function* () {
      const problem = yield* Effect.option(Effect.flatMap(json, Schema.decodeUnknown(Problem)))
      const isOurs = status >= 400 && status < 500 && status !== 429
      if (!isOurs || Option.isNone(problem)) return yield* unavailable(`answered with status ${status}`)
      const hint = status === 401 || status === 403 ? " DWELL_ADMIN_KEY must be an admin key." : ""
      return yield* new UserError({ message: `${base.href}: ${problem.value.detail}${hint}` })
    })

  /** Sends a request, and decodes the response. */
  const ask = <A, I>(request: HttpClientRequest.HttpClientRequest, answer: Schema.Schema<A, I>) =>
    Effect.gen(function* () {
      const client = yield* HttpClient.HttpClient
      const response = yield* Effect.mapError(
        client.execute(
          request.pipe(
            HttpClientRequest.prependUrl(base.href),
            HttpClientRequest.bearerToken(key),
            HttpClientRequest.acceptJson,
          ),
        ),
        () => unavailable("can't be reached"),
      )
      if (response.status < 200 || response.status > 299) return yield* refused(response)
      return yield* Effect.mapError(Effect.flatMap(response.json, Schema.decodeUnknown(answer)), () =>
        unavailable("sent a response that this version does not understand"),
      )
    }).pipe(Effect.provide(http))

  return {
    create: (wanted: NewKey) =>
      Effect.flatMap(
        Effect.orDie(HttpClientRequest.schemaBodyJson(NewKey)(HttpClientRequest.post("v1/keys"), wanted)),
        (request) => ask(request, IssuedKey),
      ),
    list: (sessions: boolean) =>
      Effect.map(
        ask(HttpClientRequest.get(sessions ? "v1/keys?sessions=true" : "v1/keys"), KeyList),
        ({ keys }) => keys,
      ),
    rotate: (id: string, { graceSeconds }: Rotation) =>
      ask(
        HttpClientRequest.bodyUnsafeJson(HttpClientRequest.post(`v1/keys/${encodeURIComponent(id)}/rotate`), {
          graceSeconds,
        }),
        IssuedKey,
      ),
    revoke: (id: string) => ask(HttpClientRequest.del(`v1/keys/${encodeURIComponent(id)}`), KeyInfo),
    audit: (limit: number) =>
      Effect.map(ask(HttpClientRequest.get(`v1/audit?limit=${limit}`), AuditLog), ({ entries }) => entries),
  }
}
