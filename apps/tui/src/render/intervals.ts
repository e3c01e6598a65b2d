/**
 * Intervals as they are printed.
 */
import type * as Calendar from "@dwell/core/Calendar"
import * as Report from "@dwell/core/Report"
import * as ReportRows from "@dwell/core/ReportRows"
import type { ReportInput } from "../logSource/question.ts"
import { type Answer, section } from "./answer.ts"
import { eventLooks } from "./eventLooks.ts"
import { namedLooks } from "./report.ts"
import { type Column, figure, looking } from "./Table.ts"
import { duration, instant } from "../format.ts"

type Row = Report.IntervalsDocument["intervals"][number]

const remarks = ({ open, stale }: Row): string => [...(open ? ["open"] : []), ...(stale ? ["stale"] : [])].join(", ")

const columns = (zone: Calendar.Zone): ReadonlyArray<Column<Row>> => [
  ...looking(ReportRows.columns.intervals, {
    ...namedLooks,
    start: { title: "Start", show: ({ start }) => instant(zone, start) },
    end: { title: "End", show: ({ end }) => instant(zone, end), priority: 3 },
    seconds: figure("Time", duration),
    ...eventLooks,
  }),
  { title: "", value: remarks },
]

/** The intervals of a log. */
export const intervalsAnswer = ({ log, question }: ReportInput): Answer => {
  const document = Report.intervals(log, question)
  const sections = [section({ columns: columns(question.zone), rows: document.intervals })]
  return { document, zone: question.zone, rows: ReportRows.ofIntervals(document), sections }
}
