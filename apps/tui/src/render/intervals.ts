/**
 * Intervals as they are printed.
 */
import type * as Calendar from "@dwell/core/Calendar"
import * as Report from "@dwell/core/Report"
import { type Asked } from "../source.ts"
import { type Answer, section } from "./answer.ts"
import { agentColumns, numberColumn } from "./report.ts"
import { looks } from "./style.ts"
import { type Column } from "./Table.ts"
import { duration, instant, printable } from "./text.ts"

type Row = Report.IntervalsDocument["intervals"][number]

const remarks = ({ open, stale }: Row): string => [...(open ? ["open"] : []), ...(stale ? ["stale"] : [])].join(", ")

const columns = (zone: Calendar.Zone): ReadonlyArray<Column<Row>> => [
  ...agentColumns,
  { key: "start", title: "Start", value: ({ start }) => start, show: ({ start }) => instant(zone, start) },
  { key: "end", title: "End", value: ({ end }) => end, show: ({ end }) => instant(zone, end), priority: 3 },
  numberColumn("seconds", "Time", ({ end, start }) => end - start, duration),
  {
    key: "status",
    title: "Status",
    value: ({ status }) => status,
    show: ({ status }) => (status === null ? "untracked" : printable(status)),
    ink: ({ category }) => (category === null ? "dim" : looks[category].ink),
  },
  { key: "category", value: ({ category }) => category },
  {
    key: "subcode",
    title: "Subcode",
    value: ({ subcode }) => subcode,
    show: ({ subcode }) => printable(subcode || "–"),
    priority: 2,
    hiddenWhenEmpty: true,
  },
  {
    key: "callid",
    title: "Call",
    value: ({ callid }) => callid,
    show: ({ callid }) => (callid === "0" ? "–" : callid),
    align: "right",
    priority: 1,
  },
  { key: "uid", value: ({ uid }) => uid },
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
