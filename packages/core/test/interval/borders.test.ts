// What counts at the borders: of the edges of buckets and steps, of the window, of groups of agents.
import { describe, expect, it } from "vitest"
import * as EventBatch from "../../src/events/EventBatch.ts"
import * as Bucket from "../../src/interval/Bucket.ts"
import * as Interval from "../../src/interval/Interval.ts"
import * as Session from "../../src/interval/Session.ts"
import * as Staffing from "../../src/interval/Staffing.ts"
import * as Statistics from "../../src/interval/Statistics.ts"
import * as EventLog from "../../src/log/EventLog.ts"

/** A log of agents' changes of status. */
const logOf = (changes: ReadonlyArray<readonly [agent: number, uts: number, status: string]>): EventLog.EventLog =>
  EventLog.fromBatches([
    EventBatch.fromEvents(
      changes.map(([agent, uts, status], index) => ({
        uid: BigInt(index + 1),
        uts,
        agent,
        status,
        subcode: "",
        callid: 0n,
      })),
    ),
  ])

const optionsOf = (log: EventLog.EventLog, given: Partial<Interval.Options> = {}): Interval.Options => ({
  window: { from: 0, to: 400 },
  now: 400,
  isOffline: log.statuses.map((status) => status === "offline"),
  staleAfter: 1000,
  capStale: false,
  ...given,
})

describe("edges within the window", () => {
  const log = logOf([
    [1, 0, "idle"],
    [1, 150, "call"],
    [1, 200, "wrap"],
    [1, 250, "offline"],
  ])
  const edges = Float64Array.of(150, 180, 250)

  it("leave out of the buckets what is before the first and after the last", () => {
    const { agent, bucket, length, seconds, status } = Bucket.of(log, optionsOf(log), edges)
    const rows = Array.from({ length }, (_, row) => [
      bucket[row],
      agent[row],
      log.statuses[status[row] ?? -1],
      seconds[row],
    ])
    expect(rows).toEqual([
      [0, 0, "call", 30],
      [1, 0, "call", 20],
      [1, 0, "wrap", 50],
    ])
  })

  it("leave out of the staffing curve the statuses that have no time between them", () => {
    const steps = Staffing.of(log, optionsOf(log), edges).map(({ status, ...step }) => ({
      ...step,
      status: log.statuses[status],
    }))
    expect(steps).toEqual([
      { step: 0, status: "call", average: 1, min: 1, max: 1 },
      { step: 0, status: "wrap", average: 0, min: 0, max: 0 },
      { step: 1, status: "call", average: 2 / 7, min: 0, max: 1 },
      { step: 1, status: "wrap", average: 5 / 7, min: 0, max: 1 },
    ])
  })
})

describe("statistics", () => {
  const log = logOf([
    [1, 100, "call"],
    [1, 150, "idle"],
    [1, 200, "call"],
    [1, 230, "idle"],
    [2, 0, "idle"],
    [2, 300, "call"],
    [3, 390, "call"],
  ])
  const sumsOf = () => Statistics.of(log, optionsOf(log))

  /** The figures of a group, by status. */
  const groupOf = (
    { entries, isPresent, longest, seconds, statuses, untracked, visits }: Statistics.Statistics,
    group: number,
  ) => ({
    untracked: untracked[group],
    ...Object.fromEntries(
      log.statuses.map((name, status) => {
        const cell = group * statuses + status
        return [name, [isPresent[cell], seconds[cell], entries[cell], visits[cell], longest[cell]]]
      }),
    ),
  })

  it("of a log have a group for each agent", () => {
    expect([0, 1, 2].map((group) => groupOf(sumsOf(), group))).toEqual([
      { untracked: 100, call: [1, 80, 2, 2, 50], idle: [1, 220, 2, 2, 170] },
      { untracked: 0, call: [1, 100, 1, 1, 100], idle: [1, 300, 1, 1, 300] },
      { untracked: 390, call: [1, 10, 1, 1, 10], idle: [0, 0, 0, 0, 0] },
    ])
  })

  it("of groups add up in any group of others", () => {
    const sums = sumsOf()
    const teams = Statistics.empty(2, log.statuses.length)
    Statistics.merge(teams, 0, sums, 1)
    Statistics.merge(teams, 1, sums, 2)
    Statistics.merge(teams, 0, sums, 0)
    expect(groupOf(teams, 0)).toEqual({ untracked: 100, call: [1, 180, 3, 3, 100], idle: [1, 520, 3, 3, 300] })
    expect(groupOf(teams, 1)).toEqual(groupOf(sums, 2))
  })
})

it("nothing is known of a window before 1970, whatever happened since", () => {
  const log = logOf([[1, 100, "idle"]])
  const tracks: Array<ReadonlyArray<number | undefined>> = []
  Interval.each(log, optionsOf(log, { window: { from: -100, to: 0 } }), ({ end, event, length, start }) => {
    for (let row = 0; row < length; row++) tracks.push([event[row], start[row], end[row]])
  })
  expect(tracks).toEqual([[Interval.untracked, -100, 0]])
})

describe("a session at the beginning of the window", () => {
  /** Whether the first session began before the window, which begins at 1000. */
  const beganBefore = (
    changes: ReadonlyArray<readonly [uts: number, status: string]>,
    given: Partial<Interval.Options> = {},
  ): boolean | undefined => {
    const log = logOf(changes.map(([uts, status]) => [1, uts, status]))
    const options = optionsOf(log, { window: { from: 1000, to: 2000 }, now: 2000, staleAfter: 300, ...given })
    let before: boolean | undefined
    Interval.each(log, options, (track, _, rows) => {
      before = Session.of(track, rows, options)[0]?.before
    })
    return before
  }

  it("began before it if the agent was logged in up to then", () => {
    expect(beganBefore([[900, "idle"]])).toBe(true)
    expect(
      beganBefore([
        [900, "idle"],
        [1000, "call"],
      ]),
    ).toBe(true)
    expect(
      beganBefore([
        [900, "idle"],
        [1000, "offline"],
        [1000, "call"],
      ]),
    ).toBe(true)
  })

  it("began with it if the agent was offline, or unknown, up to then", () => {
    expect(beganBefore([[1000, "idle"]])).toBe(false)
    expect(
      beganBefore([
        [900, "offline"],
        [1000, "call"],
      ]),
    ).toBe(false)
  })

  it("began with it if the status before it was cut since it was stale", () => {
    const since = (uts: number, capStale: boolean) =>
      beganBefore(
        [
          [uts, "idle"],
          [1000, "call"],
        ],
        { capStale },
      )
    expect(since(699, true)).toBe(false)
    expect(since(700, true)).toBe(true)
    expect(since(699, false)).toBe(true)
    expect(beganBefore([[100, "idle"]])).toBe(true)
  })
})
