/**
 * Staffing: how many were in each status at once, over the window and step by step.
 */
import stringWidth from "string-width"
import { pointed } from "../components/paint.ts"
import { moment } from "../components/clock.ts"
import { ends } from "../components/Frame.tsx"
import * as Grid from "../components/grid.ts"
import { Lines } from "../components/Lines.tsx"
import { printable } from "@dwell/terminal/text"
import { fit } from "../../render/text.ts"
import type { StaffingAnswer } from "../worker/protocol/answer.ts"
import { stackedAreas } from "../drawing/areas.ts"
import { axis, scale } from "../drawing/axes.ts"
import { filling, type Look, type Role } from "../drawing/cells.ts"
import { columnOf } from "../drawing/strip.ts"
import { innerHeight } from "../app/layout.ts"
import * as List from "../app/list.ts"
import {
  columnsOf,
  type Counts,
  countsOf,
  drawnOf,
  named,
  type Series,
  seriesOf,
  type Step,
  stepAt,
  stepsOf,
} from "./state.ts"
import { isRenewed, layoutOf } from "./question.ts"
import type { State } from "../app/state.ts"
import type { Theme } from "../theme.ts"

const none = "–"

const decimal = (value: number): string => value.toFixed(1)

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

const titleOf = ({ status }: Pick<Series, "status">): string => (status === null ? "untracked" : printable(status))

/** What is one area and one entry of the legend. */
interface Area {
  readonly role: Role
  readonly title: string
  readonly statuses: ReadonlyArray<string>
  readonly average: number
}

/** In colours each status is an area; without them those of a category have one filling, and are one area. */
const areasOf = (series: ReadonlyArray<Series>, look: Look): ReadonlyArray<Area> => {
  const groups = look === "colour" ? series.map((one) => [one]) : Map.groupBy(series, ({ role }) => role).values()
  return Array.from(groups, (group): Area => {
    const role = group[0]?.role ?? "untracked"
    const titles = group.map(titleOf).join(", ")
    return {
      role,
      title: look === "colour" || role === "untracked" ? titles : `${role}: ${titles}`,
      statuses: group.flatMap(({ status }) => status ?? []),
      average: group.reduce((sum, { average }) => sum + average, 0),
    }
  })
}

/** Text in no more than so many cells. */
const within = (text: string, width: number): string => (stringWidth(text) > width ? fit(text, width, "left") : text)

/**
 * What colours and fillings mean, in so many lines; with how many there are now, where the window goes on to now, and on
 * average, as far as all have room.
 */
const legend = (
  state: State,
  answer: StaffingAnswer,
  areas: ReadonlyArray<Area>,
  lines: number,
  theme: Theme,
): ReadonlyArray<string> => {
  const { columns } = state.size
  const floor = state.answers.live?.answer?.floor ?? null
  const isNow = floor !== null && floor.asOf - answer.window.now < freshSeconds
  const nowOf = ({ role, statuses }: Area): ReadonlyArray<string> => {
    const isOf = (status: string | null) => (status === null ? role === "untracked" : statuses.includes(status))
    return isNow ? [`${floor.people.filter(({ status }) => isOf(status)).length} now`] : []
  }
  const flown = (figuresOf: (area: Area) => ReadonlyArray<string>, most: number) =>
    flowing(
      areas.map((area) => {
        const figures = figuresOf(area).join(", ")
        const room = Math.max(1, columns - figures.length - "  █   …".length)
        const title = theme.paint(area.role, within(area.title, room))
        return `${theme.paint(area.role, filling(theme.look, area.role))} ${title}${figures === "" ? "" : ` ${figures}`}`
      }),
      most,
      columns,
      theme.marks.ellipsis,
    )
  const whole = flown((area) => [...nowOf(area), `${decimal(area.average)} avg`], Infinity)
  if (whole.length <= lines) return whole
  const now = flown(nowOf, Infinity)
  return now.length <= lines ? now : flown(() => [], lines)
}

/** `3–11`: the fewest and the most at once. */
const bounds = (row: Counts | null, { look }: Theme): string =>
  row === null ? none : `${row.min}${look === "ascii" ? "-" : "–"}${row.max}`

/** `3–11 (7.1)`: the fewest and the most at once, and the average. */
const counts = (row: Counts | null, theme: Theme): string =>
  row === null ? none : `${bounds(row, theme)} (${decimal(row.average)})`

/** Instants of a window: with the day, where there are several. */
const whens = (zone: string, { from, to }: StaffingAnswer["window"]) => {
  const isOneDay = moment(zone, from).slice(0, 10) === moment(zone, to - 1).slice(0, 10)
  return { width: isOneDay ? 5 : 11, text: (instant: number) => moment(zone, instant).slice(isOneDay ? 11 : 5) }
}

/** The step that is pointed at, in so many lines: without averages, where that tells of more statuses. */
const reading = (
  { size }: State,
  step: Step | undefined,
  { window }: StaffingAnswer,
  series: ReadonlyArray<Series>,
  zone: string,
  lines: number,
  theme: Theme,
): ReadonlyArray<string> => {
  const flown = (parts: ReadonlyArray<string>, most: number) => flowing(parts, most, size.columns, theme.marks.ellipsis)
  if (step === undefined) return flown([theme.paint("faint", "Nothing is known of this window yet.")], lines)
  const { text } = whens(zone, window)
  const parts = (show: typeof counts) => [
    theme.paint("title", `${text(step.start)} to ${text(step.end)}`),
    ...(step.isKnown ? [] : [theme.paint("faint", "not known")]),
    ...series
      .filter(({ status }) => step.isKnown || status === null)
      .map((one) => `${theme.paint(one.role, titleOf(one))} ${show(countsOf(step, one.status), theme)}`),
  ]
  const whole = flown(parts(counts), Infinity)
  return whole.length <= lines ? whole : flown(parts(bounds), lines)
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
  // Those of whom nothing is known may be offline: where that is all there is, it is a hole.
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
  const span = { ...drawnOf(answer), width: Math.max(1, state.size.columns - side - 1) }
  const rows = stackedAreas({
    series: stacked.map((area) => ({ role: area.role, values: columnsOf(steps, area.statuses, span) })),
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

/** What has no room, by name, and how to get there. */
const rest = (more: ReadonlyArray<Series>, columns: number, theme: Theme): string => {
  const keys = ", and . for others"
  const names = within(` ${more.length} more: ${more.map(titleOf).join(", ")}`, columns - keys.length - 2)
  return theme.paint("faint", ends(names, keys, columns))
}

/** How many series have room beside each other, the first of them in any case. */
const fitting = (widths: ReadonlyArray<number>, room: number): number => {
  let used = 0
  const first = widths.findIndex((width) => (used += 1 + width) > room)
  return first < 0 ? widths.length : Math.max(1, first)
}

/** One row a step; a line says which statuses have no room. */
const table = (
  state: State,
  { window }: StaffingAnswer,
  steps: ReadonlyArray<Step>,
  cursor: number,
  series: ReadonlyArray<Series>,
  zone: string,
  room: number,
  theme: Theme,
): ReadonlyArray<string> => {
  const when = whens(zone, window)
  const begin: Grid.Column<Step> = {
    name: "start",
    title: " From",
    width: when.width + 1,
    text: ({ start }) => ` ${when.text(start)}`,
  }
  const width = state.size.columns - begin.width
  // As wide as anything in it can be.
  const widths = series.map((all) =>
    Math.min(
      width - 1,
      Math.max(stringWidth(titleOf(all)), counts({ average: all.max, min: all.max, max: all.max }, theme).length),
    ),
  )
  const most = fitting(widths, width)
  const columns = series.slice(0, most).map((all, index): Grid.Column<Step> => ({
    name: all.status ?? "",
    title: titleOf(all),
    width: widths[index] ?? 0,
    align: "right",
    text: (step) => counts(countsOf(step, all.status), theme),
    part: () => all.role,
  }))
  const more = series.slice(most)
  const note = more.length === 0 ? [] : [rest(more, state.size.columns, theme)]
  const height = room - 1 - note.length
  if (height < 1) return []
  const placed = Grid.placed([begin, ...columns], state.size.columns)
  const { top } = List.settled({ cursor, top: cursor - Math.floor(height / 2) }, steps.length, height)
  return [
    ...note,
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
  const steps = stepsOf(answer)
  const series = seriesOf(answer)
  const areas = areasOf(series, theme.look)
  const inOrder = named(series, state.staffing.passed)
  const cursor = stepAt(steps, state.staffing.at)
  const step = steps[cursor]
  const most = layoutOf(state)
  const above = [
    heading(state, answer, zone, theme),
    ...picture(state, answer, steps, step, areas, zone, theme),
    ...legend(state, answer, areas, most.legend, theme),
    ...reading(state, step, answer, inOrder, zone, most.reading, theme),
  ]
  // The table has what is left.
  const room = most.table === 0 ? 0 : innerHeight(state) - above.length
  return <Lines lines={[...above, ...table(state, answer, steps, cursor, inOrder, zone, room, theme)]} />
}
