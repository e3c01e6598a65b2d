/**
 * The documents that answer questions, key for key as every program prints them.
 *
 * Shape    agents ascend, statuses in alphabetical order within them
 * Units    instants in Unix seconds, lengths in seconds, rates 0 to 1 but `averageHandleTime` in seconds
 * Source   docs/definitions.md
 */
import * as Schema from "effect/Schema"
import * as Category from "../Category.ts"

const Instant = Schema.Number.annotations({ description: "Unix seconds" })
const Seconds = Schema.Number.annotations({ description: "seconds" })
const Count = Schema.Number.annotations({ description: "a count" })
const Ratio = Schema.NullOr(Schema.Number).annotations({ description: "0 to 1; null when its denominator is 0" })
const AgentId = Schema.Number.annotations({ description: "id of an agent, as ContactNow has it" })
const CategoryName = Schema.Literal(...Category.categories)

const Span = Schema.Struct({ from: Instant, to: Instant })

const ReportWindow = Schema.Struct({ from: Instant, to: Instant, now: Instant, timezone: Schema.String })

const Quality = Schema.Struct({
  rows: Count,
  unique: Count,
  duplicates: Count,
  conflicts: Count,
  outOfOrder: Count,
  future: Count,
  stale: Count,
  unknownStatuses: Schema.Array(Schema.String),
  agentsWithoutCarryIn: Schema.Array(AgentId),
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
  agent: AgentId,
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
  agent: AgentId,
  status: Schema.String,
  seconds: Seconds,
})

const EveryoneFigures = Schema.Struct({ agents: Count, ...groupFigures })

/**
 * The answer to `report`. `teams` only when asked by team, `buckets` only when asked by bucket, `everyone` only when asked
 * for the figures of all agents together.
 */
export const Document = Schema.Struct({
  window: ReportWindow,
  statuses: Schema.Array(StatusFigures),
  agents: Schema.Array(AgentFigures),
  teams: Schema.optionalWith(Schema.Array(TeamFigures), { exact: true }),
  buckets: Schema.optionalWith(Schema.Array(BucketFigures), { exact: true }),
  everyone: Schema.optionalWith(EveryoneFigures, { exact: true }),
  quality: Quality,
}).annotations({ identifier: "Report" })
export type Document = typeof Document.Type

/** The answer to `intervals`. An untracked stretch has the status `null`. */
export const IntervalsDocument = Schema.Struct({
  window: ReportWindow,
  intervals: Schema.Array(
    Schema.Struct({
      agent: AgentId,
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
  window: ReportWindow,
  sessions: Schema.Array(
    Schema.Struct({
      agent: AgentId,
      name: Schema.NullOr(Schema.String),
      team: Schema.NullOr(Schema.String),
      ...SessionFigures.fields,
    }),
  ),
  quality: Quality,
}).annotations({ identifier: "Sessions" })
export type SessionsDocument = typeof SessionsDocument.Type

/** The answer to `calls`. */
export const CallsDocument = Schema.Struct({
  window: ReportWindow,
  calls: Schema.Array(
    Schema.Struct({
      agent: AgentId,
      name: Schema.NullOr(Schema.String),
      team: Schema.NullOr(Schema.String),
      callid: Schema.String,
      start: Instant,
      end: Instant,
      handling: Seconds,
      afterCall: Seconds,
    }),
  ),
  quality: Quality,
}).annotations({ identifier: "Calls" })
export type CallsDocument = typeof CallsDocument.Type

/** The answer to `staffing`. */
export const StaffingDocument = Schema.Struct({
  window: ReportWindow,
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

/** The answer to `at`: one row for each agent, untracked ones with the status `null`; `since` and what follows likewise. */
export const AtDocument = Schema.Struct({
  at: Schema.Struct({ instant: Instant, now: Instant, timezone: Schema.String }),
  statuses: Schema.Array(Schema.Struct({ status: Schema.String, category: CategoryName, agents: Count })),
  untracked: Count,
  agents: Schema.Array(
    Schema.Struct({
      agent: AgentId,
      name: Schema.NullOr(Schema.String),
      team: Schema.NullOr(Schema.String),
      status: Schema.NullOr(Schema.String),
      category: Schema.NullOr(CategoryName),
      since: Schema.NullOr(Instant),
      visitSince: Schema.NullOr(Instant),
      until: Schema.NullOr(Instant),
      subcode: Schema.String,
      callid: Schema.String,
      uid: Schema.NullOr(Schema.String),
      stale: Schema.Boolean,
    }),
  ),
  quality: Quality,
}).annotations({ identifier: "At" })
export type AtDocument = typeof AtDocument.Type

export type StatusFigures = typeof StatusFigures.Type
export type Quality = typeof Quality.Type

export type AgentFigures = typeof AgentFigures.Type
export type BucketFigures = typeof BucketFigures.Type
export type TeamFigures = typeof TeamFigures.Type
export type ReportWindow = typeof ReportWindow.Type
