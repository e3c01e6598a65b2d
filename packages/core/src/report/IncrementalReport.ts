/**
 * The figures of a day that goes on, counted anew only for those of whom something became known.
 *
 * Shape    exactly what `Report` makes of the whole log. An agent of whom nothing became known is in the same status as
 *          before, for longer. All of the day is covered
 * Units    Unix seconds
 * Fails    never
 * Source   docs/definitions.md
 * Cost     the rows of agents that changed, the intervals since the first change, and the figures of all agents
 */
import * as Calendar from "../time/Calendar.ts"
import * as Category from "../Category.ts"
import type { AgentDirectory } from "../contactnow/AgentDirectory.ts"
import * as Calls from "../interval/Calls.ts"
import * as Interval from "../interval/Interval.ts"
import * as Statistics from "../interval/Statistics.ts"
import * as EventLog from "../log/EventLog.ts"
import * as MutableLog from "../log/MutableLog.ts"
import { inOrder } from "../log/rows.ts"
import * as Report from "./Report.ts"
import type { StatusEvent } from "../events/StatusEvent.ts"

type AgentFigures = Report.Document["agents"][number]
type StatusFigures = AgentFigures["statuses"][number]
type Quality = Report.Document["quality"]
type Step = Report.StaffingDocument["staffing"][number]

export interface Options {
  readonly zone: Calendar.Zone
  readonly categories?: Category.Table
  readonly staffingStepSeconds: number
  /** When the day began. */
  readonly from: number
}

export interface IncrementalReport {
  /** Takes in events that became known, or are known otherwise by now; false where that changes what went on when the day began, so that it must be read again. */
  readonly apply: (became: ReadonlyArray<StatusEvent>) => boolean
  /** The figures up to an instant, which is after the day began and not before one asked for earlier. */
  readonly snapshot: (
    asOf: number,
    directory: AgentDirectory,
  ) => { readonly report: Report.Document; readonly staffing: Report.StaffingDocument }
}

/** An agent's figures at an instant, and what they need to go on. */
interface AgentState {
  readonly asOf: number
  readonly figures: AgentFigures
  /** Of its events of the day: how many, how many of them late, how many intervals are stale, and whether one was before. */
  readonly unique: number
  readonly outOfOrder: number
  readonly stale: number
  readonly isCarriedIn: boolean
  /** Of the last event. */
  readonly status: string
  /** How long the visit is that it belongs to. */
  readonly visitSeconds: number
  readonly handledCalls: number
}

/** The figures at a later instant, if nothing became known. */
const extend = (
  { asOf: before, figures, handledCalls, status, visitSeconds }: AgentState,
  asOf: number,
  table: Category.Table,
): AgentFigures => {
  const more = asOf - before
  if (more === 0) return figures
  const statuses = figures.statuses.map((each) => {
    if (each.status !== status) return each
    const seconds = each.seconds + more
    return {
      ...each,
      seconds,
      longest: Math.max(each.longest, visitSeconds + more),
      average: seconds / each.visits,
    }
  })
  if (Category.of(table, status) === "offline") return { ...figures, statuses }
  const seconds = { available: 0, handling: 0, afterCall: 0, idle: 0, other: 0, offline: 0 }
  for (const each of statuses) seconds[each.category] += each.seconds
  const last = figures.sessions.length - 1
  return {
    ...figures,
    statuses,
    loggedIn: Statistics.loggedIn(seconds),
    rates: Statistics.rates(seconds, handledCalls),
    sessions: figures.sessions.map((session, index) => (index === last ? { ...session, end: asOf } : session)),
  }
}

/** The figures of everyone; `calls` are those of each status. */
const totals = (
  agents: ReadonlyArray<AgentFigures>,
  calls: ReadonlyMap<string, ReadonlySet<bigint>>,
): ReadonlyArray<StatusFigures> => {
  const sums = new Map<string, { -readonly [K in keyof StatusFigures]: StatusFigures[K] }>()
  for (const { statuses } of agents) {
    for (const each of statuses) {
      const sum = sums.get(each.status)
      if (sum === undefined) {
        sums.set(each.status, { ...each })
        continue
      }
      sum.seconds += each.seconds
      sum.entries += each.entries
      sum.visits += each.visits
      sum.longest = Math.max(sum.longest, each.longest)
    }
  }
  return inOrder([...sums.keys()]).ascending.flatMap((status) => {
    const sum = sums.get(status)
    if (sum === undefined) return []
    const average = sum.visits === 0 ? null : sum.seconds / sum.visits
    return [{ ...sum, average, calls: calls.get(status)?.size ?? 0 }]
  })
}

const sumOf = (counted: ReadonlyArray<AgentState>, figure: (one: AgentState) => number): number =>
  counted.reduce((sum, one) => sum + figure(one), 0)

const qualityOf = (
  counted: ReadonlyArray<AgentState>,
  statuses: ReadonlyArray<StatusFigures>,
  table: Category.Table,
): Quality => {
  const unique = sumOf(counted, (one) => one.unique)
  return {
    // Whoever puts an event in has taken out what had its id.
    rows: unique,
    unique,
    duplicates: 0,
    conflicts: 0,
    outOfOrder: sumOf(counted, (one) => one.outOfOrder),
    future: 0,
    stale: sumOf(counted, (one) => one.stale),
    unknownStatuses: statuses.flatMap(({ status }) => (table.has(status) ? [] : [status])),
    agentsWithoutCarryIn: counted.flatMap(({ figures, isCarriedIn }) => (isCarriedIn ? [] : [figures.agent])),
    uncovered: [],
  }
}

/** The log from each agent's last event before an instant on. */
const since = (log: EventLog.EventLog, instant: number): EventLog.EventLog => ({
  ...log,
  rows: (agent) => {
    const rows = log.rows(agent)
    const first = Math.max(0, EventLog.rowsBefore(rows, instant) - 1)
    return {
      length: rows.length - first,
      uid: rows.uid.subarray(first),
      uts: rows.uts.subarray(first),
      callid: rows.callid.subarray(first),
      status: rows.status.subarray(first),
      subcode: rows.subcode.subarray(first),
    }
  },
})

/** All steps between edges: a status with time in one of them is in every step. */
const curveOf = (edges: Float64Array, steps: ReadonlyArray<Step>): ReadonlyArray<Step> => {
  const withTime = new Set<string>()
  for (const { average, status } of steps) if (average > 0) withTime.add(status)
  const statuses = inOrder([...withTime]).ascending
  const byStart = Map.groupBy(steps, ({ start }) => start)
  return Array.from(edges.subarray(1)).flatMap((end, step) => {
    const start = edges[step] ?? end
    const found = new Map((byStart.get(start) ?? []).map((each) => [each.status, each]))
    return statuses.map((status) => found.get(status) ?? { start, end, status, average: 0, min: 0, max: 0 })
  })
}

/** Begins with the events of the day, and each agent's last one before it. */
export const make = (known: EventLog.EventLog, options: Options): IncrementalReport => {
  const { categories: table = Category.defaults, from, staffingStepSeconds: stepSeconds, zone } = options
  const events = MutableLog.of(known)
  const counted = new Map<number, AgentState>()
  const callsOf = new Map<string, Set<bigint>>()
  /** The agents to be counted, and from when on something is new. */
  const changed = new Set<number>(known.agents)
  let changedFrom = from
  let steps: ReadonlyArray<Step> = []

  const questionAt = (asOf: number): Report.Question => ({
    window: { from, to: asOf },
    now: asOf,
    zone,
    categories: table,
  })

  /** Counts those of whom something became known, together: what counting costs besides rows, it costs once. */
  const countChanged = (asOf: number): void => {
    for (const agent of changed) counted.delete(agent)
    const log = events.logOf(changed)
    const question = questionAt(asOf)
    const { agents } = Report.make(log, question)
    const figuresOf = new Map(agents.map((figures) => [figures.agent, figures]))
    const categories = log.statuses.map((status) => Category.of(table, status))
    const calls = Calls.make(categories.map(Category.isHandled))
    const cutting = {
      window: question.window,
      now: asOf,
      isOffline: categories.map((category) => category === "offline"),
      staleAfter: Report.defaultStaleAfterSeconds,
      capStale: false,
    }
    Interval.each(log, cutting, (track, agent, rows) => {
      const id = log.agents[agent] ?? 0
      const figures = figuresOf.get(id)
      if (figures === undefined) return
      calls.clear()
      calls.add(track, rows)
      const last = track.length - 1
      let first = last
      while (first > 0 && track.status[first - 1] === track.status[last]) first -= 1
      counted.set(id, {
        asOf,
        figures,
        unique: Math.max(0, EventLog.rowsBefore(rows, asOf) - EventLog.rowsBefore(rows, from)),
        outOfOrder: EventLog.outOfOrder(rows, question.window),
        stale: track.stale,
        isCarriedIn: rows.length > 0 && (rows.uts[0] ?? 0) <= from,
        status: log.statuses[track.status[last] ?? 0] ?? "",
        visitSeconds: (track.end[last] ?? 0) - (track.start[first] ?? 0),
        handledCalls: calls.count().handled,
      })
      for (let row = 0; row < track.length; row++) {
        const event = track.event[row] ?? Interval.untracked
        const call = event === Interval.untracked ? 0n : (rows.callid[event] ?? 0n)
        if (call === 0n) continue
        const status = log.statuses[track.status[row] ?? 0] ?? ""
        const own = callsOf.get(status) ?? new Set()
        callsOf.set(status, own.add(call))
      }
    })
  }

  const curve = (asOf: number): ReadonlyArray<Step> => {
    const edges = Calendar.steps(zone, { from, to: asOf }, stepSeconds)
    const cut = edges.findLast((edge) => edge <= changedFrom) ?? from
    const log = since(events.log(), cut)
    const { staffing } = Report.staffing(log, { ...questionAt(asOf), window: { from: cut, to: asOf }, stepSeconds })
    return curveOf(edges, [...steps.filter(({ start }) => start < cut), ...staffing])
  }

  return {
    apply: (became) => {
      let isSound = true
      let hasMoved = false
      // Ids rise as rows are recorded: what has a larger one than all before was not known.
      const largest = events.largest()
      const agentsOf = events.agentsOf(became.flatMap(({ uid }) => (uid > largest ? [] : [uid])))
      const note = (agent: number, uts: number) => {
        changed.add(agent)
        changedFrom = Math.min(changedFrom, uts)
        if (uts <= from) isSound = false
      }
      for (const event of became) {
        const agent = agentsOf.get(event.uid)
        const old = agent === undefined ? undefined : events.take(agent, event.uid)
        if (agent !== undefined && old !== undefined) {
          note(agent, old)
          hasMoved = true
        }
        events.put(event)
        note(event.agent, event.uts)
      }
      if (hasMoved) {
        // What no longer is may have made a call one of its status.
        callsOf.clear()
        for (const agent of events.log().agents) changed.add(agent)
      }
      return isSound
    },
    snapshot: (asOf, directory) => {
      countChanged(asOf)
      changed.clear()
      steps = curve(asOf)
      changedFrom = asOf
      const ascending = [...counted].toSorted(([one], [other]) => one - other).map(([, each]) => each)
      const agents = ascending.map((each): AgentFigures => {
        const figures = extend(each, asOf, table)
        const { name, team } = directory.get(figures.agent) ?? { name: null, team: null }
        return { ...figures, name, team }
      })
      const statuses = totals(agents, callsOf)
      const quality = qualityOf(ascending, statuses, table)
      const window = { from, to: asOf, now: asOf, timezone: zone.name }
      return { report: { window, statuses, agents, quality }, staffing: { window, staffing: steps, quality } }
    },
  }
}
