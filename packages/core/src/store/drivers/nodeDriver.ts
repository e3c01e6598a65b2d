/**
 * The driver of Node's own SQLite, `node:sqlite`.
 *
 * Shape    the database and the compression are handed in, so that nothing here needs Node to load
 * Cost     statements are prepared once; inserting takes 20 rows a statement
 */
import { type Codec, type Driver, type Insertion, reasonOfCode, type Row, type Value } from "./Driver.ts"

/** What is used of a `StatementSync`. */
interface Statement {
  readonly setReturnArrays: (enabled: boolean) => void
  readonly all: (...values: ReadonlyArray<Value>) => ReadonlyArray<unknown>
  readonly run: (...values: ReadonlyArray<Value>) => { readonly changes: number | bigint }
}

/** What is used of a `DatabaseSync`. */
export interface Database {
  readonly exec: (sql: string) => void
  readonly prepare: (sql: string) => Statement
}

/** More would take three times as long for a hundredth of the room. */
const level = 4

/** The codec that `node:zlib` is. */
export const codec = ({ crc32, deflateRawSync, inflateRawSync }: Zlib): Codec => ({
  deflate: (bytes) => deflateRawSync(bytes, { level }),
  inflate: inflateRawSync,
  checksum: crc32,
})

/** What is used of `node:zlib`. */
export interface Zlib {
  readonly deflateRawSync: (bytes: Uint8Array, options: { readonly level: number }) => Uint8Array
  readonly inflateRawSync: (bytes: Uint8Array) => Uint8Array
  readonly crc32: (bytes: Uint8Array) => number
}

const codes: Readonly<Record<number, string>> = {
  3: "PERM",
  5: "BUSY",
  6: "LOCKED",
  8: "READONLY",
  10: "IOERR",
  11: "CORRUPT",
  13: "FULL",
  14: "CANTOPEN",
  18: "TOOBIG",
  26: "NOTADB",
}

/** The reason behind an error of node:sqlite: its `errcode` has SQLite's code in the lowest byte. */
export const reasonOf = (error: unknown) => {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined
  return reasonOfCode(codes[error.errcode & 0xff] ?? "")
}

const rowsPerStatement = 20

const isRow = (row: unknown): row is Row => Array.isArray(row)

/**
 * Makes the driver of a database that is open. A store gets write-ahead logging, by which readers and one writer don't wait
 * for each other; how long a writer waits for another one is for whoever opens it (`timeout`).
 */
export const make = (database: Database, zlib: Zlib): Driver => {
  const prepared = new Map<string, Statement>()
  const prepare = (sql: string): Statement => {
    let statement = prepared.get(sql)
    if (statement === undefined) {
      statement = database.prepare(sql)
      statement.setReturnArrays(true)
      prepared.set(sql, statement)
    }
    return statement
  }
  const all: Driver["all"] = (sql, ...values) =>
    prepare(sql)
      .all(...values)
      .filter(isRow)
  const run: Driver["run"] = (sql, ...values) => Number(prepare(sql).run(...values).changes)

  const insert = ({ cells, columns, into, or, rows }: Insertion): number => {
    const tuple = `(${Array.from({ length: columns }, () => "?").join(",")})`
    const statementOf = (count: number) =>
      prepare(`${into} VALUES ${Array.from({ length: count }, () => tuple).join(",")} ${or}`)
    let changes = 0
    const values: Array<Value> = []
    const full = rows - (rows % rowsPerStatement)
    const many = full > 0 ? statementOf(rowsPerStatement) : undefined
    for (let row = 0; row < full; row++) {
      cells(row, values)
      if (values.length < columns * rowsPerStatement) continue
      changes += Number(many?.run(...values).changes)
      values.length = 0
    }
    for (let row = full; row < rows; row++) {
      cells(row, values)
      changes += Number(statementOf(1).run(...values).changes)
      values.length = 0
    }
    return changes
  }

  database.exec("PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864")
  return {
    exec: database.exec.bind(database),
    all,
    run,
    insert,
    transaction: (kind, body) => {
      database.exec(kind === "write" ? "BEGIN IMMEDIATE" : "BEGIN")
      try {
        const result = body()
        database.exec("COMMIT")
        return result
      } catch (error) {
        // Where SQLite has rolled back by itself, as on a full disk, there is nothing left to do.
        try {
          database.exec("ROLLBACK")
        } catch {
          // What went wrong first is what is told.
        }
        throw error
      }
    },
    adopt: () => database.exec("PRAGMA journal_mode = WAL"),
    size: () => Number(all("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")[0]?.[0]),
    vacuum: () => database.exec("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)"),
    codec: codec(zlib),
    reasonOf,
  }
}
