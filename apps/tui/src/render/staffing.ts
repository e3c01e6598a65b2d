/**
 * Staffing for printing: a curve per status, step by step.
 */
import * as Category from "@dwell/core/Category"
import * as Report from "@dwell/core/Report"
import * as ReportRows from "@dwell/core/ReportRows"
import type { ReportInput } from "../logSource/question.ts"
import { type Printable, type Section, section } from "./printable.ts"
import { spark } from "./sparklines.ts"
import type { Style } from "@dwell/terminal/style"
import { categoryStyles } from "./categoryStyles.ts"
import { type Column, figure } from "./Table.ts"
import { printable } from "@dwell/terminal/text"
import { instant } from "../format.ts"

type Row = Report.StaffingDocument["staffing"][number]

const decimal = (value: number): string => value.toFixed(1)

interface Curve extends Report.StaffingSummary {
  readonly steps: ReadonlyArray<Row>
}

const curvesOf = (rows: ReadonlyArray<Row>): ReadonlyArray<Curve> => {
  const byStatus = Map.groupBy(rows, ({ status }) => status)
  return Report.summariseStaffing({ staffing: rows }).map((all) => ({ ...all, steps: byStatus.get(all.status) ?? [] }))
}

/** One line per status: the whole window at a glance. */
const overview = (
  curves: ReadonlyArray<Curve>,
  categories: Category.Table = Category.defaults,
  style: Style,
): Section => {
  const width = Math.max(10, Math.min(96, style.width - 40))
  const inkOf = ({ status }: Curve) => categoryStyles[Category.of(categories, status)].ink
  const picture: Column<Curve> = {
    title: "Over the window",
    value: () => null,
    show: (curve) =>
      spark(
        curve.steps.map(({ average }) => average),
        width,
        curve.max,
      ),
    ink: inkOf,
    note: "Each line is scaled to the maximum in that status.",
  }
  return section<Curve>({
    columns: [
      { title: "Status", value: ({ status }) => status, ink: inkOf },
      { ...figure("Average", decimal), value: ({ average }) => average },
      { ...figure("Min"), value: ({ min }) => min },
      { ...figure("Max"), value: ({ max }) => max },
      ...(style.pictures ? [picture] : []),
    ],
    rows: curves,
  })
}

/** One line per step: the average in each status. Without room, the rarest statuses are left out. */
const table = (curves: ReadonlyArray<Curve>, { window, zone }: ReportInput["question"]): Section => {
  const byRarity = curves.toSorted((one, other) => one.average - other.average)
  const columns = curves.map((curve): Column<number> => ({
    ...figure(printable(curve.status), decimal),
    value: (step) => curve.steps[step]?.average ?? null,
    priority: byRarity.indexOf(curve),
  }))
  const steps = curves[0]?.steps ?? []
  const startOf = (step: number) => steps[step]?.start ?? 0
  // The heading has the date if the window is within one day.
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

/** The staffing of a log, in steps of `stepSeconds`. */
export const staffingAnswer = ({ log, question }: ReportInput, stepSeconds: number, style: Style): Printable => {
  const document = Report.staffing(log, { ...question, stepSeconds })
  const curves = curvesOf(document.staffing)
  return {
    document,
    zone: question.zone,
    rows: ReportRows.ofStaffing(document),
    sections: [table(curves, question), overview(curves, question.categories, style)],
  }
}
