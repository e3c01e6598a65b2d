/**
 * What keys do in the form that connects.
 */
import type { Question } from "../worker/protocol/question.ts"
import type { ConnectAnswer } from "../worker/protocol/answer.ts"
import type { Command } from "../keys.ts"
import * as Agent from "../agent/state.ts"
import * as Connect from "./state.ts"
import { notify } from "../app/navigation.ts"
import * as Input from "../components/input.ts"
import type { State } from "../app/state.ts"

/** Whether a key is typed into the form, although it has a meaning elsewhere. */
export const isPrintable = (key: string): boolean => Input.charactersOf(key).length === 1

const patch = (state: State, change: Partial<Connect.ConnectState>): State => ({
  ...state,
  connect: { ...state.connect, ...change },
})

const beside = (field: Connect.Field, by: -1 | 1): Connect.Field =>
  Connect.fields[Math.max(0, Math.min(Connect.fields.length - 1, Connect.fields.indexOf(field) + by))] ?? field

/** Tests the form, or moves to the first invalid field. */
const test = (state: State): State => {
  const { connect } = state
  if (connect.testing !== null) return state
  const wrong = Connect.fields.find((field) => Connect.issueOf(connect, field) !== null)
  if (wrong !== undefined) {
    return notify(patch(state, { field: wrong }), "Nothing was tested: correct the field first.", true)
  }
  const attempt = connect.attempt + 1
  const value = (field: Connect.Field) => Connect.valueOf(connect, field)
  return patch(
    { ...state, notice: null },
    {
      attempt,
      testing: {
        _tag: "connect",
        account: value("account"),
        region: value("region"),
        username: value("username"),
        password: value("password"),
        timezone: value("timezone"),
        attempt,
      },
    },
  )
}

/** Leaves the form: a running test is cancelled, and the password is cleared. */
const leave = (state: State): State => ({
  ...state,
  // The worker opens the session again, which it closed for the new account.
  refreshCount: state.connect.testing === null ? state.refreshCount : state.refreshCount + 1,
  screen: state.before.at(-1) ?? "floor",
  before: state.before.slice(0, -1),
  connect: Connect.clearSecrets(state.connect),
})

export const onCommand = (state: State, command: Command): State => {
  switch (command) {
    case "test":
      return test(state)
    case "back":
      return leave(state)
    default:
      return state
  }
}

export const onKey = (state: State, key: string): State => {
  const { field, values } = state.connect
  switch (key) {
    case "tab":
    case "down":
      return patch(state, { field: beside(field, 1) })
    case "shift-tab":
    case "up":
      return patch(state, { field: beside(field, -1) })
    case "enter":
      return field === Connect.fields.at(-1) ? test(state) : patch(state, { field: beside(field, 1) })
    default: {
      const input = Input.onKey(values[field], key)
      return input === undefined ? state : patch(state, { values: { ...values, [field]: input } })
    }
  }
}

/** A step of a test is done. Once an account is stored, the screens show that account. */
export const onAnswer = (state: State, { isUsable, stored, problem, steps }: ConnectAnswer): State => {
  const isOver = !steps.some(({ state: step }) => step === "running")
  if (stored === null) return isOver ? patch(state, { testing: null }) : state
  const cleared = { ...state, connect: Connect.clearSecrets(state.connect) }
  if (!isUsable) return notify(cleared, `Stored as ${stored}. ${problem?.title ?? ""}`, true)
  const { connect } = state.answers
  return notify(
    {
      ...cleared,
      account: { kind: "account", name: stored },
      // If it is the same account, its session is opened again with the new credentials.
      refreshCount: state.refreshCount + 1,
      screen: "floor",
      before: [],
      agent: Agent.start,
      // Drop the figures of the other account.
      answers: connect === undefined ? {} : { connect },
    },
    `Connected: stored as ${stored}.`,
  )
}

/** The test could not run. */
export const onFailure = (state: State): State => patch(state, { testing: null })

/** The running test. */
export const questionsOf = ({ connect: { testing } }: State): ReadonlyArray<Question> =>
  testing === null ? [] : [testing]
