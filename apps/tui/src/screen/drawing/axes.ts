/**
 * The axes of a curve: local times below it, values at its side.
 *
 * Units    instants in Unix seconds; columns as in strip.ts
 * Cost     some microseconds for each clock change and label
 */
import type { Zone } from "@dwell/core/Calendar"
import * as Ticks from "@dwell/core/Ticks"
import { nice, ticks as roundValues } from "d3-array"
import { count } from "../../format.ts"
import { columnOf, type Span } from "./strip.ts"

/** Labels at their columns, those that fit; and whether that is all of them, but for the last that the edge cuts off. */
const placeLabels = (
  ticks: ReadonlyArray<Ticks.Tick>,
  span: Span,
): { readonly line: string; readonly isAll: boolean } => {
  let line = ""
  let isAll = ticks.length > 0
  for (const { instant, text } of ticks) {
    const column = columnOf(instant, span)
    const isFree = column >= line.length + (line === "" ? 0 : 2)
    if (column + text.length > span.width) isAll &&= line !== ""
    else if (isFree) line = line.padEnd(column) + text
    else isAll = false
  }
  return { line, isAll }
}

/**
 * A line of local times, each beginning in the column of its instant: as many as fit with two cells between them. A day is
 * named where it begins, if there are more than one; weeks by their Monday, and January by its year.
 *
 * @example
 * axis({ from: 1761955200, to: 1762041600, width: 32, zone: { name: "UTC" } }) // => '00:00   06:00   12:00   18:00   '
 */
export const axis = ({ zone, ...span }: Span & { readonly zone: Zone }): string => {
  // More labels than this never fit, the shortest being that of a month, and there may be millions.
  const least = ((span.to - span.from) / Math.max(1, span.width)) * "Nov  ".length
  let some = ""
  for (const ticks of Ticks.candidates(zone, span, least)) {
    const { isAll, line } = placeLabels(ticks, span)
    if (isAll) return line.padEnd(span.width)
    if (line !== "") some = line
  }
  return some.padEnd(span.width)
}

export interface Scale {
  /** The top of the picture. */
  readonly max: number
  /** Two or three values to name, from zero to the top. */
  readonly labels: ReadonlyArray<{ readonly value: number; readonly text: string }>
}

/**
 * A round number at or above the greatest value, and what to write at the side; from zero to one where there is nothing.
 *
 * @example
 * scale(7).labels.map(({ text }) => text) // => [ '0', '4', '8' ]
 */
export const scale = (greatest: number): Scale => {
  const [, max] = nice(0, greatest > 0 && Number.isFinite(greatest) ? greatest : 1, 4)
  // Half of it is named where it is round, too.
  const values = roundValues(0, max, 8).includes(max / 2) ? [0, max / 2, max] : [0, max]
  return {
    max,
    labels: values.map((value) => ({ value, text: Number.isInteger(value) ? count(value) : String(value) })),
  }
}
