/**
 * Each agent's status at an instant, for printing.
 */
import type * as Calendar from "@dwell/core/Calendar"
import type { EventLog } from "@dwell/core/EventLog"
import * as Report from "@dwell/core/Report"
import * as ReportRows from "@dwell/core/ReportRows"
import { type Printable, note, section } from "./printable.ts"
import { eventStyles } from "./eventStyles.ts"
import { agentStyles } from "./report.ts"
import { type Column, figure, styledColumns } from "./Table.ts"
import { printable } from "@dwell/terminal/text"
import { count, duration, instant } from "../format.ts"

type Row = Report.AtDocument["agents"][number]

const columns = ({ at }: Report.AtDocument, zone: Calendar.Zone): ReadonlyArray<Column<Row>> => {
  const day = instant(zone, at.instant).slice(0, 10)
  /** The date is left out if the heading has it. */
  const time = (seconds: number | null) => {
    const text = seconds === null ? "–" : instant(zone, seconds)
    return text.startsWith(day) ? text.slice(11) : text
  }
  return styledColumns(ReportRows.columns.standings(at.instant), {
    ...agentStyles,
    ...eventStyles,
    since: { title: "Since", show: ({ since }) => time(since), align: "right" },
    seconds: figure("For", duration),
    until: { title: "Until", show: ({ until }) => time(until), align: "right" },
  })
}

/** `3 available, 1 call, 2 untracked`. */
const heads = ({ statuses, untracked }: Report.AtDocument): string =>
  [
    ...statuses.map(({ agents, status }) => `${count(agents)} ${printable(status)}`),
    ...(untracked > 0 ? [`${count(untracked)} untracked`] : []),
  ].join(", ") || "No agents"

/** Each agent's status at an instant, from a log. */
export const atAnswer = ({
  log,
  question,
}: {
  readonly log: EventLog
  readonly question: Report.StatusAtQuestion
}): Printable => standingsAnswer(Report.statusAt(log, question), question.zone)

/** The same, from a document. */
export const standingsAnswer = (document: Report.AtDocument, zone: Calendar.Zone): Printable => {
  const standings = section({ columns: columns(document, zone), rows: document.agents })
  return { document, zone, rows: ReportRows.ofAt(document), sections: [note(heads(document)), standings] }
}
