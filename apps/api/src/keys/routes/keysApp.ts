/**
 * The routes about keys: for administrators, and for browsers that sign in.
 *
 * Shape    runs where the key store is; the gateway has found out who asks
 */
import { Hono } from "hono"
import { HTTPException } from "hono/http-exception"
import { noSuchRoute, methodNotAllowed, ApiError, response } from "../../http/problem.ts"
import { has } from "../Caller.ts"
import { addAuditRoute } from "./audit.ts"
import { addKeyRoutes } from "./keys.ts"
import type { Env } from "./response.ts"
import { addSessionRoutes } from "./session.ts"

const adminOnly = new ApiError({ code: "forbidden", detail: "This needs a key with the scope admin." })

/** Makes the routes. */
export const make = () => {
  const app = new Hono<Env>()

  app.use("/v1/*", async (c, next) => {
    const { caller, requestId } = c.env
    if (caller !== null && has(caller, "admin")) return next()
    return response(adminOnly, requestId)
  })
  addKeyRoutes(app)
  addAuditRoute(app)
  addSessionRoutes(app)

  for (const [path, methods] of [
    ["/v1/keys", "GET, HEAD, POST"],
    ["/v1/keys/:id", "DELETE"],
    ["/v1/keys/:id/rotate", "POST"],
    ["/v1/audit", "GET, HEAD"],
  ] as const) {
    app.all(path, (c) => response(methodNotAllowed(methods), c.env.requestId))
  }
  app.notFound((c) => response(noSuchRoute, c.env.requestId))
  app.onError((error, { env: { requestId } }) => {
    // Of `csrf`; all else is a bug, and the front's to tell.
    if (!(error instanceof HTTPException)) throw error
    return response(new ApiError({ code: "forbidden", detail: "The form is another site's. Sign in here." }), requestId)
  })
  return app
}
