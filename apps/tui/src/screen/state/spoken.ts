/**
 * What a screen reader says of a state: a few lines that change only when something else is to be said.
 *
 * Shape    no clock that runs; times of day instead
 */
import * as Alert from "@dwell/core/Alert"
import { clock } from "../components/clock.ts"
import { count, plural } from "../../render/text.ts"
import { type Person } from "../desk/Question.ts"
import { saidOf } from "./banners.ts"
import { breach } from "./floor.ts"
import { rows } from "./floorCommands.ts"
import { type State } from "./State.ts"

const zoneOf = ({ answers, timezone }: State): string => timezone ?? answers.live?.answer?.place.timezone ?? "UTC"

const nameOf = ({ agent, name }: Pick<Person, "agent" | "name">): string => name ?? `agent ${agent}`

const personSays = (person: Person, state: State): string => {
  const { category, day, since, status, team } = person
  const over = breach({ category, since, status }, state.thresholds, state.now)
  return [
    nameOf(person),
    team ?? "no team",
    status === null
      ? "untracked"
      : `${status} since ${since === null ? "an unknown time" : clock(zoneOf(state), since)}`,
    ...(over === undefined ? [] : [`over ${Alert.text(over)}`]),
    ...(day === null ? [] : [plural(day.calls, "call")]),
  ].join(", ")
}

const floorSays = (state: State): ReadonlyArray<string> => {
  const floor = state.answers.live?.answer?.floor ?? null
  if (floor === null) return [state.answers.live?.answer?.progress ?? "Nothing is known yet."]
  const statuses = Array.from(
    Map.groupBy(floor.people, ({ status }) => status ?? "untracked"),
    ([status, { length }]) => `${count(length)} ${status}`,
  )
  const over = floor.people.filter((person) => breach(person, state.thresholds, state.now) !== undefined)
  const shown = rows(state)
  const { cursor } = state.floor.list
  const row = shown[cursor]
  return [
    `${statuses.join(", ")}.`,
    ...(over.length === 0 ? [] : [`Over a threshold: ${over.map(nameOf).join(", ")}.`]),
    ...(row === undefined
      ? ["Nobody is in this filter."]
      : [
          `Row ${cursor + 1} of ${shown.length}: ${row.kind === "person" ? personSays(row.person, state) : `team ${row.team.team ?? "none"}, ${plural(row.team.people, "agent")}`}.`,
        ]),
  ]
}

/** The lines to say. */
export const spoken = (state: State): ReadonlyArray<string> => [
  `${state.screen}. Question mark for keys.`,
  ...saidOf(state).map(({ text }) => text),
  ...(state.screen === "floor" ? floorSays(state) : []),
  ...(state.notice === null ? [] : [state.notice.text]),
]
