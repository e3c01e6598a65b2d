/**
 * What pictures of a window share: a file that stands by itself, in light and in dark, with a time axis and a legend.
 *
 * Shape    SVG 1.1 as XML; nothing in it is loaded from elsewhere
 * Units    lengths in user units, at the width asked for the size of CSS pixels; instants in Unix seconds
 */
import * as Calendar from "@dwell/core/Calendar"
import * as Ticks from "@dwell/core/Ticks"
import type { Window } from "@dwell/core/Window"
import { scaleBand, type ScaleLinear, scaleLinear } from "d3-scale"
import type { Child } from "hono/jsx"
import { dark, light, type Palette, type Role, roles, labels } from "./palette.ts"

export interface Options {
  readonly zone: Calendar.Zone
  /** Default: 1200. */
  readonly width?: number
}

export const defaultWidth = 1200

/** Room for what stands beside, above and below what is drawn. */
export interface Frame {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Where instants are. */
export type TimeScale = ScaleLinear<number, number>

export const timeScale = ({ from, to }: Window, { left, right }: Frame): TimeScale =>
  scaleLinear().domain([from, to]).range([left, right])

const variables = ({ faint, ink, line, paper, roles: fills }: Palette): string =>
  [
    `--ink:${ink};--faint:${faint};--line:${line};--paper:${paper}`,
    ...roles.map((role) => `--${role}:${fills[role]}`),
  ].join(";")

/** What is drawn over a fill, in a square of 8. */
const marks = {
  afterCall: "M-2 6L6 -2M2 10L10 2",
  idle: "M4 0V8",
  other: "M0 4H8M4 0V8",
} as const satisfies Partial<Record<Role, string>>

/** Classes `handling` and so on fill; what they are filled with differs in more than hue. */
const css = [
  `svg{${variables(light)};color-scheme:light dark}`,
  `@media(prefers-color-scheme:dark){svg{${variables(dark)}}}`,
  "text{font:13px system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif;fill:var(--ink)}",
  ".faint{fill:var(--faint)}",
  ".line{stroke:var(--line);stroke-width:1}",
  ".now{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:2 3}",
  ".mark{fill:none;stroke:var(--paper);stroke-width:1.5;opacity:.35}",
  ".hole{fill:none;stroke:var(--untracked);stroke-width:1;stroke-dasharray:2 3}",
  ".unknown{fill:url(#unknown)}",
  ...roles.map((role) => `.ground-${role}{fill:var(--${role})}`),
  ...roles.map((role) => `.${role}{fill:${role in marks ? `url(#${role})` : `var(--${role})`}}`),
]

const Pattern = ({ d, id }: { readonly id: string; readonly d: string }) => (
  <pattern id={id} width="8" height="8" patternUnits="userSpaceOnUse">
    <rect class={`ground-${id}`} width="8" height="8" />
    <path class="mark" d={d} />
  </pattern>
)

const Patterns = () => (
  <defs>
    {Object.entries(marks).map(([id, d]) => (
      <Pattern id={id} d={d} />
    ))}
    <pattern id="unknown" width="8" height="8" patternUnits="userSpaceOnUse">
      <path d="M0 8L8 0" stroke="var(--line)" stroke-width="1.5" />
    </pattern>
  </defs>
)

/** `2026-03-10 14:40`, in the zone. */
export const minuteOf = (zone: Calendar.Zone, instant: number): string =>
  Calendar.label(zone, instant).slice(0, 16).replace("T", " ")

/** `2026-03-10 00:00 to 2026-03-11 00:00, Europe/London`. */
export const windowText = (zone: Calendar.Zone, { from, to }: Window): string =>
  `${minuteOf(zone, from)} to ${minuteOf(zone, to)}, ${zone.name}`

interface SvgProps {
  readonly width: number
  readonly height: number
  readonly title: string
  readonly description: string
  readonly children?: Child
}

/** The document around a picture. */
export const svgFile = (content: { toString: () => string }): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${content.toString()}\n`

export const Svg = ({ children, description, height, title, width }: SvgProps) => (
  <svg
    xmlns="http://www.w3.org/2000/svg"
    role="img"
    aria-labelledby="title description"
    width={width}
    height={height}
    viewBox={`0 0 ${width} ${height}`}
  >
    <title id="title">{title}</title>
    <desc id="description">{description}</desc>
    <style>{css.join("\n")}</style>
    <Patterns />
    {children}
  </svg>
)

/** The narrowest that a label of an axis with the room around it is. */
const labelWidth = 62

const ticksOf = (zone: Calendar.Zone, window: Window, leastSeconds: number): ReadonlyArray<Ticks.Tick> => {
  for (const ticks of Ticks.candidates(zone, window, leastSeconds)) if (ticks.length > 0) return ticks
  return []
}

/** Local times above what is drawn, and lines down through it. */
export const TimeAxis = ({
  frame: { bottom, left, right, top },
  scale,
  window,
  zone,
}: {
  readonly frame: Frame
  readonly scale: TimeScale
  readonly window: Window
  readonly zone: Calendar.Zone
}) => {
  const least = (window.to - window.from) / Math.max(1, Math.floor((right - left) / labelWidth))
  return (
    <g>
      {ticksOf(zone, window, least).map(({ instant, text }) => {
        const at = round(scale(instant))
        return (
          <g>
            <line class="line" x1={at} x2={at} y1={top - 4} y2={bottom} />
            <text class="faint" x={at} y={top - 10} text-anchor={at + 20 > right ? "end" : "middle"}>
              {text}
            </text>
          </g>
        )
      })}
    </g>
  )
}

/** Up to when all is known, where that is within the window. */
export const NowLine = ({
  frame: { bottom, top },
  now,
  scale,
  window: { from, to },
}: {
  readonly frame: Frame
  readonly now: number
  readonly scale: TimeScale
  readonly window: Window
}) =>
  now > from && now < to ? (
    <line class="now" x1={round(scale(now))} x2={round(scale(now))} y1={top - 4} y2={bottom} />
  ) : null

/** Coordinates finer than this make files larger and pictures no better. */
export const round = (value: number): number => Math.round(value * 100) / 100

/** How wide an entry of a legend is, and how high a line of them. */
const [entryWidth, entryHeight] = [112, 24]

const entriesPerLine = (width: number): number => Math.max(1, Math.floor(width / entryWidth))

export const legendHeight = (entries: number, width: number): number =>
  Math.ceil(entries / entriesPerLine(width)) * entryHeight

/** What fillings mean, in as many lines as it takes. */
export const Legend = ({
  entries,
  left,
  top,
  width,
}: {
  readonly entries: ReadonlyArray<Role>
  readonly left: number
  readonly top: number
  readonly width: number
}) => {
  const columns = Array.from({ length: entriesPerLine(width) }, (_, column) => column)
  const across = scaleBand(columns, [left, left + columns.length * entryWidth])
  return (
    <g>
      {entries.map((role, entry) => {
        const x = across(entry % columns.length) ?? left
        const y = top + Math.floor(entry / columns.length) * entryHeight
        return (
          <g>
            <rect class={role === "untracked" ? "hole" : role} x={x} y={y} width="18" height="12" rx="2" />
            <text class="faint" x={x + 25} y={y + 11}>
              {labels[role]}
            </text>
          </g>
        )
      })}
    </g>
  )
}
