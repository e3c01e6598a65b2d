/**
 * Long answers, sent as they are made: CSV, NDJSON, or Parquet row group by row group.
 *
 * Cost     one agent's rows and some 64 kB at once; Parquet a row group
 */
import type { Format as Written } from "@dwell/client/contract"
import type * as Export from "@dwell/core/Export"
import { encoder as parquet } from "@dwell/core/format/parquet"
import { csv, ndjson, type TableEncoder } from "@dwell/core/format/table"
import * as ReportRows from "@dwell/core/ReportRows"

type Long = Exclude<Written, "json">

const encoded = function* ({ rowGroups }: Export.Table, encoder: TableEncoder): Generator<Uint8Array, void, void> {
  for (const piece of rowGroups()) yield encoder.write(piece)
  yield encoder.end()
}

const bytesAtOnce = 65_536

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

/** Bytes as a stream, made no faster than it is read. */
const streamOf = (made: Generator<Uint8Array, void, void>): ReadableStream<Uint8Array> =>
  new ReadableStream({
    pull: async (controller) => {
      // As long as it is taken it is made, and others of this thread are answered in between.
      await turn()
      let bytes = 0
      while (bytes < bytesAtOnce) {
        const next = made.next()
        if (next.done === true) {
          controller.close()
          return
        }
        if (next.value.length > 0) controller.enqueue(next.value)
        bytes += next.value.length
      }
    },
    cancel: () => {
      made.return()
    },
  })

const encoders = { csv, ndjson, parquet }

/** A log's own rows, as they can be read again: the bytes of `dwell export`. */
export const events = (table: Export.Table, format: Long): ReadableStream<Uint8Array> =>
  streamOf(encoded(table, encoders[format](table.columns)))

const utf8 = new TextEncoder()

const blocks = function* (lines: Iterable<string>): Generator<Uint8Array, void, void> {
  for (const block of ReportRows.blocks(lines)) yield utf8.encode(block)
}

const lines = { csv: ReportRows.csv, ndjson: ReportRows.ndjson }

/** Intervals, as every answer's rows are written. */
export const intervals = (table: Export.Table, format: Long): ReadableStream<Uint8Array> =>
  format === "parquet"
    ? streamOf(encoded(table, parquet(table.columns)))
    : streamOf(blocks(lines[format](ReportRows.ofTable(table))))
