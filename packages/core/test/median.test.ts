// Medians over agents: half of those who have a figure have no less, half no more.
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as EventBatch from "../src/EventBatch.ts"
import * as EventLog from "../src/log/EventLog.ts"
import * as Median from "../src/Median.ts"
import * as Report from "../src/Report.ts"

describe("the median", () => {
  it("has as many numbers above as below, whatever their order and however many are missing", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: -50, max: 50 }))), (values) => {
        const known = values.filter((value) => value !== null)
        const median = Median.of(values)
        if (median === null) {
          expect(known).toEqual([])
          return
        }
        const below = known.filter((value) => value < median).length
        const above = known.filter((value) => value > median).length
        expect(Math.max(below, above) * 2).toBeLessThanOrEqual(known.length)
        expect(Median.of(values.toReversed())).toBe(median)
        expect((Median.of(values.map((value) => (value === null ? null : -value))) ?? 0) + median).toBe(0)
      }),
    )
  })

  it("of an even number is the mean of the two in the middle", () => {
    expect(Median.of([10, 1, 2, 4])).toBe(3)
    expect(Median.of([null, 7])).toBe(7)
    expect(Median.of([null])).toBe(null)
  })
})

describe("medians over agents", () => {
  const row = (uid: number, uts: number, agent: number, status: string, callid = 0n) => ({
    uid: BigInt(uid),
    uts,
    agent,
    status,
    subcode: "",
    callid,
  })
  const log = EventLog.normalise([
    EventBatch.fromEvents([
      row(1, 0, 1, "available"),
      row(2, 60, 1, "call", 9n),
      row(3, 0, 2, "available"),
      row(4, 40, 2, "call", 8n),
      row(5, 50, 2, "wrap"),
      row(6, 0, 3, "offline"),
    ]),
  ])
  const { agents } = Report.make(log, { window: { from: 0, to: 100 }, now: 100, zone: { name: "UTC" } })

  it("take each figure by itself, and leave out who has none", () => {
    expect(Median.ofAgents(agents)).toEqual({
      loggedIn: 100,
      untracked: 0,
      calls: 1,
      seconds: { available: 40, handling: 10, afterCall: 0, idle: 0, other: 0, offline: 0 },
      rates: { occupancy: 0.5, utilisation: 0.5, availability: 0.5, notReadyShare: 0, averageHandleTime: 50 },
    })
  })

  it("of nobody are null", () => {
    const { loggedIn, rates, seconds } = Median.ofAgents([])
    expect([loggedIn, seconds.idle, rates.occupancy]).toEqual([null, null, null])
  })
})
