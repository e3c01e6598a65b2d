/**
 * The routes by which a browser signs in and out.
 *
 * Shape    a key comes in the body of the request; the cookie that goes back has a key of its own, which reads one account and
 *          ends with the day
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Record from "effect/Record"
import * as Redacted from "effect/Redacted"
import type { Context, Hono } from "hono"
import { deleteCookie, getCookie, setCookie } from "hono/cookie"
import { csrf } from "hono/csrf"
import { form } from "../../http/body.ts"
import { response } from "../../http/problem.ts"
import { signIn } from "../../web/views/signIn.tsx"
import { has, mayUse } from "../Caller.ts"
import { sessionCookie } from "../keyFormat.ts"
import { KeyStore } from "../KeyStore.ts"
import { respond, type Env } from "./response.ts"

/** Who signs in in the morning is signed in until the evening. */
const sessionSeconds = 43_200

/** The origin of our own pages, as the browser has it. */
const originOf = (c: Context<Env>): string => `${isSecure(c) ? "https" : "http"}://${new URL(c.req.url).host}`

/** Whether the browser came by TLS, be it to a proxy in front. */
const isSecure = ({ req }: Context<Env>): boolean =>
  new URL(req.url).protocol === "https:" || req.header("x-forwarded-proto") === "https"

/** Adds them to an app. */
export const addSessionRoutes = (app: Hono<Env>): void => {
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
    return respond(
      c,
      Effect.gen(function* () {
        const { session } = yield* KeyStore
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
    if (caller !== null) await c.env.run(Effect.flatMap(KeyStore, ({ endSession }) => endSession(caller)))
    deleteCookie(c, sessionCookie, { path: "/", secure: isSecure(c) })
    return c.redirect("/", 303)
  })
}
