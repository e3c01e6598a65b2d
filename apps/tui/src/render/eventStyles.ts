/**
 * Cell styles of a row that starts with an event: its status, subcode and call.
 */
import type * as Report from "@dwell/core/Report"
import { categoryStyles } from "./categoryStyles.ts"
import type { CellStyle } from "./Table.ts"
import { printable } from "@dwell/terminal/text"

/** What rows of intervals and rows of statuses have in common. */
type Row = Pick<Report.IntervalsDocument["intervals"][number], "status" | "category" | "subcode" | "callid">

export const eventStyles: Readonly<Record<"status" | "subcode" | "callid", CellStyle<Row>>> = {
  status: {
    title: "Status",
    show: ({ status }) => (status === null ? "untracked" : printable(status)),
    ink: ({ category }) => (category === null ? "dim" : categoryStyles[category].ink),
  },
  subcode: {
    title: "Subcode",
    show: ({ subcode }) => printable(subcode || "–"),
    priority: 2,
    hiddenWhenEmpty: true,
  },
  callid: {
    title: "Call",
    show: ({ callid }) => (callid === "0" ? "–" : callid),
    align: "right",
    priority: 1,
  },
}
