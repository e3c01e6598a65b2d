/**
 * One agent's day as a person has arranged it: which part of it the strip shows, and the instant at the cursor.
 *
 * Shape    the strip shows a frame of the local calendar, a day or a month, or a part of it, and the instant is within
 * Units    Unix seconds; instants are whole ones
 */
import * as Calendar from "@dwell/core/Calendar"
import type { Window } from "@dwell/core/Window"
import * as List from "../components/list.ts"

export const tabs = ["intervals", "calls", "sessions", "comparison"] as const
export type Tab = (typeof tabs)[number]

const minute = 60
const hour = 3600
const day = 86_400

/** How much time the strip shows, longest first, and in which frame; without `seconds` the whole frame. */
export const zooms = [
  { text: "month", frame: "P1M" },
  { text: "7 days", frame: "P1M", seconds: 7 * day },
  { text: "day", frame: "P1D" },
  { text: "12 h", frame: "P1D", seconds: 12 * hour },
  { text: "6 h", frame: "P1D", seconds: 6 * hour },
  { text: "3 h", frame: "P1D", seconds: 3 * hour },
  { text: "1 h", frame: "P1D", seconds: hour },
  { text: "30 min", frame: "P1D", seconds: 30 * minute },
  { text: "10 min", frame: "P1D", seconds: 10 * minute },
  { text: "1 min", frame: "P1D", seconds: minute },
] as const
export type Zoom = (typeof zooms)[number]

export interface AgentState {
  /** `null` = no agent has been chosen. */
  readonly agent: number | null
  readonly tab: Tab
  readonly list: List.ListState
  /** The instant at the cursor; `null` = the last known one, which moves with time. */
  readonly at: number | null
  readonly zoom: Zoom
  /** Where the strip should start; `null` = around the instant. */
  readonly from: number | null
}

export const start: AgentState = {
  agent: null,
  tab: "intervals",
  list: List.start,
  at: null,
  zoom: zooms[2],
  from: null,
}

/** An agent's day as it is now, with the list that was shown last. */
export const of = (agent: number, { tab }: AgentState): AgentState => ({ ...start, tab, agent })

/** The day or month of the local calendar that an instant is in. */
export const frameOf = (zone: Calendar.Zone, instant: number, size: Zoom["frame"]): Window => {
  // Buckets are clipped to their window, so take a wider one to get a whole bucket.
  const around = (size === "P1D" ? 2 : 32) * day
  const found = Calendar.buckets(zone, { from: instant - around, to: instant + around }, size).find(
    ({ end, start: begin }) => begin <= instant && instant < end,
  )
  return { from: found?.start ?? instant, to: found?.end ?? instant + 1 }
}

/** The part of a frame that the strip shows: it starts at `from`, but contains the instant and stays in the frame. */
export const stripWindowOf = (frame: Window, at: number, { from, zoom }: Pick<AgentState, "from" | "zoom">): Window => {
  const length = "seconds" in zoom ? Math.min(zoom.seconds, frame.to - frame.from) : frame.to - frame.from
  const wanted = Math.floor(from ?? at - length / 2)
  const holding = Math.max(Math.min(wanted, at), at - length + 1)
  const begin = Math.max(frame.from, Math.min(holding, frame.to - length))
  return { from: begin, to: begin + length }
}

/** Something with a start and an end. */
interface TimeRange {
  readonly start: number
  readonly end: number
}

const holds = ({ end, start: begin }: TimeRange, at: number): boolean => begin <= at && (at < end || at === begin)

/**
 * The row that an instant is in; preferably the one at `cursor`, since several may contain it, also those of no length. If
 * there is none, the last one before.
 */
export const rowAt = (
  rows: ReadonlyArray<TimeRange>,
  at: number,
  cursor: number,
): { readonly index: number; readonly isAtInstant: boolean } => {
  const chosen = rows[cursor]
  if (chosen !== undefined && holds(chosen, at)) return { index: cursor, isAtInstant: true }
  const index = rows.findLastIndex((row) => row.start <= at && at < row.end)
  if (index >= 0) return { index, isAtInstant: true }
  return {
    index: Math.max(
      0,
      rows.findLastIndex((row) => row.start <= at),
    ),
    isAtInstant: false,
  }
}
