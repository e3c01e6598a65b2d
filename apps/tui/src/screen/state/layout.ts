/**
 * How a screen is divided, in rows: what stands above and below its list.
 */
import { bannersOf } from "./banners.ts"
import { type State } from "./State.ts"

/** Below this a terminal shows only that it is too small. */
export const smallest = { columns: 60, rows: 10 } as const

/** The line of tabs. */
const top = 1
/** The line of keys. */
const bottom = 1

/** How tall the curve of the floor's header is. */
export const curveHeight = ({ size }: Pick<State, "size">): number => (size.rows >= 40 ? 5 : size.rows >= 30 ? 3 : 2)

/** Rows that a screen has to itself. */
export const innerHeight = (state: State): number => state.size.rows - top - bottom - bannersOf(state).length

/** Rows for the list of a screen. */
export const bodyHeight = (state: State): number => {
  // On the floor: counts, curve, freshness, the heads of columns, and where the cursor is.
  const head = state.screen === "floor" ? curveHeight(state) + 4 : 5
  return Math.max(1, innerHeight(state) - head)
}
