/**
 * Open days: each event a row, found by its id.
 *
 * Cost     there is no index but that of the ids, which makes appending twice as fast: all open rows are read for a few
 */
import { HIGH, halves, LOW, WORD } from "../columns.ts"
import * as EventBatch from "../EventBatch.ts"
import { type Window } from "../Window.ts"
import { type Codes } from "./codes.ts"
import { dayOf, secondsADay } from "./days.ts"
import { type Driver, type Row, type Value } from "./Driver.ts"

/** What to do about a row whose id is there already: nothing, or to take the new one where it says something else. */
const onConflict = {
  keep: "ON CONFLICT(uid) DO NOTHING",
  replace:
    "ON CONFLICT(uid) DO UPDATE SET uts = excluded.uts, code = excluded.code, callid = excluded.callid " +
    "WHERE uts != excluded.uts OR code != excluded.code OR callid != excluded.callid",
} as const

export interface OpenDays {
  /** The rows before an instant, by their days. */
  readonly before: (instant: number) => ReadonlyMap<number, EventBatch.EventBatch>
  /** The rows of one day. */
  readonly of: (window: Window) => EventBatch.EventBatch | undefined
  /** Writes rows; gives how many it wrote. */
  readonly write: (batch: EventBatch.EventBatch, known: keyof typeof onConflict) => number
  /** Removes the rows of a window; gives how many. */
  readonly remove: (window: Window) => number
  /** Ascending. */
  readonly days: () => ReadonlyArray<number>
  readonly count: () => number
}

/** An id as it is read: as text where a double won't do. */
const idColumn = (column: string): string => `iif(${column} < 9007199254740992, ${column}, CAST(${column} AS TEXT))`

/** The columns of an event, as `eventBuilder` takes them. */
export const eventColumns = `${idColumn("uid")}, uts, code, ${idColumn("callid")}`

const idOf = (cell: Value | undefined): number | bigint => (typeof cell === "string" ? BigInt(cell) : Number(cell))

/** An id as it is written: bigints only where a double won't do. */
export const idCell = (ids: BigInt64Array): ((row: number) => number | bigint) => {
  const pairs = halves(ids)
  return (row) => {
    const high = pairs[2 * row + HIGH] ?? 0
    return high < 0x200000 ? high * WORD + (pairs[2 * row + LOW] ?? 0) : (ids[row] ?? 0n)
  }
}

/** Makes a builder that takes rows as `eventColumns` gives them. */
export const eventBuilder = (codes: Codes) => {
  const into = EventBatch.builder()
  const statuses = codes.states.map(([status]) => into.statusIndex(status))
  const subcodes = codes.states.map(([, subcode]) => into.subcodeIndex(subcode))
  const add = ([uid, uts, codeCell, callid]: Row) => {
    const code = Number(codeCell)
    const state = codes.stateNumberOf(code)
    const agent = into.agentIndex(codes.agentOf(code))
    into.append(idOf(uid), Number(uts), agent, statuses[state] ?? 0, subcodes[state] ?? 0, idOf(callid))
  }
  return { add, take: into.take }
}

/** Rows are read so many at a time, lest all of their cells be there at once. */
const rowsAPage = 65_536

export const make = ({ all, insert, run }: Driver, codes: Codes): OpenDays => {
  /** Visits rows by their ids. */
  const each = (where: string, visit: (row: Row) => void, ...values: ReadonlyArray<Value>): void => {
    let after: Value = -1
    for (;;) {
      const rows = all(
        `SELECT ${eventColumns} FROM hot WHERE uid > CAST(? AS INTEGER) AND ${where} ORDER BY uid LIMIT ${rowsAPage}`,
        after,
        ...values,
      )
      for (const row of rows) visit(row)
      const last = rows.at(-1)
      if (last === undefined || rows.length < rowsAPage) return
      after = last[0] ?? null
    }
  }

  return {
    before: (instant) => {
      const days = new Map<number, ReturnType<typeof eventBuilder>>()
      const visit = (row: Row) => {
        const day = dayOf(Number(row[1]))
        let into = days.get(day)
        if (into === undefined) {
          into = eventBuilder(codes)
          days.set(day, into)
        }
        into.add(row)
      }
      each("uts < ?", visit, instant)
      return new Map([...days].map(([day, { take }]) => [day, take()]))
    },
    of: ({ from, to }) => {
      const { add, take } = eventBuilder(codes)
      each("uts >= ? AND uts < ?", add, from, to)
      const batch = take()
      return batch.length === 0 ? undefined : batch
    },
    write: (batch, known) => {
      const codeOf = codes.of(batch)
      const uid = idCell(batch.uid)
      const callid = idCell(batch.callid)
      return insert({
        into: "INSERT INTO hot(uid, uts, code, callid)",
        or: onConflict[known],
        columns: 4,
        rows: batch.length,
        cells: (row, into) => into.push(uid(row), batch.uts[row] ?? 0, codeOf(row), callid(row)),
      })
    },
    remove: ({ from, to }) => {
      // Where nothing else is open, SQLite forgets the table as a whole.
      const [others] = all("SELECT EXISTS (SELECT 1 FROM hot WHERE uts < ? OR uts >= ?)", from, to)[0] ?? []
      return others === 0 ? run("DELETE FROM hot") : run("DELETE FROM hot WHERE uts >= ? AND uts < ?", from, to)
    },
    days: () =>
      // Division rounds towards zero, and there are days before 1970.
      all(
        `SELECT DISTINCT (uts - ((uts % ${secondsADay}) + ${secondsADay}) % ${secondsADay}) / ${secondsADay} AS day
           FROM hot ORDER BY day`,
      ).map(([day]) => Number(day)),
    count: () => Number(all("SELECT count(*) FROM hot")[0]?.[0]),
  }
}
