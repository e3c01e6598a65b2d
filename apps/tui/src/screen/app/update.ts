/**
 * The state after an event. Nothing else changes a state.
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
  // In a form, every printable key goes into the field.
  if (state.screen === "connect" && (command === undefined || Connect.isPrintable(key)))
    return Connect.onKey(state, key)
  return command === undefined ? state : onCommand(state, command)
}

/** A tick that comes more than a minute after the last means that the machine slept. */
const sleepSeconds = 60

const onTick = (state: State, now: number): State => {
  const slept = now - state.now > sleepSeconds ? now - state.now : state.sleptSeconds
  const notice = state.notice !== null && now >= state.notice.until ? null : state.notice
  return { ...state, now, notice, sleptSeconds: slept }
}

/** The state after an event. */
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
