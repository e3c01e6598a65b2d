/**
 * What keys do while an overlay is open.
 */
import * as Calendar from "@dwell/core/Calendar"
import * as Either from "effect/Either"
import { onCommand, onScreen } from "../app/commands.ts"
import type { Overlay } from "../app/overlay.ts"
import type { State } from "../app/state.ts"
import * as Floor from "../floor/commands.ts"
import { bindingsOn } from "../keys.ts"
import * as Report from "../report/model.ts"
import * as WindowCommands from "../window/commands.ts"
import * as Windows from "../window/window.ts"
import * as Export from "../app/export.ts"
import * as Input from "../components/input.ts"

/** The commands of the screen whose descriptions have all of the words. */
export const matchingCommands = ({ screen }: Pick<State, "screen">, text: string) => {
  const words = text.toLowerCase().split(/\s+/)
  return bindingsOn(screen).filter(({ command, description }) =>
    words.every((word) => `${description} ${command}`.toLowerCase().includes(word)),
  )
}

/** The table of the screen with another filter. */
const setFilter = (state: State, filter: string): State =>
  state.screen === "report" ? Report.patch(state, { filter }) : Floor.patch(state, { filter })

const close = (state: State): State => ({ ...state, overlay: null })

const moveCursor = (cursor: number, key: string, length: number): number => {
  const by = key === "up" ? -1 : key === "down" ? 1 : 0
  return Math.max(0, Math.min(length - 1, cursor + by))
}

/** The state after a key while an overlay is open. */
export const onOverlayKey = (state: State, overlay: Overlay, key: string): State => {
  if (key === "ctrl-c") return { ...state, isLeaving: true }
  switch (overlay.kind) {
    case "help": {
      if (key === "escape" || key === "?" || key === "q" || key === "enter") return close(state)
      const by = { up: -1, down: 1, k: -1, j: 1, pageup: -10, pagedown: 10 }[key] ?? 0
      const most = Math.max(0, bindingsOn(state.screen).length - 1)
      return { ...state, overlay: { ...overlay, top: Math.max(0, Math.min(most, overlay.top + by)) } }
    }
    case "definition":
    case "banners":
      return close(state)
    case "palette": {
      const all = matchingCommands(state, overlay.input.text)
      if (key === "escape") return close(state)
      if (key === "enter") {
        const binding = all[overlay.cursor]
        return binding === undefined ? state : onCommand(close(state), binding.command)
      }
      const input = key === "up" || key === "down" ? undefined : Input.onKey(overlay.input, key)
      return input === undefined
        ? { ...state, overlay: { ...overlay, cursor: moveCursor(overlay.cursor, key, all.length) } }
        : { ...state, overlay: { ...overlay, input, cursor: 0 } }
    }
    case "filter": {
      if (key === "enter") return close(state)
      if (key === "escape") return setFilter(close(state), overlay.before)
      if (key === "up" || key === "down") return onScreen(state, key)
      const input = Input.onKey(overlay.input, key)
      return input === undefined ? state : setFilter({ ...state, overlay: { ...overlay, input } }, input.text)
    }
    case "zone": {
      if (key === "escape") return close(state)
      if (key === "enter") {
        if (overlay.input.text.trim() === "") return close({ ...state, timezone: null })
        return Either.match(Calendar.zone(overlay.input.text.trim()), {
          onLeft: (error): State => ({ ...state, overlay: { ...overlay, error: Windows.issueText(error) } }),
          onRight: ({ name }) => close({ ...state, timezone: name }),
        })
      }
      const input = Input.onKey(overlay.input, key)
      return input === undefined ? state : { ...state, overlay: { ...overlay, input, error: null } }
    }
    case "export":
      return Export.onKey(state, overlay, key)
    case "presets":
    case "range":
    case "calendar":
      return WindowCommands.onKey(state, overlay, key)
  }
}
