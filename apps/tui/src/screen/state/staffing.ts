/**
 * The staffing curve as a person looks at it: in steps, of which one is read out.
 *
 * Units    agents; instants in Unix seconds
 */
import { type Category } from "@dwell/core/Category"
import { type StaffingAnswer } from "../desk/Question.ts"
import { type Span } from "../drawing/strip.ts"

const minute = 60
const day = 86_400

const stepSeconds = [15 * minute, 30 * minute, 60 * minute]

/** A window longer than this can be looked at day by day. */
const longSeconds = 14 * day

export interface StaffingState {
  readonly stepSeconds: number
  /** In the step that is read out; `null` = in the last one that is known, as time goes on. */
  readonly at: number | null
}

export const start: StaffingState = { stepSeconds: 30 * minute, at: null }

/** The next length of steps for a window of so many seconds. */
export const nextStep = (current: number, windowSeconds: number): number => {
  const all = windowSeconds > longSeconds ? [...stepSeconds, day] : stepSeconds
  return all[all.indexOf(current) + 1] ?? all[0] ?? current
}

type Row = StaffingAnswer["rows"][number]

/** A step of the window that is known, with the rows of its statuses. */
export interface Step {
  readonly start: number
  readonly end: number
  readonly rows: ReadonlyMap<string, Row>
}

/** The steps of an answer, which are made once. */
export const stepsOf = (() => {
  const known = new WeakMap<StaffingAnswer["rows"], ReadonlyArray<Step>>()
  return ({ rows }: Pick<StaffingAnswer, "rows">): ReadonlyArray<Step> => {
    const before = known.get(rows)
    if (before !== undefined) return before
    const steps = Array.from(
      Map.groupBy(rows, (row) => row.start),
      ([begin, all]): Step => ({
        start: begin,
        end: all[0]?.end ?? begin,
        rows: new Map(all.map((row) => [row.status, row])),
      }),
    )
    known.set(rows, steps)
    return steps
  }
})()

/** The step that an instant is in; before all of them the first, after all of them the last. */
export const stepAt = (steps: ReadonlyArray<Step>, at: number | null): number => {
  const found = at === null ? -1 : steps.findIndex(({ end }) => at < end)
  return found < 0 ? Math.max(0, steps.length - 1) : found
}

const order: Readonly<Record<Category, number>> = {
  handling: 0,
  afterCall: 1,
  available: 2,
  idle: 3,
  other: 4,
  offline: 5,
}

/** The statuses as they are stacked, busiest first. */
export const statusesOf = ({ categories, overall }: StaffingAnswer) =>
  overall
    .map((all) => ({ ...all, category: categories[all.status] ?? "other" }))
    .toSorted((one, other) => order[one.category] - order[other.category] || other.average - one.average)

/** The mean of a status in each column of a span, weighted by time; `null` where nothing is known. */
export const columnsOf = (
  steps: ReadonlyArray<Step>,
  status: string,
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
      const length = of === undefined ? 0 : Math.min(end, of.end) - Math.max(begin, of.start)
      sum += length * (of?.rows.get(status)?.average ?? 0)
      seconds += length
    }
    return seconds > 0 ? sum / seconds : null
  })
}
