/**
 * A span of time as a strip of cells, and which cell an instant is in.
 *
 * Shape    each cell, or half of one in colour, shows the role with the most of its time, on a tie the busier one;
 *          smaller shares are dropped
 * Units    instants in Unix seconds; columns from 0
 * Cost     one pass over the intervals of the span and the cells, after a binary search for the first
 */
import { type Cell, filled, isSolid, joinCells, type Look, type Role, type Row, roles } from "./cells.ts"

/** A span `[from, to)` laid out over `width` cells. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly width: number
}

/** Time `[start, end)` of one role. */
export interface Interval {
  readonly start: number
  readonly end: number
  readonly role: Role
}

/** The column of an instant; before and after the span, the first and the last. */
export const columnOf = (instant: number, { from, to, width }: Span): number =>
  to > from ? Math.max(0, Math.min(width - 1, Math.floor(((instant - from) * width) / (to - from)))) : 0

/**
 * The first whole second of a column: where a cell is a second long or more, `columnOf` leads back to the column. Columns
 * outside count as the first and the last.
 */
export const cursorAt = (column: number, { from, to, width }: Span): number => {
  const within = Math.max(0, Math.min(width - 1, column))
  return to > from ? Math.min(to - 1, from + Math.ceil((within * (to - from)) / width)) : from
}

const untracked = roles.indexOf("untracked")

/** The first of the intervals that ends after an instant. */
const firstAfter = (intervals: ReadonlyArray<Interval>, instant: number): number => {
  let low = 0
  let high = intervals.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((intervals[middle]?.end ?? Infinity) > instant) high = middle
    else low = middle + 1
  }
  return low
}

/** The role that has most of each slot. */
const slots = (intervals: ReadonlyArray<Interval>, { from, to, width }: Span): ReadonlyArray<Role> => {
  // A second is `width` long and a slot as many as the span has seconds, so that all edges are whole.
  const length = to - from
  if (length <= 0) return Array.from({ length: width }, () => "untracked")
  const shares = new Float64Array(roles.length)
  let next = firstAfter(intervals, from)
  return Array.from({ length: width }, (_, slot) => {
    const slotStart = slot * length
    const slotEnd = slotStart + length
    shares.fill(0)
    let uncovered = length
    for (;;) {
      const interval = intervals[next]
      if (interval === undefined) break
      const start = (interval.start - from) * width
      const end = (interval.end - from) * width
      if (start >= slotEnd) break
      const share = Math.max(0, Math.min(end, slotEnd) - Math.max(start, slotStart))
      const index = roles.indexOf(interval.role)
      shares[index] = (shares[index] ?? 0) + share
      uncovered -= share
      // It continues in the next slot.
      if (end > slotEnd) break
      next += 1
    }
    shares[untracked] = (shares[untracked] ?? 0) + Math.max(0, uncovered)
    return roles[shares.indexOf(Math.max(...shares))] ?? "untracked"
  })
}

/** A cell whose halves show two roles. */
const halves = (left: Role, right: Role): Cell => {
  if (left === right) return filled("colour", left)
  if (isSolid(left)) return { text: "▌", role: left, ...(isSolid(right) ? { under: right } : {}) }
  // If neither is solid, untracked matters more than offline.
  return isSolid(right) ? { text: "▐", role: right } : filled("colour", "untracked")
}

/** A strip of intervals, which are in order and do not overlap; time that none covers is untracked. */
export const strip = ({
  intervals,
  look,
  ...span
}: Span & { readonly intervals: ReadonlyArray<Interval>; readonly look: Look }): Row => {
  if (look !== "colour") return joinCells(slots(intervals, span).map((role) => filled(look, role)))
  const both = slots(intervals, { ...span, width: 2 * span.width })
  return joinCells(
    Array.from({ length: span.width }, (_, column) =>
      halves(both[2 * column] ?? "untracked", both[2 * column + 1] ?? "untracked"),
    ),
  )
}
