import { DatabaseSync } from "node:sqlite"
import * as zlib from "node:zlib"
import { runs } from "@dwell/testing/effort"
import * as Effect from "effect/Effect"
import * as fc from "effect/FastCheck"
import * as Layer from "effect/Layer"
import { describe, expect, it } from "vitest"
import * as EventBatch from "../../src/events/EventBatch.ts"
import * as StoredWindow from "../../src/store/StoredWindow.ts"
import type { EventLog } from "../../src/log/EventLog.ts"
import * as Report from "../../src/report/Report.ts"
import type { StatusEvent } from "../../src/events/StatusEvent.ts"
import { EventStore, layerMemory } from "../../src/store/EventStore.ts"
import * as Coverage from "../../src/store/Coverage.ts"
import * as nodeDriver from "../../src/store/drivers/nodeDriver.ts"
import * as sqlite from "../../src/store/sqlite/sqlite.ts"
import type { StoreError } from "../../src/store/StoreError.ts"
import type { Window } from "../../src/time/Window.ts"
import { eventsOf, logOf } from "../logs.ts"

/** All times are a quarter of an hour apart. */
const cell = 900
const cells = 240
const start = 1_699_920_000
const at = (index: number): number => start + index * cell
const present = at(cells)

const instant = fc.nat(cells).map(at)
const span = fc.tuple(instant, instant).map(([one, other]) => ({
  from: Math.min(one, other),
  to: Math.max(one, other),
}))
const event: fc.Arbitrary<Omit<StatusEvent, "uid">> = fc.record({
  uts: instant.map((time) => time + 1),
  agent: fc.constantFrom(1, 2, 3),
  status: fc.constantFrom("available", "call", "offline"),
  subcode: fc.constant(""),
  callid: fc.constant(0n),
})
const events = fc
  .array(event, { maxLength: 40 })
  .map((all): ReadonlyArray<StatusEvent> => all.map((each, index) => ({ ...each, uid: BigInt(index + 1) })))
const agents = fc.option(fc.uniqueArray(fc.constantFrom(1, 2, 3, 9), { minLength: 1 }), { nil: undefined })
/** What is covered was read so late that nothing of it is unsettled, or at its end. */
const covered = fc.array(
  fc.tuple(span, fc.boolean()).map(([each, isSettled]): Coverage.Span => ({
    ...each,
    asOf: each.to + (isSettled ? Coverage.lateArrivalSeconds : 0),
  })),
  { maxLength: 5 },
)

const layers = {
  "in memory": layerMemory,
  "in SQLite": Layer.orDie(
    Layer.suspend(() =>
      sqlite.layer({ driver: nodeDriver.make(new DatabaseSync(":memory:"), zlib), name: "memory", account: "test" }),
    ),
  ),
}

/** Asks a new store that has events and says that spans are covered. */
const asked = <A>(
  layer: Layer.Layer<EventStore>,
  rows: ReadonlyArray<StatusEvent>,
  spans: ReadonlyArray<Coverage.Span>,
  question: Effect.Effect<A, StoreError, EventStore>,
): Promise<A> =>
  Effect.gen(function* () {
    const store = yield* EventStore
    yield* store.append([EventBatch.fromEvents(rows)])
    for (const each of spans) yield* store.append([], { span: each })
    return yield* question
  }).pipe(Effect.provide(Layer.fresh(layer)), Effect.runPromise)

const isCovered = (spans: ReadonlyArray<Window>, time: number): boolean =>
  spans.some(({ from, to }) => time >= from && time < to)

/** The cells of a window. */
const cellsOf = ({ from, to }: Window): ReadonlyArray<number> =>
  Array.from({ length: Math.ceil((to - from) / cell) }, (_, index) => from + index * cell)

const uidsOf = (log: EventLog) => new Set(eventsOf(log).map(({ uid }) => uid))

const isLater = (one: StatusEvent, other: StatusEvent): boolean =>
  one.uts > other.uts || (one.uts === other.uts && one.uid > other.uid)

/** The events of a window, and before it each agent's last one that no gap follows. */
const expectedUids = (
  rows: ReadonlyArray<StatusEvent>,
  spans: ReadonlyArray<Window>,
  { from, to }: Window,
  some?: ReadonlyArray<number>,
) => {
  let since = from
  while (isCovered(spans, since - cell)) since -= cell
  const own = rows.filter(({ agent }) => some?.includes(agent) ?? true)
  const before = own.filter(({ uts }) => uts >= since && uts < from)
  const last = before.filter((one) => !before.some((other) => other.agent === one.agent && isLater(other, one)))
  return new Set([...last, ...own.filter(({ uts }) => uts >= from && uts < to)].map(({ uid }) => uid))
}

const law = <Values extends [unknown, ...Array<unknown>]>(
  arbitraries: { [Index in keyof Values]: fc.Arbitrary<Values[Index]> },
  check: (...values: Values) => Promise<void>,
) => fc.assert(fc.asyncProperty(...arbitraries, check), { numRuns: runs(10), seed: 5 })

describe.each(Object.entries(layers))("what is kept %s", (_, layer) => {
  it("of a window is its events, the carry-in that no gap follows, and what is not covered up to now", () =>
    law([events, covered, span, instant, agents], async (rows, spans, window, now, some) => {
      const found = await asked(
        layer,
        rows,
        spans,
        StoredWindow.log({ window, now, ...(some === undefined ? {} : { agents: some }) }),
      )
      expect(found.window).toStrictEqual(window)
      expect(uidsOf(found.log)).toStrictEqual(expectedUids(rows, spans, window, some))
      for (const time of cellsOf(window)) {
        expect(isCovered(found.uncovered, time)).toBe(time < now && !isCovered(spans, time))
      }
    }))

  it("ends a window for which no end was asked, unless nothing of it is kept", () =>
    law([events, covered, span], async (rows, spans, window) => {
      const question = { window, now: present }
      const [whole, cut] = await asked(
        layer,
        rows,
        spans,
        Effect.all([StoredWindow.log(question), StoredWindow.log({ ...question, isEndAsked: false })]),
      )
      const last = cellsOf(window).findLast((time) => isCovered(spans, time))
      const to = last === undefined ? window.to : last + cell
      expect(cut.window).toStrictEqual({ from: window.from, to })
      expect(uidsOf(cut.log)).toStrictEqual(uidsOf(whole.log))
      expect(cut.uncovered).toStrictEqual(whole.uncovered.filter(({ from }) => from < to))
    }))

  it("around an instant tells of it what the whole log tells, where all is covered", () =>
    law([events, instant, instant, agents], async (rows, one, other, some) => {
      const [then, now] = [Math.min(one, other), Math.max(one, other)]
      const known = rows.filter(({ uts }) => uts < now)
      const all = { from: start - 86_400, to: now, asOf: now }
      const found = await asked(
        layer,
        known,
        [all],
        StoredWindow.around({ instant: then, now, ...(some === undefined ? {} : { agents: some }) }),
      )
      expect(found.uncovered).toStrictEqual([])
      expect(found.known).toBe(now)
      const seen = [...new Set(known.map(({ agent }) => agent))].toSorted((a, b) => a - b)
      expect(found.agents).toStrictEqual(some ?? seen)
      const question = { instant: then, now, zone: { name: "UTC" }, agents: found.agents }
      const whole = logOf(known)
      expect(Report.statusAt(found.log, question).agents).toStrictEqual(Report.statusAt(whole, question).agents)
    }))

  it("around an instant is known up to the first gap after it, and tells of nothing the other side of a gap", () =>
    law([events, covered, instant, instant], async (rows, spans, one, other) => {
      const [then, now] = [Math.min(one, other), Math.max(one, other)]
      const found = await asked(layer, rows, spans, StoredWindow.around({ instant: then, now }))
      const least = StoredWindow.windowAround({ instant: then, now })
      expect(found.window.from).toBeLessThanOrEqual(least.from)
      expect(found.window.to).toBeGreaterThanOrEqual(least.to)
      for (const time of cellsOf({ from: found.window.from, to: least.from })) expect(isCovered(spans, time)).toBe(true)
      expect(uidsOf(found.log)).toStrictEqual(expectedUids(rows, spans, found.window))
      const limit = Math.min(now, found.window.to)
      const gap = cellsOf({ from: then + cell, to: limit }).find(
        (time) => isCovered(spans, time - cell) && !isCovered(spans, time),
      )
      expect(found.known).toBe(gap ?? limit)
      for (const time of cellsOf({ from: least.from, to: limit })) {
        expect(isCovered(found.uncovered, time)).toBe(!isCovered(spans, time))
      }
    }))
})

it("everything kept is known up to the end of the last span, and never later than now", async () => {
  expect(StoredWindow.knownUntil(Coverage.empty, present)).toBeNull()
  await law([covered, instant], async (spans, now) => {
    const coverage = spans.reduce((all, each) => Coverage.add(all, { span: each }), Coverage.empty)
    const ends = spans.filter(({ from, to }) => to > from).map(({ to }) => to)
    expect(StoredWindow.knownUntil(coverage, now)).toBe(ends.length === 0 ? null : Math.min(now, Math.max(...ends)))
  })
})

describe("an instant that is asked for", () => {
  it("may be later than now, as a clock may be, which leaves no gap there", async () => {
    const question = StoredWindow.around({ instant: at(10), now: at(50), present: at(20) })
    const covers = [{ from: at(-100), to: at(20), asOf: at(20) }]
    const { known, uncovered } = await asked(layers["in memory"], [], covers, question)
    expect({ known, uncovered }).toStrictEqual({ known: at(50), uncovered: [] })
  })
})
