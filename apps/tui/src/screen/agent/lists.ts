/**
 * The lists of one agent's day: intervals, calls, sessions, comparison.
 */
import * as Report from "@dwell/core/Report"
import * as Calendar from "@dwell/core/Calendar"
import { printable } from "@dwell/terminal/text"
import { duration } from "../../format.ts"
import type { State } from "../app/state.ts"
import { clock } from "../components/clock.ts"
import * as Grid from "../components/grid.ts"
import type { ColourRole, Theme } from "../theme.ts"
import type { IntervalRow, Call, SessionRow, AgentAnswer } from "../worker/protocol/answer.ts"
import { comparisonColumns, comparisonRows } from "./comparison.ts"
import { type ListView, layoutOf, type View } from "./model.ts"

export const statusOf = ({ status, subcode }: Pick<IntervalRow, "status" | "subcode">): string =>
  status === null ? "untracked" : printable(subcode === "" ? status : `${status} ${subcode}`)

export const partOf = ({ category }: Pick<IntervalRow, "category">): ColourRole => category ?? "untracked"

/** What is odd about an interval. An open one counts as stale only if it is longer than a working day. */
export const noteOf = ({ end, open, stale, start }: Pick<IntervalRow, "start" | "end" | "open" | "stale">): string =>
  [
    ...(open ? ["open"] : []),
    ...(stale && (!open || end - start > Report.defaultStaleAfterSeconds) ? ["stale"] : []),
  ].join(", ")

/** How instants are written: with the day, if the frame has several. */
export const instantFormat = (zone: string, isDay: boolean) => ({
  width: isDay ? 8 : 14,
  text: (instant: number) =>
    isDay ? clock(zone, instant) : Calendar.label({ name: zone }, instant).slice(5, 19).replace("T", " "),
})

type InstantFormat = ReturnType<typeof instantFormat>

const spanColumns = ({
  text,
  width,
}: InstantFormat): ReadonlyArray<Grid.Column<{ readonly start: number; readonly end: number }>> => [
  { name: "margin", title: "", width: 0 },
  { name: "start", title: "From", width, text: ({ start }) => text(start) },
  { name: "end", title: "To", width, text: ({ end }) => text(end) },
  { name: "length", title: "Length", width: 9, align: "right", text: ({ end, start }) => duration(end - start) },
]

const intervalColumns = (when: InstantFormat): ReadonlyArray<Grid.Column<IntervalRow>> => [
  ...spanColumns(when),
  { name: "status", title: "Status", width: 10, maxWidth: 30, text: statusOf, part: partOf },
  {
    name: "call",
    title: "Call",
    width: 12,
    maxWidth: 20,
    priority: 1,
    text: ({ callid }) => (callid === "0" ? "" : callid),
    part: () => "faint",
  },
  {
    name: "note",
    title: "",
    width: 11,
    priority: 0,
    text: noteOf,
    part: (row) => (noteOf(row).includes("stale") ? "alarm" : "faint"),
  },
]

const callColumns = (when: InstantFormat): ReadonlyArray<Grid.Column<Call>> => [
  ...spanColumns(when),
  { name: "handling", title: "Handling", width: 9, align: "right", text: ({ handling }) => duration(handling) },
  { name: "after", title: "After", width: 9, align: "right", text: ({ afterCall }) => duration(afterCall) },
  {
    name: "call",
    title: "Call",
    width: 12,
    maxWidth: 20,
    priority: 1,
    text: ({ callid }) => callid,
    part: () => "faint",
  },
]

const sessionColumns = (when: InstantFormat): ReadonlyArray<Grid.Column<SessionRow>> => [
  ...spanColumns(when),
  {
    name: "note",
    title: "",
    width: 12,
    maxWidth: 34,
    text: ({ before, open }) => [...(before ? ["started before"] : []), ...(open ? ["still open"] : [])].join(", "),
    part: () => "faint",
  },
]

/** The visible rows of a list, below the heads of their columns. */
const listLines = <Row>(
  columns: ReadonlyArray<Grid.Column<Row>>,
  rows: ReadonlyArray<Row>,
  state: State,
  { cursor, isAtInstant, top }: ListView,
  theme: Theme,
): ReadonlyArray<string> => {
  const { height, hasHead } = layoutOf(state)
  const placed = Grid.placeColumns(columns, state.size.columns)
  return [
    ...(hasHead ? [Grid.head(placed, theme, {})] : []),
    ...rows.slice(top, top + height).map((row, index) => {
      const line = Grid.line(placed, row, theme)
      return isAtInstant && top + index === cursor ? theme.paint("cursor", line) : line
    }),
  ]
}

export const list = (
  state: State,
  { zone }: View,
  answer: AgentAnswer,
  listed: ListView,
  theme: Theme,
): ReadonlyArray<string> => {
  const when = instantFormat(zone, state.agent.zoom.frame === "P1D")
  switch (state.agent.tab) {
    case "intervals":
      return listLines(intervalColumns(when), answer.intervals, state, listed, theme)
    case "calls":
      return listLines(callColumns(when), answer.calls, state, listed, theme)
    case "sessions":
      return listLines(sessionColumns(when), answer.sessions, state, listed, theme)
    case "comparison":
      return listLines(comparisonColumns(theme), comparisonRows(answer), state, listed, theme)
  }
}
