/**
 * The steps of the staffing curve in figures: the one at the cursor, and all of them as a table.
 */
import stringWidth from "string-width"
import * as List from "../components/list.ts"
import type { State } from "../app/state.ts"
import { moment } from "../components/clock.ts"
import { ends } from "../components/Frame.tsx"
import * as Grid from "../components/grid.ts"
import { none } from "../components/grid.ts"
import type { Theme } from "../theme.ts"
import type { StaffingAnswer } from "../worker/protocol/answer.ts"
import { decimal, flow, titleOf, cutTo } from "./legend.ts"
import { type Counts, type Step, type Series, countsOf } from "./series.ts"

/** `3–11`: the fewest and the most at once. */
const bounds = (row: Counts | null, { look }: Theme): string =>
  row === null ? none : `${row.min}${look === "ascii" ? "-" : "–"}${row.max}`

/** `3–11 (7.1)`: the fewest and the most at once, and the average. */
const counts = (row: Counts | null, theme: Theme): string =>
  row === null ? none : `${bounds(row, theme)} (${decimal(row.average)})`

/** Instants of a window: with the day, where there are several. */
const instantFormat = (zone: string, { from, to }: StaffingAnswer["window"]) => {
  const isOneDay = moment(zone, from).slice(0, 10) === moment(zone, to - 1).slice(0, 10)
  return { width: isOneDay ? 5 : 11, text: (instant: number) => moment(zone, instant).slice(isOneDay ? 11 : 5) }
}

/** The step at the cursor, in `lines` lines; without averages if more statuses fit then. */
export const stepLines = (
  { size }: State,
  step: Step | undefined,
  { window }: StaffingAnswer,
  series: ReadonlyArray<Series>,
  zone: string,
  lines: number,
  theme: Theme,
): ReadonlyArray<string> => {
  const flown = (parts: ReadonlyArray<string>, most: number) => flow(parts, most, size.columns, theme.marks.ellipsis)
  if (step === undefined) return flown([theme.paint("faint", "No data for this window yet.")], lines)
  const { text } = instantFormat(zone, window)
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

/** The statuses that do not fit, and the key that shows them. */
const hiddenSeriesLine = (more: ReadonlyArray<Series>, columns: number, theme: Theme): string => {
  const keys = ", and . for others"
  const names = cutTo(` ${more.length} more: ${more.map(titleOf).join(", ")}`, columns - keys.length - 2)
  return theme.paint("faint", ends(names, keys, columns))
}

/** How many series fit beside each other; at least one. */
const seriesThatFit = (widths: ReadonlyArray<number>, room: number): number => {
  let used = 0
  const first = widths.findIndex((width) => (used += 1 + width) > room)
  return first < 0 ? widths.length : Math.max(1, first)
}

/** One row per step; a line names the statuses that do not fit. */
export const table = (
  state: State,
  { window }: StaffingAnswer,
  steps: ReadonlyArray<Step>,
  cursor: number,
  series: ReadonlyArray<Series>,
  zone: string,
  room: number,
  theme: Theme,
): ReadonlyArray<string> => {
  const when = instantFormat(zone, window)
  const begin: Grid.Column<Step> = {
    name: "start",
    title: " From",
    width: when.width + 1,
    text: ({ start }) => ` ${when.text(start)}`,
  }
  const width = state.size.columns - begin.width
  // As wide as the widest text that can be in it.
  const widths = series.map((all) =>
    Math.min(
      width - 1,
      Math.max(stringWidth(titleOf(all)), counts({ average: all.max, min: all.max, max: all.max }, theme).length),
    ),
  )
  const most = seriesThatFit(widths, width)
  const columns = series.slice(0, most).map((all, index): Grid.Column<Step> => ({
    name: all.status ?? "",
    title: titleOf(all),
    width: widths[index] ?? 0,
    align: "right",
    text: (step) => counts(countsOf(step, all.status), theme),
    part: () => all.role,
  }))
  const more = series.slice(most)
  const note = more.length === 0 ? [] : [hiddenSeriesLine(more, state.size.columns, theme)]
  const height = room - 1 - note.length
  if (height < 1) return []
  const placed = Grid.placeColumns([begin, ...columns], state.size.columns)
  const { top } = List.keepInView({ cursor, top: cursor - Math.floor(height / 2) }, steps.length, height)
  return [
    ...note,
    Grid.head(placed, theme, {}),
    ...steps.slice(top, top + height).map((step, index) => {
      const line = Grid.line(placed, step, theme)
      return top + index === cursor ? theme.paint("cursor", line) : line
    }),
  ]
}
