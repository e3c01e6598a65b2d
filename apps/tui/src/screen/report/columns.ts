/**
 * The columns of a report: how wide each is, and which are in view.
 *
 * Cost     widths are made once for a table and a unit
 */
import stringWidth from "string-width"
import { memoizeLast } from "../app/memoizeLast.ts"
import { figureOf, cellText } from "./cells.ts"
import type { Unit } from "./state.ts"
import type { Column, Row, Table } from "./table.ts"
import { sumOf } from "./totals.ts"

/** The widest title of a column; a status can be any word. */
const maxTitleWidth = 16

const magnitude = (column: Column, row: Row, unit: Unit): number => {
  const figure = figureOf(column, row, unit)
  return typeof figure === "number" ? figure : -1
}

const widthOf = (column: Column, { rows, total }: Table, unit: Unit): number => {
  // One more for the arrow of the sorted column.
  const title = Math.min(maxTitleWidth, stringWidth(column.title) + 1)
  const wider = (width: number, row: Row) => Math.max(width, stringWidth(cellText(column, row, unit)))
  if (column.kind === "bar") return column.width?.[0] ?? title
  if (column.kind === "text") return Math.min(column.width?.[0] ?? maxTitleWidth, rows.reduce(wider, title))
  const greatest = rows.reduce(
    (most, row) => (magnitude(column, row, unit) > magnitude(column, most, unit) ? row : most),
    total,
  )
  return [total, greatest].reduce(wider, title)
}

/** The width of each column: of its longest text, within bounds, or its greatest figure. */
export const widthsOf = memoizeLast((table: Table, unit: Unit): ReadonlyArray<number> =>
  table.columns.map((column) => widthOf(column, table, unit)),
)

/** The index of the current column; in a table without it, the first column that is not fixed. */
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
 * The columns that fit: the fixed ones, and as many of the others as fit from `left` on, scrolled as little as needed to
 * show the current one.
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
  // If all columns to the right fit, there may be room for some on the left.
  while (start > 0 && taken(others.slice(start - 1)) <= room) start -= 1
  return { indices: [...fixed, ...others.slice(start, fitting(start))], left: start }
}
