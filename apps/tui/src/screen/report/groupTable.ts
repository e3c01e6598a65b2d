/**
 * A report by agent or by team, as a table.
 */
import type { Category } from "@dwell/core/Category"
import type { Group as Figures, ReportAnswer, Rates } from "../worker/protocol/answer.ts"
import { type Value, type Row, type ReportColumn, type Column, type Kind, notSummed, type Table } from "./table.ts"

/** Whether anything is known of the time; being offline counts. */
const isKnown = ({ calls, loggedIn, seconds }: Figures): boolean => loggedIn + seconds.offline > 0 || calls > 0

const ofGroup = (value: (of: Figures) => Value) => (row: Row) => (row.kind === "group" ? value(row.of) : null)

const ifKnown = (value: (of: Figures) => Value) => ofGroup((of) => (isKnown(of) ? value(of) : null))

const loggedInOf = (row: Row): number => (row.kind === "group" ? row.of.loggedIn : 0)

/** A column of text; empty in totals. */
const textColumn = (
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
    value: ifKnown(({ seconds }) => seconds[category]),
  })
  const rate = (name: keyof Rates, title: string, kind: Kind = "rate"): Column => ({
    name,
    title,
    kind,
    value: ifKnown(({ rates }) => rates[name]),
  })
  return [
    {
      name: "loggedIn",
      title: "Logged in",
      kind: "seconds",
      whole: coveredOf,
      value: ifKnown(({ loggedIn }) => loggedIn),
    },
    ...(["handling", "afterCall", "available", "idle", "other", "offline"] as const).map(time),
    {
      name: "untracked",
      title: "Untracked",
      kind: "seconds",
      whole: coveredOf,
      value: ofGroup(({ agents, untracked }) => (agents === 0 ? null : untracked)),
    },
    { name: "calls", title: "Calls", kind: "count", value: notSummed(ifKnown(({ calls }) => calls)) },
    rate("averageHandleTime", "AHT", "length"),
    rate("occupancy", "Occupancy"),
    rate("utilisation", "Utilisation"),
    rate("availability", "Availability"),
    rate("notReadyShare", "Not ready"),
    { name: "as", title: "Logged in as", kind: "bar", width: [16, 40], value: ifKnown(({ loggedIn }) => loggedIn) },
  ]
}

const everyone = (answer: ReportAnswer): Row => ({ kind: "group", of: answer.everyone, total: "all" })

const rowOf = (of: Figures): Row => ({ kind: "group", of })

export const byAgent = (answer: ReportAnswer): Table => ({
  columns: [
    {
      name: "agent",
      title: "Agent",
      kind: "id",
      isFixed: true,
      value: (row) => row.total ?? ofGroup(({ agent }) => agent)(row),
    },
    { ...textColumn("name", "Name", [10, 24], ({ agent, name }) => name ?? `${agent}`), isFixed: true },
    textColumn("team", "Team", [12, 16], ({ team }) => team),
    ...figureColumns(answer),
  ],
  rows: answer.agents.map(rowOf),
  total: everyone(answer),
})

export const byTeam = (answer: ReportAnswer): Table => ({
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
