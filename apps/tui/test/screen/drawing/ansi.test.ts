// Text with SGR sequences is split into the runs that it was made of, however they are written.
import { random } from "@dwell/testing/random"
import { describe, expect, it } from "vitest"
import { type Run, styledLines } from "../../../src/screen/drawing/ansi.ts"
import { pick, plain } from "./support.ts"

const escape = "\u001b["

/** Colours, and the parameters that ask for them as a foreground; a background's are ten more. */
type Colour = readonly [string | null, ReadonlyArray<number>]
const colours: readonly [Colour, ...ReadonlyArray<Colour>] = [
  [null, []],
  ["#cd3131", [31]],
  ["#e5e5e5", [37]],
  ["#666666", [90]],
  ["#ffffff", [97]],
  ["#0dbc79", [38, 5, 2]],
  ["#29b8db", [38, 5, 14]],
  ["#000000", [38, 5, 16]],
  ["#5f87af", [38, 5, 67]],
  ["#ff0000", [38, 5, 196]],
  ["#ffffff", [38, 5, 231]],
  ["#080808", [38, 5, 232]],
  ["#eeeeee", [38, 5, 255]],
  ["#0102fe", [38, 2, 1, 2, 254]],
]

const generated = (below: (bound: number) => number) => {
  const flag = () => below(3) === 0
  const [foreground, ink] = pick(below, colours)
  const [background, paper] = pick(below, colours)
  const run: Run = {
    text: pick(below, ["a", "Zwölf %", "█▄ ", "日本", "⣿⠀", "1;31m", "👩‍👩‍👧"]),
    foreground,
    background,
    bold: flag(),
    dim: flag(),
    inverse: flag(),
    underline: flag(),
  }
  const [head, ...rest] = paper
  const sets: ReadonlyArray<ReadonlyArray<number>> = [
    ink,
    head === undefined ? [] : [head + 10, ...rest],
    ...(run.bold ? [[1]] : []),
    ...(run.dim ? [[2]] : []),
    ...(run.inverse ? [[7]] : []),
    ...(run.underline ? [[4]] : []),
  ].filter((set) => set.length > 0)
  const ends = [39, 49, 22, 27, 24]
  const sequence = (numbers: ReadonlyArray<number>) => `${escape}${numbers.join(";")}m`
  const separate = sets.map(sequence).join("")
  const [begin, end] = pick(below, [
    [separate, `${escape}0m`],
    [separate, `${escape}m`],
    [sets.length === 0 ? "" : sequence(sets.flat()), ends.map((number) => sequence([number])).join("")],
    [sequence([0, ...sets.flat()]), sequence(ends)],
  ])
  return { run, begin, end }
}

/** Neighbours of one style as one. */
const merged = (runs: ReadonlyArray<Run>): ReadonlyArray<Run> => {
  const found: Array<Run> = []
  for (const run of runs) {
    const last = found.at(-1)
    if (last !== undefined && JSON.stringify({ ...last, text: "" }) === JSON.stringify({ ...run, text: "" })) {
      found[found.length - 1] = { ...last, text: last.text + run.text }
    } else found.push(run)
  }
  return found
}

describe("styledLines", () => {
  it("gives back the runs that a text was made of", () => {
    for (let seed = 0; seed < 300; seed++) {
      const below = random(seed)
      const lines = Array.from({ length: 1 + below(3) }, () => Array.from({ length: below(5) }, () => generated(below)))
      const text = lines.map((line) => line.map(({ begin, end, run }) => begin + run.text + end).join(""))
      const found = styledLines(text.join(pick(below, ["\n", "\r\n"])))
      expect(found.map(merged), `seed ${seed}`).toEqual(lines.map((line) => merged(line.map(({ run }) => run))))
    }
  })

  it("goes on in a style on the next line, until something else ends it", () => {
    expect(styledLines(`${escape}1;31ma\nb${escape}32mc${escape}22md`)).toEqual([
      [{ ...plain, text: "a", bold: true, foreground: "#cd3131" }],
      [
        { ...plain, text: "b", bold: true, foreground: "#cd3131" },
        { ...plain, text: "c", bold: true, foreground: "#0dbc79" },
        { ...plain, text: "d", foreground: "#0dbc79" },
      ],
    ])
  })

  it("shows nothing of sequences that move the cursor, and colours that there are not", () => {
    expect(styledLines(`${escape}?25l${escape}2J${escape}3;4Ha${escape}38;5;256mb${escape}48;2;1;2;999mc`)).toEqual([
      [
        { ...plain, text: "a" },
        { ...plain, text: "b" },
        { ...plain, text: "c" },
      ],
    ])
    expect(styledLines("")).toEqual([[]])
  })
})
