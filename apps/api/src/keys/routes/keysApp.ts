/**
 * The routes about keys: for administrators, and for browsers that sign in.
 *
 * Shape    runs where the ring is. Who asks was seen to before. Who signs in shows a key in the body of the request, and gets
 *          a cookie with a key that reads one account, and ends with the day
 */
import type { StoreError } from "@dwell/core/StoreError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Record from "effect/Record"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { type Context, Hono } from "hono"
import { deleteCookie, getCookie, setCookie } from "hono/cookie"
import { csrf } from "hono/csrf"
import { HTTPException } from "hono/http-exception"
import { describeRoute } from "hono-openapi"
import { form, json } from "../../http/body.ts"
import { describeKeys, type KeyOperation } from "../../openapi/describe.ts"
import { signIn } from "../../web/views/signIn.tsx"
import { nothingHere, notAllowed, Refusal, refusalOf, response } from "../../http/problem.ts"
import { validQuery } from "../../http/query.ts"
import { type Caller, has, mayUse } from "../Caller.ts"
import { KeyRing, NotRotatable, UnknownKey } from "../KeyStore.ts"
import { sessionCookie } from "../keyFormat.ts"
import {
  AuditLog,
  AuditQuery,
  IssuedKey,
  KeyInfo,
  KeyList,
  KeysQuery,
  mostEntries,
  NewKey,
  Rotation,
} from "../schemas.ts"

interface Bindings {
  readonly run: <A, E>(effect: Effect.Effect<A, E, KeyRing>) => Promise<Exit.Exit<A, E | StoreError>>
  /** Runs what needs no key, where log lines go where they should. */
  readonly observe: <A>(effect: Effect.Effect<A>) => Promise<A>
  /** Whose key a text is. */
  readonly check: (text: string) => Promise<Caller | null>
  readonly caller: Caller | null
  readonly requestId: string
  /** A body is there as a whole within so many seconds. */
  readonly bodySeconds: number
}

interface Env {
  Bindings: Bindings
}

/** Who signs in in the morning is signed in until the evening. */
const sessionSeconds = 43_200

const admins = new Refusal({ code: "forbidden", detail: "This needs a key with the scope admin." })

const nobodys = new Refusal({ code: "not_found", detail: "There is no such key. /v1/keys lists those there are." })

const answered = async (c: Context<Env>, effect: Effect.Effect<Response, unknown, KeyRing>): Promise<Response> => {
  const { observe, requestId, run } = c.env
  const exit = await run(effect)
  if (Exit.isSuccess(exit)) return exit.value
  return response(await observe(Effect.annotateLogs(refusalOf(exit.cause), { requestId })), requestId)
}

const written = <A, I>(schema: Schema.Schema<A, I>, value: A, status = 200) =>
  Effect.map(Effect.orDie(Schema.encode(schema)(value)), (body) =>
    Response.json(body, { status, headers: { "Cache-Control": "no-store" } }),
  )

/** A key that is not there, or that can't be changed any more, is no bug. */
const refusalOfRing = (failure: unknown): unknown => {
  if (failure instanceof UnknownKey) return nobodys
  if (failure instanceof NotRotatable) return new Refusal({ code: "invalid_request", detail: failure.message })
  return failure
}

const known = <A, R>(effect: Effect.Effect<A, unknown, R>) => Effect.mapError(effect, refusalOfRing)

/** Whose key a text is; `null` for nobody's, and no word of why. */
export const callerOf = (text: Redacted.Redacted): Effect.Effect<Caller | null, StoreError, KeyRing> =>
  Effect.flatMap(KeyRing, ({ check }) => Effect.catchTag(check(text), "KeyRefused", () => Effect.succeed(null)))

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
  audit: {
    operationId: "getAudit",
    path: "/v1/audit",
    summary: "What admins did, the latest first",
    description: "Who made, rotated and revoked which keys, and when.",
    answer: AuditLog,
    status: 200,
    codes: ["invalid_request"],
  },
} as const satisfies Record<string, KeyOperation>

/** The origin of our own pages, as the browser has it. */
const originOf = (c: Context<Env>): string => `${isSecure(c) ? "https" : "http"}://${new URL(c.req.url).host}`

/** Whether the browser came by TLS, be it to a proxy in front. */
const isSecure = ({ req }: Context<Env>): boolean =>
  new URL(req.url).protocol === "https:" || req.header("x-forwarded-proto") === "https"

/** Makes the routes. */
export const make = () => {
  const app = new Hono<Env>()

  app.use("/v1/*", async (c, next) => {
    const { caller, requestId } = c.env
    if (caller !== null && has(caller, "admin")) return next()
    return response(admins, requestId)
  })

  const by = ({ env: { caller } }: Context<Env>): string => caller?.key ?? ""

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
  app.get(operations.audit.path, describeRoute(describeKeys(operations.audit)), validQuery(AuditQuery), (c) =>
    answered(
      c,
      Effect.gen(function* () {
        const { limit } = c.req.valid("query")
        const { audit } = yield* KeyRing
        return yield* written(AuditLog, { entries: yield* audit(limit === undefined ? mostEntries : Number(limit)) })
      }),
    ),
  )

  // A form of another site's must not sign anybody in or out.
  app.use("/session/*", csrf({ origin: (origin, c: Context<Env>) => origin === originOf(c) }))
  app.post("/session", async (c) => {
    const sent = await c.env.observe(Effect.either(form(c.req.raw, c.env.bodySeconds)))
    if (Either.isLeft(sent)) return response(sent.left, c.env.requestId)
    const { account = "", key = "" } = Record.map(sent.right, (text) => text.trim())
    const caller = key === "" ? null : await c.env.check(key)
    if (caller === null || !mayUse(caller, account) || !has(caller, "read")) {
      c.header("Cache-Control", "no-store")
      const problem = "That is no key that may read this account. Check both; an administrator makes keys."
      return c.html(signIn({ account, problem }), 403)
    }
    return answered(
      c,
      Effect.gen(function* () {
        const { session } = yield* KeyRing
        const { info, key: issued } = yield* session(caller, account, sessionSeconds)
        setCookie(c, sessionCookie, Redacted.value(issued), {
          httpOnly: true,
          sameSite: "Strict",
          secure: isSecure(c),
          path: "/",
          ...(info.expiresAt === null ? {} : { expires: new Date(1000 * info.expiresAt) }),
        })
        return c.redirect("/", 303)
      }),
    )
  })
  app.post("/session/end", async (c) => {
    const key = getCookie(c, sessionCookie)
    const caller = key === undefined ? null : await c.env.check(key)
    if (caller !== null) await c.env.run(Effect.flatMap(KeyRing, ({ endSession }) => endSession(caller)))
    deleteCookie(c, sessionCookie, { path: "/", secure: isSecure(c) })
    return c.redirect("/", 303)
  })
  for (const [path, methods] of [
    ["/v1/keys", "GET, HEAD, POST"],
    ["/v1/keys/:id", "DELETE"],
    ["/v1/keys/:id/rotate", "POST"],
    ["/v1/audit", "GET, HEAD"],
  ] as const) {
    app.all(path, (c) => response(notAllowed(methods), c.env.requestId))
  }
  app.notFound((c) => response(nothingHere, c.env.requestId))
  app.onError((error, { env: { requestId } }) => {
    // Of `csrf`; all else is a bug, and the front's to tell.
    if (!(error instanceof HTTPException)) throw error
    return response(new Refusal({ code: "forbidden", detail: "The form is another site's. Sign in here." }), requestId)
  })
  return app
}
