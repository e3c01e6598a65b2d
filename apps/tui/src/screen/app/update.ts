/**
 * What becomes of a state when something happens. Nothing else changes one.
 */
import * as Calendar from "@dwell/core/Calendar"
import * as Either from "effect/Either"
import type { Answer } from "../worker/protocol/answer.ts"
import { bindingsOn, type Command, commandOf, type ScreenName, screens } from "../keys.ts"
import { themeNames } from "../theme.ts"
import * as Agent from "../agent/commands.ts"
import * as Connect from "../connect/commands.ts"
import * as Coverage from "../coverage/commands.ts"
import * as Floor from "../floor/commands.ts"
import { after, gone, noted } from "./navigation.ts"
import * as Input from "./input.ts"
import type { Overlay } from "./overlay.ts"
import * as Report from "../report/commands.ts"
import * as Staffing from "../staffing/commands.ts"
import type { Event, Held, State } from "./state.ts"
import * as Taking from "./export.ts"
import * as Windows from "../window/window.ts"
import * as WindowCommands from "../window/commands.ts"

const screenOf = (command: Command): ScreenName | undefined => screens.find((screen) => command === `go-${screen}`)

const onScreen = (state: State, command: Command): State => {
  switch (state.screen) {
    case "floor":
      return Floor.commanded(state, command)
    case "report":
      return Report.commanded(state, command)
    case "agent":
      return Agent.commanded(state, command)
    case "staffing":
      return Staffing.commanded(state, command)
    case "coverage":
      return Coverage.commanded(state, command)
    case "connect":
      return Connect.commanded(state, command)
  }
}

/** Does what a key or the palette says. */
const commanded = (state: State, command: Command): State => {
  const screen = screenOf(command)
  if (screen === "connect" && state.connect.testing === null) {
    // What was tried last time is over.
    const { connect: _, ...answers } = state.answers
    return gone({ ...state, answers }, screen)
  }
  if (screen !== undefined) return gone(state, screen)
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
      return { ...state, turn: state.turn + 1 }
    case "theme": {
      const theme = after(themeNames, state.theme)
      return noted({ ...state, theme }, `Theme: ${theme === "16" ? "16 colours" : theme}`)
    }
    case "definition": {
      const of = state.screen === "report" ? Report.columnOf(state) : state.floor.column
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
      return state.screen === "agent" ? onScreen(state, command) : WindowCommands.commanded(state, command)
    default:
      return onScreen(state, command)
  }
}

/** What the palette finds: commands of the screen, by words of their description. */
export const found = ({ screen }: Pick<State, "screen">, text: string) => {
  const words = text.toLowerCase().split(/\s+/)
  return bindingsOn(screen).filter(({ command, says }) =>
    words.every((word) => `${says} ${command}`.toLowerCase().includes(word)),
  )
}

/** The table of the screen with another filter. */
const filtered = (state: State, filter: string): State =>
  state.screen === "report" ? Report.changed(state, { filter }) : Floor.changed(state, { filter })

const closed = (state: State): State => ({ ...state, overlay: null })

const chosen = (cursor: number, key: string, length: number): number => {
  const by = key === "up" ? -1 : key === "down" ? 1 : 0
  return Math.max(0, Math.min(length - 1, cursor + by))
}

/** A key while something lies over the screen. */
const inOverlay = (state: State, overlay: Overlay, key: string): State => {
  if (key === "ctrl-c") return { ...state, isLeaving: true }
  switch (overlay.kind) {
    case "help": {
      if (key === "escape" || key === "?" || key === "q" || key === "enter") return closed(state)
      const by = { up: -1, down: 1, k: -1, j: 1, pageup: -10, pagedown: 10 }[key] ?? 0
      const most = Math.max(0, bindingsOn(state.screen).length - 1)
      return { ...state, overlay: { ...overlay, top: Math.max(0, Math.min(most, overlay.top + by)) } }
    }
    case "definition":
    case "banners":
      return closed(state)
    case "palette": {
      const all = found(state, overlay.input.text)
      if (key === "escape") return closed(state)
      if (key === "enter") {
        const binding = all[overlay.cursor]
        return binding === undefined ? state : commanded(closed(state), binding.command)
      }
      const input = key === "up" || key === "down" ? undefined : Input.pressed(overlay.input, key)
      return input === undefined
        ? { ...state, overlay: { ...overlay, cursor: chosen(overlay.cursor, key, all.length) } }
        : { ...state, overlay: { ...overlay, input, cursor: 0 } }
    }
    case "filter": {
      if (key === "enter") return closed(state)
      if (key === "escape") return filtered(closed(state), overlay.before)
      if (key === "up" || key === "down") return onScreen(state, key)
      const input = Input.pressed(overlay.input, key)
      return input === undefined ? state : filtered({ ...state, overlay: { ...overlay, input } }, input.text)
    }
    case "zone": {
      if (key === "escape") return closed(state)
      if (key === "enter") {
        if (overlay.input.text.trim() === "") return closed({ ...state, timezone: null })
        return Either.match(Calendar.zone(overlay.input.text.trim()), {
          onLeft: (error): State => ({ ...state, overlay: { ...overlay, error: Windows.fault(error) } }),
          onRight: ({ name }) => closed({ ...state, timezone: name }),
        })
      }
      const input = Input.pressed(overlay.input, key)
      return input === undefined ? state : { ...state, overlay: { ...overlay, input, error: null } }
    }
    case "export":
      return Taking.pressed(state, overlay, key)
    case "presets":
    case "range":
    case "calendar":
      return WindowCommands.pressed(state, overlay, key)
  }
}

const pressed = (state: State, key: string): State => {
  if (state.overlay !== null) return inOverlay(state, state.overlay, key)
  const command = commandOf(state.screen, key)
  // In a form, what can be typed is typed.
  if (state.screen === "connect" && (command === undefined || Connect.isTyped(key))) return Connect.pressed(state, key)
  return command === undefined ? state : commanded(state, command)
}

/** Waking up shows as a second that took longer than a minute. */
const sleepSeconds = 60

const ticked = (state: State, now: number): State => {
  const slept = now - state.now > sleepSeconds ? now - state.now : state.sleptSeconds
  const notice = state.notice !== null && now >= state.notice.until ? null : state.notice
  return { ...state, now, notice, sleptSeconds: slept }
}

const held = <A extends Answer>(key: string, answer: A): Held<A> => ({ key, answer, trouble: null })

/** The last good floor stays, with its age, until there is a newer one of the same place. */
const liveHeld = (state: State, key: string, answer: Extract<Answer, { _tag: "live" }>): State => {
  const before = state.answers.live?.answer ?? null
  const isSamePlace =
    before !== null && before.place.name === answer.place.name && before.place.kind === answer.place.kind
  const floor = answer.floor ?? (isSamePlace ? before.floor : null)
  const isNew = floor !== null && floor.asOf !== before?.floor?.asOf
  const next = {
    ...state,
    sleptSeconds: isNew ? 0 : state.sleptSeconds,
    answers: { ...state.answers, live: held(key, { ...answer, floor }) },
  }
  return Floor.changed(next, {})
}

const answered = (state: State, key: string, answer: Answer): State => {
  const { answers } = state
  switch (answer._tag) {
    case "live":
      return liveHeld(state, key, answer)
    case "teams":
      return { ...state, answers: { ...answers, teams: held(key, answer) } }
    case "report":
      return { ...state, answers: { ...answers, report: held(key, answer) } }
    case "agent":
      return { ...state, answers: { ...answers, agent: held(key, answer) } }
    case "staffing":
      return { ...state, answers: { ...answers, staffing: held(key, answer) } }
    case "coverage":
      return { ...state, answers: { ...answers, coverage: held(key, answer) } }
    case "connect":
      return Connect.answered({ ...state, answers: { ...answers, connect: held(key, answer) } }, answer)
    case "export":
      return Taking.answered(state, answer)
    case "write":
      return Taking.written(state, answer)
  }
}

const failed = (state: State, { key, of, trouble }: Extract<Event, { _tag: "failed" }>): State => {
  if (of === "export" || of === "write") return Taking.failed(state, trouble)
  const next = { ...state, answers: { ...state.answers, [of]: { answer: null, ...state.answers[of], key, trouble } } }
  return of === "connect" ? Connect.failed(next) : next
}

/** The state after something happened. */
export const update = (state: State, event: Event): State => {
  switch (event._tag) {
    case "key":
      return pressed(state, event.key)
    case "pasted":
      return Input.charactersOf(event.text).reduce(pressed, state)
    case "tick":
      return ticked(state, event.now)
    case "resized":
      return Floor.changed({ ...state, size: event.size }, {})
    case "answered":
      return answered(state, event.key, event.answer)
    case "failed":
      return failed(state, event)
    case "drawn":
      return Taking.drawn(state, event.text)
    case "copied":
      return Taking.copied(state)
  }
}
