/**
 * Choosing a window: from presets, by typing, in a calendar, and the one before or after.
 */
import { type Command } from "../keys.ts"
import { type Overlay } from "./overlay.ts"
import { type State } from "./State.ts"

export const commanded = (state: State, _: Command): State => state

export const pressed = (
  state: State,
  _overlay: Extract<Overlay, { kind: "presets" | "range" | "calendar" }>,
  key: string,
): State => (key === "escape" ? { ...state, overlay: null } : state)
