/**
 * What of the last answer is on the screen, as a person has arranged it.
 *
 * Cost     a table is made once for an answer
 */
import type * as Report from "./state.ts"
import { bodyHeight } from "../app/layout.ts"
import * as List from "../components/list.ts"
import type { State } from "../app/state.ts"
import * as Columns from "./columns.ts"
import * as View from "./rows.ts"
import { memoizeLast } from "../app/memoizeLast.ts"
import type { ReportAnswer } from "../worker/protocol/answer.ts"
import { byBucket } from "./bucketTable.ts"
import { byAgent, byTeam } from "./groupTable.ts"
import type { Group } from "./state.ts"
import { byStatus } from "./statusTable.ts"
import type { Table } from "./table.ts"

const tables: Readonly<Record<Group, (answer: ReportAnswer) => Table>> = {
  agent: byAgent,
  status: byStatus,
  team: byTeam,
  bucket: byBucket,
}

/** The table of an answer. */
const tableOf = memoizeLast((answer: ReportAnswer, group: Group): Table => tables[group](answer))

/** What of the last answer is on the screen, as it is arranged; `null` = there is no answer yet. */
export const tableModelOf = (state: State) => {
  const answer = state.answers.report?.answer ?? null
  if (answer === null) return null
  const { column, filter, group, left, list, sort, unit } = state.report
  const table = tableOf(answer, group)
  const rows = View.arrangeRows(table, unit, sort, filter)
  const widths = Columns.widthsOf(table, unit)
  const chosen = Columns.columnAt(table, column)
  return {
    answer,
    table,
    rows,
    widths,
    chosen,
    view: Columns.inView(table.columns, widths, state.size.columns, chosen, left),
    list: List.keepInView(list, rows.length, bodyHeight(state)),
  }
}

/** The name of the current column. */
export const columnOf = (state: State): string => {
  const shown = tableModelOf(state)
  return shown?.table.columns[shown.chosen]?.name ?? state.report.column
}

/** The report arranged in another way. */
export const patch = (state: State, change: Partial<Report.ReportState>): State => ({
  ...state,
  report: { ...state.report, ...change },
})
