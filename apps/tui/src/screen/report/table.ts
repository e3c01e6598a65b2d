/**
 * A report as a table: what its columns and rows are.
 *
 * Shape    rows in the order of the answer; a figure that is not known is `null`
 * Units    seconds, counts, rates 0 to 1
 */
import type { Category } from "@dwell/core/Category"
import type { Bucket, Group as Figures, Rates, StatusFigures } from "../worker/protocol/answer.ts"

/** What a total covers: all rows, or those that pass the filter. Only the times of filtered rows add up. */
type Total = "all" | "shown"

export type Row =
  | { readonly kind: "group"; readonly of: Figures; readonly total?: Total }
  | { readonly kind: "status"; readonly of: StatusFigures; readonly total?: Total }
  | { readonly kind: "bucket"; readonly of: Bucket; readonly words: string; readonly total?: Total }

export type Value = string | number | null

/** How a column is shown. A `length` is a time that is not part of another. */
export type Kind = "text" | "id" | "count" | "seconds" | "length" | "rate" | "bar"

/** The columns, besides one for each status. */
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
  /** Stays in view when others are scrolled. */
  readonly isFixed?: true
  /** For texts and bars: the usual width, and the most if there is room. */
  readonly width?: readonly [usual: number, most: number]
  /** The whole that a time is a share of. */
  readonly whole?: (row: Row) => number
  readonly value: (row: Row) => Value
  /** What rows are sorted by, if not by the value. */
  readonly order?: (row: Row) => Value
}

export interface Table {
  readonly columns: ReadonlyArray<Column>
  readonly rows: ReadonlyArray<Row>
  readonly total: Row
}

/** A value that does not add up: a call counts once, however many agents took part. */
export const notSummed = (value: (row: Row) => Value) => (row: Row) => (row.total === "shown" ? null : value(row))
