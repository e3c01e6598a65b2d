/**
 * The questions that a state asks for as long as it lasts.
 */
import type { Question } from "../worker/protocol/question.ts"
import * as Agent from "../agent/question.ts"
import * as Connect from "../connect/commands.ts"
import * as Staffing from "../staffing/question.ts"
import type { State } from "./state.ts"
import * as Windows from "../window/window.ts"
import { reportQuestion } from "../report/question.ts"

/** The teams' figures of the day so far, while people are grouped by team. */
const teamsQuestion = ({ answers, floor, account, timezone, refreshCount }: State): ReadonlyArray<Question> => {
  const shown = answers.live?.answer?.floor ?? null
  if (!floor.isByTeam || shown === null) return []
  return [{ _tag: "teams", account, from: `${shown.from}`, to: `${shown.asOf}`, timezone, refreshCount }]
}

const ofScreen = (state: State): ReadonlyArray<Question> => {
  switch (state.screen) {
    case "floor":
      return teamsQuestion(state)
    case "report":
      return [reportQuestion(state)]
    case "agent":
      return Agent.questions(state)
    case "staffing":
      return Staffing.questions(state)
    case "coverage":
      return [{ _tag: "coverage", ...Windows.windowQuestion(state) }]
    default:
      return []
  }
}

/** The questions of a state. The worker stops answering one that is no longer among them. */
export const questionsOf = (state: State): ReadonlyArray<Question> => {
  const { account, timezone, refreshCount } = state
  return [{ _tag: "live", account, timezone, refreshCount }, ...ofScreen(state), ...Connect.questionsOf(state)]
}
