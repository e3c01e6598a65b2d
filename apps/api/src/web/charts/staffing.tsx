/**
 * A staffing curve as a picture: how many agents in each category, stacked, step by step.
 *
 * Shape    the averages of the steps; those logged in, from the busiest category at the ground to the least. A step in which
 *          nobody is in any status, and what could not be read, is hatched: not known, which is not nobody
 * Fails    never
 * Cost     one pass over the steps
 */
import type * as Calendar from "@dwell/core/Calendar"
import * as Category from "@dwell/core/Category"
import type { StaffingDocument } from "@dwell/core/Report"
import { greatest, group, least, max, sum } from "d3-array"
import { scaleLinear } from "d3-scale"
import { area, curveStepAfter, type SeriesPoint, stack } from "d3-shape"
import {
  defaultWidth,
  type Frame,
  Legend,
  legendHeight,
  minuteOf,
  NowLine,
  type Options as FrameOptions,
  Svg,
  svgFile,
  round,
  TimeAxis,
  timeScale,
  windowText,
} from "./frame.tsx"
import { loggedInRoles, type Role } from "./palette.ts"

export interface Options extends FrameOptions {
  /** Default: `Category.defaults`. */
  readonly categories?: Category.Table
}

/** A step: average agents by category, and whether anything is known of it. */
interface Step {
  readonly start: number
  readonly end: number
  readonly isKnown: boolean
  readonly agents: Readonly<Record<Category.Category, number>>
}

const stepsOf = ({ staffing: rows }: StaffingDocument, table: Category.Table): ReadonlyArray<Step> =>
  Array.from(
    group(rows, ({ start }) => start),
    ([start, statuses]) => {
      const agents = { available: 0, handling: 0, afterCall: 0, idle: 0, other: 0, offline: 0 }
      for (const { average, status } of statuses) agents[Category.of(table, status)] += average
      return { start, end: statuses[0]?.end ?? start, isKnown: sum(Object.values(agents)) > 0, agents }
    },
  )

const loggedInOf = ({ agents }: Step): number => sum(loggedInRoles, (category) => agents[category])

/** One decimal, where there is one. */
const oneDecimal = (value: number): string => String(Math.round(value * 10) / 10)

/** What the picture says, in a sentence or two. */
export const staffingSummary = (
  document: StaffingDocument,
  zone: Calendar.Zone,
  table: Category.Table = Category.defaults,
): string => {
  const known = stepsOf(document, table).filter(({ isKnown }) => isKnown)
  const span = windowText(zone, document.window)
  const most = greatest(known, (one, other) => loggedInOf(one) - loggedInOf(other))
  const fewest = least(known, (one, other) => loggedInOf(one) - loggedInOf(other))
  const last = known.at(-1)
  if (most === undefined || fewest === undefined || last === undefined) return `No staffing is known from ${span}.`
  const says = (step: Step) => `${oneDecimal(loggedInOf(step))} at ${minuteOf(zone, step.start).slice(11)}`
  return `Agents logged in, from ${span}: most ${says(most)}, fewest ${says(fewest)}, last ${says(last)}.`
}

/** A corner of the stack: a step has one where it starts, and one more where its run ends. */
interface Corner extends Pick<Step, "isKnown" | "agents"> {
  readonly at: number
}

const cornersOf = (steps: ReadonlyArray<Step>): ReadonlyArray<Corner> =>
  steps.flatMap(({ agents, end, isKnown, start }, index) => {
    const next = steps[index + 1]
    const isLast = isKnown && (next === undefined || !next.isKnown || next.start !== end)
    const first = { at: start, isKnown, agents }
    // A corner that is not known ends what is drawn.
    return isLast ? [first, { at: end, isKnown, agents }, { at: end, isKnown: false, agents }] : [first]
  })

const [axisHeight, left] = [30, 40]

/** Draws the curve. */
export const staffingChart = (
  document: StaffingDocument,
  { categories = Category.defaults, width = defaultWidth, zone }: Options,
): string => {
  const { quality, window } = document
  const steps = stepsOf(document, categories)
  const height = Math.round(Math.min(320, 140 + width / 5))
  const frame: Frame = { left, right: width - 8, top: axisHeight, bottom: height - 12 }
  const across = timeScale(window, frame)
  const up = scaleLinear()
    .domain([0, Math.max(1, max(steps, loggedInOf) ?? 0)])
    .nice(4)
    .range([frame.bottom, frame.top + 6])
  const layers = stack<Corner, Role & keyof Step["agents"]>()
    .keys(loggedInRoles)
    .value(({ agents }, key) => agents[key])(cornersOf(steps))
  const shape = area<SeriesPoint<Corner>>()
    .defined(({ data }) => data.isKnown)
    .x(({ data }) => across(data.at))
    .y0(([low]) => up(low))
    .y1(([, high]) => up(high))
    .curve(curveStepAfter)
    .digits(2)
  const unknown = [
    ...steps.flatMap(({ end, isKnown, start }) => (isKnown ? [] : [{ from: start, to: end }])),
    ...quality.uncovered,
  ]
  return svgFile(
    <Svg
      width={width}
      height={height + legendHeight(loggedInRoles.length, width - left) + 8}
      title={`Staffing, ${windowText(zone, window)}`}
      description={staffingSummary(document, zone, categories)}
    >
      {up
        .ticks(4)
        .filter(Number.isInteger)
        .map((agents) => (
          <g>
            <line class="line" x1={left} x2={frame.right} y1={round(up(agents))} y2={round(up(agents))} />
            <text class="faint" x={left - 8} y={round(up(agents) + 4)} text-anchor="end">
              {agents}
            </text>
          </g>
        ))}
      <TimeAxis frame={frame} scale={across} window={window} zone={zone} />
      {layers.map((layer) => (
        <path class={layer.key} d={shape(layer) ?? ""} />
      ))}
      {unknown.map(({ from, to }) => (
        <rect
          class="unknown"
          x={round(across(from))}
          y={frame.top}
          width={round(across(to) - across(from))}
          height={frame.bottom - frame.top}
        >
          <title>not known</title>
        </rect>
      ))}
      {steps.length === 0 ? (
        <text class="faint" x={left + 8} y={frame.top + 24}>
          Nothing is known of this time yet.
        </text>
      ) : null}
      <NowLine frame={frame} now={window.now} scale={across} window={window} />
      <Legend entries={loggedInRoles} left={left} top={height + 4} width={width - left} />
    </Svg>,
  )
}
