/**
 * Apache Parquet, for warehouses.
 *
 * Shape    row groups of 65,536 rows, the last one shorter; Snappy. `id` and `integer` are INT64, `text` is a UTF-8 STRING
 *          with a dictionary where it pays, `flag` is a BOOLEAN
 * Fails    never
 * Source   https://parquet.apache.org/docs/file-format/
 * Cost     one row group and its encoding: a heap of 24 MB is enough
 */
import { ByteWriter } from "hyparquet-writer/src/bytewriter.js"
import { ParquetWriter } from "hyparquet-writer/src/parquet-writer.js"
import type { Cell, Column, TableEncoder } from "./table.ts"

/** How many rows a row group has. */
export const rowsPerGroup = 65_536

const physical = ({ type }: Column) =>
  type === "flag"
    ? { type: "BOOLEAN" as const }
    : type === "text"
      ? { type: "BYTE_ARRAY" as const, converted_type: "UTF8" as const }
      : { type: "INT64" as const }

/** Takes the cells of a column in until they are a row group. */
interface BufferedColumn {
  readonly put: (row: number, cell: Cell) => void
  readonly first: (rows: number) => BigInt64Array | Array<Cell>
}

const exact = (cell: Cell): bigint => (typeof cell === "bigint" ? cell : BigInt(Number(cell)))

const bufferColumn = ({ nullable = false, type }: Column): BufferedColumn => {
  const isWhole = type === "id" || type === "integer"
  if (isWhole && !nullable) {
    const cells = new BigInt64Array(rowsPerGroup)
    return {
      put: (row, cell) => {
        cells[row] = exact(cell)
      },
      first: (rows) => cells.subarray(0, rows),
    }
  }
  const cells: Array<Cell> = []
  return {
    put: (row, cell) => {
      cells[row] = isWhole && cell !== null ? exact(cell) : cell
    },
    first: (rows) => cells.slice(0, rows),
  }
}

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
  const holds = columns.map(bufferColumn)
  let length = 0
  /** Hands over what has been written, and takes its memory back. */
  const taken = (): Uint8Array => {
    const written = bytes.getBytes().slice()
    bytes.index = 0
    return written
  }
  const group = () => {
    const columnData = columns.map(({ name }, at) => ({ name, data: holds[at]?.first(length) ?? [] }))
    // A promise comes from writers that wait for something; this one has memory alone.
    void file.write({ columnData, rowGroupSize: rowsPerGroup })
    length = 0
  }
  return {
    write: (rows) => {
      let from = 0
      while (from < rows.length) {
        const to = Math.min(rows.length, from + rowsPerGroup - length)
        holds.forEach(({ put }, at) => {
          const cells = rows.cells[at] ?? []
          for (let row = from; row < to; row++) put(length + row - from, cells[row] ?? null)
        })
        length += to - from
        from = to
        if (length === rowsPerGroup) group()
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
