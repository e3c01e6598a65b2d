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
import { KeyRing, NotRotatable, UnknownKey } from "../KeyStore.ts"
import { IssuedKey, KeyInfo, KeyList, KeysQuery, NewKey, Rotation } from "../schemas.ts"
import { answered, by, type Env, written } from "./response.ts"

const nobodys = new ApiError({ code: "not_found", detail: "There is no such key. /v1/keys lists those there are." })

/** A key that is not there, or that can't be changed any more, is no bug. */
const refusalOfRing = (failure: unknown): unknown => {
  if (failure instanceof UnknownKey) return nobodys
  if (failure instanceof NotRotatable) return new ApiError({ code: "invalid_request", detail: failure.message })
  return failure
}

const known = <A, R>(effect: Effect.Effect<A, unknown, R>) => Effect.mapError(effect, refusalOfRing)

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
    answered(
      c,
      Effect.gen(function* () {
        const { list } = yield* KeyRing
        const sessions = c.req.valid("query").sessions === "true"
        return yield* written(KeyList, { keys: yield* list({ sessions }) })
      }),
    ),
  )
  app.post(operations.create.path, describeRoute(describeKeys(operations.create)), (c) =>
    answered(
      c,
      Effect.gen(function* () {
        const wanted = yield* json(c.req.raw, NewKey, c.env.bodySeconds)
        const { create } = yield* KeyRing
        return yield* written(IssuedKey, yield* create(wanted, by(c)), 201)
      }),
    ),
  )
  app.post(operations.rotate.path, describeRoute(describeKeys(operations.rotate)), (c) =>
    answered(
      c,
      Effect.gen(function* () {
        const rotation = yield* json(c.req.raw, Rotation, c.env.bodySeconds)
        const { rotate } = yield* KeyRing
        return yield* written(IssuedKey, yield* known(rotate(c.req.param("id"), by(c), rotation)), 201)
      }),
    ),
  )
  app.delete(operations.revoke.path, describeRoute(describeKeys(operations.revoke)), (c) =>
    answered(
      c,
      Effect.gen(function* () {
        const { revoke } = yield* KeyRing
        return yield* written(KeyInfo, yield* known(revoke(c.req.param("id"), by(c))))
      }),
    ),
  )
}
