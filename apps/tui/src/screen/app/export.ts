/**
 * Taking away what is on the screen: to a file or to the clipboard.
 *
 * Shape    a choice is made; its text comes, from the worker or from who draws; then it is written or copied
 */
import * as Calendar from "@dwell/core/Calendar"
import { bytes, plural } from "../../render/text.ts"
import type { ExportQuestion, Question, RowKey } from "../worker/protocol/question.ts"
import type { ExportAnswer, WriteAnswer } from "../worker/protocol/answer.ts"
import type { Problem } from "../worker/protocol/problem.ts"
import { people } from "../agent/model.ts"
import { noted } from "./navigation.ts"
import { charactersOf } from "../components/input.ts"
import type { Overlay } from "./overlay.ts"
import { questionsOf as asked } from "./questions.ts"
import * as Report from "../report/model.ts"
import type { Row } from "../report/table.ts"
import type { State, Taking } from "./state.ts"

export type Choice = Pick<Taking, "format" | "target">

const names: Readonly<Record<Taking["format"], string>> = { csv: "CSV", json: "JSON", svg: "SVG" }

const keyOfRow = (row: Row): RowKey => {
  switch (row.kind) {
    case "group":
      return row.of.agent ?? row.of.team
    case "status":
      return row.of.status
    case "bucket":
      return row.of.start
  }
}

/** The rows that are on the screen, in their order; `null` = all there are. */
const shownOf = (state: State): ExportQuestion["shown"] => {
  const { answers, report, screen } = state
  if (screen === "floor")
    return (answers.live?.answer?.floor ?? null) === null ? null : people(state).map((one) => one.agent)
  const found = screen === "report" ? Report.shownOf(state) : null
  return found === null || (report.group === "bucket" && found.answer.buckets === null)
    ? null
    : found.rows.map(keyOfRow)
}

/** What of a screen can be had as text: all but the form. */
const printed = (state: State): ExportQuestion["of"] | undefined => {
  for (const question of asked(state)) {
    switch (question._tag) {
      case "live":
        if (state.screen === "floor") return question
        break
      case "report":
      case "agent":
      case "staffing":
      case "coverage":
        if (state.screen === question._tag) return question
        break
      default:
        break
    }
  }
  return undefined
}

/** What can be chosen on a screen. */
export const choicesOf = (state: State): ReadonlyArray<Choice> => {
  const formats = printed(state) === undefined ? (["svg"] as const) : (["csv", "json", "svg"] as const)
  return formats.flatMap((format): ReadonlyArray<Choice> => [
    { format, target: "file" },
    { format, target: "clipboard" },
  ])
}

/** A choice in words. */
export const words = ({ format, target }: Choice): string =>
  `${names[format]} to ${target === "file" ? "a new file in this folder" : "the clipboard"}`

/** The zone of what is on the screen. */
const zoneOf = ({ answers, timezone }: State): string => timezone ?? answers.live?.answer?.place.timezone ?? "UTC"

/** `dwell-floor-2026-11-24-145210`. */
const nameOf = (state: State): string => {
  const [date = "", time = ""] = Calendar.label({ name: zoneOf(state) }, state.now)
    .slice(0, 19)
    .split("T")
  return `dwell-${state.screen}-${date}-${time.replaceAll(":", "")}`
}

const begun = (state: State, { format, target }: Choice): State => {
  const turn = state.takings + 1
  const of = printed(state)
  const question: ExportQuestion | null =
    format === "svg" || of === undefined
      ? null
      : { _tag: "export", turn, of, group: state.report.group, tab: state.agent.tab, shown: shownOf(state), format }
  const taking: Taking = { format, target, turn, question, name: nameOf(state), text: null, rows: null, isWhole: true }
  return noted({ ...state, overlay: null, takings: turn, taking }, `Making ${names[format]} ...`)
}

export const pressed = (state: State, overlay: Extract<Overlay, { kind: "export" }>, key: string): State => {
  const choices = choicesOf(state)
  const move = { up: -1, k: -1, "wheel-up": -1, down: 1, j: 1, "wheel-down": 1 }[key]
  if (key === "escape" || key === "q" || key === "e") return { ...state, overlay: null }
  if (move !== undefined) {
    const cursor = Math.max(0, Math.min(choices.length - 1, overlay.cursor + move))
    return { ...state, overlay: { ...overlay, cursor } }
  }
  const chosen = choices[key === "enter" ? overlay.cursor : charactersOf(key).length === 1 ? Number(key) - 1 : -1]
  return chosen === undefined ? state : begun(state, chosen)
}

/** What a terminal can be asked to put on the clipboard, in bytes. */
const mostCopied = 100_000

const sizeOf = (text: string): number => new TextEncoder().encode(text).length

/** The text has come: too much for the clipboard is refused, and a file is offered. */
const come = (state: State, taking: Taking, text: string): State => {
  const size = sizeOf(text)
  if (taking.target === "file" || size <= mostCopied) return { ...state, taking: { ...taking, text } }
  const cursor = choicesOf(state).findIndex(({ format, target }) => format === taking.format && target === "file")
  return noted(
    { ...state, taking: null, overlay: { kind: "export", cursor: Math.max(0, cursor) } },
    `${bytes(size)} are too much for the clipboard, which takes ${bytes(mostCopied)}: take a file.`,
    true,
  )
}

/** The text of an answer has come. */
export const answered = (state: State, { isWhole, rows, text }: ExportAnswer): State =>
  state.taking === null ? state : come(state, { ...state.taking, rows, isWhole }, text)

/** The screen was drawn as a picture. */
export const drawn = (state: State, text: string): State =>
  state.taking === null ? state : come(state, state.taking, text)

const lacks = ({ isWhole }: Taking): string => (isWhole ? "" : " Some of the window could not be read.")

const what = ({ format, rows, text }: Taking): string =>
  `${rows === null ? "" : `${plural(rows, "row")}, `}${bytes(sizeOf(text ?? ""))} of ${names[format]}`

/** A file was written. */
export const written = (state: State, { path }: WriteAnswer): State => {
  const { taking } = state
  return taking === null
    ? state
    : noted({ ...state, taking: null }, `Written: ${path}, ${what(taking)}.${lacks(taking)}`)
}

/** The clipboard was given it; whether it took it, no terminal says. */
export const copied = (state: State): State => {
  const { taking } = state
  if (taking === null) return state
  const text = `Copied ${what(taking)}, if the terminal lets programs copy (OSC 52).${lacks(taking)}`
  return noted({ ...state, taking: null }, text)
}

/** Nothing was taken away, and why. */
export const failed = (state: State, { message }: Problem): State => noted({ ...state, taking: null }, message, true)

/** What the worker has to do. */
export const questionsOf = ({ taking }: State): ReadonlyArray<Question> => {
  if (taking === null) return []
  const { format, name, question, target, text, turn } = taking
  if (text === null) return question === null ? [] : [question]
  return target === "file" ? [{ _tag: "write", turn, name, extension: format, text }] : []
}
