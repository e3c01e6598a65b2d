import { runs } from "@dwell/testing/effort"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Coverage from "../../src/store/Coverage.ts"

const cell = 100
const end = 60

const instant = fc.nat(end).map((at) => at * cell)

const span = fc
  .tuple(instant, instant, fc.nat(14))
  .map(([one, other, after]) => ({ from: Math.min(one, other), to: Math.max(one, other), after }))
  .map(({ after, from, to }): Coverage.Span => ({ from, to, asOf: to + after * cell }))

const reading: fc.Arbitrary<Coverage.CoverageUpdate> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ span }) },
  { weight: 1, arbitrary: fc.record({ carriedIn: instant }) },
  { weight: 1, arbitrary: fc.record({ span, carriedIn: instant }) },
)
const readings = fc.array(reading, { maxLength: 12 })

const after = (all: ReadonlyArray<Coverage.CoverageUpdate>): Coverage.Coverage =>
  all.reduce(Coverage.add, Coverage.empty)

const cells = Array.from({ length: end }, (_, index) => ({ from: index * cell, to: (index + 1) * cell }))
const borders = Array.from({ length: end + 1 }, (_, index) => index * cell)

const has = (spans: ReadonlyArray<Coverage.Span>, { from, to }: { readonly from: number; readonly to: number }) =>
  spans.find((each) => each.from <= from && each.to >= to)

/** When a stretch was last read; -1 = never. */
const lastRead = (
  all: ReadonlyArray<Coverage.CoverageUpdate>,
  { from, to }: { readonly from: number; readonly to: number },
) =>
  Math.max(
    -1,
    ...all.flatMap(({ span: each }) => (each !== undefined && each.from <= from && each.to >= to ? [each.asOf] : [])),
  )

const isKnown = (all: ReadonlyArray<Coverage.CoverageUpdate>, from: number, to: number): boolean =>
  cells.every((each) => each.from < from || each.to > to || lastRead(all, each) >= 0)

/** Whether what came before an instant follows from what was looked for. */
const follows = (all: ReadonlyArray<Coverage.CoverageUpdate>, at: number): boolean =>
  all.some(({ carriedIn }) => carriedIn !== undefined && carriedIn <= at && isKnown(all, carriedIn, at))

const law = <A>(arbitrary: fc.Arbitrary<A>, check: (value: A) => void) =>
  fc.assert(fc.property(arbitrary, check), { numRuns: runs(85), seed: 5 })

describe("after any readings", () => {
  it("exactly what was read is covered, and settled where its last reading was late enough", () => {
    law(readings, (all) => {
      const { spans } = after(all)
      for (const each of cells) {
        const read = lastRead(all, each)
        const isLateEnough = read >= each.to + Coverage.lateArrivalSeconds
        const found = has(spans, each)
        expect(found !== undefined).toBe(read >= 0)
        expect(found !== undefined && Coverage.isSettled(found)).toBe(isLateEnough)
        expect(isLateEnough ? read : (found?.asOf ?? -1)).toBe(read)
      }
    })
  })

  it("spans ascend, do not overlap, and are one where they touch and are settled", () => {
    law(readings, (all) => {
      const { spans } = after(all)
      spans.forEach((each, index) => {
        const next = spans[index + 1]
        expect(each.to).toBeGreaterThan(each.from)
        expect(next?.from ?? each.to).toBeGreaterThanOrEqual(each.to)
        const isOne = next?.from === each.to && Coverage.isSettled(each) && Coverage.isSettled(next)
        expect(isOne).toBe(false)
      })
    })
  })

  it("what is missing of a window is what was not read of it", () => {
    law(fc.tuple(readings, instant, instant), ([all, one, other]) => {
      const window = { from: Math.min(one, other), to: Math.max(one, other) }
      const gaps = Coverage.missing(after(all), window)
      for (const each of cells) {
        const isInside = each.from >= window.from && each.to <= window.to
        const isMissing = gaps.some(({ from, to }) => from <= each.from && to >= each.to)
        expect(isMissing).toBe(isInside && lastRead(all, each) < 0)
      }
      expect(gaps.every(({ from, to }) => from < to && from >= window.from && to <= window.to)).toBe(true)
    })
  })

  it("what came before an instant is known if all is covered since it was looked for", () => {
    law(readings, (all) => {
      const coverage = after(all)
      for (const at of borders) expect(Coverage.isCarriedIn(coverage, at)).toBe(follows(all, at))
      expect(coverage.carriedIn).toEqual(coverage.carriedIn.toSorted((one, other) => one - other))
    })
  })

  it("how far back everything is covered is where the first gap is", () => {
    law(fc.tuple(readings, instant), ([all, at]) => {
      const from = Coverage.coveredBackTo(after(all), at)
      expect(isKnown(all, from, at)).toBe(true)
      expect(lastRead(all, { from: from - cell, to: from })).toBe(-1)
    })
  })

  it("a last event before the first gap tells nothing, unless all before it was forgotten", () => {
    law(fc.tuple(readings, instant, instant), ([all, before, at]) => {
      const whole = after(all)
      expect(Coverage.carryInFrom(whole, at)).toBe(Coverage.coveredBackTo(whole, at))
      const rest = Coverage.forgetBefore(whole, before)
      const from = Coverage.coveredBackTo(rest, at)
      expect(Coverage.carryInFrom(rest, at)).toBe(from > before ? from : -Infinity)
      expect(Coverage.forgetBefore(rest, before - 1).forgottenBefore).toBe(before)
    })
  })

  it("the same reading again changes nothing", () => {
    law(readings, (all) => {
      expect(after([...all, ...all.slice(-1)])).toEqual(after(all))
    })
  })

  it("forgetting keeps all that was known since then", () => {
    law(fc.tuple(readings, instant), ([all, before]) => {
      const whole = after(all)
      const rest = Coverage.forgetBefore(whole, before)
      expect(rest.spans).toEqual(
        whole.spans.flatMap((each) => (each.to <= before ? [] : [{ ...each, from: Math.max(each.from, before) }])),
      )
      for (const at of borders.filter((border) => border >= before)) {
        expect(Coverage.isCarriedIn(rest, at)).toBe(follows(all, at))
      }
      expect(rest.carriedIn.every((at) => at >= before)).toBe(true)
    })
  })
})

it("days that were read each in its turn become one span", () => {
  const day = 86_400
  const spans = [0, 1, 2].map((n) => ({ from: n * day, to: (n + 1) * day, asOf: (n + 2) * day }))
  expect(after(spans.map((each) => ({ span: each }))).spans).toEqual([{ from: 0, to: 3 * day, asOf: 4 * day }])
})
