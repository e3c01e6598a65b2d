/**
 * What a state has to know: the questions that are to be asked as long as it lasts.
 */
import { type Question } from "../desk/Question.ts"
import * as Agent from "./agentView.ts"
import * as Staffing from "./staffingView.ts"
import { type State } from "./State.ts"

/** The questions of a state. One that is no longer among them is not waited for any more. */
export const questionsOf = (state: State): ReadonlyArray<Question> => {
  const { place, timezone, turn } = state
  return [{ _tag: "live", place, timezone, turn }, ...Agent.questions(state), ...Staffing.questions(state)]
}
