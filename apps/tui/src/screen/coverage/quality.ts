/**
 * What is odd about the events of a window, with what fixes or shows it.
 */
import { defaultLookBackSeconds } from "@dwell/core/StatusLog"
import { printable } from "@dwell/terminal/text"
import { plural, count } from "../../format.ts"
import { type CoverageModel, windowOf, spanOf, type Line, title, texts } from "./line.ts"

interface Remark {
  readonly name: string
  /** `null` = not known. */
  readonly count: number | null
  readonly meaning: string
  /** The command that fixes or shows it; `null` = nothing has to be done. */
  readonly fix: string | null
}

const firstFew = (values: ReadonlyArray<string | number>): string =>
  values.length <= 8 ? values.join(", ") : `${values.slice(0, 8).join(", ")} and ${values.length - 8} more`

const remarksOf = (model: CoverageModel): ReadonlyArray<Remark> => {
  const { agentsWithoutCarryIn, conflicts, duplicates, future, outOfOrder, stale, unknownStatuses } =
    model.answer.quality
  const { from } = model.answer.window
  const options = windowOf(model)
  // The store has each event once; only a file shows how often it arrived.
  const delivered = (value: number) => (value === 0 ? null : value)
  return [
    {
      name: "Duplicates",
      count: delivered(duplicates),
      meaning: "Rows that arrived more than once. Each counts once. The store has each event once.",
      fix: "dwell report --input FILE counts them in a file from the vendor.",
    },
    {
      name: "Conflicts",
      count: delivered(conflicts),
      meaning: "Rows that the vendor corrected. The last one counts and is stored.",
      fix: `dwell report --refresh ${options} reads the window again.`,
    },
    {
      name: "Out of order",
      count: outOfOrder,
      meaning: "Events recorded after later events. Dwell sorts them by time.",
      fix: outOfOrder === 0 ? null : `dwell events ${options} lists the log as dwell counts it.`,
    },
    {
      name: "Future",
      count: future,
      meaning: "Events later than now: a clock is wrong.",
      fix: future === 0 ? null : "dwell doctor compares this clock with ContactNow's.",
    },
    {
      name: "Unknown statuses",
      count: unknownStatuses.length,
      meaning:
        unknownStatuses.length === 0
          ? "Statuses in no category. They count as other."
          : `In no category, so they count as other: ${firstFew(unknownStatuses.map(printable))}.`,
      fix:
        unknownStatuses.length === 0
          ? null
          : `dwell report --categories FILE ${options}, FILE as in {"${printable(unknownStatuses[0] ?? "")}": "idle"}`,
    },
    {
      name: "No carry-in",
      count: agentsWithoutCarryIn.length,
      meaning:
        agentsWithoutCarryIn.length === 0
          ? "Agents whose status at the start of the window is not known."
          : `Their status at the start is not known, so they are untracked until their first event: ${firstFew(agentsWithoutCarryIn)}.`,
      fix:
        agentsWithoutCarryIn.length === 0
          ? null
          : `dwell sync ${spanOf(model, from - defaultLookBackSeconds, from)} reads further back.`,
    },
    {
      name: "Open or long",
      count: stale,
      meaning:
        "Intervals, not offline, that are open at the end (like those of all agents at work) or longer than 16 h.",
      fix: stale === 0 ? null : `dwell report --cap-stale ${options} cuts them after 16 h.`,
    },
  ]
}

const nameWidth = 18
const countWidth = 8

export const qualityLines = (model: CoverageModel): ReadonlyArray<Line> => {
  const { answer, columns } = model
  const indent = nameWidth + countWidth + 2
  const isWide = columns >= 80
  const under = isWide ? indent : 4
  return [
    ...title(`Quality of ${model.window.label}: ${plural(answer.quality.unique, "event")}`, columns),
    ...remarksOf(model).flatMap((remark): ReadonlyArray<Line> => {
      const isOdd = remark.count !== null && remark.count > 0
      const figure = remark.count === null ? "–" : count(remark.count)
      const head: Line = [
        ["text", ` ${remark.name.padEnd(nameWidth)}`],
        [isOdd ? "accent" : "faint", figure.padStart(countWidth)],
      ]
      const meanings = texts("faint", remark.meaning, columns, under)
      const fixes = remark.fix === null ? [] : texts(isOdd ? "text" : "faint", remark.fix, columns, under)
      const [first, ...rest] = meanings
      return isWide && first !== undefined
        ? [[...head, ...first.map(([part, text]) => [part, ` ${text.trimStart()}`] as const)], ...rest, ...fixes]
        : [head, ...meanings, ...fixes]
    }),
  ]
}
