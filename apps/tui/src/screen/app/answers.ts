/**
 * The state after an answer or a failure of the worker.
 */
import * as Connect from "../connect/commands.ts"
import * as Floor from "../floor/commands.ts"
import type { Answer } from "../worker/protocol/answer.ts"
import * as Export from "./export.ts"
import type { Event, LastAnswer, State } from "./state.ts"

const lastAnswer = <A extends Answer>(key: string, answer: A): LastAnswer<A> => ({ key, answer, problem: null })

/** The last good floor stays, with its age, until there is a newer one of the same account. */
const onLiveAnswer = (state: State, key: string, answer: Extract<Answer, { _tag: "live" }>): State => {
  const before = state.answers.live?.answer ?? null
  const isSamePlace =
    before !== null && before.account.name === answer.account.name && before.account.kind === answer.account.kind
  const floor = answer.floor ?? (isSamePlace ? before.floor : null)
  const isNew = floor !== null && floor.asOf !== before?.floor?.asOf
  const next = {
    ...state,
    sleptSeconds: isNew ? 0 : state.sleptSeconds,
    answers: { ...state.answers, live: lastAnswer(key, { ...answer, floor }) },
  }
  return Floor.patch(next, {})
}

export const onAnswer = (state: State, key: string, answer: Answer): State => {
  const { answers } = state
  switch (answer._tag) {
    case "live":
      return onLiveAnswer(state, key, answer)
    case "teams":
      return { ...state, answers: { ...answers, teams: lastAnswer(key, answer) } }
    case "report":
      return { ...state, answers: { ...answers, report: lastAnswer(key, answer) } }
    case "agent":
      return { ...state, answers: { ...answers, agent: lastAnswer(key, answer) } }
    case "staffing":
      return { ...state, answers: { ...answers, staffing: lastAnswer(key, answer) } }
    case "coverage":
      return { ...state, answers: { ...answers, coverage: lastAnswer(key, answer) } }
    case "connect":
      return Connect.onAnswer({ ...state, answers: { ...answers, connect: lastAnswer(key, answer) } }, answer)
    case "export":
      return Export.onAnswer(state, answer)
    case "write":
      return Export.onWritten(state, answer)
  }
}

export const onFailure = (state: State, { key, of, problem }: Extract<Event, { _tag: "failed" }>): State => {
  if (of === "export" || of === "write") return Export.onFailure(state, problem)
  const next = { ...state, answers: { ...state.answers, [of]: { answer: null, ...state.answers[of], key, problem } } }
  return of === "connect" ? Connect.onFailure(next) : next
}
