/**
 * The event store in SQLite: open days as rows, closed ones as columns.
 *
 * Shape    a day (UTC) is open, and all its events are rows; or closed, and all of them are in its parts. So an event is
 *          in one place, and a late or corrected row opens its day again
 * Units    Unix seconds; days since 1970
 * Fails    `StoreError`; each operation is one transaction, compacting one for each day
 * Source   docs/store.md
 * Cost     an appended row is looked for in closed days only where their ids or days meet its own. Reading decodes the
 *          days of the window
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { halves, isLarger } from "../../events/columns.ts"
import * as EventBatch from "../../events/EventBatch.ts"
import * as EventLog from "../../log/EventLog.ts"
import type { StatusEvent } from "../../events/StatusEvent.ts"
import * as ColumnDays from "./columnDays.ts"
import * as Dictionary from "./dictionary.ts"
import * as Coverage from "../Coverage.ts"
import { dayFrom, dayNumber, spanOf, startOf } from "../../time/days.ts"
import * as dayTotals from "./dayTotals.ts"
import type { Driver } from "../drivers/Driver.ts"
import {
  type AppendCounts,
  type ReadOptions,
  EventStore,
  type AgentActivity,
  type Service,
  type Size,
  type StatusTotals,
} from "../EventStore.ts"
import * as RowDays from "./rowDays.ts"
import { migrate } from "./schema.ts"
import * as logFromParts from "./logFromParts.ts"
import { type Reason, StoreError } from "../StoreError.ts"

export interface Options {
  readonly driver: Driver
  /** What messages call the store, such as its path. */
  readonly name: string
  /** Whose events these are: a store of another account is refused. Default: whoever's they are. */
  readonly account?: string
}

const remedies: Readonly<Record<Reason, readonly [issue: string, remedy: string]>> = {
  Locked: ["another process has been writing for too long", "Wait until it is done, and try again."],
  Full: ["there is no room left on the disk", "Make room (`dwell store prune` forgets old events); nothing was lost."],
  ReadOnly: [
    "it may not be written",
    "Change the permissions of it, of its -wal and -shm files beside it, or of its folder.",
  ],
  Damaged: ["it is damaged", "Move it away: `dwell sync` reads again what the vendor still has."],
  Newer: ["it was written by a later version of Dwell", "Update Dwell."],
  Foreign: ["it is not a store of Dwell's", "Move it away, or name another place for the store."],
  Unavailable: ["it can't be opened or read", "Check that its folder and its disk are there."],
}

/** Turns what a driver throws into the error that people are told; what nobody expects is a defect. */
export const storeError = (
  { reasonOf }: Pick<Driver, "reasonOf">,
  name: string,
  error: unknown,
): StoreError | undefined => {
  if (error instanceof StoreError) return error
  const reason = reasonOf(error)
  if (reason === undefined) return undefined
  const [issue, remedy] = remedies[reason]
  return new StoreError({ reason, issue: `${name}: ${issue}`, remedy })
}

/** Runs what may throw, such as opening the database of a store. */
export const attempt = <A>(
  { driver, name }: { readonly driver: Pick<Driver, "reasonOf">; readonly name: string },
  body: () => A,
): Effect.Effect<A, StoreError> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(body())
    } catch (error) {
      const known = storeError(driver, name, error)
      return known === undefined ? Effect.die(error) : Effect.fail(known)
    }
  })

/** What of a batch is in closed days. */
interface Match {
  /** 1 where nothing is to be done about a row: it is there. */
  readonly isStored: Uint8Array
  /** The days that must be opened for the others. */
  readonly days: ReadonlySet<number>
}

/** Resolved when others of this thread have had their turn; whatever clock effects go by. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

const make = (options: Options): Service => {
  const { driver, name } = options
  const codes = Dictionary.make(driver)
  const open = RowDays.make(driver, codes)
  const closed = ColumnDays.make(driver, codes, name)

  // ---- writing

  const reopen = (day: number): void => {
    for (const batch of EventLog.batches(closed.log(day))) open.write(batch, "keep")
    closed.remove(day)
  }

  const close = (day: number): number => {
    const batch = open.of(spanOf(day))
    // Meanwhile another process may have done it.
    if (batch === undefined) return 0
    closed.write(day, batch)
    open.remove(spanOf(day))
    return batch.length
  }

  const find = (batch: EventBatch.EventBatch): Match => {
    const isStored = new Uint8Array(batch.length)
    const days = new Set<number>()
    const bounds = boundsOf(batch)
    const closedDays = new Set(closed.days({ from: dayNumber(bounds.first), to: dayNumber(bounds.last) + 1 }))
    const candidates = closed.withIds(bounds.least, bounds.most)
    const rowsOf = candidates.length === 0 ? new Map<bigint, ReadonlyArray<number>>() : rowsById(batch)
    for (const { day, log } of candidates) {
      for (const event of eventsWith(log(), rowsOf)) {
        const rows = rowsOf.get(event.uid) ?? []
        // Where all rows with an id say what is there, nothing is to be done; else all are written, in their order.
        if (rows.every((row) => isSame(EventBatch.eventAt(batch, row), event)))
          for (const row of rows) isStored[row] = 1
        else days.add(day)
      }
    }
    for (let row = 0; closedDays.size > 0 && row < batch.length; row++) {
      const day = dayNumber(batch.uts[row] ?? 0)
      if (isStored[row] === 0 && closedDays.has(day)) days.add(day)
    }
    return { isStored, days }
  }

  const appendBatch = (batch: EventBatch.EventBatch): AppendCounts => {
    if (batch.length === 0) return { added: 0, unchanged: 0, changed: 0 }
    const { days, isStored } = find(batch)
    for (const day of days) reopen(day)
    const rest = EventBatch.filter(batch, (row) => isStored[row] === 0)
    const added = open.write(rest, "keep")
    const changed = added === rest.length ? 0 : open.write(rest, "replace")
    return { added, unchanged: batch.length - added - changed, changed }
  }

  const readCoverage = (): Coverage.Coverage => {
    const forgotten = driver.all("SELECT value FROM meta WHERE key = 'forgotten_before'")[0]?.[0]
    return {
      spans: driver.all("SELECT start, stop, as_of FROM coverage ORDER BY start").map((cells) => {
        const [from = 0, to = 0, asOf = 0] = cells.map(Number)
        return { from, to, asOf }
      }),
      carriedIn: driver.all("SELECT instant FROM carried_in ORDER BY instant").map(([instant]) => Number(instant)),
      ...(forgotten === undefined ? {} : { forgottenBefore: Number(forgotten) }),
    }
  }

  const writeCoverage = ({ carriedIn, forgottenBefore, spans }: Coverage.Coverage): void => {
    driver.exec("DELETE FROM coverage; DELETE FROM carried_in")
    if (forgottenBefore !== undefined) {
      driver.run("INSERT OR REPLACE INTO meta(key, value) VALUES ('forgotten_before', ?)", `${forgottenBefore}`)
    }
    for (const { asOf, from, to } of spans) {
      driver.run("INSERT INTO coverage(start, stop, as_of) VALUES (?, ?, ?)", from, to, asOf)
    }
    for (const instant of carriedIn) driver.run("INSERT INTO carried_in(instant) VALUES (?)", instant)
  }

  const append = (batches: ReadonlyArray<EventBatch.EventBatch>, reading?: Coverage.CoverageUpdate): AppendCounts => {
    const parts = batches.map(appendBatch)
    if (reading !== undefined) writeCoverage(Coverage.add(readCoverage(), reading))
    const sum = (of: keyof AppendCounts) => parts.reduce((total, part) => total + part[of], 0)
    return { added: sum("added"), unchanged: sum("unchanged"), changed: sum("changed") }
  }

  const compactable = (before: number): ReadonlyArray<number> => {
    const coverage = readCoverage()
    return open.days().filter((day) => spanOf(day).to <= before && Coverage.missing(coverage, spanOf(day)).length === 0)
  }

  const prune = (before: number): number => {
    const day = dayNumber(before)
    const coverage = readCoverage()
    const kept = lastEvents(before, undefined, Coverage.carryInFrom(coverage, before))
    const isCut = startOf(day) < before && closed.days({ from: day, to: day + 1 }).length > 0
    if (isCut) reopen(day)
    const removed = closed.removeBefore(day) + open.remove({ from: -Infinity, to: before })
    open.write(kept, "keep")
    writeCoverage(Coverage.forgetBefore(coverage, before))
    return removed - kept.length
  }

  // ---- reading

  /** Of each agent, its last event before a day. */
  const carryIn = (day: number, rows: ReadonlyMap<number, EventBatch.EventBatch>): EventBatch.EventBatch =>
    latest([closed.lastEvents(day), ...[...rows].filter(([other]) => other < day).map(([, batch]) => batch)])

  const read = ({ agents, since = -Infinity, window: { from, to } }: ReadOptions): EventLog.EventLog => {
    const asked = agents === undefined ? undefined : new Set(agents)
    const isAsked = (agent: number) => asked?.has(agent) ?? true
    const first = dayNumber(from)
    const before = since < from ? latest([closed.lastEvents(first), open.last({ from: since, to: from })]) : undefined
    const parts = closed.parts({ from: first, to: dayFrom(to) }, ColumnDays.eventColumnsOfParts)
    const pieces: ReadonlyArray<logFromParts.Piece> = [
      ...(before === undefined ? [] : [{ reader: readerOf(before), within: { from: -Infinity, to: from } }]),
      ...[...open.within({ from, to })].map(([day, batch]) => ({
        reader: readerOf(batch),
        within: { from: Math.max(from, startOf(day)), to: Math.min(to, startOf(day + 1)) },
      })),
      ...parts.map(({ day, reader }) => ({ reader: reader(), within: spanOf(day) })),
    ].toSorted((one, other) => one.within.to - other.within.to)
    return logFromParts.make(pieces, logFromParts.runsOf(pieces, { from, to }, since, isAsked))
  }

  const lastEvents = (before: number, agents?: ReadonlyArray<number>, since = -Infinity): EventBatch.EventBatch => {
    const log = read({ window: { from: before, to: before }, since, ...(agents === undefined ? {} : { agents }) })
    return EventBatch.fromEvents([...EventLog.batches(log)].flatMap(EventBatch.toEvents))
  }

  const sums = ({ from, to }: ReadOptions["window"], now: number): StatusTotals => {
    const into = dayTotals.make({ from, to }, now)
    const [first, end] = [dayNumber(from), dayFrom(to)]
    const rows = open.within({ from: -Infinity, to })
    into.part(readerOf(carryIn(first, rows)))
    const isWhole = (day: number) => spanOf(day).from >= from && spanOf(day).to <= to
    const whole = { from: dayFrom(from), to: dayNumber(to) }
    // Of days that are cut there are at most two, and then they are the first and the last.
    const cut = [...new Set([first, end - 1])].filter((day) => day >= first && !isWhole(day))
    const days = [
      ...[...rows]
        .filter(([day]) => day >= first)
        .map(([day, batch]) => ({ day, add: () => into.part(readerOf(batch)) })),
      ...closed
        .parts(whole, ["summary"])
        .map(({ day, summary }) => ({ day, add: () => into.whole(summary(), startOf(day)) })),
      ...cut
        .flatMap((day) => closed.parts({ from: day, to: day + 1 }, ["index", "status"]))
        .map(({ day, reader }) => ({ day, add: () => into.part(reader()) })),
    ]
    for (const { add } of days.toSorted((one, other) => one.day - other.day)) add()
    return into.sums()
  }

  const agents = (): ReadonlyArray<AgentActivity> => {
    const seen = new Map<number, AgentActivity>()
    for (const cells of [
      ...driver.all(`SELECT code % ${Dictionary.AGENTS} AS number, min(uts), max(uts) FROM hot GROUP BY number`),
      ...closed.agents(),
    ]) {
      const [number = 0, first = 0, last = 0] = cells.map(Number)
      const agent = codes.agentOf(number)
      const known = seen.get(agent)
      seen.set(agent, {
        agent,
        first: Math.min(first, known?.first ?? first),
        last: Math.max(last, known?.last ?? last),
      })
    }
    return [...seen.values()].toSorted((one, other) => one.agent - other.agent)
  }

  const size = (): Size => {
    const { days, rows } = closed.count()
    return {
      bytes: driver.size(),
      openRows: open.count(),
      closedRows: rows,
      openDays: open.days().length,
      closedDays: days,
    }
  }

  /** One transaction. */
  const transact = <A>(operation: string, kind: "read" | "write", body: () => A): Effect.Effect<A, StoreError> =>
    attempt(options, () =>
      driver.transaction(kind, () => {
        codes.refresh()
        return body()
      }),
    ).pipe(
      Effect.onError(() => Effect.sync(codes.forget)),
      Effect.withSpan(`EventStore.${operation}`),
    )

  return {
    append: (batches, reading) => transact("append", "write", () => append(batches, reading)),
    read: (asked) => transact("read", "read", () => read(asked)),
    lastEvents: (before, of) => transact("lastEvents", "read", () => lastEvents(before, of)),
    sums: (window, now) => transact("sums", "read", () => sums(window, now)),
    coverage: transact("coverage", "read", readCoverage),
    agents: transact("agents", "read", agents),
    compact: (before) =>
      Effect.flatMap(
        transact("compactable", "read", () => compactable(before)),
        Effect.reduce(0, (rows, day) =>
          transact("compact", "write", () => close(day)).pipe(
            Effect.map((more) => rows + more),
            // A year of days takes its time: whoever else is here gets a turn after each.
            Effect.zipLeft(Effect.promise(turn)),
          ),
        ),
      ),
    prune: (before) => transact("prune", "write", () => prune(before)),
    vacuum: Effect.withSpan(attempt(options, driver.vacuum), "EventStore.vacuum"),
    size: transact("size", "read", size),
  }
}

const readerOf = (batch: EventBatch.EventBatch) => logFromParts.rowDayReader(EventLog.fromBatches([batch]))

/** The last event of each agent among some, each of which is there once. */
const latest = (batches: ReadonlyArray<EventBatch.EventBatch>): EventBatch.EventBatch => {
  const last = new Map<number, readonly [batch: EventBatch.EventBatch, row: number]>()
  for (const batch of batches) {
    for (let row = 0; row < batch.length; row++) {
      const agent = batch.agents[batch.agent[row] ?? 0] ?? 0
      const [other, known] = last.get(agent) ?? [batch, row]
      const difference = (batch.uts[row] ?? 0) - (other.uts[known] ?? 0)
      if (difference > 0 || (difference === 0 && (batch.uid[row] ?? 0n) >= (other.uid[known] ?? 0n))) {
        last.set(agent, [batch, row])
      }
    }
  }
  return EventBatch.fromEvents([...last.values()].map(([batch, row]) => EventBatch.eventAt(batch, row)))
}

/** The least and the largest id of a batch, and when its first and its last row were. */
const boundsOf = ({ length, uid, uts }: EventBatch.EventBatch) => {
  const ids = halves(uid)
  let [least, most] = [0, 0]
  let [first, last] = [Infinity, -Infinity]
  for (let row = 0; row < length; row++) {
    if (isLarger(ids, least, row)) least = row
    if (isLarger(ids, row, most)) most = row
    const at = uts[row] ?? 0
    if (at < first) first = at
    if (at > last) last = at
  }
  return { least: uid[least] ?? 0n, most: uid[most] ?? 0n, first, last }
}

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
    attempt(options, () => {
      migrate(options.driver, options.name, options.account)
      return make(options)
    }),
  )
