import { runs } from "@dwell/testing/effort"
import * as Either from "effect/Either"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Alert from "../../src/live/Alert.ts"
import * as Category from "../../src/Category.ts"
import type { CurrentStatus } from "../../src/interval/Snapshot.ts"

describe("a threshold", () => {
  it("is written as it is read", () => {
    const any = fc.record({
      name: fc.constantFrom("wrap", "on break", "a>b"),
      seconds: fc.oneof(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
    })
    fc.assert(
      fc.property(any, (given) => {
        expect(Either.getOrThrow(Alert.parse(Alert.text(given)))).toEqual(given)
      }),
    )
    expect(
      ["offline>3600s", "wrap>90s", "idle>60m"].map((text) => Alert.text(Either.getOrThrow(Alert.parse(text)))),
    ).toEqual(["offline>1h", "wrap>1m30s", "idle>1h"])
  })

  it.each([
    ["wrap>3m", "wrap", 180],
    ["available>1h30m", "available", 5400],
    [" On Break > 1d2h3m4s ", "on break", 93_784],
    ["afterCall>90s", "aftercall", 90],
    ["a>b>10s", "a>b", 10],
  ])("is read from %s", (text, name, seconds) => {
    expect(Either.getOrThrow(Alert.parse(text))).toEqual({ name, seconds })
  })

  it.each([
    ["wrap", "it has no >"],
    [">3m", "it names no status before the >"],
    ["wrap>", '"" is not a length of time'],
    ["wrap>0m", '"0m" is not a length of time'],
    ["wrap>3", '"3" is not a length of time'],
    ["wrap>3m1h", '"3m1h" is not a length of time'],
    ["wrap>-3m", '"-3m" is not a length of time'],
    ["wrap>1.5h", '"1.5h" is not a length of time'],
    ["wrap>99999999999999999999d", '"99999999999999999999d" is not a length of time'],
  ])("that can't be used is refused by name, as %s is", (text, issue) => {
    const { message } = Either.getOrThrow(Either.flip(Alert.parse(text)))
    expect(message).toBe(
      `alert ${JSON.stringify(text)}: ${issue}. ` +
        "Give a status or a category and a length of time, such as wrap>3m or available>1h30m.",
    )
  })
})

const standing = (agent: number, status: string, visitSince: number): CurrentStatus => ({
  agent,
  status,
  subcode: "",
  callid: 0n,
  uid: 1n,
  since: visitSince + 5,
  visitSince,
  isVisitWhole: true,
  until: null,
})

const threshold = fc.record({
  name: fc.constantFrom("wrap", "idle", "lunch", "aftercall", "handling", "other", "unheard"),
  seconds: fc.integer({ min: 1, max: 60 }),
})
const status = fc.constantFrom("wrap", "idle", "lunch", "call", "coaching", "offline")
const standings = fc
  .array(fc.record({ status, since: fc.nat(60) }), { maxLength: 6 })
  .map((all) => all.map((each, agent) => standing(agent, each.status, each.since)))
const thresholds = fc.array(threshold, { maxLength: 4 })

describe("breaches", () => {
  it("are told once each, at the second after the threshold, to a watch that wakes when the next can happen", () => {
    fc.assert(
      fc.property(thresholds, standings, (wanted, who) => {
        const told = new Map<string, number>()
        let before: ReadonlyArray<Alert.Breach> = []
        for (let now: number | null = 0; now !== null;) {
          const watch: Alert.Watch = Alert.breaches(wanted, who, now)
          for (const breach of Alert.fresh(before, watch.breaches)) {
            expect(told.has(breach.key)).toBe(false)
            told.set(breach.key, now)
          }
          before = watch.breaches
          expect(watch.nextAt ?? now + 1).toBeGreaterThan(now)
          now = watch.nextAt
        }
        const expected = wanted.flatMap(({ name, seconds }) =>
          who
            .filter((each) => [each.status, Category.of(Category.defaults, each.status).toLowerCase()].includes(name))
            .map(
              ({ agent, visitSince }) =>
                [`${name}>${seconds} ${agent} ${visitSince}`, visitSince + seconds + 1] as const,
            ),
        )
        expect(told).toEqual(new Map(expected))
      }),
      { numRuns: runs(50), seed: 2 },
    )
  })

  it("follow the table of categories", () => {
    const table = new Map([...Category.defaults, ["coaching", "idle" as const]])
    const who = [standing(1, "coaching", 0)]
    expect(Alert.breaches([{ name: "idle", seconds: 10 }], who, 11).breaches).toEqual([])
    expect(Alert.breaches([{ name: "idle", seconds: 10 }], who, 10, table)).toEqual({ breaches: [], nextAt: 11 })
    expect(Alert.breaches([{ name: "idle", seconds: 10 }], who, 11, table).breaches).toMatchObject([{ at: 11 }])
  })

  it("of another visit of the same agent are told again", () => {
    const wanted = [{ name: "wrap", seconds: 10 }]
    const first = Alert.breaches(wanted, [standing(1, "wrap", 0)], 20).breaches
    const second = Alert.breaches(wanted, [standing(1, "wrap", 30)], 50).breaches
    expect(Alert.fresh(first, second)).toEqual(second)
    expect(Alert.fresh(first, first)).toEqual([])
  })
})
