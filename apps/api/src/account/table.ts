/**
 * Long tables, sent as they are made: CSV, NDJSON, or Parquet row group by row group.
 *
 * Cost     one agent's rows and some 64 kB at once; Parquet a row group
 */
import { type Format } from "@dwell/client/contract"
import type * as Export from "@dwell/core/Export"
import { encoder as parquet } from "@dwell/core/format/parquet"
import { type Column, csv, ndjson, type TableEncoder } from "@dwell/core/format/table"

const encoders: Readonly<Record<Exclude<Format, "json">, (columns: ReadonlyArray<Column>) => TableEncoder>> = {
  csv,
  ndjson,
  parquet,
}

const bytesAtOnce = 65_536

const blocks = function* (
  { columns, pieces }: Export.Table,
  format: Exclude<Format, "json">,
): Generator<Uint8Array<ArrayBufferLike>> {
  const encoder = encoders[format](columns)
  for (const piece of pieces()) yield encoder.write(piece)
  yield encoder.end()
}

/** A table as a stream of bytes, made no faster than it is read. */
export const streamOf = (table: Export.Table, format: Exclude<Format, "json">): ReadableStream<Uint8Array> => {
  const made = blocks(table, format)
  return new ReadableStream({
    pull: (controller) => {
      let bytes = 0
      while (bytes < bytesAtOnce) {
        const { done, value } = made.next()
        if (done === true) {
          controller.close()
          return
        }
        if (value.length > 0) controller.enqueue(value)
        bytes += value.length
      }
    },
    cancel: () => {
      made.return(undefined)
    },
  })
}
