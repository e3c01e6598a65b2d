/**
 * How the staffing screen is divided, in rows.
 */
import { innerHeight } from "../app/layout.ts"
import type { State } from "../app/state.ts"

/** The screen in rows, at most. */
export interface Layout {
  readonly areas: number
  readonly legend: number
  readonly reading: number
  /** Steps in the table, below the heads of its columns; 0 = there is no room for one. */
  readonly table: number
}

export const layoutOf = (state: State): Layout => {
  const room = innerHeight(state)
  const [legend, reading] = room >= 30 ? [3, 5] : room >= 14 ? [2, 3] : [1, 1]
  // Besides, the window and the axis.
  const rest = room - 2 - legend - reading
  const areas = Math.max(1, rest < 5 ? rest : Math.min(16, Math.floor(rest * 0.55)))
  return { areas, legend, reading, table: Math.max(0, rest - areas - 1) }
}
