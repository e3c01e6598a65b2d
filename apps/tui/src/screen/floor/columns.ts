/**
 * The columns of the floor.
 */
import { printable } from "@dwell/terminal/text"
import { duration, fit, percent } from "../../format.ts"
import { knownUntil } from "../app/banners.ts"
import type { State } from "../app/state.ts"
import { clock } from "../components/clock.ts"
import type * as Grid from "../components/grid.ts"
import { none } from "../components/grid.ts"
import { bar } from "../components/paint.ts"
import { stack } from "../drawing/stack.ts"
import type { Theme } from "../theme.ts"
import type { Figures, Person } from "../worker/protocol/answer.ts"
import { type Row, breach } from "./rows.ts"

const dayOf = (row: Row): Figures | null => (row.kind === "person" ? row.person.day : row.team.day)

const ofPerson = (show: (person: Person) => string) => (row: Row) => (row.kind === "person" ? show(row.person) : "")

const figure = (show: (figures: Figures) => string) => (row: Row) => {
  const day = dayOf(row)
  return day === null ? none : show(day)
}

export const columnsOf = (state: State, theme: Theme, zone: string): ReadonlyArray<Grid.Column<Row>> => {
  const { thresholds } = state
  const now = knownUntil(state)
  const isOver = (row: Row) => row.kind === "person" && breach(row.person, thresholds, now) !== undefined
  const partOfStatus = (row: Row) => (row.kind === "person" ? (row.person.category ?? "untracked") : "text")
  return [
    {
      name: "mark",
      title: "",
      width: 1,
      draw: (row) => (isOver(row) ? theme.paint("alarm", theme.marks.alarm) : " "),
    },
    {
      name: "agent",
      title: "Agent",
      width: 6,
      align: "right",
      priority: 2,
      text: ofPerson(({ agent }) => `${agent}`),
      part: () => "faint",
    },
    {
      name: "name",
      title: "Name",
      width: 10,
      maxWidth: 18,
      text: (row) =>
        row.kind === "person"
          ? printable(row.person.name ?? `${row.person.agent}`)
          : `${printable(row.team.team ?? "no team")} (${row.team.people})`,
      part: (row) => (row.kind === "team" ? "title" : "text"),
    },
    {
      name: "team",
      title: "Team",
      width: 8,
      maxWidth: 14,
      priority: 1,
      text: ofPerson(({ team }) => printable(team ?? none)),
      part: () => "faint",
    },
    {
      name: "status",
      title: "Status",
      width: 9,
      maxWidth: 14,
      text: ofPerson(({ status, subcode }) =>
        status === null ? "untracked" : printable(subcode === "" ? status : `${status} ${subcode}`),
      ),
      part: partOfStatus,
    },
    {
      name: "running",
      title: "For",
      width: 8,
      align: "right",
      text: ofPerson(({ since }) => (since === null ? none : duration(Math.max(0, now - since)))),
      part: (row) => (isOver(row) ? "alarm" : "text"),
    },
    {
      name: "day",
      title: "Day so far",
      width: 12,
      maxWidth: 40,
      priority: 5,
      draw: (row, width) => {
        const day = dayOf(row)
        return day === null ? fit(none, width, "left") : bar(stack(day.seconds, width, theme.look), theme)
      },
    },
    { name: "calls", title: "Calls", width: 6, align: "right", text: figure(({ calls }) => `${calls}`) },
    {
      name: "handle",
      title: "AHT",
      width: 7,
      align: "right",
      priority: 3,
      text: figure(({ rates }) => (rates.averageHandleTime === null ? none : duration(rates.averageHandleTime))),
    },
    {
      name: "occupancy",
      title: "Occup.",
      width: 7,
      align: "right",
      priority: 4,
      text: figure(({ rates }) => percent(rates.occupancy)),
    },
    {
      name: "since",
      title: "Since",
      width: 6,
      align: "right",
      priority: 0,
      text: ofPerson(({ isSinceBefore, loggedInSince }) =>
        loggedInSince === null ? none : `${isSinceBefore ? "<" : ""}${clock(zone, loggedInSince).slice(0, 5)}`,
      ),
    },
  ]
}
