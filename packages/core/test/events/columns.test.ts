import { runs } from "@dwell/testing/effort"
import * as fc from "effect/FastCheck"
import { expect, it } from "vitest"
import { bloomFilter, highHalf, halves, isLarger, lowHalf, idInterner, setId } from "../../src/events/columns.ts"
import { maxId } from "../../src/events/StatusEvent.ts"

const id = fc.oneof(
  fc.bigInt({ min: 0n, max: 40n }),
  fc.bigInt({ min: 0n, max: maxId }),
  // All of one remainder: they would all want one slot.
  fc.nat(500).map((number) => BigInt(number) * 65_536n),
  fc.nat(500).map((number) => BigInt(number) * 2n ** 40n),
)
const ids = fc.array(id, { maxLength: 400, size: "max" })

const eachHalf = (values: ReadonlyArray<bigint>, visit: (low: number, high: number, index: number) => void) => {
  const words = halves(BigInt64Array.from(values))
  for (let index = 0; index < values.length; index++) {
    visit(words[2 * index + lowHalf] ?? 0, words[2 * index + highHalf] ?? 0, index)
  }
}

it("ids are numbered as they first come, again after each clearing", () => {
  const table = idInterner()
  fc.assert(
    fc.property(ids, (values) => {
      table.clear()
      const known = [...new Set(values)]
      const numbers: Array<number> = []
      eachHalf(values, (low, high) => numbers.push(table.of(low, high)))
      expect(numbers).toEqual(values.map((value) => known.indexOf(value)))
      expect(table.count).toBe(known.length)
      eachHalf(known, (low, high, index) => expect([table.low(index), table.high(index)]).toEqual([low, high]))
    }),
    { numRuns: runs(50), seed: 1 },
  )
})

it("the filter finds every id that comes twice", () => {
  fc.assert(
    fc.property(ids, (values) => {
      const { mayHaveEqual, see } = bloomFilter(values.length)
      eachHalf(values, see)
      const found = new Set<bigint>()
      eachHalf(values, (low, high, index) => {
        if (mayHaveEqual(low, high)) found.add(values[index] ?? -1n)
      })
      const repeated = values.filter((value, index) => values.indexOf(value) !== index)
      expect(repeated.filter((value) => !found.has(value))).toEqual([])
    }),
    { numRuns: runs(50), seed: 2 },
  )
})

it.each([1n, 7_919n, 4096n, 2n ** 22n, 2n ** 33n])("the filter finds few others among ids %i apart", (step) => {
  const { mayHaveEqual, see } = bloomFilter(10_000)
  const values = Array.from({ length: 10_000 }, (_, index) => BigInt(index) * step + 2n ** 40n)
  eachHalf(values, see)
  let count = 0
  eachHalf(values, (low, high) => (count += mayHaveEqual(low, high) ? 1 : 0))
  expect(count).toBeLessThan(3000)
})

it("a number is written as the id it is, and ids compare as they do as bigints", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (one, other) => {
      const column = new BigInt64Array(2)
      setId(halves(column), 0, one)
      setId(halves(column), 1, other)
      expect([...column]).toEqual([BigInt(one), BigInt(other)])
      expect(isLarger(halves(column), 0, 1)).toBe(one > other)
    }),
    { seed: 3 },
  )
})
