/**
 * Figures of a window.
 */
import * as Calendar from "@dwell/core/Calendar"
import * as Report from "@dwell/core/Report"
import * as Effect from "effect/Effect"
import { figuresOf } from "./figures.ts"
import { loadWindow } from "../loadWindow.ts"
import type { ReportQuestion, TeamsQuestion } from "../protocol/question.ts"
import type { Bucket, Group, ReportAnswer, TeamsAnswer } from "../protocol/answer.ts"
import type { AccountSession } from "../session.ts"

const groupOf = (of: Pick<Group, "agent" | "name" | "team" | "agents">, figures: Parameters<typeof figuresOf>[0]) => ({
  ...of,
  ...figuresOf(figures),
})

const bucketsOf = (
  { agents, buckets = [], quality, window }: Report.Document,
  zone: Calendar.Zone,
  size: Calendar.Size,
): ReadonlyArray<Bucket> => {
  const byStart = Map.groupBy(buckets, ({ start }) => start)
  // Buckets without any time are included.
  return Calendar.buckets(zone, window, size).map((edge) => {
    const seconds = new Map<string, number>()
    let sum = 0
    for (const row of byStart.get(edge.start) ?? []) {
      seconds.set(row.status, (seconds.get(row.status) ?? 0) + row.seconds)
      sum += row.seconds
    }
    const covered = agents.length * Report.covered({ from: edge.start, to: edge.end, now: window.now })
    return { ...edge, seconds, covered, untracked: quality.future > 0 ? null : covered - sum }
  })
}

/** The document that `dwell report` would print. */
const reportDocument = (
  session: AccountSession,
  { bucket, isStaleCut, ...asked }: ReportQuestion,
  detail: Pick<Report.Detail, "everyone"> = {},
) =>
  Effect.map(loadWindow(session, asked), ({ log, question, problem }) => ({
    problem,
    zone: question.zone,
    document: Report.make(
      log,
      { ...question, capStale: isStaleCut },
      { teams: true, ...detail, ...(bucket === null ? {} : { bucket }) },
    ),
  }))

const noAgent = { agent: null, name: null, team: null }

const teamOf = (one: NonNullable<Report.Document["teams"]>[number]): Group =>
  groupOf({ ...noAgent, team: one.team, agents: one.agents }, one)

export const report = (session: AccountSession, question: ReportQuestion) =>
  Effect.gen(function* () {
    const { document, problem, zone } = yield* reportDocument(session, question, { everyone: true })
    const { agents, everyone, quality, statuses, teams: all = [], window } = document
    if (everyone === undefined) return yield* Effect.dieMessage("a report without everyone, who was asked for")
    const answer: ReportAnswer = {
      _tag: "report",
      asked: question,
      account: session.info,
      window,
      quality,
      problem,
      covered: Report.covered(window),
      statuses,
      agents: agents.map((one) => groupOf({ agent: one.agent, name: one.name, team: one.team, agents: 1 }, one)),
      teams: all.map(teamOf),
      everyone: groupOf({ ...noAgent, agents: everyone.agents }, everyone),
      buckets: question.bucket === null ? null : bucketsOf(document, zone, question.bucket),
    }
    return answer
  })

export const teams = (session: AccountSession, asked: TeamsQuestion) =>
  Effect.map(loadWindow(session, asked), ({ log, question, problem }): TeamsAnswer => {
    const { quality, teams: all = [], window } = Report.make(log, question, { teams: true })
    return { _tag: "teams", account: session.info, window, quality, problem, teams: all.map(teamOf) }
  })
