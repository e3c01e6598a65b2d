/**
 * What keys do on an agent's day.
 */
import type { Command } from "../keys.ts"
import { columnOf, cursorAt } from "../drawing/strip.ts"
import * as Agent from "./state.ts"
import { layoutOf, listOf, people, timeRowsOf, type View, viewOf } from "./model.ts"
import { nextOf, notify } from "../app/navigation.ts"
import * as List from "../components/list.ts"
import type { State } from "../app/state.ts"

const patch = (state: State, change: Partial<Agent.AgentState>): State => ({
  ...state,
  agent: { ...state.agent, ...change },
})

/** Moves the instant, and the strip by `by`; at the end of what is known the instant follows the time. */
const moveTo = (state: State, { latest, span }: View, to: number, by = 0): State =>
  patch(state, { at: to >= latest - 1 ? null : Math.max(0, to), from: span.from + by })

/** Moves the instant by a cell, but at least by a second. */
const stepCell = (state: State, view: View, by: -1 | 1): State => {
  const { at, span } = view
  const column = columnOf(at, span) + by
  const isWithin = column >= 0 && column < span.width
  const cell = Math.max(1, Math.ceil((span.to - span.from) / span.width))
  const to = isWithin ? cursorAt(column, span) : at + by * cell
  return moveTo(state, view, by < 0 ? Math.min(to, at - 1) : Math.max(to, at + 1))
}

const pan = (state: State, view: View, by: -1 | 1): State => {
  const half = by * Math.ceil((view.span.to - view.span.from) / 2)
  return moveTo(state, view, view.at + half, half)
}

/** Zooms the strip; the instant stays in its column. */
const zoomBy = (state: State, { at, span, zone }: View, by: -1 | 1): State => {
  const zoom = Agent.zooms[Agent.zooms.indexOf(state.agent.zoom) + by]
  if (zoom === undefined) return state
  const next = Agent.stripWindowOf(Agent.frameOf({ name: zone }, at, zoom.frame), at, { from: null, zoom })
  const before = ((at - span.from) / (span.to - span.from)) * (next.to - next.from)
  return patch(state, { zoom, from: Math.floor(at - before) })
}

/** Shows the day or month before or after, at the same time of day. */
const turnFrame = (state: State, view: View, by: -1 | 1): State => {
  const { at, frame, latest, span, zone } = view
  if (by > 0 && frame.to >= latest) return notify(state, "Nothing later is known yet.")
  const next = Agent.frameOf({ name: zone }, by < 0 ? frame.from - 1 : frame.to, state.agent.zoom.frame)
  const to = Math.min(next.from + (at - frame.from), next.to - 1)
  return patch(moveTo(state, view, to), { from: next.from + (span.from - frame.from) })
}

/** Shows the agent before or after, in the order of the floor. */
const turnAgent = (state: State, { agent }: View, by: -1 | 1): State => {
  const all = people(state)
  const at = all.findIndex((person) => person.agent === agent)
  const next = all.at(at < 0 ? 0 : (at + by) % all.length)
  return next === undefined ? state : patch(state, { agent: next.agent, list: List.start })
}

/** Moves to another row, and to the instant at which it starts. */
const moveInList = (state: State, view: View, move: List.Move): State => {
  const { height } = layoutOf(state)
  const { length, isAtInstant: _, ...listed } = listOf(state, view)
  const list = List.moved(listed, move, length, height)
  if (view.answer === null || state.agent.tab === "comparison") return patch(state, { list })
  const row = timeRowsOf(state, view.answer)[list.cursor]
  return row === undefined
    ? state
    : patch(state, { list, at: Math.min(row.start, view.latest - 1), from: view.span.from })
}

export const onCommand = (state: State, command: Command): State => {
  const view = viewOf(state)
  if (command === "tab") return patch(state, { tab: nextOf(Agent.tabs, state.agent.tab), list: List.start })
  if (view === null) return state
  if (List.isMove(command)) return moveInList(state, view, command)
  switch (command) {
    case "left":
      return stepCell(state, view, -1)
    case "right":
      return stepCell(state, view, 1)
    case "pan-left":
      return pan(state, view, -1)
    case "pan-right":
      return pan(state, view, 1)
    case "zoom-in":
      return zoomBy(state, view, 1)
    case "zoom-out":
      return zoomBy(state, view, -1)
    case "earlier":
      return turnFrame(state, view, -1)
    case "later":
      return turnFrame(state, view, 1)
    case "next-agent":
      return turnAgent(state, view, 1)
    case "previous-agent":
      return turnAgent(state, view, -1)
    default:
      return state
  }
}
