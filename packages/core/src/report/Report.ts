/**
 * One question in, one reconciled answer out: what the apps ask and print.
 *
 * Shape    `Document` is the JSON contract, key for key; agents ascend, statuses in alphabetical order within them
 * Units    instants in Unix seconds, lengths in seconds, rates 0 to 1 but `averageHandleTime` in seconds
 * Fails    never: the question was checked where it was asked
 * Source   docs/definitions.md
 * Cost     one pass over the intervals, agent by agent; memory for the intervals of one agent
 */
import * as Calendar from "../time/Calendar.ts"
import * as Category from "../Category.ts"
import type {
  AgentFigures,
  AtDocument,
  BucketFigures,
  CallsDocument,
  Document,
  IntervalsDocument,
  Quality,
  SessionsDocument,
  StaffingDocument,
  StatusFigures,
  TeamFigures,
  ReportWindow,
} from "./schemas.ts"
import * as EventLog from "../log/EventLog.ts"
import type { AgentDirectory, AgentName } from "../contactnow/AgentDirectory.ts"
import * as Bucket from "../interval/Bucket.ts"
import * as CallLeg from "../interval/CallLeg.ts"
import * as Calls from "../interval/Calls.ts"
import * as Interval from "../interval/Interval.ts"
import * as Median from "../interval/Median.ts"
import * as Session from "../interval/Session.ts"
import * as Snapshot from "../interval/Snapshot.ts"
import * as Staffing from "../interval/Staffing.ts"
import * as Statistics from "../interval/Statistics.ts"
import type { Window } from "../time/Window.ts"

export {
  AtDocument,
  CallsDocument,
  Document,
  IntervalsDocument,
  SessionsDocument,
  StaffingDocument,
} from "./schemas.ts"

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
  /** Spans of the window that could not be read, ascending: no status goes on through them. Default: none. */
  readonly uncovered?: ReadonlyArray<Window>
}

/** An interval that lasts longer than this, 16 hours, is stale unless asked otherwise. */
export const defaultStaleAfterSeconds = 57_600

/** The parts every answer is made of. */
interface Prepared {
  readonly question: Question
  /** The log of exactly the agents asked about. */
  readonly log: EventLog.EventLog
  readonly options: Interval.Options
  /** Per status of the log. */
  readonly categories: ReadonlyArray<Category.Category>
}

/**
 * An empty window asks about nobody; else the agents asked for. Whether those not asked for by name have an event before
 * the window's end is seen when their intervals are.
 */
const ofAgentsAsked = (log: EventLog.EventLog, { agents, window }: Question): EventLog.EventLog => {
  if (window.from === window.to) return EventLog.ofAgents(log, [])
  return agents === undefined ? log : EventLog.ofAgents(log, agents)
}

const prepare = (everything: EventLog.EventLog, question: Question): Prepared => {
  const log = ofAgentsAsked(everything, question)
  const table = question.categories ?? Category.defaults
  const categories = log.statuses.map((status) => Category.of(table, status))
  const options = {
    window: question.window,
    now: question.now,
    isOffline: categories.map((category) => category === "offline"),
    staleAfter: question.staleAfterSeconds ?? defaultStaleAfterSeconds,
    capStale: question.capStale ?? false,
    uncovered: question.uncovered ?? [],
  }
  return { question, log, options, categories }
}

/** Visits the intervals of all agents the answer is about. */
const each = (
  { log, options, question }: Prepared,
  visit: (track: Interval.Timeline, agent: number, rows: EventLog.Rows) => void,
): void =>
  Interval.each(log, options, (track, agent, rows) => {
    if (question.agents !== undefined || (rows.uts[0] ?? 0) < question.window.to) visit(track, agent, rows)
  })

const noName: AgentName = { name: null, team: null }

const nameOf = ({ directory }: Pick<Question, "directory">, agent: number): AgentName => directory?.get(agent) ?? noName

/** The agent in the shape in which every answer names one. */
const named = ({ log, question }: Prepared, agent: number) => {
  const id = log.agents[agent] ?? 0
  const { name, team } = nameOf(question, id)
  return { agent: id, name, team }
}

const windowOf = ({ now, window, zone }: Question): ReportWindow => ({
  from: window.from,
  to: window.to,
  now,
  timezone: zone.name,
})

const countWithin = (rows: EventLog.Rows, { from, to }: Window): number =>
  Math.max(0, EventLog.rowsBefore(rows, to) - EventLog.rowsBefore(rows, from))

/** How many of the rows dropped count for an answer: duplicates, then conflicts. */
const droppedOf = (
  { dropped: { agent, isConflict, length, uts } }: EventLog.EventLog,
  isCounted: (agent: number, at: number) => boolean,
): readonly [duplicates: number, conflicts: number] => {
  let [duplicates, conflicts] = [0, 0]
  for (let row = 0; row < length; row++) {
    if (!isCounted(agent[row] ?? 0, uts[row] ?? 0)) continue
    if (isConflict[row] === 1) conflicts += 1
    else duplicates += 1
  }
  return [duplicates, conflicts]
}

const isWithin = ({ from, to }: Window, at: number): boolean => at >= from && at < to

/** What the answer was made of, agent by agent. */
interface QualityCounter {
  readonly add: (track: Interval.Timeline, agent: number, rows: EventLog.Rows) => void
  readonly quality: () => Quality
}

const markPresent = ({ length, status }: Interval.Timeline, isPresent: Uint8Array): void => {
  for (let row = 0; row < length; row++) isPresent[status[row] ?? 0] = 1
}

/** `present` says which statuses are part of the answer where somebody else marks them. */
const qualityCounter = ({ log, question }: Prepared, present?: Uint8Array): QualityCounter => {
  const { now, window } = question
  const table = question.categories ?? Category.defaults
  const isPresent = present ?? new Uint8Array(log.statuses.length + 1)
  const agentsWithoutCarryIn: Array<number> = []
  const asked = new Set<number>()
  let stale = 0
  let unique = 0
  let future = 0
  let outOfOrder = 0
  return {
    add: (track, agent, rows) => {
      stale += track.stale
      if (present === undefined) markPresent(track, isPresent)
      const id = log.agents[agent] ?? 0
      asked.add(id)
      if (rows.length === 0 || (rows.uts[0] ?? 0) > window.from) agentsWithoutCarryIn.push(id)
      unique += countWithin(rows, window)
      future += countWithin(rows, { from: Math.max(window.from, now + 1), to: window.to })
      outOfOrder += EventLog.outOfOrder(rows, window)
    },
    quality: () => {
      const [duplicates, conflicts] = droppedOf(log, (agent, at) => asked.has(agent) && isWithin(window, at))
      return {
        rows: unique + duplicates + conflicts,
        unique,
        duplicates,
        conflicts,
        outOfOrder,
        future,
        stale,
        unknownStatuses: log.statuses.filter((status, index) => isPresent[index] === 1 && !table.has(status)),
        agentsWithoutCarryIn,
        uncovered: question.uncovered ?? [],
      }
    },
  }
}

const isHandled = ({ categories }: Prepared): ReadonlyArray<boolean> => categories.map(Category.isHandled)

const statusFigures = (
  { categories, log }: Prepared,
  sums: Statistics.Statistics,
  group: number,
  { calls }: Calls.Counts,
): ReadonlyArray<StatusFigures> =>
  log.statuses.flatMap((status, index) => {
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
        calls: calls[index] ?? 0,
      },
    ]
  })

/** The seconds of statuses by category. */
export const byCategory = (statuses: ReadonlyArray<StatusFigures>): Record<Category.Category, number> => {
  const seconds = { available: 0, handling: 0, afterCall: 0, idle: 0, other: 0, offline: 0 }
  for (const status of statuses) seconds[status.category] += status.seconds
  return seconds
}

const figuresOf = (from: Prepared, sums: Statistics.Statistics, group: number, counts: Calls.Counts) => {
  const statuses = statusFigures(from, sums, group, counts)
  const seconds = byCategory(statuses)
  return {
    statuses,
    untracked: sums.untracked[group] ?? 0,
    loggedIn: Statistics.loggedIn(seconds),
    calls: counts.all,
    rates: Statistics.rates(seconds, counts.handled),
  }
}

/** Agents together: their sums and their calls. */
interface Group {
  readonly sums: Statistics.Statistics
  readonly calls: Calls.DistinctCounter
  agents: number
}

const group = (from: Prepared): Group => ({
  sums: Statistics.empty(1, from.log.statuses.length),
  calls: Calls.distinctCounter(isHandled(from)),
  agents: 0,
})

/** Teams in alphabetical order; those without one come last, as the team `null`. */
const teamFigures = (from: Prepared, teams: ReadonlyMap<string | null, Group>): ReadonlyArray<TeamFigures> =>
  [...teams]
    .toSorted(([one], [other]) => {
      if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1
      return one < other ? -1 : 1
    })
    .map(([team, { agents, calls, sums }]) => ({ team, agents, ...figuresOf(from, sums, 0, calls.count()) }))

const bucketFigures = (
  { log }: Prepared,
  buckets: ReadonlyArray<Calendar.BucketEdge>,
  sums: Bucket.Sums,
): ReadonlyArray<BucketFigures> => {
  const rows: Array<BucketFigures> = []
  for (let row = 0; row < sums.length; row++) {
    const status = log.statuses[sums.status[row] ?? 0]
    const bucket = buckets[sums.bucket[row] ?? 0]
    if (status === undefined || bucket === undefined) continue
    rows.push({
      ...bucket,
      agent: log.agents[sums.agent[row] ?? 0] ?? 0,
      status,
      seconds: sums.seconds[row] ?? 0,
    })
  }
  return rows
}

/**
 * How much of a window a status can have been known in: with no event later than `now`, the seconds of all statuses and
 * those untracked add up to it, for each agent.
 *
 * @example
 * Report.covered({ from: 100, to: 700, now: 400 }) // => 300
 * Report.covered({ from: 500, to: 700, now: 400 }) // => 0
 */
export const covered = ({ from, now, to }: Pick<Document["window"], "from" | "to" | "now">): number =>
  Math.max(0, Math.min(to, now) - from)

/** What only `make` can be asked besides. */
export interface Detail {
  /** Sums per bucket as well. */
  readonly bucket?: Calendar.Size
  /** Figures per team as well. */
  readonly teams?: boolean
  /** Figures of all agents together as well, each call once. */
  readonly everyone?: boolean
}

/** Answers a question with every figure of every agent. */
export const make = (log: EventLog.EventLog, question: Question, detail: Detail = {}): Document => {
  const { bucket, everyone: isEveryoneAsked = false, teams = false } = detail
  const from = prepare(log, question)
  const statuses = from.log.statuses.length
  const buckets = bucket === undefined ? [] : Calendar.buckets(question.zone, question.window, bucket)
  const perBucket = Bucket.make(Float64Array.of(question.window.from, ...buckets.map(({ end }) => end)), statuses)
  const everyone = group(from)
  const surveyed = qualityCounter(from, everyone.sums.isPresent)
  const byTeam = new Map<string | null, Group>()
  const calls = Calls.make(isHandled(from))
  const agents: Array<AgentFigures> = []
  each(from, (track, agent, rows) => {
    surveyed.add(track, agent, rows)
    if (bucket !== undefined) perBucket.add(track, agent)
    const sums = Statistics.empty(1, statuses)
    Statistics.add(sums, 0, track)
    calls.clear()
    calls.add(track, rows)
    const name = named(from, agent)
    agents.push({
      ...name,
      ...figuresOf(from, sums, 0, calls.count()),
      sessions: Session.of(track, rows, from.options),
    })
    const team = byTeam.get(name.team) ?? group(from)
    byTeam.set(name.team, team)
    for (const together of teams ? [everyone, team] : [everyone]) {
      Statistics.merge(together.sums, 0, sums, 0)
      together.calls.absorb(calls)
      together.agents += 1
    }
  })
  const together = figuresOf(from, everyone.sums, 0, everyone.calls.count())
  return {
    window: windowOf(question),
    statuses: together.statuses,
    agents,
    ...(teams ? { teams: teamFigures(from, byTeam) } : {}),
    ...(bucket === undefined ? {} : { buckets: bucketFigures(from, buckets, perBucket.sums()) }),
    ...(isEveryoneAsked ? { everyone: { agents: everyone.agents, ...together } } : {}),
    quality: surveyed.quality(),
  }
}

/** What is usual among agents, each figure by itself; `null` where nobody has it. */
export interface Medians {
  /** Of how many agents. */
  readonly agents: number
  readonly seconds: Readonly<Record<Category.Category, number | null>>
  readonly untracked: number | null
  readonly loggedIn: number | null
  readonly calls: number | null
  readonly rates: Statistics.Rates
}

/** The medians over those of the agents who were logged in at all. */
export const medians = (
  agents: ReadonlyArray<Pick<AgentFigures, "statuses" | "untracked" | "loggedIn" | "calls" | "rates">>,
): Medians => {
  const present = agents
    .filter(({ loggedIn }) => loggedIn > 0)
    .map((figures) => ({ ...figures, seconds: byCategory(figures.statuses) }))
  const over = (figure: (agent: (typeof present)[number]) => number | null) => Median.of(present.map(figure))
  return {
    agents: present.length,
    seconds: {
      available: over(({ seconds }) => seconds.available),
      handling: over(({ seconds }) => seconds.handling),
      afterCall: over(({ seconds }) => seconds.afterCall),
      idle: over(({ seconds }) => seconds.idle),
      other: over(({ seconds }) => seconds.other),
      offline: over(({ seconds }) => seconds.offline),
    },
    untracked: over(({ untracked }) => untracked),
    loggedIn: over(({ loggedIn }) => loggedIn),
    calls: over(({ calls: count }) => count),
    rates: {
      occupancy: over(({ rates }) => rates.occupancy),
      utilisation: over(({ rates }) => rates.utilisation),
      availability: over(({ rates }) => rates.availability),
      notReadyShare: over(({ rates }) => rates.notReadyShare),
      averageHandleTime: over(({ rates }) => rates.averageHandleTime),
    },
  }
}

/** What an answer to a question is made of, whichever figure it is about. */
export const quality = (log: EventLog.EventLog, question: Question): Quality => {
  const from = prepare(log, question)
  const all = qualityCounter(from)
  each(from, all.add)
  return all.quality()
}

/** Answers a question with the intervals themselves, ordered by agent and time. */
export const intervals = (log: EventLog.EventLog, question: Question): IntervalsDocument => {
  const from = prepare(log, question)
  const { log: asked } = from
  const surveyed = qualityCounter(from)
  const found: Array<IntervalsDocument["intervals"][number]> = []
  each(from, (track, agent, rows) => {
    surveyed.add(track, agent, rows)
    const name = named(from, agent)
    for (let row = 0; row < track.length; row++) {
      const source = track.event[row] ?? Interval.untracked
      const status = asked.statuses[track.status[row] ?? 0]
      const flags = track.flags[row] ?? 0
      found.push({
        ...name,
        start: track.start[row] ?? 0,
        end: track.end[row] ?? 0,
        status: status ?? null,
        category: from.categories[track.status[row] ?? 0] ?? null,
        subcode: asked.subcodes[rows.subcode[source] ?? 0] ?? "",
        callid: String(rows.callid[source] ?? 0n),
        uid: status === undefined ? null : String(rows.uid[source] ?? 0n),
        open: (flags & Interval.open) !== 0,
        stale: (flags & Interval.stale) !== 0,
      })
    }
  })
  return { window: windowOf(question), intervals: found, quality: surveyed.quality() }
}

/** Answers a question with the sessions of all agents, ordered by agent and time. */
export const sessions = (log: EventLog.EventLog, question: Question): SessionsDocument => {
  const from = prepare(log, question)
  const surveyed = qualityCounter(from)
  const found: Array<SessionsDocument["sessions"][number]> = []
  each(from, (track, agent, rows) => {
    surveyed.add(track, agent, rows)
    const name = named(from, agent)
    for (const session of Session.of(track, rows, from.options)) found.push({ ...name, ...session })
  })
  return { window: windowOf(question), sessions: found, quality: surveyed.quality() }
}

/** Answers a question with the parts that all agents had in calls, ordered by agent and time. */
export const calls = (log: EventLog.EventLog, question: Question): CallsDocument => {
  const from = prepare(log, question)
  const surveyed = qualityCounter(from)
  const found: Array<CallsDocument["calls"][number]> = []
  each(from, (track, agent, rows) => {
    surveyed.add(track, agent, rows)
    const name = named(from, agent)
    for (const { callid, ...part } of CallLeg.of(track, rows, from.categories)) {
      found.push({ ...name, callid: String(callid), ...part })
    }
  })
  return { window: windowOf(question), calls: found, quality: surveyed.quality() }
}

type StaffingQuestion = Question & { readonly stepSeconds: number }

/** How many agents were untracked in a step. */
export type Untracked = Omit<StaffingDocument["staffing"][number], "status">

/**
 * Answers a question with the staffing curve, and, which is no part of the document, how many agents were untracked: in every
 * step, or in none where nobody ever was. In each step, the averages of all statuses and of those untracked add up to the
 * agents.
 */
export const staffingWithUntracked = (
  log: EventLog.EventLog,
  question: StaffingQuestion,
): { readonly document: StaffingDocument; readonly untracked: ReadonlyArray<Untracked> } => {
  const from = prepare(log, question)
  const { window } = question
  const { statuses } = from.log
  const known = { from: window.from, to: window.from + covered(windowOf(question)) }
  const edges = Calendar.steps(question.zone, known, question.stepSeconds)
  const surveyed = qualityCounter(from)
  // Untracked intervals have the status after the last.
  const curve = Staffing.make(edges, statuses.length + 1)
  each(from, (track, agent, rows) => {
    surveyed.add(track, agent, rows)
    curve.add(track)
  })
  const steps = curve.curve().map(({ average, max, min, status, step }) => ({
    start: edges[step] ?? 0,
    end: edges[step + 1] ?? 0,
    status: statuses[status] ?? null,
    average,
    min,
    max,
  }))
  return {
    document: {
      window: windowOf(question),
      staffing: steps.flatMap((step) => (step.status === null ? [] : [{ ...step, status: step.status }])),
      quality: surveyed.quality(),
    },
    untracked: steps.flatMap(({ status, ...step }) => (status === null ? [step] : [])),
  }
}

/** Answers a question with the staffing curve up to `now`, in steps of `stepSeconds`. */
export const staffing = (log: EventLog.EventLog, question: StaffingQuestion): StaffingDocument =>
  staffingWithUntracked(log, question).document

/** A status over all steps of a staffing curve. */
export interface StaffingSummary {
  readonly status: string
  /** Agents, the steps weighted by their length. */
  readonly average: number
  readonly min: number
  readonly max: number
}

/** A staffing curve as one step, by status. */
export const summariseStaffing = ({
  staffing: rows,
}: Pick<StaffingDocument, "staffing">): ReadonlyArray<StaffingSummary> =>
  Array.from(
    Map.groupBy(rows, ({ status }) => status),
    ([status, steps]) => {
      const agentSeconds = steps.reduce((sum, { average, end, start }) => sum + average * (end - start), 0)
      const seconds = steps.reduce((sum, { end, start }) => sum + end - start, 0)
      return {
        status,
        average: agentSeconds / seconds,
        min: steps.reduce((least, { min }) => Math.min(least, min), Infinity),
        max: steps.reduce((most, { max }) => Math.max(most, max), 0),
      }
    },
  )

/** A question about an instant, which `now`, up to when the log is known, should not be before. */
export interface StatusAtQuestion extends Omit<Question, "window"> {
  readonly instant: number
}

const untrackedAt = {
  status: null,
  category: null,
  since: null,
  visitSince: null,
  until: null,
  subcode: "",
  callid: "0",
  uid: null,
  stale: false,
} as const

type CurrentStatuses = AtDocument["agents"]

const heads = (table: Category.Table, standings: CurrentStatuses): AtDocument["statuses"] => {
  const byStatus = Map.groupBy(
    standings.flatMap(({ status }) => status ?? []),
    (status) => status,
  )
  return [...byStatus]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([status, { length }]) => ({ status, category: Category.of(table, status), agents: length }))
}

/** Answers who is in which status at an instant, ordered by agent; agents with a first event after it are untracked. */
export const statusAt = (everything: EventLog.EventLog, question: StatusAtQuestion): AtDocument => {
  const { agents, instant, now, staleAfterSeconds = defaultStaleAfterSeconds, uncovered = [] } = question
  const log = agents === undefined ? everything : EventLog.ofAgents(everything, agents)
  const table = question.categories ?? Category.defaults
  /** By agent: the events that its row rests on. */
  const spans = new Map<number, Window>()
  const agentsWithoutCarryIn: Array<number> = []
  const counts = { unique: 0, outOfOrder: 0, future: 0, stale: 0 }
  const standings = log.agents.map((id, agent): CurrentStatuses[number] => {
    const rows = log.rows(agent)
    const first = rows.length === 0 ? null : (rows.uts[0] ?? 0)
    const found = Snapshot.of(log, agent, rows, instant)
    const known = found === undefined ? Infinity : Interval.knownUntil(uncovered, found.since)
    const until = found === undefined ? first : known < (found.until ?? known) ? null : found.until
    const span = {
      from: found === undefined ? instant : found.isVisitWhole ? found.visitSince : (first ?? instant),
      to: until === null ? Infinity : until + 1,
    }
    spans.set(id, span)
    counts.unique += countWithin(rows, span)
    counts.outOfOrder += EventLog.outOfOrder(rows, span)
    counts.future += countWithin(rows, { from: Math.max(span.from, now + 1), to: span.to })
    const untracked = { agent: id, ...nameOf(question, id), ...untrackedAt, until }
    if (found === undefined) {
      agentsWithoutCarryIn.push(id)
      return untracked
    }
    const { callid, isVisitWhole, since, status, subcode, uid, visitSince } = found
    const category = Category.of(table, status)
    const stale = category !== "offline" && (until === null || until - since > staleAfterSeconds)
    if (stale) counts.stale += 1
    const isCut = question.capStale === true && stale && instant >= since + staleAfterSeconds
    if (isCut || instant >= known || (until === null && instant > now)) return untracked
    return {
      ...untracked,
      status,
      category,
      since,
      visitSince: isVisitWhole ? visitSince : null,
      until,
      subcode,
      callid: String(callid),
      uid: String(uid),
      stale,
    }
  })
  const statuses = heads(table, standings)
  const isCounted = (agent: number, seconds: number): boolean => {
    const span = spans.get(agent)
    return span !== undefined && isWithin(span, seconds)
  }
  const [duplicates, conflicts] = droppedOf(log, isCounted)
  return {
    at: { instant, now, timezone: question.zone.name },
    statuses,
    untracked: standings.filter(({ status }) => status === null).length,
    agents: standings,
    quality: {
      rows: counts.unique + duplicates + conflicts,
      unique: counts.unique,
      duplicates,
      conflicts,
      outOfOrder: counts.outOfOrder,
      future: counts.future,
      stale: counts.stale,
      unknownStatuses: statuses.flatMap(({ status }) => (table.has(status) ? [] : [status])),
      agentsWithoutCarryIn,
      uncovered,
    },
  }
}
