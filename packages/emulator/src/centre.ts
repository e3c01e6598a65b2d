/**
 * The contact centre behind the emulator: an invented one that grows with the clock, or a fixed set of rows.
 *
 * Shape    rows come in uid order from the invented centre, in the order given from a fixed set; a row now and then
 *          comes twice
 * Units    Unix seconds; days are UTC days
 * Fails    RangeError for more agents than a day has uids for
 * Cost     about 200 rows per agent-day; days already made are kept up to `KEPT` rows, and of them a query looks at those
 *          that were recorded from its begin on until `LATEST` after its end
 */
import { mix } from "./random.ts"
import { changesOf, type Change, DAY, LATEST, worksNights } from "./shift.ts"

/** A row of the status log. */
export interface Row {
  readonly uid: bigint
  readonly uts: number
  readonly agent: number
  readonly status: string
  readonly subcode: string
  readonly callid: bigint
}

/** Somebody who takes calls. */
export interface Agent {
  readonly agentid: number
  readonly name: string
  readonly team: string
}

/** What to look for; every bound is inclusive, and a field left out does not restrict. */
export interface Query {
  readonly uidLow?: bigint
  readonly uidHigh?: bigint
  readonly tstart?: number
  readonly tstop?: number
  readonly agents?: ReadonlySet<number>
  /** Rows recorded later than this do not exist. */
  readonly recordedBy: number
}

/** Agents and their status log. */
export interface Centre {
  readonly agents: ReadonlyArray<Agent>
  /** The rows of a span of time that exist by now. */
  readonly rows: (fromUts: number, toUtsInclusive: number) => Iterable<Row>
  readonly select: (query: Query) => Iterable<Row>
  /** How many rows `select` gives. */
  readonly count: (query: Query) => number
}

const FIRST_UID = 10_000_000_000n
const UIDS_A_DAY = 2_000_000n
const MOST_AGENTS = 6000
/** Two days of the largest centre: what is asked for most is today and the night before. */
const KEPT = 3_000_000

interface Recorded {
  readonly recorded: number
  readonly row: Row
}

/** The first row recorded at or after an instant. */
const recordedFrom = (rows: ReadonlyArray<Recorded>, instant: number): number => {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle]?.recorded ?? 0) < instant) low = middle + 1
    else high = middle
  }
  return low
}

const NAMES = [
  "Ada",
  "Ben",
  "Cleo",
  "Dev",
  "Esme",
  "Finn",
  "Gaia",
  "Hugo",
  "Ines",
  "Jude",
  "Kira",
  "Liam",
  "Mina",
  "Noor",
  "Otto",
  "Pia",
  "Quin",
  "Remy",
  "Suki",
  "Theo",
  "Uma",
  "Vito",
  "Wren",
  "Xena",
  "Yara",
  "Zeno",
] as const
const TEAMS = ["Sales", "Support", "Billing"] as const

const agentsOf = (count: number): ReadonlyArray<Agent> =>
  Array.from({ length: count }, (_, index) => ({
    agentid: 700_101 + index,
    name: `${NAMES[index % NAMES.length] ?? "Ada"} ${String(index + 1).padStart(2, "0")}`,
    team: worksNights(index) ? "Night desk" : (TEAMS[index % 3] ?? "Sales"),
  }))

const matches = (row: Row, query: Query): boolean =>
  row.uts >= (query.tstart ?? 0) &&
  row.uts <= (query.tstop ?? Number.POSITIVE_INFINITY) &&
  (query.agents === undefined || query.agents.has(row.agent)) &&
  (query.uidLow === undefined || row.uid >= query.uidLow) &&
  (query.uidHigh === undefined || row.uid <= query.uidHigh)

const finish = (
  agents: ReadonlyArray<Agent>,
  clock: () => number,
  select: (query: Query) => Iterable<Row>,
): Centre => ({
  agents,
  select,
  rows: (tstart, tstop) => select({ tstart, tstop, recordedBy: clock() }),
  count: (query) => {
    let count = 0
    for (const _ of select(query)) count++
    return count
  },
})

/** A centre with exactly these rows, delivered in this order; a row exists from its `uts` on. */
export const fixedCentre = (rows: ReadonlyArray<Row>, agents: ReadonlyArray<Agent>, clock: () => number): Centre =>
  finish(agents, clock, function* (query) {
    for (const row of rows) if (row.uts <= query.recordedBy && matches(row, query)) yield row
  })

/** Where calls end, a few are passed on: the next agent's call then bears the same id. */
const transfer = (seed: number, day: number, changes: ReadonlyArray<ReadonlyArray<Change>>): void => {
  const endings: Array<{ readonly at: number; readonly agent: number; readonly callid: number }> = []
  for (const shift of changes)
    for (let i = 1; i < shift.length; i++) {
      const before = shift[i - 1]
      const change = shift[i]
      if (before !== undefined && change !== undefined && before.callid !== 0 && change.callid !== before.callid)
        endings.push({ at: change.uts, agent: before.agent, callid: before.callid })
    }
  endings.sort((a, b) => a.at - b.at || a.agent - b.agent)
  for (const shift of changes)
    for (let i = 0; i < shift.length; i++) {
      const own = shift[i]
      if (own === undefined || own.callid === 0 || mix(seed, own.agent, day, i, 6) % 100 !== 0) continue
      let low = 0
      let high = endings.length
      while (low < high) {
        const middle = (low + high) >> 1
        if ((endings[middle]?.at ?? 0) < own.uts - 10) low = middle + 1
        else high = middle
      }
      const from = endings[low]
      if (from === undefined || from.agent === own.agent || from.at > own.uts + 5) continue
      const old = own.callid
      for (let j = i; shift[j]?.callid === old; j++) {
        const part = shift[j]
        if (part !== undefined) part.callid = from.callid
      }
    }
}

/** An invented centre, the same for the same seed; it has the given number of days before the one `clock` is in. */
export const inventedCentre = (
  seed: number,
  who: number | ReadonlyArray<Agent>,
  days: number,
  clock: () => number,
): Centre => {
  const count = typeof who === "number" ? who : who.length
  if (!Number.isInteger(count) || count < 0 || count > MOST_AGENTS)
    throw new RangeError(`agents must be a whole number from 0 to ${MOST_AGENTS}, got ${count}`)
  const agents = typeof who === "number" ? agentsOf(who) : who
  const firstDay = Math.floor(clock() / DAY) - days

  let started: ReadonlyArray<{ readonly day: number; readonly changes: ReadonlyArray<ReadonlyArray<Change>> }> = []
  const startedOn = (day: number): ReadonlyArray<ReadonlyArray<Change>> => {
    const known = started.find((entry) => entry.day === day)
    if (known !== undefined) return known.changes
    const changes = agents.map((agent, index) => changesOf(seed, index, agent.agentid, day))
    transfer(seed, day, changes)
    started = [...started.slice(-1), { day, changes }]
    return changes
  }

  const make = (day: number): ReadonlyArray<Recorded> => {
    const changes: Array<Change> = []
    for (const shifts of [startedOn(day - 1), startedOn(day)])
      for (const shift of shifts)
        for (const change of shift) if (Math.floor(change.recorded / DAY) === day) changes.push(change)
    // The sort is stable, so changes of one agent recorded in one second keep their order.
    changes.sort((a, b) => a.recorded - b.recorded || a.agent - b.agent)
    const first = FIRST_UID + BigInt(day) * UIDS_A_DAY
    const rows: Array<Recorded> = []
    for (const [rank, { recorded, uts, agent, status, subcode, callid }] of changes.entries()) {
      const row = { uid: first + BigInt(rank), uts, agent, status, subcode, callid: BigInt(callid) }
      rows.push({ recorded, row })
      if (mix(seed, day, rank, 5) % 2000 === 0) rows.push({ recorded, row })
    }
    return rows
  }

  const cache = new Map<number, ReadonlyArray<Recorded>>()
  let kept = 0
  const recordedOn = (day: number): ReadonlyArray<Recorded> => {
    const known = cache.get(day)
    if (known !== undefined) return known
    const rows = make(day)
    cache.set(day, rows)
    kept += rows.length
    for (const [oldest, old] of cache) {
      if (kept <= KEPT || oldest === day) break
      cache.delete(oldest)
      kept -= old.length
    }
    return rows
  }

  const dayOfUid = (uid: bigint): number => Number((uid - FIRST_UID) / UIDS_A_DAY)

  return finish(agents, clock, function* (query) {
    const now = query.recordedBy
    const from = Math.max(firstDay, Math.floor((query.tstart ?? 0) / DAY), dayOfUid(query.uidLow ?? FIRST_UID))
    const to = Math.min(
      Math.floor(now / DAY),
      Math.floor(((query.tstop ?? now) + LATEST) / DAY),
      query.uidHigh === undefined ? Number.POSITIVE_INFINITY : query.uidHigh < FIRST_UID ? -1 : dayOfUid(query.uidHigh),
    )
    // No row is recorded before it happens, and none later than `LATEST` after.
    const last = Math.min(now, (query.tstop ?? now) + LATEST)
    for (let day = from; day <= to; day++) {
      const rows = recordedOn(day)
      for (let rank = recordedFrom(rows, query.tstart ?? 0); rank < rows.length; rank++) {
        const { recorded, row } = rows[rank] ?? { recorded: Number.POSITIVE_INFINITY, row: undefined }
        if (row === undefined || recorded > last) break
        if (matches(row, query)) yield row
      }
    }
  })
}

/** A centre whose rows all happen earlier by so many seconds; its own clock has to be as much ahead. */
export const earlier = ({ agents, select }: Centre, seconds: number, clock: () => number): Centre =>
  finish(agents, clock, function* ({ tstart, tstop, ...query }) {
    const asked = {
      ...query,
      ...(tstart === undefined ? {} : { tstart: tstart + seconds }),
      ...(tstop === undefined ? {} : { tstop: tstop + seconds }),
      recordedBy: query.recordedBy + seconds,
    }
    for (const row of select(asked)) yield { ...row, uts: row.uts - seconds }
  })
