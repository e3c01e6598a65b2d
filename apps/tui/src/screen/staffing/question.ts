/**
 * What the worker is asked for staffing.
 */
import { keyOf, type StaffingQuestion } from "../worker/protocol/question.ts"
import type { State } from "../app/state.ts"
import * as Windows from "../window/window.ts"

/** What is asked while the screen is shown. */
export const questionOf = (state: State): StaffingQuestion => ({
  _tag: "staffing",
  ...Windows.windowQuestion(state),
  stepSeconds: state.staffing.stepSeconds,
})

export const questions = (state: State): ReadonlyArray<StaffingQuestion> =>
  state.screen === "staffing" ? [questionOf(state)] : []

/** Whether another answer is on its way. */
export const isRenewed = (state: State): boolean => state.answers.staffing?.key !== keyOf(questionOf(state))
