/**
 * How many agents were in each status at once.
 */
import * as Category from "@dwell/core/Category"
import * as Report from "@dwell/core/Report"
import * as Effect from "effect/Effect"
import { loadWindow } from "../loadWindow.ts"
import type { StaffingQuestion } from "../protocol/question.ts"
import type { StaffingAnswer } from "../protocol/answer.ts"
import type { AccountSession } from "../session.ts"

export const staffing = (session: AccountSession, { stepSeconds, ...asked }: StaffingQuestion) =>
  Effect.map(loadWindow(session, asked), ({ log, question, problem }): StaffingAnswer => {
    const { document, untracked } = Report.staffingWithUntracked(log, { ...question, stepSeconds })
    const rows = document.staffing
    const statuses = new Set(rows.map(({ status }) => status))
    const known = new Set(rows.flatMap(({ average, start }) => (average > 0 ? [start] : [])))
    return {
      _tag: "staffing",
      account: session.info,
      window: document.window,
      quality: document.quality,
      problem,
      stepSeconds,
      rows,
      untracked,
      overall: Report.summariseStaffing({ staffing: rows.filter(({ start }) => known.has(start)) }),
      categories: Object.fromEntries(
        Array.from(statuses, (status) => [status, Category.of(Category.defaults, status)]),
      ),
    }
  })
