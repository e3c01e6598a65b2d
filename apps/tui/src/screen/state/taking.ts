/**
 * Taking away what is on the screen: to a file or to the clipboard.
 */
import { type ExportAnswer, type WriteAnswer } from "../desk/Question.ts"
import { type Overlay } from "./overlay.ts"
import { type State } from "./State.ts"

export const pressed = (state: State, _: Extract<Overlay, { kind: "export" }>, key: string): State =>
  key === "escape" ? { ...state, overlay: null } : state

/** The text of an answer has come. */
export const answered = (state: State, _: ExportAnswer): State => state

/** A file was written. */
export const written = (state: State, _: WriteAnswer): State => state

/** The screen was drawn as a picture. */
export const drawn = (state: State, _: string): State => state

/** The clipboard has it. */
export const copied = (state: State): State => state
