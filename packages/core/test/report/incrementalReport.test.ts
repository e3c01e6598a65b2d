import { runs } from "@dwell/testing/effort"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Category from "../../src/Category.ts"
import * as Report from "../../src/report/Report.ts"
import type { StatusEvent } from "../../src/events/StatusEvent.ts"
import * as IncrementalReport from "../../src/report/IncrementalReport.ts"
import { origin, rowsWithoutConflicts } from "./generate.ts"
import { logOf } from "../logs.ts"

const zone = { name: "Asia/Kolkata" }
const directory = new Map([[1, { name: "Ada", team: "Sales" }]])
const staffingStepSeconds = 60

const tables = [
  Category.defaults,
  new Map([...Category.defaults, ["training", "offline"], ["wrap", "available"]] as const),
]

/** The last word on each event. */
const once = (rows: ReadonlyArray<StatusEvent>) => new Map(rows.map((each) => [each.uid, each]))

const scenario = fc.record({
  rows: rowsWithoutConflicts,
  categories: fc.constantFrom(...tables),
  from: fc.integer({ min: -20, max: 200 }),
  /** How long after one another the instants are. */
  steps: fc.array(fc.integer({ min: 0, max: 130 }), { minLength: 1, maxLength: 6 }),
  /** Which rows come late, and how late. */
  late: fc.array(fc.nat(300), { minLength: 40, maxLength: 40 }),
  corrections: fc.array(
    fc.record({
      of: fc.nat(60),
      at: fc.nat(5),
      change: fc.oneof(
        fc.record({ agent: fc.integer({ min: 1, max: 6 }) }),
        fc.record({ status: fc.constantFrom("call", "offline", "quiet", "a new one") }),
        fc.record({ callid: fc.constantFrom(0n, 1n, 2n) }),
        fc.record({ later: fc.integer({ min: -60, max: 60 }) }),
      ),
    }),
    { maxLength: 4 },
  ),
})

describe("a tally", () => {
  it("counts what a report on all events counts, whatever came late or was corrected", () => {
    let reread = 0
    let kept = 0
    fc.assert(
      fc.property(scenario, ({ categories, corrections, from: begin, late, rows, steps }) => {
        const from = origin + begin
        const all = [...once(rows).values()]
        let now = from
        let known = new Map<bigint, StatusEvent>()
        let tally: IncrementalReport.IncrementalReport | undefined
        for (const [step, seconds] of steps.entries()) {
          now += seconds + (step === 0 ? 1 : 0)
          const changes: Array<StatusEvent> = []
          const next = new Map(known)
          const tell = (event: StatusEvent) => {
            changes.push(event)
            next.set(event.uid, event)
          }
          for (const [place, event] of all.entries()) {
            if (!known.has(event.uid) && event.uts < now && event.uts + (late[place] ?? 0) < now) tell(event)
          }
          for (const { at, change, of } of corrections) {
            const old = [...known.values()][of % Math.max(1, known.size)]
            if (at !== step || old === undefined || changes.some(({ uid }) => uid === old.uid)) continue
            const event =
              "later" in change ? { ...old, uts: Math.min(now - 1, old.uts + change.later) } : { ...old, ...change }
            tell(event)
          }
          known = next
          const log = logOf(known.values())
          if (tally?.apply(changes) === true) kept += 1
          else {
            reread += 1
            tally = IncrementalReport.make(log, { zone, categories, staffingStepSeconds, from })
          }
          const question = { window: { from, to: now }, now, zone, categories, directory }
          expect(tally.snapshot(now, directory)).toEqual({
            report: Report.make(log, question),
            staffing: Report.staffing(log, { ...question, stepSeconds: staffingStepSeconds }),
          })
        }
      }),
      { numRuns: runs(100) },
    )
    // Else this has counted in one of the two ways only.
    expect(kept).toBeGreaterThan(runs(50))
    expect(reread).toBeGreaterThan(runs(50))
  })
})
