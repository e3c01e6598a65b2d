/**
 * What is exported for warehouses: tables of events or of intervals, whole or by day.
 *
 * Shape    events, as `dwell events`: the last one of each agent before the window, then those of the window, agent by
 *          agent in order; so that sums of an export are those of its source. Intervals are those of `Report.intervals`
 * Units    instants in Unix seconds; days are those of UTC
 * Fails    `InvalidInput` where an event lies in no year that has a name
 * Source   docs/warehouse.md
 * Cost     agent by agent. By day, at most half a million rows are held, or one day; a log of more is walked once for
 *          each of them
 */
import * as Either from "effect/Either"
import * as EventBatch from "../events/EventBatch.ts"
import type { Column, Rows } from "../format/table.ts"
import { InvalidInput } from "../InvalidInput.ts"
import * as EventLog from "../log/EventLog.ts"
import * as Report from "../report/Report.ts"
import { dayNumber, secondsPerDay } from "../time/days.ts"
import type { Window } from "../time/Window.ts"

/** Some rows of one agent, in the order of time. */
export interface RowGroup extends Rows {
  /** When a row begins. */
  readonly at: (row: number) => number
  /** The rows from one number up to another, in memory of their own. */
  readonly slice: (from: number, to: number) => RowGroup
}

/** A table, read anew by each walk over its pieces. */
export interface Table {
  readonly columns: ReadonlyArray<Column>
  readonly window: Window
  readonly rowGroups: () => Iterable<RowGroup>
}

const eventColumns: ReadonlyArray<Column> = [
  { name: "uid", type: "id" },
  { name: "uts", type: "integer" },
  { name: "agent", type: "integer" },
  { name: "status", type: "text" },
  { name: "subcode", type: "text" },
  { name: "callid", type: "id" },
]

/** The last event of each agent before the window, then the events of the window, agent by agent. */
export const eventsOf = function* (
  log: EventLog.EventLog,
  { from, to }: Window,
): Generator<EventBatch.EventBatch, void, void> {
  for (const batch of EventLog.batches(log)) {
    const before = EventLog.rowsBefore(batch, from)
    if (before > 0) yield EventBatch.slice(batch, before - 1, before)
  }
  for (const batch of EventLog.batches(log)) {
    yield EventBatch.slice(batch, EventLog.rowsBefore(batch, from), EventLog.rowsBefore(batch, to))
  }
}

const eventRowGroup = (batch: EventBatch.EventBatch): RowGroup => ({
  length: batch.length,
  get cells() {
    return [
      batch.uid,
      batch.uts,
      Array.from(batch.agent, (agent) => batch.agents[agent] ?? 0),
      Array.from(batch.status, (status) => batch.statuses[status] ?? ""),
      Array.from(batch.subcode, (subcode) => batch.subcodes[subcode] ?? ""),
      batch.callid,
    ]
  },
  at: (row) => batch.uts[row] ?? 0,
  slice: (from, to) =>
    eventRowGroup({
      ...batch,
      length: to - from,
      uid: batch.uid.slice(from, to),
      uts: batch.uts.slice(from, to),
      callid: batch.callid.slice(from, to),
      agent: batch.agent.slice(from, to),
      status: batch.status.slice(from, to),
      subcode: batch.subcode.slice(from, to),
    }),
})

/** The events of a window, and what was going on when it began. */
export const events = (log: EventLog.EventLog, window: Window): Table => ({
  columns: eventColumns,
  window,
  *rowGroups() {
    for (const batch of eventsOf(log, window)) yield eventRowGroup(batch)
  },
})

const intervalColumns: ReadonlyArray<Column> = [
  { name: "agent", type: "integer" },
  { name: "name", type: "text", nullable: true },
  { name: "team", type: "text", nullable: true },
  { name: "start", type: "integer" },
  { name: "end", type: "integer" },
  { name: "seconds", type: "integer" },
  { name: "status", type: "text", nullable: true },
  { name: "category", type: "text", nullable: true },
  { name: "subcode", type: "text" },
  { name: "callid", type: "id" },
  { name: "uid", type: "id", nullable: true },
  { name: "open", type: "flag" },
  { name: "stale", type: "flag" },
]

type Interval = Report.IntervalsDocument["intervals"][number]

const intervalRowGroup = (found: ReadonlyArray<Interval>): RowGroup => ({
  length: found.length,
  get cells() {
    return [
      found.map(({ agent }) => agent),
      found.map(({ name }) => name),
      found.map(({ team }) => team),
      found.map(({ start }) => start),
      found.map(({ end }) => end),
      found.map(({ end, start }) => end - start),
      found.map(({ status }) => status),
      found.map(({ category }) => category),
      found.map(({ subcode }) => subcode),
      found.map(({ callid }) => BigInt(callid)),
      found.map(({ uid }) => (uid === null ? null : BigInt(uid))),
      found.map(({ open }) => open),
      found.map(({ stale }) => stale),
    ]
  },
  at: (row) => found[row]?.start ?? 0,
  slice: (from, to) => intervalRowGroup(found.slice(from, to)),
})

const compareNumbers = (one: number, other: number): number => one - other

/** The intervals that answer a question. */
export const intervals = (log: EventLog.EventLog, question: Report.Question): Table => ({
  columns: intervalColumns,
  window: question.window,
  *rowGroups() {
    const asked = question.agents
    for (const agent of asked === undefined ? log.agents : [...new Set(asked)].toSorted(compareNumbers)) {
      const own = asked === undefined ? question : { ...question, agents: [agent] }
      yield intervalRowGroup(Report.intervals(EventLog.ofAgents(log, [agent]), own).intervals)
    }
  },
})

/** A calendar of 8 digits for the year ends here. */
const lastDay = 100_000_000

const dayName = (day: number): string => new Date(1000 * secondsPerDay * day).toISOString().split("T", 1).join()

/** Visits the stretches of a group that lie within one day each; what began before the window counts for its first day. */
const eachDay = (group: RowGroup, { from }: Window, visit: (day: number, begin: number, end: number) => void): void => {
  let begin = 0
  let day = NaN
  for (let row = 0; row < group.length; row++) {
    const next = dayNumber(Math.max(from, group.at(row)))
    if (next === day) continue
    if (row > begin) visit(day, begin, row)
    begin = row
    day = next
  }
  if (group.length > begin) visit(day, begin, group.length)
}

/** The rows of a day. */
export interface Day {
  /** `2026-11-23` */
  readonly day: string
  readonly rowGroups: ReadonlyArray<RowGroup>
}

export interface Days {
  /** Each day with rows, and the window's first day, in order. */
  readonly names: ReadonlyArray<string>
  /** The first and the last day of the window. */
  readonly first: string
  readonly last: string
  readonly each: () => Iterable<Day>
}

const rowsPerGroup = 500_000

/**
 * Parts a table by the UTC day in which its rows begin. What an agent was doing when the window began is in the window's
 * first day, so that the days of a window hold all that its sums need, and a day exported before is left as it is.
 */
export const days = ({ rowGroups, window }: Table): Either.Either<Days, InvalidInput> => {
  const first = dayNumber(window.from)
  const last = Math.max(first, dayNumber(window.to - 1))
  const counts = new Map([[first, 0]])
  for (const group of rowGroups()) {
    eachDay(group, window, (day, begin, end) => counts.set(day, (counts.get(day) ?? 0) + end - begin))
  }
  const order = [...counts.keys()].toSorted(compareNumbers)
  const strange = [first, last, ...order].find((day) => Math.abs(day) > lastDay)
  if (strange !== undefined) {
    return Either.left(
      new InvalidInput({
        what: "--partition day",
        issue: `there are events near ${strange * secondsPerDay}, which is no day of the calendar`,
        remedy: "Give --from and --to, or leave --partition out.",
      }),
    )
  }
  return Either.right({
    names: order.map(dayName),
    first: dayName(first),
    last: dayName(last),
    *each() {
      let begin = 0
      while (begin < order.length) {
        let end = begin
        let rows = 0
        do rows += counts.get(order[end++] ?? 0) ?? 0
        while (end < order.length && rows + (counts.get(order[end] ?? 0) ?? 0) <= rowsPerGroup)
        const held = new Map(order.slice(begin, end).map((day): [number, Array<RowGroup>] => [day, []]))
        for (const group of rowGroups()) {
          eachDay(group, window, (day, from, to) => held.get(day)?.push(group.slice(from, to)))
        }
        for (const [day, found] of held) yield { day: dayName(day), rowGroups: found }
        begin = end
      }
    },
  })
}
