/**
 * The floor as a person has arranged it: sorted, filtered, by team.
 */
import * as List from "../components/list.ts"

/** What the floor can be sorted by; the columns of its table. */
export const columns = [
  "agent",
  "name",
  "team",
  "status",
  "running",
  "day",
  "calls",
  "handle",
  "occupancy",
  "since",
] as const
export type ColumnName = (typeof columns)[number]

export interface FloorState {
  readonly list: List.ListState
  /** The current column. */
  readonly column: ColumnName
  readonly sort: { readonly column: ColumnName; readonly isDescending: boolean }
  readonly filter: string
  readonly isByTeam: boolean
}

export const start: FloorState = {
  list: List.start,
  column: "status",
  sort: { column: "agent", isDescending: false },
  filter: "",
  isByTeam: false,
}

/** Sorts the floor by the current column; again, it reverses the order. */
export const sortByColumn = (state: FloorState): FloorState => ({
  ...state,
  sort:
    state.sort.column === state.column
      ? { ...state.sort, isDescending: !state.sort.isDescending }
      : { column: state.column, isDescending: false },
})

/** Another column to look at. */
export const moveColumn = (state: FloorState, by: -1 | 1): FloorState => {
  const at = columns.indexOf(state.column) + by
  return { ...state, column: columns[Math.max(0, Math.min(columns.length - 1, at))] ?? state.column }
}
