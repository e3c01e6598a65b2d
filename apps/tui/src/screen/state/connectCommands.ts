/**
 * What keys do in the form that connects.
 */
import { type State } from "./State.ts"

/** Whether a key goes into the form although it means something elsewhere. */
export const isTyped = (_: string): boolean => false

export const pressed = (state: State, _: string): State => state
