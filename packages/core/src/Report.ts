/**
 * One question in, one reconciled answer out: what the apps ask and print.
 *
 * Shape    `Document` is the JSON contract, key for key; agents ascend, statuses in alphabetical order within them
 * Units    instants in Unix seconds, lengths in seconds, rates 0 to 1 but `averageHandleTime` in seconds
 * Fails    never: the question was checked where it was asked
 * Source   docs/definitions.md
 * Cost     one pass over the intervals for each kind of group (agents, teams, everyone)
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

/** A name and a team; `null` where neither the vendor nor the user's file tells. */
export interface AgentName {
  readonly name: string | null
  readonly team: string | null
}

/** What every question says, whichever figure it is about. */
export interface Question {
  readonly window: Window
  /** Up to when open intervals run, Unix seconds. */
  readonly now: number
  readonly zone: Calendar.Zone
  readonly categories: Category.Table
  readonly directory: ReadonlyMap<number, AgentName>
  /** The agents asked about, each answered for whether anything is known of it or not. Absent: all with an event. */
  readonly agents?: ReadonlyArray<number>
  /** An interval that is longer, and not offline, is stale. */
  readonly staleAfterSeconds: number
  /** Cut stale intervals there and call the rest untracked. */
  readonly capStale: boolean
  /** Spans of the window that could not be read. */
  readonly uncovered: ReadonlyArray<Window>
}

const Instant = Schema.Number.annotations({ description: "Unix seconds" })
const Seconds = Schema.Number.annotations({ description: "seconds" })
const Count = Schema.Number.annotations({ description: "a count" })
const Ratio = Schema.NullOr(Schema.Number).annotations({ description: "0 to 1; null when its denominator is 0" })
const CategoryName = Schema.Literal(...Category.categories)

const Span = Schema.Struct({ from: Instant, to: Instant })

const WindowAnswered = Schema.Struct({ from: Instant, to: Instant, now: Instant, timezone: Schema.String })

const Quality = Schema.Struct({
  rows: Count,
  unique: Count,
  duplicates: Count,
  conflicts: Count,
  outOfOrder: Count,
  future: Count,
  stale: Count,
  unknownStatuses: Schema.Array(Schema.String),
  agentsWithoutCarryIn: Schema.Array(Schema.Number),
  uncovered: Schema.Array(Span),
})

const StatusFigures = Schema.Struct({
  status: Schema.String,
  category: CategoryName,
  seconds: Seconds,
  entries: Count,
  visits: Count,
  longest: Seconds,
  average: Schema.NullOr(Schema.Number).annotations({ description: "seconds a visit; null without visits" }),
  calls: Count,
})

const Rates = Schema.Struct({
  occupancy: Ratio,
  utilisation: Ratio,
  availability: Ratio,
  notReadyShare: Ratio,
  averageHandleTime: Schema.NullOr(Schema.Number).annotations({ description: "seconds a call; null without calls" }),
})

const SessionFigures = Schema.Struct({ start: Instant, end: Instant, before: Schema.Boolean, open: Schema.Boolean })

const groupFigures = {
  statuses: Schema.Array(StatusFigures),
  untracked: Seconds,
  loggedIn: Seconds,
  calls: Count,
  rates: Rates,
}

const AgentFigures = Schema.Struct({
  agent: Schema.Number,
  name: Schema.NullOr(Schema.String),
  team: Schema.NullOr(Schema.String),
  ...groupFigures,
  sessions: Schema.Array(SessionFigures),
})

const TeamFigures = Schema.Struct({ team: Schema.NullOr(Schema.String), agents: Count, ...groupFigures })

const BucketFigures = Schema.Struct({
  start: Instant,
  end: Instant,
  label: Schema.String,
  agent: Schema.Number,
  status: Schema.String,
  seconds: Seconds,
})

/** The answer to `report`. `teams` only when asked by team, `buckets` only when asked by bucket. */
export const Document = Schema.Struct({
  window: WindowAnswered,
  statuses: Schema.Array(StatusFigures),
  agents: Schema.Array(AgentFigures),
  teams: Schema.optionalWith(Schema.Array(TeamFigures), { exact: true }),
  buckets: Schema.optionalWith(Schema.Array(BucketFigures), { exact: true }),
  quality: Quality,
}).annotations({ identifier: "Report" })
export type Document = typeof Document.Type

/** The answer to `intervals`. An untracked stretch has the status `null`. */
export const IntervalsDocument = Schema.Struct({
  window: WindowAnswered,
  intervals: Schema.Array(
    Schema.Struct({
      agent: Schema.Number,
      name: Schema.NullOr(Schema.String),
      team: Schema.NullOr(Schema.String),
      start: Instant,
      end: Instant,
      status: Schema.NullOr(Schema.String),
      category: Schema.NullOr(CategoryName),
      subcode: Schema.String,
      callid: Schema.String,
      uid: Schema.NullOr(Schema.String),
      open: Schema.Boolean,
      stale: Schema.Boolean,
    }),
  ),
  quality: Quality,
}).annotations({ identifier: "Intervals" })
export type IntervalsDocument = typeof IntervalsDocument.Type

/** The answer to `sessions`. */
export const SessionsDocument = Schema.Struct({
  window: WindowAnswered,
  sessions: Schema.Array(
    Schema.Struct({
      agent: Schema.Number,
      name: Schema.NullOr(Schema.String),
      team: Schema.NullOr(Schema.String),
      ...SessionFigures.fields,
    }),
  ),
  quality: Quality,
}).annotations({ identifier: "Sessions" })
export type SessionsDocument = typeof SessionsDocument.Type

/** The answer to `staffing`. */
export const StaffingDocument = Schema.Struct({
  window: WindowAnswered,
  staffing: Schema.Array(
    Schema.Struct({
      start: Instant,
      end: Instant,
      status: Schema.String,
      average: Schema.Number.annotations({ description: "agents" }),
      min: Count,
      max: Count,
    }),
  ),
  quality: Quality,
}).annotations({ identifier: "Staffing" })
export type StaffingDocument = typeof StaffingDocument.Type

type Rates = typeof Rates.Type
type StatusFigures = typeof StatusFigures.Type
type Quality = typeof Quality.Type

/** The parts every answer is made of: the log as asked about, its intervals, and its statuses' categories. */
interface Ground {
  readonly log: EventLog.EventLog
  readonly intervals: Interval.Intervals
  readonly categories: ReadonlyArray<Category.Category>
  /** Per agent of the log: is anything of it known before `to`? */
  readonly isKnown: ReadonlyArray<boolean>
}

const ground = (log: EventLog.EventLog, question: Question): Ground => {
  const asked = question.agents === undefined ? log : EventLog.filterAgents(log, question.agents)
  const categories = asked.statuses.map((status) => Category.of(question.categories, status))
  const intervals = Interval.fromLog(asked, {
    window: question.window,
    now: question.now,
    isOffline: categories.map((category) => category === "offline"),
    staleAfter: question.staleAfterSeconds,
    capStale: question.capStale,
  })
  const isKnown = asked.agents.map((_, agent) => {
    const first = asked.offsets[agent]
    const uts = first === undefined ? undefined : asked.uts[first]
    return uts !== undefined && uts < question.window.to
  })
  return { log: asked, intervals, categories, isKnown }
}

const nameOf = (question: Question, agent: number): AgentName =>
  question.directory.get(agent) ?? { name: null, team: null }

const windowOf = ({ window, now, zone }: Question): typeof WindowAnswered.Type => ({
  from: window.from,
  to: window.to,
  now,
  timezone: zone.name,
})

const countWithin = (instants: Float64Array, { from, to }: Window): number => {
  let count = 0
  for (const uts of instants) if (uts >= from && uts < to) count += 1
  return count
}

/** Seconds of the window in which a status could be known: up to `now` at most. */
const covered = ({ window, now }: Question): number => Math.max(0, Math.min(window.to, now) - window.from)

const qualityOf = ({ log, intervals, categories: _, isKnown }: Ground, question: Question): Quality => {
  const { window, now } = question
  const unique = countWithin(log.uts, window)
  const duplicates = countWithin(log.duplicates, window)
  const conflicts = countWithin(log.conflicts, window)
  let future = 0
  for (const uts of log.uts) if (uts > now && uts >= window.from && uts < window.to) future += 1
  let stale = 0
  const seen = new Set<string>()
  const withoutCarryIn: Array<number> = []
  const asked = new Set(question.agents)
  log.agents.forEach((agent, index) => {
    asked.delete(agent)
    if (!isKnown[index]) return
  })
  return {
    rows: unique + duplicates + conflicts,
    unique,
    duplicates,
    conflicts,
    outOfOrder: EventLog.outOfOrder(log, window),
    future,
    stale,
    unknownStatuses: [...seen].toSorted(),
    agentsWithoutCarryIn: withoutCarryIn,
    uncovered: question.uncovered,
  }
}
