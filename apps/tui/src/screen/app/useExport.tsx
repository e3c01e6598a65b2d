import { renderToString, useStdout } from "ink"
import { useEffect } from "react"
import { styledLines } from "../drawing/ansi.ts"
import { svg } from "../drawing/svg.ts"
import { Screen } from "../Screen.tsx"
import type { Event, State } from "./state.ts"
import type { Theme, ThemeName } from "../theme.ts"

/** A terminal does not report its own colours; these are the ones that a theme was made for. */
const terminalColours: Readonly<Record<ThemeName, { readonly background: string; readonly foreground: string }>> = {
  dark: { background: "#11151c", foreground: "#e6e9ee" },
  "16": { background: "#11151c", foreground: "#e6e9ee" },
  light: { background: "#ffffff", foreground: "#1b1f26" },
}

/** The screen as a picture, without overlays and notices. */
export const pictureOf = (state: State, theme: Theme): string => {
  const { columns, rows } = state.size
  const shown = { ...state, overlay: null, notice: null }
  return svg({
    lines: styledLines(renderToString(<Screen state={shown} theme={theme} />, { columns })),
    columns,
    rows,
    ...terminalColours[theme.name],
    title: `dwell: ${state.screen}`,
  })
}

/**
 * The sequence that asks a terminal to put a text on the clipboard; within tmux once more so that it is handed on to the
 * terminal outside.
 *
 * Source   xterm's control sequences, OSC 52; tmux(1), allow-passthrough
 */
export const copySequence = (text: string, isTmux: boolean): string => {
  const sequence = `\u001b]52;c;${Buffer.from(text, "utf8").toString("base64")}\u0007`
  return isTmux ? `${sequence}\u001bPtmux;${sequence.replaceAll("\u001b", "\u001b\u001b")}\u001b\\` : sequence
}

/** The part of an export that only the screen can do: it draws, and it copies. */
export const useExport = (state: State, theme: Theme, dispatch: (event: Event) => void): void => {
  const { stdout } = useStdout()
  const { exportState } = state
  const isToBeDrawn = exportState !== null && exportState.question === null && exportState.text === null
  const toBeCopied = exportState?.target === "clipboard" ? exportState.text : null
  useEffect(() => {
    if (!isToBeDrawn) return
    // Ink can't lay out one screen while it lays out another.
    const later = setImmediate(() => dispatch({ _tag: "drawn", text: pictureOf(state, theme) }))
    return () => clearImmediate(later)
  }, [isToBeDrawn])
  useEffect(() => {
    if (toBeCopied === null) return
    stdout.write(copySequence(toBeCopied, process.env["TMUX"] !== undefined))
    dispatch({ _tag: "copied" })
  }, [toBeCopied])
}
