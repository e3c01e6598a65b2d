/**
 * Answers as text: what the command prints for the same question.
 */
import { EventStore } from "@dwell/core/EventStore"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { atAnswer } from "../../render/at.ts"
import { type Answer, linesOf } from "../../render/answer.ts"
import { intervalsAnswer } from "../../render/intervals.ts"
import { reportAnswer } from "../../render/report.ts"
import { staffingAnswer } from "../../render/staffing.ts"
import { type Style } from "../../render/style.ts"
import { readAround } from "../../source.ts"
import { ground, logOf } from "./ground.ts"
import { type ExportAnswer, type ExportQuestion, type LiveQuestion } from "./Question.ts"
import { type World } from "./world.ts"

/** As in a file. */
const style: Style = { width: Infinity, colour: false, pictures: false }

/** Who is in which status now, as `dwell at now` tells it. */
const floor = (world: World, { timezone }: LiveQuestion) =>
  Effect.gen(function* () {
    const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
    const { known, log, uncovered } = yield* readAround(now, now, (wanted) => logOf({ ...wanted, agents: undefined }))
    const { agents } = yield* EventStore
    yield* world.renewNames
    const question = {
      instant: now,
      now: known,
      zone: timezone === null ? world.zone : { name: timezone },
      directory: yield* world.names,
      agents: (yield* agents).map(({ agent }) => agent),
      uncovered,
    }
    return atAnswer({ log, question })
  }).pipe(Effect.provide(world.services))

/** The answer of the command: report, intervals, staffing or at. */
const answerOf = (world: World, { group, of }: ExportQuestion) => {
  switch (of._tag) {
    case "live":
      return floor(world, of)
    case "report":
      return Effect.map(ground(world, of), ({ log, question }): Answer => {
        const asked = { log, question: { ...question, capStale: of.isStaleCut } }
        return reportAnswer(asked, group === "bucket" ? { bucket: of.bucket ?? "PT1H" } : { group }, style)
      })
    case "agent":
      return Effect.map(ground(world, of, [of.agent]), intervalsAnswer)
    case "staffing":
      return Effect.map(ground(world, of), (asked) => staffingAnswer(asked, of.stepSeconds, style))
  }
}

export const exported = (world: World, question: ExportQuestion) =>
  Effect.map(answerOf(world, question), (answer): ExportAnswer => {
    // The first line names the columns.
    let rows = -1
    for (const _ of answer.rows.csv()) rows += 1
    return {
      _tag: "export",
      text: Array.from(linesOf(answer, question.format, style), (line) => `${line}\n`).join(""),
      rows,
      isWhole: answer.document.quality.uncovered.length === 0,
    }
  })
