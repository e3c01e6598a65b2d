// Areas are as high as the values they stand for, and what is not known is a gap.
import { random } from "@dwell/testing/random"
import { describe, expect, it } from "vitest"
import { stackedAreas } from "../../../src/screen/drawing/areas.ts"
import { type Cell, type Role, roles, type Row } from "../../../src/screen/drawing/cells.ts"
import { characters, faults, looks, pick } from "./support.ts"

type Values = ReadonlyArray<number | null>

const lower = " ▁▂▃▄▅▆▇█"

/** The mean of a column, by cutting each step into as many parts as there are columns. */
const meanOf = (values: Values, column: number, columns: number): number | null => {
  const parts = values.flatMap((value) => Array.from({ length: columns }, () => value))
  const known = parts.slice(column * values.length, (column + 1) * values.length).flatMap((value) => value ?? [])
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}

/** The characters of a column from the bottom. */
const column = (rows: ReadonlyArray<Row>, index: number) =>
  rows.map((row) => characters(row)[index] ?? { text: "", role: null }).toReversed()

/** Some series over the same steps, of which some are not known to all or to one of them. */
const generated = (seed: number) => {
  const below = random(seed)
  const steps = below(40)
  const unknown = Array.from({ length: steps }, () => below(5) === 0)
  return {
    below,
    width: 1 + below(40),
    height: 1 + below(8),
    max: 1 + below(30),
    unknown,
    series: roles.slice(0, below(6)).map((role) => ({
      role,
      values: unknown.map((isUnknown): number | null =>
        isUnknown || below(20) === 0 ? null : pick(below, [0, 0.001, below(100) / 10]),
      ),
    })),
  }
}

const seeds = Array.from({ length: 100 }, (_, seed) => seed)

describe("stackedAreas", () => {
  it("fills its rows exactly, whatever it is given", () => {
    for (const seed of seeds) {
      for (const look of looks) {
        const { height, max, series, width } = generated(seed)
        const rows = stackedAreas({ series, width, height, max: pick(random(seed), [max, 0, NaN]), look })
        expect(rows.length).toBe(height)
        for (const row of rows) expect(faults(row, width, look)).toEqual([])
      }
    }
  })

  it("is as high as the sum of the means, to an eighth of a cell in colour and a cell without", () => {
    for (const seed of seeds) {
      const { height, max, series, width } = generated(seed)
      const joint = series.map(({ values }) =>
        values.map((value, step) => (series.every((each) => each.values[step] !== null) ? value : null)),
      )
      for (const look of looks) {
        const rows = stackedAreas({ series, width, height, max, look })
        for (let i = 0; i < width; i++) {
          const means = joint.map((values) => meanOf(values, i, width))
          const sum = means.reduce((total: number, mean) => total + (mean ?? 0), 0)
          const cells = column(rows, i)
          const shown = cells.reduce((total, { role, text, under }) => {
            if (role === null || role === "untracked") return total
            return total + (look === "colour" && under === undefined ? lower.indexOf(text) / 8 : 1)
          }, 0)
          const tolerance = look === "colour" ? 1 / 8 : 1
          expect(Math.abs(shown - Math.min(height, (sum / max) * height))).toBeLessThanOrEqual(tolerance)
          expect(shown > 0).toBe(sum > 0)
          const isKnown = means.length > 0 && !means.includes(null)
          expect(cells.findIndex(({ role }) => role === "untracked")).toBe(isKnown ? -1 : 0)
        }
      }
    }
  })

  /** What is wrong with a cell for the eighths that lie in it, from the bottom. */
  const misdrawn = ({ role, text, under }: Cell, inside: ReadonlyArray<Role>): ReadonlyArray<string> => {
    const size = (asked: Role | null | undefined) => inside.filter((each) => each === asked).length
    const largest = roles.map(size).toSorted((one, other) => other - one)
    const filled = lower.indexOf(text)
    if (under === undefined) {
      return [
        ...(filled === inside.length ? [] : ["height"]),
        ...(inside.length === 0 || size(role) === largest[0] ? [] : ["not the largest"]),
        ...(inside.length < 8 || largest[1] === 0 ? [] : ["only one"]),
      ]
    }
    return [
      ...(inside.length === 8 ? [] : ["nothing above"]),
      ...(size(role) + size(under) === (largest[0] ?? 0) + (largest[1] ?? 0) ? [] : ["not the largest"]),
      ...(inside.findIndex((each) => each === role) < inside.findIndex((each) => each === under) ? [] : ["order"]),
      ...(filled >= size(role) && 8 - filled >= size(under) ? [] : ["divided elsewhere"]),
    ]
  }

  it("shows in each cell the one or two series that have most of it, in order and divided where they meet", () => {
    for (const seed of seeds) {
      const below = random(seed)
      const height = 1 + below(4)
      const series = roles.slice(0, 5).map((role) => ({ role, values: [below(below(2) === 0 ? 4 : 8 * height)] }))
      const rows = stackedAreas({ series, width: 1, height, max: height * 8, look: "colour" })
      const eighths = series.flatMap(({ role, values }) => Array.from({ length: values[0] ?? 0 }, () => role))
      column(rows, 0).forEach((cell, row) => {
        expect(misdrawn(cell, eighths.slice(row * 8, row * 8 + 8)), `seed ${seed}`).toEqual([])
      })
    }
  })

  it("takes a step that one series does not know for not known", () => {
    const series = [
      { role: "handling" as const, values: [1, null, NaN, 1] },
      { role: "idle" as const, values: [1, 1, 1] },
    ]
    const [row] = stackedAreas({ series, width: 4, height: 1, max: 2, look: "colour" })
    expect(row).toEqual([
      { text: "▄", role: "handling", under: "idle" },
      { text: "···", role: "untracked" },
    ])
  })

  it("tells series apart without colours", () => {
    const series = roles.slice(0, 3).map((role) => ({ role, values: [1] }))
    const text = (look: "plain" | "ascii") =>
      stackedAreas({ series, width: 2, height: 3, max: 3, look }).map((row) => row.map((cell) => cell.text).join(""))
    expect(text("plain")).toEqual(["▒▒", "▓▓", "██"])
    expect(text("ascii")).toEqual(["==", "++", "##"])
  })
})
