import type { operations } from "@dwell/client/contract"
import * as Calendar from "@dwell/core/Calendar"
import * as Report from "@dwell/core/Report"
import * as Effect from "effect/Effect"
import { staffingChart } from "../web/charts/staffing.tsx"
import { timelineChart } from "../web/charts/timeline.tsx"
import { ApiError } from "../http/problem.ts"
import { type RequestContext, cached } from "../account/cachedResponse.ts"
import { checkStepRows } from "./staffing.ts"
import { parseQuery, cacheKeyOf, read } from "../account/parseQuery.ts"

/** More strips than that nobody tells apart. */
const maxStrips = 200
/** More intervals than that are a picture nobody can load. */
const maxIntervals = 100_000

const widthOf = (width: string | undefined) => (width === undefined ? {} : { width: Number(width) })

export const getTimelineChart = (context: RequestContext<typeof operations.getTimelinePicture.query.Type>) =>
  Effect.gen(function* () {
    const { query } = context
    const parsed = yield* parseQuery(query)
    const make = Effect.gen(function* () {
      const { log, question } = yield* read(parsed)
      const agents = question.agents ?? log.agents
      const fewer = (what: string) =>
        new ApiError({
          code: "question_too_large",
          parameter: "agent",
          detail: `agent: the picture would have ${what}. Name some agents, or give a shorter window.`,
        })
      if (agents.length > maxStrips) return yield* fewer(`${agents.length} strips, and ${maxStrips} are the most`)
      const document = Report.intervals(log, question)
      const rows = document.intervals.length
      if (rows > maxIntervals) return yield* fewer(`${rows} intervals, and ${maxIntervals} are the most`)
      return timelineChart(document, { zone: parsed.zone, ...widthOf(query.width) })
    })
    return yield* cached(context, cacheKeyOf(query, parsed, { width: query.width }), make)
  })

export const getStaffingChart = (context: RequestContext<typeof operations.getStaffingPicture.query.Type>) =>
  Effect.gen(function* () {
    const { query } = context
    const stepSeconds = yield* Calendar.parseStep(query.step ?? "PT5M")
    const parsed = yield* parseQuery(query)
    yield* Calendar.checkSteps(parsed.window, stepSeconds)
    const make = Effect.map(
      Effect.tap(read(parsed), ({ log }) => checkStepRows(log, parsed, stepSeconds)),
      ({ log, question }) =>
        staffingChart(Report.staffing(log, { ...question, stepSeconds }), {
          zone: parsed.zone,
          ...widthOf(query.width),
        }),
    )
    return yield* cached(context, cacheKeyOf(query, parsed, { stepSeconds, width: query.width }), make)
  })
