/**
 * What a screen reader reads: a few lines that change only when there is something new.
 *
 * Shape    no clock that runs; times of day instead
 */
import { stripVTControlCharacters } from "node:util"
import * as Alert from "@dwell/core/Alert"
import { count, duration, plural } from "../format.ts"
import type { Person } from "./worker/protocol/answer.ts"
import type { ScreenName } from "./keys.ts"
import * as Agent from "./agent/model.ts"
import { allBannersOf } from "./app/banners.ts"
import { issueOf, titles as fieldNames, valueOf } from "./connect/state.ts"
import { linesOf as coverageLines } from "./coverage/commands.ts"
import { breach } from "./floor/rows.ts"
import { rows } from "./floor/commands.ts"
import * as Report from "./report/model.ts"
import * as Cells from "./report/cells.ts"
import * as Series from "./staffing/series.ts"
import type { State } from "./app/state.ts"
import { zoneOf } from "./window/window.ts"
import { make } from "./theme.ts"
import { clock, moment } from "./components/clock.ts"
import { overlayLines } from "./overlays/overlay.ts"
import { promptLine } from "./components/promptLine.ts"

/** How the chosen row looks without colours. */
const inverse = "\u001b[7m"

const nameOf = ({ agent, name }: Pick<Person, "agent" | "name">): string => name ?? `agent ${agent}`

const personSays = (person: Person, state: State): string => {
  const { category, day, since, status, team } = person
  const over = breach({ category, since, status }, state.thresholds, state.now)
  return [
    nameOf(person),
    team ?? "no team",
    status === null
      ? "untracked"
      : `${status} since ${since === null ? "an unknown time" : clock(zoneOf(state).name, since)}`,
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
      ? ["No agent matches the filter."]
      : [
          `Row ${cursor + 1} of ${shown.length}: ${row.kind === "person" ? personSays(row.person, state) : `team ${row.team.team ?? "none"}, ${plural(row.team.people, "agent")}`}.`,
        ]),
  ]
}

const reportSays = (state: State): ReadonlyArray<string> => {
  const shown = Report.tableModelOf(state)
  if (shown === null) return [`Reading ${state.window.label}.`]
  const { list, rows: all, table } = shown
  const row = all[list.cursor]
  const cells = table.columns
    .filter(({ kind }) => kind !== "bar")
    .flatMap((column) =>
      row === undefined ? [] : [`${column.title} ${Cells.cellText(column, row, state.report.unit)}`],
    )
  return [
    `${state.window.label}, by ${state.report.group}.`,
    row === undefined ? "There are no rows." : `Row ${list.cursor + 1} of ${all.length}: ${cells.join(", ")}.`,
  ]
}

const agentSays = (state: State): ReadonlyArray<string> => {
  const view = Agent.viewOf(state)
  if (view === null) return ["No agent is chosen."]
  const { agent, answer, at, name, zone } = view
  if (answer === null) return [`Reading the log of ${nameOf({ agent, name })}.`]
  const interval = Agent.intervalAt(state, view)
  const { calls, loggedIn } = answer.figures ?? { calls: null, loggedIn: null }
  return [
    `${nameOf({ agent, name })}, ${moment(zone, answer.window.from).slice(0, 10)}.`,
    `Logged in ${loggedIn === null ? "unknown" : duration(loggedIn)}, ${calls === null ? "calls unknown" : plural(calls, "call")}.`,
    interval === null
      ? `At ${clock(zone, at)} nothing is known.`
      : `${clock(zone, interval.start)} to ${interval.open ? "now" : clock(zone, interval.end)}: ${interval.status ?? "untracked"}.`,
  ]
}

const staffingSays = (state: State): ReadonlyArray<string> => {
  const answer = state.answers.staffing?.answer ?? null
  if (answer === null) return [`Counting ${state.window.label}.`]
  const steps = Series.stepsOf(answer)
  const step = steps[Series.stepAt(steps, state.staffing.at)]
  if (step === undefined) return ["No data for this window."]
  const zone = zoneOf(state).name
  const figures = Series.seriesOf(answer).flatMap(({ status }) => {
    const row = Series.countsOf(step, status)
    return row === null || row.max === 0
      ? []
      : [`${status ?? "untracked"} ${row.min} to ${row.max}, ${row.average.toFixed(1)} on average`]
  })
  return [`${clock(zone, step.start).slice(0, 5)} to ${clock(zone, step.end).slice(0, 5)}: ${figures.join("; ")}.`]
}

const connectSays = ({ answers, connect }: State): ReadonlyArray<string> => [
  `${fieldNames[connect.field]}: ${connect.field === "password" ? "hidden" : valueOf(connect, connect.field) || "empty"}. Tab moves on.`,
  ...[issueOf(connect, connect.field)].flatMap((issue) => issue ?? []),
  ...(answers.connect?.answer?.steps ?? []).map(({ name, state, text }) => `${name}: ${state}. ${text}`),
]

const ofScreen: Readonly<Record<ScreenName, (state: State) => ReadonlyArray<string>>> = {
  floor: floorSays,
  report: reportSays,
  agent: agentSays,
  staffing: staffingSays,
  coverage: (state) =>
    coverageLines(state, false).map((line) =>
      line
        .map(([, text]) => text)
        .join("")
        .trim(),
    ),
  connect: connectSays,
}

/** Only the chosen row is painted. */
const bare = make("dark", { level: 0, isUnicode: true })

/** The overlay; the chosen row comes first. */
const overlaySays = (state: State): ReadonlyArray<string> | null => {
  // Otherwise windows that end now would change each second.
  const lines = overlayLines({ ...state, now: state.now - (state.now % 60) }, bare)
  if (lines === null) return null
  const chosen = lines.filter((line) => line.includes(inverse))
  return [...chosen, ...lines.filter((line) => !chosen.includes(line))]
    .map((line) => stripVTControlCharacters(line).trim().replaceAll(/ {2,}/g, ": "))
    .filter((line) => line !== "")
}

const typingSays = (state: State): ReadonlyArray<string> => {
  const line = promptLine(state, bare)
  return line === null ? [] : [stripVTControlCharacters(line)]
}

/** The lines to read. */
export const screenReaderLines = (state: State): ReadonlyArray<string> => [
  `${state.screen}. Question mark for keys.`,
  ...(overlaySays(state) ?? [...allBannersOf(state).map(({ text }) => text), ...ofScreen[state.screen](state)]),
  ...typingSays(state),
  ...(state.notice === null ? [] : [state.notice.text]),
]
