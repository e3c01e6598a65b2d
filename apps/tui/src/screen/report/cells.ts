/**
 * What the cells of a report show.
 *
 * Shape    a figure that is not known is shown as a dash
 * Units    in per cent, a time is a share of the time logged in or of what is covered
 */
import { printable } from "@dwell/terminal/text"
import { count, percent, duration } from "../../format.ts"
import { none } from "../components/grid.ts"
import type { Unit } from "./state.ts"
import type { Column, Row, Value } from "./table.ts"

/** The figure of a cell in the unit; in per cent, its share. */
export const figureOf = ({ kind, value, whole }: Column, row: Row, unit: Unit): Value => {
  const figure = value(row)
  if (unit !== "per cent" || kind !== "seconds" || typeof figure !== "number" || whole === undefined) return figure
  const all = whole(row)
  return all === 0 ? null : figure / all
}

const plain = (seconds: number): string => (Number.isInteger(seconds) ? `${seconds}` : seconds.toFixed(1))

/** What a cell shows. */
export const cellText = (column: Column, row: Row, unit: Unit): string => {
  const figure = figureOf(column, row, unit)
  if (figure === null) return none
  if (typeof figure === "string") return printable(figure)
  switch (column.kind) {
    case "count":
      return unit === "seconds" ? `${figure}` : count(figure)
    case "seconds":
      return unit === "per cent" ? percent(figure) : unit === "seconds" ? `${figure}` : duration(figure)
    case "length":
      return unit === "seconds" ? plain(figure) : duration(figure)
    case "rate":
      return percent(figure)
    case "text":
    case "id":
    case "bar":
      return `${figure}`
  }
}

/** A time of a row or a total, in the unit. */
export const timeText = (seconds: number, unit: Unit): string => (unit === "seconds" ? `${seconds}` : duration(seconds))
