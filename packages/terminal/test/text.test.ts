import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { detect, ink } from "../src/style.ts"
import { printable, wrapped } from "../src/text.ts"

const words = fc.array(fc.stringMatching(/^[a-zä-ü]{1,12}$/), { minLength: 1, maxLength: 40 })

describe("wrapped text", () => {
  it("breaks only between words, loses none, and fills no line beyond its width", () =>
    fc.assert(
      fc.property(words, fc.integer({ min: 12, max: 60 }), (all, width) => {
        const lines = wrapped(all.join(" "), width)
        expect(lines.join(" ")).toBe(all.join(" "))
        expect(lines.filter((line) => line.length > width)).toEqual([])
        // No word would have fitted onto the line before its own.
        const early = lines.slice(1).filter((line, index) => {
          const [first = ""] = line.split(" ")
          return `${lines[index]} ${first}`.length <= width
        })
        expect(early).toEqual([])
      }),
    ))

  it("is counted in cells, of which some letters take two", () =>
    expect(wrapped("日本 日本 日本", 9)).toEqual(["日本 日本", "日本"]))
})

it("printable text has no character that could move a cursor", () =>
  expect(printable("a\u001b[2Jb\u009bc\nd")).toBe("a\uFFFD[2Jb\uFFFDc\uFFFDd"))

describe("colours", () => {
  const terminal = { isTTY: true, columns: 100 }
  it.each([
    ["a terminal", terminal, {}, true],
    ["a pipe", {}, {}, false],
    ["NO_COLOR", terminal, { NO_COLOR: "1" }, false],
    ["an empty NO_COLOR", terminal, { NO_COLOR: "" }, true],
    ["a dumb terminal", terminal, { TERM: "dumb" }, false],
    ["FORCE_COLOR in a pipe", {}, { FORCE_COLOR: "1" }, true],
    ["FORCE_COLOR=0 in a pipe", {}, { FORCE_COLOR: "0" }, false],
  ] as const)("follow %s", (_, output, env, isColoured) => {
    expect(ink(detect(output, env), "bold", "a") !== "a").toBe(isColoured)
  })
})
