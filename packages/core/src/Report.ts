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
import { type AgentDirectory, type AgentName } from "./contactnow/AgentDirectory.ts"
import * as Bucket from "./interval/Bucket.ts"
import * as Interval from "./interval/Interval.ts"
import * as Session from "./interval/Session.ts"
import * as Staffing from "./interval/Staffing.ts"
import * as Statistics from "./interval/Statistics.ts"
import { type Window } from "./Window.ts"

/** What every question says, whichever figure it is about. */
export interface Question {
  readonly window: Window
  /** Up to when open intervals run, Unix seconds. */
  readonly now: number
  readonly zone: Calendar.Zone
  /** Default: `Category.defaults`. */
  readonly categories?: Category.Table
  /** Default: nobody has a name. */
  readonly directory?: AgentDirectory
  /** The agents asked about, each answered for whether anything is known of it or not. Default: all with an event. */
  readonly agents?: ReadonlyArray<number>
  /** An interval that is longer, and not offline, is stale. Default: 16 hours. */
  readonly staleAfterSeconds?: number
  /** Cut stale intervals there and call the rest untracked. Default: no. */
  readonly capStale?: boolean
  /** Spans of the window that could not be read. Default: none. */
  readonly uncovered?: ReadonlyArray<Window>
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

type StatusFigures = typeof StatusFigures.Type
type Quality = typeof Quality.Type

type AgentFigures = typeof AgentFigures.Type
type BucketFigures = typeof BucketFigures.Type
type TeamFigures = typeof TeamFigures.Type

/** An interval that lasts longer than this, 16 hours, is stale unless asked otherwise. */
export const defaultStaleAfterSeconds = 57_600

/** The parts every answer is made of. */
interface Ground {
  readonly question: Question
  readonly intervals: Interval.Intervals
  /** Per status of the log. */
  readonly categories: ReadonlyArray<Category.Category>
  /** Per agent of the log: its first event, +Infinity where there is none. */
  readonly firstEvent: Float64Array
}

const firstEventOf = (log: EventLog.EventLog): Float64Array =>
  Float64Array.from(log.agents, (_, agent) => {
    const row = log.offsets[agent] ?? 0
    return row < (log.offsets[agent + 1] ?? 0) ? (log.uts[row] ?? Infinity) : Infinity
  })

/** An empty window asks about nobody; else the agents asked for, or all of whom something is known. */
const agentsOf = (log: EventLog.EventLog, { agents, window }: Question): ReadonlyArray<number> => {
  if (window.from === window.to) return []
  if (agents !== undefined) return agents
  const first = firstEventOf(log)
  return log.agents.filter((_, agent) => (first[agent] ?? Infinity) < window.to)
}

const ground = (everything: EventLog.EventLog, question: Question): Ground => {
  const log = EventLog.ofAgents(everything, agentsOf(everything, question))
  const table = question.categories ?? Category.defaults
  const categories = log.statuses.map((status) => Category.of(table, status))
  const intervals = Interval.fromLog(log, {
    window: question.window,
    now: question.now,
    isOffline: categories.map((category) => category === "offline"),
    staleAfter: question.staleAfterSeconds ?? defaultStaleAfterSeconds,
    capStale: question.capStale ?? false,
  })
  return { question, intervals, categories, firstEvent: firstEventOf(log) }
}

const nobody: AgentName = { name: null, team: null }

const nameOf = ({ directory }: Question, agent: number): AgentName => directory?.get(agent) ?? nobody

/** The agent in the shape in which every answer names one. */
const named = ({ intervals, question }: Ground, agent: number) => {
  const id = intervals.log.agents[agent] ?? 0
  const { name, team } = nameOf(question, id)
  return { agent: id, name, team }
}

const windowOf = ({ now, window, zone }: Question): typeof WindowAnswered.Type => ({
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

const qualityOf = ({ firstEvent, intervals, question }: Ground): Quality => {
  const { now, window } = question
  const { event, flags, log } = intervals
  const table = question.categories ?? Category.defaults
  const unique = countWithin(log.uts, window)
  const duplicates = countWithin(log.duplicates, window)
  const conflicts = countWithin(log.conflicts, window)
  const present = new Set<number>()
  let stale = 0
  for (let row = 0; row < intervals.length; row++) {
    if (((flags[row] ?? 0) & Interval.stale) !== 0) stale += 1
    const source = event[row] ?? Interval.untracked
    if (source !== Interval.untracked) present.add(log.status[source] ?? 0)
  }
  return {
    rows: unique + duplicates + conflicts,
    unique,
    duplicates,
    conflicts,
    outOfOrder: EventLog.outOfOrder(log, window),
    future: countWithin(log.uts, { from: Math.max(window.from, now + 1), to: window.to }),
    stale,
    unknownStatuses: log.statuses.filter((status, index) => present.has(index) && !table.has(status)),
    agentsWithoutCarryIn: log.agents.filter((_, agent) => (firstEvent[agent] ?? Infinity) > window.from),
    uncovered: question.uncovered ?? [],
  }
}

const statusFigures = ({ categories, intervals }: Ground, sums: Statistics.Statistics, group: number) =>
  intervals.log.statuses.flatMap((status, index): ReadonlyArray<StatusFigures> => {
    const cell = group * sums.statuses + index
    if (sums.isPresent[cell] !== 1) return []
    const seconds = sums.seconds[cell] ?? 0
    const visits = sums.visits[cell] ?? 0
    return [
      {
        status,
        category: categories[index] ?? "other",
        seconds,
        entries: sums.entries[cell] ?? 0,
        visits,
        longest: sums.longest[cell] ?? 0,
        average: visits === 0 ? null : seconds / visits,
        calls: sums.calls[cell] ?? 0,
      },
    ]
  })

const figuresOf = (from: Ground, sums: Statistics.Statistics, group: number) => {
  const statuses = statusFigures(from, sums, group)
  const seconds = { available: 0, handling: 0, afterCall: 0, idle: 0, other: 0, offline: 0 }
  for (const status of statuses) seconds[status.category] += status.seconds
  return {
    statuses,
    untracked: sums.untracked[group] ?? 0,
    loggedIn: Statistics.loggedIn(seconds),
    calls: sums.groupCalls[group] ?? 0,
    rates: Statistics.rates(seconds, sums.handledCalls[group] ?? 0),
  }
}

const sumsBy = ({ categories, intervals }: Ground, groupOf: ReadonlyArray<number>, groups: number) =>
  Statistics.of(intervals, {
    groupOf,
    groups,
    isHandled: categories.map((category) => category === "handling" || category === "afterCall"),
  })

const agentFigures = (from: Ground): ReadonlyArray<AgentFigures> => {
  const { agents } = from.intervals.log
  const sums = sumsBy(from, [...agents.keys()], agents.length)
  const sessions = agents.map((): Array<AgentFigures["sessions"][number]> => [])
  for (const { agent, ...session } of Session.of(from.intervals)) sessions[agent]?.push(session)
  return agents.map((_, agent) => ({
    ...named(from, agent),
    ...figuresOf(from, sums, agent),
    sessions: sessions[agent] ?? [],
  }))
}

/** Teams in alphabetical order; those without one come last, as the team `null`. */
const teamFigures = (from: Ground): ReadonlyArray<TeamFigures> => {
  const teamOfAgent = from.intervals.log.agents.map((agent) => nameOf(from.question, agent).team)
  const teams = [...new Set(teamOfAgent)].toSorted((one, other) => {
    if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1
    return one < other ? -1 : 1
  })
  const groupOf = teamOfAgent.map((team) => teams.indexOf(team))
  const sums = sumsBy(from, groupOf, teams.length)
  return teams.map((team, group) => ({
    team,
    agents: groupOf.filter((other) => other === group).length,
    ...figuresOf(from, sums, group),
  }))
}

const bucketFigures = ({ intervals, question }: Ground, size: Calendar.Size): ReadonlyArray<BucketFigures> => {
  const buckets = Calendar.buckets(question.zone, question.window, size)
  const edges = Float64Array.of(question.window.from, ...buckets.map(({ end }) => end))
  const sums = Bucket.sums(intervals, edges)
  const rows: Array<BucketFigures> = []
  for (let row = 0; row < sums.length; row++) {
    const status = sums.status[row] ?? 0
    const bucket = buckets[sums.bucket[row] ?? 0]
    if (status === Interval.untracked || bucket === undefined) continue
    rows.push({
      ...bucket,
      agent: intervals.log.agents[sums.agent[row] ?? 0] ?? 0,
      status: intervals.log.statuses[status] ?? "",
      seconds: sums.seconds[row] ?? 0,
    })
  }
  return rows
}

/** What only `make` can be asked besides. */
export interface Detail {
  /** Sums per bucket as well. */
  readonly bucket?: Calendar.Size
  /** Figures per team as well. */
  readonly teams?: boolean
}

/** Answers a question with every figure of every agent. */
export const make = (log: EventLog.EventLog, question: Question, { bucket, teams = false }: Detail = {}): Document => {
  const from = ground(log, question)
  const everyone = sumsBy(
    from,
    from.intervals.log.agents.map(() => 0),
    1,
  )
  return {
    window: windowOf(question),
    statuses: statusFigures(from, everyone, 0),
    agents: agentFigures(from),
    ...(teams ? { teams: teamFigures(from) } : {}),
    ...(bucket === undefined ? {} : { buckets: bucketFigures(from, bucket) }),
    quality: qualityOf(from),
  }
}

/** Answers a question with the intervals themselves, ordered by agent and time. */
export const intervals = (log: EventLog.EventLog, question: Question): IntervalsDocument => {
  const from = ground(log, question)
  const { end, event, flags, log: asked, offsets, start } = from.intervals
  const rows = asked.agents.flatMap((_, agent) => {
    const name = named(from, agent)
    const own: Array<IntervalsDocument["intervals"][number]> = []
    for (let row = offsets[agent] ?? 0; row < (offsets[agent + 1] ?? 0); row++) {
      const source = event[row] ?? Interval.untracked
      const status = source === Interval.untracked ? undefined : asked.status[source]
      own.push({
        ...name,
        start: start[row] ?? 0,
        end: end[row] ?? 0,
        status: status === undefined ? null : (asked.statuses[status] ?? ""),
        category: status === undefined ? null : (from.categories[status] ?? "other"),
        subcode: asked.subcodes[asked.subcode[source] ?? 0] ?? "",
        callid: String(asked.callid[source] ?? 0n),
        uid: status === undefined ? null : String(asked.uid[source] ?? 0n),
        open: ((flags[row] ?? 0) & Interval.open) !== 0,
        stale: ((flags[row] ?? 0) & Interval.stale) !== 0,
      })
    }
    return own
  })
  return { window: windowOf(question), intervals: rows, quality: qualityOf(from) }
}

/** Answers a question with the sessions of all agents, ordered by agent and time. */
export const sessions = (log: EventLog.EventLog, question: Question): SessionsDocument => {
  const from = ground(log, question)
  return {
    window: windowOf(question),
    sessions: Session.of(from.intervals).map(({ agent, ...session }) => ({ ...named(from, agent), ...session })),
    quality: qualityOf(from),
  }
}

/** Answers a question with the staffing curve up to `now`, in steps of `stepSeconds`. */
export const staffing = (
  log: EventLog.EventLog,
  question: Question & { readonly stepSeconds: number },
): StaffingDocument => {
  const from = ground(log, question)
  const { window } = question
  const known = { from: window.from, to: Math.max(window.from, Math.min(window.to, question.now)) }
  const edges = Calendar.steps(question.zone, known, question.stepSeconds)
  return {
    window: windowOf(question),
    staffing: Staffing.curve(from.intervals, edges).map(({ step, status, ...figures }) => ({
      start: edges[step] ?? 0,
      end: edges[step + 1] ?? 0,
      status: from.intervals.log.statuses[status] ?? "",
      ...figures,
    })),
    quality: qualityOf(from),
  }
}
