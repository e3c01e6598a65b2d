/**
 * Days in UTC, counted since 1970.
 *
 * Units    Unix seconds; days have all the same length, since Unix time has no leap seconds
 */
import type { Window } from "./Window.ts"

export const secondsPerDay = 86_400

/** The day of an instant. */
export const dayNumber = (instant: number): number => Math.floor(instant / secondsPerDay)

/** The first day that begins at or after an instant. */
export const dayFrom = (instant: number): number => Math.ceil(instant / secondsPerDay)

/** When a day begins. */
export const startOf = (day: number): number => day * secondsPerDay

export const spanOf = (day: number): Window => ({ from: startOf(day), to: startOf(day + 1) })
