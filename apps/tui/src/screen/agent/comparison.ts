/**
 * An agent's figures beside the medians of the team.
 */
import { count, duration, percent } from "../../format.ts"
import type * as Grid from "../components/grid.ts"
import { none } from "../components/grid.ts"
import type { Theme } from "../theme.ts"
import type { Figures, AgentAnswer } from "../worker/protocol/answer.ts"

/** The rows of a comparison. */
export const comparisonFigures = [
  "loggedIn",
  "handling",
  "afterCall",
  "available",
  "idle",
  "other",
  "untracked",
  "calls",
  "averageHandleTime",
  "occupancy",
  "utilisation",
  "availability",
  "notReadyShare",
] as const
export type ComparisonFigure = (typeof comparisonFigures)[number]

/** A figure of the agent and the team's median, both rounded as shown, so that the difference matches what a reader sees. */
interface Comparison {
  readonly title: string
  readonly formula: string
  readonly own: number | null
  readonly median: number | null
  readonly show: (value: number) => string
}

const callsText = (value: number): string => (Number.isInteger(value) ? count(value) : value.toFixed(1))

/** Rounds as `show` does: ratios to a tenth of a per cent, calls to a tenth, lengths to the second. */
const roundAsShown = (value: number | null, show: Comparison["show"]): number | null => {
  if (value === null) return null
  if (show === duration) return Math.round(value)
  // By way of the text, so that it is rounded the same way as it is shown.
  return show === percent ? Number((100 * value).toFixed(1)) / 100 : Number(value.toFixed(1))
}

export const comparisons: Readonly<Record<ComparisonFigure, Pick<Comparison, "title" | "formula" | "show">>> = {
  loggedIn: { title: "Logged in", formula: "not offline, not untracked", show: duration },
  handling: { title: "Handling", formula: "with a customer or reaching one", show: duration },
  afterCall: { title: "After call", formula: "wrapping up", show: duration },
  available: { title: "Available", formula: "ready for a call", show: duration },
  idle: { title: "Idle", formula: "logged in, not ready", show: duration },
  other: { title: "Other", formula: "in statuses without a category", show: duration },
  untracked: { title: "Untracked", formula: "status not known", show: duration },
  calls: {
    title: "Calls",
    formula: "distinct call ids",
    show: callsText,
  },
  averageHandleTime: { title: "AHT", formula: "(handling + after call) / calls", show: duration },
  occupancy: {
    title: "Occupancy",
    formula: "(handling + after call) / (handling + after call + available)",
    show: percent,
  },
  utilisation: { title: "Utilisation", formula: "(handling + after call) / logged in", show: percent },
  availability: { title: "Availability", formula: "available / logged in", show: percent },
  notReadyShare: { title: "Not ready", formula: "(idle + other) / logged in", show: percent },
}

type ComparableFigures = Pick<Figures, "rates"> & {
  readonly seconds: Readonly<Record<"handling" | "afterCall" | "available" | "idle" | "other", number | null>>
  readonly loggedIn: number | null
  readonly untracked: number | null
  readonly calls: number | null
}

const valueOf = (
  { calls, loggedIn, rates, seconds, untracked }: ComparableFigures,
  of: ComparisonFigure,
): number | null => {
  switch (of) {
    case "loggedIn":
      return loggedIn
    case "untracked":
      return untracked
    case "calls":
      return calls
    case "handling":
    case "afterCall":
    case "available":
    case "idle":
    case "other":
      return seconds[of]
    case "averageHandleTime":
    case "occupancy":
    case "utilisation":
    case "availability":
    case "notReadyShare":
      return rates[of]
  }
}

export const comparisonRows = ({ figures, median }: AgentAnswer): ReadonlyArray<Comparison> =>
  comparisonFigures.map((of) => ({
    ...comparisons[of],
    own: figures === null ? null : roundAsShown(valueOf(figures, of), comparisons[of].show),
    median: roundAsShown(valueOf(median, of), comparisons[of].show),
  }))

const valueText = ({ show }: Comparison, value: number | null): string => (value === null ? none : show(value))

const differenceText = (row: Comparison): string => {
  const { median, own, show } = row
  if (own === null || median === null) return none
  if (own === median) return "same"
  const size = show(Math.abs(own - median))
  // A difference of two ratios is in percentage points.
  return `${own > median ? "+" : "-"}${show === percent ? size.replace("%", "pp") : size}`
}

/** How much more or less than the median, on either side of a line; a full side is twice the median, or zero. */
const differenceBar = ({ median, own }: Comparison, width: number, theme: Theme): string => {
  const half = Math.floor((width - 1) / 2)
  const isComparable = own !== null && median !== null && Math.max(own, median) > 0
  const ratio = !isComparable ? 0 : Math.max(-1, Math.min(1, (own - median) / Math.max(median, 1e-9)))
  const cells = ratio === 0 ? 0 : Math.max(1, Math.round(Math.abs(ratio) * half))
  const filling = (theme.look === "ascii" ? "#" : "█").repeat(cells)
  const line = isComparable ? theme.paint("faint", theme.marks.vertical) : " "
  const left = " ".repeat(half - (ratio < 0 ? cells : 0)) + (ratio < 0 ? theme.paint("idle", filling) : "")
  const right = (ratio > 0 ? theme.paint("available", filling) : "") + " ".repeat(half - (ratio > 0 ? cells : 0))
  return `${left}${line}${right}${" ".repeat(width - 2 * half - 1)}`
}

export const comparisonColumns = (theme: Theme): ReadonlyArray<Grid.Column<Comparison>> => [
  { name: "margin", title: "", width: 0 },
  { name: "title", title: "Figure", width: 12, text: ({ title }) => title },
  { name: "own", title: "Agent", width: 9, align: "right", text: (row) => valueText(row, row.own) },
  { name: "median", title: "Median", width: 9, align: "right", text: (row) => valueText(row, row.median) },
  { name: "difference", title: "Difference", width: 10, align: "right", text: differenceText },
  {
    name: "bar",
    title: "less   more",
    width: 11,
    maxWidth: 31,
    draw: (row, width) => differenceBar(row, width, theme),
  },
  {
    name: "formula",
    title: "",
    width: 34,
    maxWidth: 62,
    priority: 0,
    text: ({ formula }) => formula,
    part: () => "faint",
  },
]
