/**
 * The time logged in as a bar, by category.
 */
import { type Category } from "@dwell/core/Category"
import { apportion, order } from "../../render/pictures.ts"
import { looks } from "../../render/style.ts"
import { type Theme } from "../theme.ts"

/** What tells categories apart in ASCII. */
const letters: Readonly<Record<Category, string>> = {
  handling: "#",
  afterCall: "=",
  available: "-",
  idle: ".",
  other: "%",
  offline: " ",
}

/** A bar of exactly so many cells; of no time at all it is blank. */
export const stacked = (seconds: Readonly<Record<Category, number>>, width: number, theme: Theme): string => {
  const cells = apportion(
    order.map((category) => seconds[category]),
    width,
  )
  const filled = order
    .map((category, index) =>
      theme.paint(
        category,
        (theme.look === "ascii" ? letters[category] : theme.look === "plain" ? looks[category].filling : "█").repeat(
          cells[index] ?? 0,
        ),
      ),
    )
    .join("")
  return filled === "" ? " ".repeat(width) : filled
}
