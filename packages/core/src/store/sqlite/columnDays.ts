/**
 * Closed days: parts in columns (columnCodec.ts), and of each agent and day its last event, which later days begin with.
 *
 * Fails    `StoreError` where a column is not what was written
 */
import * as EventBatch from "../../events/EventBatch.ts"
import * as EventLog from "../../log/EventLog.ts"
import * as columnCodec from "./columnCodec.ts"
import * as Dictionary from "./dictionary.ts"
import { spanOf, startOf } from "../../time/days.ts"
import type { Driver, Row, Value } from "../drivers/Driver.ts"
import { eventBuilder, eventColumns, idCell } from "./rowDays.ts"
import * as logFromParts from "./logFromParts.ts"
import { StoreError } from "../StoreError.ts"
import * as Summary from "./summary.ts"

/** Days from one on up to another. */
interface Days {
  readonly from: number
  readonly to: number
}

/** A part whose columns were read. */
interface StoredPart {
  readonly day: number
  readonly reader: () => columnCodec.Reader
  readonly summary: () => Summary.Summary
}

export interface ColumnDays {
  /** Ascending. */
  readonly days: (within: Days) => ReadonlyArray<number>
  /** Reads columns of all parts of some days, now: what is read later might be of another time. */
  readonly parts: (within: Days, columns: ReadonlyArray<columnCodec.Column>) => ReadonlyArray<StoredPart>
  /** The events of parts that have ids within bounds, with the days of the parts. */
  readonly withIds: (
    least: bigint,
    most: bigint,
  ) => ReadonlyArray<{ readonly day: number; readonly log: () => EventLog.EventLog }>
  /** All events of a day. */
  readonly log: (day: number) => EventLog.EventLog
  /** Of each agent, its last event in days before another. */
  readonly lastEvents: (before: number) => EventBatch.EventBatch
  readonly write: (day: number, batch: EventBatch.EventBatch) => void
  readonly remove: (day: number) => void
  /** Removes all days before another; gives how many events those were. */
  readonly removeBefore: (day: number) => number
  /** Of each agent, by its number: when its first and its last event were. */
  readonly agents: () => ReadonlyArray<Row>
  readonly count: () => { readonly rows: number; readonly days: number }
}

/** The columns that make a log. */
export const eventColumnsOfParts = ["index", "status", "subcode", "uid", "callid"] as const

const always = () => true
const everything = { from: -Infinity, to: Infinity }

export const make = (driver: Driver, codes: Dictionary.Dictionary, name: string): ColumnDays => {
  const { all, codec, insert, run } = driver

  const checked = (column: columnCodec.Column, day: number, row: Row | undefined): Uint8Array => {
    const [bytes, checksum] = row ?? []
    if (bytes instanceof Uint8Array && codec.checksum(bytes) === checksum) return bytes
    const date = new Date(startOf(day) * 1000).toISOString().slice(0, 10)
    throw new StoreError({
      reason: "Damaged",
      issue: `${name}: the ${column} column of ${date} is not what was written`,
      remedy: "Move the file away: `dwell sync` reads again what the vendor still has.",
    })
  }

  const partOf = (day: number, bodies: ReadonlyMap<columnCodec.Column, Uint8Array>): StoredPart => {
    const body = (column: columnCodec.Column) => bodies.get(column) ?? new Uint8Array(0)
    return {
      day,
      reader: () => columnCodec.read(startOf(day), body, codec),
      summary: () => Summary.decode(body("summary")),
    }
  }

  const keys = (where: string, ...values: ReadonlyArray<Value>): ReadonlyArray<readonly [day: number, part: number]> =>
    all(`SELECT day, part FROM part WHERE ${where} ORDER BY day, part`, ...values).map(([day, part]) => [
      Number(day),
      Number(part),
    ])

  const parts: ColumnDays["parts"] = ({ from, to }, columns) => {
    const found = keys("day >= ? AND day < ?", from, to)
    const bodies = found.map(() => new Map<columnCodec.Column, Uint8Array>())
    for (const column of columns) {
      const rows = new Map(
        all(
          "SELECT body, checksum, day, part FROM chunk WHERE name = ? AND day >= ? AND day < ?",
          column,
          from,
          to,
        ).map((row) => [`${Number(row[2])}/${Number(row[3])}`, row]),
      )
      for (const [index, [day, part]] of found.entries()) {
        bodies[index]?.set(column, checked(column, day, rows.get(`${day}/${part}`)))
      }
    }
    return found.map(([day], index) => partOf(day, bodies[index] ?? new Map()))
  }

  const logOf = (some: ReadonlyArray<StoredPart>): EventLog.EventLog => {
    const pieces = some.map(({ day, reader }) => ({ reader: reader(), within: spanOf(day) }))
    return logFromParts.make(pieces, logFromParts.runsOf(pieces, everything, -Infinity, always))
  }

  /** One part with all columns of its events. */
  const single = (day: number, part: number): StoredPart => {
    const read = "SELECT body, checksum FROM chunk WHERE name = ? AND day = ? AND part = ?"
    return partOf(
      day,
      new Map(eventColumnsOfParts.map((column) => [column, checked(column, day, all(read, column, day, part)[0])])),
    )
  }

  const log = (day: number) => logOf(parts({ from: day, to: day + 1 }, eventColumnsOfParts))

  const writePart = (day: number, part: number, { columns, rows, uidMax, uidMin }: columnCodec.Part): void => {
    run(
      "INSERT INTO part(day, part, rows, uid_min, uid_max) VALUES (?, ?, ?, CAST(? AS INTEGER), CAST(? AS INTEGER))",
      day,
      part,
      rows,
      `${uidMin}`,
      `${uidMax}`,
    )
    for (const column of columnCodec.columns) {
      const bytes = columns[column]
      run(
        "INSERT INTO chunk(name, day, part, checksum, body) VALUES (?, ?, ?, ?, ?)",
        column,
        day,
        part,
        codec.checksum(bytes),
        bytes,
      )
    }
  }

  /** Collects agents' first times and last events, to be written. */
  const lastEventsOf = (day: number, { statuses, subcodes }: EventLog.EventLog) => {
    const into = EventBatch.builder()
    const firsts: Array<number> = []
    const add = (agent: number, { callid, length, status, subcode, uid, uts }: EventLog.Rows): void => {
      const last = length - 1
      firsts.push(uts[0] ?? 0)
      EventBatch.push(into, {
        uid: uid[last] ?? 0n,
        uts: uts[last] ?? 0,
        agent,
        status: statuses[status[last] ?? 0] ?? "",
        subcode: subcodes[subcode[last] ?? 0] ?? "",
        callid: callid[last] ?? 0n,
      })
    }
    const write = (): void => {
      const batch = into.take()
      const codeOf = codes.of(batch)
      const uid = idCell(batch.uid)
      const callid = idCell(batch.callid)
      insert({
        into: "INSERT INTO agent_day(agent, day, first, uid, uts, code, callid)",
        or: "",
        columns: 7,
        rows: batch.length,
        cells: (row, cells) => {
          const code = codeOf(row)
          cells.push(Dictionary.agentIn(code), day, firsts[row] ?? 0, uid(row), batch.uts[row] ?? 0, code, callid(row))
        },
      })
    }
    return { add, write }
  }

  return {
    days: ({ from, to }) => [...new Set(keys("day >= ? AND day < ?", from, to).map(([day]) => day))],
    parts,
    withIds: (least, most) =>
      keys("uid_max >= CAST(? AS INTEGER) AND uid_min <= CAST(? AS INTEGER)", `${least}`, `${most}`).map(
        ([day, part]) => ({ day, log: () => logOf([single(day, part)]) }),
      ),
    log,
    lastEvents: (before) => {
      const { add, take } = eventBuilder(codes)
      // The join is told its order: one search for each agent, not one for each of its days.
      const rows = all(
        `SELECT ${eventColumns} FROM agent CROSS JOIN agent_day ON agent_day.agent = agent.number
          AND day = (SELECT max(day) FROM agent_day AS other WHERE other.agent = agent.number AND other.day < ?)`,
        before,
      )
      for (const row of rows) add(row)
      return take()
    },
    write: (day, batch) => {
      const events = EventLog.fromBatches([batch])
      const last = lastEventsOf(day, events)
      for (const [part, made] of columnCodec.encode(events, startOf(day), codec, last.add).entries())
        writePart(day, part, made)
      last.write()
    },
    remove: (day) => {
      for (const agent of log(day).agents) {
        run("DELETE FROM agent_day WHERE agent = ? AND day = ?", codes.agentNumber(agent), day)
      }
      run("DELETE FROM chunk WHERE day = ?", day)
      run("DELETE FROM part WHERE day = ?", day)
    },
    removeBefore: (day) => {
      const [rows] = all("SELECT coalesce(sum(rows), 0) FROM part WHERE day < ?", day)[0] ?? []
      for (const table of ["chunk", "part", "agent_day"]) run(`DELETE FROM ${table} WHERE day < ?`, day)
      return Number(rows)
    },
    agents: () => all("SELECT agent, min(first), max(uts) FROM agent_day GROUP BY agent"),
    count: () => {
      const [rows, days] = all("SELECT coalesce(sum(rows), 0), count(DISTINCT day) FROM part")[0] ?? []
      return { rows: Number(rows), days: Number(days) }
    },
  }
}
