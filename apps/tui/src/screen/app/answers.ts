/**
 * What answers and failures of the worker make of a state.
 */
import * as Connect from "../connect/commands.ts"
import * as Floor from "../floor/commands.ts"
import type { Answer } from "../worker/protocol/answer.ts"
import * as Taking from "./export.ts"
import type { Event, Held, State } from "./state.ts"

const held = <A extends Answer>(key: string, answer: A): Held<A> => ({ key, answer, problem: null })

/** The last good floor stays, with its age, until there is a newer one of the same place. */
const liveHeld = (state: State, key: string, answer: Extract<Answer, { _tag: "live" }>): State => {
  const before = state.answers.live?.answer ?? null
  const isSamePlace =
    before !== null && before.place.name === answer.place.name && before.place.kind === answer.place.kind
  const floor = answer.floor ?? (isSamePlace ? before.floor : null)
  const isNew = floor !== null && floor.asOf !== before?.floor?.asOf
  const next = {
    ...state,
    sleptSeconds: isNew ? 0 : state.sleptSeconds,
    answers: { ...state.answers, live: held(key, { ...answer, floor }) },
  }
  return Floor.changed(next, {})
}

export const answered = (state: State, key: string, answer: Answer): State => {
  const { answers } = state
  switch (answer._tag) {
    case "live":
      return liveHeld(state, key, answer)
    case "teams":
      return { ...state, answers: { ...answers, teams: held(key, answer) } }
    case "report":
      return { ...state, answers: { ...answers, report: held(key, answer) } }
    case "agent":
      return { ...state, answers: { ...answers, agent: held(key, answer) } }
    case "staffing":
      return { ...state, answers: { ...answers, staffing: held(key, answer) } }
    case "coverage":
      return { ...state, answers: { ...answers, coverage: held(key, answer) } }
    case "connect":
      return Connect.answered({ ...state, answers: { ...answers, connect: held(key, answer) } }, answer)
    case "export":
      return Taking.answered(state, answer)
    case "write":
      return Taking.written(state, answer)
  }
}

export const failed = (state: State, { key, of, problem }: Extract<Event, { _tag: "failed" }>): State => {
  if (of === "export" || of === "write") return Taking.failed(state, problem)
  const next = { ...state, answers: { ...state.answers, [of]: { answer: null, ...state.answers[of], key, problem } } }
  return of === "connect" ? Connect.failed(next) : next
}
