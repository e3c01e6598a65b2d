/**
 * What is kept of a question: the log that answers it, and what of its window that log lacks. Nobody is asked.
 *
 * Shape    before a gap, the last event that is known tells no status after it; what is not covered is `uncovered`
 * Units    Unix seconds, half-open spans
 * Fails    `StoreError`
 * Source   docs/definitions.md, section "Coverage"
 */
import * as Effect from "effect/Effect"
import type { EventLog } from "../log/EventLog.ts"
import * as Coverage from "./Coverage.ts"
import { EventStore } from "./EventStore.ts"
import type { StoreError } from "./StoreError.ts"
import type { Window } from "../time/Window.ts"

/** A log, the window that it is of, and what of the window it lacks. */
export interface StoredWindow {
  readonly log: EventLog
  readonly window: Window
  readonly uncovered: ReadonlyArray<Window>
}

/** Up to when everything is known: the end of the last span that is covered, at most now; `null` where none is. */
export const knownUntil = ({ spans }: Coverage.Coverage, now: number): number | null => {
  const last = spans.at(-1)
  return last === undefined ? null : Math.min(last.to, now)
}

export interface Query {
  readonly window: Window
  /** What of the window is later is not there to be kept. */
  readonly now: number
  /** Default: all. */
  readonly agents?: ReadonlyArray<number>
  /** Whether the window's end was asked for. Where it was not, the window ends where what is kept does. Default: yes. */
  readonly isEndAsked?: boolean
}

/** What a question's window is, and what of it is not covered, before any event is read. */
export type Plan = Omit<StoredWindow, "log">

/** What of a question is covered. */
export const plan = (coverage: Coverage.Coverage, { isEndAsked = true, now, window }: Omit<Query, "agents">): Plan => {
  const uncovered = Coverage.missing(coverage, { from: window.from, to: Math.min(window.to, now) })
  const last = uncovered.at(-1)
  return !isEndAsked && last !== undefined && last.to === window.to && last.from > window.from
    ? { window: { from: window.from, to: last.from }, uncovered: uncovered.slice(0, -1) }
    : { window, uncovered }
}

const read = (coverage: Coverage.Coverage, window: Window, agents: ReadonlyArray<number> | undefined) =>
  Effect.flatMap(EventStore, (store) =>
    store.read({
      window,
      since: Coverage.carryInFrom(coverage, window.from),
      ...(agents === undefined ? {} : { agents }),
    }),
  )

/** The log of a window. */
export const log = (asked: Query): Effect.Effect<StoredWindow, StoreError, EventStore> =>
  Effect.gen(function* () {
    const coverage = yield* (yield* EventStore).coverage
    return { ...plan(coverage, asked), log: yield* read(coverage, asked.window, asked.agents) }
  })

export interface QueryAround {
  readonly instant: number
  /** The instant as of which is asked, which `instant` is not after. */
  readonly now: number
  /** Default: all. */
  readonly agents?: ReadonlyArray<number>
  /** What time it is, where that is not `now`. Default: `now`. */
  readonly present?: number
  /** How far is read beyond `windowAround`, to each side, where it is kept without a gap. Default: a month. */
  readonly beyondSeconds?: number
}

/** The log around an instant. */
export interface StoredMoment extends StoredWindow {
  /** Up to when what came after the instant is known. */
  readonly known: number
  /** Those asked for; else all with an event, whenever it was. */
  readonly agents: ReadonlyArray<number>
}

/** How far back events are read to find the start of a visit, 6 hours; looking back for statuses reads as far anyway. */
export const visitLookBackSeconds = 21_600

/** So long after an instant the end of a status is looked for. */
const lookAheadSeconds = 86_400

const monthSeconds = 31 * 86_400

/** What has to be known to tell who was in which status at an instant, since when and until when: hours before it, a day after it. */
export const windowAround = ({ instant, now }: Pick<QueryAround, "instant" | "now">): Window => ({
  from: instant - visitLookBackSeconds,
  to: Math.max(instant + 1, Math.min(now, instant + lookAheadSeconds)),
})

/** The span without a gap that an instant is in or at the end of; the instant itself where there is none. */
const spanAround = (coverage: Coverage.Coverage, instant: number): Window => {
  const from = Coverage.coveredBackTo(coverage, instant)
  const [gap] = Coverage.missing(coverage, { from, to: Infinity })
  return { from, to: Math.max(instant, gap?.from ?? instant) }
}

/** What of a question about an instant is covered, and up to when what came after it is known. */
export const planAround = (
  coverage: Coverage.Coverage,
  { beyondSeconds = monthSeconds, instant, now, present = now }: Omit<QueryAround, "agents">,
): Plan & Pick<StoredMoment, "known"> => {
  const least = windowAround({ instant, now })
  const kept = spanAround(coverage, instant)
  const window = {
    from: Math.min(least.from, Math.max(kept.from, least.from - beyondSeconds)),
    to: Math.max(least.to, Math.min(kept.to, present, least.to + beyondSeconds)),
  }
  // What is missing before the instant leaves its statuses unknown; what is missing after it, only their ends.
  // What has passed since the question was asked is no part of it.
  const uncovered = plan(coverage, { window, now: present }).uncovered.filter(
    ({ from, to }) => to > least.from && from < now,
  )
  const end = uncovered.find(({ from }) => from > instant)?.from ?? window.to
  return { window, uncovered, known: Math.min(now, end) }
}

/** The log around an instant: `windowAround` it, and farther to each side as far as there is no gap. */
export const around = (asked: QueryAround): Effect.Effect<StoredMoment, StoreError, EventStore> =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const coverage = yield* store.coverage
    const planned = planAround(coverage, asked)
    return {
      ...planned,
      log: yield* read(coverage, planned.window, asked.agents),
      agents: asked.agents ?? (yield* store.agents).map(({ agent }) => agent),
    }
  })
