/**
 * Tables for warehouses: columns with a type each, and what every encoder of them offers; CSV and NDJSON are here,
 * Parquet is a module of its own.
 *
 * Shape    CSV as csv.ts writes it: `null` and the empty text are an empty cell. NDJSON: ids are texts, since a number of
 *          JSON may lose what a double does not hold
 * Fails    never
 */
import { cellText } from "./csv/decoder.ts"

/** `id` is exact to 2^63 - 1, `integer` to 2^53. */
export type Type = "id" | "integer" | "text" | "flag"

export interface Column {
  readonly name: string
  readonly type: Type
  /** Whether a cell may be `null`. Default: no. */
  readonly nullable?: boolean
}

export type Cell = bigint | number | string | boolean | null

/** Rows as columns: of each column its cells, all of one length. */
export interface Rows {
  readonly length: number
  readonly cells: ReadonlyArray<ArrayLike<Cell>>
}

/** The bytes of all `write`s and of the one `end`, joined in order, are the file. */
export interface TableEncoder {
  readonly write: (rows: Rows) => Uint8Array
  readonly end: () => Uint8Array
}

const nothing = new Uint8Array(0)

const lines = (head: string, row: (cells: Rows["cells"], index: number) => string): TableEncoder => {
  const utf8 = new TextEncoder()
  let opening = head
  return {
    write: ({ cells, length }) => {
      let text = opening
      opening = ""
      for (let index = 0; index < length; index++) text += `${row(cells, index)}\n`
      return utf8.encode(text)
    },
    end: () => (opening === "" ? nothing : utf8.encode(opening)),
  }
}

/** Makes an encoder of CSV. */
export const csv = (columns: ReadonlyArray<Column>): TableEncoder =>
  lines(`${columns.map(({ name }) => name).join(",")}\n`, (cells, index) =>
    cells.map((column) => cellText(String(column[index] ?? ""))).join(","),
  )

/** Makes an encoder of NDJSON. */
export const ndjson = (columns: ReadonlyArray<Column>): TableEncoder => {
  const keys = columns.map(({ name }) => `${JSON.stringify(name)}:`)
  return lines("", (cells, index) => {
    const fields = cells.map((column, at) => {
      const cell = column[index] ?? null
      return `${keys[at]}${JSON.stringify(typeof cell === "bigint" ? String(cell) : cell)}`
    })
    return `{${fields.join(",")}}`
  })
}
