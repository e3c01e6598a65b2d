/**
 * What keys do on the staffing curve.
 */
import type { Command } from "../keys.ts"
import * as List from "../components/list.ts"
import * as Staffing from "./state.ts"
import * as Series from "./series.ts"
import { layoutOf } from "./layout.ts"
import type { State } from "../app/state.ts"

const patch = (state: State, change: Partial<Staffing.StaffingState>): State => ({
  ...state,
  staffing: { ...state.staffing, ...change },
})

/** Another step; the last one goes on with time. */
const moveStep = (state: State, move: List.Move): State => {
  const answer = state.answers.staffing?.answer ?? null
  if (answer === null) return state
  const steps = Series.stepsOf(answer)
  const cursor = Series.stepAt(steps, state.staffing.at)
  const to = List.moved({ cursor, top: 0 }, move, steps.length, layoutOf(state).table).cursor
  return patch(state, { at: to >= steps.length - 1 ? null : (steps[to]?.start ?? null) })
}

/** Shows other statuses first if not all fit. */
const passStatuses = (state: State, by: number): State => {
  const answer = state.answers.staffing?.answer ?? null
  const statuses = answer?.overall.length ?? 0
  return statuses === 0
    ? state
    : patch(state, { skippedStatuses: (state.staffing.skippedStatuses + by + statuses) % statuses })
}

export const onCommand = (state: State, command: Command): State => {
  if (List.isMove(command)) return moveStep(state, command)
  switch (command) {
    case "left":
      return moveStep(state, "up")
    case "right":
      return moveStep(state, "down")
    case "other-statuses":
      return passStatuses(state, 1)
    case "other-statuses-back":
      return passStatuses(state, -1)
    case "step": {
      const window = state.answers.staffing?.answer?.window
      const seconds = window === undefined ? 0 : window.to - window.from
      return patch(state, { stepSeconds: Staffing.nextStep(state.staffing.stepSeconds, seconds) })
    }
    default:
      return state
  }
}
