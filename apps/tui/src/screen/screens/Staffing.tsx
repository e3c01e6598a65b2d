/**
 * Staffing: how many were in each status at once, over the window and step by step.
 */
import stringWidth from "string-width"
import { pointed } from "../components/cells.ts"
import { moment } from "../components/clock.ts"
import { ends } from "../components/Frame.tsx"
import * as Grid from "../components/grid.ts"
import { Lines } from "../components/Lines.tsx"
import { fit, printable } from "../../render/text.ts"
import { type StaffingAnswer } from "../desk/Question.ts"
import { stackedAreas } from "../drawing/areas.ts"
import { axis, scale } from "../drawing/axes.ts"
import { filling } from "../drawing/cells.ts"
import { columnOf } from "../drawing/strip.ts"
import { innerHeight } from "../state/layout.ts"
import * as List from "../state/list.ts"
import { columnsOf, statusesOf, type Step, stepAt, stepsOf } from "../state/staffing.ts"
import { isRenewed, layoutOf } from "../state/staffingView.ts"
import { type State } from "../state/State.ts"
import { type Theme } from "../theme.ts"

const none = "–"

const decimal = (value: number): string => value.toFixed(1)

type Statuses = ReturnType<typeof statusesOf>

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

/** Parts beside each other, as many as fit on so many lines; a mark says that there are more. */
const flowing = (parts: ReadonlyArray<string>, lines: number, width: number, more: string): ReadonlyArray<string> => {
  const made: Array<string> = []
  for (const part of parts) {
    const line = made.at(-1)
    if (line !== undefined && stringWidth(line) + 3 + stringWidth(part) <= width - 2) {
      made[made.length - 1] = `${line}   ${part}`
    } else if (made.length === lines) return [...made.slice(0, -1), `${line ?? ""} ${more}`]
    else made.push(` ${part}`)
  }
  return made
}

/** Up to how long ago the floor's statuses are those of the window's end. */
const freshSeconds = 120

/** What colours and fillings mean, with how many there are now, where the window goes on to now, and on average. */
const legend = (state: State, answer: StaffingAnswer, statuses: Statuses, theme: Theme): ReadonlyArray<string> => {
  const floor = state.answers.live?.answer?.floor ?? null
  const isNow = floor !== null && floor.asOf - answer.window.now < freshSeconds
  return statuses.map(({ average, category, status }) => {
    const mark = theme.paint(category, filling(theme.look, category))
    const now = isNow ? `${floor.people.filter((person) => person.status === status).length} now, ` : ""
    return `${mark} ${theme.paint(category, printable(status))} ${now}${decimal(average)} avg`
  })
}

interface Counts {
  readonly average: number
  readonly min: number
  readonly max: number
}

/** `3–11 (7.1)`: the fewest and the most at once, and the average. */
const counts = (row: Counts | undefined, { look }: Theme): string =>
  row === undefined ? none : `${row.min}${look === "ascii" ? "-" : "–"}${row.max} (${decimal(row.average)})`

/** Instants of a window: with the day, where there are several. */
const whens = (zone: string, { from, to }: StaffingAnswer["window"]) => {
  const isOneDay = moment(zone, from).slice(0, 10) === moment(zone, to - 1).slice(0, 10)
  return { width: isOneDay ? 5 : 11, text: (instant: number) => moment(zone, instant).slice(isOneDay ? 11 : 5) }
}

const reading = (
  step: Step | undefined,
  { window }: StaffingAnswer,
  statuses: Statuses,
  zone: string,
  theme: Theme,
): ReadonlyArray<string> => {
  if (step === undefined) return [theme.paint("faint", "Nothing is known of this window yet.")]
  const { text } = whens(zone, window)
  return [
    theme.paint("title", `${text(step.start)} to ${text(step.end)}`),
    ...statuses.map(
      ({ category, status }) => `${theme.paint(category, printable(status))} ${counts(step.rows.get(status), theme)}`,
    ),
  ]
}

/** The areas, with values at their side and times below them. */
const picture = (
  state: State,
  { window }: StaffingAnswer,
  steps: ReadonlyArray<Step>,
  cursor: Step | undefined,
  statuses: Statuses,
  zone: string,
  theme: Theme,
): ReadonlyArray<string> => {
  const height = layoutOf(state).areas
  const stacked = statuses.filter(({ category }) => category !== "offline")
  const greatest = steps.reduce(
    (most, { rows }) =>
      Math.max(
        most,
        stacked.reduce((sum, { status }) => sum + (rows.get(status)?.average ?? 0), 0),
      ),
    0,
  )
  const { labels, max } = scale(greatest)
  const side = Math.max(...labels.map(({ text }) => text.length))
  const span = { from: window.from, to: window.to, width: Math.max(1, state.size.columns - side - 1) }
  const rows = stackedAreas({
    series: stacked.map(({ category, status }) => ({ role: category, values: columnsOf(steps, status, span) })),
    width: span.width,
    height,
    max,
    look: theme.look,
  })
  const column = cursor === undefined ? -1 : columnOf(Math.floor((cursor.start + cursor.end) / 2), span)
  // A value is named in the row that it is the top of, and nothing in the lowest.
  const rowOf = (value: number) => Math.min(height - 1, Math.round((1 - value / max) * height))
  return [
    ...rows.map((row, index) => {
      const label = labels.findLast(({ value }) => rowOf(value) === index)?.text ?? ""
      return `${theme.paint("faint", fit(label, side, "right"))} ${pointed(row, column, theme)}`
    }),
    `${" ".repeat(side + 1)}${theme.paint("faint", axis({ ...span, zone: { name: zone } }))}`,
  ]
}

/** One row a step; where there is no room, the rarest statuses are left out. */
const table = (
  state: State,
  { window }: StaffingAnswer,
  steps: ReadonlyArray<Step>,
  cursor: number,
  statuses: Statuses,
  zone: string,
  height: number,
  theme: Theme,
): ReadonlyArray<string> => {
  if (height < 1) return []
  const when = whens(zone, window)
  const byRarity = statuses.toSorted(
    (one, other) =>
      Number(other.category === "offline") - Number(one.category === "offline") || one.average - other.average,
  )
  const columns: ReadonlyArray<Grid.Column<Step>> = [
    {
      name: "start",
      title: " From",
      width: when.width + 1,
      text: ({ start }) => ` ${when.text(start)}`,
    },
    ...statuses.map((all): Grid.Column<Step> => ({
      name: all.status,
      title: printable(all.status),
      // As wide as anything in it can be.
      width: Math.max(
        stringWidth(printable(all.status)),
        counts({ average: all.max, min: all.max, max: all.max }, theme).length,
      ),
      align: "right",
      priority: byRarity.indexOf(all),
      text: ({ rows }) => counts(rows.get(all.status), theme),
      part: () => all.category,
    })),
  ]
  const placed = Grid.placed(columns, state.size.columns)
  const { top } = List.settled({ cursor, top: cursor - Math.floor(height / 2) }, steps.length, height)
  return [
    Grid.head(placed, theme, {}),
    ...steps.slice(top, top + height).map((step, index) => {
      const line = Grid.line(placed, step, theme)
      return top + index === cursor ? theme.paint("cursor", line) : line
    }),
  ]
}

export const Staffing = ({ state, theme }: { readonly state: State; readonly theme: Theme }) => {
  const held = state.answers.staffing
  const answer = held?.answer ?? null
  if (answer === null) {
    const says =
      isRenewed(state) || (held?.trouble ?? null) === null
        ? "Counting who was in which status."
        : "Nothing could be read."
    return <Lines lines={["", theme.paint("faint", ` ${says}`)]} />
  }
  const zone = state.timezone ?? answer.place.timezone
  const { columns } = state.size
  const { marks } = theme
  const steps = stepsOf(answer)
  const statuses = statusesOf(answer)
  const cursor = stepAt(steps, state.staffing.at)
  const step = steps[cursor]
  const most = layoutOf(state)
  const above = [
    heading(state, answer, zone, theme),
    ...picture(state, answer, steps, step, statuses, zone, theme),
    ...flowing(legend(state, answer, statuses, theme), most.legend, columns, marks.ellipsis),
    ...flowing(reading(step, answer, statuses, zone, theme), most.reading, columns, marks.ellipsis),
  ]
  // The table has what is left below its heads.
  const height = most.table === 0 ? 0 : innerHeight(state) - above.length - 1
  return <Lines lines={[...above, ...table(state, answer, steps, cursor, statuses, zone, height, theme)]} />
}
