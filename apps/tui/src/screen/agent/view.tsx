/**
 * One agent's day: as a strip, in lists, and compared with the team.
 */
import * as Calendar from "@dwell/core/Calendar"
import stringWidth from "string-width"
import { withCursor, replaceCells } from "../components/paint.ts"
import { ends } from "../components/Frame.tsx"
import { none } from "../components/grid.ts"
import { Lines } from "../components/Lines.tsx"
import { printable } from "@dwell/terminal/text"
import { count, duration, fit, percent, plural } from "../../format.ts"
import type { AgentAnswer } from "../worker/protocol/answer.ts"
import { axis } from "../drawing/axes.ts"
import { blank } from "../drawing/cells.ts"
import { columnOf, cursorAt, strip } from "../drawing/strip.ts"
import { type Tab, tabs } from "./state.ts"
import { intervalAt, type ListView, layoutOf, listOf, type View, viewOf } from "./model.ts"
import { comparisonFigures, comparisons } from "./comparison.ts"
import { isRenewed } from "./question.ts"
import type { State } from "../app/state.ts"
import type { Theme } from "../theme.ts"
import { instantFormat, noteOf, partOf, statusOf, list } from "./lists.ts"

const dayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

/** `Tue 2026-03-10`, or `2026-03`. */
const frameText = ({ frame, zone }: View, isDay: boolean): string => {
  const date = Calendar.label({ name: zone }, frame.from).slice(0, isDay ? 10 : 7)
  return isDay ? `${dayNames[new Date(`${date}T00:00:00Z`).getUTCDay()] ?? ""} ${date}` : date
}

/** The agent, as far as there is room, and the part of the day that is shown. */
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

/** The figures that fit, the most important first; a mark shows that there are more. */
const figuresLine = ({ figures }: AgentAnswer, theme: Theme, width: number): string => {
  if (figures === null)
    return theme.paint("faint", fit(" Nothing is known of this agent in this window.", width, "left"))
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

/** The strip: the future is blank, and a mark is at the instant. */
const stripLine = ({ answer, at, span }: View, theme: Theme): string => {
  if (answer === null) return ""
  const intervals = answer.intervals.map(({ category, end, start }) => ({
    start,
    end,
    role: category ?? ("untracked" as const),
  }))
  const row = strip({ ...span, intervals, look: theme.look })
  const known = replaceCells(row, (column, cell) => (cursorAt(column, span) < answer.window.now ? cell : blank))
  return withCursor(known, columnOf(at, span), theme)
}

const instantLine = (state: State, view: View, theme: Theme): string => {
  const { answer, at, zone } = view
  const figure = state.agent.tab === "comparison" ? comparisonFigures[listOf(state, view).cursor] : undefined
  if (figure !== undefined) {
    const { formula, title } = comparisons[figure]
    return ` ${theme.paint("title", title)} ${theme.paint("faint", `= ${formula}`)}`
  }
  const { text } = instantFormat(zone, state.agent.zoom.frame === "P1D")
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

const tabLine = (state: State, { cursor, length }: ListView, { answer }: View, theme: Theme): string => {
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

export const Agent = ({ state, theme }: { readonly state: State; readonly theme: Theme }) => {
  const view = viewOf(state)
  if (view === null) {
    return <Lines lines={["", " No agent is chosen: press 1 for the floor, move to an agent and press Enter."]} />
  }
  const { answer, span, zone } = view
  const { hasFigures, strip: height } = layoutOf(state)
  if (answer === null) {
    const says =
      isRenewed(state) || (state.answers.agent?.problem ?? null) === null
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
        ...(hasFigures ? [figuresLine(answer, theme, state.size.columns)] : []),
        ...Array.from({ length: height }, () => line),
        theme.paint("faint", axis({ ...span, zone: { name: zone } })),
        instantLine(state, view, theme),
        tabLine(state, listed, view, theme),
        ...list(state, view, answer, listed, theme),
      ]}
    />
  )
}
