import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { runs } from "@dwell/testing/effort"
import * as scratch from "@dwell/testing/scratch"
import * as fc from "effect/FastCheck"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import * as Export from "../../src/export/Export.ts"
import * as parquet from "../../src/format/parquet.ts"
import { csv } from "../../src/format/table.ts"
import * as WarehouseSql from "../../src/export/WarehouseSql.ts"
import { type Answered, clickhouse, clickhouseMissing, duckdb, postgres } from "./engines.ts"
import { asRows, type Case, cases, expected, fileOf, partitions } from "./cases.ts"
import { logOf } from "../logs.ts"

const { columns } = Export.events(logOf([]), { from: 0, to: 0 })

/** A new folder whose name has to be quoted; DuckDB finds nothing in one with a backslash. */
const folderFor = (name: string): string => mkdtempSync(join(scratch.folder(), `${name}'s "lake" ü `))

const write = (folder: string, day: string, bytes: Uint8Array) => {
  mkdirSync(join(folder, `day=${day}`), { recursive: true })
  writeFileSync(join(folder, `day=${day}`, "part-0.parquet"), bytes)
}

const key = ([agent, status]: Answered[number]): string =>
  `${agent?.padStart(12, "0")} ${status === null ? 1 : 0} ${status}`

/** Sums by agent and status, since engines order text by rules of their own; ClickHouse says 1 and 0 for true and false. */
const comparable = (what: WarehouseSql.Query, rows: Answered): Answered =>
  what === "sums"
    ? rows.toSorted((one, other) => (key(one) < key(other) ? -1 : 1))
    : rows.map((row) => [...row.slice(0, -1), String(row.at(-1) === "1" || row.at(-1) === "true")])

/** What an engine answers to a case, and what the kernel does. */
const both = async (what: WarehouseSql.Query, given: Case, answer: Promise<Answered> | Answered) => ({
  found: comparable(what, await answer),
  expected: comparable(what, expected[what](given)),
})

/** The ways in which a log comes to be Parquet files in a folder. */
const ways: Readonly<Record<string, (folder: string, given: Case) => void>> = {
  "rows as delivered": (folder, { events }) => {
    const middle = Math.floor(events.length / 3)
    const parts = [events.slice(0, middle), events.slice(middle)]
    for (const [at, part] of parts.entries())
      writeFileSync(join(folder, `${at}.parquet`), fileOf(parquet.encoder(columns), [asRows(part)]))
  },
  "an export": (folder, { events, window }) => {
    const table = Export.events(logOf(events), window)
    writeFileSync(join(folder, "events.parquet"), fileOf(parquet.encoder(table.columns), table.rowGroups()))
  },
  "an export by day": (folder, { events, window }) => {
    for (const { bytes, day } of partitions(Export.events(logOf(events), window), parquet.encoder))
      write(folder, day, bytes)
  },
  "days exported one by one": (folder, { events, window }) => {
    let { from } = window
    do {
      const to = Math.min(window.to, (Math.floor(from / 86_400) + 1) * 86_400)
      for (const { bytes, day } of partitions(Export.events(logOf(events), { from, to }), parquet.encoder))
        write(folder, day, bytes)
      from = to
    } while (from < window.to)
  },
}

const every = WarehouseSql.queries.flatMap((what) =>
  Object.entries(ways).map(([way, files]) => [what, way, files] as const),
)

describe("DuckDB", () => {
  let engine: Awaited<ReturnType<typeof duckdb>>
  beforeAll(async () => {
    engine = await duckdb()
  })
  afterAll(() => engine.close())

  it.each(every)("answers %s from %s", async (what, _, files) => {
    await fc.assert(
      fc.asyncProperty(cases, async (given) => {
        const folder = folderFor("duckdb")
        files(folder, given)
        const answer = await both(
          what,
          given,
          engine.ask(WarehouseSql.sql({ ...given, dialect: "duckdb", what, source: folder })),
        )
        expect(answer.found).toEqual(answer.expected)
      }),
      { numRuns: runs(12), seed: 11 },
    )
  })

  it("reads one file by its name", async () => {
    const path = join(folderFor("one"), "o'clock.parquet")
    writeFileSync(path, fileOf(parquet.encoder(columns), []))
    expect(
      await engine.ask(
        WarehouseSql.sql({ dialect: "duckdb", what: "sums", source: path, window: { from: 0, to: 9 }, now: 9 }),
      ),
    ).toEqual([])
  })
})

describe("PostgreSQL", () => {
  let engine: Awaited<ReturnType<typeof postgres>>
  const source = 'dwell.agent "events"'
  /** What the query's comment says, as statements. */
  const [create = "", copy = ""] = WarehouseSql.sql({
    dialect: "postgres",
    what: "sums",
    source,
    window: { from: 0, to: 0 },
    now: 0,
  })
    .split("\n")
    .filter((line) => line.startsWith("--   "))
    .map((line) => line.slice(5))
    .join("\n")
    .split("\\copy")
  const name = '"dwell"."agent ""events"""'

  beforeAll(async () => {
    engine = await postgres()
    await engine.run("CREATE SCHEMA dwell")
    await engine.run(create)
  })
  afterAll(() => engine.close())

  it.each(WarehouseSql.queries)("answers %s from rows as delivered", async (what) => {
    await fc.assert(
      fc.asyncProperty(cases, async (given) => {
        await engine.fill(name, given.events)
        const answer = await both(
          what,
          given,
          engine.ask(WarehouseSql.sql({ ...given, dialect: "postgres", what, source })),
        )
        expect(answer.found).toEqual(answer.expected)
      }),
      { numRuns: runs(12), seed: 11 },
    )
  })

  it.each(WarehouseSql.queries)(
    "answers %s from an export in CSV that was copied as the comment says",
    async (what) => {
      await fc.assert(
        fc.asyncProperty(cases, async (given) => {
          const table = Export.events(logOf(given.events), given.window)
          await engine.fill(name, [])
          await engine.copy(`COPY ${copy}`, new Blob([new Uint8Array(fileOf(csv(table.columns), table.rowGroups()))]))
          const answer = await both(
            what,
            given,
            engine.ask(WarehouseSql.sql({ ...given, dialect: "postgres", what, source })),
          )
          expect(answer.found).toEqual(answer.expected)
        }),
        { numRuns: runs(12), seed: 11 },
      )
    },
  )
})

describe.skipIf(clickhouseMissing !== null)(
  `ClickHouse${clickhouseMissing === null ? "" : ` (${clickhouseMissing})`}`,
  () => {
    let engine: ReturnType<typeof clickhouse>
    beforeAll(() => {
      engine = clickhouse()
    })
    afterAll(() => engine.close())

    it.each(every)("answers %s from %s", async (what, _, files) => {
      await fc.assert(
        fc.asyncProperty(cases, async (given) => {
          const folder = folderFor("click\\nhouse")
          files(folder, given)
          const answer = await both(
            what,
            given,
            engine.ask(WarehouseSql.sql({ ...given, dialect: "clickhouse", what, source: folder })),
          )
          expect(answer.found).toEqual(answer.expected)
        }),
        { numRuns: runs(10), seed: 11 },
      )
    })
  },
)
