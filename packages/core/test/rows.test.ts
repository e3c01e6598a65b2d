// Answers as rows: CSV and NDJSON of generated answers hold the same cells, those of the document; a table that is
// exported, the same lines; and a text that a spreadsheet would take for a formula is none.
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Export from "../src/Export.ts"
import * as Report from "../src/Report.ts"
import * as Rows from "../src/Rows.ts"
import { cases, logOf } from "./figures/generate.ts"

/** Cells of one line of CSV, or of several where one is quoted; an oracle that knows nothing of how it is written. */
const parsed = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
  const rows: Array<Array<string>> = [[]]
  for (const [whole, quoted, plain = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g)) {
    expect(whole).not.toBe("")
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain)
    if (end === "\n") rows.push([])
  }
  return rows.slice(0, -1)
}

const csvOf = (rows: Rows.Rows) => parsed([...Rows.csv(rows)].map((line) => `${line}\n`).join(""))

const objects = (rows: Rows.Rows): ReadonlyArray<Readonly<Record<string, Rows.Cell>>> =>
  Array.from(Rows.ndjson(rows), (line): Readonly<Record<string, Rows.Cell>> => JSON.parse(line))

/** A cell of CSV, of what it holds. */
const inCsv = (cell: Rows.Cell | undefined): string =>
  typeof cell === "string" && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell ?? "")

const text = fc.oneof(
  fc.constantFrom("=1+1", "+1", "-1", "@x", "\tx", "a,b", 'say "when"', "two\nlines", "", "–", "a;b", " x "),
  fc.string(),
)

/** Logs and questions, with awkward names, teams and statuses. */
const asked = fc.record({ given: cases, name: text, team: fc.option(text), status: text }).map(
  ({ given: { events, question }, name, status, team }) => ({
    log: logOf(events.map((event) => (event.status === "coaching" ? { ...event, status } : event))),
    question: { ...question, directory: new Map([[1, { name, team }]]) },
  }),
)

const each = (check: (given: typeof asked extends fc.Arbitrary<infer A> ? A : never) => void) =>
  fc.assert(fc.property(asked, check), { numRuns: 150, seed: 3 })

/** The things that rows are of, and the rows. */
const answers: Readonly<
  Record<string, (log: Parameters<typeof Report.make>[0], question: Report.Question) => readonly [ReadonlyArray<object>, Rows.Rows]>
> = {
  "a report": (log, question) => {
    const document = Report.make(log, question)
    const statuses = document.agents.flatMap(({ agent, name, statuses: own, team }) =>
      own.map((status) => ({ agent, name, team, ...status })),
    )
    return [statuses, Rows.ofReport(document)]
  },
  "a report by status": (log, question) => {
    const document = Report.make(log, question)
    return [document.statuses, Rows.ofReport(document, { group: "status" })]
  },
  "a report by agent": (log, question) => {
    const document = Report.make(log, question)
    return [document.agents.map((row) => ({ ...row, ...row.rates })), Rows.ofReport(document, { group: "agent" })]
  },
  "a report by team": (log, question) => {
    const document = Report.make(log, question, { teams: true })
    const teams = (document.teams ?? []).map((row) => ({ ...row, ...row.rates }))
    return [teams, Rows.ofReport(document, { group: "team" })]
  },
  "a report by bucket": (log, question) => {
    const document = Report.make(log, question, { bucket: "PT15M" })
    return [document.buckets ?? [], Rows.ofReport(document, { group: "agent" })]
  },
  intervals: (log, question) => {
    const document = Report.intervals(log, question)
    return [document.intervals, Rows.ofIntervals(document)]
  },
  sessions: (log, question) => {
    const document = Report.sessions(log, question)
    return [document.sessions, Rows.ofSessions(document)]
  },
  calls: (log, question) => {
    const document = Report.calls(log, question)
    return [document.calls, Rows.ofCalls(document)]
  },
  staffing: (log, question) => {
    const document = Report.staffing(log, { ...question, stepSeconds: 60 })
    return [document.staffing, Rows.ofStaffing(document)]
  },
  "who was in which status": (log, { window, ...question }) => {
    const document = Report.at(log, { ...question, instant: window.from })
    return [document.agents, Rows.ofAt(document)]
  },
}

describe.each(Object.entries(answers))("the rows of %s", (_, answer) => {
  it("hold in CSV and NDJSON, and each time they are walked over, the cells of the document", () =>
    each(({ log, question }) => {
      const [things, rows] = answer(log, question)
      const found = objects(rows)
      expect(found.length).toBe(things.length)
      const [head, ...lines] = csvOf(rows)
      expect(head).toStrictEqual(rows.columns)
      expect(lines).toStrictEqual(found.map((row) => rows.columns.map((column) => inCsv(row[column]))))
      for (const [index, thing] of things.entries()) {
        for (const [key, value] of Object.entries(thing)) {
          if (rows.columns.includes(key)) expect(found[index]?.[key]).toStrictEqual(value)
        }
      }
    }))
})

describe("the seconds of", () => {
  it("intervals and sessions are their lengths", () =>
    each(({ log, question }) => {
      const rows = [
        ...objects(Rows.ofIntervals(Report.intervals(log, question))),
        ...objects(Rows.ofSessions(Report.sessions(log, question))),
      ]
      for (const { end, seconds, start } of rows) expect(Number(start) + Number(seconds)).toBe(end)
    }))

  it("categories are those of their statuses, and with what is untracked all that there are", () =>
    each(({ log, question }) => {
      const document = Report.make(log, question)
      for (const [index, row] of objects(Rows.ofReport(document, { group: "agent" })).entries()) {
        for (const category of ["available", "handling", "afterCall", "idle", "other", "offline"]) {
          const statuses = document.agents[index]?.statuses.filter((status) => status.category === category) ?? []
          expect(row[category]).toBe(statuses.reduce((sum, { seconds }) => sum + seconds, 0))
        }
      }
    }))

  it("a status at an instant are those since it began", () =>
    each(({ log, question: { window, ...question } }) => {
      for (const { seconds, since } of objects(Rows.ofAt(Report.at(log, { ...question, instant: window.to })))) {
        expect(seconds).toBe(since === null ? null : window.to - Number(since))
      }
    }))
})

it("exported, intervals are the same lines as answered at once", () =>
  each(({ log, question }) => {
    const [whole, pieces] = [
      Rows.ofIntervals(Report.intervals(log, question)),
      Rows.ofTable(Export.intervals(log, question)),
    ]
    expect([...Rows.csv(pieces)]).toStrictEqual([...Rows.csv(whole)])
    expect([...Rows.ndjson(pieces)]).toStrictEqual([...Rows.ndjson(whole)])
  }))

it("exported, events have exact ids", () =>
  each(({ log, question: { window } }) => {
    const uids = [...Export.eventsOf(log, window)].flatMap(({ uid }) => Array.from(uid, String))
    expect(objects(Rows.ofTable(Export.events(log, window))).map(({ uid }) => uid)).toStrictEqual(uids)
  }))

it("blocks are all lines in order, and never a part of one", () => {
  const line = fc.tuple(fc.constantFrom("a", "bc", ""), fc.nat(40_000)).map(([letters, times]) => letters.repeat(times))
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const blocks = [...Rows.blocks(lines)]
      expect(blocks.join("")).toBe(lines.map((each) => `${each}\n`).join(""))
      for (const block of blocks) expect(block.endsWith("\n")).toBe(true)
      for (const block of blocks.slice(0, -1)) expect(block.length).toBeGreaterThanOrEqual(65_536)
    }),
    { numRuns: 50, seed: 1 },
  )
})
