/**
 * What a figure means, in a screen's place.
 */
import { wrapped } from "@dwell/terminal/text"
import { definitionOf } from "../definitions.ts"
import type { Size } from "../app/state.ts"
import type { Theme } from "../theme.ts"

const maxWidth = 92

/** From this height on there is room for blank lines. */
const minRowsForBlanks = 16

export const definitionLines = (name: string, { columns, rows }: Size, theme: Theme): ReadonlyArray<string> => {
  const found = definitionOf(name)
  const hint = theme.paint("faint", "   any key closes")
  if (found === null) return [` There is no definition of the column ${name}.${hint}`]
  const { formula, text, title, unit } = found
  const lines = (paragraph: string) => wrapped(paragraph, Math.min(maxWidth, columns - 2)).map((line) => ` ${line}`)
  const apart = rows < minRowsForBlanks ? [] : [""]
  // The formula first: it matters most if there is little room.
  return [
    ` ${theme.paint("title", title)}${hint}`,
    ...apart,
    ...(formula === undefined ? [] : [...lines(formula).map((line) => theme.paint("accent", line)), ...apart]),
    ...lines(text),
    ...apart,
    ...lines(`Shown as ${unit}.`).map((line) => theme.paint("faint", line)),
    ...lines("docs/definitions.md has examples.").map((line) => theme.paint("faint", line)),
  ]
}
