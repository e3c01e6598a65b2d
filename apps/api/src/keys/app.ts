/**
 * The routes about keys: for administrators, and for browsers that sign in.
 *
 * Shape    runs where the ring is. Who asks was seen to before; a session needs a key in the body, and gives a cookie with one
 *          that reads one account, and ends with the day
 */
import { type StoreError } from "@dwell/core/StoreError"
import type * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { type Context, Hono } from "hono"
import { deleteCookie, setCookie } from "hono/cookie"
import { csrf } from "hono/csrf"
import { signIn } from "../page/signIn.tsx"
