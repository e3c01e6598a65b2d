/**
 * SQLite as Node brings it: a table in the order of delivery in a file, which the system holds in memory.
 *
 * Shape    the file is written once, and read whole before the clock starts
 */
import { existsSync, renameSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { column, columns } from "../../../../packages/core/bench/columns.ts"
import { run, type Subject } from "../../../../packages/core/bench/measure.ts"

const write = (folder: string, path: string): void => {
  const { agents, rows, statuses } = columns(folder)
  const uid = column(folder, "uid", new BigInt64Array(rows))
  const uts = column(folder, "uts", new BigInt64Array(rows))
  const agent = column(folder, "agent", new Int32Array(rows))
  const status = column(folder, "status", new Uint8Array(rows))
  const database = new DatabaseSync(`${path}.part`)
  database.exec("PRAGMA journal_mode = off; PRAGMA synchronous = off; DROP TABLE IF EXISTS log")
  database.exec("CREATE TABLE log (uid INTEGER, uts INTEGER, agent INTEGER, status TEXT); BEGIN")
  const insert = database.prepare("INSERT INTO log VALUES (?, ?, ?, ?)")
  for (let row = 0; row < rows; row++) {
    insert.run(uid[row] ?? 0n, uts[row] ?? 0n, agents[agent[row] ?? 0] ?? 0, statuses[status[row] ?? 0] ?? "")
  }
  database.exec("COMMIT")
  database.close()
  renameSync(`${path}.part`, path)
}

const sums = `
  SELECT agent, status, sum(till - uts) AS seconds FROM (
    SELECT agent, status, uts,
      coalesce(lead(uts) OVER (PARTITION BY agent ORDER BY uts, uid), (SELECT max(uts) + 1 FROM log)) AS till
    FROM (SELECT uid, uts, agent, status FROM log GROUP BY uid))
  GROUP BY agent, status`

const subject: Subject = (folder) => {
  const path = join(folder, "log.sqlite")
  if (!existsSync(path)) write(folder, path)
  const database = new DatabaseSync(path)
  database.exec("PRAGMA cache_size = -4000000; PRAGMA temp_store = memory")
  const rows = Number(database.prepare("SELECT count(*) AS rows FROM log WHERE status <> ''").get()?.["rows"])
  return () => {
    const figures = database.prepare(sums).all()
    return {
      rows,
      figures: (put) => {
        for (const { agent, seconds, status } of figures) {
          if (Number(seconds) > 0) put(0, Number(agent), String(status), Number(seconds))
        }
      },
    }
  }
}

export const subjects: ReadonlyMap<string, Subject> = new Map([["sums", subject]])

if (import.meta.main) await run(subjects)
