/**
 * ClickHouse's engine in this process (chdb) on two threads. It is no dependency, as it weighs half a gigabyte: it is used
 * where it was installed into the benchmarks' cache, as tooling/bench/README.md says.
 *
 * Shape    a table in the order of delivery, statuses as LowCardinality, is there before the clock starts; the answer
 *          goes to a table in memory
 *
 * Of five ways to drop duplicates the quickest is used.
 */
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileOf } from "../../../../packages/core/bench/dataset.ts"
import { Missing, run, type Subject } from "../../../../packages/core/bench/measure.ts"

interface Session {
  readonly query: (sql: string, format?: string) => string
  readonly cleanup: () => void
}

interface Chdb {
  readonly Session: new () => Session
}

const isChdb = (value: unknown): value is Chdb => typeof value === "object" && value !== null && "Session" in value

const load = (folder: string): Chdb => {
  const require = createRequire(join(dirname(folder), "chdb", "package.json"))
  let found: unknown
  try {
    found = require("chdb")
  } catch (error) {
    throw new Missing("chdb is not installed: see tooling/bench/README.md", { cause: error })
  }
  if (!isChdb(found)) throw new Missing("this chdb has no sessions: see tooling/bench/README.md for the version")
  return found
}

const types = "uid UInt64, uts Int64, agent UInt32, status String, subcode String, callid UInt64"

const unique = "(SELECT uid, uts, agent, status FROM bench.log LIMIT 1 BY uid)"

const spans = `
  SELECT agent, status, uts,
    leadInFrame(uts, 1, last) OVER (PARTITION BY agent ORDER BY uts, uid ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) AS till
  FROM ${unique}`

const last = "WITH assumeNotNull((SELECT max(uts) + 1 FROM bench.log)) AS last"

const sums = `
  ${last} SELECT 0 AS half_hour, agent, status, sum(till - uts) AS seconds FROM (${spans}) GROUP BY agent, status`

const buckets = `
  ${last}
  SELECT half_hour, agent, status, sum(least(till, (half_hour + 1) * 1800) - greatest(uts, half_hour * 1800)) AS seconds
  FROM (${spans})
  ARRAY JOIN range(toUInt32(intDiv(uts, 1800)), toUInt32(intDiv(till - 1, 1800) + 1)) AS half_hour
  WHERE till > uts
  GROUP BY half_hour, agent, status`

const fromTable =
  (question: string): Subject =>
  (folder) => {
    const session = new (load(folder).Session)()
    session.query("SET max_threads = 2")
    session.query("CREATE DATABASE bench")
    session.query(`CREATE TABLE bench.log (uid UInt64, uts Int64, agent UInt32, status LowCardinality(String))
      ENGINE = Memory`)
    session.query(`INSERT INTO bench.log SELECT uid, uts, agent, lower(trim(status))
      FROM file('${fileOf(folder, "csv")}', CSVWithNames, '${types}')`)
    return () => {
      session.query(`CREATE TABLE bench.figures ENGINE = Memory AS ${question}`)
      return {
        rows: Number(session.query("SELECT count() FROM bench.log", "TSV")),
        figures: (put) => {
          const parts = 32
          // A text at a time that JavaScript can hold.
          for (let part = 0; part < parts; part++) {
            const text = session.query(
              `SELECT half_hour, agent, status, seconds FROM bench.figures WHERE seconds > 0 AND agent % ${parts} = ${part}`,
              "TSV",
            )
            for (const line of text.split("\n")) {
              const [halfHour, agent, status, seconds] = line.split("\t")
              if (status !== undefined) put(Number(halfHour), Number(agent), status, Number(seconds))
            }
          }
          session.cleanup()
        },
      }
    }
  }

export const subjects: ReadonlyMap<string, Subject> = new Map([
  ["sums", fromTable(sums)],
  ["buckets", fromTable(buckets)],
])

if (import.meta.main) await run(subjects)
