import { describe, expect, it } from "vitest"
import { make, type Row } from "../src/index.ts"

const DAY = 86_400
/** A Thursday, 12:00 UTC. */
const NOON = 20_000 * DAY + 3 * DAY + DAY / 2

const at = (uts: number) => ({ clock: () => uts })
const all = (rows: Iterable<Row>): Array<Row> => [...rows]
const keyOf = (row: Row): string => Object.values(row).map(String).join("|")

const month = all(make(at(NOON)).centre.rows(0, NOON))

/** What happened, agent by agent and in order, without the rows delivered twice. */
const histories = (rows: ReadonlyArray<Row>): ReadonlyArray<ReadonlyArray<Row>> => {
  const once = [...new Map(rows.map((row) => [row.uid, row])).values()]
  return [...Map.groupBy(once, ({ agent }) => agent).values()].map((own) => own.toSorted((a, b) => a.uts - b.uts))
}

/** Of each agent, in order. */
const ownHistories = histories(month)

describe("the centre", () => {
  it("gives the same rows for the same seed and other rows for another", () => {
    expect(all(make(at(NOON)).centre.rows(0, NOON)).map(keyOf)).toEqual(month.map(keyOf))
    expect(all(make({ ...at(NOON), seed: 9 }).centre.rows(0, NOON)).map(keyOf)).not.toEqual(month.map(keyOf))
  })

  it("makes any day alone as it makes it among others", () => {
    for (const back of [1, 7, 20]) {
      const from = (Math.floor(NOON / DAY) - back) * DAY
      const alone = all(make(at(NOON)).centre.rows(from, from + DAY - 1))
      expect(alone.length).toBeGreaterThan(500)
      expect(alone.map(keyOf)).toEqual(month.filter(({ uts }) => uts >= from && uts < from + DAY).map(keyOf))
    }
  })

  it("keeps uids of a day when it has fewer days", () => {
    const few = all(make({ ...at(NOON), days: 2 }).centre.rows(0, NOON))
    expect(few.map(keyOf)).toEqual(month.slice(-few.length).map(keyOf))
  })
})

describe("a centre that grows with the clock", () => {
  it("only ever adds rows, with higher uids, none of them from the future", () => {
    let now = NOON
    const { centre } = make({ clock: () => now, days: 1 })
    let before = all(centre.rows(0, now + DAY))
    let late = 0
    for (let step = 0; step < 48; step++) {
      const was = now
      now += 1800
      const after = all(centre.rows(0, now + DAY))
      expect(after.slice(0, before.length)).toEqual(before)
      const last = before.at(-1)?.uid ?? 0n
      for (const row of after.slice(before.length)) {
        expect(row.uid).toBeGreaterThan(last)
        expect(row.uts).toBeLessThanOrEqual(now)
        if (row.uts <= was) late++
      }
      before = after
    }
    expect(late).toBeGreaterThan(0)
  })

  it("has as many days as asked for", () => {
    const first = Math.floor(NOON / DAY) - 3
    const rows = all(make({ ...at(NOON), days: 3 }).centre.rows(0, NOON))
    expect(Math.min(...rows.map(({ uts }) => Math.floor(uts / DAY)))).toBe(first)
    expect(new Set(rows.map(({ uts }) => Math.floor(uts / DAY))).size).toBe(4)
  })
})

describe("a query", () => {
  it("has the day of another hour where it is ahead of the clock", () => {
    const clock = () => NOON
    const plain = make({ agents: 6, days: 2, clock: () => NOON + 7200 }).centre
    const ahead = make({ agents: 6, days: 2, clock, aheadSeconds: 7200 }).centre
    const moved = [...plain.rows(NOON - DAY, NOON + 7200)].map((row) => ({ ...row, uts: row.uts - 7200 }))
    expect(moved.length).toBeGreaterThan(100)
    expect([...ahead.rows(NOON - DAY - 7200, NOON)]).toStrictEqual(moved)
    expect(ahead.count({ tstart: NOON - 600, tstop: NOON, recordedBy: NOON })).toBe(
      moved.filter(({ uts }) => uts >= NOON - 600).length,
    )
  })

  it("finds the rows of its bounds, those recorded late among them", () => {
    const { centre } = make(at(NOON))
    for (const start of [NOON - DAY - 43_000, NOON - 43_300, NOON - 40_000, NOON - 900, NOON])
      for (const seconds of [0, 20, 900, 7200, 100_000])
        for (const ago of [0, 300, 5000]) {
          const query = { tstart: start, tstop: start + seconds, recordedBy: NOON - ago }
          const isThere = all(centre.select({ recordedBy: query.recordedBy })).filter(
            ({ uts }) => uts >= start && uts <= start + seconds,
          )
          expect(all(centre.select(query)).map(keyOf)).toEqual(isThere.map(keyOf))
        }
  })
})

describe("a believable log", () => {
  it("numbers rows by the day and rank they were recorded in", () => {
    expect(month.filter(({ uid }, index) => uid < (month[index - 1]?.uid ?? 0n))).toEqual([])
    const { uid, uts } = month[0] ?? { uid: 0n, uts: 0 }
    expect((uid - 10_000_000_000n) / 2_000_000n).toBe(BigInt(Math.floor(uts / DAY)))
    expect(uid % 2_000_000n).toBe(0n)
  })

  it("has 150 to 250 rows in an ordinary shift", () => {
    // Shifts are told apart by a pause of five hours.
    const sizes = ownHistories.flatMap((own) => {
      const found: Array<number> = []
      let size = 0
      let last = 0
      for (const { uts } of own) {
        if (uts - last > 5 * 3600 && size > 0) found.push(size)
        if (uts - last > 5 * 3600) size = 0
        size++
        last = uts
      }
      return found
    })
    expect(sizes.length).toBeGreaterThan(300)
    const ordinary = sizes.filter((size) => size >= 150 && size <= 275).length
    expect(ordinary / sizes.length).toBeGreaterThan(0.9)
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length
    expect(mean).toBeGreaterThan(150)
    expect(mean).toBeLessThan(250)
  })

  it("moves between statuses as work does", () => {
    let odd = 0
    let moves = 0
    for (const own of ownHistories)
      for (let i = 1; i < own.length; i++) {
        const from = own[i - 1]
        const to = own[i]
        // Two changes in one second may stand either way round.
        if (from === undefined || to === undefined || from.uts === to.uts) continue
        moves++
        if (to.status === "wrap" && from.status !== "call") odd++
        if (to.status === "call" && !["available", "ringing", "hold"].includes(from.status)) odd++
        if (from.status === "offline" && to.status !== "idle") odd++
      }
    expect(moves).toBeGreaterThan(100_000)
    expect(odd / moves).toBeLessThan(0.005)
  })

  it("has a call id on rows of a call and nowhere else", () => {
    const withCall = new Set(["call", "hold", "ringing"])
    expect(month.filter(({ status, callid }) => (callid !== 0n) !== withCall.has(status))).toEqual([])
  })

  it("has wraps with codes, unknown words, transfers, weekends, nights", () => {
    const words = new Set(month.map(({ status }) => status))
    for (const word of [
      "available",
      "call",
      "wrap",
      "break",
      "lunch",
      "idle",
      "hold",
      "ringing",
      "offline",
      "coaching",
    ])
      expect(words).toContain(word)
    expect(month.some(({ status, subcode }) => status === "wrap" && subcode !== "")).toBe(true)

    const calls = [
      ...Map.groupBy(
        month.filter(({ callid }) => callid !== 0n),
        ({ callid }) => callid,
      ).values(),
    ]
    const shared = calls.filter((own) => new Set(own.map(({ agent }) => agent)).size === 2).length
    expect(shared).toBeGreaterThan(0)
    expect(shared / calls.length).toBeLessThan(0.02)

    const countOf = (weekday: number): number =>
      month.filter(({ uts }) => Math.floor(uts / DAY + 4) % 7 === weekday).length
    expect(countOf(0)).toBeLessThan(countOf(2) * 0.7)

    const { agents } = make(at(NOON)).centre
    const nights = new Set(agents.filter(({ team }) => team === "Night desk").map(({ agentid }) => agentid))
    const small = month.filter(({ uts }) => uts % DAY > 2 * 3600 && uts % DAY < 4 * 3600)
    expect(small.length).toBeGreaterThan(100)
    expect(small.every(({ agent }) => nights.has(agent))).toBe(true)
  })

  it("has a few rows twice, late, in one second, and logouts forgotten", () => {
    const twice = month.length - new Set(month.map(({ uid }) => uid)).size
    expect(month.length / twice).toBeGreaterThan(1000)
    expect(month.length / twice).toBeLessThan(4000)

    let newest = 0
    let late = 0
    for (const { uts } of month) {
      if (uts < newest - 50) late++
      newest = Math.max(newest, uts)
    }
    expect(month.length / late).toBeGreaterThan(200)
    expect(month.length / late).toBeLessThan(450)

    let same = 0
    let forgotten = 0
    let logouts = 0
    for (const own of ownHistories)
      for (let i = 1; i < own.length; i++) {
        const from = own[i - 1]
        const to = own[i]
        if (from === undefined || to === undefined) continue
        if (from.uts === to.uts) same++
        if (to.status === "offline") logouts++
        if (to.status === "offline" && to.uts - from.uts > 5 * 3600) forgotten++
      }
    expect(month.length / same).toBeGreaterThan(300)
    expect(month.length / same).toBeLessThan(900)
    expect(logouts / forgotten).toBeGreaterThan(15)
    expect(logouts / forgotten).toBeLessThan(100)
  })

  it("has some 100,000 rows in 28 days, whatever the seed", () => {
    const rows = all(make({ ...at(NOON), days: 28, seed: 77 }).centre.rows(0, NOON))
    expect(rows.length).toBeGreaterThan(90_000)
    expect(rows.length).toBeLessThan(130_000)
  })

  it("has no more agents than there are uids for", () => {
    expect(() => make({ agents: 6001 })).toThrow(RangeError)
  })
})
