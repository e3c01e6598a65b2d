// Shows that areas are as high as the values they stand for, and that what is not known is a hole.
import { describe, expect, it } from "vitest"
import { smallArea, stackedAreas } from "../../../src/screen/drawing/areas.ts"
import { type Row } from "../../../src/screen/drawing/cells.ts"
import { random } from "../../support.ts"
import { characters, faults, looks, pick, roles } from "./support.ts"

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

/** Some series over the same steps, of which every fifth or so is not known. */
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
      values: unknown.map((isUnknown): number | null => (isUnknown ? null : pick(below, [0, 0.001, below(100) / 10]))),
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
      if (series.length === 0) continue
      for (const look of looks) {
        const rows = stackedAreas({ series, width, height, max, look })
        for (let i = 0; i < width; i++) {
          const means = series.map(({ values }) => meanOf(values, i, width))
          const cells = column(rows, i)
          if (means.includes(null)) {
            expect(cells.map(({ role }) => role)).toEqual(["untracked", ...Array(height - 1).fill(null)])
            continue
          }
          const sum = means.reduce((total: number, mean) => total + (mean ?? 0), 0)
          const exact = Math.min(height, (sum / max) * height)
          const shown = cells.reduce((total, { role, text, under }) => {
            if (role === null) return total
            return total + (look === "colour" && under === undefined ? lower.indexOf(text) / 8 : 1)
          }, 0)
          const tolerance = look === "colour" ? 1 / 8 : 1
          expect(Math.abs(shown - exact), `seed ${seed} column ${i} ${look}`).toBeLessThanOrEqual(tolerance)
          expect(shown > 0).toBe(sum > 0)
        }
      }
    }
  })

  it("shows in each cell the one or two series that have most of it, in order and divided where they meet", () => {
    for (const seed of seeds) {
      const below = random(seed)
      const height = 1 + below(4)
      const eighths = roles.slice(0, 5).map((role) => ({ role, values: [below(2 * height * 4)] }))
      const rows = stackedAreas({ series: eighths, width: 1, height, max: height * 8, look: "colour" })
      const slots = eighths.flatMap(({ role, values }) => Array.from({ length: values[0] ?? 0 }, () => role))
      column(rows, 0).forEach(({ role, text, under }, row) => {
        const inside = slots.slice(row * 8, row * 8 + 8)
        const sizes = roles.map((each) => inside.filter((slot) => slot === each).length).filter((size) => size > 0)
        const size = (asked: unknown) => inside.filter((slot) => slot === asked).length
        const most = sizes.toSorted((one, other) => other - one)
        if (inside.length === 0) expect(role).toBeNull()
        else if (inside.length < 8 || most.length === 1) {
          expect([text, size(role), under]).toEqual([lower[inside.length], most[0], undefined])
        } else {
          expect([size(role), size(under)].toSorted((one, other) => other - one)).toEqual(most.slice(0, 2))
          expect(inside.indexOf(role ?? "untracked")).toBeLessThan(inside.indexOf(under ?? "untracked"))
          expect(lower.indexOf(text)).toBeGreaterThanOrEqual(size(role))
          expect(8 - lower.indexOf(text)).toBeGreaterThanOrEqual(size(under))
        }
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

describe("smallArea", () => {
  // The dots of a braille character are bits, of which 1, 2, 3, 7 are its left column from the top.
  const dots = (text: string, bits: ReadonlyArray<number>) =>
    bits.filter((bit) => text !== " " && ((text.codePointAt(0) ?? 0) & bit) !== 0).length

  it("is as high as each half column's mean, to a dot", () => {
    for (const seed of seeds) {
      const { height: tall, max, series, width } = generated(seed)
      const height = Math.min(3, tall)
      const values = series[0]?.values ?? []
      for (const look of looks) {
        const rows = smallArea({ values, width, height, max, look, role: "handling" })
        expect(rows.length).toBe(height)
        for (const row of rows) expect(faults(row, width, look)).toEqual([])
        const across = look === "ascii" ? 1 : 2
        for (let i = 0; i < width * across; i++) {
          const mean = meanOf(values, i, width * across)
          const cells = column(rows, Math.floor(i / across))
          if (mean === null) {
            if (across === 1) expect(cells[0]?.role).toBe("untracked")
            continue
          }
          const shown = cells.reduce(
            (total, { text }) =>
              total +
              (across === 1
                ? " _=#".indexOf(text) / 3
                : dots(text, i % 2 === 0 ? [0x40, 0x4, 0x2, 0x1] : [0x80, 0x20, 0x10, 0x8]) / 4),
            0,
          )
          const exact = Math.min(height, (mean / max) * height)
          expect(Math.abs(shown - exact)).toBeLessThanOrEqual(across === 1 ? 1 / 3 : 1 / 4)
          expect(shown > 0).toBe(mean > 0)
        }
      }
    }
  })

  it("fills from the bottom, and leaves a hole where nothing is known", () => {
    expect(smallArea({ values: [1, 2, 3, 4, null, null], width: 3, height: 1, max: 4, look: "colour" })).toEqual([
      [
        { text: "⣠⣾", role: null },
        { text: "·", role: "untracked" },
      ],
    ])
  })
})
