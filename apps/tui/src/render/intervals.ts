/**
 * Intervals as they are printed.
 */
import type * as Calendar from "@dwell/core/Calendar"
import * as Report from "@dwell/core/Report"
import { type Asked } from "../source.ts"
import { type Answer, section } from "./answer.ts"
import { eventColumns, statusColumns } from "./eventColumns.ts"
import { agentColumns, numberColumn } from "./report.ts"
import { type Column } from "./Table.ts"
import { duration, instant } from "./text.ts"

type Row = Report.IntervalsDocument["intervals"][number]

const remarks = ({ open, stale }: Row): string => [...(open ? ["open"] : []), ...(stale ? ["stale"] : [])].join(", ")

const columns = (zone: Calendar.Zone): ReadonlyArray<Column<Row>> => [
  ...agentColumns,
  { key: "start", title: "Start", value: ({ start }) => start, show: ({ start }) => instant(zone, start) },
  { key: "end", title: "End", value: ({ end }) => end, show: ({ end }) => instant(zone, end), priority: 3 },
  numberColumn("seconds", "Time", ({ end, start }) => end - start, duration),
  ...statusColumns,
  ...eventColumns,
  { key: "open", value: ({ open }) => open },
  { key: "stale", value: ({ stale }) => stale },
  { title: "", value: remarks },
]

/** The intervals of a log. */
export const intervalsAnswer = ({ log, question }: Asked): Answer => {
  const document = Report.intervals(log, question)
  const rows = section({ columns: columns(question.zone), rows: document.intervals })
  return { document, zone: question.zone, rows, sections: [rows] }
}
