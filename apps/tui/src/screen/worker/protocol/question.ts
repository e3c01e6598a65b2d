/**
 * What the screens ask of the worker: plain data, since it works in a thread of its own.
 *
 * Units    seconds; instants in Unix seconds
 */
import type * as Calendar from "@dwell/core/Calendar"

/** Whose floor it is: an account of `dwell login` (none = as the environment says, else the default one), or the invented centre. */
export type Place = { readonly kind: "account"; readonly name: string | null } | { readonly kind: "demo" }

/** A window and how its figures are made, as a person gives it: instants as `--from` takes them. */
export interface WindowQuestion {
  readonly place: Place
  readonly from: string
  readonly to: string
  /** IANA name; `null` = the place's own. */
  readonly timezone: string | null
  /** Asking again, because time went on or a person wants it so, is another question. */
  readonly refreshCount: number
}

/** Follow the floor until nobody wants to any more. */
export interface LiveQuestion {
  readonly _tag: "live"
  readonly place: Place
  readonly timezone: string | null
  /** Starting over, because a person wants it so, is another question. */
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

/** What is kept, what is missing of the window, and how good it is. */
export interface CoverageQuestion extends WindowQuestion {
  readonly _tag: "coverage"
}

/** Try to connect, step by step; if all goes well, store the account. */
export interface ConnectQuestion {
  readonly _tag: "connect"
  readonly account: string
  readonly region: string
  readonly username: string
  readonly password: string
  readonly timezone: string
  readonly attempt: number
}

/** What a row is known by: an agent's id, a status, a team, the begin of a bucket. */
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

/** What is no part of a key: a secret, and what would make it long. Each attempt has its own number. */
const notInKey = new Set(["password", "text", "shown"])

/** Two questions are one if their keys are the same. */
export const keyOf = (question: Question): string =>
  JSON.stringify(question, (name, value: unknown) => (notInKey.has(name) ? undefined : value))
