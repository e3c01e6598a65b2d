/** What the tests of drawings share. */
import stringWidth from "string-width"
import type { Run } from "../../../src/screen/drawing/ansi.ts"
import type { Cell, Look, Row } from "../../../src/screen/drawing/cells.ts"

export const looks = ["colour", "plain", "ascii"] as const satisfies ReadonlyArray<Look>

/** Text that looks like nothing in particular. */
export const plain: Run = {
  text: "",
  foreground: null,
  background: null,
  bold: false,
  dim: false,
  inverse: false,
  underline: false,
}

/** One of a list, by a source of numbers. */
export const pick = <T>(below: (bound: number) => number, list: readonly [T, ...ReadonlyArray<T>]): T =>
  list[below(list.length)] ?? list[0]

/** A row's characters, one a cell. */
export const characters = (row: Row): ReadonlyArray<Cell> =>
  row.flatMap((cell) => Array.from(cell.text, (text) => ({ ...cell, text })))

/** What is wrong with a row, if anything: its width, a character that its look has not, neighbours that are not one. */
export const faults = (row: Row, width: number, look: Look): ReadonlyArray<string> => [
  ...(stringWidth(row.map(({ text }) => text).join("")) === width ? [] : ["width"]),
  ...(row.every(({ text }) => stringWidth(text) === Array.from(text).length) ? [] : ["a wide character"]),
  ...(look === "colour" || row.every(({ under }) => under === undefined) ? [] : ["a background"]),
  ...(look !== "ascii" || row.every(({ text }) => /^[ -~]*$/.test(text)) ? [] : ["not ASCII"]),
  ...(row.every((cell, i) => cell.text !== "" && !(cell.role === row[i + 1]?.role && cell.under === row[i + 1]?.under))
    ? []
    : ["neighbours"]),
]
