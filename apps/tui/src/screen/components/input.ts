/**
 * A line that is being typed.
 *
 * Shape    `at` is where the next character goes, counted in graphemes, so that an accent is never parted from its letter
 */
import { withoutControls } from "@dwell/terminal/text"

export interface Input {
  readonly text: string
  readonly at: number
}

const graphemes = new Intl.Segmenter("en")

export const charactersOf = (text: string): ReadonlyArray<string> =>
  Array.from(graphemes.segment(text), ({ segment }) => segment)

export const of = (text: string): Input => ({ text, at: charactersOf(text).length })

export const empty: Input = of("")

/** Puts a text in where the cursor is. */
export const insert = ({ at, text }: Input, more: string): Input => {
  const characters = charactersOf(text)
  const clean = withoutControls(more)
  const before = characters.slice(0, at).join("") + clean
  return { text: before + characters.slice(at).join(""), at: charactersOf(before).length }
}

/** The line after a key; `undefined` = the line does not use the key. */
export const onKey = (input: Input, key: string): Input | undefined => {
  const characters = charactersOf(input.text)
  const without = (from: number, to: number): Input => ({
    text: [...characters.slice(0, from), ...characters.slice(to)].join(""),
    at: from,
  })
  switch (key) {
    case "left":
      return { ...input, at: Math.max(0, input.at - 1) }
    case "right":
      return { ...input, at: Math.min(characters.length, input.at + 1) }
    case "home":
    case "ctrl-a":
      return { ...input, at: 0 }
    case "end":
    case "ctrl-e":
      return { ...input, at: characters.length }
    case "backspace":
      return input.at === 0 ? input : without(input.at - 1, input.at)
    case "delete":
      return without(input.at, input.at + 1)
    case "ctrl-u":
      return { text: characters.slice(input.at).join(""), at: 0 }
    case "ctrl-w": {
      const before = characters
        .slice(0, input.at)
        .join("")
        .replace(/\S*\s*$/, "")
      return { text: before + characters.slice(input.at).join(""), at: charactersOf(before).length }
    }
    default:
      return charactersOf(key).length === 1 ? insert(input, key) : undefined
  }
}
