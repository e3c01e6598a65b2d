/**
 * Drawings in the colours of a theme.
 */
import { type Cell, isSolid, type Row } from "../drawing/cells.ts"
import type { Theme } from "../theme.ts"

const cell = ({ role, text, under }: Cell, theme: Theme): string => {
  if (role === null) return text
  return under === undefined ? theme.paint(role, text) : theme.paintOn(role, under, text)
}

/** A row as a line. */
export const paintRow = (row: Row, theme: Theme): string => row.map((one) => cell(one, theme)).join("")

/** A row in which some columns show other characters. */
export const replaceCells = (row: Row, by: (column: number, cell: Cell) => Cell): Row =>
  row.flatMap((one) => Array.from(one.text, (text) => ({ ...one, text }))).map((one, column) => by(column, one))

/** A row as a line, with a mark in one of its columns. */
export const withCursor = (row: Row, column: number, theme: Theme): string => {
  const cells = replaceCells(row, (_, one) => one)
  const under = cells[column]
  if (under === undefined) return paintRow(row, theme)
  const mark = theme.marks.vertical
  const isGround = theme.look === "colour" && under.role !== null && isSolid(under.role)
  return [
    paintRow(cells.slice(0, column), theme),
    isGround && under.role !== null ? theme.paintOn("title", under.role, mark) : theme.paint("accent", mark),
    paintRow(cells.slice(column + 1), theme),
  ].join("")
}

/** A row among rows like it. In colour it leaves a little room between them, since the fillings are the same. */
export const bar = (row: Row, theme: Theme): string =>
  paintRow(theme.look === "colour" ? row.map((one) => ({ ...one, text: one.text.replaceAll("█", "▆") })) : row, theme)
