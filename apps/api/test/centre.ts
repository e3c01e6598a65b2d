/** What the tests of pictures and pages share: documents of an invented centre on a Tuesday afternoon. */
import * as EventBatch from "@dwell/core/EventBatch"
import * as EventLog from "@dwell/core/EventLog"
import * as Report from "@dwell/core/Report"
import { make } from "@dwell/emulator"

export const zone = { name: "Europe/London" }
export const now = Date.UTC(2026, 2, 10, 14, 40) / 1000
/** The Tuesday. */
export const day = { from: Date.UTC(2026, 2, 10) / 1000, to: Date.UTC(2026, 2, 11) / 1000 }

const { centre } = make({ agents: 24, days: 3, clock: () => now })

export const log = EventLog.fromBatches([EventBatch.fromEvents([...centre.rows(day.from - 2 * 86_400, now)])])

export const directory = new Map(centre.agents.map(({ agentid, name, team }) => [agentid, { name, team }] as const))

const question = { window: { from: day.from, to: now }, now, zone, directory }

export const snapshot = (instant = now): Report.AtDocument =>
  Report.statusAt(log, { instant, now: instant, zone, directory })
export const report = Report.make(log, question, { everyone: true })
export const intervals = Report.intervals(log, question)
export const staffingCurve = Report.staffing(log, { ...question, stepSeconds: 900 })
