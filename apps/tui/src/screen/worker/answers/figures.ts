/**
 * Figures in the shape in which screens have them: seconds by category, for agents, teams and everyone alike.
 */
import * as Report from "@dwell/core/Report"
import type { Figures } from "../protocol/answer.ts"

type Source = Pick<Report.Document["agents"][number], "statuses" | "untracked" | "loggedIn" | "calls" | "rates">

export const figuresOf = ({ calls, loggedIn, rates, statuses, untracked }: Source): Figures => ({
  seconds: Report.byCategory(statuses),
  untracked,
  loggedIn,
  calls,
  rates,
})
