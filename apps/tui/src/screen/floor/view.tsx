/**
 * The floor: who is in which status, for how long, and how the day has gone so far.
 */
import { Box } from "ink"
import * as Alert from "@dwell/core/Alert"
import * as Category from "@dwell/core/Category"
import stringWidth from "string-width"
import { bar, painted } from "../components/paint.ts"
import { clock } from "../components/clock.ts"
import { ends } from "../components/Frame.tsx"
import * as Grid from "../components/grid.ts"
import { none } from "../components/grid.ts"
import { Lines } from "../components/Lines.tsx"
import { printable } from "@dwell/terminal/text"
import { duration, fit, percent, plural } from "../../render/text.ts"
import { stackedAreas } from "../drawing/areas.ts"
import { axis, scale } from "../drawing/axes.ts"
import { stack } from "../drawing/stack.ts"
import type { Figures, Floor as Shown, Person } from "../worker/protocol/answer.ts"
import { ageOf, knownUntil } from "../app/banners.ts"
import { breach, type Row } from "./state.ts"
import { lastOf } from "../app/memoizeLast.ts"
import { bodyHeight, curveHeight } from "../app/layout.ts"
import type { State } from "../app/state.ts"
import { rows as rowsOf } from "./commands.ts"
import type { Theme } from "../theme.ts"

const dayOf = (row: Row): Figures | null => (row.kind === "person" ? row.person.day : row.team.day)

const ofPerson = (show: (person: Person) => string) => (row: Row) => (row.kind === "person" ? show(row.person) : "")

const figure = (show: (figures: Figures) => string) => (row: Row) => {
  const day = dayOf(row)
  return day === null ? none : show(day)
}

const columnsOf = (state: State, theme: Theme, zone: string): ReadonlyArray<Grid.Column<Row>> => {
  const { thresholds } = state
  const now = knownUntil(state)
  const isOver = (row: Row) => row.kind === "person" && breach(row.person, thresholds, now) !== undefined
  const partOfStatus = (row: Row) => (row.kind === "person" ? (row.person.category ?? "untracked") : "text")
  return [
    {
      name: "mark",
      title: "",
      width: 1,
      drawn: (row) => (isOver(row) ? theme.paint("alarm", theme.marks.alarm) : " "),
    },
    {
      name: "agent",
      title: "Agent",
      width: 6,
      align: "right",
      priority: 2,
      text: ofPerson(({ agent }) => `${agent}`),
      part: () => "faint",
    },
    {
      name: "name",
      title: "Name",
      width: 10,
      most: 18,
      text: (row) =>
        row.kind === "person"
          ? printable(row.person.name ?? `${row.person.agent}`)
          : `${printable(row.team.team ?? "no team")} (${row.team.people})`,
      part: (row) => (row.kind === "team" ? "title" : "text"),
    },
    {
      name: "team",
      title: "Team",
      width: 8,
      most: 14,
      priority: 1,
      text: ofPerson(({ team }) => printable(team ?? none)),
      part: () => "faint",
    },
    {
      name: "status",
      title: "Status",
      width: 9,
      most: 14,
      text: ofPerson(({ status, subcode }) =>
        status === null ? "untracked" : printable(subcode === "" ? status : `${status} ${subcode}`),
      ),
      part: partOfStatus,
    },
    {
      name: "running",
      title: "For",
      width: 8,
      align: "right",
      text: ofPerson(({ since }) => (since === null ? none : duration(Math.max(0, now - since)))),
      part: (row) => (isOver(row) ? "alarm" : "text"),
    },
    {
      name: "day",
      title: "Day so far",
      width: 12,
      most: 40,
      priority: 5,
      drawn: (row, width) => {
        const day = dayOf(row)
        return day === null ? fit(none, width, "left") : bar(stack(day.seconds, width, theme.look), theme)
      },
    },
    { name: "calls", title: "Calls", width: 6, align: "right", text: figure(({ calls }) => `${calls}`) },
    {
      name: "handle",
      title: "AHT",
      width: 7,
      align: "right",
      priority: 3,
      text: figure(({ rates }) => (rates.averageHandleTime === null ? none : duration(rates.averageHandleTime))),
    },
    {
      name: "occupancy",
      title: "Occup.",
      width: 7,
      align: "right",
      priority: 4,
      text: figure(({ rates }) => percent(rates.occupancy)),
    },
    {
      name: "since",
      title: "Since",
      width: 6,
      align: "right",
      priority: 0,
      text: ofPerson(({ isSinceBefore, loggedInSince }) =>
        loggedInSince === null ? none : `${isSinceBefore ? "<" : ""}${clock(zone, loggedInSince).slice(0, 5)}`,
      ),
    },
  ]
}

/** How many are in each status, those with most first. */
const countsOf = ({ people }: Shown): ReadonlyArray<readonly [status: string, agents: number]> =>
  [...Map.groupBy(people, ({ status }) => status ?? "untracked")]
    .map(([status, { length }]) => [status, length] as const)
    .toSorted(([one, many], [other, more]) => more - many || (one < other ? -1 : 1))

/** The counts in as many lines as there are, two to a line where they have room; the last line says what has none. */
const counts = (floor: Shown, theme: Theme, width: number, height: number): ReadonlyArray<string> => {
  const all = countsOf(floor)
  const columns = width >= 44 ? 3 : width >= 28 ? 2 : 1
  const cell = Math.floor(width / columns)
  const room = columns * height
  const shown = all.length <= room ? all : all.slice(0, room - 1)
  const cells = shown.map(([status, agents]) => {
    const part = status === "untracked" ? "untracked" : Category.of(Category.defaults, status)
    return `${theme.paint("title", `${agents}`.padStart(5))} ${theme.paint(part, fit(printable(status), cell - 7, "left"))} `
  })
  const rest = all.slice(shown.length).reduce((sum, [, agents]) => sum + agents, 0)
  if (rest > 0) cells.push(`${theme.paint("title", `${rest}`.padStart(5))} ${fit("in others", cell - 7, "left")} `)
  return Array.from({ length: height }, (_, row) => {
    const line = cells.slice(row * columns, (row + 1) * columns).join("")
    return line + " ".repeat(Math.max(0, width - stringWidth(line)))
  })
}

/** What the curve stacks, from the bottom. */
const stackedCategories = ["handling", "afterCall", "available", "idle", "other"] as const

const scaleWidth = 5

/** What the curve shows at least, two hours. */
const leastSeconds = 7200

/** The day so far: how many were logged in, and as what. */
const curve = ({ curve: found, from, asOf }: Shown, theme: Theme, width: number, height: number, zone: string) => {
  if (found === null) return Array.from({ length: height }, () => "")
  const drawn = { width: width - scaleWidth, height: height - 1 }
  // What is to come is a hole: a few minutes stretched over the whole width would look like a day.
  const to = Math.max(asOf, from + leastSeconds)
  const step = (found.starts[1] ?? to) - (found.starts[0] ?? from)
  const holes = Array.from({ length: Math.round((to - asOf) / Math.max(1, step)) }, () => null)
  const totals = found.starts.map((_, index) =>
    stackedCategories.reduce((sum, category) => sum + (found.values[category][index] ?? 0), 0),
  )
  const { labels, max } = scale(Math.max(0, ...totals))
  const rows = stackedAreas({
    ...drawn,
    series: stackedCategories.map((role) => ({ role, values: [...found.values[role], ...holes] })),
    max,
    look: theme.look,
  })
  const top = labels.at(-1)?.text ?? ""
  return [
    ...rows.map((row, index) => {
      const label = index === 0 ? top : index === rows.length - 1 ? "0" : ""
      return `${theme.paint("faint", label.padStart(scaleWidth - 1))} ${painted(row, theme)}`
    }),
    theme.paint("faint", " ".repeat(scaleWidth) + axis({ from, to, width: drawn.width, zone: { name: zone } })),
  ]
}

/** Counts, and beside them the curve: the same until there is another floor. */
const header = lastOf(
  (floor: Shown, theme: Theme, width: number, height: number, zone: string): ReadonlyArray<string> => {
    const left = Math.min(60, Math.floor(width * 0.45))
    const numbers = counts(floor, theme, left, height)
    const picture = curve(floor, theme, width - left, height, zone)
    return numbers.map((line, index) => line + (picture[index] ?? ""))
  },
)

/** How many are over a threshold, which is the same until a second has passed. */
const overOf = lastOf(
  ({ people }: Shown, thresholds: State["thresholds"], now: number): number =>
    people.filter((person) => breach(person, thresholds, now) !== undefined).length,
)

/** When it is of, how fresh, and how sound. */
const freshness = (state: State, floor: Shown, theme: Theme, zone: string): string => {
  const age = ageOf(state) ?? 0
  const isOld = knownUntil(state) < state.now
  const { quality } = floor
  const progress = state.answers.live?.answer?.progress ?? null
  const parts = [
    `As of ${clock(zone, floor.asOf)}, ${age < 3 ? "now" : `${duration(age)} ago`}`,
    ...(isOld ? ["and so are the times"] : []),
    ...(progress === null ? [] : [progress]),
    quality === null ? "counting the day" : plural(quality.unique, "event"),
    ...(quality === null || quality.duplicates === 0 ? [] : [plural(quality.duplicates, "duplicate")]),
    ...(quality === null || quality.conflicts === 0 ? [] : [plural(quality.conflicts, "conflict")]),
    ...(quality === null || quality.uncovered.length === 0 ? [] : ["not complete"]),
  ]
  const over = overOf(floor, state.thresholds, knownUntil(state))
  const alarm =
    over === 0
      ? ""
      : theme.paint("alarm", `${theme.marks.alarm} ${over} over ${state.thresholds.map(Alert.text).join(", ")}`)
  const text = theme.paint(isOld || progress !== null ? "accent" : "faint", parts.join(` ${theme.marks.dot} `))
  return alarm === "" ? text : ends(text, alarm, state.size.columns)
}

export const Floor = ({ state, theme }: { readonly state: State; readonly theme: Theme }) => {
  const { answers, floor: arranged, size } = state
  const answer = answers.live?.answer ?? null
  const floor = answer?.floor ?? null
  if (answer === null || floor === null) {
    return <Lines lines={["", ` ${answer?.progress ?? "Nothing is known yet."}`]} />
  }
  const zone = floor.timezone
  const rows = rowsOf(state)
  const height = bodyHeight(state)
  const columns = Grid.placed(columnsOf(state, theme, zone), size.columns)
  const { cursor, top } = arranged.list
  const shown = rows.slice(top, top + height)
  const lines = shown.map((row, index) => {
    const line = Grid.line(columns, row, theme)
    return top + index === cursor ? theme.paint("cursor", line) : line
  })
  const people = rows.filter(({ kind }) => kind === "person").length
  const before = arranged.isByTeam
    ? rows.slice(0, cursor + 1).filter(({ kind }) => kind === "person").length
    : cursor + 1
  const place = `${Math.min(before, people)} of ${people}`
  const filter = arranged.filter === "" ? "" : `  filter: ${arranged.filter}`
  return (
    <Box flexDirection="column">
      <Lines
        lines={[
          ...header(floor, theme, size.columns, curveHeight(state) + 1, zone),
          freshness(state, floor, theme, zone),
          Grid.head(columns, theme, {
            chosen: arranged.column,
            sort: arranged.sort.column,
            isDescending: arranged.sort.isDescending,
          }),
          ...(shown.length === 0 ? [theme.paint("faint", " Nobody is in this filter. Esc clears it.")] : lines),
          ...Array.from({ length: Math.max(0, height - Math.max(1, shown.length)) }, () => ""),
          ends(theme.paint("faint", `${place}${filter}`), "", size.columns),
        ]}
      />
    </Box>
  )
}
