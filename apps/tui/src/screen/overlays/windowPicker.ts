/**
 * Choosing a window, in a screen's place: presets, two lines to type in, a month.
 */
import * as Either from "effect/Either"
import { wrapped } from "@dwell/terminal/text"
import { fit, instant } from "../../format.ts"
import { type Day, month } from "../drawing/month.ts"
import { innerHeight } from "../app/layout.ts"
import type { Overlay } from "../app/overlay.ts"
import type { State } from "../app/state.ts"
import { resolve, zoneOf } from "../window/window.ts"
import { presetsOf } from "../window/presets.ts"
import type { Theme } from "../theme.ts"
import { field } from "../components/promptLine.ts"

type Over<Kind> = Extract<Overlay, { kind: Kind }>

const headed = (title: string, hint: string, theme: Theme): string =>
  ` ${theme.paint("title", title)}${theme.paint("faint", `   ${hint}`)}`

/** Rows below the head of a choice. */
const room = (state: State): number => Math.max(1, innerHeight(state) - 1)

/** As many of the lines as fit, including the one at an index. */
const around = (lines: ReadonlyArray<string>, one: number, height: number): ReadonlyArray<string> => {
  const top = Math.max(0, one - height + 1)
  return lines.slice(top, top + height)
}

/** The start and end of a window given as text; empty if the text is invalid. */
const spanOf = (state: State, window: { readonly from: string; readonly to: string }): string =>
  Either.match(resolve(state, window), {
    onLeft: () => "",
    onRight: ({ from, to }) => `${instant(zoneOf(state), from)} to ${instant(zoneOf(state), to)}`,
  })

const titleWidth = 16

const presets = (state: State, { cursor }: Over<"presets">, theme: Theme): ReadonlyArray<string> => {
  const lines = presetsOf(state).map(({ title, window }, index) => {
    const span = fit(spanOf(state, window), Math.max(0, state.size.columns - titleWidth - 6), "left")
    const number = theme.paint("accent", `${(index + 1) % 10}`)
    const line = ` ${number}  ${fit(title, titleWidth, "left")} ${theme.paint("faint", span)}`
    return index === cursor ? theme.paint("cursor", line) : line
  })
  return [headed("Window", "a number, or Enter; Esc closes", theme), ...around(lines, cursor, room(state))]
}

const range = (state: State, { error, field: at, from, to }: Over<"range">, theme: Theme): ReadonlyArray<string> => {
  const line = (name: "from" | "to", title: string) => {
    const input = name === "from" ? from : to
    const label = theme.paint(at === name ? "accent" : "faint", fit(title, 6, "left"))
    return ` ${label} ${at === name ? field(input, theme) : input.text}`
  }
  const width = state.size.columns - 2
  const hint =
    "2026-03-09, 2026-03-09T10:30, 10:30, now, today, yesterday, -90m, -7d, Unix seconds. An empty From is today; an empty To is now."
  const apart = room(state) < 10 ? [] : [""]
  return [
    headed("Window", "Enter moves on, Tab changes the line; Esc closes", theme),
    ...apart,
    line("from", "From"),
    line("to", "To"),
    ...apart,
    ...(error === null
      ? [` ${spanOf(state, { from: from.text, to: to.text })}`]
      : wrapped(error, width).map((text) => theme.paint("alarm", ` ${text}`))),
    ...apart,
    ...wrapped(`${hint} Times without an offset are in ${zoneOf(state).name}.`, width).map((text) =>
      theme.paint("faint", ` ${text}`),
    ),
  ]
}

const weekdays = " Mo   Tu   We   Th   Fr   Sa   Su"

const dayCell = ({ isCursor, isInMonth, isSelected, isToday, label }: Day, theme: Theme): string => {
  const text = fit(`${label}${isToday ? "*" : " "}`, 3, "right")
  // Without colours, brackets mark the cursor and dots the chosen days.
  const marked = isCursor ? `[${text}]` : isSelected ? `${theme.marks.dot}${text}${theme.marks.dot}` : ` ${text} `
  if (isCursor) return theme.paint("cursor", theme.paint("accent", marked))
  return theme.paint(isSelected ? "accent" : isInMonth ? "text" : "faint", marked)
}

const calendar = (state: State, { cursor, from }: Over<"calendar">, theme: Theme): ReadonlyArray<string> => {
  const zone = zoneOf(state)
  const selected =
    from === null
      ? Either.getOrUndefined(resolve(state, state.window))
      : { from: Math.min(from, cursor), to: Math.max(from, cursor) + 1 }
  const { title, weeks } = month({
    zone,
    anchor: cursor,
    cursor,
    today: state.now,
    ...(selected === undefined ? {} : { selected }),
  })
  const hint = `Enter: the ${from === null ? "first" : "last"} day; PgUp PgDn: months; Esc closes`
  const lines = weeks.map((days) => days.map((day) => dayCell(day, theme)).join(""))
  const week = weeks.findIndex((days) => days.some(({ isCursor }) => isCursor))
  return [headed(title, hint, theme), theme.paint("faint", weekdays), ...around(lines, week, room(state) - 1)]
}

/** The lines of a choice. */
export const windowPickerLines = (
  state: State,
  overlay: Over<"presets" | "range" | "calendar">,
  theme: Theme,
): ReadonlyArray<string> => {
  switch (overlay.kind) {
    case "presets":
      return presets(state, overlay, theme)
    case "range":
      return range(state, overlay, theme)
    case "calendar":
      return calendar(state, overlay, theme)
  }
}
