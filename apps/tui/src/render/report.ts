/**
 * A report as it is printed: its tables, rows and columns.
 */
import type * as Calendar from "@dwell/core/Calendar"
import { type Category } from "@dwell/core/Category"
import * as Report from "@dwell/core/Report"
import { formulas } from "@dwell/core/Statistics"
import { type Asked } from "../source.ts"
import { type Answer, type AnySection, section } from "./answer.ts"
import { bar, legend, stack } from "./pictures.ts"
import { looks, type Style } from "./style.ts"
import { type Column } from "./Table.ts"
import { count, duration, percent } from "./text.ts"

type Status = Report.Document["statuses"][number]
type Agent = Report.Document["agents"][number]
type Team = NonNullable<Report.Document["teams"]>[number]
type BucketRow = NonNullable<Report.Document["buckets"]>[number]

/** A figure to the right, a dash where there is none. */
export const numberColumn = <Row>(
  key: string | undefined,
  title: string,
  value: (row: Row) => number | null,
  show: (value: number) => string = count,
): Column<Row> => ({
  ...(key === undefined ? {} : { key }),
  title,
  value,
  show: (row) => {
    const figure = value(row)
    return figure === null ? "–" : show(figure)
  },
  align: "right",
})

const statusColumns: ReadonlyArray<Column<Status>> = [
  { key: "status", title: "Status", value: ({ status }) => status, ink: ({ category }) => looks[category].ink },
  { key: "category", title: "Category", value: ({ category }) => category, priority: 1 },
  numberColumn("seconds", "Time", ({ seconds }) => seconds, duration),
  { ...numberColumn<Status>("entries", "Entries", ({ entries }) => entries), priority: 2 },
  { ...numberColumn<Status>("visits", "Visits", ({ visits }) => visits), priority: 3 },
  { ...numberColumn<Status>("longest", "Longest", ({ longest }) => longest, duration), priority: 4 },
  { ...numberColumn<Status>("average", "Average", ({ average }) => average, duration), priority: 5 },
  numberColumn("calls", "Calls", ({ calls }) => calls),
]

/** What part of the time logged in; offline is none of it. */
const shareColumn = (statuses: ReadonlyArray<Status>, style: Style): Column<Status> => {
  const loggedIn = statuses.filter(({ category }) => category !== "offline")
  const total = loggedIn.reduce((sum, { seconds }) => sum + seconds, 0)
  const share = (row: Status) => (total === 0 || row.category === "offline" ? null : row.seconds / total)
  return {
    title: "Of logged in",
    value: share,
    show: (row) => `${percent(share(row)).padStart(7)}${style.pictures ? `  ${bar(share(row) ?? 0, 16)}` : ""}`,
    ink: ({ category }) => looks[category].ink,
    priority: 6,
  }
}

type Figures = Pick<Agent, "statuses" | "untracked" | "loggedIn" | "calls" | "rates">

const byCategory = ({ statuses }: Figures): Record<Category, number> => {
  const seconds = { available: 0, handling: 0, afterCall: 0, idle: 0, offline: 0, other: 0 }
  for (const status of statuses) seconds[status.category] += status.seconds
  return seconds
}

const rateColumn = (
  key: keyof Agent["rates"],
  title: string,
  priority: number,
  show: (value: number) => string = percent,
): Column<Figures> => ({
  ...numberColumn<Figures>(key, title, ({ rates }) => rates[key], show),
  priority,
  note: formulas[key],
})

const figureColumns = (style: Style, categories: ReadonlyArray<Category>): ReadonlyArray<Column<Figures>> => [
  numberColumn("loggedIn", "Logged in", ({ loggedIn }) => loggedIn, duration),
  numberColumn("handling", "Handling", (row) => byCategory(row).handling, duration),
  { ...numberColumn<Figures>("afterCall", "After call", (row) => byCategory(row).afterCall, duration), priority: 5 },
  { ...numberColumn<Figures>("available", "Available", (row) => byCategory(row).available, duration), priority: 6 },
  { ...numberColumn<Figures>("idle", "Idle", (row) => byCategory(row).idle, duration), priority: 4 },
  { ...numberColumn<Figures>("other", "Other", (row) => byCategory(row).other, duration), priority: 1 },
  { key: "offline", value: (row) => byCategory(row).offline },
  { ...numberColumn<Figures>("untracked", "Untracked", ({ untracked }) => untracked, duration), priority: 2 },
  numberColumn("calls", "Calls", ({ calls }) => calls),
  rateColumn("averageHandleTime", "Handle time", 8, duration),
  rateColumn("occupancy", "Occupancy", 10),
  rateColumn("utilisation", "Utilisation", 7),
  rateColumn("availability", "Availability", 3),
  rateColumn("notReadyShare", "Not ready", 5),
  ...(style.pictures
    ? [
        {
          title: "Logged in as",
          value: () => null,
          show: (row) => stack(style, byCategory(row), 16),
          priority: 9,
          note: legend(style, categories),
        } satisfies Column<Figures>,
      ]
    : []),
]

export const agentColumns: ReadonlyArray<Column<Pick<Agent, "agent" | "name" | "team">>> = [
  { key: "agent", title: "Agent", value: ({ agent }) => agent, align: "right" },
  { key: "name", title: "Name", value: ({ name }) => name, priority: 12, hiddenWhenEmpty: true },
  { key: "team", title: "Team", value: ({ team }) => team, priority: 4, hiddenWhenEmpty: true },
]

const teamColumns: ReadonlyArray<Column<Team>> = [
  { key: "team", title: "Team", value: ({ team }) => team },
  { key: "agents", title: "Agents", value: ({ agents }) => agents, align: "right" },
]

interface AgentStatus {
  readonly of: Pick<Agent, "agent" | "name" | "team">
  readonly status: Status
}

/** The same column, of something that is found in the row. */
const within = <Row, Part>(
  columns: ReadonlyArray<Column<Part>>,
  part: (row: Row) => Part,
): ReadonlyArray<Column<Row>> =>
  columns.map(({ ink: colour, show, value, ...rest }) => ({
    ...rest,
    value: (row) => value(part(row)),
    ...(show === undefined ? {} : { show: (row: Row) => show(part(row)) }),
    ...(colour === undefined ? {} : { ink: (row: Row) => colour(part(row)) }),
  }))

const agentStatusColumns: ReadonlyArray<Column<AgentStatus>> = [
  ...within(agentColumns, (row: AgentStatus) => row.of),
  ...within(statusColumns, (row: AgentStatus) => row.status),
]

const bucketColumns: ReadonlyArray<Column<BucketRow>> = [
  { key: "start", value: ({ start }) => start },
  { key: "end", value: ({ end }) => end },
  { key: "label", title: "Bucket", value: ({ label }) => label },
  { key: "agent", title: "Agent", value: ({ agent }) => agent, align: "right" },
  { key: "status", title: "Status", value: ({ status }) => status },
  numberColumn("seconds", "Time", ({ seconds }) => seconds, duration),
]

export const groups = ["agent", "status", "team"] as const
type Group = (typeof groups)[number]

const sectionsOf = (document: Report.Document, style: Style) => {
  const categories = [...new Set(document.statuses.map(({ category }) => category))]
  return {
    status: section({
      columns: [...statusColumns, shareColumn(document.statuses, style)],
      rows: document.statuses,
    }),
    agent: section({ columns: [...agentColumns, ...figureColumns(style, categories)], rows: document.agents }),
    team: section({ columns: [...teamColumns, ...figureColumns(style, categories)], rows: document.teams ?? [] }),
    bucket: section({ columns: bucketColumns, rows: document.buckets ?? [] }),
    detail: section({
      columns: agentStatusColumns,
      rows: document.agents.flatMap((of) => of.statuses.map((status) => ({ of, status }))),
    }),
  }
}

/** A document of which the rows of a group, or its buckets, are wanted. */
export const answerOf = (
  document: Report.Document,
  zone: Calendar.Zone,
  group: Group | undefined,
  style: Style,
): Answer => {
  const sections = sectionsOf(document, style)
  const chosen: ReadonlyArray<AnySection> = group === undefined ? [sections.status, sections.agent] : [sections[group]]
  const isBucketed = document.buckets !== undefined
  return {
    document,
    zone,
    rows: isBucketed ? sections.bucket : group === undefined ? sections.detail : sections[group],
    sections: isBucketed ? [...chosen, sections.bucket] : chosen,
  }
}

/** What is asked of a report besides its question. */
export interface Arranged {
  readonly bucket?: Calendar.Size
  readonly group?: Group
}

/** The report of a log. */
export const reportAnswer = ({ log, question }: Asked, { bucket, group }: Arranged, style: Style): Answer => {
  const document = Report.make(log, question, { ...(bucket === undefined ? {} : { bucket }), teams: group === "team" })
  return answerOf(document, question.zone, group, style)
}
