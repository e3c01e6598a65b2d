/**
 * Apache Parquet, for warehouses.
 *
 * Shape    row groups of 122,880 rows, as DuckDB makes them, the last one shorter; Snappy. `id` and `integer` are INT64, `text` is a UTF-8 STRING
 *          with a dictionary where it pays, `flag` is a BOOLEAN
 * Fails    never
 * Source   https://parquet.apache.org/docs/file-format/
 * Cost     memory for one row group and its encoding
 */
import { ByteWriter } from "hyparquet-writer/src/bytewriter.js"
import { ParquetWriter } from "hyparquet-writer/src/parquet-writer.js"
import { type Cell, type Column, type TableEncoder } from "./table.ts"

/** How many rows a row group has. */
export const rowsAGroup = 122_880

const physical = ({ type }: Column) =>
  type === "flag"
    ? { type: "BOOLEAN" as const }
    : type === "text"
      ? { type: "BYTE_ARRAY" as const, converted_type: "UTF8" as const }
      : { type: "INT64" as const }

/** What takes cells in until they are a row group. */
const stored = ({ type }: Column, cell: Cell): Cell =>
  type === "integer" && typeof cell === "number" ? BigInt(cell) : cell

/**
 * Makes an encoder of one file.
 *
 * @example
 * const { end, write } = parquet.encoder([{ name: "uid", type: "id" }])
 * write({ length: 1, cells: [[7n]] }).length // => 4
 * end().length > 100 // => true
 */
export const encoder = (columns: ReadonlyArray<Column>): TableEncoder => {
  const bytes = new ByteWriter()
  const file = new ParquetWriter({
    writer: bytes,
    createdBy: "dwell",
    schema: [
      { name: "root", num_children: columns.length },
      ...columns.map((column) => ({
        name: column.name,
        ...physical(column),
        repetition_type: column.nullable === true ? ("OPTIONAL" as const) : ("REQUIRED" as const),
      })),
    ],
  })
  let held: ReadonlyArray<Array<Cell>> = columns.map(() => [])
  let length = 0
  /** Hands over what has been written, and takes its memory back. */
  const taken = (): Uint8Array => {
    const written = bytes.getBytes().slice()
    bytes.index = 0
    return written
  }
  const group = () => {
    const columnData = columns.map((column, at) => ({ name: column.name, data: held[at] ?? [] }))
    // A promise comes from writers that wait for something; this one has memory alone.
    void file.write({ columnData, rowGroupSize: rowsAGroup })
    held = columns.map(() => [])
    length = 0
  }
  return {
    write: (rows) => {
      let from = 0
      while (from < rows.length) {
        const to = Math.min(rows.length, from + rowsAGroup - length)
        columns.forEach((column, at) => {
          const cells = rows.cells[at] ?? []
          const into = held[at] ?? []
          for (let row = from; row < to; row++) into.push(stored(column, cells[row] ?? null))
        })
        length += to - from
        from = to
        if (length === rowsAGroup) group()
      }
      return taken()
    },
    end: () => {
      if (length > 0) group()
      void file.finish()
      return taken()
    },
  }
}
