/**
 * The rows of a report as a person has arranged them: filtered and sorted.
 *
 * Cost     they are arranged once for a table and an arrangement
 */
import * as Filter from "../app/filter.ts"
import { memoizeLast } from "../app/memoizeLast.ts"
import type { Sort, Unit } from "./state.ts"
import type { Row, Table, Value } from "./table.ts"
import { figureOf } from "./cells.ts"

const filterFields = (row: Row): Filter.FilterFields => {
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

/** Unknown values come last in either order. */
const compareValues = (one: Value, other: Value, sign: number): number => {
  if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1
  return sign * (typeof one === "number" && typeof other === "number" ? one - other : text(`${one}`, `${other}`))
}

/** The rows that a filter lets through, sorted; those that are alike stay in the order of the answer. */
export const arrangeRows = memoizeLast(
  ({ columns, rows }: Table, unit: Unit, sort: Sort | null, filter: string): ReadonlyArray<Row> => {
    const passes = Filter.parse(filter)
    const some = filter.trim() === "" ? rows : rows.filter((row) => passes(filterFields(row), 0))
    const column = columns.find(({ name }) => name === sort?.column)
    if (sort === null || column === undefined) return some
    const sign = sort.isDescending ? -1 : 1
    return some
      .map((row) => ({ row, value: column.order?.(row) ?? figureOf(column, row, unit) }))
      .toSorted((one, other) => compareValues(one.value, other.value, sign))
      .map(({ row }) => row)
  },
)
