/**
 * What the worker is asked for the report.
 */
import type { State } from "../app/state.ts"
import * as Windows from "../window/window.ts"
import { keyOf, type ReportQuestion } from "../worker/protocol/question.ts"

/** What is asked while the screen is shown. */
export const reportQuestion = (state: State): ReportQuestion => {
  const { bucket, group, isStaleCut } = state.report
  return { _tag: "report", ...Windows.windowQuestion(state), bucket: group === "bucket" ? bucket : null, isStaleCut }
}

/** Whether another answer is on its way. */
export const isRenewed = (state: State): boolean => state.answers.report?.key !== keyOf(reportQuestion(state))
