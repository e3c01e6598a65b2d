/**
 * The median agent of a report, to compare an agent with.
 *
 * Shape    each figure by itself: nobody need have all of them. Of an even number, the mean of the two in the middle
 * Units    seconds and counts; rates as in a report
 * Fails    never
 * Source   docs/definitions.md, section "Medians"
 */
import type * as Category from "./Category.ts"
import { type Rates } from "./interval/Statistics.ts"
import type * as Report from "./Report.ts"

/** Each is `null` where no agent has the figure. */
export interface Medians {
  readonly loggedIn: number | null
  readonly untracked: number | null
  readonly calls: number | null
  /** Seconds by category; an agent without a status of a category has 0 in it. */
  readonly seconds: Readonly<Record<Category.Category, number | null>>
  readonly rates: Rates
}

/**
 * The median of the numbers that are there.
 *
 * @example
 * Median.of([3, null, 1, 2, 10]) // => 2.5
 */
export const of = (values: Iterable<number | null>): number | null => {
  const known = [...values].filter((value) => value !== null).toSorted((one, other) => one - other)
  const upper = known[known.length >>> 1]
  const lower = known[(known.length - 1) >>> 1]
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2
}

/** The medians over agents. */
export const ofAgents = (agents: Report.Document["agents"]): Medians => {
  const over = (figure: (agent: Report.Document["agents"][number]) => number | null) => of(agents.map(figure))
  const inCategory = (category: Category.Category) =>
    over(({ statuses }) => statuses.reduce((sum, each) => (each.category === category ? sum + each.seconds : sum), 0))
  return {
    loggedIn: over(({ loggedIn }) => loggedIn),
    untracked: over(({ untracked }) => untracked),
    calls: over(({ calls }) => calls),
    seconds: {
      available: inCategory("available"),
      handling: inCategory("handling"),
      afterCall: inCategory("afterCall"),
      idle: inCategory("idle"),
      other: inCategory("other"),
      offline: inCategory("offline"),
    },
    rates: {
      occupancy: over(({ rates }) => rates.occupancy),
      utilisation: over(({ rates }) => rates.utilisation),
      availability: over(({ rates }) => rates.availability),
      notReadyShare: over(({ rates }) => rates.notReadyShare),
      averageHandleTime: over(({ rates }) => rates.averageHandleTime),
    },
  }
}
