/**
 * How a Worker asks the object that holds the keys whose a key is; no request from outside comes here.
 */
import * as Schema from "effect/Schema"
import { Caller } from "./Caller.ts"

export const checkPath = "/check"

/** Whose it is; `null` for nobody's. */
export const Checked = Schema.parseJson(Schema.NullOr(Caller))
