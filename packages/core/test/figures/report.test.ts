// Proves that `Report.make` says what docs/definitions.md says: equal in every figure to a second-by-second count, and
// true to the laws of the page (reconciliation, bucket sums, order of delivery, later events, splitting of windows).
import * as fc from "effect/FastCheck"
import { describe, expect, test } from "vitest"
import * as Report from "../../src/Report.ts"
import * as Calendar from "../../src/Calendar.ts"
import { asQuestion, logOf, question, rows } from "./generate.ts"
import * as Oracle from "./oracle.ts"

const size = fc.constantFrom(...Calendar.sizes)

const both = (events: Parameters<typeof logOf>[0], asked: Oracle.Asked, bucket: Calendar.Size) => {
  const edges = Calendar.buckets({ name: asked.zone }, { from: asked.from, to: asked.to }, bucket)
  return {
    found: Report.make(logOf(events), asQuestion(asked), { bucket, teams: true }),
    expected: Oracle.report(events, asked, edges),
  }
}

describe("a report equals the count second by second", () => {
  for (const key of ["window", "statuses", "agents", "teams", "buckets", "quality"] as const) {
    test(key, () => {
      fc.assert(
        fc.property(rows, question, size, (events, asked, bucket) => {
          const { expected, found } = both(events, asked, bucket)
          expect(found[key]).toEqual(expected[key])
        }),
        { numRuns: 1000, seed: 1 },
      )
    })
  }
})
