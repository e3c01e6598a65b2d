import * as Calendar from "@dwell/core/Calendar"
import * as EventBatch from "@dwell/core/EventBatch"
import * as EventLog from "@dwell/core/EventLog"
import * as Report from "@dwell/core/Report"
import { describe, expect, it } from "vitest"
import { stripControls, roles } from "../../src/web/charts/palette.ts"
import { timelineChart, timelineSummary } from "../../src/web/charts/timeline.tsx"
import { day, directory, intervals, log, now, zone } from "../centre.ts"
import { runs } from "@dwell/testing/effort"
import { random } from "@dwell/testing/random"
import { type Element, elements, numberOf, ofClass } from "./support.ts"

const row = (uts: number, status: string, agent = 7) => ({
  uid: BigInt(uts) * 10n + BigInt(agent),
  uts,
  agent,
  status,
  subcode: "",
  callid: 0n,
})

const documentOf = (
  rows: ReadonlyArray<ReturnType<typeof row>>,
  window: { from: number; to: number },
  until = window.to,
) => Report.intervals(EventLog.fromBatches([EventBatch.fromEvents(rows)]), { window, now: until, zone })

/** The strips of a role: where each run begins and ends. */
const runsOf = ({ attributes }: Element) =>
  [...(attributes["d"] ?? "").matchAll(/M([\d.]+) [\d.]+h([\d.]+)/g)].map(([, start, length]) => ({
    start: Number(start),
    end: Number(start) + Number(length),
  }))

const isStrip = ({ attributes, name }: Element): boolean =>
  name === "path" && ["hole", ...roles].includes(attributes["class"] ?? "")

describe("the timeline picture", () => {
  it("has a strip for each agent, as long as the time that the document covers", () => {
    const all = elements(timelineChart(intervals, { zone }))
    const strips = Map.groupBy(all.filter(isStrip), ({ within }) => within.at(-1))
    const left = 150
    expect(strips.size).toBe(new Set(intervals.intervals.map(({ agent }) => agent)).size)
    for (const paths of strips.values()) {
      const parts = paths.flatMap(runsOf).toSorted((one, other) => one.start - other.start)
      expect(parts[0]?.start).toBe(left)
      expect(parts.at(-1)?.end).toBeCloseTo(1200 - 8, 0)
      // One after another, without a gap.
      parts.slice(1).forEach(({ start }, before) => expect(start).toBeCloseTo(parts[before]?.end ?? 0, 1))
    }
  })

  it("leaves the time after now empty", () => {
    const document = Report.intervals(log, { window: day, now, zone, directory })
    const all = elements(timelineChart(document, { zone }))
    const end = Math.max(
      ...all
        .filter(isStrip)
        .flatMap(runsOf)
        .map((run) => run.end),
    )
    const [line] = ofClass(all, "now")
    expect(end).toBeCloseTo(line === undefined ? 0 : numberOf(line, "x1"), 0)
  })

  it("draws untracked time as a hole, never as offline", () => {
    const all = elements(timelineChart(documentOf([row(5000, "available")], { from: 0, to: 10_000 }), { zone })).filter(
      isStrip,
    )
    expect(all.map(({ attributes }) => attributes["class"])).toStrictEqual(["available", "hole"])
    const [hole] = ofClass(all, "hole").flatMap(runsOf)
    const [available] = ofClass(all, "available").flatMap(runsOf)
    expect(hole?.end).toBe(available?.start)
  })

  it("draws a change within half a unit of where it was", () => {
    const below = random(31)
    for (let round = 0; round < runs(50); round++) {
      const at = 1 + below(86_399)
      const window = { from: day.from, to: day.to }
      const document = documentOf([row(day.from, "available"), row(day.from + at, "wrap")], window)
      const strips = elements(timelineChart(document, { zone })).filter(isStrip)
      const change = ofClass(strips, "afterCall").flatMap(runsOf)[0]?.start ?? 1192
      expect(Math.abs(change - (150 + (at / 86_400) * 1042))).toBeLessThanOrEqual(0.5)
    }
  })

  it.each(["Europe/London", "Asia/Kathmandu", "America/St_Johns", "UTC"])(
    "has local times in their places, also over a clock change: %s",
    (name) => {
      const window = { from: Date.UTC(2025, 9, 25, 20) / 1000, to: Date.UTC(2025, 9, 26, 8) / 1000 }
      const document = documentOf([row(window.from, "available")], window)
      const all = elements(timelineChart(document, { zone: { name } }))
      const ticks = all.filter(
        ({ attributes, name: element, text }) =>
          element === "text" && attributes["class"] === "faint" && attributes["y"] === "20" && text.includes(":"),
      )
      expect(ticks.length).toBeGreaterThan(5)
      for (const tick of ticks) {
        const instant = Math.round(window.from + ((numberOf(tick, "x") - 150) / 1042) * (window.to - window.from))
        // Coordinates have two decimals, which is half a second here.
        expect([-1, 0, 1].map((by) => Calendar.label({ name }, instant + by).slice(11, 16))).toContain(tick.text)
      }
    },
  )

  it("is XML with any names of agents, and says them", () => {
    const below = random(32)
    const nasty = [
      "<",
      "&",
      '"',
      "'",
      "]]>",
      "\u0000",
      "\u001b",
      "\u0085",
      "\ud800",
      "\ufffe",
      "é",
      "😀",
      "a",
      "<script>",
      "\n",
    ]
    for (let round = 0; round < runs(40); round++) {
      const name = Array.from({ length: below(9) }, () => nasty[below(nasty.length)]).join("")
      const document = Report.intervals(log, {
        window: day,
        now,
        zone,
        agents: [700_101],
        directory: new Map([[700_101, { name, team: null }]]),
      })
      const all = elements(timelineChart(document, { zone }))
      const said = all.find(({ name: element, within }) => element === "title" && within.at(-1)?.name === "g")?.text
      const shown = stripControls(name).trim()
      expect(said?.replace(/\s/g, " ")).toBe((shown === "" ? "700101" : `${shown} (700101)`).replace(/\s/g, " "))
      expect(all.some(({ name: element }) => element === "script")).toBe(false)
    }
  })

  it("says that there are no agents, and has a picture of it", () => {
    const nobody = documentOf([], { from: 0, to: 600 })
    expect(timelineSummary(nobody, zone)).toBe(
      "Nobody to show from 1970-01-01 01:00 to 1970-01-01 01:10, Europe/London.",
    )
    expect(elements(timelineChart(nobody, { zone })).map(({ text }) => text)).toContain(
      "Nobody has an event before the end of the window.",
    )
    expect(elements(timelineChart(documentOf([], { from: 5, to: 5 }), { zone })).length).toBeGreaterThan(0)
  })

  it("says in words how the time was shared", () => {
    const rows = [row(0, "available"), row(600, "call"), row(900, "offline")]
    expect(timelineSummary(documentOf(rows, { from: 0, to: 1000 }), { name: "UTC" })).toBe(
      "Who was in which status when, 1 agent, from 1970-01-01 00:00 to 1970-01-01 00:16, UTC. " +
        "Their time: Handling 30 %, Available 60 %, Offline 10 %.",
    )
  })
})
