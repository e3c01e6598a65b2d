/**
 * How a Worker asks the object that holds the keys whose a key is, and when what it was told is no longer to be relied on.
 */
import * as Schema from "effect/Schema"
import { Caller } from "./Caller.ts"

/** No request from outside comes here. */
export const checkPath = "/check"

/** Whose it is; `null` for nobody's. */
export const CheckedCaller = Schema.parseJson(Schema.NullOr(Caller))

/** Whether a request about keys or sessions has ended any: a key that is revoked or replaced, or a session. */
export const endsKeys = ({ method, url }: Request, { status }: Response): boolean =>
  status < 400 && (method === "DELETE" || (method === "POST" && /\/(rotate|end)$/.test(new URL(url).pathname)))
