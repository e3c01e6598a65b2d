/**
 * Answers as text: what the command prints for the same question, reduced to the rows that the screen shows, in their order.
 */
import * as Report from "@dwell/core/Report"
import * as ReportRows from "@dwell/core/ReportRows"
import { nowSeconds } from "@dwell/core/clock"
import * as Effect from "effect/Effect"
import * as StoredLog from "../../../logSource/storedLog.ts"
import { linesOf, type Printable } from "../../../render/printable.ts"
import { standingsAnswer } from "../../../render/at.ts"
import { intervalsAnswer } from "../../../render/intervals.ts"
import { answerOf as reported } from "../../../render/report.ts"
import { sessionsAnswer } from "../../../render/sessions.ts"
import { staffingAnswer } from "../../../render/staffing.ts"
import type { Style } from "@dwell/terminal/style"
import type { ReportInput } from "../../../logSource/question.ts"
import { agent } from "./agent.ts"
import { coverage } from "./coverage.ts"
import { loadWindow, fetchOrRead } from "../loadWindow.ts"
import type {
  AgentQuestion,
  CoverageQuestion,
  ExportQuestion,
  LiveQuestion,
  ReportQuestion,
  RowKey,
} from "../protocol/question.ts"
import type { AgentAnswer, CoverageAnswer, ExportAnswer } from "../protocol/answer.ts"
import type { AccountSession } from "../session.ts"

/** As in a file. */
const style: Style = { width: Infinity, colour: false, pictures: false }

type Shown = ExportQuestion["shown"]

/** The rows that are shown, in their order; several may have one key. */
const select = <Row>(rows: ReadonlyArray<Row>, shown: Shown, keyOf: (row: Row) => RowKey): ReadonlyArray<Row> => {
  if (shown === null) return rows
  const known = Map.groupBy(rows, keyOf)
  return shown.flatMap((key) => known.get(key) ?? [])
}

/** Rows of texts and numbers under their names. */
const toTable = <Name extends string>(
  names: ReadonlyArray<Name>,
  rows: ReadonlyArray<Readonly<Record<Name, RowKey>>>,
): ReportRows.Rows => ({
  columns: names,
  rows: rows.map((row) => names.map((name) => row[name])),
})

/** The current statuses, as `dwell at now` prints them. */
const floor = (session: AccountSession, { timezone }: LiveQuestion, shown: Shown) =>
  Effect.gen(function* () {
    const now = yield* nowSeconds
    const { agents, known, log, uncovered } = yield* fetchOrRead((wanted) =>
      StoredLog.readAround({ ...wanted, instant: now, now, agents: undefined }),
    )
    yield* session.renewNames
    const question = {
      instant: now,
      now: known,
      zone: timezone === null ? session.zone : { name: timezone },
      directory: yield* session.names,
      agents,
      uncovered,
    }
    const document = Report.statusAt(log, question)
    return standingsAnswer({ ...document, agents: select(document.agents, shown, (row) => row.agent) }, question.zone)
  }).pipe(Effect.provide(session.services))

/** The document that `dwell report` prints, reduced to the rows that are shown. */
const report = (
  session: AccountSession,
  { bucket, isStaleCut, ...asked }: ReportQuestion,
  { group, shown }: Pick<ExportQuestion, "group" | "shown">,
) =>
  Effect.map(loadWindow(session, asked), ({ log, question }): Printable => {
    const document = Report.make(
      log,
      { ...question, capStale: isStaleCut },
      { teams: group === "team", ...(group === "bucket" ? { bucket: bucket ?? "PT1H" } : {}) },
    )
    const { agents, buckets = [], statuses, teams = [] } = document
    const { zone } = question
    switch (group) {
      case "agent":
        return reported({ ...document, agents: select(agents, shown, (row) => row.agent) }, zone, group, style)
      case "status":
        return reported({ ...document, statuses: select(statuses, shown, (row) => row.status) }, zone, group, style)
      case "team":
        return reported({ ...document, teams: select(teams, shown, (row) => row.team) }, zone, group, style)
      case "bucket":
        return reported({ ...document, buckets: select(buckets, shown, (row) => row.start) }, zone, undefined, style)
    }
  })

const callsAnswer = ({ log, question }: ReportInput): Printable => {
  const document = Report.calls(log, question)
  return { document, zone: question.zone, rows: ReportRows.ofCalls(document), sections: [] }
}

/** The figures that are compared, in the order of the screen. */
const comparisonOf = ({
  calls,
  loggedIn,
  rates,
  seconds: { afterCall, available, handling, idle, other },
  untracked,
}: NonNullable<AgentAnswer["figures"]> | AgentAnswer["median"]) => ({
  loggedIn,
  handling,
  afterCall,
  available,
  idle,
  other,
  untracked,
  calls,
  averageHandleTime: rates.averageHandleTime,
  occupancy: rates.occupancy,
  utilisation: rates.utilisation,
  availability: rates.availability,
  notReadyShare: rates.notReadyShare,
})

const comparisonAnswer = ({ agent: id, figures, median, name, quality, team, window }: AgentAnswer): Printable => {
  const own = new Map(Object.entries(figures === null ? {} : comparisonOf(figures)))
  const comparison = Object.entries(comparisonOf(median)).map(([figure, of]) => ({
    figure,
    agent: own.get(figure) ?? null,
    median: of,
  }))
  const document = { window, agent: id, name, team, comparison, quality }
  return {
    document,
    zone: { name: window.timezone },
    rows: toTable(["figure", "agent", "median"], comparison),
    sections: [],
  }
}

/** The list of the agent that the screen shows. */
const ofAgent = (session: AccountSession, of: AgentQuestion, tab: ExportQuestion["tab"]) => {
  switch (tab) {
    case "intervals":
      return Effect.map(loadWindow(session, of, [of.agent]), intervalsAnswer)
    case "calls":
      return Effect.map(loadWindow(session, of, [of.agent]), callsAnswer)
    case "sessions":
      return Effect.map(loadWindow(session, of, [of.agent]), sessionsAnswer)
    case "comparison":
      return Effect.map(agent(session, of), comparisonAnswer)
  }
}

/** What is stored, and what is missing from the window: one row per span. */
const coverageAnswer = (answer: CoverageAnswer): Printable => {
  const { _tag, account, problem: _, ...known } = answer
  const document = { account: account.name, ...known }
  const rows = [
    ...known.spans.map((span) => ({ state: "stored", ...span })),
    ...known.quality.uncovered.map((span) => ({ state: "missing", ...span, asOf: null })),
  ]
  return {
    document,
    zone: { name: known.window.timezone },
    rows: toTable(["state", "from", "to", "asOf"], rows),
    sections: [],
  }
}

const ofCoverage = (session: AccountSession, of: CoverageQuestion) => Effect.map(coverage(session, of), coverageAnswer)

/** The answer of the command: report, intervals, sessions, staffing or at; the screen's own if there is no such command. */
const answerOf = (session: AccountSession, { of, tab, ...asked }: ExportQuestion) => {
  switch (of._tag) {
    case "live":
      return floor(session, of, asked.shown)
    case "report":
      return report(session, of, asked)
    case "agent":
      return ofAgent(session, of, tab)
    case "staffing":
      return Effect.map(loadWindow(session, of), (found) => staffingAnswer(found, of.stepSeconds, style))
    case "coverage":
      return ofCoverage(session, of)
  }
}

export const exportAnswer = (session: AccountSession, question: ExportQuestion) =>
  Effect.map(answerOf(session, question), (answer): ExportAnswer => {
    let rows = 0
    for (const _ of answer.rows.rows) rows += 1
    return {
      _tag: "export",
      text: Array.from(linesOf(answer, question.format, style), (line) => `${line}\n`).join(""),
      rows,
      isWhole: answer.document.quality.uncovered.length === 0,
    }
  })
