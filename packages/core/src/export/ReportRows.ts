/**
 * Answers as rows under plain columns, and those as lines of CSV and NDJSON.
 *
 * Shape    cells are raw values under the names of the JSON document; rows are made as they are walked over, as often as
 *          they are
 * Units    instants in Unix seconds, lengths in seconds, rates 0 to 1 but `averageHandleTime` in seconds
 * Fails    never
 * Cost     a row in memory
 */
import type {
  AgentFigures,
  AtDocument,
  BucketFigures,
  CallsDocument,
  Document,
  IntervalsDocument,
  SessionsDocument,
  StaffingDocument,
  StatusFigures,
  TeamFigures,
} from "../report/schemas.ts"
import type { Table } from "./Export.ts"
import * as Report from "../report/Report.ts"

export type Cell = string | number | boolean | null

/** The cell of each column, by its name, in order. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => Cell>>

/** Cells in the order of their columns. */
export interface Rows {
  readonly columns: ReadonlyArray<string>
  readonly rows: Iterable<ReadonlyArray<Cell>>
}

/** Puts things under columns. */
export const of = <Row>(columns: Columns<Row>, things: Iterable<Row>): Rows => {
  const values = Object.values(columns)
  return {
    columns: Object.keys(columns),
    rows: {
      *[Symbol.iterator]() {
        for (const thing of things) yield values.map((value) => value(thing))
      },
    },
  }
}

// ---- the columns of each answer ----

type Named = Pick<AgentFigures, "agent" | "name" | "team">
type Figures = Pick<AgentFigures, "statuses" | "untracked" | "loggedIn" | "calls" | "rates">
type Interval = IntervalsDocument["intervals"][number]
type Session = SessionsDocument["sessions"][number]
type Call = CallsDocument["calls"][number]
type Step = StaffingDocument["staffing"][number]
type Standing = AtDocument["agents"][number]

/** Names of columns, each with a function of one kind of row. */
const columnsOf =
  <Row>() =>
  <Key extends string>(values: Readonly<Record<Key, (row: Row) => Cell>>): Readonly<Record<Key, (row: Row) => Cell>> =>
    values

const nameColumns = columnsOf<Named>()({
  agent: ({ agent }) => agent,
  name: ({ name }) => name,
  team: ({ team }) => team,
})

const statuses = columnsOf<StatusFigures>()({
  status: ({ status }) => status,
  category: ({ category }) => category,
  seconds: ({ seconds }) => seconds,
  entries: ({ entries }) => entries,
  visits: ({ visits }) => visits,
  longest: ({ longest }) => longest,
  average: ({ average }) => average,
  calls: ({ calls }) => calls,
})

const figures = columnsOf<Figures>()({
  loggedIn: ({ loggedIn }) => loggedIn,
  handling: (row) => Report.byCategory(row.statuses).handling,
  afterCall: (row) => Report.byCategory(row.statuses).afterCall,
  available: (row) => Report.byCategory(row.statuses).available,
  idle: (row) => Report.byCategory(row.statuses).idle,
  other: (row) => Report.byCategory(row.statuses).other,
  offline: (row) => Report.byCategory(row.statuses).offline,
  untracked: ({ untracked }) => untracked,
  calls: ({ calls }) => calls,
  averageHandleTime: ({ rates }) => rates.averageHandleTime,
  occupancy: ({ rates }) => rates.occupancy,
  utilisation: ({ rates }) => rates.utilisation,
  availability: ({ rates }) => rates.availability,
  notReadyShare: ({ rates }) => rates.notReadyShare,
})

const agents = columnsOf<AgentFigures>()({ ...nameColumns, ...figures })

const teams = columnsOf<TeamFigures>()({
  team: ({ team }) => team,
  agents: ({ agents: count }) => count,
  ...figures,
})

const agentStatuses = columnsOf<Named & StatusFigures>()({ ...nameColumns, ...statuses })

const buckets = columnsOf<BucketFigures>()({
  start: ({ start }) => start,
  end: ({ end }) => end,
  label: ({ label }) => label,
  agent: ({ agent }) => agent,
  status: ({ status }) => status,
  seconds: ({ seconds }) => seconds,
})

/** What rows of intervals and of standings say of the event that began them, besides when it was. */
type Begun = Pick<Interval, "status" | "category" | "subcode" | "callid" | "uid">

const begunStatus = columnsOf<Begun>()({
  status: ({ status }) => status,
  category: ({ category }) => category,
})

const begunEvent = columnsOf<Begun>()({
  subcode: ({ subcode }) => subcode,
  callid: ({ callid }) => callid,
  uid: ({ uid }) => uid,
})

const intervals = columnsOf<Interval>()({
  ...nameColumns,
  start: ({ start }) => start,
  end: ({ end }) => end,
  seconds: ({ end, start }) => end - start,
  ...begunStatus,
  ...begunEvent,
  open: ({ open }) => open,
  stale: ({ stale }) => stale,
})

const sessions = columnsOf<Session>()({
  ...nameColumns,
  start: ({ start }) => start,
  end: ({ end }) => end,
  seconds: ({ end, start }) => end - start,
  before: ({ before }) => before,
  open: ({ open }) => open,
})

const calls = columnsOf<Call>()({
  ...nameColumns,
  callid: ({ callid }) => callid,
  start: ({ start }) => start,
  end: ({ end }) => end,
  handling: ({ handling }) => handling,
  afterCall: ({ afterCall }) => afterCall,
})

const staffing = columnsOf<Step>()({
  start: ({ start }) => start,
  end: ({ end }) => end,
  status: ({ status }) => status,
  average: ({ average }) => average,
  min: ({ min }) => min,
  max: ({ max }) => max,
})

/** Of who was in which status at an instant; `seconds` is since when until then. */
const standings = (instant: number) =>
  columnsOf<Standing>()({
    ...nameColumns,
    ...begunStatus,
    since: ({ since }) => since,
    seconds: ({ since }) => (since === null ? null : instant - since),
    visitSince: ({ visitSince }) => visitSince,
    until: ({ until }) => until,
    ...begunEvent,
    stale: ({ stale }) => stale,
  })

export const columns = { statuses, agents, teams, buckets, intervals, sessions, calls, staffing, standings }

// ---- the rows of each answer ----

export const groups = ["agent", "status", "team"] as const

/** What a report has a row for each of. */
export type Group = (typeof groups)[number]

/** The rows of a report: its buckets, where it has them; else its agents, statuses or teams. Default: each agent's statuses. */
export const ofReport = (document: Document, { group }: { readonly group?: Group | undefined } = {}): Rows => {
  if (document.buckets !== undefined) return of(buckets, document.buckets)
  switch (group) {
    case "agent":
      return of(agents, document.agents)
    case "status":
      return of(statuses, document.statuses)
    case "team":
      return of(teams, document.teams ?? [])
    case undefined:
      return of(
        agentStatuses,
        document.agents.flatMap(({ agent, name, statuses: own, team }) =>
          own.map((status) => ({ agent, name, team, ...status })),
        ),
      )
  }
}

export const ofIntervals = (document: Pick<IntervalsDocument, "intervals">): Rows => of(intervals, document.intervals)

export const ofSessions = (document: Pick<SessionsDocument, "sessions">): Rows => of(sessions, document.sessions)

export const ofCalls = (document: Pick<CallsDocument, "calls">): Rows => of(calls, document.calls)

export const ofStaffing = (document: Pick<StaffingDocument, "staffing">): Rows => of(staffing, document.staffing)

/** The rows of who was in which status at an instant. */
export const ofAt = ({ agents: rows, at }: Pick<AtDocument, "agents" | "at">): Rows => of(standings(at.instant), rows)

/** The rows of a table that is exported, piece by piece: of `Export.intervals`, those of `ofIntervals`. Ids are texts. */
export const ofTable = ({ columns: described, rowGroups }: Pick<Table, "columns" | "rowGroups">): Rows => ({
  columns: described.map(({ name }) => name),
  rows: {
    *[Symbol.iterator]() {
      for (const { cells, length } of rowGroups()) {
        for (let row = 0; row < length; row++) {
          yield cells.map((column): Cell => {
            const cell = column[row] ?? null
            return typeof cell === "bigint" ? String(cell) : cell
          })
        }
      }
    },
  },
})

// ---- lines ----

const quote = (cell: Cell): string => {
  const text = cell === null ? "" : String(cell)
  // A spreadsheet takes these for formulas; a figure may well be negative, a text is not meant to be one.
  const safe = typeof cell === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/**
 * Lines of CSV (RFC 4180 but for the line feed, which is not in them), header first; texts that a spreadsheet would take
 * for a formula begin with an apostrophe.
 *
 * @example
 * Array.from(ReportRows.csv({ columns: ["status", "seconds"], rows: [["=1+1", -1], ["a,b", null]] })) // => [ 'status,seconds', "'=1+1,-1", '"a,b",' ]
 */
export const csv = function* ({ columns: names, rows }: Rows): Generator<string, void, void> {
  yield names.join(",")
  for (const cells of rows) yield cells.map(quote).join(",")
}

/**
 * Lines of NDJSON: an object a row.
 *
 * @example
 * Array.from(ReportRows.ndjson({ columns: ["status", "seconds"], rows: [["call", 60]] })) // => [ '{"status":"call","seconds":60}' ]
 */
export const ndjson = function* ({ columns: names, rows }: Rows): Generator<string, void, void> {
  const keys = names.map((name) => `${JSON.stringify(name)}:`)
  for (const cells of rows) yield `{${cells.map((cell, at) => `${keys[at]}${JSON.stringify(cell)}`).join(",")}}`
}

const blockLength = 65_536

/** Lines, each ended by a line feed, many at a time. */
export const blocks = function* (lines: Iterable<string>): Generator<string, void, void> {
  let block = ""
  for (const line of lines) {
    block += `${line}\n`
    if (block.length < blockLength) continue
    yield block
    block = ""
  }
  if (block !== "") yield block
}
