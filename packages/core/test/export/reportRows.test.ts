import { runs } from "@dwell/testing/effort"
import * as fc from "effect/FastCheck"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import * as Export from "../../src/export/Export.ts"
import * as Report from "../../src/report/Report.ts"
import * as ReportRows from "../../src/export/ReportRows.ts"
import { asQuestion, question, rows } from "../report/generate.ts"
import { logOf } from "../logs.ts"

/** Cells of one line of CSV, or of several where one is quoted; an oracle that knows nothing of how it is written. */
const parsed = (csv: string): ReadonlyArray<ReadonlyArray<string>> => {
  const lines: Array<Array<string>> = [[]]
  for (const [whole, quoted, plain = "", end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g)) {
    expect(whole).not.toBe("")
    lines.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain)
    if (end === "\n") lines.push([])
  }
  return lines.slice(0, -1)
}

const csvOf = (found: ReportRows.Rows) => parsed([...ReportRows.csv(found)].map((line) => `${line}\n`).join(""))

const object = Schema.decodeSync(
  Schema.parseJson(
    Schema.Record({
      key: Schema.String,
      value: Schema.NullOr(Schema.Union(Schema.String, Schema.Number, Schema.Boolean)),
    }),
  ),
)

const objects = (found: ReportRows.Rows): ReadonlyArray<Readonly<Record<string, ReportRows.Cell>>> =>
  Array.from(ReportRows.ndjson(found), (line) => object(line))

/** A cell of CSV, of what it holds. */
const inCsv = (cell: ReportRows.Cell | undefined): string =>
  typeof cell === "string" && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell ?? "")

const text = fc.oneof(
  fc.constantFrom("=1+1", "+1", "-1", "@x", "\tx", "a,b", 'say "when"', "two\nlines", "", "–", "a;b", " x "),
  fc.string(),
)

/** Logs and questions, with awkward names, teams and statuses. */
const asked = fc
  .record({ events: rows, of: question, name: text, team: fc.option(text), status: text })
  .map(({ events, name, of, status, team }) => ({
    log: logOf(events.map((event) => (event.status === "coaching" ? { ...event, status } : event))),
    question: { ...asQuestion(of), directory: new Map([[1, { name, team }]]) },
  }))

const each = (check: (given: typeof asked extends fc.Arbitrary<infer A> ? A : never) => void) =>
  fc.assert(fc.property(asked, check), { numRuns: runs(25), seed: 3 })

/** The things that rows are of, and the rows. */
const answers: Readonly<
  Record<
    string,
    (
      log: Parameters<typeof Report.make>[0],
      question: Report.Question,
    ) => readonly [ReadonlyArray<object>, ReportRows.Rows]
  >
> = {
  "a report": (log, of) => {
    const document = Report.make(log, of)
    const statuses = document.agents.flatMap(({ agent, name, statuses: own, team }) =>
      own.map((status) => ({ agent, name, team, ...status })),
    )
    return [statuses, ReportRows.ofReport(document)]
  },
  "a report by status": (log, of) => {
    const document = Report.make(log, of)
    return [document.statuses, ReportRows.ofReport(document, { group: "status" })]
  },
  "a report by agent": (log, of) => {
    const document = Report.make(log, of)
    return [document.agents.map((row) => ({ ...row, ...row.rates })), ReportRows.ofReport(document, { group: "agent" })]
  },
  "a report by team": (log, of) => {
    const document = Report.make(log, of, { teams: true })
    const teams = (document.teams ?? []).map((row) => ({ ...row, ...row.rates }))
    return [teams, ReportRows.ofReport(document, { group: "team" })]
  },
  "a report by bucket": (log, of) => {
    const document = Report.make(log, of, { bucket: "PT15M" })
    return [document.buckets ?? [], ReportRows.ofReport(document, { group: "agent" })]
  },
  intervals: (log, of) => {
    const document = Report.intervals(log, of)
    return [document.intervals, ReportRows.ofIntervals(document)]
  },
  sessions: (log, of) => {
    const document = Report.sessions(log, of)
    return [document.sessions, ReportRows.ofSessions(document)]
  },
  calls: (log, of) => {
    const document = Report.calls(log, of)
    return [document.calls, ReportRows.ofCalls(document)]
  },
  staffing: (log, of) => {
    const document = Report.staffing(log, { ...of, stepSeconds: 60 })
    return [document.staffing, ReportRows.ofStaffing(document)]
  },
  "who was in which status": (log, { window, ...of }) => {
    const document = Report.statusAt(log, { ...of, instant: window.from })
    return [document.agents, ReportRows.ofAt(document)]
  },
}

describe.each(Object.entries(answers))("the rows of %s", (_, answer) => {
  it("have the cells of the document, in CSV and in NDJSON, each time they are walked over", () =>
    each(({ log, question: of }) => {
      const [things, found] = answer(log, of)
      const inLines = objects(found)
      expect(inLines.length).toBe(things.length)
      const [head, ...lines] = csvOf(found)
      expect(head).toStrictEqual(found.columns)
      expect(lines).toStrictEqual(inLines.map((row) => found.columns.map((column) => inCsv(row[column]))))
      for (const [index, thing] of things.entries()) {
        const cells = Object.entries(thing).filter(([key]) => found.columns.includes(key))
        expect(inLines[index]).toMatchObject(Object.fromEntries(cells))
        expect(Object.keys(inLines[index] ?? {})).toStrictEqual(found.columns)
      }
    }))
})

describe("the seconds of", () => {
  it("intervals and sessions are their lengths", () =>
    each(({ log, question: of }) => {
      const found = [
        ...objects(ReportRows.ofIntervals(Report.intervals(log, of))),
        ...objects(ReportRows.ofSessions(Report.sessions(log, of))),
      ]
      for (const { end, seconds, start } of found) expect(Number(start) + Number(seconds)).toBe(end)
    }))

  it("categories are those of their statuses", () =>
    each(({ log, question: of }) => {
      const document = Report.make(log, of)
      for (const [index, row] of objects(ReportRows.ofReport(document, { group: "agent" })).entries()) {
        for (const category of ["available", "handling", "afterCall", "idle", "other", "offline"]) {
          const statuses = document.agents[index]?.statuses.filter((status) => status.category === category) ?? []
          expect(row[category]).toBe(statuses.reduce((sum, { seconds }) => sum + seconds, 0))
        }
      }
    }))

  it("a status at an instant are counted from its beginning", () =>
    each(({ log, question: { window, ...of } }) => {
      for (const { seconds, since } of objects(ReportRows.ofAt(Report.statusAt(log, { ...of, instant: window.to })))) {
        expect(seconds).toBe(since === null ? null : window.to - Number(since))
      }
    }))
})

it("intervals have the same lines when exported as when answered at once", () =>
  each(({ log, question: of }) => {
    const [whole, pieces] = [
      ReportRows.ofIntervals(Report.intervals(log, of)),
      ReportRows.ofTable(Export.intervals(log, of)),
    ]
    expect([...ReportRows.csv(pieces)]).toStrictEqual([...ReportRows.csv(whole)])
    expect([...ReportRows.ndjson(pieces)]).toStrictEqual([...ReportRows.ndjson(whole)])
  }))

it("events have exact ids when exported", () =>
  each(({ log, question: { window } }) => {
    const uids = [...Export.eventsOf(log, window)].flatMap(({ uid }) => Array.from(uid, String))
    expect(objects(ReportRows.ofTable(Export.events(log, window))).map(({ uid }) => uid)).toStrictEqual(uids)
  }))

it("blocks have all lines in order, and never a part of one", () => {
  const line = fc.tuple(fc.constantFrom("a", "bc", ""), fc.nat(40_000)).map(([letters, times]) => letters.repeat(times))
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const blocks = [...ReportRows.blocks(lines)]
      expect(blocks.join("")).toBe(lines.map((one) => `${one}\n`).join(""))
      for (const block of blocks) expect(block.endsWith("\n")).toBe(true)
      for (const block of blocks.slice(0, -1)) expect(block.length).toBeGreaterThanOrEqual(65_536)
    }),
    { numRuns: runs(10), seed: 1 },
  )
})
