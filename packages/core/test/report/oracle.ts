// Every figure of docs/definitions.md the slow way, one second after another: what the tests beside it compare with.
// It shares nothing with src but types, and reads the definitions as they stand. Slow on purpose; nothing is clever.
import type { Category, Table } from "../../src/Category.ts"
import type { AgentDirectory } from "../../src/contactnow/AgentDirectory.ts"
import type { AtDocument, Document, IntervalsDocument, StaffingDocument } from "../../src/report/Report.ts"
import type { StatusEvent } from "../../src/events/StatusEvent.ts"

/** A question, in plain values. */
export interface Asked {
  readonly from: number
  readonly to: number
  readonly now: number
  readonly zone: string
  readonly categories: Table
  readonly directory: AgentDirectory
  readonly staleAfter: number
  readonly capStale: boolean
  readonly agents?: ReadonlyArray<number>
  /** What of the log is not known, ascending. */
  readonly uncovered?: ReadonlyArray<{ readonly from: number; readonly to: number }>
}

export interface Span {
  readonly start: number
  readonly end: number
}

type StatusFigures = Document["statuses"][number]
type AgentFigures = Document["agents"][number]
type TeamFigures = NonNullable<Document["teams"]>[number]
type Session = AgentFigures["sessions"][number]
type BucketRow = NonNullable<Document["buckets"]>[number]
type IntervalRow = IntervalsDocument["intervals"][number]
type StaffingRow = StaffingDocument["staffing"][number]

const sum = (values: ReadonlyArray<number>): number => values.reduce((total, value) => total + value, 0)
const most = (values: ReadonlyArray<number>): number => values.reduce((best, value) => Math.max(best, value), 0)
const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
const distinct = <A>(values: Iterable<A>): ReadonlyArray<A> => [...new Set(values)]
const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

/** The whole seconds of `[from, to)`. */
const secondsOf = (from: number, to: number): ReadonlyArray<number> => {
  const seconds: Array<number> = []
  for (let second = from; second < to; second++) seconds.push(second)
  return seconds
}

const isEqual = (one: StatusEvent, other: StatusEvent): boolean =>
  one.uid === other.uid &&
  one.uts === other.uts &&
  one.agent === other.agent &&
  one.status === other.status &&
  one.subcode === other.subcode &&
  one.callid === other.callid

export interface Normalised {
  /** Ordered by agent, time and uid. */
  readonly events: ReadonlyArray<StatusEvent>
  /** For each row dropped because it is the equal of the one kept: the one kept. */
  readonly duplicates: ReadonlyArray<StatusEvent>
  /** For each row dropped because it differs from the one kept: the one kept, whose time and agent it counts for. */
  readonly conflicts: ReadonlyArray<StatusEvent>
}

export const normalise = (delivered: ReadonlyArray<StatusEvent>): Normalised => {
  const events: Array<StatusEvent> = []
  const duplicates: Array<StatusEvent> = []
  const conflicts: Array<StatusEvent> = []
  delivered.forEach((row, index) => {
    const last = delivered.findLastIndex(({ uid }) => uid === row.uid)
    const kept = delivered[last] ?? row
    if (last === index) events.push(row)
    else if (isEqual(row, kept)) duplicates.push(kept)
    else conflicts.push(kept)
  })
  events.sort((one, other) => one.agent - other.agent || one.uts - other.uts || (one.uid < other.uid ? -1 : 1))
  return { events, duplicates, conflicts }
}

/** An event as the question sees it. */
interface Own {
  readonly event: StatusEvent
  readonly category: Category
  /** The agent's next event before `to`; none when this one is open. */
  readonly next: number | undefined
  readonly isStale: boolean
  /** The first second from its own on of which the log is not known. */
  readonly unknownFrom: number
  /** Which run of one status it is in. */
  readonly visit: number
}

/** What a second of an agent is: of an event, known to be nobody's, or not covered at all. */
type Second = Own | "untracked" | "uncovered"

/** All of one agent. */
export interface Line {
  readonly agent: number
  readonly owns: ReadonlyArray<Own>
  /** Per second of the window. */
  readonly seconds: ReadonlyArray<Second>
  readonly secondBefore: Second
}

const isOwn = (second: Second | undefined): second is Own => second !== undefined && typeof second !== "string"

const lineOf = (agent: number, known: ReadonlyArray<StatusEvent>, asked: Asked): Line => {
  const events = known.filter((event) => event.agent === agent && event.uts < asked.to)
  let visit = 0
  const owns = events.map((event, index): Own => {
    if (index > 0 && events[index - 1]?.status !== event.status) visit += 1
    const category = asked.categories.get(event.status) ?? "other"
    const next = events[index + 1]?.uts
    const gap = asked.uncovered?.find(({ to }) => to > event.uts)
    const unknownFrom = gap === undefined ? Infinity : Math.max(gap.from, event.uts)
    const isLong = next !== undefined && Math.min(next, unknownFrom) - event.uts > asked.staleAfter
    const isStale = category !== "offline" && (next === undefined || isLong)
    return { event, category, next, isStale, unknownFrom, visit }
  })
  const at = (second: number): Second => {
    const own = owns.findLast(({ event }) => event.uts <= second)
    const isOpen = own === undefined || own.next === undefined
    if (isOpen && second >= asked.now) return "uncovered"
    if (own === undefined || second >= own.unknownFrom) return "untracked"
    if (asked.capStale && own.isStale && second >= own.event.uts + asked.staleAfter) return "untracked"
    return own
  }
  return { agent, owns, seconds: secondsOf(asked.from, asked.to).map(at), secondBefore: at(asked.from - 1) }
}

/** How many seconds of the window an event has. */
const held = ({ seconds }: Line, own: Own): number => seconds.filter((second) => second === own).length

const isWithin = ({ from, to }: Asked, { uts }: StatusEvent): boolean => uts >= from && uts < to

/** The events that touch the window: they have time in it, or happen in it. */
const touching = (line: Line, asked: Asked): ReadonlyArray<Own> =>
  line.owns.filter((own) => held(line, own) > 0 || isWithin(asked, own.event))

const callsOf = (owns: ReadonlyArray<Own>): number =>
  distinct(owns.map(({ event }) => event.callid).filter((callid) => callid !== 0n)).length

const statusFigures = (lines: ReadonlyArray<Line>, asked: Asked): ReadonlyArray<StatusFigures> => {
  const all = lines.flatMap((line) => touching(line, asked))
  return distinct(all.map(({ event }) => event.status))
    .toSorted(byText)
    .map((status) => {
      const seconds = sum(
        lines.map((line) => line.seconds.filter((each) => isOwn(each) && each.event.status === status).length),
      )
      const visits = lines.flatMap((line) => {
        const own = line.owns.filter(({ event }) => event.status === status)
        return distinct(own.map(({ visit }) => visit))
          .map((visit) => line.seconds.filter((each) => isOwn(each) && each.visit === visit).length)
          .filter((length) => length > 0)
      })
      const events = all.filter(({ event }) => event.status === status)
      return {
        status,
        category: asked.categories.get(status) ?? "other",
        seconds,
        entries: events.filter(({ event }) => isWithin(asked, event)).length,
        visits: visits.length,
        longest: most(visits),
        average: ratio(seconds, visits.length),
        calls: callsOf(events),
      }
    })
}

const groupFigures = (lines: ReadonlyArray<Line>, asked: Asked) => {
  const all = lines.flatMap((line) => touching(line, asked))
  const every = lines.flatMap(({ seconds }) => seconds)
  const of = (...categories: ReadonlyArray<Category>): number =>
    every.filter((each) => isOwn(each) && categories.includes(each.category)).length
  const loggedIn = every.filter((each) => isOwn(each) && each.category !== "offline").length
  const handled = of("handling", "afterCall")
  const handledCalls = callsOf(all.filter(({ category }) => category === "handling" || category === "afterCall"))
  return {
    statuses: statusFigures(lines, asked),
    untracked: every.filter((each) => each === "untracked").length,
    loggedIn,
    calls: callsOf(all),
    rates: {
      occupancy: ratio(handled, handled + of("available")),
      utilisation: ratio(handled, loggedIn),
      availability: ratio(of("available"), loggedIn),
      notReadyShare: ratio(of("idle", "other"), loggedIn),
      averageHandleTime: ratio(handled, handledCalls),
    },
  }
}

/** Runs of seconds that are logged in; what came before the window shows in the second before it. */
const sessionsOf = (line: Line, asked: Asked): ReadonlyArray<Session> => {
  const found: Array<Session> = []
  const isIn = (second: number): boolean => {
    const each = second < asked.from ? line.secondBefore : line.seconds[second - asked.from]
    return isOwn(each) && each.category !== "offline"
  }
  const last = line.owns.at(-1)
  for (const start of secondsOf(asked.from, asked.to)) {
    if (!isIn(start) || (start > asked.from && isIn(start - 1))) continue
    let end = start
    while (isIn(end)) end += 1
    // The last event may have no time, at the very end.
    const isLastIn = last !== undefined && last.category !== "offline" && last.event.uts <= end
    const isLastBefore = last !== undefined && Math.max(last.event.uts, asked.from) < start
    found.push({ start, end, before: start === asked.from && isIn(start - 1), open: isLastIn && !isLastBefore })
  }
  return found
}

const nameOf = ({ directory }: Asked, agent: number) => ({
  agent,
  name: directory.get(agent)?.name ?? null,
  team: directory.get(agent)?.team ?? null,
})

/** Everything known, and one line for each agent answered for. */
export interface Ground extends Normalised {
  readonly lines: ReadonlyArray<Line>
}

export const ground = (delivered: ReadonlyArray<StatusEvent>, asked: Asked): Ground => {
  const known = normalise(delivered)
  const seen = known.events.filter(({ uts }) => uts < asked.to).map(({ agent }) => agent)
  const agents = asked.from === asked.to ? [] : distinct(asked.agents ?? seen).toSorted((one, other) => one - other)
  return { ...known, lines: agents.map((agent) => lineOf(agent, known.events, asked)) }
}

const qualityOf = ({ conflicts, duplicates, events, lines }: Ground, asked: Asked): Document["quality"] => {
  const isCounted = (event: StatusEvent): boolean =>
    isWithin(asked, event) && lines.some(({ agent }) => agent === event.agent)
  const own = events.filter(isCounted)
  const touched = lines.flatMap((line) => touching(line, asked))
  const counts = {
    unique: own.length,
    duplicates: duplicates.filter(isCounted).length,
    conflicts: conflicts.filter(isCounted).length,
  }
  return {
    rows: counts.unique + counts.duplicates + counts.conflicts,
    ...counts,
    outOfOrder: own.filter((event) =>
      own.some((later) => later.agent === event.agent && later.uts > event.uts && later.uid < event.uid),
    ).length,
    future: own.filter(({ uts }) => uts > asked.now).length,
    stale: touched.filter(({ isStale }) => isStale).length,
    unknownStatuses: distinct(touched.map(({ event }) => event.status))
      .filter((status) => !asked.categories.has(status))
      .toSorted(byText),
    agentsWithoutCarryIn: lines
      .filter(({ owns }) => !owns.some(({ event }) => event.uts <= asked.from))
      .map(({ agent }) => agent),
    uncovered: asked.uncovered ?? [],
  }
}

/** The answer to `Report.make`, with teams and everyone; with buckets when their edges are given. */
export const report = (
  delivered: ReadonlyArray<StatusEvent>,
  asked: Asked,
  edges?: ReadonlyArray<Span & { readonly label: string }>,
): Document => {
  const from = ground(delivered, asked)
  const { lines } = from
  const teamOf = ({ agent }: Line): string | null => asked.directory.get(agent)?.team ?? null
  const teams = distinct(lines.map(teamOf))
  const named = teams.filter((team) => team !== null).toSorted(byText)
  return {
    window: { from: asked.from, to: asked.to, now: asked.now, timezone: asked.zone },
    statuses: statusFigures(lines, asked),
    agents: lines.map((line) => ({
      ...nameOf(asked, line.agent),
      ...groupFigures([line], asked),
      sessions: sessionsOf(line, asked),
    })),
    teams: [...named, ...teams.filter((team) => team === null)].map((team): TeamFigures => {
      const members = lines.filter((line) => teamOf(line) === team)
      return { team, agents: members.length, ...groupFigures(members, asked) }
    }),
    ...(edges === undefined ? {} : { buckets: bucketRows(lines, asked, edges) }),
    everyone: { agents: lines.length, ...groupFigures(lines, asked) },
    quality: qualityOf(from, asked),
  }
}

const countBy = (line: Line, asked: Asked, { end, start }: Span): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const second of line.seconds.slice(start - asked.from, end - asked.from)) {
    if (isOwn(second)) counts.set(second.event.status, (counts.get(second.event.status) ?? 0) + 1)
  }
  return counts
}

/** Statuses with time in a bucket, by bucket, agent and status. */
export const bucketRows = (
  lines: ReadonlyArray<Line>,
  asked: Asked,
  edges: ReadonlyArray<Span & { readonly label: string }>,
): ReadonlyArray<BucketRow> =>
  edges.flatMap((edge) =>
    lines.flatMap((line) =>
      [...countBy(line, asked, edge)]
        .toSorted(([one], [other]) => byText(one, other))
        .map(([status, seconds]) => ({ ...edge, agent: line.agent, status, seconds })),
    ),
  )

/** The untracked seconds of one agent in a span of the window. */
export const untrackedIn = (line: Line, asked: Asked, { end, start }: Span): number =>
  line.seconds.slice(start - asked.from, end - asked.from).filter((second) => second === "untracked").length

/** Each step of the window up to `now`, with each status that has time in any of them: agents at once, by the second. */
export const staffing = (
  delivered: ReadonlyArray<StatusEvent>,
  asked: Asked,
  steps: ReadonlyArray<Span>,
): ReadonlyArray<StaffingRow> => {
  const { lines } = ground(delivered, asked)
  const statuses = distinct(
    steps.flatMap((step) => lines.flatMap((line) => [...countBy(line, asked, step).keys()])),
  ).toSorted(byText)
  return steps.flatMap(({ end, start }) => {
    const heads = (status: string): ReadonlyArray<number> =>
      secondsOf(start, end).map(
        (second) =>
          lines.filter(({ seconds }) => {
            const each = seconds[second - asked.from]
            return isOwn(each) && each.event.status === status
          }).length,
      )
    return statuses.map((status) => {
      const counts = heads(status)
      const min = counts.reduce((least, count) => Math.min(least, count), Infinity)
      return { start, end, status, average: sum(counts) / counts.length, min, max: most(counts) }
    })
  })
}

/** The intervals of events that touch the window, clipped, by agent and time; untracked stretches are not in it. */
export const intervals = (delivered: ReadonlyArray<StatusEvent>, asked: Asked): ReadonlyArray<IntervalRow> =>
  ground(delivered, asked).lines.flatMap((line) =>
    touching(line, asked).map((own): IntervalRow => {
      const start = Math.max(asked.from, own.event.uts)
      return {
        ...nameOf(asked, line.agent),
        start,
        end: start + held(line, own),
        status: own.event.status,
        category: own.category,
        subcode: own.event.subcode,
        callid: String(own.event.callid),
        uid: String(own.event.uid),
        open: own.next === undefined,
        stale: own.isStale,
      }
    }),
  )

/** Who is in which status at an instant; `from` and `to` of the question are not looked at. */
export const at = (delivered: ReadonlyArray<StatusEvent>, asked: Asked, instant: number): AtDocument => {
  const known = normalise(delivered)
  const seen = known.events.map(({ agent }) => agent)
  const agents = distinct(asked.agents ?? seen).toSorted((one, other) => one - other)
  const end = Math.max(instant, ...known.events.map(({ uts }) => uts)) + 1
  const lines = agents.map((agent) => {
    const line = lineOf(agent, known.events, { ...asked, from: instant, to: end, capStale: false })
    const own = line.owns.findLast(({ event }) => event.uts <= instant)
    const begun = line.owns.filter(({ visit }) => own !== undefined && visit === own.visit)[0]
    const next = line.owns.find(({ event }) => event.uts > instant)?.event.uts ?? null
    const isCut = asked.capStale && own?.isStale === true && instant >= own.event.uts + asked.staleAfter
    const isKnown = own !== undefined && !isCut && (next !== null || instant <= asked.now)
    const counts = ({ agent: whose, uts }: StatusEvent): boolean =>
      whose === agent && uts >= (begun?.event.uts ?? instant) && (next === null || uts <= next)
    return { agent, own, begun, next, isKnown, counts, isFirst: begun === line.owns[0] }
  })
  const isCounted = (event: StatusEvent): boolean => lines.some(({ counts }) => counts(event))
  const counted = known.events.filter(isCounted)
  const rows = lines.map(({ agent, begun, isFirst, isKnown, next, own }): AtDocument["agents"][number] => ({
    ...nameOf(asked, agent),
    status: isKnown ? (own?.event.status ?? null) : null,
    category: isKnown ? (own?.category ?? null) : null,
    since: isKnown ? (own?.event.uts ?? null) : null,
    visitSince: isKnown && !isFirst ? (begun?.event.uts ?? null) : null,
    until: next,
    subcode: isKnown ? (own?.event.subcode ?? "") : "",
    callid: isKnown ? String(own?.event.callid ?? 0) : "0",
    uid: isKnown && own !== undefined ? String(own.event.uid) : null,
    stale: isKnown && own?.isStale === true,
  }))
  const statuses = distinct(rows.flatMap(({ status }) => status ?? [])).toSorted(byText)
  const dropped = { duplicates: known.duplicates.filter(isCounted), conflicts: known.conflicts.filter(isCounted) }
  return {
    at: { instant, now: asked.now, timezone: asked.zone },
    statuses: statuses.map((status) => ({
      status,
      category: asked.categories.get(status) ?? "other",
      agents: rows.filter((row) => row.status === status).length,
    })),
    untracked: rows.filter(({ status }) => status === null).length,
    agents: rows,
    quality: {
      rows: counted.length + dropped.duplicates.length + dropped.conflicts.length,
      unique: counted.length,
      duplicates: dropped.duplicates.length,
      conflicts: dropped.conflicts.length,
      outOfOrder: counted.filter((event) =>
        counted.some((later) => later.agent === event.agent && later.uts > event.uts && later.uid < event.uid),
      ).length,
      future: counted.filter(({ uts }) => uts > asked.now).length,
      stale: lines.filter(({ own }) => own?.isStale).length,
      unknownStatuses: statuses.filter((status) => !asked.categories.has(status)),
      agentsWithoutCarryIn: lines.filter(({ own }) => own === undefined).map(({ agent }) => agent),
      uncovered: [],
    },
  }
}

const clocks = new Map<string, Intl.DateTimeFormat>()
const locals = new Map<string, number>()

/** What the wall clock of a zone shows at an instant, counted as if it were UTC. */
const wallClock = (zone: string, instant: number): number => {
  const key = `${zone} ${instant}`
  const known = locals.get(key)
  if (known !== undefined) return known
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    })
  clocks.set(zone, clock)
  const parts = new Map(clock.formatToParts(instant * 1000).map(({ type, value }) => [type, Number(value)]))
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? NaN
  const local =
    Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second")) / 1000
  locals.set(key, local)
  return local
}

/** Cuts `[from, to)` wherever the key of a second is not that of the second before. */
const cutBy = (from: number, to: number, keyOf: (second: number) => string): ReadonlyArray<Span> => {
  const starts = secondsOf(from, to).filter((second) => second === from || keyOf(second) !== keyOf(second - 1))
  return starts.map((start, index) => ({ start, end: starts[index + 1] ?? to }))
}

/** Spans on the wall clock; a clock change begins another. */
export const wallSpans = (zone: string, from: number, to: number, length: number): ReadonlyArray<Span> =>
  cutBy(from, to, (second) => {
    const local = wallClock(zone, second)
    return `${Math.floor(local / length)} ${local - second}`
  })

/** Days, weeks from Monday and months of the local calendar. */
export const calendarSpans = (
  zone: string,
  from: number,
  to: number,
  unit: "P1D" | "P1W" | "P1M",
): ReadonlyArray<Span> =>
  cutBy(from, to, (second) => {
    const day = Math.floor(wallClock(zone, second) / 86_400)
    // Day 0 of 1970 was a Thursday.
    if (unit === "P1W") return String(Math.floor((day + 3) / 7))
    return unit === "P1D" ? String(day) : new Date(day * 86_400_000).toISOString().slice(0, 7)
  })
