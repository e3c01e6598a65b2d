/**
 * What keys do to choose a window: from presets, by typing, in a calendar, and the one before or after.
 *
 * Fails    an invalid input shows its issue where it was typed, and stays there
 */
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Input from "../components/input.ts"
import { notify } from "../app/navigation.ts"
import type { Overlay } from "../app/overlay.ts"
import type { State, WindowInput } from "../app/state.ts"
import { shiftDay } from "../drawing/month.ts"
import type { Command } from "../keys.ts"
import { todayOf } from "./calendar.ts"
import { toWindowInput } from "./label.ts"
import { presetsOf } from "./presets.ts"
import { wholeWindow, shift } from "./shift.ts"
import { zoneOf, resolve, issueText } from "./window.ts"

const choose = (state: State, window: WindowInput): State => ({ ...state, window, overlay: null })

const step = (state: State, by: -1 | 1): State =>
  Option.match(wholeWindow(state, state.window), {
    onNone: () => state,
    onSome: (window) => {
      const next = shift(zoneOf(state), window, by)
      return next.from >= state.now
        ? notify(state, "Nothing has happened after this window yet.")
        : choose(state, toWindowInput(state, next))
    },
  })

const isSame = (one: WindowInput, other: WindowInput): boolean => one.from === other.from && one.to === other.to

const presetOf = (state: State): number =>
  Math.max(
    0,
    presetsOf(state).findIndex(({ window }) => isSame(window, state.window)),
  )

export const onCommand = (state: State, command: Command): State => {
  switch (command) {
    case "presets":
      return { ...state, overlay: { kind: "presets", cursor: presetOf(state) } }
    case "range": {
      const { from, to } = state.window
      return {
        ...state,
        overlay: { kind: "range", field: "from", from: Input.of(from), to: Input.of(to), error: null },
      }
    }
    case "calendar": {
      const window = Option.getOrUndefined(wholeWindow(state, state.window))
      // For a current window, today.
      const at = Math.min(window === undefined ? state.now : Math.max(window.from, window.to - 1), state.now)
      return { ...state, overlay: { kind: "calendar", cursor: shiftDay(zoneOf(state), at, "day", 0), from: null } }
    }
    case "earlier":
      return step(state, -1)
    case "later":
      return step(state, 1)
    default:
      return state
  }
}

type Over<Kind> = Extract<Overlay, { kind: Kind }>

const onPresetKey = (state: State, overlay: Over<"presets">, key: string): State => {
  const presets = presetsOf(state)
  // The tenth preset has the key 0.
  const numbered = /^\d$/.test(key) ? presets[(Number(key) + 9) % 10] : undefined
  const preset = key === "enter" ? presets[overlay.cursor] : numbered
  if (preset !== undefined) return choose(state, preset.window)
  const by = { up: -1, k: -1, "wheel-up": -1, down: 1, j: 1, "wheel-down": 1 }[key] ?? 0
  return { ...state, overlay: { ...overlay, cursor: Math.max(0, Math.min(presets.length - 1, overlay.cursor + by)) } }
}

/** What empty fields mean, as on the command line. */
const defaults = { from: "today", to: "now" } as const

const onRangeKey = (state: State, overlay: Over<"range">, key: string): State => {
  const { field } = overlay
  const other = field === "from" ? "to" : "from"
  const isLeft = ["tab", "shift-tab", "up", "down"].includes(key) || (key === "enter" && field === "from")
  if (isLeft) return { ...state, overlay: { ...overlay, field: other } }
  if (key === "enter") {
    const from = overlay.from.text.trim() || defaults.from
    const to = overlay.to.text.trim() || defaults.to
    return Either.match(resolve(state, { from, to }), {
      onLeft: (error): State => ({
        ...state,
        overlay: { ...overlay, field: error.what === "From" ? "from" : "to", error: issueText(error) },
      }),
      onRight: () => choose(state, { from, to, label: `${from} to ${to}` }),
    })
  }
  const input = Input.onKey(overlay[field], key)
  return input === undefined ? state : { ...state, overlay: { ...overlay, [field]: input, error: null } }
}

const moves: Readonly<Record<string, readonly [by: "day" | "week" | "month", steps: number]>> = {
  left: ["day", -1],
  h: ["day", -1],
  right: ["day", 1],
  l: ["day", 1],
  up: ["week", -1],
  k: ["week", -1],
  down: ["week", 1],
  j: ["week", 1],
  pageup: ["month", -1],
  pagedown: ["month", 1],
}

const onCalendarKey = (state: State, overlay: Over<"calendar">, key: string): State => {
  const zone = zoneOf(state)
  const { cursor, from } = overlay
  if (key === "enter") {
    if (from === null) return { ...state, overlay: { ...overlay, from: cursor } }
    const window = { from: Math.min(from, cursor), to: shiftDay(zone, Math.max(from, cursor), "day", 1) }
    return choose(state, toWindowInput(state, window))
  }
  const move = moves[key]
  if (move === undefined) return state
  return { ...state, overlay: { ...overlay, cursor: Math.min(shiftDay(zone, cursor, ...move), todayOf(state)) } }
}

export const onKey = (
  state: State,
  overlay: Extract<Overlay, { kind: "presets" | "range" | "calendar" }>,
  key: string,
): State => {
  if (key === "escape") return { ...state, overlay: null }
  switch (overlay.kind) {
    case "presets":
      return onPresetKey(state, overlay, key)
    case "range":
      return onRangeKey(state, overlay, key)
    case "calendar":
      return onCalendarKey(state, overlay, key)
  }
}
