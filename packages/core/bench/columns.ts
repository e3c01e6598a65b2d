/**
 * Reads the columns of the benchmarks' data.
 *
 * Fails    on a `columns.json` of another shape, and on a column that ends early
 */
import { closeSync, openSync, readFileSync, readSync } from "node:fs"
import * as Schema from "effect/Schema"
import { type Column, columnFile, fileOf } from "./dataset.ts"

const Columns = Schema.Struct({
  rows: Schema.Number,
  agents: Schema.Array(Schema.Number),
  /** Trimmed and in lower case. */
  statuses: Schema.Array(Schema.String),
  /** The first is the empty text: none. */
  subcodes: Schema.Array(Schema.String),
})
export type Columns = typeof Columns.Type

/** How many rows the columns have, and their dictionaries. */
export const columns = (folder: string): Columns =>
  Schema.decodeUnknownSync(Schema.parseJson(Columns))(readFileSync(fileOf(folder, "columns"), "utf8"))

/** Fills `into` with a column. */
export const column = <A extends Uint8Array | Int32Array | Uint32Array | BigInt64Array>(
  folder: string,
  name: Column,
  into: A,
): A => {
  const file = openSync(columnFile(folder, name), "r")
  const whole = new Uint8Array(into.buffer)
  let filled = 0
  while (filled < whole.length) {
    const length = readSync(file, whole, filled, Math.min(whole.length - filled, 1 << 24), null)
    if (length === 0) throw new Error(`${columnFile(folder, name)} ends early`)
    filled += length
  }
  closeSync(file)
  return into
}
