/**
 * An account that questions are about: what is stored of it, a connection, names and a zone.
 */
import type * as AgentDirectory from "@dwell/core/AgentDirectory"
import type * as Calendar from "@dwell/core/Calendar"
import type { ContactNow } from "@dwell/core/ContactNow"
import type { EventStore } from "@dwell/core/EventStore"
import type { StatusLog } from "@dwell/core/StatusLog"
import type { Token } from "@dwell/core/Token"
import type * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { AccountInfo } from "./protocol/answer.ts"
import type { Problem } from "./protocol/problem.ts"

/** The connection to the vendor, and the store. */
type Services = ContactNow | EventStore | StatusLog | Token

export interface AccountSession {
  readonly info: AccountInfo
  readonly zone: Calendar.Zone
  readonly services: Context.Context<Services>
  /** The agents' names that are stored. */
  readonly names: Effect.Effect<AgentDirectory.AgentDirectory>
  /** Fetches the names again if they are too old; after a failure the old ones stay. */
  readonly renewNames: Effect.Effect<void>
  /** How often the floor is polled. */
  readonly pace: { readonly intervalSeconds?: number; readonly isFastAllowed?: boolean }
  /** The file of the store; `null` = in memory. */
  readonly file: string | null
  /** What is wrong with the account; `null` = nothing. */
  readonly warning: Problem | null
  readonly baseUrl: string | null
}

export const noNames: AgentDirectory.AgentDirectory = new Map()
