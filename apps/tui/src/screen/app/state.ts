/**
 * The state of the screens: the last answers, what a person has arranged, and the time.
 */
import type * as Alert from "@dwell/core/Alert"
import type { ExportQuestion, AccountRef } from "../worker/protocol/question.ts"
import type {
  AgentAnswer,
  Answer,
  ConnectAnswer,
  CoverageAnswer,
  LiveAnswer,
  ReportAnswer,
  StaffingAnswer,
  TeamsAnswer,
} from "../worker/protocol/answer.ts"
import type { Problem } from "../worker/protocol/problem.ts"
import type { ScreenName } from "../keys.ts"
import type { ThemeName } from "../theme.ts"
import * as Agent from "../agent/state.ts"
import * as Connect from "../connect/state.ts"
import * as Floor from "../floor/state.ts"
import type { Overlay } from "./overlay.ts"
import * as Report from "../report/state.ts"
import * as Staffing from "../staffing/state.ts"

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** The last answer to a kind of question. It stays until there is another, and after a failure. */
export interface LastAnswer<A> {
  /** The key of the question that it answers. */
  readonly key: string
  readonly answer: A | null
  /** Of the question that was asked last. */
  readonly problem: Problem | null
}

interface Answers {
  readonly live?: LastAnswer<LiveAnswer>
  readonly teams?: LastAnswer<TeamsAnswer>
  readonly report?: LastAnswer<ReportAnswer>
  readonly agent?: LastAnswer<AgentAnswer>
  readonly staffing?: LastAnswer<StaffingAnswer>
  readonly coverage?: LastAnswer<CoverageAnswer>
  readonly connect?: LastAnswer<ConnectAnswer>
}

/** A window as a person typed or chose it, and its label. */
export interface WindowInput {
  readonly from: string
  readonly to: string
  readonly label: string
}

/** What is being exported, and where to. */
export interface ExportState {
  readonly format: "csv" | "json" | "svg"
  readonly target: "file" | "clipboard"
  /** A new number for each export. */
  readonly attempt: number
  /** What the worker is asked for; `null` = a picture, which the screen draws. */
  readonly question: ExportQuestion | null
  /** Of the file, without its extension. */
  readonly name: string
  /** The text to export, once it is known. */
  readonly text: string | null
  /** How many rows it has; `null` = a picture has none. */
  readonly rows: number | null
  readonly isWhole: boolean
}

interface Notice {
  readonly text: string
  readonly isAlarm: boolean
  /** Until when it is shown, Unix seconds. */
  readonly until: number
}

export interface State {
  readonly account: AccountRef
  readonly screen: ScreenName
  /** The screens that `back` returns to. */
  readonly before: ReadonlyArray<ScreenName>
  readonly size: Size
  /** Unix seconds. */
  readonly now: number
  /** How long this machine slept, until the floor is read again; 0 = it did not. */
  readonly sleptSeconds: number
  readonly theme: ThemeName
  readonly thresholds: ReadonlyArray<Alert.Threshold>
  /** `null` = the account's. */
  readonly timezone: string | null
  /** How often a person refreshed. */
  readonly refreshCount: number
  readonly answers: Answers
  /** Of report, staffing and coverage. */
  readonly window: WindowInput
  readonly floor: Floor.FloorState
  readonly report: Report.ReportState
  readonly agent: Agent.AgentState
  readonly staffing: Staffing.StaffingState
  /** The first line in view. */
  readonly coverage: { readonly top: number }
  readonly connect: Connect.ConnectState
  readonly overlay: Overlay | null
  readonly exportState: ExportState | null
  /** The number of exports so far. */
  readonly exportCount: number
  readonly notice: Notice | null
  readonly isLeaving: boolean
}

export interface Settings {
  readonly account: AccountRef
  readonly size: Size
  readonly now: number
  readonly theme: ThemeName
  readonly thresholds: ReadonlyArray<Alert.Threshold>
  readonly timezone: string | null
}

export const start = (settings: Settings): State => ({
  ...settings,
  screen: "floor",
  before: [],
  sleptSeconds: 0,
  refreshCount: 0,
  answers: {},
  window: { from: "today", to: "now", label: "today" },
  floor: Floor.start,
  report: Report.start,
  agent: Agent.start,
  staffing: Staffing.start,
  coverage: { top: 0 },
  connect: Connect.start,
  overlay: null,
  exportState: null,
  exportCount: 0,
  notice: null,
  isLeaving: false,
})

/** Something that changes the state. */
export type Event =
  | { readonly _tag: "key"; readonly key: string }
  | { readonly _tag: "pasted"; readonly text: string }
  | { readonly _tag: "tick"; readonly now: number }
  | { readonly _tag: "resized"; readonly size: Size }
  | { readonly _tag: "answered"; readonly key: string; readonly answer: Answer }
  | { readonly _tag: "failed"; readonly key: string; readonly of: Answer["_tag"]; readonly problem: Problem }
  /** A picture of the screen was drawn for an export. */
  | { readonly _tag: "drawn"; readonly text: string }
  /** The export was sent to the clipboard. */
  | { readonly _tag: "copied" }
