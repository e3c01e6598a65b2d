/**
 * What any screen can do with a state: go to another screen, show a notice.
 */
import type { ScreenName } from "../keys.ts"
import type { State } from "./state.ts"

const noticeSeconds = 8

/** Shows a notice for some seconds. */
export const notify = (state: State, text: string, isAlarm = false): State => ({
  ...state,
  notice: { text, isAlarm, until: state.now + noticeSeconds },
})

/** Goes to a screen; `back` returns to the one before. */
export const goTo = (state: State, screen: ScreenName): State =>
  screen === state.screen
    ? state
    : { ...state, screen, before: [...state.before.slice(-9), state.screen], overlay: null }

/** The element after `one`; after the last, the first. */
export const nextOf = <A>(all: ReadonlyArray<A>, one: A): A => all[(all.indexOf(one) + 1) % all.length] ?? one
