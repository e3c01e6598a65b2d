/**
 * Sessions for printing.
 */
import type * as Calendar from "@dwell/core/Calendar"
import * as Report from "@dwell/core/Report"
import * as ReportRows from "@dwell/core/ReportRows"
import type { ReportInput } from "../logSource/question.ts"
import { type Printable, section } from "./printable.ts"
import { agentStyles } from "./report.ts"
import { type Column, figure, styledColumns } from "./Table.ts"
import { duration, instant } from "../format.ts"

type Row = Report.SessionsDocument["sessions"][number]

const remarks = ({ before, open }: Row): string =>
  [...(before ? ["began before"] : []), ...(open ? ["open"] : [])].join(", ")

const columns = (zone: Calendar.Zone): ReadonlyArray<Column<Row>> => [
  ...styledColumns(ReportRows.columns.sessions, {
    ...agentStyles,
    start: { title: "Login", show: ({ start }) => instant(zone, start) },
    end: { title: "Logout", show: ({ end }) => instant(zone, end) },
    seconds: figure("Time", duration),
  }),
  { title: "", value: remarks },
]

/** The sessions of a log. */
export const sessionsAnswer = ({ log, question }: ReportInput): Printable => {
  const document = Report.sessions(log, question)
  const sections = [section({ columns: columns(question.zone), rows: document.sessions })]
  return { document, zone: question.zone, rows: ReportRows.ofSessions(document), sections }
}
