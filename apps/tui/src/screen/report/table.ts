/**
 * A report as a table: its columns and rows by agent, status, team or bucket.
 *
 * Shape    rows in the order of the answer; a figure that is not known is `null`
 * Units    seconds, counts, rates 0 to 1
 * Cost     a table is made once for an answer
 */
import type { Category } from "@dwell/core/Category"
import { printable } from "@dwell/terminal/text"
import type { Bucket, Group as Figures, Rates, ReportAnswer, StatusFigures } from "../worker/protocol/answer.ts"
import * as Buckets from "./bucketLabels.ts"
import { lastOf } from "../app/memoizeLast.ts"
import type { Group } from "./state.ts"

/** What totals are of: all there are, or those that a filter lets through, of whom only times add up. */
type Total = "all" | "shown"

export type Row =
  | { readonly kind: "group"; readonly of: Figures; readonly total?: Total }
  | { readonly kind: "status"; readonly of: StatusFigures; readonly total?: Total }
  | { readonly kind: "bucket"; readonly of: Bucket; readonly words: string; readonly total?: Total }

export type Value = string | number | null

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

export const sumOf = <Item>(items: ReadonlyArray<Item>, value: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + value(item), 0)

/** What statuses are together, as far as it adds up. */
export const statusesTogether = (statuses: ReadonlyArray<StatusFigures>): StatusFigures => ({
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
