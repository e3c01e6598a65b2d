// Shows that the stack is as large as its agents' time, that what is not known is a hole, and what is said of it.
import * as EventBatch from "@dwell/core/EventBatch"
import * as EventLog from "@dwell/core/EventLog"
import * as Report from "@dwell/core/Report"
import { describe, expect, it } from "vitest"
import { loggedInRoles } from "../../src/web/charts/palette.ts"
import { staffingChart, staffingSummary } from "../../src/web/charts/staffing.tsx"
import { runs } from "@dwell/testing/effort"
import { random } from "@dwell/testing/random"
import { staffingCurve, zone } from "../centre.ts"
import { type Element, elements, numberOf, ofClass } from "./support.ts"

const utc = { name: "UTC" }

const curveOf = (
  rows: ReadonlyArray<readonly [agent: number, uts: number, status: string]>,
  {
    from,
    now,
    to,
    uncovered = [],
  }: { from: number; to: number; now: number; uncovered?: ReadonlyArray<{ from: number; to: number }> },
) =>
  Report.staffing(
    EventLog.fromBatches([
      EventBatch.fromEvents(
        rows.map(([agent, uts, status], uid) => ({
          uid: BigInt(uid + 1),
          uts,
          agent,
          status,
          subcode: "",
          callid: 0n,
        })),
      ),
    ]),
    { window: { from, to }, now, zone: utc, stepSeconds: 60, uncovered },
  )

/** The corners of a layer, ring by ring; it is made of straight lines only. */
const rings = (layer: Element): ReadonlyArray<ReadonlyArray<readonly [x: number, y: number]>> =>
  (layer.attributes["d"] ?? "")
    .split("Z")
    .filter((ring) => ring !== "")
    .map((ring) => [...ring.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const))

const areaOf = (ring: ReadonlyArray<readonly [number, number]>): number =>
  Math.abs(
    ring.reduce((sum, [x, y], index) => {
      const [nextX, nextY] = ring[(index + 1) % ring.length] ?? [x, y]
      return sum + x * nextY - nextX * y
    }, 0) / 2,
  )

/** How many units of a picture an agent is high: its axis tells. */
const agentHeight = (all: ReadonlyArray<Element>): number => {
  const marks = all.filter(
    ({ attributes, name, within }) =>
      name === "text" && attributes["text-anchor"] === "end" && within.at(-1)?.name === "g" && attributes["x"] === "32",
  )
  const [low, high] = [marks[0], marks.at(-1)]
  if (low === undefined || high === undefined) throw new Error("no axis")
  return (numberOf(low, "y") - numberOf(high, "y")) / (Number(high.text) - Number(low.text))
}

const drawnWidth = 1200 - 8 - 40

describe("the staffing picture", () => {
  it("has layers as large as the time of the agents in them", () => {
    const below = random(41)
    const statuses = ["available", "call", "wrap", "idle", "coaching", "offline"]
    for (let round = 0; round < runs(20); round++) {
      const rows = Array.from({ length: 1 + below(30) }, () => {
        const status = statuses[below(statuses.length)] ?? "call"
        return [1 + below(6), below(3600), status] as const
      })
      const document = curveOf(rows, { from: 0, to: 3600, now: 3600 })
      const all = elements(staffingChart(document, { zone: utc }))
      const unit = agentHeight(all) * (drawnWidth / 3600)
      const agentSeconds = Report.summariseStaffing(document)
      const seconds = (those: ReadonlyArray<string>) =>
        document.staffing.reduce(
          (sum, { average, end, start, status }) => (those.includes(status) ? sum + average * (end - start) : sum),
          0,
        )
      expect(agentSeconds.length).toBe(new Set(document.staffing.map(({ status }) => status)).size)
      for (const [role, those] of [
        ["handling", ["call"]],
        ["afterCall", ["wrap"]],
        ["available", ["available"]],
        ["idle", ["idle"]],
        ["other", ["coaching"]],
      ] as const) {
        const area = ofClass(all, role)
          .filter(({ name }) => name === "path")
          .flatMap(rings)
          .reduce((sum, ring) => sum + areaOf(ring), 0)
        // Coordinates have two decimals.
        expect(Math.abs(area / unit - seconds(those))).toBeLessThan(5)
      }
    }
  })

  it("hatches the steps in which no agent has a status, and draws nothing there", () => {
    const document = curveOf([[1, 1200, "available"]], { from: 0, to: 3600, now: 3600 })
    const all = elements(staffingChart(document, { zone: utc }))
    const holes = ofClass(all, "unknown").filter(({ name }) => name === "rect")
    const width = holes.reduce((sum, hole) => sum + numberOf(hole, "width"), 0)
    expect(width).toBeCloseTo(drawnWidth / 3, 0)
    const [layer] = ofClass(all, "available").filter(({ name }) => name === "path")
    const corners = layer === undefined ? [] : rings(layer).flat()
    expect(Math.min(...corners.map(([x]) => x))).toBeCloseTo(40 + drawnWidth / 3, 0)
  })

  it("hatches what could not be read", () => {
    const uncovered = [{ from: 600, to: 1200 }]
    const document = curveOf([[1, 0, "available"]], { from: 0, to: 3600, now: 3600, uncovered })
    const [hole] = ofClass(elements(staffingChart(document, { zone: utc })), "unknown").toSorted(
      (one, other) => numberOf(other, "width") - numberOf(one, "width"),
    )
    expect(hole === undefined ? null : numberOf(hole, "width")).toBeCloseTo(drawnWidth / 6, 0)
  })

  it("does not count an offline agent as logged in, and hatches nothing then", () => {
    const document = curveOf([[1, 0, "offline"]], { from: 0, to: 600, now: 600 })
    const all = elements(staffingChart(document, { zone: utc }))
    expect(ofClass(all, "unknown")).toStrictEqual([])
    expect(staffingSummary(document, utc)).toBe(
      "Agents logged in, from 1970-01-01 00:00 to 1970-01-01 00:10, UTC: most 0 at 00:00, fewest 0 at 00:00, last 0 at 00:09.",
    )
  })

  it("says that nothing is known", () => {
    const document = curveOf([], { from: 0, to: 600, now: 0 })
    expect(staffingSummary(document, utc)).toBe("No staffing is known from 1970-01-01 00:00 to 1970-01-01 00:10, UTC.")
    expect(elements(staffingChart(document, { zone: utc })).map(({ text }) => text)).toContain(
      "Nothing is known of this time yet.",
    )
  })

  it.each([0, 1, 2, 3, 7])("counts whole agents on its axis: %d", (most) => {
    const rows = Array.from({ length: most }, (_, agent) => [agent + 1, 0, "call"] as const)
    const marks = elements(staffingChart(curveOf(rows, { from: 0, to: 600, now: 600 }), { zone: utc })).filter(
      ({ attributes, name }) => name === "text" && attributes["x"] === "32",
    )
    expect(marks.length).toBeGreaterThan(1)
    expect(marks.map(({ text }) => text).filter((text) => !/^\d+$/.test(text))).toStrictEqual([])
  })

  it("puts statuses in the categories that are given", () => {
    const document = curveOf([[1, 0, "coaching"]], { from: 0, to: 600, now: 600 })
    const categories = new Map([["coaching", "idle"]] as const)
    const [idle] = ofClass(elements(staffingChart(document, { zone: utc, categories })), "idle").filter(
      ({ name }) => name === "path",
    )
    expect(idle === undefined ? 0 : rings(idle).reduce((sum, ring) => sum + areaOf(ring), 0)).toBeGreaterThan(0)
  })

  it("is as wide as asked, with a legend of what it shows", () => {
    for (const width of [320, 600, 1200]) {
      const all = elements(staffingChart(staffingCurve, { zone, width }))
      expect(all[0]?.attributes["width"]).toBe(String(width))
      expect(all.filter(({ attributes, name }) => name === "rect" && attributes["rx"] === "2")).toHaveLength(
        loggedInRoles.length,
      )
      const rightmost = Math.max(...all.filter(({ name }) => name === "rect").map((rect) => numberOf(rect, "x") || 0))
      expect(rightmost).toBeLessThan(width)
    }
  })
})
