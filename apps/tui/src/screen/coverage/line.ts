/**
 * What the lines of coverage and quality are made of: texts in their colours, and options of commands.
 */
import * as Calendar from "@dwell/core/Calendar"
import { wrapped } from "@dwell/terminal/text"
import type { ColourRole } from "../theme.ts"
import type { CoverageAnswer } from "../worker/protocol/answer.ts"
import type { Place } from "../worker/protocol/question.ts"

/** A line: texts, each of its part. */
export type Line = ReadonlyArray<readonly [part: ColourRole, text: string]>

export interface CoverageModel {
  readonly answer: CoverageAnswer
  readonly place: Place
  /** The window as it was given, and what it is called. */
  readonly window: { readonly from: string; readonly to: string; readonly label: string }
  /** The zone that was asked for in place of the place's own. */
  readonly timezone: string | null
  readonly zone: string
  readonly now: number
  readonly columns: number
  readonly isUnicode: boolean
}

export const blank: Line = []

export const texts = (part: ColourRole, text: string, columns: number, indent = 1): ReadonlyArray<Line> =>
  wrapped(text, Math.max(20, columns - indent - 1)).map((line): Line => [[part, " ".repeat(indent) + line]])

export const title = (text: string, columns: number): ReadonlyArray<Line> => texts("title", text, columns)

const quoted = (text: string): string => (/\s/.test(text) ? `"${text}"` : text)

/** The option that names the place, where one is needed. */
const accountOf = ({ place }: CoverageModel): string =>
  place.kind === "account" && place.name !== null ? ` --account ${place.name}` : ""

/** Options that name the place and two instants, whatever the time zone. */
export const spanOf = (model: CoverageModel, from: number, to: number): string => {
  const zone = { name: model.zone }
  return `--from ${Calendar.label(zone, from)} --to ${Calendar.label(zone, to)}${accountOf(model)}`
}

/** Options that name the place and the window. */
export const windowOf = (model: CoverageModel): string => {
  const { timezone, window } = model
  const zone = timezone === null ? "" : ` --tz ${timezone}`
  return `--from ${quoted(window.from)} --to ${quoted(window.to)}${zone}${accountOf(model)}`
}
