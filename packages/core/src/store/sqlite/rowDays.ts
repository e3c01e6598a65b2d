/**
 * Open days: each event a row, found by its id.
 *
 * Cost     there is no index but that of the ids, which makes appending twice as fast. Ids mostly rise with time, so where
 *          the rows of each quarter of an hour are (rowDayIndex.ts) tells which part of the ids to look at
 */
import { highHalf, halves, lowHalf, wordSize } from "../../events/columns.ts"
import * as EventBatch from "../../events/EventBatch.ts"
import type { Window } from "../../time/Window.ts"
import { AGENTS, agentIn, type Dictionary } from "./dictionary.ts"
import { dayNumber, secondsPerDay } from "../../time/days.ts"
import type { Driver, Row, Value } from "../drivers/Driver.ts"
import * as RowDayIndex from "./rowDayIndex.ts"

/** What to do about a row whose id is there already: nothing, or to take the new one where it says something else. */
const onConflict = {
  keep: "ON CONFLICT(uid) DO NOTHING",
  replace:
    "ON CONFLICT(uid) DO UPDATE SET uts = excluded.uts, code = excluded.code, callid = excluded.callid " +
    "WHERE uts != excluded.uts OR code != excluded.code OR callid != excluded.callid",
} as const

export interface RowDays {
  /** The rows of a window, by their days. */
  readonly within: (window: Window) => ReadonlyMap<number, EventBatch.EventBatch>
  /** Of each agent, its last row in a window. */
  readonly last: (window: Window) => EventBatch.EventBatch
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
    const high = pairs[2 * row + highHalf] ?? 0
    return high < 0x200000 ? high * wordSize + (pairs[2 * row + lowHalf] ?? 0) : (ids[row] ?? 0n)
  }
}

/** Makes a builder that takes rows as `eventColumns` gives them. */
export const eventBuilder = (codes: Dictionary) => {
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

const everywhere: Window = { from: -Infinity, to: Infinity }

/** Rows are read so many at a time, lest all of their cells be there at once. */
const rowsPerPage = 65_536

export const make = (driver: Driver, codes: Dictionary): RowDays => {
  const { all, insert, run } = driver
  const slots = RowDayIndex.make(driver)

  const eachOf = ({ least, most }: RowDayIndex.IdRange, { from, to }: Window, visit: (row: Row) => void): void => {
    let after = `${least - 1n}`
    for (;;) {
      const rows = all(
        `SELECT ${eventColumns} FROM hot WHERE uid > CAST(? AS INTEGER) AND uid <= CAST(? AS INTEGER)
          AND uts >= ? AND uts < ? ORDER BY uid LIMIT ${rowsPerPage}`,
        after,
        `${most}`,
        from,
        to,
      )
      for (const row of rows) visit(row)
      const last = rows.at(-1)
      if (last === undefined || rows.length < rowsPerPage) return
      after = String(idOf(last[0]))
    }
  }

  /** Visits the rows of a window by their ids. */
  const each = (window: Window, visit: (row: Row) => void): void => {
    for (const ids of RowDayIndex.mergeRanges(slots.of(window))) eachOf(ids, window, visit)
  }

  /** Takes in the last row of each agent in a window that is not among some. */
  const lastOf = (
    { least, most }: RowDayIndex.IdRange,
    { from, to }: Window,
    known: RowDayIndex.AgentSet,
    last: Map<number, Row>,
  ): void => {
    const rows = all(
      `SELECT ${eventColumns} FROM hot WHERE uid >= CAST(? AS INTEGER) AND uid <= CAST(? AS INTEGER)
        AND uts >= ? AND uts < ? AND substr(?, code % ${AGENTS} + 1, 1) != x'01' ORDER BY uid`,
      `${least}`,
      `${most}`,
      from,
      to,
      known.bytes(),
    )
    for (const row of rows) {
      const agent = agentIn(Number(row[2]))
      if (Number(row[1]) >= Number(last.get(agent)?.[1] ?? -Infinity)) last.set(agent, row)
    }
  }

  return {
    within: (window) => {
      const days = new Map<number, ReturnType<typeof eventBuilder>>()
      each(window, (row) => {
        const day = dayNumber(Number(row[1]))
        let into = days.get(day)
        if (into === undefined) {
          into = eventBuilder(codes)
          days.set(day, into)
        }
        into.add(row)
      })
      return new Map([...days].map(([day, { take }]) => [day, take()]))
    },
    last: (window) => {
      const { add, take } = eventBuilder(codes)
      const known = RowDayIndex.agentSet()
      const last = new Map<number, Row>()
      const open = slots.of(window)
      const ranges = RowDayIndex.mergeRanges(open)
      // Where ids say little of time, each quarter would be looked for among all rows.
      const isBySlot = RowDayIndex.width(open) <= 4n * RowDayIndex.width(ranges)
      for (const slot of isBySlot ? open : []) {
        if (!slot.hasOthers(known)) continue
        lastOf(slot, slot.window, known, last)
        for (const agent of last.keys()) known.add(agent)
      }
      for (const ids of isBySlot ? [] : ranges) lastOf(ids, window, known, last)
      for (const row of last.values()) add(row)
      return take()
    },
    of: (window) => {
      const { add, take } = eventBuilder(codes)
      each(window, add)
      const batch = take()
      return batch.length === 0 ? undefined : batch
    },
    write: (batch, known) => {
      const codeOf = codes.of(batch)
      slots.widen(batch, codeOf)
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
      slots.remove(others === 0 ? everywhere : { from, to })
      return others === 0 ? run("DELETE FROM hot") : run("DELETE FROM hot WHERE uts >= ? AND uts < ?", from, to)
    },
    days: () =>
      // Division rounds towards zero, and there are days before 1970.
      all(
        `SELECT DISTINCT (uts - ((uts % ${secondsPerDay}) + ${secondsPerDay}) % ${secondsPerDay}) / ${secondsPerDay} AS day
           FROM hot ORDER BY day`,
      ).map(([day]) => Number(day)),
    count: () => Number(all("SELECT count(*) FROM hot")[0]?.[0]),
  }
}
