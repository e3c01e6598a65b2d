/**
 * Figures of a window.
 */
import * as Report from "@dwell/core/Report"
import * as Effect from "effect/Effect"
import { figuresOf } from "./figures.ts"
import { ground } from "./ground.ts"
import { type Group, type ReportAnswer, type ReportQuestion } from "./Question.ts"
import { type World } from "./world.ts"

const groupOf = (of: Pick<Group, "agent" | "name" | "team" | "agents">, figures: Parameters<typeof figuresOf>[0]) => ({
  ...of,
  ...figuresOf(figures),
})

const bucketsOf = (rows: NonNullable<Report.Document["buckets"]>): NonNullable<ReportAnswer["buckets"]> =>
  Array.from(
    Map.groupBy(rows, ({ start }) => start),
    ([start, all]) => {
      const seconds: Record<string, number> = {}
      for (const row of all) seconds[row.status] = (seconds[row.status] ?? 0) + row.seconds
      return { start, end: all[0]?.end ?? start, label: all[0]?.label ?? "", seconds }
    },
  )

/** The document that `dwell report` would print. */
export const reportDocument = (world: World, { bucket, isStaleCut, ...asked }: ReportQuestion) =>
  Effect.map(ground(world, asked), ({ log, question, trouble }) => ({
    trouble,
    zone: question.zone,
    document: Report.make(
      log,
      { ...question, capStale: isStaleCut },
      { teams: true, ...(bucket === null ? {} : { bucket }) },
    ),
  }))

export const report = (world: World, question: ReportQuestion) =>
  Effect.map(reportDocument(world, question), ({ document, trouble }): ReportAnswer => ({
    _tag: "report",
    place: world.info,
    window: document.window,
    quality: document.quality,
    trouble,
    statuses: document.statuses,
    agents: document.agents.map((one) => groupOf({ agent: one.agent, name: one.name, team: one.team, agents: 1 }, one)),
    teams: (document.teams ?? []).map((one) =>
      groupOf({ agent: null, name: null, team: one.team, agents: one.agents }, one),
    ),
    buckets: document.buckets === undefined ? null : bucketsOf(document.buckets),
  }))
