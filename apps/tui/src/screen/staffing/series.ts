/**
 * The staffing curve: one series for each status, in steps. The screen shows the numbers of one step.
 *
 * Units    agents; instants in Unix seconds
 */
import * as Report from "@dwell/core/Report"
import type { Role } from "../drawing/cells.ts"
import type { Span } from "../drawing/strip.ts"
import type { StaffingAnswer } from "../worker/protocol/answer.ts"

type Row = StaffingAnswer["rows"][number]

/** How many at once. */
export interface Counts {
  readonly average: number
  readonly min: number
  readonly max: number
}

/** A step of the window up to now, with the rows of its statuses. */
export interface Step {
  readonly start: number
  readonly end: number
  readonly rows: ReadonlyMap<string, Row>
  /** `null` = no agent was untracked in any step. */
  readonly untracked: Counts | null
  /** Whether an agent was in a status. If all were untracked, the counts are unknown, not zero. */
  readonly isKnown: boolean
}

/** The steps of an answer; made once for each answer. */
export const stepsOf = (() => {
  const known = new WeakMap<StaffingAnswer["rows"], ReadonlyArray<Step>>()
  return ({ rows, untracked }: Pick<StaffingAnswer, "rows" | "untracked">): ReadonlyArray<Step> => {
    const before = known.get(rows)
    if (before !== undefined) return before
    const byStart = Map.groupBy(rows, ({ start: begin }) => begin)
    const without = new Map(untracked.map((each) => [each.start, each]))
    const starts = untracked.length > 0 ? without.keys() : byStart.keys()
    const steps = Array.from(starts, (begin): Step => {
      const all = byStart.get(begin) ?? []
      const of = without.get(begin) ?? null
      return {
        start: begin,
        end: all[0]?.end ?? of?.end ?? begin,
        rows: new Map(all.map((row) => [row.status, row])),
        untracked: of,
        isKnown: all.some(({ average }) => average > 0),
      }
    })
    known.set(rows, steps)
    return steps
  }
})()

/** The step that an instant is in; before all of them the first, after all of them the last. */
export const stepAt = (steps: ReadonlyArray<Step>, at: number | null): number => {
  const found = at === null ? -1 : steps.findIndex(({ end }) => at < end)
  return found < 0 ? Math.max(0, steps.length - 1) : found
}

const order: Readonly<Record<Role, number>> = {
  handling: 0,
  afterCall: 1,
  available: 2,
  idle: 3,
  other: 4,
  offline: 5,
  untracked: 6,
}

/** A status over all known steps; `null` stands for untracked. */
export interface Series extends Counts {
  readonly status: string | null
  readonly role: Role
}

/** The series of untracked agents over all steps; empty if there were none. */
const untrackedOf = ({ untracked }: Pick<StaffingAnswer, "untracked">): ReadonlyArray<Series> => {
  const [all] = Report.summariseStaffing({ staffing: untracked.map((step) => ({ ...step, status: "" })) })
  return all === undefined ? [] : [{ ...all, status: null, role: "untracked" }]
}

/** The statuses as they are stacked, busiest category first, then untracked. */
export const seriesOf = (answer: StaffingAnswer): ReadonlyArray<Series> =>
  [
    ...answer.overall.map((all): Series => ({ ...all, role: answer.categories[all.status] ?? "other" })),
    ...untrackedOf(answer),
  ].toSorted((one, other) => order[one.role] - order[other.role] || other.average - one.average)

/**
 * Series in the order of the figures, where the last may not fit: untracked, then statuses from the busiest on, those
 * offline last. Skipped ones go to the end.
 */
export const inTableOrder = (series: ReadonlyArray<Series>, passed: number): ReadonlyArray<Series> => {
  const statuses = series
    .filter(({ status }) => status !== null)
    .toSorted(
      (one, other) => Number(one.role === "offline") - Number(other.role === "offline") || other.average - one.average,
    )
  const first = statuses.length === 0 ? 0 : passed % statuses.length
  return [...series.filter(({ status }) => status === null), ...statuses.slice(first), ...statuses.slice(0, first)]
}

/** What a step has of a series; `null` where that is not known. */
export const countsOf = (step: Step, status: string | null): Counts | null => {
  if (status === null) return step.untracked
  return step.isKnown ? (step.rows.get(status) ?? null) : null
}

/** The shortest time drawn over the whole width: a few minutes would look like a day. */
const minSpanSeconds = 7200

/** The part of a window that is drawn; some of the future too, if a current window has only just started. */
export const curveSpanOf = ({
  stepSeconds: step,
  window: { from, now, to },
}: Pick<StaffingAnswer, "stepSeconds" | "window">): Pick<Span, "from" | "to"> =>
  now <= to && now - from < 2 * step ? { from, to: Math.max(to, from + minSpanSeconds) } : { from, to }

/** The mean of statuses together in each column of a span, weighted by time; `null` where nothing is known. */
export const columnsOf = (
  steps: ReadonlyArray<Step>,
  statuses: ReadonlyArray<string>,
  { from, to, width }: Span,
): ReadonlyArray<number | null> => {
  const cell = (to - from) / width
  let next = 0
  return Array.from({ length: width }, (_, column) => {
    const begin = from + column * cell
    const end = begin + cell
    while ((steps[next]?.end ?? Infinity) <= begin) next += 1
    let sum = 0
    let seconds = 0
    for (let step = next; (steps[step]?.start ?? Infinity) < end; step++) {
      const of = steps[step]
      if (of?.isKnown !== true) continue
      const length = Math.min(end, of.end) - Math.max(begin, of.start)
      sum += length * statuses.reduce((total, status) => total + (of.rows.get(status)?.average ?? 0), 0)
      seconds += length
    }
    return seconds > 0 ? sum / seconds : null
  })
}
