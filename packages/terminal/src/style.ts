/**
 * What a terminal can show: its width, colours and pictures.
 *
 * Source   no-color.org
 */
export interface Style {
  /** Cells per line; `Infinity` if output goes to a file or a pipe. */
  readonly width: number
  readonly colour: boolean
  /** Bars and sparklines: only on a terminal. */
  readonly pictures: boolean
}

const codes = {
  bold: "1",
  dim: "2",
  red: "31",
  green: "32",
  yellow: "33",
  blue: "34",
  magenta: "35",
  cyan: "36",
} as const

export type Ink = keyof typeof codes

/** The text in a colour, if there are colours. */
export const ink = ({ colour }: Style, name: Ink, text: string): string =>
  colour && text !== "" ? `\u001b[${codes[name]}m${text}\u001b[0m` : text

const isSet = (value: string | undefined): boolean => value !== undefined && value !== ""

interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
}

/** Detects what an output can show. NO_COLOR and TERM=dumb turn colours off, FORCE_COLOR (except 0) turns them on. */
export const detect = (output: Output, env: Readonly<Record<string, string | undefined>>): Style => {
  const isTerminal = output.isTTY === true
  const isPlain = isSet(env["NO_COLOR"]) || env["TERM"] === "dumb"
  return {
    width: isTerminal ? Math.max(40, output.columns ?? 80) : Infinity,
    colour: !isPlain && (isTerminal || (isSet(env["FORCE_COLOR"]) && env["FORCE_COLOR"] !== "0")),
    pictures: isTerminal,
  }
}
