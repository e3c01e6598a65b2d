/**
 * How a Worker checks a key with the Durable Object of the keys, and which requests make cached results invalid.
 */
import * as Schema from "effect/Schema"
import { Caller } from "./Caller.ts"

/** Requests from outside never have this path. */
export const checkPath = "/check"

/** The caller of the key; `null` if it is refused. */
export const CheckedCaller = Schema.parseJson(Schema.NullOr(Caller))

/** Whether a request has ended a key or a session: by a revocation, a rotation or a sign-out. */
export const endsKeys = ({ method, url }: Request, { status }: Response): boolean =>
  status < 400 && (method === "DELETE" || (method === "POST" && /\/(rotate|end)$/.test(new URL(url).pathname)))
