/**
 * One agent's day as a person looks at it.
 */
import * as List from "./list.ts"

export const tabs = ["intervals", "calls", "sessions", "comparison"] as const
export type Tab = (typeof tabs)[number]

export interface AgentState {
  /** `null` = nobody has been chosen. */
  readonly agent: number | null
  readonly tab: Tab
  readonly list: List.ListState
}

export const start: AgentState = { agent: null, tab: "intervals", list: List.start }
