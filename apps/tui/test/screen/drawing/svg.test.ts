// A picture of a screen is XML, has every character in its cell, and draws blocks and dots where Unicode has them.
import { random } from "@dwell/testing/random"
import { SaxesParser } from "saxes"
import stringWidth from "string-width"
import { describe, expect, it } from "vitest"
import type { Run } from "../../../src/screen/drawing/ansi.ts"
import { svg } from "../../../src/screen/drawing/svg.ts"
import { pick, plain } from "./support.ts"

interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  text: string
}

/** The elements of a document in order, with the text in each; throws where it is not well-formed. */
const parsed = (xml: string): ReadonlyArray<Element> => {
  const parser = new SaxesParser({ xmlns: false })
  const elements: Array<Element> = []
  const open: Array<Element> = []
  parser.on("opentag", ({ attributes, name }) => {
    const element = { name, attributes, text: "" }
    elements.push(element)
    open.push(element)
  })
  parser.on("text", (text) => {
    const last = open.at(-1)
    if (last !== undefined) last.text += text
  })
  parser.on("closetag", () => open.pop())
  parser.write(xml).close()
  return elements
}

const picture = (lines: ReadonlyArray<ReadonlyArray<Partial<Run>>>, columns = 20, rows = 4, title = "Floor") =>
  parsed(
    svg({
      lines: lines.map((line) => line.map((run) => ({ ...plain, ...run }))),
      columns,
      rows,
      background: "#111111",
      foreground: "#eeeeee",
      title,
    }),
  )

const number = ({ attributes }: Element, name: string): number => Number(attributes[name])

/** Elements but for the root, the title, the background and its group. */
const content = (elements: ReadonlyArray<Element>) => elements.filter(({ name }) => name !== "g").slice(3)

const graphemes = new Intl.Segmenter("en")

const isDrawn = (text: string) => /^[─-▟⠀-⣿]$/.test(text)

/** Each cell's character: what a terminal of so many columns shows, without those that are drawn. */
const expectedCells = (lines: ReadonlyArray<string>, columns: number, rows: number) => {
  const cells = new Map<string, string>()
  lines.slice(0, rows).forEach((line, row) => {
    let column = 0
    for (const { segment } of graphemes.segment(line)) {
      const width = stringWidth(segment)
      if (column + width > columns) break
      if (width > 0 && segment !== " " && !isDrawn(segment)) cells.set(`${row}:${column}`, segment)
      column += width
    }
  })
  return cells
}

describe("svg", () => {
  it("is well-formed and has each character in its cell, whatever the text is", () => {
    const texts = ["ab", "  c  d ", "<&>\"'", "日本", "é", "█▄", "⣿⠁", "╭─╮", "👩‍👩‍👧", "]]>", "–", "."] as const
    for (let seed = 0; seed < 300; seed++) {
      const below = random(seed)
      const lines = Array.from({ length: below(6) }, () =>
        Array.from({ length: below(6) }, () => ({
          text: pick(below, texts) + pick(below, texts),
          foreground: pick(below, [null, "#ff0000"]),
          background: pick(below, [null, "#00ff00"]),
          bold: below(2) === 0,
          dim: below(2) === 0,
          inverse: below(2) === 0,
          underline: below(2) === 0,
        })),
      )
      const columns = 1 + below(30)
      const elements = picture(lines, columns, 4)
      const found = new Map<string, string>()
      for (const element of elements.filter(({ name }) => name === "text")) {
        const row = (number(element, "y") - 14) / 18
        let column = number(element, "x") / 9
        for (const { segment } of graphemes.segment(element.text)) {
          if (segment !== " ") found.set(`${row}:${column}`, segment)
          column += stringWidth(segment)
        }
        expect(column * 9).toBe(number(element, "x") + number(element, "textLength"))
      }
      const texted = lines.map((line) => line.map(({ text }) => text).join(""))
      expect(found, `seed ${seed}`).toEqual(expectedCells(texted, columns, 4))
    }
  })

  it("drops what XML has no room for, and controls", () => {
    const hostile = "a\u0000\u001b\u0007\n\u009b\ud800\ufffe\udc00b"
    const elements = picture([[{ text: hostile, foreground: 'x" onload="' }]], 20, 1, `${hostile}<"&`)
    expect(elements.filter(({ name }) => name === "text")).toEqual([
      {
        name: "text",
        attributes: { x: "0", y: "14", textLength: "18", fill: 'x" onload="' },
        text: "ab",
      },
    ])
    expect(elements.find(({ name }) => name === "title")?.text).toBe('ab<"&')
  })

  it("is an image of the grid's size with a title, on the terminal's background", () => {
    const [root, title, background] = picture([], 80, 24, "Who is doing what")
    expect(root?.attributes).toMatchObject({ role: "img", width: "720", height: "432", viewBox: "0 0 720 432" })
    expect([title?.name, title?.text]).toEqual(["title", "Who is doing what"])
    expect(background?.attributes).toEqual({ width: "720", height: "432", fill: "#111111" })
  })

  it("draws block elements as their part of the cell, and equal ones in a row as one", () => {
    const shapes = (text: string) =>
      content(picture([[{ text }]])).map(({ attributes: { height, opacity, width, x, y } }) =>
        [x, y, width, height, opacity].flatMap((value) => (value === undefined ? [] : Number(value))),
      )
    expect(shapes("████")).toEqual([[0, 0, 36, 18]])
    expect(shapes(" ▄▄")).toEqual([[9, 9, 18, 9]])
    expect(shapes("▌▐")).toEqual([
      [0, 0, 4.5, 18],
      [13.5, 0, 4.5, 18],
    ])
    expect(shapes("▌▌")).toEqual([
      [0, 0, 4.5, 18],
      [9, 0, 4.5, 18],
    ])
    expect(shapes("░▒▒▓")).toEqual([
      [0, 0, 9, 18, 0.25],
      [9, 0, 18, 18, 0.5],
      [27, 0, 9, 18, 0.75],
    ])
    expect(shapes("▚")).toEqual([
      [0, 0, 4.5, 9],
      [4.5, 9, 4.5, 9],
    ])
    const area = (text: string) => shapes(text).reduce((sum, [, , width = 0, height = 0]) => sum + width * height, 0)
    const parts = (text: string) => Array.from(text, (each) => (area(each) / (9 * 18)) * 8)
    expect(parts("▁▂▃▄▅▆▇█")).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(parts("▏▎▍▌▋▊▉█")).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(parts("▘▝▖▗▚▞▙▛▜▟▀▐▔▕")).toEqual([2, 2, 2, 2, 4, 4, 6, 6, 6, 6, 4, 4, 1, 1])
  })

  it("draws the lines of boxes from edge to edge", () => {
    const paths = (text: string) =>
      content(picture([[{ text, foreground: "#ff0000" }]])).map(({ attributes: { d, stroke, transform } }) => [
        d,
        transform,
        stroke,
      ])
    expect(paths(" ┌──┐")).toEqual([
      ["M9 9.5H4.5V18", "translate(9 0)", "#ff0000"],
      ["M0 9.5H18", "translate(18 0)", "#ff0000"],
      ["M0 9.5H4.5V18", "translate(36 0)", "#ff0000"],
    ])
    // Each line that meets the edge of its cell meets that of the next.
    const ends = (text: string) => paths(text).flatMap(([d = ""]) => d.match(/(?<![\d.])(?:0|9|18)(?![\d.])/g) ?? [])
    expect(Array.from("─│┌┐└┘╭╮╰╯├┤┬┴┼", (text) => ends(text).length)).toEqual([
      2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4,
    ])
  })

  it("draws each of the 256 braille patterns with its dots", () => {
    const points = (text: string) =>
      content(picture([[{ text }]])).flatMap(({ attributes }) =>
        [...(attributes["d"] ?? "").matchAll(/M([\d.]+) ([\d.]+)h0/g)].map(([, x, y]) => [Number(x), Number(y)]),
      )
    // Dots are numbered down the left column, down the right, then along the lowest row.
    const numbered = [1, 2, 4, 8, 16, 32, 64, 128].flatMap((bit) => points(String.fromCharCode(0x2800 + bit)))
    const rows = [0, 1, 2, 0, 1, 2, 3, 3]
    const columns = [0, 0, 0, 1, 1, 1, 0, 1]
    expect(numbered).toEqual(rows.map((row, i) => [2.25 + 4.5 * (columns[i] ?? 0), 2.25 + 4.5 * row]))
    for (let bits = 0; bits < 256; bits++) {
      const expected = numbered.filter((_, i) => ((bits >> i) & 1) === 1)
      expect(points(String.fromCharCode(0x2800 + bits))).toEqual(expected)
    }
  })

  it("paints backgrounds, and changes colours where they are inverse", () => {
    const rects = (run: Partial<Run>) =>
      picture([[{ text: "a" }, { text: "b ", ...run }]])
        .filter(({ attributes, name }) => name === "rect" && attributes["x"] !== undefined)
        .map(({ attributes }) => attributes)
    const at = { x: "9", y: "0", width: "18", height: "18" }
    expect(rects({})).toEqual([])
    expect(rects({ background: "#0000ff" })).toEqual([{ ...at, fill: "#0000ff" }])
    expect(rects({ inverse: true })).toEqual([{ ...at, fill: "#eeeeee" }])
    expect(rects({ inverse: true, foreground: "#ff0000", background: "#0000ff" })).toEqual([{ ...at, fill: "#ff0000" }])
    expect(rects({ underline: true })).toEqual([{ ...at, y: "16", height: "1" }])
    const text = (run: Partial<Run>) =>
      picture([[{ text: "a", ...run }]]).find(({ name }) => name === "text")?.attributes
    expect(text({ inverse: true })).toMatchObject({ fill: "#111111" })
    const place = { x: "0", y: "14", textLength: "9" }
    expect(text({ bold: true })).toEqual({ ...place, "font-weight": "bold" })
    expect(text({ dim: true })).toEqual({ ...place, "fill-opacity": "0.6" })
  })
})
