import { runs } from "@dwell/testing/effort"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Median from "../../src/interval/Median.ts"
import * as Report from "../../src/report/Report.ts"
import { asQuestion, question, rows } from "../report/generate.ts"
import { logOf } from "../logs.ts"

const values = fc.array(fc.option(fc.integer({ min: -9, max: 9 })), { maxLength: 12 })

describe("a median", () => {
  it("has as many known values below it as above it, whatever their order", () => {
    fc.assert(
      fc.property(values, (all) => {
        const known = all.filter((value) => value !== null)
        const median = Median.of(all)
        expect(Median.of(all.toReversed())).toBe(median)
        expect(median === null).toBe(known.length === 0)
        const middle = median ?? 0
        const below = known.filter((value) => value < middle).length
        const above = known.filter((value) => value > middle).length
        expect(Math.max(below, above)).toBeLessThanOrEqual(known.length / 2)
        expect(known.length % 2 === 0 || known.includes(middle)).toBe(true)
      }),
      { numRuns: runs(50), seed: 1 },
    )
  })

  it("is half-way between two", () => {
    expect(Median.of([1, 4])).toBe(2.5)
  })
})

describe("the medians of a report", () => {
  it("are those of the figures of agents who were logged in", () => {
    fc.assert(
      fc.property(rows, question, (events, asked) => {
        const { agents } = Report.make(logOf(events), asQuestion(asked))
        const present = agents.filter(({ loggedIn }) => loggedIn > 0)
        const found = Report.medians(agents)
        expect(found).toMatchObject({
          agents: present.length,
          untracked: Median.of(present.map(({ untracked }) => untracked)),
          calls: Median.of(present.map(({ calls }) => calls)),
          rates: {
            occupancy: Median.of(present.map(({ rates }) => rates.occupancy)),
            averageHandleTime: Median.of(present.map(({ rates }) => rates.averageHandleTime)),
          },
        })
        const idle = present.map(({ statuses }) =>
          statuses.reduce((sum, { category, seconds }) => sum + (category === "idle" ? seconds : 0), 0),
        )
        expect(found.seconds.idle).toBe(Median.of(idle))
      }),
      { numRuns: runs(35), seed: 2 },
    )
  })
})
