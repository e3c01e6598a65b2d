/**
 * What every screen has around it: tabs and banners above, keys below.
 */
import type { ReactNode } from "react"
import { Box } from "ink"
import stringWidth from "string-width"
import { fit } from "../../format.ts"
import { bindingsOn, type Command, type ScreenName, screens } from "../keys.ts"
import { isPrintable } from "../connect/commands.ts"
import { visibleBannersOf } from "../app/banners.ts"
import type { State } from "../app/state.ts"
import type { Theme } from "../theme.ts"
import { Lines } from "./Lines.tsx"

const titles: Readonly<Record<ScreenName, string>> = {
  floor: "Floor",
  report: "Report",
  agent: "Agent",
  staffing: "Staffing",
  coverage: "Coverage",
  connect: "Connect",
}

/** Two texts at either end of a line; the left one is cut if there is no room. */
export const ends = (left: string, right: string, width: number): string => {
  const room = width - stringWidth(right) - 1
  return room < 1 ? fit(right, width, "left") : `${fit(left, room, "left")} ${right}`
}

const tabs = ({ answers, screen, size, timezone }: State, theme: Theme): string => {
  const account = answers.live?.answer?.account
  const where = account === undefined ? "" : `${account.name} ${theme.marks.dot} ${timezone ?? account.timezone}`
  const names = screens.map((name, index) => ({ name, text: `${index + 1} ${titles[name]}` }))
  const width = names.reduce((sum, { text }) => sum + text.length + 2, 0)
  const isWide = width + stringWidth(where) + 2 <= size.columns
  const left = names
    .map(({ name, text }, index) => {
      const shown = isWide || size.columns >= width + 12 ? text : name === screen ? text : `${index + 1}`
      return name === screen
        ? theme.paint("cursor", ` ${theme.paint("title", shown)} `)
        : theme.paint("faint", ` ${shown} `)
    })
    .join("")
  const rest = Math.max(0, size.columns - stringWidth(left) - 1)
  return `${left} ${theme.paint("faint", fit(where, rest, "right"))}`
}

/** The keys to show first, as far as there is room. */
const hints: Readonly<Record<ScreenName, ReadonlyArray<Command>>> = {
  floor: ["open", "filter", "sort", "teams", "definition", "export"],
  report: ["group", "unit", "presets", "calendar", "sort", "definition", "export"],
  agent: ["zoom-in", "tab", "next-agent", "earlier", "later", "export"],
  staffing: ["step", "presets", "earlier", "later", "export"],
  coverage: ["presets", "earlier", "later", "again"],
  connect: ["test", "back"],
}

const shortNames: Partial<Record<Command, string>> = {
  open: "open",
  filter: "filter",
  sort: "sort",
  teams: "teams",
  definition: "define",
  export: "export",
  group: "rows by",
  unit: "unit",
  presets: "window",
  calendar: "calendar",
  earlier: "earlier",
  later: "later",
  "zoom-in": "zoom",
  tab: "lists",
  "next-agent": "next agent",
  step: "steps",
  again: "refresh",
  test: "test",
  back: "back",
  palette: "commands",
  help: "help",
  quit: "quit",
}

const footer = (state: State, theme: Theme): string => {
  const { notice, screen, size } = state
  if (notice !== null) return theme.paint(notice.isAlarm ? "alarm" : "good", fit(notice.text, size.columns, "left"))
  const known = bindingsOn(screen)
  const found = (commands: ReadonlyArray<Command>) =>
    commands.flatMap((command) => {
      // In a form, every printable key goes into the field.
      const key = known
        .find((binding) => binding.command === command)
        ?.keys.find((name) => screen !== "connect" || !isPrintable(name))
      const says = shortNames[command]
      if (key === undefined || says === undefined) return []
      return [
        { width: key.length + says.length + 3, text: `${theme.paint("accent", key)} ${theme.paint("faint", says)}` },
      ]
    })
  // The keys that lead to all others are always shown.
  const last = found(["palette", "help", "quit"])
  let room = size.columns + 2 - last.reduce((sum, { width }) => sum + width, 0)
  const first = found(hints[screen]).filter(({ width }) => (room -= width) >= 0)
  return [...first, ...last].map(({ text }) => text).join("  ")
}

export const Frame = ({
  children,
  footing,
  state,
  theme,
}: {
  readonly children: ReactNode
  /** Replaces the keys while a person types a line. */
  readonly footing?: ReactNode
  readonly state: State
  readonly theme: Theme
}) => {
  const { size } = state
  const banners = visibleBannersOf(state).map(({ isAlarm, text }) =>
    theme.paint(
      isAlarm ? "alarm" : "accent",
      fit(`${isAlarm ? theme.marks.alarm : theme.marks.dot} ${text}`, size.columns, "left"),
    ),
  )
  return (
    <Box flexDirection="column" width={size.columns} height={size.rows}>
      <Lines lines={[tabs(state, theme), ...banners]} />
      <Box flexDirection="column" flexGrow={1} overflowY="hidden">
        {children}
      </Box>
      {footing ?? <Lines lines={[footer(state, theme)]} />}
    </Box>
  )
}
