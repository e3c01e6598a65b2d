/** The engines that analysts have: each takes a query as it is and answers rows. */
import { existsSync } from "node:fs"
import { createRequire } from "node:module"
import { fileURLToPath } from "node:url"
import { DuckDBInstance } from "@duckdb/node-api"
import { PGlite } from "@electric-sql/pglite"
import type { StatusEvent } from "../../src/events/StatusEvent.ts"

/** A cell as text, so that engines that answer 64-bit integers in different types can be compared. */
export type Answered = ReadonlyArray<ReadonlyArray<string | null>>

const shown = (cell: unknown): string | null =>
  cell === null || cell === undefined
    ? null
    : typeof cell === "string"
      ? cell
      : typeof cell === "bigint"
        ? String(cell)
        : JSON.stringify(cell)

const table = (rows: ReadonlyArray<ReadonlyArray<unknown>>): Answered => rows.map((row) => row.map(shown))

export const duckdb = async () => {
  const connection = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect()
  return {
    ask: async (query: string): Promise<Answered> => table((await connection.runAndReadAll(query)).getRowsJS()),
    close: () => connection.closeSync(),
  }
}

/** PostgreSQL, with the statements of a query's own comment carried out for the table `events`. */
export const postgres = async () => {
  const database = await PGlite.create()
  return {
    run: (statement: string) => database.exec(statement),
    ask: async (query: string): Promise<Answered> =>
      table((await database.query<Array<unknown>>(query, [], { rowMode: "array" })).rows),
    /** Puts rows in place of those that are there, in their order. */
    fill: async (name: string, rows: ReadonlyArray<StatusEvent>) => {
      await database.exec(`TRUNCATE ${name}`)
      const columns = [
        rows.map(({ uid }) => String(uid)),
        rows.map(({ uts }) => uts),
        rows.map(({ agent }) => agent),
        rows.map(({ status }) => status),
        rows.map(({ subcode }) => subcode),
        rows.map(({ callid }) => String(callid)),
      ]
      await database.query(
        `INSERT INTO ${name}
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::bigint[])`,
        columns,
      )
    },
    /** Copies a file into a table, as psql's \copy does. */
    copy: async (statement: string, file: Blob) => {
      await database.query(statement.replace(/FROM '[^']*'/, "FROM '/dev/blob'"), [], { blob: file })
    },
    close: () => database.close(),
  }
}

interface Session {
  readonly query: (sql: string, format?: string) => string
  readonly cleanup: () => void
}

const isChdb = (value: unknown): value is { readonly Session: new () => Session } =>
  typeof value === "object" && value !== null && "Session" in value

const chdbFolder = fileURLToPath(new URL("../../../../node_modules/.cache/dwell-bench/chdb/", import.meta.url))

/** Why ClickHouse's engine is not here; `null` when it is. */
export const clickhouseMissing: string | null = existsSync(chdbFolder)
  ? null
  : "chdb is not installed: see tooling/bench/README.md"

export const clickhouse = () => {
  const found: unknown = createRequire(`${chdbFolder}package.json`)("chdb")
  if (!isChdb(found)) throw new Error("this chdb has no sessions: see tooling/bench/README.md")
  const session = new found.Session()
  // How answers are printed; a number of JSON would lose digits.
  session.query("SET output_format_json_quote_64bit_integers = 1")
  return {
    ask: (query: string): Answered =>
      session
        .query(query, "JSONCompactEachRow")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => {
          const row: unknown = JSON.parse(line)
          if (!Array.isArray(row)) throw new Error(`not a row: ${line}`)
          return row.map(shown)
        }),
    close: () => session.cleanup(),
  }
}
