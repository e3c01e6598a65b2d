/**
 * A report by bucket of the calendar, as a table with a column for each status.
 */
import { printable } from "@dwell/terminal/text"
import type { ReportAnswer } from "../worker/protocol/answer.ts"
import * as Buckets from "./bucketLabels.ts"
import type { Table, Row, Column } from "./table.ts"

/** Prefix of the columns of statuses, since a status may have the name of another column. */
const statusPrefix = "status:"

/** The status of a column; `null` = another column. */
export const statusOfColumn = (name: string): string | null =>
  name.startsWith(statusPrefix) ? name.slice(statusPrefix.length) : null

export const byBucket = (answer: ReportAnswer): Table => {
  const { agents, buckets, covered, everyone: all, statuses, window } = answer
  const words = Buckets.wordsOf(answer)
  const offline = new Set(statuses.flatMap(({ category, status }) => (category === "offline" ? [status] : [])))
  const loggedIn = (row: Row) => {
    let sum = 0
    if (row.kind === "bucket") for (const [status, value] of row.of.seconds) if (!offline.has(status)) sum += value
    return sum
  }
  const coveredOf = (row: Row) => (row.kind === "bucket" ? row.of.covered : 0)
  return {
    columns: [
      {
        name: "bucket",
        title: "Bucket",
        kind: "text",
        width: [30, 0],
        isFixed: true,
        value: (row) => row.total ?? (row.kind === "bucket" ? row.words : null),
        order: (row) => (row.kind === "bucket" ? row.of.start : null),
      },
      ...statuses.map(({ status }): Column => ({
        name: `${statusPrefix}${status}`,
        title: printable(status),
        kind: "seconds",
        whole: offline.has(status) ? coveredOf : loggedIn,
        // Nothing is known of the future, or of what was not read.
        value: (row) => (row.kind === "bucket" && row.of.seconds.size > 0 ? (row.of.seconds.get(status) ?? 0) : null),
      })),
      {
        name: "untracked",
        title: "Untracked",
        kind: "seconds",
        whole: coveredOf,
        value: (row) => (row.kind === "bucket" && row.of.covered > 0 ? row.of.untracked : null),
      },
    ],
    rows: (buckets ?? []).map((of, index) => ({ kind: "bucket", of, words: words[index] ?? of.label })),
    total: {
      kind: "bucket",
      words: "",
      total: "all",
      of: {
        start: window.from,
        end: window.to,
        label: "",
        seconds: new Map(statuses.map(({ seconds, status }) => [status, seconds])),
        covered: agents.length * covered,
        untracked: all.untracked,
      },
    },
  }
}
