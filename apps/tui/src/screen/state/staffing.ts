/**
 * The staffing curve as a person looks at it.
 */
export const stepMinutes = [15, 30, 60] as const

export interface StaffingState {
  readonly stepSeconds: number
  /** The step that is read out. */
  readonly cursor: number
}

export const start: StaffingState = { stepSeconds: 1800, cursor: 0 }
