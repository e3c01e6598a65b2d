/**
 * What is stored of an account, what is missing from a window, and the quality of the rest. Makes no request.
 */
import type { EventLog } from "@dwell/core/EventLog"
import { EventStore } from "@dwell/core/EventStore"
import * as Report from "@dwell/core/Report"
import * as Effect from "effect/Effect"
import { loadWindow } from "../loadWindow.ts"
import type { CoverageQuestion } from "../protocol/question.ts"
import type { CoverageAnswer } from "../protocol/answer.ts"
import type { AccountSession } from "../session.ts"

/** The last known instant of a window: a status does not end because the vendor has not been asked since. */
const lastKnown = ({ now, uncovered = [] }: Report.Question): number => {
  const gap = uncovered.at(-1)
  return gap !== undefined && gap.to >= now ? gap.from - 1 : now
}

/** Agents who, at the last known instant, had been in one status, not offline, for longer than a working day. */
const staleOf = (log: EventLog, question: Report.Question): CoverageAnswer["stale"] => {
  const instant = lastKnown(question)
  return Report.statusAt(log, { ...question, instant }).agents.flatMap(
    ({ agent, category, name, since, status, team }) =>
      since !== null && category !== "offline" && instant - since > Report.defaultStaleAfterSeconds
        ? [{ agent, name, team, status, since }]
        : [],
  )
}

export const coverage = (session: AccountSession, asked: CoverageQuestion) =>
  Effect.gen(function* () {
    const { log, question } = yield* loadWindow(session, asked, undefined, true)
    const store = yield* EventStore
    const { bytes, closedDays, closedRows, openDays, openRows } = yield* store.size
    const { spans } = yield* store.coverage
    const { quality, window } = Report.make(log, question)
    const [first, last] = [spans[0], spans.at(-1)]
    const found: CoverageAnswer = {
      _tag: "coverage",
      account: session.info,
      window,
      quality,
      problem: null,
      file: session.file,
      bytes,
      events: openRows + closedRows,
      openDays,
      closedDays,
      extent: first === undefined || last === undefined ? null : { from: first.from, to: last.to },
      spans,
      stale: staleOf(log, question),
    }
    return found
  }).pipe(Effect.provide(session.services))
