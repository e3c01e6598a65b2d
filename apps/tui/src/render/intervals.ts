/**
 * Intervals for printing.
 */
import type * as Calendar from "@dwell/core/Calendar"
import * as Report from "@dwell/core/Report"
import * as ReportRows from "@dwell/core/ReportRows"
import type { ReportInput } from "../logSource/question.ts"
import { type Printable, section } from "./printable.ts"
import { eventStyles } from "./eventStyles.ts"
import { agentStyles } from "./report.ts"
import { type Column, figure, styledColumns } from "./Table.ts"
import { duration, instant } from "../format.ts"

type Row = Report.IntervalsDocument["intervals"][number]

const remarks = ({ open, stale }: Row): string => [...(open ? ["open"] : []), ...(stale ? ["stale"] : [])].join(", ")

const columns = (zone: Calendar.Zone): ReadonlyArray<Column<Row>> => [
  ...styledColumns(ReportRows.columns.intervals, {
    ...agentStyles,
    start: { title: "Start", show: ({ start }) => instant(zone, start) },
    end: { title: "End", show: ({ end }) => instant(zone, end), priority: 3 },
    seconds: figure("Time", duration),
    ...eventStyles,
  }),
  { title: "", value: remarks },
]

/** The intervals of a log. */
export const intervalsAnswer = ({ log, question }: ReportInput): Printable => {
  const document = Report.intervals(log, question)
  const sections = [section({ columns: columns(question.zone), rows: document.intervals })]
  return { document, zone: question.zone, rows: ReportRows.ofIntervals(document), sections }
}
