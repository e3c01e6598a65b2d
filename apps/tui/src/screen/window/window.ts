/**
 * Choosing a window: from presets, by typing, in a calendar, and the one before or after.
 *
 * Shape    whole days, weeks and months are moved by the calendar, everything else by its length
 * Fails    what can't be read is said where it was typed, and stays there
 */
import * as Calendar from "@dwell/core/Calendar"
import type { InvalidInput } from "@dwell/core/InvalidInput"
import * as Window from "@dwell/core/Window"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { plural } from "../../render/text.ts"
import type { Asked } from "../worker/protocol/question.ts"
import { monthNames, moved } from "../drawing/month.ts"
import type { Command } from "../keys.ts"
import { noted } from "../app/navigation.ts"
import * as Input from "../app/input.ts"
import type { Overlay } from "../app/overlay.ts"
import type { State, WindowGiven } from "../app/state.ts"

/** The zone that windows are in; UTC until it is known. */
export const zoneOf = ({ answers, timezone }: Pick<State, "answers" | "timezone">): Calendar.Zone => ({
  name: timezone ?? answers.live?.answer?.place.timezone ?? answers.report?.answer?.place.timezone ?? "UTC",
})

type Clock = Pick<State, "answers" | "timezone" | "now">

/** What a window given as text is at the moment. */
export const resolved = (
  state: Clock,
  { from, to }: Pick<WindowGiven, "from" | "to">,
): Either.Either<Window.Window, InvalidInput> => {
  const instant = (text: string, what: string) =>
    Calendar.parseInstant(text, { zone: zoneOf(state), now: state.now, what })
  return Either.flatMap(instant(from, "From"), (start) =>
    Either.flatMap(instant(to, "To"), (end) => Window.make(start, end)),
  )
}

/** What is wrong with an input, in the words of the screens: those of the command line are options. */
export const fault = ({ message }: InvalidInput): string =>
  message
    .replace(/^window:/, "Window:")
    .replace(/^--tz:/, "Zone:")
    .replaceAll("--from", "From")
    .replaceAll("--to", "To")

const minuteSeconds = 60

/**
 * What makes the same window another question: that a person asks again, and that time went on, as long as the window goes
 * on. It is asked once a minute at most.
 */
export const turnOf = (state: Clock & Pick<State, "turn" | "window">): number => {
  const asOf = state.answers.live?.answer?.floor?.asOf ?? state.now
  const end = Either.match(resolved(state, state.window), { onLeft: () => asOf, onRight: ({ to }) => to })
  return state.turn + Math.floor(Math.min(end, asOf) / minuteSeconds)
}

/** The shared window as it is asked about. */
export const asked = (state: State): Asked => {
  const { place, timezone, window } = state
  return { place, from: window.from, to: window.to, timezone, turn: turnOf(state) }
}

// ---- calendar ----

const dateOf = (zone: Calendar.Zone, instant: number): string => Calendar.label(zone, instant).slice(0, 10)

const isDayStart = (zone: Calendar.Zone, instant: number): boolean => moved(zone, instant, "day", 0) === instant

const isMonthStart = (zone: Calendar.Zone, instant: number): boolean =>
  isDayStart(zone, instant) && dateOf(zone, instant - 1).slice(0, 7) !== dateOf(zone, instant).slice(0, 7)

const todayOf = (state: Clock): number => moved(zoneOf(state), state.now, "day", 0)

const mondayOf = (zone: Calendar.Zone, day: number): number => {
  const weekday = (new Date(`${dateOf(zone, day)}T00:00:00Z`).getUTCDay() + 6) % 7
  return moved(zone, day, "day", -weekday)
}

const firstOf = (zone: Calendar.Zone, day: number): number =>
  moved(zone, day, "day", 1 - Number(dateOf(zone, day).slice(8, 10)))

/** How many calendar days or months later another first instant of one is. */
const between = (zone: Calendar.Zone, { from, to }: Window.Window, unit: "day" | "month"): number => {
  const [start, end] = [dateOf(zone, from), dateOf(zone, to)]
  if (unit === "day") return Math.round((Date.parse(end) - Date.parse(start)) / 86_400_000)
  const months = (date: string) => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7))
  return months(end) - months(start)
}

/** `9 March 2026`. */
const dayWords = (zone: Calendar.Zone, day: number): string => {
  const [year = "", month = "", date = ""] = dateOf(zone, day).split("-")
  return `${Number(date)} ${monthNames[Number(month) - 1] ?? ""} ${year}`
}

const lengths = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const

/** `90 minutes`, `30 days`: in the largest unit of which it is a whole number. */
const lengthWords = (seconds: number): string => {
  const [unit, length] = lengths.find(([, of]) => seconds >= of && seconds % of === 0) ?? ["second", 1]
  return plural(seconds / length, unit)
}

/** A window in words that stay true. */
const words = (zone: Calendar.Zone, window: Window.Window): string => {
  const { from, to } = window
  if (!isDayStart(zone, from) || !isDayStart(zone, to)) return lengthWords(to - from)
  const days = between(zone, window, "day")
  const months = between(zone, window, "month")
  if (isMonthStart(zone, from) && isMonthStart(zone, to)) {
    const month = dayWords(zone, from).replace(/^\d+ /, "")
    return months === 1 ? month : `${months} months from ${month}`
  }
  if (days === 1) return dayWords(zone, from)
  return days === 7 && mondayOf(zone, from) === from
    ? `week of ${dayWords(zone, from)}`
    : `${days} days from ${dayWords(zone, from)}`
}

/** Instants as they can be typed, whole days as dates. */
const given = (state: Clock, window: Window.Window): WindowGiven => {
  const zone = zoneOf(state)
  const today = todayOf(state)
  const { from, to } = window
  const isDay = isDayStart(zone, from) && to === moved(zone, from, "day", 1)
  if (isDay && from === today) return { from: "today", to: "now", label: "today" }
  if (isDay && to === today) return { from: "yesterday", to: "today", label: "yesterday" }
  const text = (instant: number) => (isDayStart(zone, instant) ? dateOf(zone, instant) : Calendar.label(zone, instant))
  return { from: text(from), to: text(to), label: words(zone, window) }
}

// ---- before and after ----

/** The window that moving starts from: of today, that is the whole day. */
const whole = (state: Clock, window: WindowGiven): Option.Option<Window.Window> => {
  if (window.from === "today" && window.to === "now") {
    const today = todayOf(state)
    return Option.some({ from: today, to: moved(zoneOf(state), today, "day", 1) })
  }
  return Either.getRight(resolved(state, window))
}

/** The window that touches another one, before or after it, and is as long by the calendar or by the clock. */
export const shifted = (zone: Calendar.Zone, window: Window.Window, by: -1 | 1): Window.Window => {
  const { from, to } = window
  const edge = by < 0 ? from : to
  const isOfDays = from < to && isDayStart(zone, from) && isDayStart(zone, to)
  const isOfMonths = isOfDays && isMonthStart(zone, from) && isMonthStart(zone, to)
  const other = isOfMonths
    ? moved(zone, edge, "month", by * between(zone, window, "month"))
    : isOfDays
      ? moved(zone, edge, "day", by * between(zone, window, "day"))
      : edge + by * (to - from)
  return by < 0 ? { from: other, to: edge } : { from: edge, to: other }
}

const chose = (state: State, window: WindowGiven): State => ({ ...state, window, overlay: null })

const stepped = (state: State, by: -1 | 1): State =>
  Option.match(whole(state, state.window), {
    onNone: () => state,
    onSome: (window) => {
      const next = shifted(zoneOf(state), window, by)
      return next.from >= state.now
        ? noted(state, "Nothing has happened after this yet.")
        : chose(state, given(state, next))
    },
  })

// ---- presets ----

export interface Preset {
  readonly title: string
  readonly window: WindowGiven
}

/** What can be chosen by its number. Weeks and months that are going on are whole ones, of which a part is yet to come. */
export const presetsOf = (state: Clock): ReadonlyArray<Preset> => {
  const zone = zoneOf(state)
  const today = todayOf(state)
  const days = (title: string, from: number, to: number): Preset => ({ title, window: given(state, { from, to }) })
  const ago = (title: string, from: string): Preset => ({
    title,
    window: { from, to: "now", label: title.toLowerCase() },
  })
  const monday = mondayOf(zone, today)
  const first = firstOf(zone, today)
  return [
    days("Today", today, moved(zone, today, "day", 1)),
    days("Yesterday", moved(zone, today, "day", -1), today),
    days("This week", monday, moved(zone, monday, "day", 7)),
    days("Last week", moved(zone, monday, "day", -7), monday),
    days("This month", first, moved(zone, first, "month", 1)),
    days("Last month", moved(zone, first, "month", -1), first),
    ago("Last 90 minutes", "-90m"),
    ago("Last 24 hours", "-24h"),
    ago("Last 7 days", "-7d"),
    ago("Last 30 days", "-30d"),
  ]
}

const isSame = (one: WindowGiven, other: WindowGiven): boolean => one.from === other.from && one.to === other.to

const presetOf = (state: State): number =>
  Math.max(
    0,
    presetsOf(state).findIndex(({ window }) => isSame(window, state.window)),
  )

export const commanded = (state: State, command: Command): State => {
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
      const window = Option.getOrUndefined(whole(state, state.window))
      // Of a window that goes on, the day that is going on.
      const at = Math.min(window === undefined ? state.now : Math.max(window.from, window.to - 1), state.now)
      return { ...state, overlay: { kind: "calendar", cursor: moved(zoneOf(state), at, "day", 0), from: null } }
    }
    case "earlier":
      return stepped(state, -1)
    case "later":
      return stepped(state, 1)
    default:
      return state
  }
}

// ---- keys ----

type Over<Kind> = Extract<Overlay, { kind: Kind }>

const presetPressed = (state: State, overlay: Over<"presets">, key: string): State => {
  const presets = presetsOf(state)
  // The tenth has the number 0, as on a keyboard.
  const numbered = /^\d$/.test(key) ? presets[(Number(key) + 9) % 10] : undefined
  const preset = key === "enter" ? presets[overlay.cursor] : numbered
  if (preset !== undefined) return chose(state, preset.window)
  const by = { up: -1, k: -1, "wheel-up": -1, down: 1, j: 1, "wheel-down": 1 }[key] ?? 0
  return { ...state, overlay: { ...overlay, cursor: Math.max(0, Math.min(presets.length - 1, overlay.cursor + by)) } }
}

/** What a field that is left empty means, as on the command line. */
const defaults = { from: "today", to: "now" } as const

const rangePressed = (state: State, overlay: Over<"range">, key: string): State => {
  const { field } = overlay
  const other = field === "from" ? "to" : "from"
  const isLeft = ["tab", "shift-tab", "up", "down"].includes(key) || (key === "enter" && field === "from")
  if (isLeft) return { ...state, overlay: { ...overlay, field: other } }
  if (key === "enter") {
    const from = overlay.from.text.trim() || defaults.from
    const to = overlay.to.text.trim() || defaults.to
    return Either.match(resolved(state, { from, to }), {
      onLeft: (error): State => ({
        ...state,
        overlay: { ...overlay, field: error.what === "From" ? "from" : "to", error: fault(error) },
      }),
      onRight: () => chose(state, { from, to, label: `${from} to ${to}` }),
    })
  }
  const input = Input.pressed(overlay[field], key)
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

const calendarPressed = (state: State, overlay: Over<"calendar">, key: string): State => {
  const zone = zoneOf(state)
  const { cursor, from } = overlay
  if (key === "enter") {
    if (from === null) return { ...state, overlay: { ...overlay, from: cursor } }
    const window = { from: Math.min(from, cursor), to: moved(zone, Math.max(from, cursor), "day", 1) }
    return chose(state, given(state, window))
  }
  const move = moves[key]
  if (move === undefined) return state
  return { ...state, overlay: { ...overlay, cursor: Math.min(moved(zone, cursor, ...move), todayOf(state)) } }
}

export const pressed = (
  state: State,
  overlay: Extract<Overlay, { kind: "presets" | "range" | "calendar" }>,
  key: string,
): State => {
  if (key === "escape") return { ...state, overlay: null }
  switch (overlay.kind) {
    case "presets":
      return presetPressed(state, overlay, key)
    case "range":
      return rangePressed(state, overlay, key)
    case "calendar":
      return calendarPressed(state, overlay, key)
  }
}
