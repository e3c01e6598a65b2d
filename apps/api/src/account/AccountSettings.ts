/**
 * The settings of an account that its operator chooses.
 */
import type * as Calendar from "@dwell/core/Calendar"
import type * as Category from "@dwell/core/Category"
import * as Context from "effect/Context"

export interface Service {
  /** The default time zone of a query. */
  readonly zone: Calendar.Zone
  readonly categories: Category.Table
  /** Maximum size of a body, after decompression. */
  readonly maxBodyBytes: number
  /** Maximum time without a byte of the body, in seconds. */
  readonly bodyIdleTimeoutSeconds: number
  /** Maximum time of a response, in seconds. */
  readonly answerTimeoutSeconds: number
}

export class AccountSettings extends Context.Tag("@dwell/api/AccountSettings")<AccountSettings, Service>() {}
