/**
 * Days as a store counts them: in UTC, since 1970.
 *
 * Units    Unix seconds; days have all the same length, since Unix time has no leap seconds
 */
import type { Window } from "../../time/Window.ts"

export const secondsADay = 86_400

/** The day of an instant. */
export const dayOf = (instant: number): number => Math.floor(instant / secondsADay)

/** The first day that begins at or after an instant. */
export const dayFrom = (instant: number): number => Math.ceil(instant / secondsADay)

/** When a day begins. */
export const startOf = (day: number): number => day * secondsADay

export const spanOf = (day: number): Window => ({ from: startOf(day), to: startOf(day + 1) })
