/**
 * The driver of the SQLite of a Cloudflare Durable Object, `ctx.storage.sql`.
 *
 * Shape    needs `node:zlib`, which a Worker has with the flag `nodejs_compat`
 * Source   Cloudflare, "SQL Storage" [D]: a statement has at most 100 bound values and 100 kB of text, integers beyond
 *          2^53 can't be read or bound, transactions are the platform's own
 * Cost     inserting writes the values into the statement's text, as much as a statement may have
 */
import { type Driver, type Insertion, reasonOfCode, type Row, type Value } from "./Driver.ts"
import { codec, type Zlib } from "./nodeDriver.ts"

type Bindable = null | number | string | ArrayBuffer

/** What is used of `ctx.storage`. */
export interface Storage {
  readonly sql: {
    readonly exec: (
      sql: string,
      ...values: ReadonlyArray<Bindable>
    ) => {
      readonly raw: () => Iterable<ReadonlyArray<unknown>>
      readonly toArray: () => unknown
      readonly rowsWritten: number
    }
    readonly databaseSize: number
  }
  readonly transactionSync: <A>(body: () => A) => A
}

const maxStatementBytes = 99_000

const bindable = (value: Value): Bindable => {
  // A text of digits becomes an integer in a column of integers.
  if (typeof value === "bigint") return value.toString()
  if (!(value instanceof Uint8Array)) return value
  const copy = new Uint8Array(value.length)
  copy.set(value)
  return copy.buffer
}

const literal = (value: Value): string => {
  if (value instanceof Uint8Array) throw new Error("bytes are bound, not written")
  return typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value)
}

const cell = (value: unknown): Value => {
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (value === null || typeof value === "number" || typeof value === "string") return value
  throw new Error(`a cell of type ${typeof value}`)
}

/** Makes the driver of a Durable Object's storage. */
export const make = (storage: Storage, zlib: Zlib): Driver => {
  const { sql } = storage
  const all = (statement: string, ...values: ReadonlyArray<Value>): ReadonlyArray<Row> =>
    Array.from(sql.exec(statement, ...values.map(bindable)).raw(), (row) => row.map(cell))
  /** `rowsWritten` counts writes to indices too, so SQLite itself is asked. */
  const changes = (): number => Number(all("SELECT changes()")[0]?.[0])

  const insert = ({ cells, into, or, rows }: Insertion): number => {
    let changed = 0
    let text = ""
    const flush = () => {
      if (text === "") return
      sql.exec(`${into} VALUES ${text} ${or}`).toArray()
      changed += changes()
      text = ""
    }
    const values: Array<Value> = []
    const room = maxStatementBytes - into.length - or.length
    for (let row = 0; row < rows; row++) {
      cells(row, values)
      const tuple = `(${values.map(literal).join(",")})`
      values.length = 0
      if (text.length + tuple.length >= room) flush()
      text += text === "" ? tuple : `,${tuple}`
    }
    flush()
    return changed
  }

  return {
    exec: (statements) => {
      sql.exec(statements).toArray()
    },
    all,
    run: (statement, ...values) => {
      sql.exec(statement, ...values.map(bindable)).toArray()
      return changes()
    },
    insert,
    transaction: (_, body) => storage.transactionSync(body),
    size: () => sql.databaseSize,
    // The platform has its own housekeeping and refuses to be told.
    adopt: () => {},
    vacuum: () => {},
    codec: codec(zlib),
    reasonOf: (error) => {
      const code = error instanceof Error ? /SQLITE_([A-Z]+)/.exec(error.message)?.[1] : undefined
      return code === undefined ? undefined : reasonOfCode(code)
    },
  }
}
