/**
 * A report by status, as a table.
 */
import type { StatusFigures, ReportAnswer } from "../worker/protocol/answer.ts"
import { type Value, type Row, type Table, notSummed } from "./table.ts"
import { sumStatuses } from "./totals.ts"

const ofStatus = (value: (of: StatusFigures) => Value) => (row: Row) => (row.kind === "status" ? value(row.of) : null)

/** Figures of statuses; `null` if there are no statuses. */
const ofSome =
  (statuses: ReadonlyArray<StatusFigures>) =>
  (value: (of: StatusFigures) => Value): ((row: Row) => Value) =>
    statuses.length === 0 ? () => null : ofStatus(value)

export const byStatus = ({ covered, everyone: { agents, calls, loggedIn }, statuses }: ReportAnswer): Table => {
  const figure = ofSome(statuses)
  const whole = (row: Row) => (row.kind === "status" && row.of.category === "offline" ? agents * covered : loggedIn)
  return {
    columns: [
      {
        name: "status",
        title: "Status",
        kind: "text",
        width: [20, 20],
        isFixed: true,
        value: (row) => row.total ?? ofStatus(({ status }) => status)(row),
      },
      {
        name: "category",
        title: "Category",
        kind: "text",
        width: [9, 9],
        value: (row) => (row.total !== undefined ? "" : ofStatus(({ category }) => category)(row)),
      },
      {
        name: "seconds",
        title: "Time",
        kind: "seconds",
        whole: (row) => (row.total !== undefined ? agents * covered : whole(row)),
        value: figure(({ seconds }) => seconds),
      },
      {
        name: "share",
        title: "Of logged in",
        kind: "rate",
        value: (row) =>
          row.total !== undefined || loggedIn === 0
            ? null
            : ofStatus(({ category, seconds }) => (category === "offline" ? null : seconds / loggedIn))(row),
      },
      { name: "entries", title: "Entries", kind: "count", value: figure(({ entries }) => entries) },
      { name: "visits", title: "Visits", kind: "count", value: figure(({ visits }) => visits) },
      { name: "longest", title: "Longest", kind: "length", value: figure(({ longest }) => longest) },
      { name: "average", title: "Average", kind: "length", value: ofStatus(({ average }) => average) },
      { name: "calls", title: "Calls", kind: "count", value: notSummed(figure((of) => of.calls)) },
    ],
    rows: statuses.map((of) => ({ kind: "status", of })),
    total: { kind: "status", total: "all", of: { ...sumStatuses(statuses), calls } },
  }
}
