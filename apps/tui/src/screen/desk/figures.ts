/**
 * Figures in the shape in which screens have them: seconds by category, for agents, teams and everyone alike.
 */
import type * as Report from "@dwell/core/Report"
import { type Figures } from "./Question.ts"

type Source = Pick<Report.Document["agents"][number], "statuses" | "untracked" | "loggedIn" | "calls" | "rates">

/** The seconds of statuses by category. */
const byCategory = (statuses: Source["statuses"]): Figures["seconds"] => {
  const seconds = { available: 0, handling: 0, afterCall: 0, idle: 0, offline: 0, other: 0 }
  for (const status of statuses) seconds[status.category] += status.seconds
  return seconds
}

export const figuresOf = ({ calls, loggedIn, rates, statuses, untracked }: Source): Figures => ({
  seconds: byCategory(statuses),
  untracked,
  loggedIn,
  calls,
  rates,
})
