/**
 * Keys by the names that keys.ts has for them.
 */
import type { Key } from "ink"
import { charactersOf } from "./components/input.ts"

const flagNames: ReadonlyArray<readonly [keyof Key, string]> = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageUp", "pageup"],
  ["pageDown", "pagedown"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "escape"],
  ["backspace", "backspace"],
  ["delete", "delete"],
]

/** Keys of control characters, for inputs of several keys. */
const controls: Readonly<Record<string, string>> = {
  "\t": "tab",
  "\r": "enter",
  "\n": "enter",
  "\r\n": "enter",
  "\b": "backspace",
  "\u007f": "backspace",
  "\u001b": "escape",
}

const keyOf = (character: string): string => {
  const code = character.codePointAt(0) ?? 0
  return controls[character] ?? (code < 27 ? `ctrl-${String.fromCodePoint(code + 96)}` : character)
}

/** The keys of one input: usually one; several if they came faster than Ink read them. */
export const keysOf = (input: string, key: Key): ReadonlyArray<string> => {
  if (key.eventType === "release") return []
  const name = flagNames.find(([flag]) => key[flag] === true)?.[1]
  if (key.tab) return [key.shift ? "shift-tab" : "tab"]
  if (name !== undefined) return [key.shift && (name === "left" || name === "right") ? `shift-${name}` : name]
  if (key.ctrl) return [`ctrl-${input}`]
  return key.meta ? [] : charactersOf(input).map(keyOf)
}
