/**
 * What any screen may do with a state: go elsewhere, say something.
 */
import type { ScreenName } from "../keys.ts"
import type { State } from "./state.ts"

const noticeSeconds = 8

/** Says something for a while. */
export const notify = (state: State, text: string, isAlarm = false): State => ({
  ...state,
  notice: { text, isAlarm, until: state.now + noticeSeconds },
})

/** Goes to a screen; `back` leads to the one before. */
export const goTo = (state: State, screen: ScreenName): State =>
  screen === state.screen
    ? state
    : { ...state, screen, before: [...state.before.slice(-9), state.screen], overlay: null }

/** The one after another, and after the last the first. */
export const nextOf = <A>(all: ReadonlyArray<A>, one: A): A => all[(all.indexOf(one) + 1) % all.length] ?? one
