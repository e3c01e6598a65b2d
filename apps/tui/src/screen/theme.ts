/**
 * How things look: a theme gives each role its colours, and has the characters that the terminal can show.
 *
 * Source   no-color.org; the fillings of render/style.ts tell categories apart where there are no colours
 */
import type { Category } from "@dwell/core/Category"
import type { Look } from "./drawing/cells.ts"
import { Chalk, type ChalkInstance } from "chalk"

/** What something means, however it looks. */
export type ColourRole =
  | Category
  | "untracked"
  | "text"
  | "faint"
  | "title"
  | "accent"
  | "good"
  | "alarm"
  | "cursor"
  | "bar"

export const themeNames = ["dark", "light", "16"] as const
export type ThemeName = (typeof themeNames)[number]

export interface Theme {
  readonly name: ThemeName
  readonly look: Look
  readonly paint: (part: ColourRole, text: string) => string
  /** Text in the colour of one role on the background of another: two halves of a cell. */
  readonly paintOn: (part: ColourRole, ground: ColourRole, text: string) => string
  /** Marks of a line, for terminals with or without Unicode. */
  readonly marks: Marks
}

interface Marks {
  readonly cursor: string
  readonly alarm: string
  readonly up: string
  readonly down: string
  readonly line: string
  readonly vertical: string
  readonly dot: string
  readonly check: string
  readonly cross: string
  readonly ellipsis: string
}

const unicode: Marks = {
  cursor: "▸",
  alarm: "▲",
  up: "↑",
  down: "↓",
  line: "─",
  vertical: "│",
  dot: "·",
  check: "✓",
  cross: "✗",
  ellipsis: "…",
}

const ascii: Marks = {
  cursor: ">",
  alarm: "!",
  up: "^",
  down: "v",
  line: "-",
  vertical: "|",
  dot: ".",
  check: "ok",
  cross: "x",
  ellipsis: "~",
}

type Colours = Readonly<
  Record<Category | "untracked" | "faint" | "accent" | "good" | "alarm" | "cursor" | "bar", string>
>

/** People who can't tell red from green can tell these apart, after Okabe and Ito. */
const dark: Colours = {
  handling: "#2fb38b",
  afterCall: "#56b4e9",
  available: "#4477dd",
  idle: "#e6a23c",
  other: "#cc79a7",
  offline: "#5a6270",
  untracked: "#5a6270",
  faint: "#8a93a2",
  accent: "#7fd4ff",
  good: "#2fb38b",
  alarm: "#ff6b57",
  cursor: "#2a3342",
  bar: "#1d2430",
}

const light: Colours = {
  handling: "#00795a",
  afterCall: "#1f7fb8",
  available: "#2a4fb0",
  idle: "#a86400",
  other: "#9c3f75",
  offline: "#8a909a",
  untracked: "#8a909a",
  faint: "#5d6570",
  accent: "#00608f",
  good: "#00795a",
  alarm: "#c02a15",
  cursor: "#dbe6f3",
  bar: "#e9edf2",
}

type Name = "green" | "cyan" | "blue" | "yellow" | "magenta" | "gray" | "red"

const sixteen: Readonly<Record<Exclude<keyof Colours, "cursor" | "bar">, Name>> = {
  handling: "green",
  afterCall: "cyan",
  available: "blue",
  idle: "yellow",
  other: "magenta",
  offline: "gray",
  untracked: "gray",
  faint: "gray",
  accent: "cyan",
  good: "green",
  alarm: "red",
}

type Paints = Readonly<Record<ColourRole, ChalkInstance>>

const trueColour = (chalk: ChalkInstance, colours: Colours): Paints => ({
  handling: chalk.hex(colours.handling),
  afterCall: chalk.hex(colours.afterCall),
  available: chalk.hex(colours.available),
  idle: chalk.hex(colours.idle),
  other: chalk.hex(colours.other),
  offline: chalk.hex(colours.offline),
  untracked: chalk.hex(colours.untracked),
  text: chalk,
  faint: chalk.hex(colours.faint),
  title: chalk.bold,
  accent: chalk.hex(colours.accent).bold,
  good: chalk.hex(colours.good),
  alarm: chalk.hex(colours.alarm).bold,
  cursor: chalk.bgHex(colours.cursor),
  bar: chalk.bgHex(colours.bar),
})

const sixteenColours = (chalk: ChalkInstance): Paints => ({
  handling: chalk[sixteen.handling],
  afterCall: chalk[sixteen.afterCall],
  available: chalk[sixteen.available],
  idle: chalk[sixteen.idle],
  other: chalk[sixteen.other],
  offline: chalk[sixteen.offline],
  untracked: chalk[sixteen.untracked],
  text: chalk,
  faint: chalk[sixteen.faint],
  title: chalk.bold,
  accent: chalk[sixteen.accent].bold,
  good: chalk[sixteen.good],
  alarm: chalk[sixteen.alarm].bold,
  cursor: chalk.inverse,
  bar: chalk,
})

/** Emphasis without colours. */
const withoutColours = (chalk: ChalkInstance): Paints => ({
  handling: chalk,
  afterCall: chalk,
  available: chalk,
  idle: chalk,
  other: chalk,
  offline: chalk,
  untracked: chalk,
  text: chalk,
  faint: chalk,
  title: chalk.bold,
  accent: chalk.bold,
  good: chalk,
  alarm: chalk.bold,
  cursor: chalk.inverse,
  bar: chalk,
})

/** The backgrounds of the 16 colours. */
const grounds: Readonly<Record<Name, "bgGreen" | "bgCyan" | "bgBlue" | "bgYellow" | "bgMagenta" | "bgGray" | "bgRed">> =
  {
    green: "bgGreen",
    cyan: "bgCyan",
    blue: "bgBlue",
    yellow: "bgYellow",
    magenta: "bgMagenta",
    gray: "bgGray",
    red: "bgRed",
  }

const isColour = (part: ColourRole): part is keyof Colours & keyof typeof sixteen => part in sixteen

export interface Terminal {
  /** How many colours there are: 0 none, 1 sixteen, 2 256, 3 all. */
  readonly level: 0 | 1 | 2 | 3
  readonly isUnicode: boolean
}

/** Makes a theme for a terminal. Without colours, it uses bold and inverse. */
export const make = (name: ThemeName, { isUnicode, level }: Terminal): Theme => {
  const look: Look = isUnicode ? (level === 0 ? "plain" : "colour") : "ascii"
  const chalk = new Chalk({ level: level === 0 ? 1 : name === "16" ? 1 : level })
  const isSixteen = name === "16" || level === 1
  const colours = name === "light" ? light : dark
  const paints = level === 0 ? withoutColours(chalk) : isSixteen ? sixteenColours(chalk) : trueColour(chalk, colours)
  return {
    name,
    look,
    paint: (part, text) => (part === "text" || text === "" ? text : paints[part](text)),
    paintOn: (part, ground, text) => {
      if (level === 0 || !isColour(ground)) return paints[part](text)
      return isSixteen ? paints[part][grounds[sixteen[ground]]](text) : paints[part].bgHex(colours[ground])(text)
    },
    marks: isUnicode ? unicode : ascii,
  }
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== ""

/** What a terminal can show, as far as the environment variables tell. */
export const detect = (env: Readonly<Record<string, string | undefined>>): Terminal => {
  const term = env["TERM"] ?? ""
  const isPlain = isSet(env["NO_COLOR"]) || term === "dumb"
  const isTrue = /^(truecolor|24bit)$/.test(env["COLORTERM"] ?? "") || term.endsWith("-direct")
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || ""
  return {
    level: isPlain ? 0 : isTrue ? 3 : /256/.test(term) ? 2 : 1,
    // Without a locale, assume Unicode, except on the Linux console.
    isUnicode: locale === "" ? term !== "linux" : /utf-?8/i.test(locale),
  }
}
