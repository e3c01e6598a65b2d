/**
 * What the staffing screen has to know, and how it is divided.
 */
import { keyOf, type StaffingQuestion } from "../worker/protocol/question.ts"
import { innerHeight } from "../app/layout.ts"
import type { State } from "../app/state.ts"
import * as Windows from "../window/window.ts"

/** What is asked while the screen is shown. */
export const questionOf = (state: State): StaffingQuestion => ({
  _tag: "staffing",
  ...Windows.asked(state),
  stepSeconds: state.staffing.stepSeconds,
})

export const questions = (state: State): ReadonlyArray<StaffingQuestion> =>
  state.screen === "staffing" ? [questionOf(state)] : []

/** Whether another answer is on its way. */
export const isRenewed = (state: State): boolean => state.answers.staffing?.key !== keyOf(questionOf(state))

/** The screen in rows, at most. */
export interface Layout {
  readonly areas: number
  readonly legend: number
  readonly reading: number
  /** Steps in the table, below the heads of its columns; 0 = there is no room for one. */
  readonly table: number
}

export const layoutOf = (state: State): Layout => {
  const room = innerHeight(state)
  const [legend, reading] = room >= 30 ? [3, 5] : room >= 14 ? [2, 3] : [1, 1]
  // Besides, the window and the axis.
  const rest = room - 2 - legend - reading
  const areas = Math.max(1, rest < 5 ? rest : Math.min(16, Math.floor(rest * 0.55)))
  return { areas, legend, reading, table: Math.max(0, rest - areas - 1) }
}
