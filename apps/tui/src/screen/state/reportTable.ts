/**
 * A report as a table: its columns and rows by agent, status, team or bucket, and what stands in each cell.
 *
 * Shape    rows in the order of the answer until they are sorted; a figure that is not known is `null`, and shown as a dash
 * Units    seconds, counts, rates 0 to 1; in per cent, a time is a share of the time logged in or of what is covered
 * Cost     a table, its widths and its arranged rows are each made once for an answer and an arrangement
 */
import { type Category } from "@dwell/core/Category"
import stringWidth from "string-width"
import { count, duration, percent, printable } from "../../render/text.ts"
import {
  type Bucket,
  type Group as Figures,
  type Rates,
  type ReportAnswer,
  type StatusFigures,
} from "../desk/Question.ts"
import * as Buckets from "./buckets.ts"
import * as Filter from "./filter.ts"
import { lastOf } from "./last.ts"
import { type Group, type Sort, type Unit } from "./report.ts"

/** What totals are of: all there are, or those that a filter lets through, of whom only times add up. */
type Total = "all" | "shown"

export type Row =
  | { readonly kind: "group"; readonly of: Figures; readonly total?: Total }
  | { readonly kind: "status"; readonly of: StatusFigures; readonly total?: Total }
  | { readonly kind: "bucket"; readonly of: Bucket; readonly words: string; readonly total?: Total }

type Value = string | number | null

/** How a column is shown: a length is a time as well, but no part of another. */
type Kind = "text" | "id" | "count" | "seconds" | "length" | "rate" | "bar"

/** The columns there are, besides one for each status. */
export type ReportColumn =
  | "agent"
  | "name"
  | "team"
  | "agents"
  | "loggedIn"
  | Category
  | "untracked"
  | "calls"
  | keyof Rates
  | "as"
  | "status"
  | "category"
  | "seconds"
  | "share"
  | "entries"
  | "visits"
  | "longest"
  | "average"
  | "bucket"

export interface Column {
  readonly name: ReportColumn | `status:${string}`
  readonly title: string
  readonly kind: Kind
  /** Stays where it is when others are scrolled away. */
  readonly isFixed?: true
  /** Of texts and bars: how wide they may be, and how wide where there is room to spare. */
  readonly width?: readonly [usual: number, most: number]
  /** What a time is a share of. */
  readonly whole?: (row: Row) => number
  readonly value: (row: Row) => Value
  /** What rows are sorted by, where it is not the value. */
  readonly order?: (row: Row) => Value
}

export interface Table {
  readonly columns: ReadonlyArray<Column>
  readonly rows: ReadonlyArray<Row>
  readonly total: Row
}

/** What a cell shows where nothing is known. */
export const none = "–"

// ---- agents and teams ----

/** Whether anything is known of the time, be it that somebody was offline. */
const isKnown = ({ calls, loggedIn, seconds }: Figures): boolean => loggedIn + seconds.offline > 0 || calls > 0

const ofGroup = (value: (of: Figures) => Value) => (row: Row) => (row.kind === "group" ? value(row.of) : null)

const known = (value: (of: Figures) => Value) => ofGroup((of) => (isKnown(of) ? value(of) : null))

/** What does not add up: a call is one, however many had a part in it. */
const ofAll = (value: (row: Row) => Value) => (row: Row) => (row.total === "shown" ? null : value(row))

const loggedInOf = (row: Row): number => (row.kind === "group" ? row.of.loggedIn : 0)

/** A text of the row, and of the totals how many they are of. */
const named = (
  name: ReportColumn,
  title: string,
  width: readonly [number, number],
  value: (of: Figures) => Value,
): Column => ({
  name,
  title,
  kind: "text",
  width,
  value: (row) => (row.total !== undefined ? "" : ofGroup(value)(row)),
})

const categoryTitles: Readonly<Record<Category, string>> = {
  handling: "Handling",
  afterCall: "After call",
  available: "Available",
  idle: "Idle",
  other: "Other",
  offline: "Offline",
}

const figureColumns = ({ covered }: ReportAnswer): ReadonlyArray<Column> => {
  const coveredOf = (row: Row) => (row.kind === "group" ? row.of.agents * covered : 0)
  const time = (category: Category): Column => ({
    name: category,
    title: categoryTitles[category],
    kind: "seconds",
    whole: category === "offline" ? coveredOf : loggedInOf,
    value: known(({ seconds }) => seconds[category]),
  })
  const rate = (name: keyof Rates, title: string, kind: Kind = "rate"): Column => ({
    name,
    title,
    kind,
    value: known(({ rates }) => rates[name]),
  })
  return [
    {
      name: "loggedIn",
      title: "Logged in",
      kind: "seconds",
      whole: coveredOf,
      value: known(({ loggedIn }) => loggedIn),
    },
    ...(["handling", "afterCall", "available", "idle", "other", "offline"] as const).map(time),
    {
      name: "untracked",
      title: "Untracked",
      kind: "seconds",
      whole: coveredOf,
      value: ofGroup(({ agents, untracked }) => (agents === 0 ? null : untracked)),
    },
    { name: "calls", title: "Calls", kind: "count", value: ofAll(known(({ calls }) => calls)) },
    rate("averageHandleTime", "AHT", "length"),
    rate("occupancy", "Occupancy"),
    rate("utilisation", "Utilisation"),
    rate("availability", "Availability"),
    rate("notReadyShare", "Not ready"),
    { name: "as", title: "Logged in as", kind: "bar", width: [16, 40], value: known(({ loggedIn }) => loggedIn) },
  ]
}

const everyone = (answer: ReportAnswer): Row => ({ kind: "group", of: answer.everyone, total: "all" })

const rowOf = (of: Figures): Row => ({ kind: "group", of })

const byAgent = (answer: ReportAnswer): Table => ({
  columns: [
    {
      name: "agent",
      title: "Agent",
      kind: "id",
      isFixed: true,
      value: (row) => row.total ?? ofGroup(({ agent }) => agent)(row),
    },
    { ...named("name", "Name", [10, 24], ({ agent, name }) => name ?? `${agent}`), isFixed: true },
    named("team", "Team", [12, 16], ({ team }) => team),
    ...figureColumns(answer),
  ],
  rows: answer.agents.map(rowOf),
  total: everyone(answer),
})

const byTeam = (answer: ReportAnswer): Table => ({
  columns: [
    {
      name: "team",
      title: "Team",
      kind: "text",
      width: [20, 24],
      isFixed: true,
      value: (row) => row.total ?? ofGroup(({ team }) => team ?? "no team")(row),
    },
    { name: "agents", title: "Agents", kind: "count", value: ofGroup(({ agents }) => agents) },
    ...figureColumns(answer),
  ],
  rows: answer.teams.map(rowOf),
  total: everyone(answer),
})

// ---- statuses ----

const ofStatus = (value: (of: StatusFigures) => Value) => (row: Row) => (row.kind === "status" ? value(row.of) : null)

/** The same of all statuses, and of none there are no figures. */
const ofSome =
  (statuses: ReadonlyArray<StatusFigures>) =>
  (value: (of: StatusFigures) => Value): ((row: Row) => Value) =>
    statuses.length === 0 ? () => null : ofStatus(value)

const sumOf = <Item>(items: ReadonlyArray<Item>, value: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + value(item), 0)

/** What statuses are together, as far as it adds up. */
const statusesTogether = (statuses: ReadonlyArray<StatusFigures>): StatusFigures => ({
  status: "",
  category: "other",
  seconds: sumOf(statuses, ({ seconds }) => seconds),
  entries: sumOf(statuses, ({ entries }) => entries),
  visits: sumOf(statuses, ({ visits }) => visits),
  longest: statuses.reduce((most, { longest }) => Math.max(most, longest), 0),
  average: null,
  calls: 0,
})

const byStatus = ({ covered, everyone: { agents, calls, loggedIn }, statuses }: ReportAnswer): Table => {
  const figure = ofSome(statuses)
  const whole = (row: Row) => (row.kind === "status" && row.of.category === "offline" ? agents * covered : loggedIn)
  return {
    columns: [
      {
        name: "status",
        title: "Status",
        kind: "text",
        width: [20, 20],
        isFixed: true,
        value: (row) => row.total ?? ofStatus(({ status }) => status)(row),
      },
      {
        name: "category",
        title: "Category",
        kind: "text",
        width: [9, 9],
        value: (row) => (row.total !== undefined ? "" : ofStatus(({ category }) => category)(row)),
      },
      {
        name: "seconds",
        title: "Time",
        kind: "seconds",
        whole: (row) => (row.total !== undefined ? agents * covered : whole(row)),
        value: figure(({ seconds }) => seconds),
      },
      {
        name: "share",
        title: "Of logged in",
        kind: "rate",
        value: (row) =>
          row.total !== undefined || loggedIn === 0
            ? null
            : ofStatus(({ category, seconds }) => (category === "offline" ? null : seconds / loggedIn))(row),
      },
      { name: "entries", title: "Entries", kind: "count", value: figure(({ entries }) => entries) },
      { name: "visits", title: "Visits", kind: "count", value: figure(({ visits }) => visits) },
      { name: "longest", title: "Longest", kind: "length", value: figure(({ longest }) => longest) },
      { name: "average", title: "Average", kind: "length", value: ofStatus(({ average }) => average) },
      { name: "calls", title: "Calls", kind: "count", value: ofAll(figure((of) => of.calls)) },
    ],
    rows: statuses.map((of) => ({ kind: "status", of })),
    total: { kind: "status", total: "all", of: { ...statusesTogether(statuses), calls } },
  }
}

// ---- buckets ----

/** The name of the column of a status, which may be named as another column is. */
const statusPrefix = "status:"

/** The status that a column is of. */
export const statusOfColumn = (name: string): string | null =>
  name.startsWith(statusPrefix) ? name.slice(statusPrefix.length) : null

const byBucket = (answer: ReportAnswer): Table => {
  const { agents, buckets, covered, everyone: all, statuses, window } = answer
  const words = Buckets.wordsOf(answer)
  const offline = new Set(statuses.flatMap(({ category, status }) => (category === "offline" ? [status] : [])))
  const loggedIn = (row: Row) => {
    let sum = 0
    if (row.kind === "bucket") for (const [status, value] of row.of.seconds) if (!offline.has(status)) sum += value
    return sum
  }
  const coveredOf = (row: Row) => (row.kind === "bucket" ? row.of.covered : 0)
  return {
    columns: [
      {
        name: "bucket",
        title: "Bucket",
        kind: "text",
        width: [30, 0],
        isFixed: true,
        value: (row) => row.total ?? (row.kind === "bucket" ? row.words : null),
        order: (row) => (row.kind === "bucket" ? row.of.start : null),
      },
      ...statuses.map(({ status }): Column => ({
        name: `${statusPrefix}${status}`,
        title: printable(status),
        kind: "seconds",
        whole: offline.has(status) ? coveredOf : loggedIn,
        // Of what is yet to come, or was read by nobody, nothing is known.
        value: (row) => (row.kind === "bucket" && row.of.seconds.size > 0 ? (row.of.seconds.get(status) ?? 0) : null),
      })),
      {
        name: "untracked",
        title: "Untracked",
        kind: "seconds",
        whole: coveredOf,
        value: (row) => (row.kind === "bucket" && row.of.covered > 0 ? row.of.untracked : null),
      },
    ],
    rows: (buckets ?? []).map((of, index) => ({ kind: "bucket", of, words: words[index] ?? of.label })),
    total: {
      kind: "bucket",
      words: "",
      total: "all",
      of: {
        start: window.from,
        end: window.to,
        label: "",
        seconds: new Map(statuses.map(({ seconds, status }) => [status, seconds])),
        covered: agents.length * covered,
        untracked: all.untracked,
      },
    },
  }
}

const tables: Readonly<Record<Group, (answer: ReportAnswer) => Table>> = {
  agent: byAgent,
  status: byStatus,
  team: byTeam,
  bucket: byBucket,
}

/** The table of an answer. */
export const tableOf = lastOf((answer: ReportAnswer, group: Group): Table => tables[group](answer))

// ---- cells ----

/** The figure of a cell as its unit has it: in per cent, the share. */
const figureOf = ({ kind, value, whole }: Column, row: Row, unit: Unit): Value => {
  const figure = value(row)
  if (unit !== "per cent" || kind !== "seconds" || typeof figure !== "number" || whole === undefined) return figure
  const all = whole(row)
  return all === 0 ? null : figure / all
}

const plain = (seconds: number): string => (Number.isInteger(seconds) ? `${seconds}` : seconds.toFixed(1))

/** What a cell shows. */
export const shown = (column: Column, row: Row, unit: Unit): string => {
  const figure = figureOf(column, row, unit)
  if (figure === null) return none
  if (typeof figure === "string") return printable(figure)
  switch (column.kind) {
    case "count":
      return unit === "seconds" ? `${figure}` : count(figure)
    case "seconds":
      return unit === "per cent" ? percent(figure) : unit === "seconds" ? `${figure}` : duration(figure)
    case "length":
      return unit === "seconds" ? plain(figure) : duration(figure)
    case "rate":
      return percent(figure)
    case "text":
    case "id":
    case "bar":
      return `${figure}`
  }
}

/** A time of a row or a total, in the unit. */
export const time = (seconds: number, unit: Unit): string => (unit === "seconds" ? `${seconds}` : duration(seconds))

/** The most that a column's title takes; those of statuses can be any word. */
const mostTitle = 16

const magnitude = (column: Column, row: Row, unit: Unit): number => {
  const figure = figureOf(column, row, unit)
  return typeof figure === "number" ? figure : -1
}

const widthOf = (column: Column, { rows, total }: Table, unit: Unit): number => {
  // One more for the arrow of the column that rows are sorted by.
  const title = Math.min(mostTitle, stringWidth(column.title) + 1)
  const wider = (width: number, row: Row) => Math.max(width, stringWidth(shown(column, row, unit)))
  if (column.kind === "bar") return column.width?.[0] ?? title
  if (column.kind === "text") return Math.min(column.width?.[0] ?? mostTitle, rows.reduce(wider, title))
  const greatest = rows.reduce(
    (most, row) => (magnitude(column, row, unit) > magnitude(column, most, unit) ? row : most),
    total,
  )
  return [total, greatest].reduce(wider, title)
}

/** How wide each column is: as its longest text, within bounds, or its greatest figure. */
export const widthsOf = lastOf((table: Table, unit: Unit): ReadonlyArray<number> =>
  table.columns.map((column) => widthOf(column, table, unit)),
)

// ---- rows ----

const filtered = (row: Row): Filter.Filtered => {
  switch (row.kind) {
    case "group":
      return row.of
    case "status":
      return { agent: null, name: null, team: null, status: row.of.status, category: row.of.category }
    case "bucket":
      return { agent: null, name: `${row.words} ${row.of.label}`, team: null }
  }
}

const text = (one: string, other: string): number => {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()]
  return a === b ? 0 : a < b ? -1 : 1
}

/** What is not known comes last, whichever way the rest is sorted. */
const compared = (one: Value, other: Value, sign: number): number => {
  if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1
  return sign * (typeof one === "number" && typeof other === "number" ? one - other : text(`${one}`, `${other}`))
}

/** The rows that a filter lets through, sorted; those that are alike stay in the order of the answer. */
export const arranged = lastOf(
  ({ columns, rows }: Table, unit: Unit, sort: Sort | null, filter: string): ReadonlyArray<Row> => {
    const passes = Filter.parse(filter)
    const some = filter.trim() === "" ? rows : rows.filter((row) => passes(filtered(row), 0))
    const column = columns.find(({ name }) => name === sort?.column)
    if (sort === null || column === undefined) return some
    const sign = sort.isDescending ? -1 : 1
    return some
      .map((row) => ({ row, value: column.order?.(row) ?? figureOf(column, row, unit) }))
      .toSorted((one, other) => compared(one.value, other.value, sign))
      .map(({ row }) => row)
  },
)

const noRates: Rates = {
  occupancy: null,
  utilisation: null,
  availability: null,
  notReadyShare: null,
  averageHandleTime: null,
}

const groupsTogether = (all: ReadonlyArray<Figures>): Figures => {
  const seconds = (category: Category) => sumOf(all, (one) => one.seconds[category])
  return {
    agent: null,
    name: null,
    team: null,
    agents: sumOf(all, ({ agents }) => agents),
    seconds: {
      available: seconds("available"),
      handling: seconds("handling"),
      afterCall: seconds("afterCall"),
      idle: seconds("idle"),
      offline: seconds("offline"),
      other: seconds("other"),
    },
    untracked: sumOf(all, ({ untracked }) => untracked),
    loggedIn: sumOf(all, ({ loggedIn }) => loggedIn),
    calls: 0,
    rates: noRates,
  }
}

const bucketsTogether = (all: ReadonlyArray<Bucket>): Bucket => {
  const seconds = new Map<string, number>()
  for (const one of all) {
    for (const [status, value] of one.seconds) seconds.set(status, (seconds.get(status) ?? 0) + value)
  }
  return {
    start: all[0]?.start ?? 0,
    end: all.at(-1)?.end ?? 0,
    label: "",
    seconds,
    covered: sumOf(all, ({ covered }) => covered),
    untracked: all.some(({ untracked }) => untracked === null) ? null : sumOf(all, ({ untracked }) => untracked ?? 0),
  }
}

/** Totals of the rows that a filter lets through: the times alone, since calls and rates are not sums. */
export const shownTotal = lastOf((rows: ReadonlyArray<Row>, { total: { kind } }: Table): Row => {
  switch (kind) {
    case "group":
      return {
        kind,
        total: "shown",
        of: groupsTogether(rows.flatMap((row) => (row.kind === "group" ? [row.of] : []))),
      }
    case "status":
      return {
        kind,
        total: "shown",
        of: statusesTogether(rows.flatMap((row) => (row.kind === "status" ? [row.of] : []))),
      }
    case "bucket":
      return {
        kind,
        total: "shown",
        words: "",
        of: bucketsTogether(rows.flatMap((row) => (row.kind === "bucket" ? [row.of] : []))),
      }
  }
})

// ---- columns in view ----

/** Where the column that is looked at is; in a table without it, the first that moves. */
export const columnAt = ({ columns }: Table, name: string): number => {
  const found = columns.findIndex((column) => column.name === name)
  return found >= 0
    ? found
    : Math.max(
        0,
        columns.findIndex(({ isFixed }) => isFixed !== true),
      )
}

/**
 * The columns that have room: those that are fixed, and of the others as many as fit from `left` on, moved as little as it
 * takes for the one that is looked at to be among them.
 */
export const inView = (
  columns: ReadonlyArray<Pick<Column, "isFixed">>,
  widths: ReadonlyArray<number>,
  width: number,
  chosen: number,
  left: number,
): { readonly indices: ReadonlyArray<number>; readonly left: number } => {
  const all = columns.map((_, index) => index)
  const fixed = all.filter((index) => columns[index]?.isFixed === true)
  const others = all.filter((index) => columns[index]?.isFixed !== true)
  const taken = (indices: ReadonlyArray<number>) => sumOf(indices, (index) => (widths[index] ?? 0) + 1)
  const room = width + 1 - taken(fixed)
  const fitting = (from: number) => {
    let to = Math.min(others.length, from + 1)
    while (to < others.length && taken(others.slice(from, to + 1)) <= room) to += 1
    return to
  }
  const at = others.indexOf(chosen)
  let start = Math.max(0, Math.min(left, others.length - 1, at < 0 ? left : at))
  while (at >= fitting(start)) start += 1
  // Where all to the right have room, those to the left may have some as well.
  while (start > 0 && taken(others.slice(start - 1)) <= room) start -= 1
  return { indices: [...fixed, ...others.slice(start, fitting(start))], left: start }
}

// ---- reconciliation ----

/** What has to add up: the statuses of all rows and what is untracked, against what is covered. */
export interface Sums {
  readonly statuses: number
  readonly untracked: number
  readonly covered: number
  readonly agents: number
}

const statusSeconds = ({ kind, of }: Row): number => {
  switch (kind) {
    case "group":
      return of.loggedIn + of.seconds.offline
    case "status":
      return of.seconds
    case "bucket":
      return [...of.seconds.values()].reduce((sum, seconds) => sum + seconds, 0)
  }
}

/** The sums of a table, taken over the rows that it has. */
export const sumsOf = lastOf((answer: ReportAnswer, table: Table): Sums => ({
  statuses: sumOf(table.rows, statusSeconds),
  untracked: sumOf(answer.agents, ({ untracked }) => untracked),
  covered: answer.agents.length * answer.covered,
  agents: answer.agents.length,
}))
