/**
 * The report as a person has arranged it.
 */
import type * as Calendar from "@dwell/core/Calendar"
import * as List from "../components/list.ts"

/** What each row stands for. */
export const groups = ["agent", "status", "team"] as const
export type Group = (typeof groups)[number] | "bucket"

export const units = ["h:mm:ss", "seconds", "per cent"] as const
export type Unit = (typeof units)[number]

export interface Sort {
  readonly column: string
  readonly isDescending: boolean
}

export interface ReportState {
  readonly list: List.ListState
  readonly group: Group
  /** The rows before they were buckets. */
  readonly groupBefore: Exclude<Group, "bucket">
  readonly unit: Unit
  readonly bucket: Calendar.Size
  readonly isStaleCut: boolean
  /** The current column. */
  readonly column: string
  /** How many columns are scrolled out of view on the left. */
  readonly left: number
  /** `null` = in the order of the answer, as on the command line. */
  readonly sort: Sort | null
  readonly filter: string
  /** The filters of the other kinds of rows, for when those are shown again. */
  readonly filters: Readonly<Record<Kind, string>>
}

/** The rows that share a filter: agents and teams do, since the same words match both. */
export type Kind = "people" | "status" | "bucket"

export const kindOf = (group: Group): Kind => (group === "agent" || group === "team" ? "people" : group)

export const start: ReportState = {
  list: List.start,
  group: "agent",
  groupBefore: "agent",
  unit: "h:mm:ss",
  bucket: "PT15M",
  isStaleCut: false,
  column: "loggedIn",
  left: 0,
  sort: null,
  filter: "",
  filters: { people: "", status: "", bucket: "" },
}
