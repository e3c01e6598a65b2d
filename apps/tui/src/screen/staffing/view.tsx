/**
 * Staffing: how many were in each status at once, over the window and step by step.
 */
import stringWidth from "string-width"
import { withCursor } from "../components/paint.ts"
import { moment } from "../components/clock.ts"
import { ends } from "../components/Frame.tsx"
import { Lines } from "../components/Lines.tsx"
import { fit } from "../../format.ts"
import type { StaffingAnswer } from "../worker/protocol/answer.ts"
import { stackedAreas } from "../drawing/areas.ts"
import { axis, scale } from "../drawing/axes.ts"
import { columnOf } from "../drawing/strip.ts"
import { innerHeight } from "../app/layout.ts"
import { columnsOf, curveSpanOf, inTableOrder, seriesOf, type Step, stepAt, stepsOf } from "./series.ts"
import { isRenewed } from "./question.ts"
import { layoutOf } from "./layout.ts"
import type { State } from "../app/state.ts"
import type { Theme } from "../theme.ts"
import { type Area, areasOf, legend } from "./legend.ts"
import { stepLines, table } from "./table.ts"

/** `15 min steps`. */
const stepText = (seconds: number): string => (seconds >= 86_400 ? "steps of a day" : `steps of ${seconds / 60} min`)

/** The window, as far as there is room, and the steps. */
const heading = (state: State, { stepSeconds, window }: StaffingAnswer, zone: string, theme: Theme): string => {
  const right = [stepText(stepSeconds), ...(isRenewed(state) ? ["reading"] : [])].join(` ${theme.marks.dot} `)
  const room = Math.max(1, state.size.columns - stringWidth(right) - 2)
  const { label } = state.window
  const span = `${moment(zone, window.from)} to ${moment(zone, window.to)}`
  const isRoomy = stringWidth(label) + 2 + span.length <= room
  const left = isRoomy
    ? `${theme.paint("title", label)}  ${theme.paint("faint", span)}`
    : theme.paint("title", fit(label, room, "left"))
  return ends(` ${left}`, theme.paint("accent", right), state.size.columns)
}

/** The areas, with values at their side and times below them. */
const picture = (
  state: State,
  answer: StaffingAnswer,
  steps: ReadonlyArray<Step>,
  cursor: Step | undefined,
  areas: ReadonlyArray<Area>,
  zone: string,
  theme: Theme,
): ReadonlyArray<string> => {
  const height = layoutOf(state).areas
  // Untracked agents may be offline: where all are untracked, the curve has a gap.
  const stacked = areas.filter(({ role }) => role !== "offline" && role !== "untracked")
  const statuses = stacked.flatMap((area) => area.statuses)
  const greatest = steps.reduce(
    (most, { rows }) =>
      Math.max(
        most,
        statuses.reduce((sum, status) => sum + (rows.get(status)?.average ?? 0), 0),
      ),
    0,
  )
  const { labels, max } = scale(greatest)
  const side = Math.max(...labels.map(({ text }) => text.length))
  const span = { ...curveSpanOf(answer), width: Math.max(1, state.size.columns - side - 1) }
  const rows = stackedAreas({
    series: stacked.map((area) => ({ role: area.role, values: columnsOf(steps, area.statuses, span) })),
    width: span.width,
    height,
    max,
    look: theme.look,
  })
  const column = cursor === undefined ? -1 : columnOf(Math.floor((cursor.start + cursor.end) / 2), span)
  // A value is written in the row whose top it is.
  const rowOf = (value: number) => Math.min(height - 1, Math.round((1 - value / max) * height))
  return [
    ...rows.map((row, index) => {
      const label = labels.findLast(({ value }) => rowOf(value) === index)?.text ?? ""
      return `${theme.paint("faint", fit(label, side, "right"))} ${withCursor(row, column, theme)}`
    }),
    `${" ".repeat(side + 1)}${theme.paint("faint", axis({ ...span, zone: { name: zone } }))}`,
  ]
}

export const Staffing = ({ state, theme }: { readonly state: State; readonly theme: Theme }) => {
  const lastAnswer = state.answers.staffing
  const answer = lastAnswer?.answer ?? null
  if (answer === null) {
    const says =
      isRenewed(state) || (lastAnswer?.problem ?? null) === null
        ? "Counting the agents in each status."
        : "Nothing could be read."
    return <Lines lines={["", theme.paint("faint", ` ${says}`)]} />
  }
  const zone = state.timezone ?? answer.account.timezone
  const steps = stepsOf(answer)
  const series = seriesOf(answer)
  const areas = areasOf(series, theme.look)
  const inOrder = inTableOrder(series, state.staffing.skippedStatuses)
  const cursor = stepAt(steps, state.staffing.at)
  const step = steps[cursor]
  const most = layoutOf(state)
  const above = [
    heading(state, answer, zone, theme),
    ...picture(state, answer, steps, step, areas, zone, theme),
    ...legend(state, answer, areas, most.legend, theme),
    ...stepLines(state, step, answer, inOrder, zone, most.reading, theme),
  ]
  // The table has what is left.
  const room = most.table === 0 ? 0 : innerHeight(state) - above.length
  return <Lines lines={[...above, ...table(state, answer, steps, cursor, inOrder, zone, room, theme)]} />
}
