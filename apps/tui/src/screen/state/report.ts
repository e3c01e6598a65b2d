/**
 * The report as a person has arranged it.
 */
import type * as Calendar from "@dwell/core/Calendar"
import * as List from "./list.ts"

export const groups = ["agent", "status", "team", "bucket"] as const
export type Group = (typeof groups)[number]

export const units = ["h:mm:ss", "seconds", "per cent"] as const
export type Unit = (typeof units)[number]

export interface ReportState {
  readonly list: List.ListState
  readonly group: Group
  readonly unit: Unit
  readonly bucket: Calendar.Size
  readonly isStaleCut: boolean
}

export const start: ReportState = {
  list: List.start,
  group: "agent",
  unit: "h:mm:ss",
  bucket: "PT1H",
  isStaleCut: false,
}
