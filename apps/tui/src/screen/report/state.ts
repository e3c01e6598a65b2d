/**
 * The report as a person has arranged it.
 */
import type * as Calendar from "@dwell/core/Calendar"
import * as List from "../components/list.ts"

/** What rows are of. */
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
  /** What rows were of before they were of buckets. */
  readonly groupBefore: Exclude<Group, "bucket">
  readonly unit: Unit
  readonly bucket: Calendar.Size
  readonly isStaleCut: boolean
  /** The current column. */
  readonly column: string
  /** How many columns are scrolled away. */
  readonly left: number
  /** `null` = in the order of the answer, which is that of the command line. */
  readonly sort: Sort | null
  readonly filter: string
  /** The filters of rows of another kind, until those are shown again. */
  readonly filters: Readonly<Record<Kind, string>>
}

/** What a filter of rows is about: agents and teams have one, since a word can be found in either. */
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
