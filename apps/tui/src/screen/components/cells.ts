/**
 * Drawings, painted.
 */
import { type Row } from "../drawing/cells.ts"
import { type Theme } from "../theme.ts"

/** A row of cells in the colours of a theme. */
export const painted = (row: Row, theme: Theme): string =>
  row
    .map(({ role, text, under }) => {
      if (role === null) return text
      return under === undefined ? theme.paint(role, text) : theme.paintOn(role, under, text)
    })
    .join("")
