/**
 * What the screen of one agent shows.
 */
import type { Window } from "@dwell/core/Window"
import type { AgentAnswer, IntervalRow, Person } from "../worker/protocol/answer.ts"
import type { Span } from "../drawing/strip.ts"
import { frameOf, rowAt, stripWindowOf } from "./state.ts"
import { rows as floorRows } from "../floor/commands.ts"
import { innerHeight } from "../app/layout.ts"
import * as List from "../components/list.ts"
import type { State } from "../app/state.ts"
import { comparisonFigures } from "./comparison.ts"

export interface View {
  readonly agent: number
  readonly name: string | null
  readonly team: string | null
  readonly zone: string
  /** Nothing is known after this instant. */
  readonly latest: number
  /** The instant at the cursor. */
  readonly at: number
  readonly frame: Window
  readonly span: Span
  /** An answer about this agent and the whole frame; `null` until there is one. */
  readonly answer: AgentAnswer | null
}

/** The agents of the floor, as it is arranged. */
export const people = (state: State): ReadonlyArray<Person> =>
  floorRows(state).flatMap((row) => (row.kind === "person" ? [row.person] : []))

/** The agent that is shown: the chosen one, else the one with the lowest id. */
const agentOf = ({ agent, answers }: State): number | null =>
  agent.agent ?? answers.live?.answer?.floor?.people[0]?.agent ?? null

/** `null` = there is no agent yet, or the time zone is not known yet. */
export const viewOf = (state: State): View | null => {
  const { agent: looked, answers, size } = state
  const live = answers.live?.answer ?? null
  const lastAnswer = answers.agent?.answer ?? null
  const agent = agentOf(state)
  const zone = state.timezone ?? live?.account.timezone ?? lastAnswer?.account.timezone
  if (agent === null || zone === undefined) return null
  const latest = live?.floor?.asOf ?? state.now
  const last = Math.max(0, latest - 1)
  const frame = frameOf({ name: zone }, Math.min(looked.at ?? last, last), looked.zoom.frame)
  const isOf =
    lastAnswer !== null &&
    lastAnswer.agent === agent &&
    lastAnswer.window.from <= frame.from &&
    lastAnswer.window.to >= frame.to
  const answer = isOf ? lastAnswer : null
  // The answer ends a little before the floor does.
  const known = answer === null ? last : Math.max(frame.from, Math.min(last, answer.window.now - 1))
  const at = Math.max(frame.from, Math.min(looked.at ?? known, last))
  const person = live?.floor?.people.find((one) => one.agent === agent)
  return {
    agent,
    name: person?.name ?? answer?.name ?? null,
    team: person?.team ?? answer?.team ?? null,
    zone,
    latest,
    at,
    frame,
    span: { ...stripWindowOf(frame, at, looked), width: size.columns },
    answer,
  }
}

/** The number of rows of a list, its cursor, and whether the row at the cursor has the instant. */
export interface ListView extends List.ListState {
  readonly length: number
  readonly isAtInstant: boolean
}

/** The rows of the current list that have a start and an end. */
export const timeRowsOf = ({ agent: { tab } }: State, answer: AgentAnswer) => (tab === "comparison" ? [] : answer[tab])

/** The current list, its cursor at the instant. */
export const listOf = (state: State, { answer, at }: View): ListView => {
  const { list, tab } = state.agent
  const { height } = layoutOf(state)
  if (answer === null) return { ...List.start, length: 0, isAtInstant: false }
  if (tab === "comparison") {
    return {
      ...List.keepInView(list, comparisonFigures.length, height),
      length: comparisonFigures.length,
      isAtInstant: true,
    }
  }
  const rows = timeRowsOf(state, answer)
  const { index, isAtInstant } = rowAt(rows, at, list.cursor)
  return { ...List.keepInView({ ...list, cursor: index }, rows.length, height), length: rows.length, isAtInstant }
}

/** The interval that an instant is in; if several are within one second, the one at the list's cursor. */
export const intervalAt = (state: State, { answer, at }: View): IntervalRow | null => {
  if (answer === null) return null
  const cursor = state.agent.tab === "intervals" ? state.agent.list.cursor : -1
  const { index, isAtInstant } = rowAt(answer.intervals, at, cursor)
  return isAtInstant ? (answer.intervals[index] ?? null) : null
}

/** The screen in rows. */
export interface Layout {
  /** Whether there is room for figures below the name. */
  readonly hasFigures: boolean
  readonly strip: number
  /** Whether columns have heads. */
  readonly hasHead: boolean
  /** Rows of the list. */
  readonly height: number
}

export const layoutOf = (state: State): Layout => {
  const room = innerHeight(state)
  const hasFigures = room >= 9
  const hasHead = room >= 8
  const strip = room >= 14 ? 2 : 1
  // The rest is the name, the axis, the line of the instant, and the tabs.
  return { hasFigures, strip, hasHead, height: Math.max(1, room - strip - 4 - Number(hasFigures) - Number(hasHead)) }
}
