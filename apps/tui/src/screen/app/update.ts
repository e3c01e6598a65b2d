/**
 * What becomes of a state when something happens. Nothing else changes one.
 */
import { commandOf } from "../keys.ts"
import * as Connect from "../connect/commands.ts"
import * as Floor from "../floor/commands.ts"
import * as Input from "../components/input.ts"
import type { Event, State } from "./state.ts"
import * as Export from "./export.ts"
import { onCommand } from "./commands.ts"
import { onOverlayKey } from "../overlays/keys.ts"
import { onAnswer, onFailure } from "./answers.ts"

const onKey = (state: State, key: string): State => {
  if (state.overlay !== null) return onOverlayKey(state, state.overlay, key)
  const command = commandOf(state.screen, key)
  // In a form, what can be typed is typed.
  if (state.screen === "connect" && (command === undefined || Connect.isPrintable(key)))
    return Connect.onKey(state, key)
  return command === undefined ? state : onCommand(state, command)
}

/** Waking up shows as a second that took longer than a minute. */
const sleepSeconds = 60

const onTick = (state: State, now: number): State => {
  const slept = now - state.now > sleepSeconds ? now - state.now : state.sleptSeconds
  const notice = state.notice !== null && now >= state.notice.until ? null : state.notice
  return { ...state, now, notice, sleptSeconds: slept }
}

/** The state after something happened. */
export const update = (state: State, event: Event): State => {
  switch (event._tag) {
    case "key":
      return onKey(state, event.key)
    case "pasted":
      return Input.charactersOf(event.text).reduce(onKey, state)
    case "tick":
      return onTick(state, event.now)
    case "resized":
      return Floor.patch({ ...state, size: event.size }, {})
    case "answered":
      return onAnswer(state, event.key, event.answer)
    case "failed":
      return onFailure(state, event)
    case "drawn":
      return Export.onDrawn(state, event.text)
    case "copied":
      return Export.onCopied(state)
  }
}
