/**
 * How many agents were in each status at once.
 */
import * as Category from "@dwell/core/Category"
import * as Report from "@dwell/core/Report"
import * as Effect from "effect/Effect"
import { ground } from "./ground.ts"
import { type StaffingAnswer, type StaffingQuestion } from "./Question.ts"
import { type World } from "./world.ts"

export const staffing = (world: World, { stepSeconds, ...asked }: StaffingQuestion) =>
  Effect.map(ground(world, asked), ({ log, question, trouble }): StaffingAnswer => {
    const document = Report.staffing(log, { ...question, stepSeconds })
    const statuses = new Set(document.staffing.map(({ status }) => status))
    return {
      _tag: "staffing",
      place: world.info,
      window: document.window,
      quality: document.quality,
      trouble,
      stepSeconds,
      rows: document.staffing,
      overall: Report.overall(document),
      categories: Object.fromEntries(
        Array.from(statuses, (status) => [status, Category.of(Category.defaults, status)]),
      ),
    }
  })
