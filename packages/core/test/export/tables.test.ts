import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { runs } from "@dwell/testing/effort"
import { file, folder } from "@dwell/testing/scratch"
import * as fc from "effect/FastCheck"
import * as esbuild from "esbuild"
import { parquetMetadata, parquetReadObjects } from "hyparquet"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import * as EventBatch from "../../src/events/EventBatch.ts"
import * as Export from "../../src/export/Export.ts"
import * as Format from "../../src/format/Format.ts"
import * as parquet from "../../src/format/parquet.ts"
import { type Cell, type Column, csv, ndjson, type Rows } from "../../src/format/table.ts"
import * as Report from "../../src/report/Report.ts"
import { maxId } from "../../src/events/StatusEvent.ts"
import { asQuestion as asFullQuestion, question, rows as logs } from "../report/generate.ts"
import { duckdb } from "./engines.ts"
import { cases, fileOf, partitions } from "./cases.ts"
import { logOf } from "../logs.ts"

const columns: ReadonlyArray<Column> = [
  { name: "id", type: "id" },
  { name: "maybeId", type: "id", nullable: true },
  { name: "integer", type: "integer" },
  { name: "text", type: "text" },
  { name: "maybeText", type: "text", nullable: true },
  { name: "flag", type: "flag" },
]

const id = fc.oneof(fc.bigInt({ min: 0n, max: 30n }), fc.bigInt({ min: 0n, max: maxId }), fc.constant(maxId))
const text = fc.oneof(
  fc.constantFrom("", "call", "available", "it's", 'say "when"', "a,b\n\tc", "überstunde 🎧"),
  fc.string({ unit: "grapheme" }),
)

const row = fc.tuple(id, fc.option(id), fc.maxSafeInteger(), text, fc.option(text), fc.boolean())

const asPiece = (made: ReadonlyArray<ReadonlyArray<Cell>>): Rows => ({
  length: made.length,
  cells: columns.map((_, at) => made.map((cells) => cells[at] ?? null)),
})

const pieces = fc.array(fc.array(row, { maxLength: 40, size: "max" }), { maxLength: 4 })

const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer

/** A row as every reader gives it: whole numbers of 64 bits. */
const read = (made: ReadonlyArray<Cell>): ReadonlyArray<Cell> =>
  made.map((cell) => (typeof cell === "number" ? BigInt(cell) : cell))

describe("a table in Parquet", () => {
  let engine: Awaited<ReturnType<typeof duckdb>>
  beforeAll(async () => {
    engine = await duckdb()
  })
  afterAll(() => engine.close())

  it("reads back as it was, with hyparquet and with DuckDB", async () => {
    const place = folder()
    let files = 0
    await fc.assert(
      fc.asyncProperty(pieces, async (made) => {
        const bytes = fileOf(parquet.encoder(columns), made.map(asPiece))
        const expected = made.flat().map(read)
        const objects = await parquetReadObjects({ file: bufferOf(bytes) })
        expect(objects.map((object) => columns.map(({ name }): unknown => object[name]))).toEqual(expected)
        const path = join(place, `${files++}.parquet`)
        writeFileSync(path, bytes)
        const shown = (cell: Cell) => (cell === null ? null : String(cell))
        expect(await engine.ask(`FROM read_parquet('${path}')`)).toEqual(expected.map((cells) => cells.map(shown)))
      }),
      { numRuns: runs(25), seed: 3 },
    )
  })

  it("has INT64 for whole numbers, and says what may be null", async () => {
    const path = file("types.parquet", fileOf(parquet.encoder(columns), []))
    expect(
      await engine.ask(`SELECT name, type, repetition_type FROM parquet_schema('${path}') WHERE type IS NOT NULL`),
    ).toEqual([
      ["id", "INT64", "REQUIRED"],
      ["maybeId", "INT64", "OPTIONAL"],
      ["integer", "INT64", "REQUIRED"],
      ["text", "BYTE_ARRAY", "REQUIRED"],
      ["maybeText", "BYTE_ARRAY", "OPTIONAL"],
      ["flag", "BOOLEAN", "REQUIRED"],
    ])
  })

  it("is written by row groups, however rows come in, with dictionaries and Snappy", () => {
    const count = 2 * parquet.rowsPerGroup + 5
    const encoder = parquet.encoder([
      { name: "uid", type: "id" },
      { name: "status", type: "text" },
    ])
    const sizes: Array<number> = []
    const parts: Array<Uint8Array> = []
    for (let from = 0; from < count; from += 50_000) {
      const length = Math.min(50_000, count - from)
      const part = encoder.write({
        length,
        cells: [
          BigInt64Array.from({ length }, (_, at) => BigInt(from + at)),
          Array.from({ length }, (_, at) => `status ${(from + at) % 9}`),
        ],
      })
      sizes.push(part.length)
      parts.push(part)
    }
    // Only the second and the third piece fill a group; the first has the mark that files begin with.
    expect(sizes.map((size) => size > 100)).toEqual([false, true, true])
    const { num_rows: rows, row_groups: groups } = parquetMetadata(bufferOf(Buffer.concat([...parts, encoder.end()])))
    expect(rows).toBe(BigInt(count))
    expect(groups.map((group) => Number(group.num_rows))).toEqual([parquet.rowsPerGroup, parquet.rowsPerGroup, 5])
    const [first] = groups
    expect(first?.columns.map(({ meta_data: data }) => data?.codec)).toEqual(["SNAPPY", "SNAPPY"])
    expect(first?.columns[1]?.meta_data?.encodings).toContain("RLE_DICTIONARY")
  })

  it("is written without anything of Node's", async () => {
    const { outputFiles, warnings } = await esbuild.build({
      entryPoints: [new URL("../../src/format/parquet.ts", import.meta.url).pathname],
      bundle: true,
      platform: "browser",
      format: "esm",
      minify: true,
      write: false,
    })
    expect(warnings).toEqual([])
    expect(outputFiles[0]?.text).not.toMatch(/node:|require\(/)
  })
})

describe("a table in text", () => {
  it("is what the decoders read, where it is of events", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ events, window }) => {
        const table = Export.events(logOf(events), window)
        const expected = [...Export.eventsOf(logOf(events), window)].flatMap((batch) => EventBatch.toEvents(batch))
        for (const [format, encoder] of [["csv", csv] as const, ["ndjson", ndjson] as const]) {
          const bytes = fileOf(encoder(table.columns), table.rowGroups())
          const found = []
          for await (const batch of Format.batches(new Blob([new Uint8Array(bytes)]).stream(), format))
            found.push(...EventBatch.toEvents(batch))
          expect(found).toEqual(expected)
        }
      }),
      { numRuns: runs(25), seed: 4 },
    )
  })

  it("says what is null, true and too large for a double", () => {
    const cells = asPiece([
      [maxId, null, -1, 'a "b"', null, true],
      [0n, 1n, 2, "", "", false],
    ])
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
    expect(decode(fileOf(csv(columns), [cells]))).toBe(
      `id,maybeId,integer,text,maybeText,flag\n9223372036854775807,,-1,"a ""b""",,true\n0,1,2,,,false\n`,
    )
    expect(decode(fileOf(ndjson(columns), [cells]))).toBe(
      `{"id":"9223372036854775807","maybeId":null,"integer":-1,"text":"a \\"b\\"","maybeText":null,"flag":true}\n` +
        `{"id":"0","maybeId":"1","integer":2,"text":"","maybeText":"","flag":false}\n`,
    )
    expect(decode(fileOf(csv(columns), []))).toBe("id,maybeId,integer,text,maybeText,flag\n")
    expect(decode(fileOf(ndjson(columns), []))).toBe("")
  })
})

const lines = (bytes: Uint8Array): ReadonlyArray<string> => new TextDecoder().decode(bytes).split("\n").slice(0, -1)

describe("an export", () => {
  it("of intervals holds those of the report", () => {
    fc.assert(
      fc.property(logs, question, (events, asked) => {
        const log = logOf(events)
        const from = asFullQuestion(asked)
        const found = lines(
          fileOf(ndjson(Export.intervals(log, from).columns), Export.intervals(log, from).rowGroups()),
        )
        const expected = Report.intervals(log, from).intervals.map(({ agent, end, name, start, team, ...rest }) => ({
          agent,
          name,
          team,
          start,
          end,
          seconds: end - start,
          ...rest,
        }))
        expect(found.map((line): unknown => JSON.parse(line))).toEqual(expected)
      }),
      { numRuns: runs(35), seed: 5 },
    )
  })

  it("by day has each row of the export once, in the folder of its UTC day, and what came before in the first", () => {
    fc.assert(
      fc.property(cases, fc.boolean(), (given, isEvents) => {
        const log = logOf(given.events)
        const { now, window } = given
        const table = isEvents
          ? Export.events(log, window)
          : Export.intervals(log, { window, now, zone: { name: "UTC" } })
        const days = partitions(table, ndjson)
        const whole = lines(fileOf(ndjson(table.columns), table.rowGroups()))
        expect(days.flatMap(({ bytes }) => lines(bytes)).toSorted()).toEqual(whole.toSorted())
        expect(days.map(({ day }) => day)).toEqual(days.map(({ day }) => day).toSorted())
        for (const { bytes, day } of days) {
          for (const line of lines(bytes)) {
            const at = Number(/"(?:uts|start)":(-?\d+)/.exec(line)?.[1])
            expect(new Date(1000 * Math.max(window.from, at)).toISOString().slice(0, 10)).toBe(day.slice(0, 10))
          }
        }
      }),
      { numRuns: runs(50), seed: 6 },
    )
  })

  it("by day has the first day of a window without rows, and no day that has no name", () => {
    const window = { from: 86_400, to: 5 * 86_400 }
    expect(partitions(Export.events(logOf([]), window), ndjson).map(({ day }) => day)).toEqual(["1970-01-02"])
    const strange = Export.days(Export.events(logOf([]), { from: 0, to: Number.MAX_SAFE_INTEGER }))
    expect(strange).toMatchObject({ _tag: "Left", left: { what: "--partition day" } })
  })
})
