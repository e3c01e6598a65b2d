/**
 * DuckDB on two threads, in memory: what one would take first.
 *
 * Shape    a table in the order of delivery, statuses as an enum, is there before the clock starts; text is read against
 *          the clock. Answers stay in the engine's memory while it runs
 *
 * Of five ways to drop duplicates the quickest is used; it keeps any row of a uid, which is right as long as no row was
 * corrected. The `trusting` subjects drop none: equal rows make intervals of no length, so that seconds come out right.
 */
import { type DuckDBConnection, DuckDBInstance, type DuckDBMaterializedResult } from "@duckdb/node-api"
import { fileOf } from "../../../../packages/core/bench/dataset.ts"
import { type Answer, run, type Subject } from "../../../../packages/core/bench/measure.ts"

const connect = async (): Promise<DuckDBConnection> => {
  const database = await DuckDBInstance.create(":memory:", { threads: "2" })
  return database.connect()
}

const columns = `{uid: 'BIGINT', uts: 'BIGINT', agent: 'INTEGER', status: 'VARCHAR', subcode: 'VARCHAR', callid: 'BIGINT'}`
const csv = (path: string) => `read_csv('${path}', header = true, columns = ${columns})`
const ndjson = (path: string) => `read_json('${path}', format = 'newline_delimited', columns = ${columns})`

const read = (from: string) =>
  `CREATE TABLE log AS SELECT uid, uts, agent, lower(trim(status)) AS status, callid FROM ${from}`

const unique = `(
  SELECT uid, any_value(uts) AS uts, any_value(agent) AS agent, any_value(status) AS status FROM log GROUP BY uid)`

const spans = (log: string) => `
  SELECT agent, status, uts,
    coalesce(lead(uts) OVER (PARTITION BY agent ORDER BY uts, uid), (SELECT max(uts) + 1 FROM log)) AS till
  FROM ${log}`

const sums = (log: string) => `
  SELECT 0 AS half_hour, agent, status, sum(till - uts)::BIGINT AS seconds FROM (${spans(log)}) GROUP BY agent, status`

const buckets = (log: string) => `
  SELECT half_hour, agent, status, sum(least(till, (half_hour + 1) * 1800) - greatest(uts, half_hour * 1800))::BIGINT
  FROM (
    SELECT agent, status, uts, till, unnest(range(uts // 1800, (till - 1) // 1800 + 1)) AS half_hour
    FROM (${spans(log)}) WHERE till > uts)
  GROUP BY half_hour, agent, status`

const answer = async (connection: DuckDBConnection, result: DuckDBMaterializedResult): Promise<Answer> => {
  const counted = await connection.runAndReadAll("SELECT count(*) FROM log")
  return {
    rows: Number(counted.getRows()[0]?.[0]),
    figures: async (put) => {
      for await (const rows of result.yieldRowsJs()) {
        for (const [halfHour, agent, status, seconds] of rows) {
          if (Number(seconds) > 0)
            put(Number(halfHour), Number(agent), typeof status === "string" ? status : "", Number(seconds))
        }
      }
    },
  }
}

const fromTable =
  (query: string): Subject =>
  async (folder) => {
    const connection = await connect()
    await connection.run(read(csv(fileOf(folder, "csv"))))
    await connection.run("CREATE TYPE status AS ENUM (SELECT DISTINCT status FROM log)")
    await connection.run("ALTER TABLE log ALTER status TYPE status")
    return async () => answer(connection, await connection.run(query))
  }

const fromText =
  (kind: "csv" | "ndjson", reader: (path: string) => string): Subject =>
  async (folder) => {
    const connection = await connect()
    await connection.run("SET preserve_insertion_order = false")
    return async () => {
      await connection.run(read(reader(fileOf(folder, kind))))
      return answer(connection, await connection.run(sums(unique)))
    }
  }

export const subjects: ReadonlyMap<string, Subject> = new Map([
  ["sums", fromTable(sums(unique))],
  ["buckets", fromTable(buckets(unique))],
  ["sumsTrusting", fromTable(sums("log"))],
  ["bucketsTrusting", fromTable(buckets("log"))],
  ["ndjson", fromText("ndjson", ndjson)],
  ["csv", fromText("csv", csv)],
])

if (import.meta.main) await run(subjects)
