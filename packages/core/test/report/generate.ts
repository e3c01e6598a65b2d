// Logs and questions in which everything awkward is frequent: events of one second, events at both ends of the window
// and at `now`, rows delivered twice or corrected, uids against the order of time, events of the future, calls that agents
// share, statuses nobody knows, intervals that are stale.
import * as fc from "effect/FastCheck"
import * as Category from "../../src/Category.ts"
import type { AgentDirectory } from "../../src/contactnow/AgentDirectory.ts"
import * as Report from "../../src/report/Report.ts"
import { type StatusEvent, maxId } from "../../src/events/StatusEvent.ts"
import type { Asked } from "./oracle.ts"

/** Where the small logs lie; not on a whole minute. */
export const origin = 1_700_000_003

/** Windows begin and end here, `now` is here, and half of all events happen here or a second off. */
const landmarks = [0, 20, 100, 101, 200, 260, 300, 420] as const

const landmark = fc.constantFrom(...landmarks)

const instant = fc.oneof(
  { weight: 2, arbitrary: landmark },
  { weight: 1, arbitrary: fc.tuple(landmark, fc.constantFrom(-1, 1)).map(([at, off]) => at + off) },
  { weight: 3, arbitrary: fc.integer({ min: -130, max: 470 }) },
)

const uid = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt({ min: 0n, max: 2000n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 12n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: maxId - 40n, max: maxId }) },
)

const status = fc.constantFrom(
  "available",
  "available",
  "ready",
  "call",
  "call",
  "hold",
  "wrap",
  "idle",
  "offline",
  "offline",
  "offline",
  "logout",
  "coaching",
  "training",
)

const agent = fc.integer({ min: 1, max: 6 })
const callid = fc.constantFrom(0n, 0n, 1n, 2n, 3n, 4n, maxId)
const subcode = fc.constantFrom("", "", "tea", "Tea ")

const event = fc.record({ uid, uts: instant, agent, status, subcode, callid })

const correctable = ["uts", "agent", "status", "subcode", "callid"] as const

/** A row is a new one, or one before it again: as it was, or corrected in one field. */
const row = fc.record({
  event,
  of: fc.nat(1000),
  is: fc.oneof(
    { weight: 8, arbitrary: fc.constant("new" as const) },
    { weight: 1, arbitrary: fc.constant("again" as const) },
    { weight: 1, arbitrary: fc.constantFrom(...correctable) },
  ),
})

/** Rows in the order of delivery, in seconds since `start`. */
const delivered = (start: number, isCorrecting: boolean, minLength: number): fc.Arbitrary<ReadonlyArray<StatusEvent>> =>
  fc.array(row, { minLength, maxLength: 40, size: "max" }).map((rows) => {
    const made: Array<StatusEvent> = []
    const uids = new Set<bigint>()
    for (const { event: fresh, is, of } of rows) {
      const placed = { ...fresh, uts: start + fresh.uts }
      const earlier = made[of % Math.max(1, made.length)]
      if (is === "again" && earlier !== undefined) made.push(earlier)
      else if (is !== "new" && is !== "again" && earlier !== undefined && isCorrecting) {
        made.push({ ...earlier, [is]: placed[is] })
      } else if (isCorrecting || !uids.has(fresh.uid)) made.push(placed)
      uids.add(fresh.uid)
    }
    return made
  })

/** Logs with everything in them. */
export const rows = delivered(origin, true, 0)

/** Logs in which no uid has two contents, so that the order of delivery is without meaning. */
export const rowsWithoutConflicts = delivered(origin, false, 0)

/** The same from another second on, with something in it. */
export const rowsFrom = (start: number, scale: number) =>
  delivered(0, true, 5).map((made) => made.map((each) => ({ ...each, uts: start + each.uts * scale })))

const tables: ReadonlyArray<Category.Table> = [
  Category.defaults,
  new Map([...Category.defaults, ["coaching", "idle"], ["hold", "other"]]),
  new Map([...Category.defaults, ["training", "offline"], ["wrap", "available"]]),
]

const directory: AgentDirectory = new Map([
  [1, { name: "Ada", team: "Sales" }],
  [2, { name: null, team: "Sales" }],
  [3, { name: "Grace", team: "Care" }],
  [4, { name: "Edsger", team: null }],
])

/** Every other stretch between instants, within bounds. */
const spansBetween = (instants: ReadonlyArray<number>, least: number, most: number) => {
  const ordered = instants.toSorted((one, other) => one - other)
  return ordered
    .flatMap((from, index) => (index % 2 === 0 ? [{ from, to: ordered[index + 1] ?? most }] : []))
    .map(({ from, to }) => ({ from: origin + Math.max(from, least), to: origin + Math.min(to, most) }))
    .filter(({ from, to }) => from < to)
}

/** Questions about the small logs. */
export const question: fc.Arbitrary<Asked> = fc
  .record({
    ends: fc.tuple(landmark, landmark),
    now: fc.oneof(landmark, fc.constant(5000), fc.integer({ min: -30, max: 450 })),
    zone: fc.constantFrom("UTC", "Asia/Kolkata", "Europe/London"),
    categories: fc.constantFrom(...tables),
    staleAfter: fc.constantFrom(50, 50, 1, 120, 57_600),
    capStale: fc.boolean(),
    agents: fc.option(fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 5 }), { freq: 4 }),
    gaps: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.uniqueArray(landmark, { maxLength: 4 })),
  })
  .map(({ agents, ends: [one, other], gaps, now, ...rest }) => ({
    ...rest,
    uncovered: spansBetween(gaps, Math.min(one, other), Math.max(one, other)),
    from: origin + Math.min(one, other),
    to: origin + Math.max(one, other),
    now: origin + now,
    directory,
    ...(agents === null ? {} : { agents }),
  }))

export const asQuestion = (asked: Asked): Report.Question => ({
  window: { from: asked.from, to: asked.to },
  now: asked.now,
  zone: { name: asked.zone },
  categories: asked.categories,
  directory: asked.directory,
  staleAfterSeconds: asked.staleAfter,
  capStale: asked.capStale,
  uncovered: asked.uncovered ?? [],
  ...(asked.agents === undefined ? {} : { agents: asked.agents }),
})

/** Instants at which the clocks of a zone change; in Apia a whole day is missing. */
export const clockChanges: ReadonlyArray<{ readonly zone: string; readonly at: string }> = [
  { zone: "Europe/London", at: "2025-03-30T01:00:00Z" },
  { zone: "Europe/London", at: "2025-10-26T01:00:00Z" },
  { zone: "America/New_York", at: "2025-03-09T07:00:00Z" },
  { zone: "America/New_York", at: "2025-11-02T06:00:00Z" },
  { zone: "Australia/Lord_Howe", at: "2025-04-05T15:00:00Z" },
  { zone: "Australia/Lord_Howe", at: "2025-10-04T15:30:00Z" },
  { zone: "Asia/Kolkata", at: "2025-03-31T18:30:00Z" },
  { zone: "America/Sao_Paulo", at: "2017-10-15T03:00:00Z" },
  { zone: "Pacific/Apia", at: "2011-12-30T10:00:00Z" },
]

/** A plain question of one zone: everything known at its end, nothing cut. */
export const plainly = (zone: string, from: number, to: number): Asked => ({
  from,
  to,
  now: to,
  zone,
  categories: Category.defaults,
  directory,
  staleAfter: Report.defaultStaleAfterSeconds,
  capStale: false,
})
