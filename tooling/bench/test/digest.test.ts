import { describe, expect, it } from "vitest"
import { digester } from "../../../packages/core/bench/measure.ts"

/** So many that the sum of their hashes outgrows what a double holds exactly. */
const many = 5_000_000

const secondsOf = (figure: number) => 1 + (figure % 1800)

const digestOf = (
  figures: number,
  figure: (index: number) => number,
  seconds = (index: number) => secondsOf(figure(index)),
) => {
  const digest = digester()
  for (let index = 0; index < figures; index++) digest.put(figure(index), 700_101, "call", seconds(index))
  return digest.text()
}

describe("the digest of figures", () => {
  it("is the same in any order of the figures, however many there are", () => {
    expect(digestOf(many, (index) => index)).toBe(digestOf(many, (index) => many - 1 - index))
  })

  it("changes with seconds that move from one figure to another", () => {
    const moved = (index: number) => secondsOf(index) + (index === 7 ? 1 : index === 8 ? -1 : 0)
    expect(digestOf(10, (index) => index)).not.toBe(digestOf(10, (index) => index, moved))
  })

  it("is empty for no figures", () => {
    expect(digester().text()).toBe("")
  })
})
