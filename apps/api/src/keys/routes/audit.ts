/**
 * The route of the audit log. Only an administrator gets here.
 */
import * as Effect from "effect/Effect"
import type { Hono } from "hono"
import { describeRoute } from "hono-openapi"
import { validQuery } from "../../http/query.ts"
import { describeKeys, type KeyOperation } from "../../openapi/describe.ts"
import { KeyStore } from "../KeyStore.ts"
import { AuditLog, AuditQuery, maxEntries } from "../schemas.ts"
import { respond, type Env, jsonResponse } from "./response.ts"

const operation = {
  operationId: "getAudit",
  path: "/v1/audit",
  summary: "What admins did, the latest first",
  description: "Who made, rotated and revoked which keys, and when.",
  answer: AuditLog,
  status: 200,
  codes: ["invalid_request"],
} as const satisfies KeyOperation

/** Adds it to an app. */
export const addAuditRoute = (app: Hono<Env>): void => {
  app.get(operation.path, describeRoute(describeKeys(operation)), validQuery(AuditQuery), (c) =>
    respond(
      c,
      Effect.gen(function* () {
        const { limit } = c.req.valid("query")
        const { audit } = yield* KeyStore
        return yield* jsonResponse(AuditLog, {
          entries: yield* audit(limit === undefined ? maxEntries : Number(limit)),
        })
      }),
    ),
  )
}
