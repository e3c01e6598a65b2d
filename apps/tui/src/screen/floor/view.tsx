/**
 * The floor: who is in which status, for how long, and how the day has gone so far.
 */
import { Box } from "ink"
import * as Alert from "@dwell/core/Alert"
import { clock } from "../components/clock.ts"
import { ends } from "../components/Frame.tsx"
import * as Grid from "../components/grid.ts"
import { Lines } from "../components/Lines.tsx"
import { duration, plural } from "../../format.ts"
import type { Floor as Shown } from "../worker/protocol/answer.ts"
import { ageOf, knownUntil } from "../app/banners.ts"
import { breach } from "./rows.ts"
import { memoizeLast } from "../app/memoizeLast.ts"
import { bodyHeight, curveHeight } from "../app/layout.ts"
import type { State } from "../app/state.ts"
import { rows as rowsOf } from "./commands.ts"
import type { Theme } from "../theme.ts"
import { header } from "./header.ts"
import { columnsOf } from "./columns.ts"

/** How many are over a threshold, which is the same until a second has passed. */
const overOf = memoizeLast(
  ({ people }: Shown, thresholds: State["thresholds"], now: number): number =>
    people.filter((person) => breach(person, thresholds, now) !== undefined).length,
)

/** The age of the data, and its quality. */
const freshness = (state: State, floor: Shown, theme: Theme, zone: string): string => {
  const age = ageOf(state) ?? 0
  const isOld = knownUntil(state) < state.now
  const { quality } = floor
  const progress = state.answers.live?.answer?.progress ?? null
  const parts = [
    `As of ${clock(zone, floor.asOf)}, ${age < 3 ? "now" : `${duration(age)} ago`}`,
    ...(isOld ? ["so are the times"] : []),
    ...(progress === null ? [] : [progress]),
    quality === null ? "counting the day" : plural(quality.unique, "event"),
    ...(quality === null || quality.duplicates === 0 ? [] : [plural(quality.duplicates, "duplicate")]),
    ...(quality === null || quality.conflicts === 0 ? [] : [plural(quality.conflicts, "conflict")]),
    ...(quality === null || quality.uncovered.length === 0 ? [] : ["incomplete"]),
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
  const columns = Grid.placeColumns(columnsOf(state, theme, zone), size.columns)
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
          ...(shown.length === 0 ? [theme.paint("faint", " No agent matches the filter. Esc clears it.")] : lines),
          ...Array.from({ length: Math.max(0, height - Math.max(1, shown.length)) }, () => ""),
          ends(theme.paint("faint", `${place}${filter}`), "", size.columns),
        ]}
      />
    </Box>
  )
}
