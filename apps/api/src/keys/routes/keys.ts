/**
 * The routes that list, create, rotate and revoke keys, for admins only.
 */
import * as Effect from "effect/Effect"
import type { Hono } from "hono"
import { describeRoute } from "hono-openapi"
import { json } from "../../http/body.ts"
import { ApiError } from "../../http/problem.ts"
import { validQuery } from "../../http/query.ts"
import { describeKeys, type KeyOperation } from "../../openapi/describe.ts"
import { KeyStore, NotRotatable, UnknownKey } from "../KeyStore.ts"
import { IssuedKey, KeyInfo, KeyList, KeysQuery, NewKey, Rotation } from "../schemas.ts"
import { respond, callerId, type Env, jsonResponse } from "./response.ts"

const noSuchKey = new ApiError({ code: "not_found", detail: "There is no such key. /v1/keys lists all keys." })

/** Turns the failures about a missing or unchangeable key into errors to send. */
const toApiError = (failure: unknown): unknown => {
  if (failure instanceof UnknownKey) return noSuchKey
  if (failure instanceof NotRotatable) return new ApiError({ code: "invalid_request", detail: failure.message })
  return failure
}

const mapKeyErrors = <A, R>(effect: Effect.Effect<A, unknown, R>) => Effect.mapError(effect, toApiError)

const operations = {
  list: {
    operationId: "getKeys",
    path: "/v1/keys",
    summary: "List all keys, without their secrets",
    description: "Oldest first, including expired and revoked keys.",
    answer: KeyList,
    status: 200,
    codes: ["invalid_request"],
  },
  create: {
    operationId: "postKey",
    path: "/v1/keys",
    summary: "Create a key",
    description: "Only this response contains the text of the key; it can't be shown again.",
    body: NewKey,
    answer: IssuedKey,
    status: 201,
    codes: ["invalid_request"],
  },
  rotate: {
    operationId: "postKeyRotation",
    path: "/v1/keys/:id/rotate",
    summary: "Replace a key with a new one",
    description:
      "The new key has the same name, scopes, accounts and expiry. The old key stays valid for a grace period, then expires.",
    body: Rotation,
    answer: IssuedKey,
    status: 201,
    codes: ["invalid_request", "not_found"],
  },
  revoke: {
    operationId: "deleteKey",
    path: "/v1/keys/:id",
    summary: "Revoke a key and the sessions made with it",
    description: "Permanent. The key stays in the list.",
    answer: KeyInfo,
    status: 200,
    codes: ["not_found"],
  },
} as const satisfies Record<string, KeyOperation>

/** Adds the routes to an app. */
export const addKeyRoutes = (app: Hono<Env>): void => {
  app.get(operations.list.path, describeRoute(describeKeys(operations.list)), validQuery(KeysQuery), (c) =>
    respond(
      c,
      Effect.gen(function* () {
        const { list } = yield* KeyStore
        const sessions = c.req.valid("query").sessions === "true"
        return yield* jsonResponse(KeyList, { keys: yield* list({ sessions }) })
      }),
    ),
  )
  app.post(operations.create.path, describeRoute(describeKeys(operations.create)), (c) =>
    respond(
      c,
      Effect.gen(function* () {
        const wanted = yield* json(c.req.raw, NewKey, c.env.bodySeconds)
        const { create } = yield* KeyStore
        return yield* jsonResponse(IssuedKey, yield* create(wanted, callerId(c)), 201)
      }),
    ),
  )
  app.post(operations.rotate.path, describeRoute(describeKeys(operations.rotate)), (c) =>
    respond(
      c,
      Effect.gen(function* () {
        const rotation = yield* json(c.req.raw, Rotation, c.env.bodySeconds)
        const { rotate } = yield* KeyStore
        return yield* jsonResponse(
          IssuedKey,
          yield* mapKeyErrors(rotate(c.req.param("id"), callerId(c), rotation)),
          201,
        )
      }),
    ),
  )
  app.delete(operations.revoke.path, describeRoute(describeKeys(operations.revoke)), (c) =>
    respond(
      c,
      Effect.gen(function* () {
        const { revoke } = yield* KeyStore
        return yield* jsonResponse(KeyInfo, yield* mapKeyErrors(revoke(c.req.param("id"), callerId(c))))
      }),
    ),
  )
}
