/**
 * The staffing curve as a person looks at it.
 *
 * Units    instants in Unix seconds
 */

const minute = 60
const day = 86_400

const stepSeconds = [15 * minute, 30 * minute, 60 * minute]

/** A window longer than this can have steps of a day. */
const longSeconds = 14 * day

export interface StaffingState {
  readonly stepSeconds: number
  /** In the step that is read out; `null` = in the last one that is known, as time goes on. */
  readonly at: number | null
  /** How many of the statuses, busiest first, are skipped if not all fit. */
  readonly skippedStatuses: number
}

export const start: StaffingState = { stepSeconds: 30 * minute, at: null, skippedStatuses: 0 }

/** The next step length for a window of that length. */
export const nextStep = (current: number, windowSeconds: number): number => {
  const all = windowSeconds > longSeconds ? [...stepSeconds, day] : stepSeconds
  return all[all.indexOf(current) + 1] ?? all[0] ?? current
}
