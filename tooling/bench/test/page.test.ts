import { SaxesParser } from "saxes"
import { describe, expect, it } from "vitest"
import * as chart from "../src/chart.ts"
import * as page from "../src/page.ts"
import { recorded } from "./recorded.ts"

const kept = recorded({
  "json: dwell json": { ms: 200 },
  "sums: dwell sums": { ms: 250 },
  "sums: floor sums": { ms: 100 },
  "sums: duckdb sums": { ms: 12_345 },
  "buckets: chdb buckets": { missing: "chdb is not installed" },
})

describe("the page of figures", () => {
  it("says where and when, what is met and what falls short", () => {
    const text = page.render(kept)
    expect(text).toContain(
      "Some processor, 2 cores, 16 GB, Linux. Node 24.21.0, chdb 3.4.0. 2026-11-24, commit 0123456789ab",
    )
    expect(text).toContain(
      "| ✓ | Vendor JSON → all figures, relative to `JSON.parse` alone | at most 0.22 × | 0.20 × |",
    )
    expect(text).toContain("| ✗ | Vendor XML → all figures, faster than saxes alone | at least 10 × | 1.00 × |")
    expect(text).toContain("- Vendor XML → all figures, faster than saxes alone: 1.00 ×, and should be at least 10 ×.")
    expect(text).toContain("| DuckDB, 2 threads | 12.5 s | 12.3 s to 12.6 s | 49.4 × | 0.80 | 100 MB |")
    expect(text).toContain("| ClickHouse's engine (chdb), 2 threads | chdb is not installed |  |  |  |  |")
    expect(text).not.toMatch(/NaN|undefined|Infinity/)
  })

  it("is whole without the large file, too", () => {
    expect(page.render({ usual: kept.usual })).not.toContain("3 GB, memory")
  })
})

describe("the picture of figures", () => {
  it("is XML with a title, a text and a bar for every other runner that ran", () => {
    const svg = chart.render(kept)
    const elements: Array<string> = []
    const parser = new SaxesParser({ xmlns: true })
    parser.on("opentag", ({ name }) => {
      elements.push(name)
    })
    parser.on("error", (error) => {
      throw error
    })
    parser.write(svg).close()
    const others = kept.usual.races.flatMap(({ runners }) =>
      runners.filter(({ isOurs, missing }) => !isOurs && missing === null),
    )
    expect(elements.filter((name) => name === "rect")).toHaveLength(others.length)
    expect(elements.slice(0, 3)).toEqual(["svg", "title", "desc"])
    expect(svg).toContain("DuckDB, 2 threads takes 49.38 times as long")
    expect(svg).toContain("prefers-color-scheme: dark")
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
  })
})
