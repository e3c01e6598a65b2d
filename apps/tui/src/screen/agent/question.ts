/**
 * What the worker is asked for one agent's day.
 *
 * Shape    about a whole day or month, so that zooming in needs no other answer
 */
import type { State } from "../app/state.ts"
import { type AgentQuestion, keyOf } from "../worker/protocol/question.ts"
import { viewOf } from "./model.ts"

/** How often a current day or month is asked for again, in seconds. */
const everySeconds = { P1D: 20, P1M: 120 } as const

/** What is asked while the screen is shown. */
export const questionOf = (state: State): AgentQuestion | null => {
  const view = viewOf(state)
  if (view === null) return null
  const { agent, frame, latest } = view
  const going = frame.to > latest ? Math.floor(latest / everySeconds[state.agent.zoom.frame]) : 0
  return {
    _tag: "agent",
    account: state.account,
    from: `${frame.from}`,
    to: `${frame.to}`,
    timezone: state.timezone,
    refreshCount: state.refreshCount + going,
    agent,
  }
}

export const questions = (state: State): ReadonlyArray<AgentQuestion> => {
  const question = state.screen === "agent" ? questionOf(state) : null
  return question === null ? [] : [question]
}

/** Whether another answer is on its way. */
export const isRenewed = (state: State): boolean => {
  const question = questionOf(state)
  return question !== null && state.answers.agent?.key !== keyOf(question)
}
