/**
 * What keys do on the report.
 */
import * as Calendar from "@dwell/core/Calendar"
import type { Command } from "../keys.ts"
import { after, gone, noted } from "../app/navigation.ts"
import * as Input from "../components/input.ts"
import { bodyHeight } from "../app/layout.ts"
import * as List from "../components/list.ts"
import * as Report from "./state.ts"
import * as Columns from "./columns.ts"
import type { State } from "../app/state.ts"
import { shownOf, changed, columnOf } from "./model.ts"

const columnMoved = (state: State, by: -1 | 1): State => {
  const shown = shownOf(state)
  if (shown === null) return state
  const { columns } = shown.table
  const at = Math.max(0, Math.min(columns.length - 1, shown.chosen + by))
  const { left } = Columns.inView(columns, shown.widths, state.size.columns, at, shown.view.left)
  return changed(state, { column: columns[at]?.name ?? state.report.column, left })
}

const sorted = (state: State): State => {
  const column = columnOf(state)
  const { sort } = state.report
  const isDescending = sort?.column === column && !sort.isDescending
  return changed(state, { sort: { column, isDescending } })
}

/** Other rows, from their first one on, with the filter that they had before. */
const regrouped = (state: State, change: Partial<Report.ReportState>): State => {
  const { filter, group } = state.report
  const filters = { ...state.report.filters, [Report.kindOf(group)]: filter }
  return changed(state, {
    ...change,
    filter: filters[Report.kindOf(change.group ?? group)],
    filters,
    list: List.start,
    left: 0,
  })
}

/** The next size of buckets; after the last one rows are again of what they were before. */
const bucketed = (state: State): State => {
  const { bucket, group, groupBefore } = state.report
  if (group !== "bucket") return regrouped(state, { group: "bucket", groupBefore: group, bucket: Calendar.sizes[0] })
  const next = after(Calendar.sizes, bucket)
  return next === Calendar.sizes[0] ? regrouped(state, { group: groupBefore }) : regrouped(state, { bucket: next })
}

export const commanded = (state: State, command: Command): State => {
  const { report } = state
  if (List.isMove(command)) {
    const shown = shownOf(state)
    if (shown === null) return state
    return changed(state, { list: List.moved(shown.list, command, shown.rows.length, bodyHeight(state)) })
  }
  switch (command) {
    case "left":
      return columnMoved(state, -1)
    case "right":
      return columnMoved(state, 1)
    case "sort":
      return sorted(state)
    case "unit":
      return changed(state, { unit: after(Report.units, report.unit) })
    case "group":
      return report.group === "bucket"
        ? noted(state, "Rows are buckets: b to off first.")
        : regrouped(state, { group: after(Report.groups, report.group) })
    case "bucket":
      return bucketed(state)
    case "cap-stale":
      return changed(state, { isStaleCut: !report.isStaleCut })
    case "filter":
      return { ...state, overlay: { kind: "filter", input: Input.of(report.filter), before: report.filter } }
    case "open": {
      const shown = shownOf(state)
      const row = shown?.rows[shown.list.cursor]
      const agent = row?.kind === "group" ? row.of.agent : null
      if (row !== undefined && agent === null) {
        const what = { group: "team", status: "status", bucket: "bucket" }[row.kind]
        const how = report.group === "bucket" ? "b until rows are agents" : "t until rows are agents"
        return noted(state, `A ${what} has no day to open; press ${how}.`)
      }
      return agent === null ? state : gone({ ...state, agent: { ...state.agent, agent, list: List.start } }, "agent")
    }
    case "back":
      return report.filter === "" ? state : changed(state, { filter: "" })
    default:
      return state
  }
}
