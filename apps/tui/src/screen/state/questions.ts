/**
 * What a state has to know: the questions that are to be asked as long as it lasts.
 */
import { type Question } from "../desk/Question.ts"
import * as Connect from "./connectCommands.ts"
import { type State } from "./State.ts"

/** The questions of a state. One that is no longer among them is not waited for any more. */
export const questionsOf = (state: State): ReadonlyArray<Question> => {
  const { place, timezone, turn } = state
  const asked = { place, timezone, turn, from: state.window.from, to: state.window.to }
  return [
    { _tag: "live", place, timezone, turn },
    ...(state.screen === "coverage" ? [{ _tag: "coverage", ...asked } as const] : []),
    ...Connect.questionsOf(state),
  ]
}
