/**
 * What replaces the screen while it is open: help and the palette, both made from keys.ts, definitions, and the window picker.
 */
import { wrapped } from "@dwell/terminal/text"
import { fit } from "../../format.ts"
import { bindingsOn } from "../keys.ts"
import { reportRemarksOf, allBannersOf } from "../app/banners.ts"
import type { State } from "../app/state.ts"
import { choicesOf, choiceText } from "../app/export.ts"
import { matchingCommands } from "./keys.ts"
import type { Theme } from "../theme.ts"
import { windowPickerLines } from "./windowPicker.ts"
import { definitionLines } from "./definition.ts"
import { field } from "../components/promptLine.ts"

const keyWidth = 18

const help = (state: State, top: number, theme: Theme): ReadonlyArray<string> => [
  theme.paint("title", " Keys for this screen") + theme.paint("faint", "   Esc closes"),
  "",
  ...bindingsOn(state.screen)
    .slice(top, top + state.size.rows - 5)
    .map(
      ({ keys, description }) =>
        ` ${theme.paint("accent", fit(keys.join(" "), keyWidth, "left"))} ${fit(description, state.size.columns - keyWidth - 3, "left")}`,
    ),
]

/** What can be exported, and where to. */
const exportChoices = (state: State, cursor: number, theme: Theme): ReadonlyArray<string> => [
  theme.paint("title", " Export this screen") + theme.paint("faint", "   Enter or a number; Esc closes"),
  "",
  ...choicesOf(state).map((choice, index) => {
    const line = ` ${theme.paint("accent", `${index + 1}`)} ${fit(choiceText(choice), state.size.columns - 4, "left")}`
    return index === cursor ? theme.paint("cursor", line) : line
  }),
]

const banners = (state: State, theme: Theme): ReadonlyArray<string> => {
  const said = [...allBannersOf(state), ...reportRemarksOf(state).map((text) => ({ isAlarm: false, text }))]
  if (said.length === 0) return ["", " Nothing is wrong. Any key closes this."]
  return said.flatMap(({ isAlarm, text }) => [
    "",
    ...wrapped(text, state.size.columns - 2).map((line) => ` ${theme.paint(isAlarm ? "alarm" : "text", line)}`),
  ])
}

/** The lines in a screen's place; `null` = the screen itself is shown. */
export const overlayLines = (state: State, theme: Theme): ReadonlyArray<string> | null => {
  const { overlay, size } = state
  switch (overlay?.kind) {
    case "help":
      return help(state, overlay.top, theme)
    case "banners":
      return banners(state, theme)
    case "palette": {
      const room = size.rows - 6
      const top = Math.max(0, overlay.cursor - room + 1)
      return [
        ` ${theme.paint("accent", ":")} ${field(overlay.input, theme)}`,
        "",
        ...matchingCommands(state, overlay.input.text)
          .slice(top, top + room)
          .map(({ keys, description }, index) => {
            const line = ` ${fit(description, size.columns - keyWidth - 3, "left")} ${fit(keys.join(" "), keyWidth, "right")}`
            return top + index === overlay.cursor ? theme.paint("cursor", line) : line
          }),
      ]
    }
    case "definition":
      return definitionLines(overlay.of, size, theme)
    case "export":
      return exportChoices(state, overlay.cursor, theme)
    case "presets":
    case "range":
    case "calendar":
      return windowPickerLines(state, overlay, theme)
    case "filter":
    case "zone":
    case undefined:
      return null
  }
}
