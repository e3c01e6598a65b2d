/**
 * What the lines of coverage and quality are made of: texts in their colours, and options of commands.
 */
import * as Calendar from "@dwell/core/Calendar"
import { wrapped } from "@dwell/terminal/text"
import type { ColourRole } from "../theme.ts"
import type { CoverageAnswer } from "../worker/protocol/answer.ts"
import type { AccountRef } from "../worker/protocol/question.ts"

/** A line: texts, each with its colour role. */
export type Line = ReadonlyArray<readonly [part: ColourRole, text: string]>

export interface CoverageModel {
  readonly answer: CoverageAnswer
  readonly account: AccountRef
  /** The window as a person typed or chose it, and its label. */
  readonly window: { readonly from: string; readonly to: string; readonly label: string }
  /** The zone that was chosen instead of the account's; `null` = none. */
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

/** The option that names the account, if one is needed. */
const accountOf = ({ account }: CoverageModel): string =>
  account.kind === "account" && account.name !== null ? ` --account ${account.name}` : ""

/** Options for the account and two instants, in any time zone. */
export const spanOf = (model: CoverageModel, from: number, to: number): string => {
  const zone = { name: model.zone }
  return `--from ${Calendar.label(zone, from)} --to ${Calendar.label(zone, to)}${accountOf(model)}`
}

/** Options for the account and the window. */
export const windowOf = (model: CoverageModel): string => {
  const { timezone, window } = model
  const zone = timezone === null ? "" : ` --tz ${timezone}`
  return `--from ${quoted(window.from)} --to ${quoted(window.to)}${zone}${accountOf(model)}`
}
