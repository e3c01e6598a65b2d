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
import { count, instant, printable } from "../render/text.ts"
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

/** The mean of a curve over all of its steps. */
const meanOf = ({ steps }: Curve): number => {
  const agentSeconds = steps.reduce((sum, { average, end, start }) => sum + average * (end - start), 0)
  return agentSeconds / steps.reduce((sum, { end, start }) => sum + end - start, 0)
}

const mostOf = ({ steps }: Curve): number => steps.reduce((most, { max }) => Math.max(most, max), 0)

const leastOf = ({ steps }: Curve): number => steps.reduce((least, { min }) => Math.min(least, min), Infinity)

/** One line a status: the whole window at a glance. */
const overview = (
  curves: ReadonlyArray<Curve>,
  categories: Category.Table = Category.defaults,
  style: Style,
): AnySection => {
  const width = Math.max(10, Math.min(96, style.width - 40))
  const inkOf = ({ status }: Curve) => looks[Category.of(categories, status)].ink
  const picture: Column<Curve> = {
    title: "Over the window",
    value: () => null,
    show: (curve) =>
      spark(
        curve.steps.map(({ average }) => average),
        width,
        mostOf(curve),
      ),
    ink: inkOf,
    note: "Each line is as high as the most agents at once in that status.",
  }
  return section<Curve>({
    columns: [
      { title: "Status", value: ({ status }) => status, ink: inkOf },
      numberColumn(undefined, "Average", meanOf, decimal),
      numberColumn(undefined, "Least", leastOf),
      numberColumn(undefined, "Most", mostOf),
      ...(style.pictures ? [picture] : []),
    ],
    rows: curves,
  })
}

/** One line a step: the average in each status; where there is no room, the rarest are left out. */
const table = (curves: ReadonlyArray<Curve>, { window, zone }: Asked["question"]): AnySection => {
  const byRarity = curves.toSorted((one, other) => meanOf(one) - meanOf(other))
  const columns = curves.map((curve): Column<number> => ({
    ...numberColumn(undefined, printable(curve.status), (step: number) => curve.steps[step]?.average ?? null, decimal),
    priority: byRarity.indexOf(curve),
  }))
  const steps = curves[0]?.steps ?? []
  const startOf = (step: number) => steps[step]?.start ?? 0
  // The heading has the date already where the window is of one day.
  const isOneDay = instant(zone, window.from).slice(0, 10) === instant(zone, window.to - 1).slice(0, 10)
  return section<number>({
    columns: [
      {
        title: "From",
        value: startOf,
        show: (step) => instant(zone, startOf(step)).slice(isOneDay ? 11 : 0),
      },
      ...columns,
    ],
    rows: Array.from(steps.keys()),
  })
}

/** A year of steps of five minutes. */
const mostSteps = 105_408

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
      const steps = (question.window.to - question.window.from) / stepSeconds
      if (steps > mostSteps) {
        yield* new Usage({
          message: `--step: the window has ${count(Math.ceil(steps))} steps of ${stepSeconds} s. Give a longer one, or a shorter window: ${count(mostSteps)} are the most.`,
        })
      }
      const document = Report.staffing(log, { ...question, stepSeconds })
      const curves = curvesOf(document.staffing)
      yield* printAnswer(
        {
          document,
          zone: question.zone,
          rows: section({ columns: rowColumns(question.zone), rows: document.staffing }),
          sections: [table(curves, question), overview(curves, question.categories, styleOfOutput())],
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
