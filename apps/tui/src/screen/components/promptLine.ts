/**
 * The line at the bottom in which a person types.
 */
import { issueOf } from "../app/filter.ts"
import { charactersOf, type Input } from "./input.ts"
import type { State } from "../app/state.ts"
import type { Theme } from "../theme.ts"

/** A line with the place of the next character marked. */
export const field = ({ at, text }: Input, theme: Theme): string => {
  const characters = charactersOf(text)
  const under = characters[at] ?? " "
  return characters.slice(0, at).join("") + theme.paint("cursor", under) + characters.slice(at + 1).join("")
}

/** A line that must stay secret: at most eight dots, so that its length stays secret too. */
export const passwordField = ({ text }: Input, isTyped: boolean, theme: Theme): string => {
  const dots = (theme.look === "ascii" ? "*" : "•").repeat(Math.min(8, charactersOf(text).length))
  return isTyped ? dots + theme.paint("cursor", " ") : dots
}

export const promptLine = ({ overlay, screen }: State, theme: Theme): string | null => {
  if (overlay?.kind === "filter") {
    const words = screen === "floor" ? "name, team, status, wrap>3m, over" : "name, team, status"
    const issue = issueOf(overlay.input.text, screen === "floor")
    const says = theme.paint(issue === null ? "faint" : "alarm", issue ?? `${words}; Enter applies it, Esc cancels`)
    return `${theme.paint("accent", "/")} ${field(overlay.input, theme)}  ${says}`
  }
  if (overlay?.kind === "zone") {
    const says = overlay.error ?? "an IANA name, such as Europe/London; empty: the account's"
    return `${theme.paint("accent", "Zone")} ${field(overlay.input, theme)}  ${theme.paint(overlay.error === null ? "faint" : "alarm", says)}`
  }
  return null
}
