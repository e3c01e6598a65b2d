/**
 * What drawings are made of: rows of cells that know what they show, but not its colour.
 *
 * Shape    a row is as wide as asked for, to the cell; neighbours of one look are one cell
 */
import type { Category } from "@dwell/core/Category"
import { categoryStyles } from "../../render/categoryStyles.ts"

/** What a cell shows: time of a category, or untracked time. If two have equal parts of a cell, the first wins. */
export const roles = [
  "handling",
  "afterCall",
  "available",
  "idle",
  "other",
  "offline",
  "untracked",
] as const satisfies ReadonlyArray<Category | "untracked">
export type Role = (typeof roles)[number]

export interface Cell {
  readonly text: string
  /** The role whose colour the text has; `null` = none. */
  readonly role: Role | null
  /** The role whose colour the background has, if a block character divides a cell between two. */
  readonly under?: Role
}

export type Row = ReadonlyArray<Cell>

/** What can be drawn: colours; no colours, but all characters; only ASCII, without colours. */
export type Look = "colour" | "plain" | "ascii"

const ascii: Readonly<Record<Role, string>> = {
  handling: "#",
  afterCall: "+",
  available: "=",
  idle: "-",
  other: "%",
  offline: " ",
  untracked: ".",
}

/** Whether a role is drawn as a surface; others show the background. */
export const isSolid = (role: Role): boolean => role !== "offline" && role !== "untracked"

/** The character that fills a cell for a role. */
export const filling = (look: Look, role: Role): string => {
  if (look === "ascii") return ascii[role]
  if (role === "untracked") return "·"
  return look === "colour" && isSolid(role) ? "█" : categoryStyles[role].filling
}

/** A cell filled for a role. */
export const filled = (look: Look, role: Role): Cell => ({ text: filling(look, role), role })

export const blank: Cell = { text: " ", role: null }

/** Cells as a row: neighbours of one look become one. */
export const joinCells = (cells: ReadonlyArray<Cell>): Row => {
  const row: Array<Cell> = []
  let start = 0
  cells.forEach((cell, i) => {
    const next = cells[i + 1]
    if (next !== undefined && next.role === cell.role && next.under === cell.under) return
    const run = cells.slice(start, i + 1)
    row.push({ ...cell, text: run.map(({ text }) => text).join("") })
    start = i + 1
  })
  return row
}
