/**
 * Rows as tables, for people.
 */
import * as ReportRows from "@dwell/core/ReportRows"
import stringWidth from "string-width"
import { printable, wrapped } from "@dwell/terminal/text"
import { count, fit } from "../format.ts"
import { type Ink, ink, type Style } from "@dwell/terminal/style"

type Cell = ReportRows.Cell

export interface Column<Row> {
  /** The name in CSV and NDJSON, for rows without columns in core; absent = not there. */
  readonly key?: string
  /** The heading in tables; absent = not shown there. */
  readonly title?: string
  readonly value: (row: Row) => Cell
  /** The text in tables. Default: the value, made safe for terminals; `–` for `null`. */
  readonly show?: (row: Row, value: Cell) => string
  readonly align?: "left" | "right"
  /** In a narrow terminal the column with the lowest number is left out first; without a number it stays. */
  readonly priority?: number
  readonly ink?: (row: Row) => Ink | undefined
  /** Left out of tables if no row has a value. */
  readonly hiddenWhenEmpty?: boolean
  /** A line below the table that explains the column, where it is shown. */
  readonly note?: string
}

export interface Table<Row> {
  readonly columns: ReadonlyArray<Column<Row>>
  readonly rows: ReadonlyArray<Row>
}

/** The style of a column in tables. */
export type CellStyle<Row> = Omit<Column<Row>, "key" | "value">

/** The columns of core that have a style, in their order. */
export const styledColumns = <Row, Key extends string>(
  columns: Readonly<Record<Key, (row: Row) => Cell>>,
  styles: Readonly<Partial<Record<NoInfer<Key>, CellStyle<NoInfer<Row>>>>>,
): ReadonlyArray<Column<Row>> => {
  const styleOf = new Map<string, CellStyle<Row>>(Object.entries(styles))
  return Object.entries<(row: Row) => Cell>(columns).flatMap(([key, value]) => {
    const look = styleOf.get(key)
    return look === undefined ? [] : [{ ...look, value }]
  })
}

/** A figure aligned to the right; a dash for `null`. */
export const figure = (
  title: string,
  show: (value: number) => string = count,
): Pick<Column<unknown>, "title" | "align" | "show"> => ({
  title,
  show: (_, value) => (typeof value === "number" ? show(value) : "–"),
  align: "right",
})

/** The columns that have a name, for CSV and NDJSON. */
export const rowsOf = <Row>({ columns, rows }: Table<Row>): ReportRows.Rows =>
  ReportRows.of(
    Object.fromEntries(columns.flatMap(({ key, value }) => (key === undefined ? [] : [[key, value]]))),
    rows,
  )

const cellText = <Row>(column: Column<Row>, row: Row): string => {
  const value = column.value(row)
  if (column.show !== undefined) return column.show(row, value)
  return value === null ? "–" : printable(String(value))
}

const titledColumns = <Row>(columns: ReadonlyArray<Column<Row>>, rows: ReadonlyArray<Row>) =>
  columns.filter(
    ({ hiddenWhenEmpty = false, title, value }) =>
      title !== undefined && !(hiddenWhenEmpty && rows.every((row) => (value(row) ?? "") === "")),
  )

/** Escapes Markdown: a bar would end a cell, a backslash would undo an escape, a < would start HTML. */
export const escaped = (text: string): string => text.replaceAll(/[\\|<]/g, "\\$&")

/** A Markdown table, with numbers aligned to the right. */
export const markdown = function* <Row>({ columns, rows }: Table<Row>): Generator<string> {
  const titled = titledColumns(columns, rows)
  const line = (cells: ReadonlyArray<string>) => `| ${cells.map(escaped).join(" | ")} |`
  yield line(titled.map(({ title = "" }) => title))
  yield line(titled.map(({ align }) => (align === "right" ? "---:" : "---")))
  for (const row of rows) yield line(titled.map((column) => cellText(column, row)))
  const notes = titled.flatMap(({ note }) => (note === undefined ? [] : [`- ${note}`]))
  if (notes.length > 0) yield* ["", ...notes]
}

const gap = "  "

/** Leaves out the least important columns until the rest fits, then shortens the widest text. */
const fitColumns = (
  widths: ReadonlyArray<number>,
  columns: ReadonlyArray<Pick<Column<never>, "priority" | "align">>,
  width: number,
) => {
  const visible = columns.map((_, index) => index)
  const total = () =>
    visible.reduce((sum, index) => sum + (widths[index] ?? 0), gap.length * Math.max(0, visible.length - 1))
  while (total() > width) {
    const first = visible
      .filter((index) => columns[index]?.priority !== undefined)
      .toSorted((one, other) => (columns[one]?.priority ?? 0) - (columns[other]?.priority ?? 0))[0]
    if (first === undefined) break
    visible.splice(visible.indexOf(first), 1)
  }
  const final = [...widths]
  for (let over = total() - width; over > 0; over--) {
    const widest = visible
      .filter((index) => columns[index]?.align !== "right" && (final[index] ?? 0) > 6)
      .toSorted((one, other) => (final[other] ?? 0) - (final[one] ?? 0))[0]
    if (widest === undefined) break
    final[widest] = (final[widest] ?? 0) - 1
  }
  return { visible, widths: final }
}

/** A table that fits the terminal, numbers aligned to the right. */
export const table = function* <Row>({ columns, rows }: Table<Row>, style: Style): Generator<string> {
  const titled = titledColumns(columns, rows)
  const lines = rows.map((row) => ({ row, cells: titled.map((column) => cellText(column, row)) }))
  const natural = titled.map(({ title = "" }, index) =>
    lines.reduce((width, { cells }) => Math.max(width, stringWidth(cells[index] ?? "")), stringWidth(title)),
  )
  const { visible, widths } = fitColumns(natural, titled, style.width)
  const line = (cell: (index: number) => string, paint: (index: number, text: string) => string) =>
    visible
      .map((index) => paint(index, fit(cell(index), widths[index] ?? 0, titled[index]?.align ?? "left")))
      .join(gap)
      .trimEnd()
  yield line(
    (index) => titled[index]?.title ?? "",
    (_, text) => ink(style, "bold", text),
  )
  for (const { cells, row } of lines) {
    yield line(
      (index) => cells[index] ?? "",
      (index, text) => {
        const colour = titled[index]?.ink?.(row)
        return colour === undefined ? text : ink(style, colour, text)
      },
    )
  }
  const left = titled.filter(({ title }, index) => title !== "" && !visible.includes(index))
  const notes = visible.flatMap((index) => titled[index]?.note ?? [])
  if (left.length + notes.length > 0) yield ""
  for (const note of notes) yield* stringWidth(note) <= style.width ? [note] : wrapped(note, style.width)
  if (left.length > 0) {
    const names = left.map(({ title = "" }) => title).join(", ")
    yield* wrapped(`No room for ${names}: widen the terminal, or use --format csv.`, style.width).map((text) =>
      ink(style, "dim", text),
    )
  }
}
