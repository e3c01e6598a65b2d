/**
 * The event store in SQLite: open days as rows, closed ones as columns.
 *
 * Shape    a day (UTC) is open, and all its events are rows of `hot`; or closed, and all of them are in its parts. So an
 *          event is in one place, and a late or corrected row opens its day again
 * Units    Unix seconds; days since 1970
 * Fails    `StoreError`; each operation is one transaction
 * Source   docs/store.md
 * Cost     an appended row is looked for in closed days only where their ids or days meet its own. Reading decodes the
 *          days of the window, and of days before it those with an agent's last event
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { HIGH, halves, LOW, WORD } from "../columns.ts"
import * as EventBatch from "../EventBatch.ts"
import * as EventLog from "../log/EventLog.ts"
import { type StatusEvent } from "../StatusEvent.ts"
import { type Window } from "../Window.ts"
import * as chunk from "./chunk.ts"
import * as Codes from "./codes.ts"
import * as Coverage from "./Coverage.ts"
import * as daySums from "./daySums.ts"
import { type Driver, type Row, type Value } from "./Driver.ts"
import { type Appended, type Asked, EventStore, type Seen, type Service, type Size, type Sums } from "./EventStore.ts"
import { migrate } from "./schema.ts"
import * as storedLog from "./storedLog.ts"
import { type Reason, StoreError } from "./StoreError.ts"
import * as Summary from "./summary.ts"

export interface Options {
  readonly driver: Driver
  /** What messages call the store, such as its path. */
  readonly name: string
  /** Whose events these are: a store of another account is refused. */
  readonly account: string
}

const remedies: Readonly<Record<Reason, readonly [issue: string, remedy: string]>> = {
  Locked: ["another process has been writing for too long", "Wait until it is done, and try again."],
  Full: ["there is no room left on the disk", "Make room (`dwell store prune` forgets old events); nothing was lost."],
  ReadOnly: ["it may not be written", "Change its permissions, or those of its folder."],
  Damaged: ["it is damaged", "Move it away: `dwell sync` reads again what the vendor still has."],
  Newer: ["it was written by a later version of Dwell", "Update Dwell."],
  Foreign: ["it is not a store of Dwell's", "Move it away, or name another place for the store."],
  Unavailable: ["it can't be read", "Check that its folder and its disk are there."],
}

/** Turns what a driver throws into the error that people are told; what nobody expects is a defect. */
export const storeError = (driver: Pick<Driver, "reasonOf">, name: string, error: unknown): StoreError | undefined => {
  if (error instanceof StoreError) return error
  const reason = driver.reasonOf(error)
  if (reason === undefined) return undefined
  const [issue, remedy] = remedies[reason]
  return new StoreError({ reason, issue: `${name}: ${issue}`, remedy })
}

const dayOf = (uts: number): number => Math.floor(uts / chunk.secondsADay)
const startOf = (day: number): number => day * chunk.secondsADay

/** A cell that the schema says is a number. */
const number = (cell: Value | undefined): number => Number(cell)

/** An id as SQLite takes one: bigints only where a double won't do. */
const idCell = (ids: Uint32Array, exact: BigInt64Array, row: number): number | bigint => {
  const high = ids[2 * row + HIGH] ?? 0
  return high < 0x200000 ? high * WORD + (ids[2 * row + LOW] ?? 0) : (exact[row] ?? 0n)
}

/** Takes the newer row where it says something else. */
const replacing =
  "ON CONFLICT(uid) DO UPDATE SET uts = excluded.uts, code = excluded.code, callid = excluded.callid " +
  "WHERE uts != excluded.uts OR code != excluded.code OR callid != excluded.callid"

/** An id as it is read: as text where a double won't do. */
const idColumn = (column: string): string => `iif(${column} < 9007199254740992, ${column}, CAST(${column} AS TEXT))`

/** The columns of an event as they are read. */
const eventColumns = `${idColumn("uid")}, uts, code, ${idColumn("callid")}`

const idOf = (cell: Value | undefined): number | bigint => (typeof cell === "string" ? BigInt(cell) : number(cell))

/** Rows are read so many at a time, lest all of their cells be there at once. */
const rowsAPage = 65_536

/** Where the rows of a batch that are the same in a closed day are, and which days must be opened for the others. */
interface Found {
  readonly isStored: Uint8Array
  readonly days: ReadonlySet<number>
}

const make = ({ account, driver, name }: Options): Service => {
  const { codec } = driver
  const { all, insert, run, transaction } = driver
  const codes = Codes.make(driver)

  const damaged = (what: string) =>
    new StoreError({
      reason: "Damaged",
      issue: `${name}: ${what} is not what was written`,
      remedy: remedies.Damaged[1],
    })

  // ---- open days

  /** Visits the rows of open days that fulfil a condition, by their ids. */
  const eachHot = (where: string, visit: (row: Row) => void, ...values: ReadonlyArray<Value>): void => {
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

  /** Makes a builder that takes rows as `eventColumns` gives them. */
  const eventBuilder = () => {
    const into = EventBatch.builder()
    const statuses = codes.states.map(([status]) => into.statusIndex(status))
    const subcodes = codes.states.map(([, subcode]) => into.subcodeIndex(subcode))
    const add = ([uid, uts, codeCell, callid]: Row) => {
      const code = number(codeCell)
      const state = codes.stateNumberOf(code)
      const agent = into.agentIndex(codes.agentOf(code))
      into.append(idOf(uid), number(uts), agent, statuses[state] ?? 0, subcodes[state] ?? 0, idOf(callid))
    }
    return { add, take: into.take }
  }

  /** The rows of open days that fulfil a condition, by their days. */
  const readHot = (where: string, ...values: ReadonlyArray<Value>): ReadonlyMap<number, EventBatch.EventBatch> => {
    const days = new Map<number, ReturnType<typeof eventBuilder>>()
    eachHot(
      where,
      (row) => {
        const day = dayOf(number(row[1]))
        let into = days.get(day)
        if (into === undefined) days.set(day, (into = eventBuilder()))
        into.add(row)
      },
      ...values,
    )
    return new Map([...days].map(([day, { take }]) => [day, take()]))
  }

  /** Writes rows of a batch into open days. */
  const writeHot = (batch: EventBatch.EventBatch, or: string): number => {
    const codeOf = codes.of(batch)
    const uids = halves(batch.uid)
    const callids = halves(batch.callid)
    return insert({
      into: "INSERT INTO hot(uid, uts, code, callid)",
      or,
      columns: 4,
      rows: batch.length,
      cells: (row, into) =>
        into.push(idCell(uids, batch.uid, row), batch.uts[row] ?? 0, codeOf(row), idCell(callids, batch.callid, row)),
    })
  }

  // ---- closed days

  interface PartKey {
    readonly day: number
    readonly part: number
  }

  const body = (column: chunk.Column, { day, part }: PartKey): Uint8Array => {
    const [row] = all("SELECT body, checksum FROM chunk WHERE name = ? AND day = ? AND part = ?", column, day, part)
    const [bytes, checksum] = row ?? []
    if (!(bytes instanceof Uint8Array) || codec.checksum(bytes) !== checksum) {
      throw damaged(`column ${column} of ${new Date(startOf(day) * 1000).toISOString().slice(0, 10)}`)
    }
    return bytes
  }

  /** Reads a part with some of its columns, now: what is read later might be of another time. */
  const readPart = (key: PartKey, columns: ReadonlyArray<chunk.Column>): chunk.Reader => {
    const bodies = new Map(columns.map((column) => [column, body(column, key)]))
    const bodyOf = (column: chunk.Column) => bodies.get(column) ?? new Uint8Array(0)
    return chunk.read(startOf(key.day), bodyOf, codec)
  }

  const partsOf = (where: string, ...values: ReadonlyArray<Value>): ReadonlyArray<PartKey> =>
    all(`SELECT day, part FROM part WHERE ${where} ORDER BY day, part`, ...values).map(([day, part]) => ({
      day: number(day),
      part: number(part),
    }))

  const everyColumn = ["index", "status", "subcode", "uid", "callid"] as const

  const logOf = (parts: ReadonlyArray<PartKey>): EventLog.EventLog => {
    const pieces = parts.map((key) => ({ reader: readPart(key, everyColumn), within: spanOf(key.day) }))
    return storedLog.make(
      pieces,
      storedLog.runsOf(pieces, everything, -Infinity, () => true),
    )
  }

  /** Makes a closed day an open one. */
  const open = (day: number): void => {
    const log = logOf(partsOf("day = ?", day))
    for (const batch of EventLog.batches(log)) writeHot(batch, "")
    for (const agent of log.agents) {
      run("DELETE FROM agent_day WHERE agent = ? AND day = ?", codes.agentNumber(agent), day)
    }
    run("DELETE FROM chunk WHERE day = ?", day)
    run("DELETE FROM part WHERE day = ?", day)
  }

  /** Makes an open day a closed one; gives how many rows it has. */
  const close = (day: number): number => {
    const { from, to } = spanOf(day)
    const batch = readHot("uts >= ? AND uts < ?", from, to).get(day)
    if (batch === undefined) return 0
    const log = EventLog.normalise([batch])
    for (const [part, { columns, rows, uidMax, uidMin }] of chunk.encode(log, from, codec).entries()) {
      run(
        "INSERT INTO part(day, part, rows, uid_min, uid_max) VALUES (?, ?, ?, CAST(? AS INTEGER), CAST(? AS INTEGER))",
        ...[day, part, rows, `${uidMin}`, `${uidMax}`],
      )
      for (const column of chunk.columns) {
        const bytes = columns[column]
        run(
          "INSERT INTO chunk(name, day, part, checksum, body) VALUES (?, ?, ?, ?, ?)",
          ...[column, day, part, codec.checksum(bytes), bytes],
        )
      }
    }
    const last = EventLog.lastEvents([batch])
    const codeOf = codes.of(last)
    insert({
      into: "INSERT INTO agent_day(agent, day, first, uid, uts, code, callid)",
      or: "",
      columns: 7,
      rows: last.length,
      cells: (agent, into) => {
        // Both have the agents in ascending order.
        const first = log.rows(agent).uts[0] ?? 0
        into.push(codes.agentNumber(log.agents[agent] ?? 0), day, first, last.uid[agent] ?? 0n)
        into.push(last.uts[agent] ?? 0, codeOf(agent), last.callid[agent] ?? 0n)
      },
    })
    run("DELETE FROM hot WHERE uts >= ? AND uts < ?", from, to)
    return batch.length
  }

  // ---- append

  /** Finds rows of a batch in closed days. */
  const find = (batch: EventBatch.EventBatch): Found => {
    const isStored = new Uint8Array(batch.length)
    const days = new Set<number>()
    if (batch.length === 0) return { isStored, days }
    let [uidMin, uidMax, first, last] = [batch.uid[0] ?? 0n, batch.uid[0] ?? 0n, Infinity, -Infinity]
    for (let row = 0; row < batch.length; row++) {
      const id = batch.uid[row] ?? 0n
      if (id < uidMin) uidMin = id
      if (id > uidMax) uidMax = id
      first = Math.min(first, batch.uts[row] ?? 0)
      last = Math.max(last, batch.uts[row] ?? 0)
    }
    const closed = new Set(partsOf("day BETWEEN ? AND ?", dayOf(first), dayOf(last)).map(({ day }) => day))
    const candidates = partsOf(
      "uid_max >= CAST(? AS INTEGER) AND uid_min <= CAST(? AS INTEGER)",
      `${uidMin}`,
      `${uidMax}`,
    )
    if (closed.size === 0 && candidates.length === 0) return { isStored, days }

    const rowsOf = candidates.length === 0 ? new Map<bigint, ReadonlyArray<number>>() : rowsById(batch)
    for (const key of candidates) {
      for (const event of eventsWith(logOf([key]), rowsOf)) {
        const rows = rowsOf.get(event.uid) ?? []
        // Where all rows with an id say what is stored there is nothing to do; else they are all written in their order.
        if (rows.every((row) => isSame(EventBatch.eventAt(batch, row), event)))
          for (const row of rows) isStored[row] = 1
        else days.add(key.day)
      }
    }
    for (let row = 0; row < batch.length; row++) {
      const day = dayOf(batch.uts[row] ?? 0)
      if (isStored[row] === 0 && closed.has(day)) days.add(day)
    }
    return { isStored, days }
  }

  const appendBatch = (batch: EventBatch.EventBatch): Appended => {
    const { days, isStored } = find(batch)
    for (const day of days) open(day)
    const rest = EventBatch.filter(batch, (row) => isStored[row] === 0)
    const added = writeHot(rest, "ON CONFLICT(uid) DO NOTHING")
    const changed = added === rest.length ? 0 : writeHot(rest, replacing)
    return { added, changed, unchanged: batch.length - added - changed }
  }

  const readCoverage = (): Coverage.Coverage => ({
    spans: all("SELECT start, stop, as_of FROM coverage ORDER BY start").map(([from, to, asOf]) => ({
      from: number(from),
      to: number(to),
      asOf: number(asOf),
    })),
    carriedIn: all("SELECT instant FROM carried_in ORDER BY instant").map(([instant]) => number(instant)),
  })

  const writeCoverage = ({ carriedIn, spans }: Coverage.Coverage): void => {
    driver.exec("DELETE FROM coverage; DELETE FROM carried_in")
    for (const { asOf, from, to } of spans) {
      run("INSERT INTO coverage(start, stop, as_of) VALUES (?, ?, ?)", from, to, asOf)
    }
    for (const instant of carriedIn) run("INSERT INTO carried_in(instant) VALUES (?)", instant)
  }

  const append = (batches: ReadonlyArray<EventBatch.EventBatch>, reading: Coverage.Reading = {}): Appended => {
    const total = { added: 0, changed: 0, unchanged: 0 }
    for (const batch of batches) {
      const { added, changed, unchanged } = appendBatch(batch)
      total.added += added
      total.changed += changed
      total.unchanged += unchanged
    }
    if (reading.span !== undefined || reading.carriedIn !== undefined) {
      writeCoverage(Coverage.add(readCoverage(), reading))
    }
    return total
  }

  // ---- reading

  /** Of each agent, the last event before a day, whose start that is; not before `since`. */
  const carryIn = (
    day: number,
    hot: ReadonlyMap<number, EventBatch.EventBatch>,
    since: number,
    isAsked: (agent: number) => boolean,
  ): EventBatch.EventBatch => {
    const closed = eventBuilder()
    const rows = all(
      `SELECT ${eventColumns} FROM agent_day JOIN agent ON agent.number = agent_day.agent
        WHERE day = (SELECT max(day) FROM agent_day AS other WHERE other.agent = agent.number AND other.day < ?)`,
      day,
    )
    for (const row of rows) closed.add(row)
    const before = [...hot].filter(([open]) => open < day).map(([, batch]) => batch)
    const last = EventLog.lastEvents([closed.take(), ...before])
    return EventBatch.filter(
      last,
      (row) => (last.uts[row] ?? 0) >= since && isAsked(last.agents[last.agent[row] ?? 0] ?? 0),
    )
  }

  const read = ({ agents, since = -Infinity, window }: Asked): EventLog.EventLog => {
    const asked = agents === undefined ? undefined : new Set(agents)
    const isAsked = (agent: number) => asked?.has(agent) ?? true
    const firstDay = dayOf(window.from)
    const hot = readHot("uts < ?", window.to)
    const carried = carryIn(firstDay, hot, since, isAsked)
    const pieces: Array<storedLog.Piece> = [
      ...[...hot].filter(([day]) => day >= firstDay).map(([day, batch]) => openPiece(batch, spanOf(day))),
      ...partsOf("day >= ? AND day < ?", firstDay, dayAfter(window)).map((key) => ({
        reader: readPart(key, everyColumn),
        within: spanOf(key.day),
      })),
    ].toSorted((one, other) => one.within.from - other.within.from)
    pieces.unshift(openPiece(carried, { from: -Infinity, to: startOf(firstDay) }))
    return storedLog.make(pieces, storedLog.runsOf(pieces, window, since, isAsked))
  }

  const lastEvents = (before: number, agents?: ReadonlyArray<number>): EventBatch.EventBatch => {
    const log = read({ window: { from: before, to: before }, ...(agents === undefined ? {} : { agents }) })
    return EventBatch.fromEvents([...EventLog.batches(log)].flatMap(EventBatch.toEvents))
  }

  const sums = (window: Window, now: number): Sums => {
    const into = daySums.make(window, now)
    const firstDay = dayOf(window.from)
    const hot = readHot("uts < ?", window.to)
    into.part(storedLog.openDay(EventLog.normalise([carryIn(firstDay, hot, -Infinity, () => true)])))
    const days = new Map<number, () => void>()
    for (const [day, batch] of hot) {
      if (day >= firstDay) days.set(day, () => into.part(storedLog.openDay(EventLog.normalise([batch]))))
    }
    for (const [day, parts] of Map.groupBy(
      partsOf("day >= ? AND day < ?", firstDay, dayAfter(window)),
      (key) => key.day,
    )) {
      const { from, to } = spanOf(day)
      const isWhole = from >= window.from && to <= window.to
      days.set(day, () => {
        for (const key of parts) {
          if (isWhole) into.whole(Summary.decode(body("summary", key)), from)
          else into.part(readPart(key, ["index", "status"]))
        }
      })
    }
    for (const [, add] of [...days].toSorted(([one], [other]) => one - other)) add()
    return into.sums()
  }

  const agents = (): ReadonlyArray<Seen> => {
    const seen = new Map<number, Seen>()
    for (const cells of all(
      `SELECT code % ${Codes.AGENTS} AS number, min(uts), max(uts) FROM hot GROUP BY number
       UNION ALL SELECT agent, min(first), max(uts) FROM agent_day GROUP BY agent`,
    )) {
      const [code = 0, first = 0, last = 0] = cells.map(number)
      const agent = codes.agentOf(code)
      const known = seen.get(agent)
      seen.set(agent, {
        agent,
        first: Math.min(first, known?.first ?? first),
        last: Math.max(last, known?.last ?? last),
      })
    }
    return [...seen.values()].toSorted((one, other) => one.agent - other.agent)
  }

  // ---- keeping

  const openDays = (): ReadonlyArray<number> =>
    // Division rounds towards zero, and there are days before 1970.
    all("SELECT DISTINCT (uts - ((uts % 86400) + 86400) % 86400) / 86400 AS day FROM hot ORDER BY day").map(([day]) =>
      number(day),
    )

  const compactable = (before: number): ReadonlyArray<number> => {
    const coverage = readCoverage()
    return openDays().filter((day) => spanOf(day).to <= before && Coverage.missing(coverage, spanOf(day)).length === 0)
  }

  const prune = (before: number): number => {
    const kept = lastEvents(before)
    const partial = partsOf("day = ?", dayOf(before)).length > 0 && startOf(dayOf(before)) < before
    if (partial) open(dayOf(before))
    const rowsOf = "SELECT coalesce(sum(rows), 0) FROM part WHERE day < ?"
    const closed = number(all(rowsOf, dayOf(before))[0]?.[0])
    for (const table of ["chunk", "part", "agent_day"]) run(`DELETE FROM ${table} WHERE day < ?`, dayOf(before))
    const removed = closed + run("DELETE FROM hot WHERE uts < ?", before)
    writeHot(kept, "")
    writeCoverage(Coverage.trim(readCoverage(), before))
    return removed - kept.length
  }

  const size = (): Size => {
    const [closedRows = 0, closedDays = 0] = (
      all("SELECT coalesce(sum(rows), 0), count(DISTINCT day) FROM part")[0] ?? []
    ).map(number)
    const openRows = number(all("SELECT count(*) FROM hot")[0]?.[0])
    return { bytes: driver.size(), openRows, closedRows, openDays: openDays().length, closedDays }
  }

  // ---- effects

  const attempt = <A>(operation: string, kind: "read" | "write", body: () => A): Effect.Effect<A, StoreError> =>
    Effect.suspend(() => {
      try {
        return Effect.succeed(
          transaction(kind, () => {
            codes.refresh()
            return body()
          }),
        )
      } catch (error) {
        codes.forget()
        const known = storeError(driver, name, error)
        return known === undefined ? Effect.die(error) : Effect.fail(known)
      }
    }).pipe(Effect.withSpan(`EventStore.${operation}`))

  const compact = (before: number): Effect.Effect<number, StoreError> =>
    Effect.flatMap(
      attempt("compactable", "read", () => compactable(before)),
      (days) =>
        Effect.reduce(days, 0, (rows, day) =>
          Effect.map(
            // Meanwhile another process may have closed it.
            attempt("compact", "write", () => close(day)),
            (more) => rows + more,
          ),
        ),
    )

  migrate(driver, name, account)
  return {
    append: (batches, reading) => attempt("append", "write", () => append(batches, reading)),
    read: (asked) => attempt("read", "read", () => read(asked)),
    lastEvents: (before, of) => attempt("lastEvents", "read", () => lastEvents(before, of)),
    sums: (window, now) => attempt("sums", "read", () => sums(window, now)),
    coverage: attempt("coverage", "read", readCoverage),
    agents: attempt("agents", "read", agents),
    compact,
    prune: (before) => attempt("prune", "write", () => prune(before)),
    vacuum: Effect.suspend(() => {
      driver.vacuum()
      return Effect.void
    }),
    size: attempt("size", "read", size),
  }
}

const spanOf = (day: number): Window => ({ from: startOf(day), to: startOf(day + 1) })

const everything: Window = { from: -Infinity, to: Infinity }

/** The first day that a window has nothing of, of those after it. */
const dayAfter = ({ to }: Window): number => Math.ceil(to / chunk.secondsADay)

const openPiece = (batch: EventBatch.EventBatch, within: Window): storedLog.Piece => ({
  reader: storedLog.openDay(EventLog.normalise([batch])),
  within,
})

const rowsById = (batch: EventBatch.EventBatch): ReadonlyMap<bigint, ReadonlyArray<number>> => {
  const rowsOf = new Map<bigint, Array<number>>()
  for (let row = 0; row < batch.length; row++) {
    const id = batch.uid[row] ?? 0n
    const rows = rowsOf.get(id)
    if (rows === undefined) rowsOf.set(id, [row])
    else rows.push(row)
  }
  return rowsOf
}

/** The events of a log whose ids are wanted. */
const eventsWith = function* (log: EventLog.EventLog, wanted: ReadonlyMap<bigint, unknown>): Generator<StatusEvent> {
  for (let agent = 0; agent < log.agents.length; agent++) {
    const { callid, length, status, subcode, uid, uts } = log.rows(agent)
    for (let row = 0; row < length; row++) {
      const id = uid[row] ?? 0n
      if (!wanted.has(id)) continue
      yield {
        uid: id,
        uts: uts[row] ?? 0,
        agent: log.agents[agent] ?? 0,
        status: log.statuses[status[row] ?? 0] ?? "",
        subcode: log.subcodes[subcode[row] ?? 0] ?? "",
        callid: callid[row] ?? 0n,
      }
    }
  }
}

const isSame = (one: StatusEvent, other: StatusEvent): boolean =>
  one.agent === other.agent &&
  one.uts === other.uts &&
  one.status === other.status &&
  one.subcode === other.subcode &&
  one.callid === other.callid

/** The store in a database that is open. */
export const layer = (options: Options): Layer.Layer<EventStore, StoreError> =>
  Layer.effect(
    EventStore,
    Effect.suspend(() => {
      try {
        return Effect.succeed(make(options))
      } catch (error) {
        const known = storeError(options.driver, options.name, error)
        return known === undefined ? Effect.die(error) : Effect.fail(known)
      }
    }),
  )
