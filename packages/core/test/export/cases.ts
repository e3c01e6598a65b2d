// The awkward logs of test/figures, made more awkward for engines: ids to the end of 64 bits, times past 2038 and over
// several days, texts with what SQL, CSV and Parquet could trip over. And what the kernel answers, as an engine shows it.
import * as fc from "effect/FastCheck"
import * as Export from "../../src/export/Export.ts"
import type { Rows, TableEncoder } from "../../src/format/table.ts"
import * as Report from "../../src/report/Report.ts"
import { maxId, type StatusEvent } from "../../src/events/StatusEvent.ts"
import type { Window } from "../../src/time/Window.ts"
import { origin, question, rows } from "../report/generate.ts"
import type { Answered } from "./engines.ts"
import { logOf } from "../logs.ts"

const words = fc.constantFrom(
  "training",
  "o'brien",
  'say "when"',
  "back\\slash",
  "a,b;c\td",
  "zwei\nzeilen",
  "überstunde 🎧",
  "null",
  "$1",
)

export interface Case {
  readonly events: ReadonlyArray<StatusEvent>
  readonly window: Window
  readonly now: number
}

/** Rows in the order of delivery, some of them with the uid of another, and a question about them. */
export const cases: fc.Arbitrary<Case> = fc
  .record({
    rows,
    question,
    status: words,
    subcode: words,
    start: fc.constantFrom(origin, origin, 0, -1_000_000, 2_200_000_000, 200_000_000_000),
    stretch: fc.constantFrom(1, 1, 700),
    agents: fc.constantFrom(1, 100_000, 4_000_000_000),
  })
  .map(({ agents, question: asked, rows: made, start, status, stretch, subcode }) => {
    const moved = (instant: number): number => start + stretch * (instant - origin)
    return {
      events: made.map((event) => ({
        ...event,
        uts: moved(event.uts),
        agent: event.agent * agents,
        status: event.status === "training" ? status : event.status,
        subcode: event.subcode === "tea" ? subcode : event.subcode,
        callid: event.callid === 4n ? maxId - 1n : event.callid,
      })),
      window: { from: moved(asked.from), to: moved(asked.to) },
      now: moved(asked.now),
    }
  })

const asQuestion = ({ now, window }: Case): Report.Question => ({ window, now, zone: { name: "UTC" } })

/** The rows as a table takes them, in their order. */
export const asRows = (events: ReadonlyArray<StatusEvent>): Rows => ({
  length: events.length,
  cells: [
    events.map(({ uid }) => uid),
    events.map(({ uts }) => uts),
    events.map(({ agent }) => agent),
    events.map(({ status }) => status),
    events.map(({ subcode }) => subcode),
    events.map(({ callid }) => callid),
  ],
})

/** A whole file. */
export const fileOf = (encoder: TableEncoder, pieces: Iterable<Rows>): Uint8Array =>
  Buffer.concat([...Array.from(pieces, (piece) => encoder.write(piece)), encoder.end()])

const text = (value: number | null): string | null => (value === null ? null : String(value))

/** The sums of `Report.make`. */
const sumsOf = (given: Case): Answered =>
  Report.make(logOf(given.events), asQuestion(given)).agents.flatMap(({ agent, statuses, untracked }) => [
    ...statuses.map(({ average, calls, entries, longest, seconds, status, visits }) => [
      String(agent),
      status,
      ...[seconds, entries, visits, longest, average, calls].map(text),
    ]),
    [String(agent), null, String(untracked), null, null, null, null, null],
  ])

/** The intervals of `Report.intervals`. */
const intervalsOf = (given: Case): Answered =>
  Report.intervals(logOf(given.events), asQuestion(given)).intervals.map(
    ({ agent, callid, end, open, start, status, subcode, uid }) => [
      ...[agent, start, end, end - start].map(String),
      status,
      subcode,
      callid,
      uid,
      String(open),
    ],
  )

export const expected = { sums: sumsOf, intervals: intervalsOf }

/** Days of an export as files: their names and their bytes. */
export const partitions = (table: Export.Table, encoder: (columns: Export.Table["columns"]) => TableEncoder) => {
  const days = Export.days(table)
  if (days._tag === "Left") throw days.left
  return Array.from(days.right.each(), ({ day, rowGroups }) => ({
    day,
    bytes: fileOf(encoder(table.columns), rowGroups),
  }))
}
