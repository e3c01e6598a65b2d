/**
 * `dwell export`: files for a warehouse.
 */
import { dirname, join } from "node:path"
import * as Export from "@dwell/core/Export"
import { type Column, csv, ndjson, type TableEncoder } from "@dwell/core/format/table"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { UserError, UsageError, toUsageError } from "../errors.ts"
import * as OutputFiles from "../outputFiles.ts"
import { help } from "@dwell/terminal/help"
import * as shared from "../logSource/options.ts"
import { say } from "../output.ts"
import * as Progress from "../progress.ts"
import { plural } from "../format.ts"
import type { FigureOptions } from "../logSource/options.ts"
import { loadEvents, loadQuestion } from "../logSource/question.ts"

type Format = "parquet" | "csv" | "ndjson"
type What = "events" | "intervals"

type Encode = (columns: ReadonlyArray<Column>) => TableEncoder

/** Parquet is loaded only when it is needed. */
const encoderOf = (format: Format): Effect.Effect<Encode> =>
  format === "parquet"
    ? Effect.map(
        Effect.promise(() => import("@dwell/core/format/parquet")),
        ({ encoder }) => encoder,
      )
    : Effect.succeed({ csv, ndjson }[format])

/** An option that applies to intervals only. */
const intervalsOnlyOption = ({ agents, capStale, categories }: FigureOptions): string | undefined =>
  capStale ? "--cap-stale" : Option.isSome(categories) ? "--categories" : Option.isSome(agents) ? "--agents" : undefined

/** The complete table; fails if part of it is missing, since a file can't say so. */
const tableOf = (what: What, options: FigureOptions) =>
  Effect.gen(function* () {
    const { table, uncovered } =
      what === "events"
        ? yield* Effect.map(loadEvents(options), ({ log, uncovered: missing, window }) => ({
            table: Export.events(log, window),
            uncovered: missing,
          }))
        : yield* Effect.map(loadQuestion(options), ({ log, question }) => ({
            table: Export.intervals(log, question),
            uncovered: question.uncovered ?? [],
          }))
    if (uncovered.length > 0) {
      const more = Option.isSome(options.api) ? "Push it" : "Leave out --offline"
      yield* new UserError({
        message: `Part of the window is missing, so nothing was written. ${more}, or give a window that is stored.`,
      })
    }
    return table
  })

/** How much has been written. */
interface Written {
  readonly files: number
  readonly rows: number
  readonly bytes: number
}

/** Fills a file, and shows the progress. */
const filling = (output: string, encode: Encode, { columns }: Export.Table) =>
  Effect.map(Progress.make, (meter) => {
    let rows = 0
    let bytes = 0
    return {
      fill: (rowGroups: Iterable<Export.RowGroup>) => (write: OutputFiles.Write) =>
        Effect.gen(function* () {
          const encoder = encode(columns)
          const out = (block: Uint8Array) => {
            bytes += block.length
            return block.length === 0 ? Effect.void : write(block)
          }
          for (const rowGroup of rowGroups) {
            yield* out(encoder.write(rowGroup))
            rows += rowGroup.length
            yield* meter.show(() => `Writing ${output}  ${plural(rows, "row")}`)
          }
          yield* out(encoder.end())
        }).pipe(Effect.ensuring(meter.clear)),
      written: (files: number): Written => ({ files, rows, bytes }),
    }
  })

interface Target {
  readonly output: string
  readonly overwrite: boolean
  readonly format: Format
}

const writeFile = ({ format, output, overwrite }: Target, table: Export.Table) =>
  Effect.gen(function* () {
    const { fill, written } = yield* filling(output, yield* encoderOf(format), table)
    const writer = yield* OutputFiles.atomicWriter
    yield* writer.write(output, dirname(output), fill(table.rowGroups()))
    if (!overwrite) yield* OutputFiles.refuseExisting([output])
    yield* writer.publish([])
    return written(1)
  })

const writeDays = ({ format, output, overwrite }: Target, table: Export.Table) =>
  Effect.gen(function* () {
    const days = yield* Effect.mapError(Export.days(table), toUsageError)
    // As Hive names folders.
    const fileOf = (day: string) => join(output, `day=${day}`, `part-0.${format}`)
    const inWindow = (yield* OutputFiles.namesIn(output)).flatMap((name) => {
      const day = /^day=(.+)$/.exec(name)?.[1] ?? ""
      return day >= days.first && day <= days.last ? [fileOf(day)] : []
    })
    const files = days.names.map(fileOf)
    const there = yield* OutputFiles.existing([...new Set([...inWindow, ...files])].toSorted())
    if (!overwrite) yield* OutputFiles.refuseExisting(there)
    const { fill, written } = yield* filling(output, yield* encoderOf(format), table)
    const writer = yield* OutputFiles.atomicWriter
    yield* OutputFiles.folder(output)
    for (const { day, rowGroups } of days.each()) yield* writer.write(fileOf(day), output, fill(rowGroups))
    yield* writer.publish(there.filter((name) => !files.includes(name)))
    return written(files.length)
  })

export const exportCommand = Command.make(
  "export",
  {
    ...shared.figures,
    format: Options.choice("format", ["parquet", "csv", "ndjson"]).pipe(
      Options.withDescription("File format. Default: parquet"),
      Options.withDefault("parquet" as const),
    ),
    what: Options.choice("what", ["events", "intervals"]).pipe(
      Options.withDescription(
        "Events, or the intervals between them; --cap-stale, --categories and --agents apply to intervals only. Default: events",
      ),
      Options.withDefault("events" as const),
    ),
    partition: Options.choice("partition", ["none", "day"]).pipe(
      Options.withDescription(
        "One file, or one per UTC day in a folder of its own, such as day=2026-11-23. Default: none",
      ),
      Options.withDefault("none" as const),
    ),
    output: Options.text("output").pipe(
      Options.withPseudoName("PATH"),
      Options.withDescription("The file to write; with --partition day, the folder"),
    ),
    overwrite: Options.boolean("overwrite").pipe(
      Options.withDescription("Replace existing files; with --partition day, those of the window's days"),
    ),
  },
  ({ format, output, overwrite, partition, what, ...options }) =>
    Effect.gen(function* () {
      const foreign = what === "events" ? intervalsOnlyOption(options) : undefined
      if (foreign !== undefined) {
        yield* new UsageError({
          message: `${foreign} does not apply to events. Leave it out, or add --what intervals.`,
        })
      }
      const isParted = partition === "day"
      // Checked before a long read, not after it.
      if (!isParted) yield* OutputFiles.checkWritable(output)
      if (!isParted && !overwrite) yield* OutputFiles.refuseExisting([output])
      const table = yield* tableOf(what, options)
      const written = yield* (isParted ? writeDays : writeFile)({ format, output, overwrite }, table)
      const rows = plural(written.rows, what === "events" ? "event" : "interval")
      yield* say(`${output}: ${rows} in ${plural(written.files, "file")}, ${plural(written.bytes, "byte")}.`)
    }).pipe(Effect.scoped),
).pipe(
  Command.withDescription(
    help(
      "Writes files for a warehouse: the events of the window and each agent's last event before it, so that sums are right; " +
        "or the intervals. A file appears only when it is complete. `dwell sql` prints the query for these files.",
      [
        ["dwell export --from -30d --to today --output events.parquet", "the last 30 days as one file"],
        [
          "dwell export --from yesterday --to today --partition day --output lake",
          "one folder per UTC day, to run daily; add --tz UTC to write whole days",
        ],
        ["dwell export --what intervals --format csv --output intervals.csv", "today's intervals as CSV"],
      ],
    ),
  ),
)
