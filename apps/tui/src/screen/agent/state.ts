/**
 * One agent's day as a person looks at it: which stretch of it the strip shows, and which instant is read out.
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

/** How much time the strip shows, from most to least, and in which frame; without seconds it is all of the frame. */
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
  /** `null` = nobody has been chosen. */
  readonly agent: number | null
  readonly tab: Tab
  readonly list: List.ListState
  /** What is read out; `null` = the last that is known, as time goes on. */
  readonly at: number | null
  readonly zoom: Zoom
  /** Where the strip begins, as far as frame and instant let it; `null` = around the instant. */
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

/** An agent as it is now, in the list that was looked at last. */
export const of = (agent: number, { tab }: AgentState): AgentState => ({ ...start, tab, agent })

/** The day or month of the local calendar that an instant is in. */
export const frameOf = (zone: Calendar.Zone, instant: number, size: Zoom["frame"]): Window => {
  // Buckets are clipped to their window; so that this one is whole, it is a wider one.
  const around = (size === "P1D" ? 2 : 32) * day
  const found = Calendar.buckets(zone, { from: instant - around, to: instant + around }, size).find(
    ({ end, start: begin }) => begin <= instant && instant < end,
  )
  return { from: found?.start ?? instant, to: found?.end ?? instant + 1 }
}

/** The part of a frame that the strip shows: it begins where it should, but holds the instant and stays in the frame. */
export const stripWindowOf = (frame: Window, at: number, { from, zoom }: Pick<AgentState, "from" | "zoom">): Window => {
  const length = "seconds" in zoom ? Math.min(zoom.seconds, frame.to - frame.from) : frame.to - frame.from
  const wanted = Math.floor(from ?? at - length / 2)
  const holding = Math.max(Math.min(wanted, at), at - length + 1)
  const begin = Math.max(frame.from, Math.min(holding, frame.to - length))
  return { from: begin, to: begin + length }
}

/** What has a begin and an end. */
interface TimeRange {
  readonly start: number
  readonly end: number
}

const holds = ({ end, start: begin }: TimeRange, at: number): boolean => begin <= at && (at < end || at === begin)

/**
 * The row that an instant is in; the one at `cursor` if it is, since several may be: those of no length too. Where none is,
 * the last one before.
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
