/**
 * The intervals of a window as a picture: a strip for each agent, over one time axis.
 *
 * Shape    a column of half a unit shows what has the most of its time; the busier a category the taller its strip, so that
 *          hue is never all there is; untracked time is an empty outline, and time after `now` is nothing at all
 * Fails    never
 * Cost     one pass over the intervals, and the columns of each agent
 */
import type * as Calendar from "@dwell/core/Calendar"
import { covered, type IntervalsDocument } from "@dwell/core/Report"
import { greatestIndex, group, rollup, sum } from "d3-array"
import { scaleBand, scaleLinear } from "d3-scale"
import {
  defaultWidth,
  type Frame,
  Legend,
  legendHeight,
  NowLine,
  type Options,
  Svg,
  svgFile,
  round,
  TimeAxis,
  timeScale,
  windowText,
} from "./frame.tsx"
import { displayName, type Role, roles, labels } from "./palette.ts"

type Interval = IntervalsDocument["intervals"][number]

/** How much of a strip's height each has. */
const heights: Readonly<Record<Role, number>> = {
  handling: 1,
  afterCall: 0.82,
  available: 0.62,
  idle: 0.42,
  other: 0.42,
  offline: 0.12,
  untracked: 1,
}

const columnsPerUnit = 2

/** A run of columns in one role, from the edge of one to that of another. */
interface Run {
  readonly role: Role
  readonly start: number
  readonly end: number
}

const roleOf = ({ category }: Interval): Role => category ?? "untracked"

/** The runs of an agent over so many columns. */
const runsOf = (
  intervals: ReadonlyArray<Interval>,
  { from, to }: IntervalsDocument["window"],
  columns: number,
): ReadonlyArray<Run> => {
  const columnOf = scaleLinear().domain([from, to]).range([0, columns])
  const shares = roles.map(() => new Float64Array(columns))
  for (const interval of intervals) {
    const share = shares[roles.indexOf(roleOf(interval))]
    const [start, end] = [columnOf(interval.start), columnOf(interval.end)]
    if (share === undefined) continue
    for (let column = Math.floor(start); column < end; column++) {
      share[column] = (share[column] ?? 0) + Math.min(end, column + 1) - Math.max(start, column)
    }
  }
  const runs: Array<Run> = []
  for (let column = 0; column < columns; column++) {
    const most = greatestIndex(shares, (share) => share[column] ?? 0) ?? 0
    const role = roles[most]
    if (role === undefined || (shares[most]?.[column] ?? 0) === 0) continue
    const last = runs.at(-1)
    if (last !== undefined && last.role === role && last.end === column)
      runs[runs.length - 1] = { ...last, end: column + 1 }
    else runs.push({ role, start: column, end: column + 1 })
  }
  return runs
}

/** `Handling 40 %, Idle 12 %`: how the time that the picture covers is shared out. */
const sharesText = ({ intervals }: IntervalsDocument): string => {
  const seconds = rollup(intervals, (some) => sum(some, ({ end, start }) => end - start), roleOf)
  const all = sum(seconds.values())
  return roles
    .flatMap((role) => {
      const part = seconds.get(role) ?? 0
      return part === 0 ? [] : [`${labels[role]} ${Math.round((100 * part) / all)} %`]
    })
    .join(", ")
}

/** What the picture says, in a sentence or two. */
export const timelineSummary = (document: IntervalsDocument, zone: Calendar.Zone): string => {
  const agents = new Set(document.intervals.map(({ agent }) => agent)).size
  const span = windowText(zone, document.window)
  if (agents === 0) return `Nobody to show from ${span}.`
  const shares = covered(document.window) === 0 ? "" : ` Their time: ${sharesText(document)}.`
  return `Who was in which status when, ${agents === 1 ? "1 agent" : `${agents} agents`}, from ${span}.${shares}`
}

const rowHeight = 22
const axisHeight = 30

/** Draws the intervals of all agents, in the order of the document. */
export const timelineChart = (document: IntervalsDocument, { width = defaultWidth, zone }: Options): string => {
  const { window } = document
  const agents = Array.from(group(document.intervals, ({ agent }) => agent).values())
  const left = Math.min(150, Math.round(width / 5))
  const bottom = axisHeight + Math.max(1, agents.length) * rowHeight
  const frame: Frame = { left, right: width - 8, top: axisHeight, bottom }
  const scale = timeScale(window, frame)
  const columns = Math.max(1, Math.floor((frame.right - left) * columnsPerUnit))
  const edge = scaleLinear().domain([0, columns]).range([left, frame.right])
  const rows = scaleBand(
    agents.map((_, row) => row),
    [frame.top, bottom],
  ).padding(0.28)
  const path = (runs: ReadonlyArray<Run>, role: Role): string => {
    const tall = rows.bandwidth() * heights[role]
    return runs
      .filter((run) => run.role === role)
      .map(({ end, start }) => {
        const length = round(edge(end) - edge(start))
        return `M${round(edge(start))} ${round(rows.bandwidth() - tall)}h${length}v${round(tall)}h${-length}z`
      })
      .join("")
  }
  const letters = Math.floor((left - 14) / 7)
  return svgFile(
    <Svg
      width={width}
      height={bottom + 16 + legendHeight(roles.length, width - 16)}
      title={`Timeline, ${windowText(zone, window)}`}
      description={timelineSummary(document, zone)}
    >
      <TimeAxis frame={frame} scale={scale} window={window} zone={zone} />
      {agents.length === 0 ? (
        <text class="faint" x={left + 8} y={frame.top + 18}>
          Nobody has an event before the end of the window.
        </text>
      ) : null}
      {agents.map((intervals, row) => {
        const [first] = intervals
        if (first === undefined) return null
        const name = displayName(first)
        const characters = Array.from(name)
        const runs = runsOf(intervals, window, columns)
        return (
          <g transform={`translate(0 ${round(rows(row) ?? 0)})`}>
            <title>{name === String(first.agent) ? name : `${name} (${first.agent})`}</title>
            <text x={left - 10} y={round(rows.bandwidth() / 2 + 4.5)} text-anchor="end">
              {characters.length > letters ? `${characters.slice(0, letters - 1).join("")}…` : name}
            </text>
            {roles.map((role) => {
              const d = path(runs, role)
              return d === "" ? null : <path class={role === "untracked" ? "hole" : role} d={d} />
            })}
          </g>
        )
      })}
      <NowLine frame={frame} now={window.now} scale={scale} window={window} />
      <Legend entries={roles} left={8} top={bottom + 12} width={width - 16} />
    </Svg>,
  )
}
