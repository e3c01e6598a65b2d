/**
 * Where an account's log is read from, if anybody said.
 */
import type { StatusLog } from "@dwell/core/StatusLog"
import type { ContactNow } from "@dwell/core/ContactNow"
import type { Token } from "@dwell/core/Token"
import * as Context from "effect/Context"
import type * as Layer from "effect/Layer"

/** The services that talk to the vendor; `null` where nobody gave credentials. */
export class VendorConnection extends Context.Tag("@dwell/api/VendorConnection")<
  VendorConnection,
  Layer.Layer<StatusLog | Token | ContactNow> | null
>() {}
