/**
 * `dwell intervals`: who was in which status from when to when.
 */
import type * as Calendar from "@dwell/core/Calendar"
import * as Report from "@dwell/core/Report"
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { help } from "../help.ts"
import * as shared from "../options.ts"
import { printAnswer, section } from "../render/answer.ts"
import { looks } from "../render/style.ts"
import { type Column } from "../render/Table.ts"
import { duration, instant, printable } from "../render/text.ts"
import { ask } from "../source.ts"
import { agentColumns, numberColumn } from "./report.ts"

type Row = Report.IntervalsDocument["intervals"][number]

const remarks = ({ open, stale }: Row): string => [...(open ? ["open"] : []), ...(stale ? ["stale"] : [])].join(", ")

const columns = (zone: Calendar.Zone): ReadonlyArray<Column<Row>> => [
  ...agentColumns,
  { key: "start", title: "Start", value: ({ start }) => start, show: ({ start }) => instant(zone, start) },
  { key: "end", title: "End", value: ({ end }) => end, show: ({ end }) => instant(zone, end), priority: 3 },
  numberColumn("seconds", "Time", ({ end, start }) => end - start, duration),
  {
    key: "status",
    title: "Status",
    value: ({ status }) => status,
    show: ({ status }) => (status === null ? "untracked" : printable(status)),
    ink: ({ category }) => (category === null ? "dim" : looks[category].ink),
  },
  { key: "category", value: ({ category }) => category },
  {
    key: "subcode",
    title: "Subcode",
    value: ({ subcode }) => subcode,
    show: ({ subcode }) => printable(subcode || "–"),
    priority: 2,
    hiddenWhenEmpty: true,
  },
  {
    key: "callid",
    title: "Call",
    value: ({ callid }) => callid,
    show: ({ callid }) => (callid === "0" ? "–" : callid),
    align: "right",
    priority: 1,
  },
  { key: "uid", value: ({ uid }) => uid },
  { key: "open", value: ({ open }) => open },
  { key: "stale", value: ({ stale }) => stale },
  { title: "", value: remarks },
]

export const intervals = Command.make(
  "intervals",
  { ...shared.figures, format: shared.format },
  ({ format, ...options }) =>
    Effect.gen(function* () {
      const { log, question } = yield* ask(options)
      const document = Report.intervals(log, question)
      const rows = section({ columns: columns(question.zone), rows: document.intervals })
      yield* printAnswer({ document, zone: question.zone, rows, sections: [rows] }, format)
    }),
).pipe(
  Command.withDescription(
    help("Every interval: who was in which status from when to when, clipped to the window.", [
      ["dwell intervals --agent 700101 --from 09:00", "what one agent has done since a time of today"],
      ["dwell intervals --from yesterday --format ndjson | jq .status", "one JSON object a line, for other programs"],
    ]),
  ),
)
