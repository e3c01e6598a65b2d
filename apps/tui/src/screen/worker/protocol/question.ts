/**
 * What the screens ask of the worker: plain data, since it works in a thread of its own.
 *
 * Units    seconds; instants in Unix seconds
 */
import type * as Calendar from "@dwell/core/Calendar"

/** An account of `dwell login` (`null` = that of the environment, else the default one), or the demo centre. */
export type AccountRef = { readonly kind: "account"; readonly name: string | null } | { readonly kind: "demo" }

/** A window and how its figures are made, as a person gives it: instants as `--from` takes them. */
export interface WindowQuestion {
  readonly account: AccountRef
  readonly from: string
  readonly to: string
  /** IANA name; `null` = the account's. */
  readonly timezone: string | null
  /** Higher for each refresh, by time or by a person: another question. */
  readonly refreshCount: number
}

/** Follow the floor for as long as the question is asked. */
export interface LiveQuestion {
  readonly _tag: "live"
  readonly account: AccountRef
  readonly timezone: string | null
  /** Higher for each refresh by a person: another question. */
  readonly refreshCount: number
}

export interface ReportQuestion extends WindowQuestion {
  readonly _tag: "report"
  readonly bucket: Calendar.Size | null
  readonly isStaleCut: boolean
}

/** The figures of each team. */
export interface TeamsQuestion extends WindowQuestion {
  readonly _tag: "teams"
}

export interface AgentQuestion extends WindowQuestion {
  readonly _tag: "agent"
  readonly agent: number
}

export interface StaffingQuestion extends WindowQuestion {
  readonly _tag: "staffing"
  readonly stepSeconds: number
}

/** What is stored, what is missing from the window, and its quality. */
export interface CoverageQuestion extends WindowQuestion {
  readonly _tag: "coverage"
}

/** Test a connection step by step; if every step succeeds, store the account. */
export interface ConnectQuestion {
  readonly _tag: "connect"
  readonly account: string
  readonly region: string
  readonly username: string
  readonly password: string
  readonly timezone: string
  readonly attempt: number
}

/** What identifies a row: an agent's id, a status, a team, the start of a bucket. */
export type RowKey = string | number | null

/** An answer as text, as the command line prints it where it does. */
export interface ExportQuestion {
  readonly _tag: "export"
  readonly attempt: number
  readonly of: ReportQuestion | AgentQuestion | StaffingQuestion | LiveQuestion | CoverageQuestion
  /** What of a report: its rows by agent, status, team or bucket. */
  readonly group: "agent" | "status" | "team" | "bucket"
  /** What of an agent. */
  readonly tab: "intervals" | "calls" | "sessions" | "comparison"
  /** The rows of a report or of the floor that are shown, in their order; `null` = all. */
  readonly shown: ReadonlyArray<RowKey> | null
  readonly format: "csv" | "json"
}

/** Write a text to a new file in the working directory. */
export interface WriteQuestion {
  readonly _tag: "write"
  readonly attempt: number
  readonly name: string
  readonly extension: string
  readonly text: string
}

export type Question =
  | LiveQuestion
  | TeamsQuestion
  | ReportQuestion
  | AgentQuestion
  | StaffingQuestion
  | CoverageQuestion
  | ConnectQuestion
  | ExportQuestion
  | WriteQuestion

/** Properties left out of keys: secrets, and long texts. Each attempt has its own number. */
const notInKey = new Set(["password", "text", "shown"])

/** Two questions are the same if their keys are. */
export const keyOf = (question: Question): string =>
  JSON.stringify(question, (name, value: unknown) => (notInKey.has(name) ? undefined : value))
