/**
 * Which spans of the log are known complete, and as of when.
 *
 * Shape    spans ascend and do not overlap. Those that were read long enough after their end to be settled are joined
 *          where they touch; what was read too soon stays apart, since a late row may still be missing
 * Units    Unix seconds, half-open spans
 * Fails    never
 */
import type { Window } from "../time/Window.ts"

/** A span that was read completely at `asOf`; one that was joined of several, at `asOf` in its last part. */
export interface Span extends Window {
  readonly asOf: number
}

export interface Coverage {
  readonly spans: ReadonlyArray<Span>
  /**
   * Instants, ascending, for which every agent's last event before them has been looked for. So it is known for all
   * instants up to which everything after one of these is covered.
   */
  readonly carriedIn: ReadonlyArray<number>
  /** What was before this instant was forgotten, but for each agent's last event. */
  readonly forgottenBefore?: number
}

/** Nothing is known. */
export const empty: Coverage = { spans: [], carriedIn: [] }

/** A row may be recorded this much later than it happened, 15 minutes: until then a span is not settled. */
export const lateArrivalSeconds = 900

/** Whether a span was read long enough after its end for no late row to be missing. */
export const isSettled = ({ asOf, to }: Span): boolean => asOf >= to + lateArrivalSeconds

/** The part of a span that was settled when it was read, and the part that was not. */
const parts = ({ asOf, from, to }: Span): ReadonlyArray<Span> => {
  const settled = Math.min(to, asOf - lateArrivalSeconds)
  if (settled <= from || settled >= to) return [{ from, to, asOf }]
  return [
    { from, to: settled, asOf },
    { from: settled, to, asOf },
  ]
}

const isLonger = ({ from, to }: Window): boolean => from < to

/** What `spans` leave of a window. */
const without = (window: Window, spans: ReadonlyArray<Window>): ReadonlyArray<Window> => {
  const rest: Array<Window> = []
  let { from } = window
  for (const span of spans) {
    if (span.to <= from || span.from >= window.to) continue
    rest.push({ from, to: span.from })
    from = span.to
  }
  rest.push({ from, to: window.to })
  return rest.filter(isLonger)
}

/** Joins what touches and is settled; when no longer matters there, so the later reading of two stands for both. */
const merge = (spans: ReadonlyArray<Span>): ReadonlyArray<Span> => {
  const joined: Array<Span> = []
  for (const span of spans) {
    const last = joined.at(-1)
    const isOne = last !== undefined && last.to === span.from && isSettled(last) && isSettled(span)
    if (isOne) joined[joined.length - 1] = { from: last.from, to: span.to, asOf: Math.max(last.asOf, span.asOf) }
    else joined.push(span)
  }
  return joined
}

/** The instants without those that follow from an earlier one. */
const withoutImplied = (instants: ReadonlyArray<number>, spans: ReadonlyArray<Span>): ReadonlyArray<number> => {
  const kept: Array<number> = []
  for (const instant of [...new Set(instants)].toSorted((one, other) => one - other)) {
    if (!isCarriedIn({ spans, carriedIn: kept }, instant)) kept.push(instant)
  }
  return kept
}

/** What a reading adds: a span, an instant whose carry-in was looked for, or both. */
export interface CoverageUpdate {
  readonly span?: Span
  readonly carriedIn?: number
}

/** Adds a reading; of two readings of one stretch the later one counts. */
export const add = (coverage: Coverage, { carriedIn, span }: CoverageUpdate): Coverage => {
  const instants = carriedIn === undefined ? coverage.carriedIn : [...coverage.carriedIn, carriedIn]
  if (span === undefined || !isLonger(span)) return { ...coverage, carriedIn: withoutImplied(instants, coverage.spans) }
  const later = coverage.spans.filter(({ asOf }) => asOf > span.asOf)
  const earlier = coverage.spans.filter(({ asOf }) => asOf <= span.asOf)
  const spans = [
    ...later,
    ...earlier.flatMap((old) => without(old, [span]).map((rest) => ({ ...rest, asOf: old.asOf }))),
    ...without(span, later).flatMap((rest) => parts({ ...rest, asOf: span.asOf })),
  ].toSorted((one, other) => one.from - other.from)
  const joined = merge(spans)
  return { ...coverage, spans: joined, carriedIn: withoutImplied(instants, joined) }
}

/** What of a window is not covered. */
export const missing = ({ spans }: Coverage, window: Window): ReadonlyArray<Window> => without(window, spans)

/** How far back from an instant everything is covered; the instant itself where nothing before it is. */
export const coveredBackTo = ({ spans }: Coverage, instant: number): number => {
  let from = instant
  for (const span of spans.toReversed()) if (span.from < from && span.to >= from) from = span.from
  return from
}

/** Whether every agent's last event before an instant is known, if it has one. */
export const isCarriedIn = (coverage: Coverage, instant: number): boolean => {
  const from = coveredBackTo(coverage, instant)
  return coverage.carriedIn.some((at) => at >= from && at <= instant)
}

/**
 * How far back an agent's last event before an instant tells its status then: before a gap, the last event that is known
 * need not be the last that there was. Where all before was forgotten, the last events were left, however old they are.
 */
export const carryInFrom = (coverage: Coverage, instant: number): number => {
  const from = coveredBackTo(coverage, instant)
  return from <= (coverage.forgottenBefore ?? -Infinity) ? -Infinity : from
}

/** Forgets what was before an instant, and keeps what was known of it at that instant. */
export const forgetBefore = (coverage: Coverage, before: number): Coverage => {
  const instants = coverage.carriedIn.filter((at) => at >= before)
  const spans = coverage.spans.map((span) => ({ ...span, from: Math.max(span.from, before) })).filter(isLonger)
  const carriedIn = withoutImplied(isCarriedIn(coverage, before) ? [before, ...instants] : instants, spans)
  return { spans, carriedIn, forgottenBefore: Math.max(before, coverage.forgottenBefore ?? before) }
}
