/**
 * Rows under columns, as wide as a terminal: which columns have room, and each row as one line.
 *
 * Shape    widths follow from the columns alone, so that nothing jumps when other rows come into view
 */
import stringWidth from "string-width"
import { fit } from "../../format.ts"
import type { ColourRole, Theme } from "../theme.ts"

/** What a cell shows where nothing is known. */
export const none = "–"

export interface Column<Row> {
  readonly name: string
  readonly title: string
  /** Cells it needs. */
  readonly width: number
  /** Cells it takes where there is room to spare. */
  readonly maxWidth?: number
  readonly align?: "left" | "right"
  /** Columns with the lowest priority are dropped first if there is no room; without one a column stays. */
  readonly priority?: number
  /** The text, and its colour role. */
  readonly text?: (row: Row) => string
  readonly part?: (row: Row) => ColourRole
  /** Replaces `text`: what the cell shows, painted, exactly `width` wide. */
  readonly draw?: (row: Row, width: number) => string
}

export interface PlacedColumn<Row> {
  readonly column: Column<Row>
  readonly width: number
}

const gap = 1

/** The columns that fit, and how wide each is. Spare room goes to the columns that can use it. */
export const placeColumns = <Row>(
  columns: ReadonlyArray<Column<Row>>,
  width: number,
): ReadonlyArray<PlacedColumn<Row>> => {
  const visible = [...columns]
  const needed = () => visible.reduce((sum, column) => sum + column.width + gap, -gap)
  while (needed() > width) {
    const first = visible
      .filter(({ priority }) => priority !== undefined)
      .toSorted((one, other) => (one.priority ?? 0) - (other.priority ?? 0))[0]
    if (first === undefined) break
    visible.splice(visible.indexOf(first), 1)
  }
  const widths = visible.map((column) => column.width)
  for (let spare = width - needed(); spare > 0; spare--) {
    const [next] = visible
      .map((column, index) => ({ index, room: (column.maxWidth ?? column.width) - (widths[index] ?? 0) }))
      .filter(({ room }) => room > 0)
      // Text first: a bar can use any room, and would leave none.
      .toSorted((one, other) => one.room - other.room || one.index - other.index)
    if (next === undefined) break
    widths[next.index] = (widths[next.index] ?? 0) + 1
  }
  return visible.map((column, index) => ({ column, width: widths[index] ?? column.width }))
}

/** The heads of columns. The column that rows are sorted by has an arrow; the current column stands out. */
export const head = <Row>(
  columns: ReadonlyArray<PlacedColumn<Row>>,
  theme: Theme,
  { chosen, isDescending, sort }: { readonly chosen?: string; readonly sort?: string; readonly isDescending?: boolean },
): string =>
  columns
    .map(({ column: { align = "left", name, title }, width }) => {
      const arrow = name === sort ? (isDescending === true ? theme.marks.down : theme.marks.up) : ""
      const isRoomy = stringWidth(title) + stringWidth(arrow) <= width
      // If there is no room for both, the title is cut: the order of rows matters more.
      const text = isRoomy
        ? fit(`${title}${arrow}`, width, align)
        : `${fit(title, Math.max(0, width - stringWidth(arrow)), align)}${arrow}`
      // With a background, since without colours both are bold.
      return name === chosen ? theme.paint("cursor", theme.paint("accent", text)) : theme.paint("title", text)
    })
    .join(" ".repeat(gap))

/** A row as a line. */
export const line = <Row>(columns: ReadonlyArray<PlacedColumn<Row>>, row: Row, theme: Theme): string =>
  columns
    .map(({ column: { align = "left", draw, part, text }, width }) => {
      if (draw !== undefined) return draw(row, width)
      const fitted = fit(text?.(row) ?? "", width, align)
      return part === undefined ? fitted : theme.paint(part(row), fitted)
    })
    .join(" ".repeat(gap))
