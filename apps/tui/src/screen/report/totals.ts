/**
 * Totals of the rows of a report, as far as they add up.
 *
 * Units    seconds, counts
 */
import type { Bucket, Group as Figures, Rates, ReportAnswer, StatusFigures } from "../worker/protocol/answer.ts"
import type { Category } from "@dwell/core/Category"
import { memoizeLast } from "../app/memoizeLast.ts"
import type { Row, Table } from "./table.ts"

export const sumOf = <Item>(items: ReadonlyArray<Item>, value: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + value(item), 0)

/** The total of statuses, as far as it adds up. */
export const sumStatuses = (statuses: ReadonlyArray<StatusFigures>): StatusFigures => ({
  status: "",
  category: "other",
  seconds: sumOf(statuses, ({ seconds }) => seconds),
  entries: sumOf(statuses, ({ entries }) => entries),
  visits: sumOf(statuses, ({ visits }) => visits),
  longest: statuses.reduce((most, { longest }) => Math.max(most, longest), 0),
  average: null,
  calls: 0,
})

const noRates: Rates = {
  occupancy: null,
  utilisation: null,
  availability: null,
  notReadyShare: null,
  averageHandleTime: null,
}

const sumGroups = (all: ReadonlyArray<Figures>): Figures => {
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

const sumBuckets = (all: ReadonlyArray<Bucket>): Bucket => {
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

/** Totals of the rows that pass the filter: only times, since calls and rates are not sums. */
export const shownTotal = memoizeLast((rows: ReadonlyArray<Row>, { total: { kind } }: Table): Row => {
  switch (kind) {
    case "group":
      return {
        kind,
        total: "shown",
        of: sumGroups(rows.flatMap((row) => (row.kind === "group" ? [row.of] : []))),
      }
    case "status":
      return {
        kind,
        total: "shown",
        of: sumStatuses(rows.flatMap((row) => (row.kind === "status" ? [row.of] : []))),
      }
    case "bucket":
      return {
        kind,
        total: "shown",
        words: "",
        of: sumBuckets(rows.flatMap((row) => (row.kind === "bucket" ? [row.of] : []))),
      }
  }
})

/** What has to add up: the statuses of all rows and the untracked time equal the covered time. */
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

/** The sums of a table over its rows. */
export const sumsOf = memoizeLast((answer: ReportAnswer, table: Table): Sums => ({
  statuses: sumOf(table.rows, statusSeconds),
  untracked: sumOf(answer.agents, ({ untracked }) => untracked),
  covered: answer.agents.length * answer.covered,
  agents: answer.agents.length,
}))
