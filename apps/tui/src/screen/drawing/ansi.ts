/**
 * What a terminal would show of text with colours.
 *
 * Shape    lines of runs of one style; colours as `#rrggbb`, `null` for the terminal's own
 * Source   ECMA-48, SGR; the 256 colours of xterm
 */
import { type AnsiCode, styledCharsFromTokens, tokenize } from "@alcalzone/ansi-tokenize"

/** Text of one style. */
export interface Run {
  readonly text: string
  readonly foreground: string | null
  readonly background: string | null
  readonly bold: boolean
  readonly dim: boolean
  /** Whether foreground and background change places. */
  readonly inverse: boolean
  readonly underline: boolean
}

type Style = Omit<Run, "text">

const unstyled: Style = {
  foreground: null,
  background: null,
  bold: false,
  dim: false,
  inverse: false,
  underline: false,
}

// What the first sixteen look like is each terminal's choice. These are legible on a dark background.
const palette = (
  "#1e1e1e #cd3131 #0dbc79 #e5e510 #2472c8 #bc3fbc #11a8cd #e5e5e5 " +
  "#666666 #f14c4c #23d18b #f5f543 #3b8eea #d670d6 #29b8db #ffffff"
).split(" ")

const levels = [0, 95, 135, 175, 215, 255]

const hex = (channels: ReadonlyArray<number>): string =>
  `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`

/** One of the 256 colours: sixteen, a cube of six a side, shades of grey. */
const indexed = (index: number): string => {
  if (index >= 232) return hex(Array.from({ length: 3 }, () => 8 + 10 * (index - 232)))
  const cube = index - 16
  return palette[index] ?? hex([cube / 36, cube / 6, cube].map((side) => levels[Math.floor(side) % 6] ?? 0))
}

/** The colour of the parameters behind 38 and 48. */
const extended = ([kind, ...values]: ReadonlyArray<number>): string | null => {
  const [first] = values
  if (first === undefined || values.some((value) => value > 255)) return null
  if (kind === 5) return indexed(first)
  return kind === 2 && values.length === 3 ? hex(values) : null
}

const styleOf = ({ code }: AnsiCode): Partial<Style> => {
  const [kind = 0, ...rest] = (/\[([\d;]+)m$/.exec(code)?.[1] ?? "").split(";").map(Number)
  if (kind === 1) return { bold: true }
  if (kind === 2) return { dim: true }
  if (kind === 4) return { underline: true }
  if (kind === 7) return { inverse: true }
  if (kind === 38) return { foreground: extended(rest) }
  if (kind === 48) return { background: extended(rest) }
  // Eight colours, bright ones 60 further on.
  const isBright = kind >= 90
  const colour = (base: number) => indexed(kind - base - (isBright ? 60 : 0) + (isBright ? 8 : 0))
  if ((kind >= 30 && kind <= 37) || (kind >= 90 && kind <= 97)) return { foreground: colour(30) }
  if ((kind >= 40 && kind <= 47) || (kind >= 100 && kind <= 107)) return { background: colour(40) }
  return {}
}

// oxlint-disable-next-line no-control-regex -- these sequences begin with a control character
const otherSequences = /\u001b\[[0-?]*[ -/]*[@-ln-~]/g

/** Text with SGR sequences as lines of runs; other control sequences show nothing. */
export const styledLines = (ansi: string): ReadonlyArray<ReadonlyArray<Run>> => {
  const text = ansi.replaceAll(otherSequences, "").replaceAll("\r\n", "\n").replaceAll("\u001b[m", "\u001b[0m")
  const lines: Array<Array<Run>> = [[]]
  let last: string | undefined
  for (const { styles, value } of styledCharsFromTokens(tokenize(text))) {
    if (value === "\n") {
      lines.push([])
      continue
    }
    const codes = styles.map(({ code }) => code).join("")
    const line = lines.at(-1) ?? []
    const run = line.at(-1)
    if (run !== undefined && codes === last) line[line.length - 1] = { ...run, text: run.text + value }
    else line.push({ text: value, ...styles.reduce((style, code) => ({ ...style, ...styleOf(code) }), unstyled) })
    last = codes
  }
  return lines
}
