/**
 * The time logged in as a bar, by category, from busiest to least.
 *
 * Units    seconds
 */
import type { Category } from "@dwell/core/Category"
import { apportion, order } from "../../render/sparklines.ts"
import { blank, filled, joinCells, type Look, type Row } from "./cells.ts"

/** A bar of `width` cells; empty if there is no time. */
export const stack = (seconds: Readonly<Record<Category, number>>, width: number, look: Look): Row => {
  const counts = apportion(
    order.map((category) => seconds[category]),
    width,
  )
  const cells = order.flatMap((category, i) => Array.from({ length: counts[i] ?? 0 }, () => filled(look, category)))
  return joinCells([...cells, ...Array.from({ length: width - cells.length }, () => blank)])
}
