/**
 * The report: figures for any window, by agent, status, team or bucket, and whether they reconcile.
 */
import { Box } from "ink"
import stringWidth from "string-width"
import { ends } from "../components/Frame.tsx"
import { bar } from "../components/paint.ts"
import * as Grid from "../components/grid.ts"
import { Lines } from "../components/Lines.tsx"
import { remarks } from "../../render/quality.ts"
import { count, fit, instant, plural } from "../../format.ts"
import type { ReportAnswer } from "../worker/protocol/answer.ts"
import { sizeWords } from "./bucketLabels.ts"
import { bodyHeight, hasRoomForRemarks } from "../app/layout.ts"
import { isRenewed } from "./question.ts"
import { stack } from "../drawing/stack.ts"
import type { Unit } from "./state.ts"
import { tableModelOf } from "./model.ts"
import type { Column, Row, Table } from "./table.ts"
import { visibleTotal, sumsOf } from "./totals.ts"
import { cellText, timeText } from "./cells.ts"
import { none } from "../components/grid.ts"
import type { State } from "../app/state.ts"
import type { ColourRole, Theme } from "../theme.ts"

const partOf = ({ kind, name }: Column, row: Row): ColourRole => {
  if (row.total !== undefined) return "title"
  if (row.kind === "status" && (name === "status" || name === "category")) return row.of.category
  return kind === "id" || name === "team" || name === "category" ? "faint" : "text"
}

const gridColumn = (column: Column, width: number, unit: Unit, theme: Theme): Grid.Column<Row> => {
  const { kind, name, title } = column
  const draw = (row: Row, cells: number) => {
    if (row.kind !== "group") return " ".repeat(cells)
    return row.of.loggedIn === 0 ? fit(none, cells, "left") : bar(stack(row.of.seconds, cells, theme.look), theme)
  }
  const text = { text: (row: Row) => cellText(column, row, unit), part: (row: Row) => partOf(column, row) }
  return {
    name,
    title,
    width,
    ...(column.width === undefined ? {} : { maxWidth: Math.max(width, column.width[1]) }),
    align: kind === "text" || kind === "bar" ? "left" : "right",
    ...(kind === "bar" ? { draw } : text),
  }
}

/** The first text that fits, longest first; else the last one, cut. */
const fitted = (texts: ReadonlyArray<string>, width: number): string =>
  fit(texts.find((text) => stringWidth(text) <= width) ?? texts.at(-1) ?? "", width, "left")

/** The window, in more and in fewer words. */
const spans = ({ window }: ReportAnswer): ReadonlyArray<string> => {
  const zone = { name: window.timezone }
  const [from, to, now] = [instant(zone, window.from), instant(zone, window.to), instant(zone, window.now)]
  const known = window.now < window.to ? `, known until ${now}` : ""
  // Without the date again if both are on one day.
  const end = from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to
  return [
    `${from} to ${to}, ${zone.name}${known}`,
    `${from} to ${to}, ${zone.name}`,
    `${from} to ${end}, ${zone.name}`,
    `${from.slice(0, 16)} to ${end.slice(0, -3)}, ${zone.name}`,
  ]
}

/** The window, and the options of the report. */
const heading = (state: State, answer: ReportAnswer, theme: Theme): string => {
  const { asked } = answer
  const { window: given } = state
  const isOfGiven = asked.from === given.from && asked.to === given.to
  const flags = [
    ...(asked.bucket === null ? [] : [`by ${sizeWords[asked.bucket]}`]),
    ...(asked.isStaleCut ? ["stale cut at 16 h"] : []),
    ...(isRenewed(state) ? [isOfGiven ? "refreshing" : `reading ${given.label}`] : []),
  ]
  const label = isOfGiven ? given.label : ""
  const right = flags.join(` ${theme.marks.dot} `)
  const texts = spans(answer).map((span) => (label === "" ? span : `${label}  ${span}`))
  // Paint it after it fits: cutting a text would cut its colours, too.
  const left = fitted(texts, state.size.columns - stringWidth(right) - 1)
  return `${theme.paint("title", left.slice(0, label.length))}${left.slice(label.length)} ${theme.paint("accent", right)}`
}

/** Whether statuses and untracked time add up to the covered time; if not, why. */
const reconciliation = (
  answer: ReportAnswer,
  table: Table,
  { filter, unit }: State["report"],
  theme: Theme,
  width: number,
): string => {
  const { agents, covered, statuses, untracked } = sumsOf(answer, table)
  if (agents === 0)
    return theme.paint("faint", fit("There are no agents, so there is nothing to add up.", width, "left"))
  const of = filter === "" ? "" : "all: "
  const sum = `statuses ${timeText(statuses, unit)} + untracked ${timeText(untracked, unit)} = `
  const all = `${timeText(covered, unit)} covered`
  const each = ` (${plural(agents, "agent")} x ${timeText(answer.covered, unit)})`
  const isExact = statuses + untracked === covered
  const { future } = answer.quality
  const why =
    future > 0
      ? `${plural(future, "event")} later than now ${future === 1 ? "has" : "have"} time that is not covered yet`
      : "this is a bug in dwell"
  const over = `${timeText(statuses + untracked, unit)}, not`
  const texts = isExact
    ? [
        `${sum}${all}${each}`,
        `${sum}${all}`,
        `${timeText(statuses, unit)} + ${timeText(untracked, unit)} untracked = ${all}`,
      ]
    : [`${sum}${over} ${all}${each}: ${why}`, `${over} ${all}: ${why}`]
  const mark = isExact ? theme.marks.check : theme.marks.cross
  return theme.paint(
    isExact ? "good" : "alarm",
    fitted(
      texts.map((text) => `${mark} ${of}${text}`),
      width,
    ),
  )
}

/** The quality of the data; if not all of it fits, the key that shows the rest. */
const quality = (answer: ReportAnswer, width: number): string => {
  const text = remarks(answer.quality).join(" ")
  return stringWidth(text) <= width ? fit(text, width, "left") : ends(text, "! shows all", width)
}

/** The unit of times, in more and in fewer words. */
const bases: Readonly<Record<Unit, ReadonlyArray<string>>> = {
  "h:mm:ss": ["h:mm:ss"],
  seconds: ["seconds"],
  "per cent": ["% of logged in; logged in, offline, untracked: % of covered", "% of logged in or covered", "%"],
}

const foot = (place: string, unit: Unit, width: number): string => {
  const texts = bases[unit]
  const basis = texts.find((text) => stringWidth(place) + 1 + stringWidth(text) <= width) ?? texts.at(-1) ?? ""
  return ends(place, basis, width)
}

export const Report = ({ state, theme }: { readonly state: State; readonly theme: Theme }) => {
  const found = tableModelOf(state)
  if (found === null) {
    return <Lines lines={["", ` Reading ${state.window.label}: ${state.window.from} to ${state.window.to}.`]} />
  }
  const { answer, chosen, list, rows, table, view, widths } = found
  const { filter, group, sort, unit } = state.report
  const { columns: width } = state.size
  const columns = Grid.placeColumns(
    view.indices.flatMap((index) => {
      const column = table.columns[index]
      return column === undefined ? [] : [gridColumn(column, widths[index] ?? 0, unit, theme)]
    }),
    width,
  )
  const height = bodyHeight(state)
  const lines = rows.slice(list.top, list.top + height).map((row, index) => {
    const line = Grid.line(columns, row, theme)
    return list.top + index === list.cursor ? theme.paint("cursor", line) : line
  })
  const nothing =
    filter === ""
      ? group === "bucket" && answer.buckets === null
        ? " Counting by bucket."
        : " No data for this window."
      : " No row matches the filter. Esc clears it."
  const body = lines.length === 0 ? [theme.paint("faint", nothing)] : lines
  const name = table.columns[chosen]?.name
  const hidden = table.columns.length - columns.length
  const place = [
    `${rows.length === 0 ? 0 : count(list.cursor + 1)} of ${count(rows.length)}`,
    ...(filter === "" ? [] : [`filter: ${filter}`]),
    ...(hidden === 0 ? [] : [`${plural(hidden, "more column")}: left and right`]),
  ].join("  ")
  return (
    <Box flexDirection="column">
      <Lines
        lines={[
          heading(state, answer, theme),
          Grid.head(columns, theme, {
            ...(name === undefined ? {} : { chosen: name }),
            ...(sort === null ? {} : { sort: sort.column, isDescending: sort.isDescending }),
          }),
          ...body,
          ...Array.from({ length: Math.max(0, height - body.length) }, () => ""),
          ...(filter === "" ? [] : [Grid.line(columns, visibleTotal(rows, table), theme)]),
          Grid.line(columns, table.total, theme),
          ...(hasRoomForRemarks(state)
            ? [reconciliation(answer, table, state.report, theme, width), theme.paint("faint", quality(answer, width))]
            : []),
          theme.paint("faint", foot(place, unit, width)),
        ]}
      />
    </Box>
  )
}
