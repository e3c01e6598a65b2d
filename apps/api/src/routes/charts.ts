import type { operations } from "@dwell/client/contract"
import * as Calendar from "@dwell/core/Calendar"
import * as Report from "@dwell/core/Report"
import * as Effect from "effect/Effect"
import { staffing } from "../web/charts/staffing.tsx"
import { timeline } from "../web/charts/timeline.tsx"
import { Refusal } from "../http/problem.ts"
import { type RequestContext, cached } from "../account/cachedResponse.ts"
import { fewRows } from "./staffing.ts"
import { parseQuery, cacheKeyOf, read } from "../account/parseQuery.ts"

/** More strips than that nobody tells apart. */
const mostStrips = 200
/** More intervals than that are a picture nobody can load. */
const mostIntervals = 100_000

const widthOf = (width: string | undefined) => (width === undefined ? {} : { width: Number(width) })

export const getTimelinePicture = (ask: RequestContext<typeof operations.getTimelinePicture.query.Type>) =>
  Effect.gen(function* () {
    const { query } = ask
    const asked = yield* parseQuery(query)
    const make = Effect.gen(function* () {
      const { log, question } = yield* read(asked)
      const agents = question.agents ?? log.agents
      const fewer = (what: string) =>
        new Refusal({
          code: "question_too_large",
          parameter: "agent",
          detail: `agent: the picture would have ${what}. Name some agents, or give a shorter window.`,
        })
      if (agents.length > mostStrips) return yield* fewer(`${agents.length} strips, and ${mostStrips} are the most`)
      const document = Report.intervals(log, question)
      const rows = document.intervals.length
      if (rows > mostIntervals) return yield* fewer(`${rows} intervals, and ${mostIntervals} are the most`)
      return timeline(document, { zone: asked.zone, ...widthOf(query.width) })
    })
    return yield* cached(ask, cacheKeyOf(query, asked, { width: query.width }), make)
  })

export const getStaffingPicture = (ask: RequestContext<typeof operations.getStaffingPicture.query.Type>) =>
  Effect.gen(function* () {
    const { query } = ask
    const stepSeconds = yield* Calendar.parseStep(query.step ?? "PT5M")
    const asked = yield* parseQuery(query)
    yield* Calendar.checkSteps(asked.window, stepSeconds)
    const make = Effect.map(
      Effect.tap(read(asked), ({ log }) => fewRows(log, asked, stepSeconds)),
      ({ log, question }) =>
        staffing(Report.staffing(log, { ...question, stepSeconds }), { zone: asked.zone, ...widthOf(query.width) }),
    )
    return yield* cached(ask, cacheKeyOf(query, asked, { stepSeconds, width: query.width }), make)
  })
