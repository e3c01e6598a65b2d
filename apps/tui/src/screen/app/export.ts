/**
 * Exports what is on the screen: to a file or to the clipboard.
 *
 * Shape    a person chooses; the worker or the screen makes the text; then it is written or copied
 */
import * as Calendar from "@dwell/core/Calendar"
import { bytes, plural } from "../../format.ts"
import type { ExportQuestion, Question, RowKey } from "../worker/protocol/question.ts"
import type { ExportAnswer, WriteAnswer } from "../worker/protocol/answer.ts"
import type { Problem } from "../worker/protocol/problem.ts"
import { people } from "../agent/model.ts"
import { notify } from "./navigation.ts"
import { charactersOf } from "../components/input.ts"
import type { Overlay } from "./overlay.ts"
import { questionsOf as asked } from "./questions.ts"
import * as Report from "../report/model.ts"
import type { Row } from "../report/table.ts"
import type { State, ExportState } from "./state.ts"

export type Choice = Pick<ExportState, "format" | "target">

const formatNames: Readonly<Record<ExportState["format"], string>> = { csv: "CSV", json: "JSON", svg: "SVG" }

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
  const found = screen === "report" ? Report.tableModelOf(state) : null
  return found === null || (report.group === "bucket" && found.answer.buckets === null)
    ? null
    : found.rows.map(keyOfRow)
}

/** The question whose answer can be exported as text; the form has none. */
const exportableQuestion = (state: State): ExportQuestion["of"] | undefined => {
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

/** The choices of a screen. */
export const choicesOf = (state: State): ReadonlyArray<Choice> => {
  const formats = exportableQuestion(state) === undefined ? (["svg"] as const) : (["csv", "json", "svg"] as const)
  return formats.flatMap((format): ReadonlyArray<Choice> => [
    { format, target: "file" },
    { format, target: "clipboard" },
  ])
}

/** A choice in words. */
export const choiceText = ({ format, target }: Choice): string =>
  `${formatNames[format]} to ${target === "file" ? "a new file in this folder" : "the clipboard"}`

/** The zone of what is on the screen. */
const zoneOf = ({ answers, timezone }: State): string => timezone ?? answers.live?.answer?.account.timezone ?? "UTC"

/** `dwell-floor-2026-11-24-145210`. */
const nameOf = (state: State): string => {
  const [date = "", time = ""] = Calendar.label({ name: zoneOf(state) }, state.now)
    .slice(0, 19)
    .split("T")
  return `dwell-${state.screen}-${date}-${time.replaceAll(":", "")}`
}

const startExport = (state: State, { format, target }: Choice): State => {
  const attempt = state.exportCount + 1
  const of = exportableQuestion(state)
  const question: ExportQuestion | null =
    format === "svg" || of === undefined
      ? null
      : { _tag: "export", attempt, of, group: state.report.group, tab: state.agent.tab, shown: shownOf(state), format }
  const exportState: ExportState = {
    format,
    target,
    attempt,
    question,
    name: nameOf(state),
    text: null,
    rows: null,
    isWhole: true,
  }
  return notify({ ...state, overlay: null, exportCount: attempt, exportState }, `Making ${formatNames[format]} ...`)
}

export const onKey = (state: State, overlay: Extract<Overlay, { kind: "export" }>, key: string): State => {
  const choices = choicesOf(state)
  const move = { up: -1, k: -1, "wheel-up": -1, down: 1, j: 1, "wheel-down": 1 }[key]
  if (key === "escape" || key === "q" || key === "e") return { ...state, overlay: null }
  if (move !== undefined) {
    const cursor = Math.max(0, Math.min(choices.length - 1, overlay.cursor + move))
    return { ...state, overlay: { ...overlay, cursor } }
  }
  const chosen = choices[key === "enter" ? overlay.cursor : charactersOf(key).length === 1 ? Number(key) - 1 : -1]
  return chosen === undefined ? state : startExport(state, chosen)
}

/** The most bytes that terminals accept for the clipboard. */
const maxClipboardBytes = 100_000

const sizeOf = (text: string): number => new TextEncoder().encode(text).length

/** The text has arrived. If it is too large for the clipboard, a file is offered instead. */
const onText = (state: State, exportState: ExportState, text: string): State => {
  const size = sizeOf(text)
  if (exportState.target === "file" || size <= maxClipboardBytes)
    return { ...state, exportState: { ...exportState, text } }
  const cursor = choicesOf(state).findIndex(({ format, target }) => format === exportState.format && target === "file")
  return notify(
    { ...state, exportState: null, overlay: { kind: "export", cursor: Math.max(0, cursor) } },
    `${bytes(size)} is too much for the clipboard, which takes ${bytes(maxClipboardBytes)}: choose a file.`,
    true,
  )
}

/** The text of an answer has arrived. */
export const onAnswer = (state: State, { isWhole, rows, text }: ExportAnswer): State =>
  state.exportState === null ? state : onText(state, { ...state.exportState, rows, isWhole }, text)

/** The screen was drawn as a picture. */
export const onDrawn = (state: State, text: string): State =>
  state.exportState === null ? state : onText(state, state.exportState, text)

const gapText = ({ isWhole }: ExportState): string => (isWhole ? "" : " Some of the window could not be read.")

const contentText = ({ format, rows, text }: ExportState): string =>
  `${rows === null ? "" : `${plural(rows, "row")}, `}${bytes(sizeOf(text ?? ""))} of ${formatNames[format]}`

/** A file was written. */
export const onWritten = (state: State, { path }: WriteAnswer): State => {
  const { exportState } = state
  return exportState === null
    ? state
    : notify({ ...state, exportState: null }, `Written: ${path}, ${contentText(exportState)}.${gapText(exportState)}`)
}

/** The text was sent to the clipboard. No terminal reports whether it arrived. */
export const onCopied = (state: State): State => {
  const { exportState } = state
  if (exportState === null) return state
  const text = `Copied ${contentText(exportState)}, if the terminal lets programs copy (OSC 52).${gapText(exportState)}`
  return notify({ ...state, exportState: null }, text)
}

/** The export failed, and why. */
export const onFailure = (state: State, { message }: Problem): State =>
  notify({ ...state, exportState: null }, message, true)

/** What the worker is asked for an export. */
export const questionsOf = ({ exportState }: State): ReadonlyArray<Question> => {
  if (exportState === null) return []
  const { format, name, question, target, text, attempt } = exportState
  if (text === null) return question === null ? [] : [question]
  return target === "file" ? [{ _tag: "write", attempt, name, extension: format, text }] : []
}
