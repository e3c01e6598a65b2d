/**
 * `dwell staffing`: how many agents were in each status at once.
 */
import type * as Calendar from "@dwell/core/Calendar"
import * as Category from "@dwell/core/Category"
import * as Report from "@dwell/core/Report"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { Usage } from "../errors.ts"
import { help } from "../help.ts"
import * as shared from "../options.ts"
import { type AnySection, printAnswer, section, styleOfOutput } from "../render/answer.ts"
import { spark } from "../render/pictures.ts"
import { looks, type Style } from "../render/style.ts"
import { type Column } from "../render/Table.ts"
import { fit, instant, printable } from "../render/text.ts"
import { type Asked, ask } from "../source.ts"
import { numberColumn } from "./report.ts"

type Row = Report.StaffingDocument["staffing"][number]

const decimal = (value: number): string => value.toFixed(1)

const rowColumns = (zone: Calendar.Zone): ReadonlyArray<Column<Row>> => [
  { key: "start", title: "From", value: ({ start }) => start, show: ({ start }) => instant(zone, start) },
  { key: "end", title: "To", value: ({ end }) => end, show: ({ end }) => instant(zone, end), priority: 0 },
  { key: "status", title: "Status", value: ({ status }) => status },
  numberColumn("average", "Average", ({ average }) => average, decimal),
  numberColumn("min", "Least", ({ min }) => min),
  numberColumn("max", "Most", ({ max }) => max),
]

interface Curve {
  readonly status: string
  readonly steps: ReadonlyArray<Row>
}

const curvesOf = (rows: ReadonlyArray<Row>): ReadonlyArray<Curve> =>
  [...Map.groupBy(rows, ({ status }) => status)].map(([status, steps]) => ({ status, steps }))

/** One line a status: the whole window at a glance. */
const overview = (curves: ReadonlyArray<Curve>, { categories }: Asked["question"], style: Style): AnySection => {
  const most = Math.max(0, ...curves.flatMap(({ steps }) => steps.map(({ average }) => average)))
  const width = Math.max(10, Math.min(96, style.width - 40))
  const length = ({ steps }: Curve) => steps.reduce((sum, { end, start }) => sum + end - start, 0)
  const picture: ReadonlyArray<Column<Curve>> = style.pictures
    ? [
        {
          title: "Over the window",
          value: () => null,
          show: ({ steps }) =>
            spark(
              steps.map(({ average }) => average),
              width,
              most,
            ),
          ink: ({ status }) => looks[Category.of(categories ?? Category.defaults, status)].ink,
        },
      ]
    : []
  return section<Curve>({
    columns: [
      { key: "status", title: "Status", value: ({ status }) => status },
      numberColumn(
        "average",
        "Average",
        (curve) =>
          curve.steps.reduce((sum, { average, end, start }) => sum + average * (end - start), 0) / length(curve),
        decimal,
      ),
      numberColumn("min", "Least", ({ steps }) => steps.reduce((least, { min }) => Math.min(least, min), Infinity)),
      numberColumn("max", "Most", ({ steps }) => steps.reduce((peak, { max }) => Math.max(peak, max), 0)),
      ...picture,
    ],
    rows: curves,
  })
}

/** One line a step: the average in each status, and between which numbers it moved. */
const table = (curves: ReadonlyArray<Curve>, zone: Calendar.Zone): AnySection => {
  const columns = curves.map(({ status, steps }): Column<number> => ({
    title: printable(status),
    value: (step) => steps[step]?.average ?? null,
    show: (step) => {
      const row = steps[step]
      return row === undefined ? "–" : `${decimal(row.average)} ${fit(`${row.min}–${row.max}`, 5, "right")}`
    },
    align: "right",
  }))
  const steps = curves[0]?.steps ?? []
  return section<number>({
    columns: [
      {
        title: "From",
        value: (step) => steps[step]?.start ?? null,
        show: (step) => instant(zone, steps[step]?.start ?? 0),
      },
      ...columns,
    ],
    rows: steps.keys(),
    below: ["Each cell: average, then least–most agents at once."],
  })
}

const units = { S: 1, M: 60, H: 3600 } as const

const parseStep = (text: string): Either.Either<number, Usage> => {
  const found = /^(?:PT)?(\d{1,6})([SMH]?)$/i.exec(text.trim())
  const unit = found?.[2]?.toUpperCase()
  const seconds = Number(found?.[1] ?? 0) * (unit === "M" || unit === "H" ? units[unit] : 1)
  return seconds > 0 && seconds <= 86_400
    ? Either.right(seconds)
    : Either.left(
        new Usage({ message: `--step: "${text}" is not a step. Give seconds, or PT1M, PT15M, PT1H; at most a day.` }),
      )
}

export const staffing = Command.make(
  "staffing",
  {
    ...shared.figures,
    step: Options.text("step").pipe(
      Options.withPseudoName("SECONDS|PT15M"),
      Options.withDescription("Length of a step. Default: a minute"),
      Options.withDefault("60"),
    ),
    format: shared.format,
  },
  ({ format, step, ...options }) =>
    Effect.gen(function* () {
      const stepSeconds = yield* parseStep(step)
      const asked = yield* ask(options)
      const { log, question } = asked
      const document = Report.staffing(log, { ...question, stepSeconds })
      const curves = curvesOf(document.staffing)
      yield* printAnswer(
        {
          document,
          zone: question.zone,
          rows: section({ columns: rowColumns(question.zone), rows: document.staffing }),
          sections: [table(curves, question.zone), overview(curves, question, styleOfOutput())],
        },
        format,
      )
    }),
).pipe(
  Command.withDescription(
    help("How many agents were in each status at once: average, least and most of every step.", [
      ["dwell staffing --from today --step PT30M", "was 10:30 staffed?"],
      ["dwell staffing --input log.json --format csv", "minute by minute, for a spreadsheet"],
    ]),
  ),
)
