/**
 * What a log of events is: rows by agent, in order, however they are kept.
 *
 * Shape    agents ascend, and each has rows, ordered by (`uts`, `uid`) (but see `EventLog.ofAgents`); `statuses` and
 *          `subcodes` ascend; no two rows share a `uid`
 * Source   docs/definitions.md, section "Events"
 */
import { halves, isLarger } from "../events/columns.ts"
import type { Window } from "../time/Window.ts"
import type { Dropped } from "./duplicates.ts"

/** The rows of one agent as columns; their memory may be longer than they are. */
export interface Rows {
  readonly length: number
  readonly uid: BigInt64Array
  readonly uts: Float64Array
  readonly callid: BigInt64Array
  /** Index into the log's statuses. */
  readonly status: Uint32Array
  /** Index into the log's subcodes; 0 is the empty text: none. */
  readonly subcode: Uint32Array
  /** How many in a window were recorded late, as `lateIn` counts, where that takes less than reading all ids. */
  readonly outOfOrder?: (window: Window) => number
}

export interface EventLog {
  /** How many events there are. */
  readonly length: number
  /** Agent ids, ascending. */
  readonly agents: ReadonlyArray<number>
  readonly statuses: ReadonlyArray<string>
  readonly subcodes: ReadonlyArray<string>
  /** The smallest window with all events in it; of no length, at 0, when there are none. */
  readonly span: () => Window
  /** The events of the agent with that index. They are valid up to the next call, which may write over them. */
  readonly rows: (agent: number) => Rows
  /** The rows that were dropped because another one has their `uid`. */
  readonly dropped: Dropped
}

export const noSpan: Window = { from: 0, to: 0 }

/** The smallest window with all events of so many agents in it. */
export const spanOf = (agents: number, rows: EventLog["rows"]): Window => {
  let from = Infinity
  let to = -Infinity
  for (let agent = 0; agent < agents; agent++) {
    const { length, uts } = rows(agent)
    if (length === 0) continue
    from = Math.min(from, uts[0] ?? 0)
    to = Math.max(to, (uts[length - 1] ?? 0) + 1)
  }
  return from < to ? { from, to } : noSpan
}

/** When the first and the last of some rows were, and nothing in between. */
export interface Extent {
  readonly earliest: number
  readonly latest: number
}

export const noExtent: Extent = { earliest: Infinity, latest: -Infinity }

export const extend = ({ earliest, latest }: Extent, uts: Float64Array): Extent => {
  let least = earliest
  let most = latest
  for (let row = 0; row < uts.length; row++) {
    const at = uts[row] ?? 0
    if (at < least) least = at
    if (at > most) most = at
  }
  return { earliest: least, latest: most }
}

/** The span of a log whose rows, those dropped among them, have that extent. */
export const spanWithin = (
  { earliest, latest }: Extent,
  { isConflict }: Dropped,
  agents: number,
  rows: EventLog["rows"],
): Window => {
  // A row that was corrected may have been the first or the last of all.
  if (isConflict.includes(1)) return spanOf(agents, rows)
  return earliest > latest ? noSpan : { from: earliest, to: latest + 1 }
}

/** How many rows lie before an instant; they ascend. */
export const rowsBefore = ({ length, uts }: Pick<Rows, "length" | "uts">, instant: number): number => {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((uts[middle] ?? 0) < instant) low = middle + 1
    else high = middle
  }
  return low
}

/** How many rows in a window have a lower `uid` after them, but before the window's end. */
export const lateIn = ({ length, uid, uts }: Pick<Rows, "length" | "uid" | "uts">, { from, to }: Window): number => {
  const ids = halves(uid)
  let late = 0
  /** The row with the lowest id up to here; -1 = none yet. */
  let lowest = -1
  for (let row = length - 1; row >= 0; row--) {
    const at = uts[row] ?? 0
    if (at >= to) continue
    if (at < from) break
    if (lowest < 0 || !isLarger(ids, row, lowest)) lowest = row
    else late += 1
  }
  return late
}

const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** Values ascending, and where each one stands then. */
export const inOrder = (
  values: ReadonlyArray<string>,
): { readonly ascending: ReadonlyArray<string>; readonly places: Uint32Array } => {
  const ascending = values.toSorted(compareText)
  const placeOf = new Map(ascending.map((value, place) => [value, place]))
  return { ascending, places: Uint32Array.from(values, (value) => placeOf.get(value) ?? 0) }
}
