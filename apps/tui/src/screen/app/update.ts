/**
 * What becomes of a state when something happens. Nothing else changes one.
 */
import { commandOf } from "../keys.ts"
import * as Connect from "../connect/commands.ts"
import * as Floor from "../floor/commands.ts"
import * as Input from "../components/input.ts"
import type { Event, State } from "./state.ts"
import * as Taking from "./export.ts"
import { commanded } from "./commands.ts"
import { inOverlay } from "../overlays/keys.ts"
import { answered, failed } from "./answers.ts"

const pressed = (state: State, key: string): State => {
  if (state.overlay !== null) return inOverlay(state, state.overlay, key)
  const command = commandOf(state.screen, key)
  // In a form, what can be typed is typed.
  if (state.screen === "connect" && (command === undefined || Connect.isTyped(key))) return Connect.pressed(state, key)
  return command === undefined ? state : commanded(state, command)
}

/** Waking up shows as a second that took longer than a minute. */
const sleepSeconds = 60

const ticked = (state: State, now: number): State => {
  const slept = now - state.now > sleepSeconds ? now - state.now : state.sleptSeconds
  const notice = state.notice !== null && now >= state.notice.until ? null : state.notice
  return { ...state, now, notice, sleptSeconds: slept }
}

/** The state after something happened. */
export const update = (state: State, event: Event): State => {
  switch (event._tag) {
    case "key":
      return pressed(state, event.key)
    case "pasted":
      return Input.charactersOf(event.text).reduce(pressed, state)
    case "tick":
      return ticked(state, event.now)
    case "resized":
      return Floor.changed({ ...state, size: event.size }, {})
    case "answered":
      return answered(state, event.key, event.answer)
    case "failed":
      return failed(state, event)
    case "drawn":
      return Taking.drawn(state, event.text)
    case "copied":
      return Taking.copied(state)
  }
}
