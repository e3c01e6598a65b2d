import { expect, test } from "vitest"
import { digester } from "../../../packages/core/bench/measure.ts"

/** So many that the sum of their hashes outgrows what a double holds exactly. */
const many = 5_000_000

const digestOf = (figure: (index: number) => number, seconds = (index: number) => 1 + (figure(index) % 1800)) => {
  const digest = digester()
  for (let index = 0; index < many; index++) digest.put(figure(index), 700_101, "call", seconds(index))
  return digest.text()
}

test("the order of figures changes nothing, however many there are", () => {
  expect(digestOf((index) => index)).toBe(digestOf((index) => many - 1 - index))
})

test("seconds that moved from one figure to another change the digest", () => {
  const seconds = (index: number) => 1 + (index % 1800)
  const moved = (index: number) => seconds(index) + (index === 7 ? 1 : index === 8 ? -1 : 0)
  expect(digestOf((index) => index, seconds)).not.toBe(digestOf((index) => index, moved))
})

test("nothing has no digest", () => {
  expect(digester().text()).toBe("")
})
