/**
 * The columns of a row that an event began: the status that it is in, and what else the event says.
 */
import type * as Report from "@dwell/core/Report"
import { looks } from "./style.ts"
import { type Column } from "./Table.ts"
import { printable } from "./text.ts"

/** What rows of intervals and of standings have in common. */
type Row = Pick<Report.IntervalsDocument["intervals"][number], "status" | "category" | "subcode" | "callid" | "uid">

export const statusColumns: ReadonlyArray<Column<Row>> = [
  {
    key: "status",
    title: "Status",
    value: ({ status }) => status,
    show: ({ status }) => (status === null ? "untracked" : printable(status)),
    ink: ({ category }) => (category === null ? "dim" : looks[category].ink),
  },
  { key: "category", value: ({ category }) => category },
]

export const eventColumns: ReadonlyArray<Column<Row>> = [
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
]
