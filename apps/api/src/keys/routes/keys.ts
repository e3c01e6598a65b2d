/**
 * The routes that list, make, rotate and revoke keys. Only an administrator gets here.
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

const noSuchKey = new ApiError({ code: "not_found", detail: "There is no such key. /v1/keys lists those there are." })

/** A key that is not there, or that can't be changed any more, is no bug. */
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
    summary: "All keys, without what opens anything",
    description: "The oldest first, those that have ended too.",
    answer: KeyList,
    status: 200,
    codes: ["invalid_request"],
  },
  create: {
    operationId: "postKey",
    path: "/v1/keys",
    summary: "Makes a key",
    description: "Its text is in this answer and nowhere else, ever.",
    body: NewKey,
    answer: IssuedKey,
    status: 201,
    codes: ["invalid_request"],
  },
  rotate: {
    operationId: "postKeyRotation",
    path: "/v1/keys/:id/rotate",
    summary: "Makes a key in place of another one",
    description: "Of the same name, scopes, accounts and expiry. The old one goes on for a grace, and ends.",
    body: Rotation,
    answer: IssuedKey,
    status: 201,
    codes: ["invalid_request", "not_found"],
  },
  revoke: {
    operationId: "deleteKey",
    path: "/v1/keys/:id",
    summary: "Revokes a key, and the sessions made with it",
    description: "For good. It stays in the list.",
    answer: KeyInfo,
    status: 200,
    codes: ["not_found"],
  },
} as const satisfies Record<string, KeyOperation>

/** Adds them to an app. */
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
