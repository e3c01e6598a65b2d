// The worker's answers about an agent and about staffing are what core computes from the same log.
import * as Report from "@dwell/core/Report"
import { describe, expect, it } from "vitest"
import { agentAnswer, ids, logOf, month, now, staffingAnswer, team, today, zone } from "../centre.ts"

const account = { kind: "account", name: null } as const
const day = { from: today - 86_400, to: today }

const question = async (window: { readonly from: number; readonly to: number }) => {
  const { directory, log, uncovered } = await logOf(window)
  return { log, question: { window, now: Math.min(window.to, now), zone: { name: zone }, directory, uncovered } }
}

const windows = {
  "a day": day,
  "the day so far": { from: today, to: today + 86_400 },
  "a month": { from: month, to: now },
}

describe.each(Object.entries(windows))("of %s", (_, window) => {
  const asked = { account, from: `${window.from}`, to: `${window.to}`, timezone: null, refreshCount: 0 }

  it("the agent's figures, intervals, sessions and calls are those of core's documents", async () => {
    const own = await question(window)
    const report = Report.make(own.log, own.question)
    for (const id of ids.slice(0, 3)) {
      const answer = await agentAnswer({ _tag: "agent", agent: id, ...asked })
      const of = report.agents.find(({ agent }) => agent === id)
      const agents = [id]
      expect(answer).toMatchObject({ agent: id, team: team(id), window: report.window, problem: null })
      expect(answer.figures?.statuses).toEqual(of?.statuses)
      expect(answer.figures).toMatchObject({
        loggedIn: of?.loggedIn,
        untracked: of?.untracked,
        calls: of?.calls,
        rates: of?.rates,
      })
      const members = report.agents.filter((one) => one.team === team(id))
      expect(members.length).toBeGreaterThan(1)
      expect(answer.median).toEqual(Report.medians(members))
      expect(answer.sessions).toEqual(of?.sessions)
      expect(answer.intervals).toEqual(Report.intervals(own.log, { ...own.question, agents }).intervals)
      expect(answer.calls).toEqual(Report.calls(own.log, { ...own.question, agents }).calls)
      expect(answer.calls).toHaveLength(of?.calls ?? NaN)
    }
  })

  it("steps, and all of them together, are those of core's documents", async () => {
    const own = await question(window)
    const stepSeconds = 1800
    const document = Report.staffing(own.log, { ...own.question, stepSeconds })
    const answer = await staffingAnswer({ _tag: "staffing", stepSeconds, ...asked })
    expect(answer).toMatchObject({ window: document.window, rows: document.staffing, quality: document.quality })
    expect(answer.overall).toEqual(Report.summariseStaffing(document))
  })
})

it("of an agent that nobody has heard of nothing is known, and nothing is zero", async () => {
  const answer = await agentAnswer({
    _tag: "agent",
    agent: 1,
    account,
    from: `${day.from}`,
    to: `${day.to}`,
    timezone: null,
    refreshCount: 0,
  })
  expect(answer).toMatchObject({ figures: null, sessions: [], calls: [] })
  expect(answer.intervals).toMatchObject([{ start: day.from, end: day.to, status: null }])
})
