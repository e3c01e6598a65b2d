/**
 * How a screen is divided, in rows: what stands above and below its list.
 */
import { visibleBannersOf } from "./banners.ts"
import type { State } from "./state.ts"

/** A smaller terminal shows only that it is too small. */
export const minSize = { columns: 60, rows: 10 } as const

/** The line of tabs. */
const top = 1
/** The line of keys. */
const bottom = 1

/** How tall the curve of the floor's header is. */
export const curveHeight = ({ size }: Pick<State, "size">): number => (size.rows >= 40 ? 5 : size.rows >= 30 ? 3 : 2)

/** With fewer rows, the report leaves out its remarks. */
const minRowsForRemarks = 16

/** Whether the report has room for its reconciliation and the quality of its data. */
export const hasRoomForRemarks = ({ size }: Pick<State, "size">): boolean => size.rows >= minRowsForRemarks

/** What stands above and below the list. */
const headOf = (state: State): number => {
  switch (state.screen) {
    // Counts, curve, freshness, the heads of columns, and where the cursor is.
    case "floor":
      return curveHeight(state) + 4
    // The window, the heads of columns, totals, those of a filter, and where the cursor is.
    case "report":
      return (hasRoomForRemarks(state) ? 6 : 4) + (state.report.filter === "" ? 0 : 1)
    // Where the cursor is.
    case "coverage":
      return 1
    default:
      return 5
  }
}

/** Rows between tabs and banners above, and the keys below. */
export const innerHeight = (state: State): number =>
  Math.max(1, state.size.rows - top - bottom - visibleBannersOf(state).length)

/** Rows for the list of a screen. */
export const bodyHeight = (state: State): number => Math.max(1, innerHeight(state) - headOf(state))
