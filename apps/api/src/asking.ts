/** Who asks, as the Worker tells the Durable Object that answers. */
import * as Schema from "effect/Schema"
import { type Asking } from "./account/Place.ts"
import { Caller } from "./caller.ts"
