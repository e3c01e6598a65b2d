/**
 * One agent's day: as a strip, in lists, and beside what is usual in the team.
 */
import * as Calendar from "@dwell/core/Calendar"
import * as Report from "@dwell/core/Report"
import stringWidth from "string-width"
import { pointed, replaced } from "../components/paint.ts"
import { clock } from "../components/clock.ts"
import { ends } from "../components/Frame.tsx"
import * as Grid from "../components/grid.ts"
import { Lines } from "../components/Lines.tsx"
import { printable } from "@dwell/terminal/text"
import { count, duration, fit, percent, plural } from "../../render/text.ts"
import type { AgentAnswer, Call, Figures, IntervalRow, SessionRow } from "../worker/protocol/answer.ts"
import { axis } from "../drawing/axes.ts"
import { blank } from "../drawing/cells.ts"
import { columnOf, cursorAt, strip } from "../drawing/strip.ts"
import { type Tab, tabs } from "./state.ts"
import {
  type Compared,
  compared,
  intervalAt,
  isRenewed,
  type Listed,
  layoutOf,
  listOf,
  type View,
  viewOf,
} from "./model.ts"
import type { State } from "../app/state.ts"
import type { Part, Theme } from "../theme.ts"

const none = "–"

const statusOf = ({ status, subcode }: Pick<IntervalRow, "status" | "subcode">): string =>
  status === null ? "untracked" : printable(subcode === "" ? status : `${status} ${subcode}`)

const partOf = ({ category }: Pick<IntervalRow, "category">): Part => category ?? "untracked"

/** What is odd about an interval. What is going on is called stale only once it has for so long that it hardly can be true. */
const noteOf = ({ end, open, stale, start }: Pick<IntervalRow, "start" | "end" | "open" | "stale">): string =>
  [
    ...(open ? ["open"] : []),
    ...(stale && (!open || end - start > Report.defaultStaleAfterSeconds) ? ["stale"] : []),
  ].join(", ")

const dayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

/** `Tue 2026-03-10`, or `2026-03`. */
const frameText = ({ frame, zone }: View, isDay: boolean): string => {
  const date = Calendar.label({ name: zone }, frame.from).slice(0, isDay ? 10 : 7)
  return isDay ? `${dayNames[new Date(`${date}T00:00:00Z`).getUTCDay()] ?? ""} ${date}` : date
}

/** Who it is, as far as there is room, and what of which day is shown. */
const heading = (state: State, view: View, theme: Theme): string => {
  const { agent, name, team } = view
  const { zoom } = state.agent
  const dot = ` ${theme.marks.dot} `
  const when = [
    frameText(view, zoom.frame === "P1D"),
    ...("seconds" in zoom ? [`${zoom.text} of it`] : []),
    ...(isRenewed(state) ? ["reading"] : []),
  ].join(dot)
  const room = Math.max(1, state.size.columns - stringWidth(when) - 2)
  const who = printable(name ?? `${agent}`)
  const rest = [...(name === null ? [] : [`${agent}`]), ...(team === null ? [] : [printable(team)])].join(dot)
  const isRoomy = stringWidth(who) + 2 + stringWidth(rest) <= room
  const left = isRoomy
    ? `${theme.paint("title", who)}  ${theme.paint("faint", rest)}`
    : theme.paint("title", fit(who, room, "left"))
  return ends(` ${left}`, theme.paint("accent", when), state.size.columns)
}

/** The figures, the most important first, as many as there is room for; a mark says that there are more. */
const figuresLine = ({ figures }: AgentAnswer, theme: Theme, width: number): string => {
  if (figures === null) return theme.paint("faint", fit(" Nothing is known of this agent then.", width, "left"))
  const { calls, loggedIn, rates, seconds, untracked } = figures
  const all = [
    ["logged in", duration(loggedIn)],
    ["calls", count(calls)],
    ["AHT", rates.averageHandleTime === null ? none : duration(rates.averageHandleTime)],
    ["occupancy", percent(rates.occupancy)],
    ["handling", duration(seconds.handling)],
    ["after call", duration(seconds.afterCall)],
    ["available", duration(seconds.available)],
    ["idle", duration(seconds.idle)],
    ["untracked", duration(untracked)],
  ] as const
  const mark = ` ${theme.marks.ellipsis}`
  let line = ""
  for (const [index, [name, value]] of all.entries()) {
    const more = `${line === "" ? " " : "   "}${theme.paint("faint", name)} ${value}`
    const room = width - (index < all.length - 1 ? stringWidth(mark) : 0)
    if (stringWidth(line) + stringWidth(more) > room) return line + theme.paint("faint", mark)
    line += more
  }
  return line
}

/** The strip: what is to come is blank, and a mark is where the instant is. */
const stripLine = ({ answer, at, span }: View, theme: Theme): string => {
  if (answer === null) return ""
  const intervals = answer.intervals.map(({ category, end, start }) => ({
    start,
    end,
    role: category ?? ("untracked" as const),
  }))
  const row = strip({ ...span, intervals, look: theme.look })
  const known = replaced(row, (column, cell) => (cursorAt(column, span) < answer.window.now ? cell : blank))
  return pointed(known, columnOf(at, span), theme)
}

/** When something begins or ends: with the day, where there are several. */
const whens = (zone: string, isDay: boolean) => ({
  width: isDay ? 8 : 14,
  text: (instant: number) =>
    isDay ? clock(zone, instant) : Calendar.label({ name: zone }, instant).slice(5, 19).replace("T", " "),
})

const reading = (state: State, view: View, theme: Theme): string => {
  const { answer, at, zone } = view
  const figure = state.agent.tab === "comparison" ? compared[listOf(state, view).cursor] : undefined
  if (figure !== undefined) {
    const { formula, title } = comparisons[figure]
    return ` ${theme.paint("title", title)} ${theme.paint("faint", `= ${formula}`)}`
  }
  const { text } = whens(zone, state.agent.zoom.frame === "P1D")
  const when = theme.paint("title", ` ${text(at)}`)
  if (answer === null) return when
  const found = intervalAt(state, view)
  if (found === null)
    return `${when}  ${theme.paint("faint", at >= answer.window.now ? "not known yet" : "nothing is known")}`
  const { callid, end, start } = found
  const parts = [
    `${text(start)} to ${text(end)}`,
    duration(end - start),
    ...(callid === "0" ? [] : [`call ${callid}`]),
    ...(noteOf(found) === "" ? [] : [noteOf(found)]),
  ]
  return `${when}  ${theme.paint(partOf(found), statusOf(found))}  ${theme.paint("faint", parts.join(` ${theme.marks.dot} `))}`
}

const titles: Readonly<Record<Tab, string>> = {
  intervals: "Intervals",
  calls: "Calls",
  sessions: "Sessions",
  comparison: "Team",
}

const tabLine = (state: State, { cursor, length }: Listed, { answer }: View, theme: Theme): string => {
  const left = tabs
    .map((tab) =>
      tab === state.agent.tab
        ? theme.paint("cursor", ` ${theme.paint("title", titles[tab])} `)
        : theme.paint("faint", ` ${titles[tab]} `),
    )
    .join("")
  const agents = answer?.median?.agents
  const of =
    state.agent.tab === "comparison"
      ? agents === undefined
        ? ""
        : `median of ${plural(agents, "agent")}`
      : length === 0
        ? "none"
        : `${cursor + 1} of ${length}`
  return ends(left, theme.paint("faint", of), state.size.columns)
}

type When = ReturnType<typeof whens>

const spanColumns = ({
  text,
  width,
}: When): ReadonlyArray<Grid.Column<{ readonly start: number; readonly end: number }>> => [
  { name: "margin", title: "", width: 0 },
  { name: "start", title: "From", width, text: ({ start }) => text(start) },
  { name: "end", title: "To", width, text: ({ end }) => text(end) },
  { name: "length", title: "Length", width: 9, align: "right", text: ({ end, start }) => duration(end - start) },
]

const intervalColumns = (when: When): ReadonlyArray<Grid.Column<IntervalRow>> => [
  ...spanColumns(when),
  { name: "status", title: "Status", width: 10, most: 30, text: statusOf, part: partOf },
  {
    name: "call",
    title: "Call",
    width: 12,
    most: 20,
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

const callColumns = (when: When): ReadonlyArray<Grid.Column<Call>> => [
  ...spanColumns(when),
  { name: "handling", title: "Handling", width: 9, align: "right", text: ({ handling }) => duration(handling) },
  { name: "after", title: "After", width: 9, align: "right", text: ({ afterCall }) => duration(afterCall) },
  { name: "call", title: "Call", width: 12, most: 20, priority: 1, text: ({ callid }) => callid, part: () => "faint" },
]

const sessionColumns = (when: When): ReadonlyArray<Grid.Column<SessionRow>> => [
  ...spanColumns(when),
  {
    name: "note",
    title: "",
    width: 12,
    most: 34,
    text: ({ before, open }) => [...(before ? ["began before"] : []), ...(open ? ["still open"] : [])].join(", "),
    part: () => "faint",
  },
]

/** A figure of the agent beside that of the team, both as they are shown, so that their difference is what a reader gets. */
interface Comparison {
  readonly title: string
  readonly formula: string
  readonly own: number | null
  readonly median: number | null
  readonly show: (value: number) => string
}

const callsText = (value: number): string => (Number.isInteger(value) ? count(value) : value.toFixed(1))

/** As `show` shows it: ratios to a tenth of a per cent, calls to a tenth, lengths to the second. */
const rounded = (value: number | null, show: Comparison["show"]): number | null => {
  if (value === null) return null
  if (show === duration) return Math.round(value)
  // By way of the text, so that what lies between two tenths goes where it is shown.
  return show === percent ? Number((100 * value).toFixed(1)) / 100 : Number(value.toFixed(1))
}

const comparisons: Readonly<Record<Compared, Pick<Comparison, "title" | "formula" | "show">>> = {
  loggedIn: { title: "Logged in", formula: "not offline, not untracked", show: duration },
  handling: { title: "Handling", formula: "with a customer or reaching one", show: duration },
  afterCall: { title: "After call", formula: "wrapping up", show: duration },
  available: { title: "Available", formula: "can be given a call", show: duration },
  idle: { title: "Idle", formula: "logged in, not ready", show: duration },
  other: { title: "Other", formula: "in statuses of no category", show: duration },
  untracked: { title: "Untracked", formula: "nothing is known", show: duration },
  calls: {
    title: "Calls",
    formula: "distinct call ids",
    show: callsText,
  },
  averageHandleTime: { title: "AHT", formula: "(handling + after call) / calls", show: duration },
  occupancy: {
    title: "Occupancy",
    formula: "(handling + after call) / (handling + after call + available)",
    show: percent,
  },
  utilisation: { title: "Utilisation", formula: "(handling + after call) / logged in", show: percent },
  availability: { title: "Availability", formula: "available / logged in", show: percent },
  notReadyShare: { title: "Not ready", formula: "(idle + other) / logged in", show: percent },
}

type Compare = Pick<Figures, "rates"> & {
  readonly seconds: Readonly<Record<"handling" | "afterCall" | "available" | "idle" | "other", number | null>>
  readonly loggedIn: number | null
  readonly untracked: number | null
  readonly calls: number | null
}

const valueOf = ({ calls, loggedIn, rates, seconds, untracked }: Compare, of: Compared): number | null => {
  switch (of) {
    case "loggedIn":
      return loggedIn
    case "untracked":
      return untracked
    case "calls":
      return calls
    case "handling":
    case "afterCall":
    case "available":
    case "idle":
    case "other":
      return seconds[of]
    case "averageHandleTime":
    case "occupancy":
    case "utilisation":
    case "availability":
    case "notReadyShare":
      return rates[of]
  }
}

const comparisonRows = ({ figures, median }: AgentAnswer): ReadonlyArray<Comparison> =>
  compared.map((of) => ({
    ...comparisons[of],
    own: figures === null ? null : rounded(valueOf(figures, of), comparisons[of].show),
    median: rounded(valueOf(median, of), comparisons[of].show),
  }))

const shown = ({ show }: Comparison, value: number | null): string => (value === null ? none : show(value))

const difference = (row: Comparison): string => {
  const { median, own, show } = row
  if (own === null || median === null) return none
  if (own === median) return "same"
  const size = show(Math.abs(own - median))
  // Per cent of what, is not to be asked: of the same whole.
  return `${own > median ? "+" : "-"}${show === percent ? size.replace("%", "pp") : size}`
}

/** How much more or less than the median, to either side of a line; all of a side is twice as much, or nothing at all. */
const differenceBar = ({ median, own }: Comparison, width: number, theme: Theme): string => {
  const half = Math.floor((width - 1) / 2)
  const isComparable = own !== null && median !== null && Math.max(own, median) > 0
  const ratio = !isComparable ? 0 : Math.max(-1, Math.min(1, (own - median) / Math.max(median, 1e-9)))
  const cells = ratio === 0 ? 0 : Math.max(1, Math.round(Math.abs(ratio) * half))
  const filling = (theme.look === "ascii" ? "#" : "█").repeat(cells)
  const line = isComparable ? theme.paint("faint", theme.marks.vertical) : " "
  const left = " ".repeat(half - (ratio < 0 ? cells : 0)) + (ratio < 0 ? theme.paint("idle", filling) : "")
  const right = (ratio > 0 ? theme.paint("available", filling) : "") + " ".repeat(half - (ratio > 0 ? cells : 0))
  return `${left}${line}${right}${" ".repeat(width - 2 * half - 1)}`
}

const comparisonColumns = (theme: Theme): ReadonlyArray<Grid.Column<Comparison>> => [
  { name: "margin", title: "", width: 0 },
  { name: "title", title: "Figure", width: 12, text: ({ title }) => title },
  { name: "own", title: "Agent", width: 9, align: "right", text: (row) => shown(row, row.own) },
  { name: "median", title: "Median", width: 9, align: "right", text: (row) => shown(row, row.median) },
  { name: "difference", title: "Difference", width: 10, align: "right", text: difference },
  { name: "bar", title: "less   more", width: 11, most: 31, drawn: (row, width) => differenceBar(row, width, theme) },
  { name: "formula", title: "", width: 34, most: 62, priority: 0, text: ({ formula }) => formula, part: () => "faint" },
]

/** The rows of a list that are in view, below the heads of their columns. */
const listLines = <Row,>(
  columns: ReadonlyArray<Grid.Column<Row>>,
  rows: ReadonlyArray<Row>,
  state: State,
  { cursor, isUnder, top }: Listed,
  theme: Theme,
): ReadonlyArray<string> => {
  const { height, isHeaded } = layoutOf(state)
  const placed = Grid.placed(columns, state.size.columns)
  return [
    ...(isHeaded ? [Grid.head(placed, theme, {})] : []),
    ...rows.slice(top, top + height).map((row, index) => {
      const line = Grid.line(placed, row, theme)
      return isUnder && top + index === cursor ? theme.paint("cursor", line) : line
    }),
  ]
}

const list = (
  state: State,
  { zone }: View,
  answer: AgentAnswer,
  listed: Listed,
  theme: Theme,
): ReadonlyArray<string> => {
  const when = whens(zone, state.agent.zoom.frame === "P1D")
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

export const Agent = ({ state, theme }: { readonly state: State; readonly theme: Theme }) => {
  const view = viewOf(state)
  if (view === null) {
    return <Lines lines={["", " Nobody is chosen: press 1 for the floor, go to an agent and press Enter."]} />
  }
  const { answer, span, zone } = view
  const { isFigured, strip: height } = layoutOf(state)
  if (answer === null) {
    const says =
      isRenewed(state) || (state.answers.agent?.trouble ?? null) === null
        ? "Reading this agent's log."
        : "Nothing could be read."
    return <Lines lines={[heading(state, view, theme), "", theme.paint("faint", ` ${says}`)]} />
  }
  const line = stripLine(view, theme)
  const listed = listOf(state, view)
  return (
    <Lines
      lines={[
        heading(state, view, theme),
        ...(isFigured ? [figuresLine(answer, theme, state.size.columns)] : []),
        ...Array.from({ length: height }, () => line),
        theme.paint("faint", axis({ ...span, zone: { name: zone } })),
        reading(state, view, theme),
        tabLine(state, listed, view, theme),
        ...list(state, view, answer, listed, theme),
      ]}
    />
  )
}
