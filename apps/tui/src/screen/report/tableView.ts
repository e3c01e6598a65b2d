/**
 * How the table of a report is looked at: what its cells show, which rows and columns are in view, and what they add up to.
 *
 * Shape    a figure that is not known is shown as a dash
 * Units    in per cent, a time is a share of the time logged in or of what is covered
 * Cost     widths and arranged rows are each made once for a table and an arrangement
 */
import type { Category } from "@dwell/core/Category"
import stringWidth from "string-width"
import { printable } from "@dwell/terminal/text"
import { count, duration, percent } from "../../render/text.ts"
import type { Bucket, Group as Figures, Rates, ReportAnswer } from "../worker/protocol/answer.ts"
import { none } from "../components/grid.ts"
import * as Filter from "../app/filter.ts"
import { lastOf } from "../app/memoizeLast.ts"
import type { Sort, Unit } from "./state.ts"
import { type Column, type Row, statusesTogether, sumOf, type Table, type Value } from "./table.ts"

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
