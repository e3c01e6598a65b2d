/**
 * A report for printing: its tables, rows and columns.
 */
import type * as Calendar from "@dwell/core/Calendar"
import type { Category } from "@dwell/core/Category"
import * as Report from "@dwell/core/Report"
import * as ReportRows from "@dwell/core/ReportRows"
import { formulas } from "@dwell/core/Statistics"
import type { ReportInput } from "../logSource/question.ts"
import { type Printable, type Section, section } from "./printable.ts"
import { bar, legend, stack } from "./sparklines.ts"
import type { Style } from "@dwell/terminal/style"
import { categoryStyles } from "./categoryStyles.ts"
import { type Column, figure, styledColumns } from "./Table.ts"
import { duration, percent } from "../format.ts"

type Status = Report.Document["statuses"][number]
type Agent = Report.Document["agents"][number]

const statusColumns = styledColumns(ReportRows.columns.statuses, {
  status: { title: "Status", ink: ({ category }) => categoryStyles[category].ink },
  category: { title: "Category", priority: 1 },
  seconds: figure("Time", duration),
  entries: { ...figure("Entries"), priority: 2 },
  visits: { ...figure("Visits"), priority: 3 },
  longest: { ...figure("Longest", duration), priority: 4 },
  average: { ...figure("Average", duration), priority: 5 },
  calls: figure("Calls"),
})

/** The share of the time logged in, without offline time. */
const shareColumn = (statuses: ReadonlyArray<Status>, style: Style): Column<Status> => {
  const loggedIn = statuses.filter(({ category }) => category !== "offline")
  const total = loggedIn.reduce((sum, { seconds }) => sum + seconds, 0)
  const share = (row: Status) => (total === 0 || row.category === "offline" ? null : row.seconds / total)
  return {
    title: "Of logged in",
    value: share,
    show: (row) => `${percent(share(row)).padStart(7)}${style.pictures ? `  ${bar(share(row) ?? 0, 16)}` : ""}`,
    ink: ({ category }) => categoryStyles[category].ink,
    priority: 6,
  }
}

/** Cell styles of the figures of agents and teams. */
const figureStyles = {
  loggedIn: figure("Logged in", duration),
  handling: figure("Handling", duration),
  afterCall: { ...figure("After call", duration), priority: 5 },
  available: { ...figure("Available", duration), priority: 6 },
  idle: { ...figure("Idle", duration), priority: 4 },
  other: { ...figure("Other", duration), priority: 1 },
  untracked: { ...figure("Untracked", duration), priority: 2 },
  calls: figure("Calls"),
  averageHandleTime: { ...figure("Handle time", duration), priority: 8, note: formulas.averageHandleTime },
  occupancy: { ...figure("Occupancy", percent), priority: 10, note: formulas.occupancy },
  utilisation: { ...figure("Utilisation", percent), priority: 7, note: formulas.utilisation },
  availability: { ...figure("Availability", percent), priority: 3, note: formulas.availability },
  notReadyShare: { ...figure("Not ready", percent), priority: 5, note: formulas.notReadyShare },
}

const stackColumn = (style: Style, categories: ReadonlyArray<Category>): Column<Pick<Agent, "statuses">> => ({
  title: "Logged in as",
  value: () => null,
  show: ({ statuses }) => stack(style, Report.byCategory(statuses), 16),
  priority: 9,
  note: legend(style, categories),
})

/** Cell styles of id, name and team of an agent. */
export const agentStyles = {
  agent: { title: "Agent", align: "right" },
  name: { title: "Name", priority: 12, hiddenWhenEmpty: true },
  team: { title: "Team", priority: 4, hiddenWhenEmpty: true },
} as const

const agentColumns = styledColumns(ReportRows.columns.agents, { ...agentStyles, ...figureStyles })

const teamColumns = styledColumns(ReportRows.columns.teams, {
  team: { title: "Team" },
  agents: { title: "Agents", align: "right" },
  ...figureStyles,
})

const bucketColumns = styledColumns(ReportRows.columns.buckets, {
  label: { title: "Bucket" },
  agent: { title: "Agent", align: "right" },
  status: { title: "Status" },
  seconds: figure("Time", duration),
})

const sectionsOf = (document: Report.Document, style: Style) => {
  const pictures = style.pictures
    ? [stackColumn(style, [...new Set(document.statuses.map(({ category }) => category))])]
    : []
  return {
    status: section({
      columns: [...statusColumns, shareColumn(document.statuses, style)],
      rows: document.statuses,
    }),
    agent: section({ columns: [...agentColumns, ...pictures], rows: document.agents }),
    team: section({ columns: [...teamColumns, ...pictures], rows: document.teams ?? [] }),
    bucket: section({ columns: bucketColumns, rows: document.buckets ?? [] }),
  }
}

/** The rows of one group of a document, or all, and its buckets. */
export const answerOf = (
  document: Report.Document,
  zone: Calendar.Zone,
  group: ReportRows.Group | undefined,
  style: Style,
): Printable => {
  const sections = sectionsOf(document, style)
  const chosen: ReadonlyArray<Section> = group === undefined ? [sections.status, sections.agent] : [sections[group]]
  return {
    document,
    zone,
    rows: ReportRows.ofReport(document, { group }),
    sections: document.buckets === undefined ? chosen : [...chosen, sections.bucket],
  }
}

/** How a report is arranged: its buckets and its groups. */
export interface ReportLayout {
  readonly bucket?: Calendar.Size
  readonly group?: ReportRows.Group
}

/** The report of a log. */
export const reportAnswer = (
  { log, question }: ReportInput,
  { bucket, group }: ReportLayout,
  style: Style,
): Printable => {
  const document = Report.make(log, question, { ...(bucket === undefined ? {} : { bucket }), teams: group === "team" })
  return answerOf(document, question.zone, group, style)
}
