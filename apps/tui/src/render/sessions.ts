/**
 * Sessions as they are printed.
 */
import type * as Calendar from "@dwell/core/Calendar"
import * as Report from "@dwell/core/Report"
import { type Asked } from "../source.ts"
import { type Answer, section } from "./answer.ts"
import { agentColumns, numberColumn } from "./report.ts"
import { type Column } from "./Table.ts"
import { duration, instant } from "./text.ts"

type Row = Report.SessionsDocument["sessions"][number]

const remarks = ({ before, open }: Row): string =>
  [...(before ? ["began before"] : []), ...(open ? ["open"] : [])].join(", ")

const columns = (zone: Calendar.Zone): ReadonlyArray<Column<Row>> => [
  ...agentColumns,
  { key: "start", title: "Login", value: ({ start }) => start, show: ({ start }) => instant(zone, start) },
  { key: "end", title: "Logout", value: ({ end }) => end, show: ({ end }) => instant(zone, end) },
  numberColumn("seconds", "Time", ({ end, start }) => end - start, duration),
  { key: "before", value: ({ before }) => before },
  { key: "open", value: ({ open }) => open },
  { title: "", value: remarks },
]

/** The sessions of a log. */
export const sessionsAnswer = ({ log, question }: Asked): Answer => {
  const document = Report.sessions(log, question)
  const rows = section({ columns: columns(question.zone), rows: document.sessions })
  return { document, zone: question.zone, rows, sections: [rows] }
}
