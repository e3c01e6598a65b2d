/**
 * What an account's answers depend on that its operator sets.
 */
import type * as Calendar from "@dwell/core/Calendar"
import type * as Category from "@dwell/core/Category"
import * as Context from "effect/Context"

export interface Service {
  /** The zone of those who ask for none. */
  readonly zone: Calendar.Zone
  readonly categories: Category.Table
  /** A body may have so many bytes, unpacked. */
  readonly maxBodyBytes: number
  /** So long a body may keep silent, in seconds. */
  readonly bodyIdleTimeoutSeconds: number
  /** An answer may take so long, in seconds. */
  readonly answerTimeoutSeconds: number
}

export class AccountSettings extends Context.Tag("@dwell/api/AccountSettings")<AccountSettings, Service>() {}
