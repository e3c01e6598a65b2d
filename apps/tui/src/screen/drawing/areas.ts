/**
 * Values over time as filled areas, stacked upon each other.
 *
 * Shape    rows from the top; steps of equal length from left to right over the whole width, averaged or stretched to the
 *          columns; time of which nothing is known is a dot at the bottom, never zero
 * Units    heights to an eighth of a cell in colour, else to a cell; values above `max` are cut
 * Cost     steps and cells, for each series
 */
import { blank, type Cell, filled, joinCells, type Look, type Role, type Row } from "./cells.ts"

/** The mean of each step; `null` where it is not known. */
type Values = ReadonlyArray<number | null>

const isKnown = (value: number | null | undefined): value is number => Number.isFinite(value)

/** The means of columns, weighted by time, over the steps that are known; `null` for a column that has none. */
const resampled = (values: Values, columns: number): Values =>
  Array.from({ length: columns }, (_, column) => {
    // A step is `columns` long and a column `values.length`, so that all edges are whole.
    const from = column * values.length
    const to = from + values.length
    let sum = 0
    let weights = 0
    for (let step = Math.floor(from / columns); step * columns < to; step++) {
      const value = values[step]
      if (!isKnown(value)) continue
      const weight = Math.min(to, (step + 1) * columns) - Math.max(from, step * columns)
      sum += weight * Math.max(0, value)
      weights += weight
    }
    return weights === 0 ? null : sum / weights
  })

/** A height in units; where there are no bounds to measure by, nothing. */
const unitsOf = (value: number, max: number, units: number): number =>
  max > 0 ? Math.min(units, Math.round((value / max) * units)) : 0

const lower = ["", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

/** What a series has of a cell. */
interface Part {
  readonly role: Role
  readonly units: number
}

/** A cell in colour that is not of one series, of its parts from the bottom: two colours are all that it can have. */
const shared = (parts: ReadonlyArray<Part>): Cell => {
  let total = 0
  let largest = 0
  parts.forEach(({ units }, i) => {
    total += units
    if (units > (parts[largest]?.units ?? 0)) largest = i
  })
  const first = parts[largest]
  if (first === undefined) return blank
  // The background is needed for what is above: the height is right, and the largest series stands for all.
  if (total < 8) return { text: lower[total] ?? "█", role: first.role }
  let next = largest === 0 ? 1 : 0
  parts.forEach(({ units }, i) => {
    if (i !== largest && units > (parts[next]?.units ?? 0)) next = i
  })
  const [bottom, top] = largest < next ? [largest, next] : [next, largest]
  const upTo = (end: number) => parts.slice(0, end).reduce((sum, { units }) => sum + units, 0)
  // What lies between the two goes half to each.
  const edge = Math.floor((upTo(bottom + 1) + upTo(top)) / 2)
  return { text: lower[edge] ?? "█", role: parts[bottom]?.role ?? first.role, under: parts[top]?.role ?? first.role }
}

/**
 * Areas upon each other, the first at the bottom, in rows of `width` cells; `max` is the top of the uppermost row.
 * A step counts where all series know it.
 */
export const stackedAreas = ({
  height,
  look,
  max,
  series,
  width,
}: {
  readonly series: ReadonlyArray<{ readonly role: Role; readonly values: Values }>
  readonly width: number
  readonly height: number
  readonly max: number
  readonly look: Look
}): ReadonlyArray<Row> => {
  const scale = look === "colour" ? 8 : 1
  const steps = series.reduce((most, { values }) => Math.max(most, values.length), 0)
  const known = Array.from({ length: steps }, (_, step) => series.every(({ values }) => isKnown(values[step])))
  const means = series.map(({ values }) =>
    resampled(
      known.map((isJoint, step) => (isJoint ? (values[step] ?? null) : null)),
      width,
    ),
  )
  const whole = series.map(({ role }) => filled(look, role))
  const hole = filled(look, "untracked")
  const columns = Array.from({ length: width }, (_, column): ReadonlyArray<Cell> => {
    let sum = 0
    const values = means.map((each) => each[column] ?? NaN)
    const edges = values.map((value) => unitsOf((sum += value), max, height * scale))
    const isHole = edges.length === 0 || Number.isNaN(sum)
    if (isHole) return Array.from({ length: height }, (__, row) => (row < height - 1 ? blank : hole))
    if (sum > 0 && edges.at(-1) === 0) edges.fill(1, values.indexOf(Math.max(...values)))
    return Array.from({ length: height }, (__, row) => {
      const bottom = (height - 1 - row) * scale
      // Most cells are of one series, or of none.
      const lowest = edges.findIndex((edge) => edge > bottom)
      const only = whole[lowest]
      if (only === undefined) return blank
      if ((edges[lowest] ?? 0) >= bottom + scale) return only
      const parts: Array<Part> = []
      series.forEach(({ role }, i) => {
        const units = Math.min(edges[i] ?? 0, bottom + scale) - Math.max(edges[i - 1] ?? 0, bottom)
        if (units > 0) parts.push({ role, units })
      })
      return shared(parts)
    })
  })
  return Array.from({ length: height }, (_, row) => joinCells(columns.map((column) => column[row] ?? blank)))
}
