/**
 * What keys do on the report.
 */
import * as Calendar from "@dwell/core/Calendar"
import type { Command } from "../keys.ts"
import { nextOf, goTo, notify } from "../app/navigation.ts"
import * as Input from "../components/input.ts"
import { bodyHeight } from "../app/layout.ts"
import * as List from "../components/list.ts"
import * as Report from "./state.ts"
import * as Columns from "./columns.ts"
import type { State } from "../app/state.ts"
import { tableModelOf, patch, columnOf } from "./model.ts"

const moveColumn = (state: State, by: -1 | 1): State => {
  const shown = tableModelOf(state)
  if (shown === null) return state
  const { columns } = shown.table
  const at = Math.max(0, Math.min(columns.length - 1, shown.chosen + by))
  const { left } = Columns.inView(columns, shown.widths, state.size.columns, at, shown.view.left)
  return patch(state, { column: columns[at]?.name ?? state.report.column, left })
}

const sortByColumn = (state: State): State => {
  const column = columnOf(state)
  const { sort } = state.report
  const isDescending = sort?.column === column && !sort.isDescending
  return patch(state, { sort: { column, isDescending } })
}

/** Shows other rows, from the first on, with the filter that they had before. */
const regroup = (state: State, change: Partial<Report.ReportState>): State => {
  const { filter, group } = state.report
  const filters = { ...state.report.filters, [Report.kindOf(group)]: filter }
  return patch(state, {
    ...change,
    filter: filters[Report.kindOf(change.group ?? group)],
    filters,
    list: List.start,
    left: 0,
  })
}

/** The next size of buckets; after the last, the rows are what they were before. */
const nextBucket = (state: State): State => {
  const { bucket, group, groupBefore } = state.report
  if (group !== "bucket") return regroup(state, { group: "bucket", groupBefore: group, bucket: Calendar.sizes[0] })
  const next = nextOf(Calendar.sizes, bucket)
  return next === Calendar.sizes[0] ? regroup(state, { group: groupBefore }) : regroup(state, { bucket: next })
}

export const onCommand = (state: State, command: Command): State => {
  const { report } = state
  if (List.isMove(command)) {
    const shown = tableModelOf(state)
    if (shown === null) return state
    return patch(state, { list: List.moved(shown.list, command, shown.rows.length, bodyHeight(state)) })
  }
  switch (command) {
    case "left":
      return moveColumn(state, -1)
    case "right":
      return moveColumn(state, 1)
    case "sort":
      return sortByColumn(state)
    case "unit":
      return patch(state, { unit: nextOf(Report.units, report.unit) })
    case "group":
      return report.group === "bucket"
        ? notify(state, "Rows are buckets: press b until they are not.")
        : regroup(state, { group: nextOf(Report.groups, report.group) })
    case "bucket":
      return nextBucket(state)
    case "cap-stale":
      return patch(state, { isStaleCut: !report.isStaleCut })
    case "filter":
      return { ...state, overlay: { kind: "filter", input: Input.of(report.filter), before: report.filter } }
    case "open": {
      const shown = tableModelOf(state)
      const row = shown?.rows[shown.list.cursor]
      const agent = row?.kind === "group" ? row.of.agent : null
      if (row !== undefined && agent === null) {
        const what = { group: "team", status: "status", bucket: "bucket" }[row.kind]
        const how = report.group === "bucket" ? "b until rows are agents" : "t until rows are agents"
        return notify(state, `A ${what} has no day to open; press ${how}.`)
      }
      return agent === null ? state : goTo({ ...state, agent: { ...state.agent, agent, list: List.start } }, "agent")
    }
    case "back":
      return report.filter === "" ? state : patch(state, { filter: "" })
    default:
      return state
  }
}
