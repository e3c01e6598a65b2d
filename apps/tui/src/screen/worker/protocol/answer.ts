/**
 * What the worker answers: plain data, since it works in a thread of its own.
 *
 * Shape    an answer bears the tag of its question
 * Units    seconds; instants in Unix seconds; rates 0 to 1
 */
import type { Category } from "@dwell/core/Category"
import type * as Report from "@dwell/core/Report"
import type { Problem } from "./problem.ts"
import type { ReportQuestion } from "./question.ts"

export interface AccountInfo {
  readonly kind: "account" | "demo"
  readonly name: string
  readonly timezone: string
  /** Where its credentials were found; of an account alone. */
  readonly source?: string
}

export type Rates = Report.Document["agents"][number]["rates"]
type Quality = Report.Document["quality"]
export type StatusFigures = Report.Document["statuses"][number]

/** The figures of an agent, a team or everyone. */
export interface Figures {
  readonly seconds: Readonly<Record<Category, number>>
  readonly untracked: number
  readonly loggedIn: number
  readonly calls: number
  readonly rates: Rates
}

/** Someone on the floor. */
export interface Person {
  readonly agent: number
  readonly name: string | null
  readonly team: string | null
  /** `null` = untracked. */
  readonly status: string | null
  readonly category: Category | null
  readonly subcode: string
  /** When the visit began; `null` where it is not known. */
  readonly since: number | null
  /** Start of the current session; `null` = logged out, or not counted yet. */
  readonly loggedInSince: number | null
  /** Whether the session began before the day did. */
  readonly isSinceBefore: boolean
  /** Figures of the day so far; `null` until they are counted. */
  readonly day: Figures | null
}

/** Averages of agents in each category, step by step. */
export interface Curve {
  readonly starts: ReadonlyArray<number>
  readonly end: number
  readonly values: Readonly<Record<Category, ReadonlyArray<number>>>
}

export interface Floor {
  readonly asOf: number
  /** Whose day it is. */
  readonly timezone: string
  /** When the day began. */
  readonly from: number
  readonly people: ReadonlyArray<Person>
  readonly curve: Curve | null
  readonly quality: Quality | null
}

export interface LiveAnswer {
  readonly _tag: "live"
  readonly account: AccountInfo
  /** The last good one. */
  readonly floor: Floor | null
  readonly problem: Problem | null
  /** Something odd that does not stop reading: a clock that is wrong. */
  readonly warning: Problem | null
  /** What dwell is doing now, for a person who waits. */
  readonly progress: string | null
}

export interface Group extends Figures {
  readonly agent: number | null
  readonly name: string | null
  readonly team: string | null
  /** How many agents it is of. */
  readonly agents: number
}
interface WindowAnswer {
  readonly account: AccountInfo
  readonly window: Report.Document["window"]
  readonly quality: Quality
  /** Why a part of the window could not be read; the answer has the rest. */
  readonly problem: Problem | null
}

export interface TeamsAnswer extends WindowAnswer {
  readonly _tag: "teams"
  readonly teams: ReadonlyArray<Group>
}

export interface ReportAnswer extends WindowAnswer {
  readonly _tag: "report"
  /** What it answers. */
  readonly asked: ReportQuestion
  /** How much of the window can have been known, of each agent. */
  readonly covered: number
  readonly statuses: ReadonlyArray<StatusFigures>
  readonly agents: ReadonlyArray<Group>
  readonly teams: ReadonlyArray<Group>
  readonly everyone: Group
  /** All buckets of the window; `null` = not asked for. */
  readonly buckets: ReadonlyArray<Bucket> | null
}

/** A bucket of the calendar, with figures of all agents together. */
export interface Bucket {
  readonly start: number
  readonly end: number
  readonly label: string
  /** By status; one that is not there had no time. */
  readonly seconds: ReadonlyMap<string, number>
  /** How much can have been known, of all agents. */
  readonly covered: number
  /** What the statuses leave of that; `null` where future events make it unsure. */
  readonly untracked: number | null
}

export type IntervalRow = Report.IntervalsDocument["intervals"][number]
export type SessionRow = Report.Document["agents"][number]["sessions"][number]

/** A call that an agent had a part in. */
export interface Call {
  readonly callid: string
  readonly start: number
  readonly end: number
  /** Seconds in statuses that handle it. */
  readonly handling: number
  readonly afterCall: number
}

export interface AgentAnswer extends WindowAnswer {
  readonly _tag: "agent"
  readonly agent: number
  readonly name: string | null
  readonly team: string | null
  /** `null` = nothing is known of the agent in the window. */
  readonly figures: (Figures & { readonly statuses: ReadonlyArray<StatusFigures> }) | null
  readonly intervals: ReadonlyArray<IntervalRow>
  readonly sessions: ReadonlyArray<SessionRow>
  readonly calls: ReadonlyArray<Call>
  /** Over the team's agents. */
  readonly median: Report.Medians
}

export interface StaffingAnswer extends WindowAnswer {
  readonly _tag: "staffing"
  readonly stepSeconds: number
  readonly rows: Report.StaffingDocument["staffing"]
  /** How many agents were untracked in each step; empty if none ever were. */
  readonly untracked: ReadonlyArray<Report.Untracked>
  /** Over all steps in which at least one agent was in a status. */
  readonly overall: ReadonlyArray<Report.StaffingSummary>
  readonly categories: Readonly<Record<string, Category>>
}

export interface CoverageAnswer extends WindowAnswer {
  readonly _tag: "coverage"
  /** Where the store is; `null` = in memory. */
  readonly file: string | null
  readonly bytes: number
  readonly events: number
  readonly openDays: number
  readonly closedDays: number
  /** Start of the first and end of the last span; `null` = nothing is stored. */
  readonly extent: { readonly from: number; readonly to: number } | null
  readonly spans: ReadonlyArray<{ readonly from: number; readonly to: number; readonly asOf: number }>
  /** Agents whose current status is too long to be true. */
  readonly stale: ReadonlyArray<Pick<Person, "agent" | "name" | "team" | "status" | "since">>
}

export interface ConnectStep {
  readonly name: string
  readonly state: "waiting" | "running" | "done" | "failed"
  readonly text: string
}

export interface ConnectAnswer {
  readonly _tag: "connect"
  readonly steps: ReadonlyArray<ConnectStep>
  readonly problem: Problem | null
  /** The account that was stored, once it was. */
  readonly stored: string | null
  /** Whether the screens can use the account; not if environment variables name another. */
  readonly isUsable: boolean
}

export interface ExportAnswer {
  readonly _tag: "export"
  readonly text: string
  readonly rows: number
  /** Whether all of the window could be read. */
  readonly isWhole: boolean
}

export interface WriteAnswer {
  readonly _tag: "write"
  readonly path: string
}

export type Answer =
  | LiveAnswer
  | TeamsAnswer
  | ReportAnswer
  | AgentAnswer
  | StaffingAnswer
  | CoverageAnswer
  | ConnectAnswer
  | ExportAnswer
  | WriteAnswer
