/**
 * Every key: what it does, on which screens, and its description in help and palette.
 *
 * Shape    the first binding of a key on a screen wins
 */
export const screens = ["floor", "report", "agent", "staffing", "coverage", "connect"] as const
export type ScreenName = (typeof screens)[number]

export type Command =
  | "quit"
  | "help"
  | "banners"
  | "palette"
  | "back"
  | `go-${ScreenName}`
  | "again"
  | "export"
  | "zone"
  | "theme"
  | "up"
  | "down"
  | "page-up"
  | "page-down"
  | "first"
  | "last"
  | "left"
  | "right"
  | "open"
  | "sort"
  | "definition"
  | "filter"
  | "teams"
  | "unit"
  | "group"
  | "bucket"
  | "range"
  | "presets"
  | "calendar"
  | "earlier"
  | "later"
  | "cap-stale"
  | "zoom-in"
  | "zoom-out"
  | "pan-left"
  | "pan-right"
  | "tab"
  | "next-agent"
  | "previous-agent"
  | "step"
  | "other-statuses"
  | "other-statuses-back"
  | "test"

export interface Binding {
  readonly command: Command
  readonly keys: ReadonlyArray<string>
  readonly on: ReadonlyArray<ScreenName>
  readonly description: string
}

const tables: ReadonlyArray<ScreenName> = ["floor", "report"]
const lists: ReadonlyArray<ScreenName> = ["floor", "report", "agent", "staffing", "coverage"]
const windows: ReadonlyArray<ScreenName> = ["report", "staffing", "coverage"]
const times: ReadonlyArray<ScreenName> = ["agent", "staffing"]

const bindings: ReadonlyArray<Binding> = [
  { command: "go-floor", keys: ["1"], on: screens, description: "Floor: every agent's status now" },
  { command: "go-report", keys: ["2"], on: screens, description: "Report: figures for any window" },
  { command: "go-agent", keys: ["3"], on: screens, description: "Agent: one agent's day" },
  {
    command: "go-staffing",
    keys: ["4"],
    on: screens,
    description: "Staffing: how many agents in each status, over time",
  },
  {
    command: "go-coverage",
    keys: ["5"],
    on: screens,
    description: "Coverage and quality: what is stored, what is missing",
  },
  { command: "go-connect", keys: ["6"], on: screens, description: "Connect to ContactNow" },
  { command: "up", keys: ["up", "k"], on: lists, description: "one row up" },
  { command: "down", keys: ["down", "j"], on: lists, description: "one row down" },
  { command: "page-up", keys: ["pageup", "ctrl-u"], on: lists, description: "one page up" },
  { command: "page-down", keys: ["pagedown", "ctrl-d"], on: lists, description: "one page down" },
  { command: "first", keys: ["home", "g"], on: lists, description: "first row" },
  { command: "last", keys: ["end", "G"], on: lists, description: "last row" },
  { command: "left", keys: ["left", "h"], on: tables, description: "one column left" },
  { command: "right", keys: ["right", "l"], on: tables, description: "one column right" },
  { command: "sort", keys: ["s"], on: tables, description: "sort by this column; again to reverse" },
  { command: "definition", keys: ["i"], on: tables, description: "explain the figure in this column" },
  { command: "open", keys: ["enter"], on: tables, description: "open this agent's day" },
  {
    command: "filter",
    keys: ["/"],
    on: tables,
    description: "filter: a name, a team, a status, wrap>3m, over",
  },
  { command: "teams", keys: ["t"], on: ["floor"], description: "group by team, with subtotals" },
  { command: "unit", keys: ["u"], on: ["report"], description: "show times as h:mm:ss, seconds or per cent" },
  { command: "group", keys: ["t"], on: ["report"], description: "rows by agent, status or team" },
  {
    command: "bucket",
    keys: ["b"],
    on: ["report"],
    description: "rows by time bucket, from 15 minutes to a month",
  },
  { command: "presets", keys: ["p"], on: windows, description: "choose a window: today, yesterday, last week ..." },
  { command: "range", keys: ["w"], on: windows, description: "type a window: from and to" },
  { command: "calendar", keys: ["c"], on: windows, description: "pick days in a calendar" },
  { command: "earlier", keys: ["["], on: [...windows, "agent"], description: "previous window or day" },
  { command: "later", keys: ["]"], on: [...windows, "agent"], description: "next window or day" },
  { command: "cap-stale", keys: ["x"], on: ["report"], description: "cut stale statuses after 16 hours, on or off" },
  { command: "left", keys: ["left", "h"], on: times, description: "move the cursor back in time" },
  { command: "right", keys: ["right", "l"], on: times, description: "move the cursor forward in time" },
  { command: "zoom-in", keys: ["+", "="], on: ["agent"], description: "zoom in, down to a minute" },
  { command: "zoom-out", keys: ["-"], on: ["agent"], description: "zoom out, up to a month" },
  { command: "pan-left", keys: ["H", "shift-left"], on: ["agent"], description: "scroll back by half a strip" },
  { command: "pan-right", keys: ["L", "shift-right"], on: ["agent"], description: "scroll forward by half a strip" },
  { command: "tab", keys: ["tab"], on: ["agent"], description: "next list: intervals, calls, sessions, team" },
  { command: "next-agent", keys: ["n"], on: ["agent"], description: "next agent" },
  { command: "previous-agent", keys: ["N"], on: ["agent"], description: "previous agent" },
  {
    command: "step",
    keys: ["b"],
    on: ["staffing"],
    description: "steps of 15, 30 or 60 minutes; a day for windows of more than two weeks",
  },
  { command: "other-statuses", keys: ["."], on: ["staffing"], description: "show the statuses that do not fit" },
  { command: "other-statuses-back", keys: [","], on: ["staffing"], description: "show the previous statuses" },
  {
    command: "test",
    keys: ["ctrl-s"],
    on: ["connect"],
    description: "test the connection, and store the account if it works",
  },
  { command: "zone", keys: ["z"], on: screens, description: "change the time zone" },
  {
    command: "export",
    keys: ["e"],
    on: screens,
    description: "export this screen: CSV, JSON, SVG, file or clipboard",
  },
  { command: "again", keys: ["r", "ctrl-r"], on: screens, description: "refresh" },
  { command: "theme", keys: ["T"], on: screens, description: "next theme: dark, light, 16 colours" },
  { command: "palette", keys: [":", "ctrl-k"], on: screens, description: "find a command by its name" },
  { command: "banners", keys: ["!"], on: screens, description: "show all warnings in full" },
  { command: "help", keys: ["?"], on: screens, description: "all keys for this screen" },
  { command: "back", keys: ["escape"], on: screens, description: "close, clear the filter, go back" },
  { command: "quit", keys: ["q", "ctrl-c"], on: screens, description: "quit" },
]

/** The bindings of a screen. */
export const bindingsOn = (screen: ScreenName): ReadonlyArray<Binding> =>
  bindings.filter(({ on }) => on.includes(screen))

/** What a key does on a screen. */
export const commandOf = (screen: ScreenName, key: string): Command | undefined =>
  bindings.find(({ keys, on }) => on.includes(screen) && keys.includes(key))?.command
