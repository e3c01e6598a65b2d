/**
 * `dwell at`: who was in which status at an instant.
 */
import type * as Calendar from "@dwell/core/Calendar"
import * as Report from "@dwell/core/Report"
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { help } from "../help.ts"
import * as shared from "../options.ts"
import { note, printAnswer, section } from "../render/answer.ts"
import { looks } from "../render/style.ts"
import { type Column } from "../render/Table.ts"
import { count, duration, instant, printable } from "../render/text.ts"
import { askAt } from "../source.ts"
import { agentColumns, numberColumn } from "./report.ts"

type Row = Report.AtDocument["agents"][number]

const columns = ({ at }: Report.AtDocument, zone: Calendar.Zone): ReadonlyArray<Column<Row>> => {
  const day = instant(zone, at.instant).slice(0, 10)
  /** The date is left out where it is that of the heading. */
  const time = (seconds: number | null) => {
    const text = seconds === null ? "–" : instant(zone, seconds)
    return text.startsWith(day) ? text.slice(11) : text
  }
  return [
    ...agentColumns,
    {
      key: "status",
      title: "Status",
      value: ({ status }) => status,
      show: ({ status }) => (status === null ? "untracked" : printable(status)),
      ink: ({ category }) => (category === null ? "dim" : looks[category].ink),
    },
    { key: "category", value: ({ category }) => category },
    { key: "since", title: "Since", value: ({ since }) => since, show: ({ since }) => time(since), align: "right" },
    numberColumn("seconds", "For", ({ since }) => (since === null ? null : at.instant - since), duration),
    { key: "visitSince", value: ({ visitSince }) => visitSince },
    { key: "until", title: "Until", value: ({ until }) => until, show: ({ until }) => time(until), align: "right" },
    {
      key: "subcode",
      title: "Subcode",
      value: ({ subcode }) => subcode,
      show: ({ subcode }) => printable(subcode || "–"),
      priority: 3,
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
    { key: "stale", value: ({ stale }) => stale },
  ]
}

/** `3 available, 1 call, 2 untracked`. */
const heads = ({ statuses, untracked }: Report.AtDocument): string =>
  [
    ...statuses.map(({ agents, status }) => `${count(agents)} ${printable(status)}`),
    ...(untracked > 0 ? [`${count(untracked)} untracked`] : []),
  ].join(", ") || "Nobody"

export const at = Command.make(
  "at",
  { instant: shared.instant, ...shared.moment, format: shared.format },
  ({ format, instant: text, ...options }) =>
    Effect.gen(function* () {
      const { log, question } = yield* askAt(text, options)
      const document = Report.at(log, question)
      const rows = section({ columns: columns(document, question.zone), rows: document.agents })
      yield* printAnswer({ document, zone: question.zone, rows, sections: [note(heads(document)), rows] }, format)
    }),
).pipe(
  Command.withDescription(
    help(
      "Who was in which status at an instant, since when and until when. Untracked: nothing is known of an agent by then. " +
        "Until –: nothing known ends the status. From the vendor, a day after the instant is looked at for its end.",
      [
        ["dwell at 14:52", "at a time of today"],
        ["dwell at now --agent 700101,700102", "what two agents are doing"],
        ["dwell at 2026-03-09T10:30 --tz Europe/London --format csv", "of another day, for a spreadsheet"],
        ["dwell at 2026-03-09T10:30 --input log.json", "from a file, as far as that goes"],
      ],
    ),
  ),
)
