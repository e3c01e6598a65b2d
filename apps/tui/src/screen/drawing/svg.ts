/**
 * A terminal's screen as an SVG picture, the same with every font.
 *
 * Shape    a grid of cells of 9 by 18 units; text is stretched to its cells, and block elements, braille and the lines of
 *          boxes are drawn, so that none is moved or leaves a gap; what is beyond the columns and rows is cut off
 * Source   Unicode, Block Elements (U+2580), Braille Patterns (U+2800) and Box Drawing (U+2500)
 */
import stringWidth from "string-width"
import type { Run } from "./ansi.ts"

const cellWidth = 9
const cellHeight = 18
const fontSize = 15
const baseline = 14

/** Part of a cell, in eighths of it. */
interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly opacity?: number
}

const upperLeft: Rectangle = { x: 0, y: 0, width: 4, height: 4 }
const upperRight: Rectangle = { ...upperLeft, x: 4 }
const lowerLeft: Rectangle = { ...upperLeft, y: 4 }
const lowerRight: Rectangle = { ...upperLeft, x: 4, y: 4 }
const whole: Rectangle = { x: 0, y: 0, width: 8, height: 8 }

const eight = [1, 2, 3, 4, 5, 6, 7, 8]

/** The block elements that are drawn. */
const blocks: ReadonlyMap<string, ReadonlyArray<Rectangle>> = new Map<string, ReadonlyArray<Rectangle>>([
  ...eight.map((n) => ["▁▂▃▄▅▆▇█".charAt(n - 1), [{ ...whole, y: 8 - n, height: n }]] as const),
  ...eight.slice(0, 7).map((n) => ["▏▎▍▌▋▊▉".charAt(n - 1), [{ ...whole, width: n }]] as const),
  ...[1, 2, 3].map((n) => ["░▒▓".charAt(n - 1), [{ ...whole, opacity: n / 4 }]] as const),
  ["▀", [{ ...whole, height: 4 }]],
  ["▐", [{ ...whole, x: 4, width: 4 }]],
  ["▔", [{ ...whole, height: 1 }]],
  ["▕", [{ ...whole, x: 7, width: 1 }]],
  ["▖", [lowerLeft]],
  ["▗", [lowerRight]],
  ["▘", [upperLeft]],
  ["▝", [upperRight]],
  ["▙", [upperLeft, lowerLeft, lowerRight]],
  ["▚", [upperLeft, lowerRight]],
  ["▛", [upperLeft, upperRight, lowerLeft]],
  ["▜", [upperLeft, upperRight, lowerRight]],
  ["▞", [upperRight, lowerLeft]],
  ["▟", [upperRight, lowerLeft, lowerRight]],
])

/** The lines of boxes, as paths in a cell. */
const boxes: ReadonlyMap<string, string> = new Map([
  ["─", "M0 9.5H9"],
  ["│", "M4.5 0V18"],
  ["┌", "M9 9.5H4.5V18"],
  ["┐", "M0 9.5H4.5V18"],
  ["└", "M9 9.5H4.5V0"],
  ["┘", "M0 9.5H4.5V0"],
  ["╭", "M9 9.5Q4.5 9.5 4.5 14V18"],
  ["╮", "M0 9.5Q4.5 9.5 4.5 14V18"],
  ["╰", "M9 9.5Q4.5 9.5 4.5 5V0"],
  ["╯", "M0 9.5Q4.5 9.5 4.5 5V0"],
  ["├", "M4.5 0V18M4.5 9.5H9"],
  ["┤", "M4.5 0V18M4.5 9.5H0"],
  ["┬", "M0 9.5H9M4.5 9.5V18"],
  ["┴", "M0 9.5H9M4.5 9.5V0"],
  ["┼", "M0 9.5H9M4.5 0V18"],
])

/** The dots of a braille character, as rows and columns: the two of the lowest row came later, to higher bits. */
const dotPlaces = [
  ...[0, 1, 2].map((row) => ({ row, column: 0 })),
  ...[0, 1, 2].map((row) => ({ row, column: 1 })),
  { row: 3, column: 0 },
  { row: 3, column: 1 },
]

/** The points of a braille character as a path; round ends make dots of them. */
const dots = (character: string, x: number, y: number): string => {
  const bits = (character.codePointAt(0) ?? 0) - 0x2800
  return dotPlaces
    .filter((_, bit) => (bits & (1 << bit)) !== 0)
    .map(({ column, row }) => `M${x + (column + 0.5) * (cellWidth / 2)} ${y + (row + 0.5) * (cellHeight / 4)}h0`)
    .join("")
}

// Characters that XML does not allow, and those that control a terminal.
// oxlint-disable-next-line no-control-regex -- that these are control characters is the point
const unprintable = /[\u0000-\u001f\u007f-\u009f\ufffe\uffff]|\p{Surrogate}/gu

const escaped = (text: string): string =>
  text
    .replaceAll(unprintable, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")

type Attributes = Readonly<Record<string, string | number | null | undefined>>

const element = (name: string, attributes: Attributes, content?: string): string => {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined || value === null ? [] : [` ${key}="${escaped(String(value))}"`],
  )
  return `<${name}${given.join("")}${content === undefined ? "/>" : `>${content}</${name}>`}`
}

const graphemes = new Intl.Segmenter("en")

/** Text in which each character takes one cell. Measuring every character costs ten times as much. */
const isSimple = (text: string): boolean => /^[ -~─-▟⠀-⣿]*$/.test(text)

interface Glyph {
  readonly text: string
  readonly column: number
  readonly width: number
}

/** The characters of a run that are within the columns, and where the next run starts. */
const glyphsOf = (text: string, from: number, columns: number) => {
  const glyphs: Array<Glyph> = []
  let end = from
  const simple = isSimple(text)
  const segments = simple
    ? Array.from(text)
    : Array.from(graphemes.segment(text.replaceAll(unprintable, "")), ({ segment }) => segment)
  for (const segment of segments) {
    const width = simple ? 1 : stringWidth(segment)
    // Nothing after a character that is cut off is shown.
    if (end + width > columns) return { glyphs, end: columns }
    if (width > 0) glyphs.push({ text: segment, column: end, width })
    end += width
  }
  return { glyphs, end }
}

/** Neighbours of one kind: equal block elements and lines of boxes, braille, or text. */
const kindOf = ({ text }: Glyph): string => {
  if (blocks.has(text) || boxes.has(text)) return text
  return text >= "\u2800" && text <= "\u28ff" ? "braille" : "text"
}

const groups = (
  glyphs: ReadonlyArray<Glyph>,
): ReadonlyArray<{ readonly kind: string; readonly glyphs: ReadonlyArray<Glyph> }> => {
  const found: Array<{ kind: string; glyphs: Array<Glyph> }> = []
  for (const glyph of glyphs) {
    const kind = kindOf(glyph)
    const last = found.at(-1)
    if (last?.kind === kind) last.glyphs.push(glyph)
    else found.push({ kind, glyphs: [glyph] })
  }
  return found
}

/** The text of glyphs from the first that is no blank to the last, at its place. */
const textAt = (glyphs: ReadonlyArray<Glyph>, y: number, attributes: Attributes): string => {
  const isInk = ({ text }: Glyph) => text.trim() !== ""
  const shown = glyphs.slice(Math.max(0, glyphs.findIndex(isInk)), glyphs.findLastIndex(isInk) + 1)
  const [first] = shown
  if (first === undefined) return ""
  const cells = shown.reduce((sum, { width }) => sum + width, 0)
  const place = { x: first.column * cellWidth, y: y + baseline, textLength: cells * cellWidth }
  return element("text", { ...place, ...attributes }, escaped(shown.map(({ text }) => text).join("")))
}

/** The block elements of one kind next to each other; those as wide as their cells are one. */
const blocksAt = (kind: string, glyphs: ReadonlyArray<Glyph>, y: number, attributes: Attributes): string => {
  const [first] = glyphs
  if (first === undefined) return ""
  return (blocks.get(kind) ?? [])
    .flatMap(({ height, opacity, width, x, y: top }) => {
      const places =
        width === 8
          ? [{ column: first.column, width: 8 * glyphs.length }]
          : glyphs.map(({ column }) => ({ column, width }))
      return places.map((place) =>
        element("rect", {
          x: (place.column + x / 8) * cellWidth,
          y: y + (top * cellHeight) / 8,
          width: (place.width * cellWidth) / 8,
          height: (height * cellHeight) / 8,
          ...attributes,
          opacity,
        }),
      )
    })
    .join("")
}

/** Braille characters next to each other. */
const dotsAt = (glyphs: ReadonlyArray<Glyph>, y: number, attributes: Attributes): string => {
  const d = glyphs.map(({ column, text }) => dots(text, column * cellWidth, y)).join("")
  return d === "" ? "" : element("path", { d, ...attributes, "stroke-width": 3, "stroke-linecap": "round" })
}

/** The same lines of boxes next to each other; those that go on are one. */
const boxesAt = (kind: string, glyphs: ReadonlyArray<Glyph>, y: number, attributes: Attributes): string => {
  const at = (d: string | undefined, column: number) =>
    element("path", { d, transform: `translate(${column * cellWidth} ${y})`, ...attributes })
  const [first] = glyphs
  if (kind === "─" && first !== undefined) return at(`M0 9.5H${glyphs.length * cellWidth}`, first.column)
  return glyphs.map(({ column }) => at(boxes.get(kind), column)).join("")
}

/** A screen of `columns` and `rows`, with a title for screen readers. */
export const svg = ({
  background,
  columns,
  foreground,
  lines,
  rows,
  title,
}: {
  readonly lines: ReadonlyArray<ReadonlyArray<Run>>
  readonly columns: number
  readonly rows: number
  /** The terminal's own colours. */
  readonly background: string
  readonly foreground: string
  readonly title: string
}): string => {
  const behind: Array<string> = []
  const drawn: Array<string> = []
  lines.slice(0, rows).forEach((line, row) => {
    const y = row * cellHeight
    let column = 0
    for (const run of line) {
      const { end, glyphs } = glyphsOf(run.text, column, columns)
      const cells = glyphs.reduce((sum, { width }) => sum + width, 0)
      const [ink, paper] = run.inverse
        ? [run.background ?? background, run.foreground ?? foreground]
        : [run.foreground, run.background]
      const across = { x: column * cellWidth, width: cells * cellWidth }
      if (paper !== null && cells > 0) behind.push(element("rect", { ...across, y, height: cellHeight, fill: paper }))
      const opacity = run.dim ? 0.6 : undefined
      const fill = { fill: ink, "fill-opacity": opacity }
      const stroke = { fill: "none", stroke: ink ?? foreground, "stroke-opacity": opacity }
      for (const { glyphs: group, kind } of groups(glyphs)) {
        if (kind === "text") drawn.push(textAt(group, y, { ...fill, "font-weight": run.bold ? "bold" : null }))
        else if (kind === "braille") drawn.push(dotsAt(group, y, stroke))
        else if (boxes.has(kind)) drawn.push(boxesAt(kind, group, y, stroke))
        else drawn.push(blocksAt(kind, group, y, { ...fill, "shape-rendering": "crispEdges" }))
      }
      if (run.underline && cells > 0) {
        drawn.push(element("rect", { ...across, y: y + baseline + 2, height: 1, ...fill }))
      }
      column = end
    }
  })
  const size = { width: columns * cellWidth, height: rows * cellHeight }
  const picture = {
    xmlns: "http://www.w3.org/2000/svg",
    role: "img",
    ...size,
    viewBox: `0 0 ${size.width} ${size.height}`,
    fill: foreground,
    "font-family": "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace",
    "font-size": fontSize,
    "xml:space": "preserve",
  }
  return element(
    "svg",
    picture,
    [
      element("title", {}, escaped(title)),
      element("rect", { ...size, fill: background }),
      element("g", { "shape-rendering": "crispEdges" }, behind.join("")),
      ...drawn.filter((each) => each !== ""),
    ].join("\n"),
  )
}
