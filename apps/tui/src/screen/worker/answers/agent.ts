/**
 * One agent's window: figures, intervals, sessions, calls, and the medians of the team.
 */
import * as Report from "@dwell/core/Report"
import * as Effect from "effect/Effect"
import { figuresOf } from "./figures.ts"
import { loadWindow } from "../loadWindow.ts"
import type { AgentQuestion } from "../protocol/question.ts"
import type { AgentAnswer } from "../protocol/answer.ts"
import type { AccountSession } from "../session.ts"

export const agent = (session: AccountSession, { agent: id, ...asked }: AgentQuestion) =>
  Effect.map(loadWindow(session, asked), ({ log, question, problem }): AgentAnswer => {
    const own = { ...question, agents: [id] }
    const { intervals, quality, window } = Report.intervals(log, own)
    // Ask about all agents: an agent that the question names would have a row even without events.
    const { agents } = Report.make(log, question)
    const found = agents.find((one) => one.agent === id)
    const { name, team } = question.directory?.get(id) ?? { name: null, team: null }

    return {
      _tag: "agent",
      account: session.info,
      window,
      quality,
      problem,
      agent: id,
      name,
      team,
      figures: found === undefined ? null : { ...figuresOf(found), statuses: found.statuses },
      intervals,
      sessions: found?.sessions ?? [],
      calls: Report.calls(log, own).calls,
      median: Report.medians(agents.filter((one) => one.team === team)),
    }
  })
