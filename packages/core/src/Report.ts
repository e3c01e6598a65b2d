/**
 * One question in, one reconciled answer out: what the apps ask and print.
 *
 * Shape    `Document` is the JSON contract, key for key; agents ascend, statuses ascend within them
 * Units    times in Unix seconds; lengths in seconds; rates 0 to 1, `averageHandleTime` in seconds
 * Fails    never from a log; `read` with `ContactNowError`
 * Source   docs/definitions.md
 * Cost     one pass over the intervals a figure, whatever the number of agents
 */
import * as Schema from "effect/Schema"
import * as Calendar from "./Calendar.ts"
import * as Category from "./Category.ts"
import * as EventLog from "./EventLog.ts"
import * as Bucket from "./interval/Bucket.ts"
import * as Interval from "./interval/Interval.ts"
import * as Session from "./interval/Session.ts"
import * as Staffing from "./interval/Staffing.ts"
import * as Statistics from "./interval/Statistics.ts"
import { type Window } from "./Window.ts"

/** A name and a team; `null` where the vendor and the user's file say nothing. */
export interface AgentName {
  readonly name: string | null
  readonly team: string | null
}

/** What is asked, whoever asks it. */
export interface Question {
  readonly window: Window
  /** The instant up to which open intervals run, Unix seconds. */
  readonly now: number
  readonly zone: Calendar.Zone
  readonly categories: Category.Table
  /** Names for the agents that have one. */
  readonly directory: ReadonlyMap<number, AgentName>
  /** Only these agents; each is answered for, known or not. Absent: every agent with an event before `to`. */
  readonly agents?: ReadonlyArray<number>
  /** An interval longer than this and not offline is stale. */
  readonly staleAfterSeconds: number
  /** Cut stale intervals there, the rest is untracked. */
  readonly capStale: boolean
  /** Spans of the window that could not be read. */
  readonly uncovered: ReadonlyArray<Window>
}
