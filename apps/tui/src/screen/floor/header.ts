/**
 * What stands above the floor's rows: how many are in each status, and the day so far as a curve.
 */
import * as Category from "@dwell/core/Category"
import { printable } from "@dwell/terminal/text"
import stringWidth from "string-width"
import { fit } from "../../format.ts"
import { memoizeLast } from "../app/memoizeLast.ts"
import { paintRow } from "../components/paint.ts"
import { stackedAreas } from "../drawing/areas.ts"
import { scale, axis } from "../drawing/axes.ts"
import type { Theme } from "../theme.ts"
import type { Floor as Shown } from "../worker/protocol/answer.ts"

/** How many are in each status, those with most first. */
const countsOf = ({ people }: Shown): ReadonlyArray<readonly [status: string, agents: number]> =>
  [...Map.groupBy(people, ({ status }) => status ?? "untracked")]
    .map(([status, { length }]) => [status, length] as const)
    .toSorted(([one, many], [other, more]) => more - many || (one < other ? -1 : 1))

/** The counts in `height` lines, up to three to a line; the last cell sums up what does not fit. */
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
  if (rest > 0) cells.push(`${theme.paint("title", `${rest}`.padStart(5))} ${fit("in other", cell - 7, "left")} `)
  return Array.from({ length: height }, (_, row) => {
    const line = cells.slice(row * columns, (row + 1) * columns).join("")
    return line + " ".repeat(Math.max(0, width - stringWidth(line)))
  })
}

/** What the curve stacks, from the bottom. */
const stackedCategories = ["handling", "afterCall", "available", "idle", "other"] as const

const scaleWidth = 5

/** The shortest time that the curve shows, two hours. */
const minSpanSeconds = 7200

/** The day so far: how many were logged in, and as what. */
const curve = ({ curve: found, from, asOf }: Shown, theme: Theme, width: number, height: number, zone: string) => {
  if (found === null) return Array.from({ length: height }, () => "")
  const drawn = { width: width - scaleWidth, height: height - 1 }
  // The future is a gap: a few minutes stretched over the whole width would look like a day.
  const to = Math.max(asOf, from + minSpanSeconds)
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
      return `${theme.paint("faint", label.padStart(scaleWidth - 1))} ${paintRow(row, theme)}`
    }),
    theme.paint("faint", " ".repeat(scaleWidth) + axis({ from, to, width: drawn.width, zone: { name: zone } })),
  ]
}

/** The counts, with the curve beside them. Made once for each update of the floor. */
export const header = memoizeLast(
  (floor: Shown, theme: Theme, width: number, height: number, zone: string): ReadonlyArray<string> => {
    const left = Math.min(60, Math.floor(width * 0.45))
    const numbers = counts(floor, theme, left, height)
    const picture = curve(floor, theme, width - left, height, zone)
    return numbers.map((line, index) => line + (picture[index] ?? ""))
  },
)
