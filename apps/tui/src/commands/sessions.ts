/**
 * `dwell sessions`: from when to when who was logged in.
 */
import type * as Calendar from "@dwell/core/Calendar"
import * as Report from "@dwell/core/Report"
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { help } from "../help.ts"
import * as shared from "../options.ts"
import { printAnswer, section } from "../render/answer.ts"
import { type Column } from "../render/Table.ts"
import { duration, instant } from "../render/text.ts"
import { ask } from "../source.ts"
import { agentColumns, numberColumn } from "../render/report.ts"

type Row = Report.SessionsDocument["sessions"][number]

const remarks = ({ before, open }: Row): string =>
  [...(before ? ["began before"] : []), ...(open ? ["open"] : [])].join(", ")

const columns = (zone: Calendar.Zone): ReadonlyArray<Column<Row>> => [
  ...agentColumns,
  { key: "start", title: "Login", value: ({ start }) => start, show: ({ start }) => instant(zone, start) },
  { key: "end", title: "Logout", value: ({ end }) => end, show: ({ end }) => instant(zone, end) },
  numberColumn("seconds", "Time", ({ end, start }) => end - start, duration),
  { key: "before", value: ({ before }) => before },
  { key: "open", value: ({ open }) => open },
  { title: "", value: remarks },
]

export const sessions = Command.make(
  "sessions",
  { ...shared.figures, format: shared.format },
  ({ format, ...options }) =>
    Effect.gen(function* () {
      const { log, question } = yield* ask(options)
      const document = Report.sessions(log, question)
      const rows = section({ columns: columns(question.zone), rows: document.sessions })
      yield* printAnswer({ document, zone: question.zone, rows, sections: [rows] }, format)
    }),
).pipe(
  Command.withDescription(
    help("When who logged in and out, clipped to the window.", [
      ["dwell sessions --from yesterday --to today", "yesterday's logins and logouts"],
      ["dwell sessions --input log.xml --format markdown", "as a Markdown table"],
    ]),
  ),
)
