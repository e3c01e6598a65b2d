/**
 * Reads the columns of the benchmarks' data.
 *
 * Fails    on a `columns.json` of another shape, and on a column that ends early
 */
import { closeSync, openSync, readFileSync, readSync } from "node:fs"
import * as Schema from "effect/Schema"
import type * as EventBatch from "../src/events/EventBatch.ts"
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

/** The same numbers in the same memory, so that reading them leaves nothing behind that would count as ours. */
const asDoubles = (whole: BigInt64Array): Float64Array => {
  const doubles = new Float64Array(whole.buffer)
  for (let row = 0; row < whole.length; row++) doubles[row] = Number(whole[row] ?? 0n)
  return doubles
}

/** The rows as one batch, in the order of delivery. */
export const batchOf = (folder: string): EventBatch.EventBatch => {
  const { agents, rows, statuses, subcodes } = columns(folder)
  return {
    length: rows,
    uid: column(folder, "uid", new BigInt64Array(rows)),
    uts: asDoubles(column(folder, "uts", new BigInt64Array(rows))),
    callid: column(folder, "callid", new BigInt64Array(rows)),
    agent: column(folder, "agent", new Uint32Array(rows)),
    status: column(folder, "status", new Uint8Array(rows)),
    subcode: column(folder, "subcode", new Uint8Array(rows)),
    agents,
    statuses,
    subcodes,
  }
}
