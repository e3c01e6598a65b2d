// What every event store does, as tests over the port: a store is given any history, and then asked everything; a model
// made of arrays, which knows nothing of days, columns or SQL, says what the answers are. Runs wherever vitest does.
import { runs } from "@dwell/testing/effort"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fc from "effect/FastCheck"
import type * as Layer from "effect/Layer"
import * as EventBatch from "../../src/events/EventBatch.ts"
import { maxId, type StatusEvent } from "../../src/events/StatusEvent.ts"
import * as Coverage from "../../src/store/Coverage.ts"
import {
  type AppendCounts,
  type ReadOptions,
  EventStore,
  type AgentActivity,
  type StatusTotals,
} from "../../src/store/EventStore.ts"
import type { StoreError } from "../../src/store/StoreError.ts"
import type { Window } from "../../src/time/Window.ts"
import { eventsOf } from "../logs.ts"

const day = 86_400
/** A UTC midnight. */
const midnight = 1_699_920_000

interface Model {
  readonly events: ReadonlyArray<StatusEvent>
  readonly coverage: Coverage.Coverage
}

const nothing: Model = { events: [], coverage: Coverage.empty }

const isEarlier = (one: StatusEvent, other: StatusEvent): boolean =>
  one.uts < other.uts || (one.uts === other.uts && one.uid < other.uid)

const inOrder = (events: ReadonlyArray<StatusEvent>): ReadonlyArray<StatusEvent> =>
  events.toSorted((one, other) => one.agent - other.agent || (isEarlier(one, other) ? -1 : 1))

const isEqual = (one: StatusEvent, other: StatusEvent): boolean =>
  JSON.stringify(plain(one)) === JSON.stringify(plain(other))

const plain = ({ agent, callid, status, subcode, uid, uts }: StatusEvent) => [
  `${uid}`,
  uts,
  agent,
  status,
  subcode,
  `${callid}`,
]

const kept = (model: Model, rows: ReadonlyArray<StatusEvent>, reading: Coverage.CoverageUpdate): Model => {
  const events = new Map(model.events.map((event) => [event.uid, event]))
  for (const row of rows) events.set(row.uid, row)
  return { events: [...events.values()], coverage: Coverage.add(model.coverage, reading) }
}

/** What becomes of each row, one after another. */
const fates = (model: Model, rows: ReadonlyArray<StatusEvent>): AppendCounts => {
  const events = new Map(model.events.map((event) => [event.uid, event]))
  const fate = rows.map((row) => {
    const old = events.get(row.uid)
    events.set(row.uid, row)
    return old === undefined ? "added" : isEqual(old, row) ? "unchanged" : "changed"
  })
  const count = (name: string) => fate.filter((each) => each === name).length
  return { added: count("added"), unchanged: count("unchanged"), changed: count("changed") }
}

const lastOf = (events: ReadonlyArray<StatusEvent>): ReadonlyArray<StatusEvent> =>
  events.filter((event) => !events.some((other) => other.agent === event.agent && isEarlier(event, other)))

const isAsked = (agents: ReadonlyArray<number> | undefined, event: StatusEvent): boolean =>
  agents === undefined || agents.includes(event.agent)

const lastBefore = (
  { events }: Model,
  before: number,
  agents?: ReadonlyArray<number>,
  since = -Infinity,
): ReadonlyArray<StatusEvent> =>
  lastOf(events.filter((event) => event.uts < before && event.uts >= since && isAsked(agents, event)))

const readOf = (model: Model, { agents, since, window }: ReadOptions): ReadonlyArray<StatusEvent> =>
  inOrder([
    ...lastBefore(model, window.from, agents, since),
    ...model.events.filter((event) => event.uts >= window.from && event.uts < window.to && isAsked(agents, event)),
  ])

const agentsOf = (events: ReadonlyArray<StatusEvent>): ReadonlyArray<number> =>
  [...new Set(events.map(({ agent }) => agent))].toSorted((one, other) => one - other)

interface Sum {
  readonly agent: number
  /** By status, in alphabetical order, without those of no time. */
  readonly seconds: ReadonlyArray<readonly [string, number]>
  readonly untracked: number
}

const byStatus = (seconds: ReadonlyMap<string, number>): Sum["seconds"] =>
  [...seconds].filter(([, length]) => length !== 0).toSorted(([one], [other]) => (one < other ? -1 : 1))

const sumsOf = ({ events }: Model, { from, to }: Window, now: number): ReadonlyArray<Sum> => {
  const before = inOrder(events.filter(({ uts }) => uts < to))
  const limit = Math.min(to, now)
  return agentsOf(before).map((agent) => {
    const own = before.filter((event) => event.agent === agent)
    const seconds = new Map<string, number>()
    own.forEach(({ status, uts }, index) => {
      const end = own[index + 1]?.uts ?? Math.max(uts, limit)
      seconds.set(status, (seconds.get(status) ?? 0) + Math.max(0, end - Math.max(uts, from)))
    })
    const first = own[0]?.uts ?? limit
    return { agent, seconds: byStatus(seconds), untracked: Math.max(0, Math.min(first, limit) - from) }
  })
}

const seenOf = ({ events }: Model): ReadonlyArray<AgentActivity> =>
  agentsOf(events).map((agent) => {
    const times = events.filter((event) => event.agent === agent).map(({ uts }) => uts)
    return { agent, first: Math.min(...times), last: Math.max(...times) }
  })

const pruned = (model: Model, before: number): Model => {
  const last = lastBefore(model, before, undefined, Coverage.carryInFrom(model.coverage, before))
  return {
    events: model.events.filter((event) => event.uts >= before || last.includes(event)),
    coverage: Coverage.forgetBefore(model.coverage, before),
  }
}

const rowsOf = ({ agents, seconds, statuses, untracked }: StatusTotals): ReadonlyArray<Sum> =>
  agents.map((agent, index) => ({
    agent,
    seconds: byStatus(new Map(statuses.map((status, at) => [status, seconds[index * statuses.length + at] ?? 0]))),
    untracked: untracked[index] ?? 0,
  }))

/** Midnights, and a second off them. */
const border = fc.tuple(fc.nat(4), fc.integer({ min: -1, max: 1 })).map(([days, off]) => midnight + days * day + off)
const instant = fc.oneof(
  { weight: 3, arbitrary: border },
  { weight: 4, arbitrary: fc.integer({ min: midnight - day, max: midnight + 4 * day }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, -day, 2 ** 31, 2 ** 32, -12_345_678, 4_102_444_800, 4_102_444_799) },
)
const uid = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt({ min: 12_345_678_900n, max: 12_345_679_200n }) },
  { weight: 2, arbitrary: fc.bigInt({ min: 0n, max: 20n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: maxId - 20n, max: maxId }) },
  { weight: 1, arbitrary: fc.constantFrom(2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 62n + 1n) },
)
const event: fc.Arbitrary<StatusEvent> = fc.record({
  uid,
  uts: instant,
  agent: fc.constantFrom(1, 2, 3, 700_101, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER),
  status: fc.constantFrom("available", "call", "wrap", "offline", "überprüfung", "昼休み", "🍵 break", "don't"),
  subcode: fc.constantFrom("", "", "Tea ", " ", "à 10 h", 'say "no"; it\'s', "line\nbreak", "🙂", "a\u0000b"),
  callid: fc.oneof(fc.constantFrom(0n, 0n, 9n, maxId, 2n ** 53n + 1n), fc.bigInt({ min: 0n, max: maxId })),
})

const kinds = ["new", "new", "new", "again", "uts", "agent", "status", "subcode", "callid"] as const

/** Rows of which some are the same again, and some correct what came before. */
const rows: fc.Arbitrary<ReadonlyArray<StatusEvent>> = fc
  .array(fc.record({ event, of: fc.nat(1000), is: fc.constantFrom(...kinds) }), {
    maxLength: 40,
    size: "max",
  })
  .map((given) => {
    const made: Array<StatusEvent> = []
    for (const { event: fresh, is, of } of given) {
      const earlier = made[of % Math.max(1, made.length)]
      if (is === "new" || earlier === undefined) made.push(fresh)
      else made.push(is === "again" ? earlier : { ...earlier, [is]: fresh[is] })
    }
    return made
  })

const window = fc
  .tuple(instant, instant)
  .map(([one, other]) => ({ from: Math.min(one, other), to: Math.max(one, other) }))

const reading: fc.Arbitrary<Coverage.CoverageUpdate> = fc.oneof(
  fc.constant({}),
  fc.tuple(window, fc.nat(2000)).map(([{ from, to }, after]) => ({ span: { from, to, asOf: to + after } })),
  instant.map((carriedIn) => ({ carriedIn })),
)

/** Rows cut into batches, each of a builder of its own. */
const batchesOf = (events: ReadonlyArray<StatusEvent>, cut: number): ReadonlyArray<EventBatch.EventBatch> => {
  const at = cut % (events.length + 1)
  return [events.slice(0, at), events.slice(at)].map((each) => EventBatch.fromEvents(each))
}

type Step =
  | {
      readonly does: "append"
      readonly rows: ReadonlyArray<StatusEvent>
      readonly cut: number
      readonly reading: Coverage.CoverageUpdate
    }
  | { readonly does: "compact" | "prune"; readonly before: number }

const append: fc.Arbitrary<Step> = fc.record({ does: fc.constant("append" as const), rows, cut: fc.nat(100), reading })
const compact: fc.Arbitrary<Step> = fc.record({ does: fc.constant("compact" as const), before: instant })
const prune: fc.Arbitrary<Step> = fc.record({ does: fc.constant("prune" as const), before: instant })
const without = fc.array(append, { maxLength: 4 })
const steps = fc.array(
  fc.oneof({ weight: 5, arbitrary: append }, { weight: 3, arbitrary: compact }, { weight: 1, arbitrary: prune }),
  { maxLength: 8 },
)

/** Does a step, and checks what it says of it. */
const take = (model: Model, step: Step) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    if (step.does === "append") {
      expect(yield* store.append(batchesOf(step.rows, step.cut), step.reading)).toEqual(fates(model, step.rows))
      return kept(model, step.rows, step.reading)
    }
    if (step.does === "compact") {
      yield* store.compact(step.before)
      expect(yield* store.compact(step.before)).toBe(0)
      return model
    }
    const rest = pruned(model, step.before)
    expect(yield* store.prune(step.before)).toBe(model.events.length - rest.events.length)
    return rest
  })

const run = (all: ReadonlyArray<Step>) => Effect.reduce(all, nothing, take)

const question = fc.record({
  window,
  now: instant,
  agents: fc.option(fc.array(fc.constantFrom(1, 2, 700_101, Number.MAX_SAFE_INTEGER, 42), { maxLength: 3 }), {
    nil: undefined,
  }),
  since: fc.option(instant, { nil: undefined }),
})
type Question = typeof question extends fc.Arbitrary<infer A> ? A : never
const questions = fc.array(question, { minLength: 1, maxLength: 4 })

const askedOf = ({ agents, since, window: span }: Question): ReadOptions => ({
  window: span,
  ...(agents === undefined ? {} : { agents }),
  ...(since === undefined ? {} : { since }),
})

/** Asks a store everything. */
const check = (model: Model, asked: ReadonlyArray<Question>) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    expect(yield* store.coverage).toEqual(model.coverage)
    expect(yield* store.agents).toEqual(seenOf(model))
    const { closedRows, openRows } = yield* store.size
    expect(openRows + closedRows).toBe(model.events.length)
    for (const each of asked) {
      const { agents, now, window: span } = each
      expect(eventsOf(yield* store.read(askedOf(each)))).toEqual(readOf(model, askedOf(each)))
      expect(inOrder(EventBatch.toEvents(yield* store.lastEvents(span.to, agents)))).toEqual(
        inOrder(lastBefore(model, span.to, agents)),
      )
      expect(rowsOf(yield* store.sums(span, now))).toEqual(sumsOf(model, span, now))
    }
  })

const plainRow = (id: bigint, uts: number, agent: number, status = "available"): StatusEvent => ({
  uid: id,
  uts,
  agent,
  status,
  subcode: "",
  callid: 0n,
})

const everything: Question = {
  window: { from: midnight - 400 * day, to: midnight + 400 * day },
  now: midnight + 2 * day,
  agents: undefined,
  since: undefined,
}

/**
 * The tests, of a layer that makes a new, empty store each time it is built.
 *
 * All stores are asked all of it; `cases` is how many histories each law is tried with.
 */
export const suite = <E>(name: string, layer: Layer.Layer<EventStore, E>, cases: number): void => {
  /** Holds for any value, each on a store of its own. */
  const law = <A>(arbitrary: fc.Arbitrary<A>, of: (value: A) => Effect.Effect<void, StoreError, EventStore>) =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(arbitrary, (value) => Effect.runPromise(Effect.provide(of(value), layer))),
        { numRuns: runs(cases), seed: 3 },
      ),
    )
  const inEmpty = Effect.provide(layer)

  describe.each([name])("a store %s", () => {
    it.effect("answers with nothing while it is empty", () =>
      inEmpty(
        Effect.gen(function* () {
          yield* check(nothing, [everything])
          const { compact: close, prune: forget, vacuum } = yield* EventStore
          expect([yield* close(midnight), yield* forget(midnight)]).toEqual([0, 0])
          yield* vacuum
          yield* check(pruned(nothing, midnight), [everything])
        }),
      ),
    )

    it.effect("finds what was written, whatever is asked", () =>
      law(fc.tuple(without, questions), ([history, asked]) =>
        Effect.flatMap(run(history), (model) => check(model, asked)),
      ),
    )

    it.effect("answers from its events, after any history", () =>
      law(fc.tuple(steps, questions), ([history, asked]) =>
        Effect.flatMap(run(history), (model) => check(model, asked)),
      ),
    )

    it.effect("answers the same after compacting, at any time, once or again", () =>
      law(fc.tuple(without, instant, instant, without, questions), ([first, one, other, then, asked]) =>
        Effect.gen(function* () {
          const store = yield* EventStore
          const before = yield* run(first)
          for (const at of [one, other]) {
            yield* store.compact(at)
            yield* check(before, asked)
          }
          const after = yield* Effect.reduce(then, before, take)
          yield* store.compact(one)
          yield* check(after, asked)
        }),
      ),
    )

    it.effect("answers the same about later windows after pruning, as far back as they may look", () =>
      law(fc.tuple(without, instant, questions), ([history, at, asked]) =>
        Effect.gen(function* () {
          const store = yield* EventStore
          const model = yield* run(history)
          yield* store.compact(at)
          yield* store.prune(at)
          yield* store.vacuum
          expect(yield* store.prune(at)).toBe(0)
          for (const { agents, now, window: span } of asked) {
            const later = { from: Math.max(span.from, at), to: Math.max(span.to, at) }
            const about = { window: later, ...(agents === undefined ? {} : { agents }) }
            const since = (coverage: Coverage.Coverage) => ({
              ...about,
              since: Coverage.carryInFrom(coverage, later.from),
            })
            expect(eventsOf(yield* store.read(since(yield* store.coverage)))).toEqual(
              readOf(model, since(model.coverage)),
            )
            expect(rowsOf(yield* store.sums(later, now))).toEqual(sumsOf(pruned(model, at), later, now))
          }
        }),
      ),
    )

    it.effect("answers the same whatever the order in which rows without corrections come", () =>
      law(fc.tuple(rows, questions), ([given, asked]) =>
        Effect.gen(function* () {
          const store = yield* EventStore
          const once = [...new Map(given.map((row) => [row.uid, row])).values()]
          yield* store.append([EventBatch.fromEvents(once.toReversed())])
          yield* store.append(once.map((row) => EventBatch.fromEvents([row])))
          yield* check(kept(nothing, once, {}), asked)
        }),
      ),
    )

    it.effect("keeps the row delivered last of one uid in one write", () =>
      inEmpty(
        Effect.gen(function* () {
          const store = yield* EventStore
          const versions = ["call", "wrap", "wrap", "call"].map((status) => plainRow(7n, midnight, 1, status))
          const [first, ...rest] = versions.map((version) => EventBatch.fromEvents([version]))
          expect(first === undefined).toBe(false)
          expect(yield* store.append(first === undefined ? [] : [first])).toEqual({
            added: 1,
            unchanged: 0,
            changed: 0,
          })
          expect(yield* store.append(rest)).toEqual({ added: 0, unchanged: 1, changed: 2 })
          yield* check({ ...nothing, events: versions.slice(-1) }, [everything])
        }),
      ),
    )

    it.effect("moves an event of a closed day to another day and another agent where it is corrected so", () =>
      inEmpty(
        Effect.gen(function* () {
          const store = yield* EventStore
          const before = [
            plainRow(1n, midnight + 10, 1),
            plainRow(2n, midnight + 20, 1, "call"),
            plainRow(3n, midnight + day, 1),
          ]
          yield* store.append([EventBatch.fromEvents(before)])
          yield* store.compact(midnight + 2 * day)
          const moved = plainRow(2n, midnight + day + 5, 2, "call")
          expect(yield* store.append([EventBatch.fromEvents([moved])])).toEqual({ added: 0, unchanged: 0, changed: 1 })
          const model = kept({ ...nothing, events: before }, [moved], {})
          yield* check(model, [everything])
          yield* store.compact(midnight + 2 * day)
          yield* check(model, [everything])
        }),
      ),
    )

    it.effect("keeps all writes that come at once", () =>
      inEmpty(
        Effect.gen(function* () {
          const store = yield* EventStore
          const given = Array.from({ length: 40 }, (_, index) => plainRow(BigInt(index), midnight + index, index % 3))
          yield* Effect.forEach(given, (row) => store.append([EventBatch.fromEvents([row])]), {
            concurrency: "unbounded",
            discard: true,
          })
          yield* check(kept(nothing, given, {}), [everything])
        }),
      ),
    )

    it.effect("keeps thousands of rows of hundreds of agents and statuses, on closed days and open ones", () =>
      inEmpty(
        Effect.gen(function* () {
          const store = yield* EventStore
          const given = Array.from({ length: 6000 }, (_, index): StatusEvent => ({
            uid: 10_000_000_000n + BigInt(index * 3),
            uts: midnight + index * 61,
            agent: 700_000 + ((index * 7919) % 311),
            status: `status ${(index * 104_729) % 331}`,
            subcode: index % 11 === 0 ? `reason ${index}` : "",
            callid: index % 3 === 0 ? BigInt(index) * 1_000_003n : 0n,
          }))
          const model = kept(nothing, given, {})
          const late: Question = { ...everything, window: { from: midnight + day / 2, to: midnight + 4 * day } }
          expect((yield* store.append(batchesOf(given, 2000))).added).toBe(given.length)
          yield* store.compact(midnight + 2 * day)
          yield* check(model, [late, { ...late, agents: [700_003, 700_200] }])
          expect(yield* store.append(batchesOf(given, 10))).toEqual({ added: 0, unchanged: given.length, changed: 0 })
          yield* check(model, [late])
        }),
      ),
    )
  })
}
