/**
 * What a state has to know: the questions that are to be asked as long as it lasts.
 */
import { type Asked, type Question, type ReportQuestion } from "../desk/Question.ts"
import * as Agent from "./agentView.ts"
import * as Connect from "./connectCommands.ts"
import * as Staffing from "./staffingView.ts"
import { type State } from "./State.ts"
import * as Windows from "./windows.ts"

/** The window of report, staffing and coverage as it is asked about. */
const windowAsked = (state: State): Asked => {
  const { place, timezone, window } = state
  return { place, from: window.from, to: window.to, timezone, turn: Windows.turnOf(state) }
}

export const reportQuestion = (state: State): ReportQuestion => {
  const { bucket, group, isStaleCut } = state.report
  return { _tag: "report", ...windowAsked(state), bucket: group === "bucket" ? bucket : null, isStaleCut }
}

const ofScreen = (state: State): ReadonlyArray<Question> => {
  switch (state.screen) {
    case "report":
      return [reportQuestion(state)]
    case "agent":
      return Agent.questions(state)
    case "staffing":
      return Staffing.questions(state)
    case "coverage":
      return [{ _tag: "coverage", ...windowAsked(state) }]
    default:
      return []
  }
}

/** The questions of a state. One that is no longer among them is not waited for any more. */
export const questionsOf = (state: State): ReadonlyArray<Question> => {
  const { place, timezone, turn } = state
  return [{ _tag: "live", place, timezone, turn }, ...ofScreen(state), ...Connect.questionsOf(state)]
}
