/**
 * Bars, sparklines and calendar strips, made of characters.
 */
import * as Calendar from "@dwell/core/Calendar"
import type { Window } from "@dwell/core/Window"
import type { Category } from "@dwell/core/Category"
import { ink, type Style } from "@dwell/terminal/style"
import { categoryStyles } from "./categoryStyles.ts"

/** Distributes a width so that the parts add up to it: the largest remainders get the cells left by rounding. */
export const apportion = (values: ReadonlyArray<number>, width: number): ReadonlyArray<number> => {
  const total = values.reduce((sum, value) => sum + value, 0)
  if (total === 0) return values.map(() => 0)
  const exact = values.map((value) => (value / total) * width)
  const cells = exact.map(Math.floor)
  const left = width - cells.reduce((sum, value) => sum + value, 0)
  exact
    .map((value, index) => ({ index, rest: value - Math.floor(value) }))
    .toSorted((one, other) => other.rest - one.rest || one.index - other.index)
    .slice(0, left)
    .forEach(({ index }) => (cells[index] = (cells[index] ?? 0) + 1))
  return cells
}

/** The categories of the time logged in, busiest first, as in bars and legends. */
export const order = ["handling", "afterCall", "available", "idle", "other"] as const satisfies ReadonlyArray<Category>

/** A bar of the time logged in, by category. */
export const stack = (style: Style, seconds: Readonly<Record<Category, number>>, width: number): string => {
  const cells = apportion(
    order.map((category) => seconds[category]),
    width,
  )
  return order
    .map((category, index) =>
      ink(style, categoryStyles[category].ink, categoryStyles[category].filling.repeat(cells[index] ?? 0)),
    )
    .join("")
}

/** The legend of a stack. */
export const legend = (style: Style, categories: ReadonlyArray<Category>): string =>
  order
    .filter((category) => categories.includes(category))
    .map((category) => `${ink(style, categoryStyles[category].ink, categoryStyles[category].filling)} ${category}`)
    .join("  ")

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

/** A bar to an eighth of a cell. */
export const bar = (ratio: number, width: number): string => {
  const units = Math.round(Math.max(0, Math.min(1, ratio)) * width * 8)
  return "█".repeat(Math.floor(units / 8)) + (eighths[units % 8] ?? "")
}

const heights = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

/** Values over time, averaged to `width` cells; a value above zero is always visible. */
export const spark = (values: ReadonlyArray<number>, width: number, max: number): string => {
  const cells = Math.min(width, values.length)
  return Array.from({ length: cells }, (_, cell) => {
    const part = values.slice(
      Math.floor((cell * values.length) / cells),
      Math.max(Math.floor(((cell + 1) * values.length) / cells), Math.floor((cell * values.length) / cells) + 1),
    )
    const mean = part.reduce((sum, value) => sum + value, 0) / part.length
    const height = max === 0 ? 0 : Math.round((mean / max) * 8)
    return heights[mean > 0 ? Math.max(1, height) : 0] ?? " "
  }).join("")
}

/** The days of a month that the line above the strips names. */
const namedDays = [1, 5, 10, 15, 20, 25, 30]

/** Marks of a day that is covered, covered in part, or not covered. */
const marks = { pictures: ["█", "▒", "·"], plain: ["#", "+", "."] } as const

/** Longer than any day. */
const twoDays = 172_800

/**
 * One strip of days per month, from the first covered month to today, under the numbers of days, with a legend. The rest
 * of today counts as not covered. Without pictures it uses characters that every terminal has.
 */
export const calendarStrips = (
  style: Style,
  zone: Calendar.Zone,
  spans: ReadonlyArray<Window>,
  now: number,
): ReadonlyArray<string> => {
  const first = spans[0]
  if (first === undefined) return []
  const [all, some, none] = style.pictures ? marks.pictures : marks.plain
  const months = new Map<string, string>()
  // Buckets are clipped to their window, so a wider window keeps these days whole.
  for (const { end, label, start } of Calendar.buckets(
    zone,
    { from: first.from - twoDays, to: now + twoDays },
    "P1D",
  )) {
    if (end <= first.from || start > now) continue
    const covered = spans.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, end) - Math.max(from, start)), 0)
    const mark = covered === 0 ? none : covered < end - start ? some : all
    const month = label.slice(0, 7)
    // The first month may start on any day, and a month may lack a day.
    const strip = (months.get(month) ?? "").padEnd(Number(label.slice(8, 10)) - 1)
    months.set(month, strip + mark)
  }
  return [
    namedDays.reduce((line, day) => line.padEnd("2026-03  ".length + day - 1) + String(day), ""),
    ...Array.from(months, ([month, strip]) => `${month}  ${strip}`),
    `${all} all  ${some} in part  ${none} nothing`,
  ]
}
