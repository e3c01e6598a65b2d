/**
 * What keys and the palette do on any screen.
 */
import * as Report from "../report/commands.ts"
import * as Agent from "../agent/commands.ts"
import * as Connect from "../connect/commands.ts"
import * as Coverage from "../coverage/commands.ts"
import * as Floor from "../floor/commands.ts"
import { type Command, type ScreenName, screens } from "../keys.ts"
import * as ReportModel from "../report/model.ts"
import * as Staffing from "../staffing/commands.ts"
import { themeNames } from "../theme.ts"
import * as WindowCommands from "../window/commands.ts"
import * as Input from "../components/input.ts"
import { goTo, nextOf, notify } from "./navigation.ts"
import type { State } from "./state.ts"

const screenOf = (command: Command): ScreenName | undefined => screens.find((screen) => command === `go-${screen}`)

export const onScreen = (state: State, command: Command): State => {
  switch (state.screen) {
    case "floor":
      return Floor.onCommand(state, command)
    case "report":
      return Report.onCommand(state, command)
    case "agent":
      return Agent.onCommand(state, command)
    case "staffing":
      return Staffing.onCommand(state, command)
    case "coverage":
      return Coverage.onCommand(state, command)
    case "connect":
      return Connect.onCommand(state, command)
  }
}

/** The state after a command of a key or the palette. */
export const onCommand = (state: State, command: Command): State => {
  const screen = screenOf(command)
  if (screen === "connect" && state.connect.testing === null) {
    // The last test is over.
    const { connect: _, ...answers } = state.answers
    return goTo({ ...state, answers }, screen)
  }
  if (screen !== undefined) return goTo(state, screen)
  switch (command) {
    case "quit":
      return { ...state, isLeaving: true }
    case "help":
      return { ...state, overlay: { kind: "help", top: 0 } }
    case "banners":
      return { ...state, overlay: { kind: "banners" } }
    case "palette":
      return { ...state, overlay: { kind: "palette", input: Input.empty, cursor: 0 } }
    case "again":
      return { ...state, refreshCount: state.refreshCount + 1 }
    case "theme": {
      const theme = nextOf(themeNames, state.theme)
      return notify({ ...state, theme }, `Theme: ${theme === "16" ? "16 colours" : theme}`)
    }
    case "definition": {
      const of = state.screen === "report" ? ReportModel.columnOf(state) : state.floor.column
      return { ...state, overlay: { kind: "definition", of } }
    }
    case "zone":
      return { ...state, overlay: { kind: "zone", input: Input.of(state.timezone ?? ""), error: null } }
    case "back": {
      const changed = onScreen(state, command)
      if (changed !== state) return changed
      const previous = state.before.at(-1)
      return previous === undefined ? state : { ...state, screen: previous, before: state.before.slice(0, -1) }
    }
    case "export":
      return { ...state, overlay: { kind: "export", cursor: 0 } }
    case "presets":
    case "range":
    case "calendar":
    case "earlier":
    case "later":
      return state.screen === "agent" ? onScreen(state, command) : WindowCommands.onCommand(state, command)
    default:
      return onScreen(state, command)
  }
}
