/**
 * How a row that an event began looks: the status that it is in, and what else the event says.
 */
import type * as Report from "@dwell/core/Report"
import { looks } from "./categoryStyles.ts"
import type { Look } from "./Table.ts"
import { printable } from "@dwell/terminal/text"

/** What rows of intervals and of standings have in common. */
type Row = Pick<Report.IntervalsDocument["intervals"][number], "status" | "category" | "subcode" | "callid">

export const eventLooks: Readonly<Record<"status" | "subcode" | "callid", Look<Row>>> = {
  status: {
    title: "Status",
    show: ({ status }) => (status === null ? "untracked" : printable(status)),
    ink: ({ category }) => (category === null ? "dim" : looks[category].ink),
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
