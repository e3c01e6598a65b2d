/**
 * What keys do on the floor.
 */
import type { Group } from "../worker/protocol/answer.ts"
import type { Command } from "../keys.ts"
import * as Agent from "../agent/state.ts"
import { knownUntil } from "../app/banners.ts"
import * as Floor from "./state.ts"
import * as Rows from "./rows.ts"
import { goTo } from "../app/navigation.ts"
import * as Input from "../components/input.ts"
import { bodyHeight } from "../app/layout.ts"
import * as List from "../components/list.ts"
import type { State } from "../app/state.ts"

const noTeams: ReadonlyArray<Group> = []

/** The floor's rows as they are arranged. */
export const rows = (state: Pick<State, "answers" | "floor" | "now" | "thresholds">): ReadonlyArray<Rows.Row> => {
  const { answers, floor, thresholds } = state
  const shown = answers.live?.answer?.floor ?? null
  if (shown === null) return []
  return Rows.rows(shown, answers.teams?.answer?.teams ?? noTeams, floor, thresholds, knownUntil(state))
}

/** The floor arranged in another way, its cursor still within it. */
export const patch = (state: State, change: Partial<Floor.FloorState>): State => {
  const next = { ...state, floor: { ...state.floor, ...change } }
  const { list } = next.floor
  return { ...next, floor: { ...next.floor, list: List.keepInView(list, rows(next).length, bodyHeight(next)) } }
}

export const onCommand = (state: State, command: Command): State => {
  const { floor } = state
  if (List.isMove(command)) {
    const list = List.moved(floor.list, command, rows(state).length, bodyHeight(state))
    return { ...state, floor: { ...floor, list } }
  }
  switch (command) {
    case "left":
      return patch(state, Floor.moveColumn(floor, -1))
    case "right":
      return patch(state, Floor.moveColumn(floor, 1))
    case "sort":
      return patch(state, Floor.sortByColumn(floor))
    case "teams":
      return patch(state, { isByTeam: !floor.isByTeam })
    case "filter":
      return { ...state, overlay: { kind: "filter", input: Input.of(floor.filter), before: floor.filter } }
    case "open": {
      const row = rows(state)[floor.list.cursor]
      if (row === undefined || row.kind === "team") return state
      return goTo({ ...state, agent: Agent.of(row.person.agent, state.agent) }, "agent")
    }
    case "back":
      return floor.filter === "" ? state : patch(state, { filter: "" })
    default:
      return state
  }
}
