// Every figure on a screen is the one that the command line prints for the same question: the screens are walked in a
// terminal, and compared.
import { folder } from "@dwell/testing/scratch"
import { output } from "../runner.ts"
import * as Report from "@dwell/core/Report"
import * as Schema from "effect/Schema"
import { beforeAll, expect, it } from "vitest"
import { parseReport } from "../support.ts"
import { running, screens } from "./program.ts"
import type { Screen } from "./terminal.ts"

const parseStaffing = Schema.decodeUnknownSync(Schema.parseJson(Report.StaffingDocument))
const parseIntervals = Schema.decodeUnknownSync(Schema.parseJson(Report.IntervalsDocument))

/** The day before the emulator's noon, whole. */
const day = ["--from", "2026-03-09", "--to", "2026-03-10"]

let screen: Screen
let printed: (...args: ReadonlyArray<string>) => Promise<string>

beforeAll(async () => {
  const { env, now } = await running()
  const home = folder()
  screen = await screens({ columns: 200, rows: 50, env, home, at: now() })
  await screen.until(/\d events/)
  printed = (...args) => output([...args, ...day, "--format", "json"], { env, home })
})

const one = (value: number | null): string =>
  value === null ? "–" : Number.isInteger(value) ? `${value}` : value.toFixed(1)

const rate = (value: number | null): string => (value === null ? "–" : `${(100 * value).toFixed(1)} %`)

const seconds = (statuses: Report.Document["statuses"], category: string): number =>
  statuses.reduce((sum, status) => sum + (status.category === category ? status.seconds : 0), 0)

/** A line in words: everything that is parted by blanks, per cent with its number. */
const wordsOf = (line: string): ReadonlyArray<string> =>
  line.replaceAll(" %", "%").replaceAll(",", "").trim().split(/\s+/)

it("the report by agent has the figures that dwell report prints", async () => {
  await screen.after("2", /✓ statuses/)
  await screen.after("[", /2026-03-09 00:00:00 to 2026-03-10 00:00:00/)
  await screen.after("u", /seconds$/m)
  const { agents } = parseReport(await printed("report"))
  expect(agents.length).toBeGreaterThan(20)
  await screen.until(new RegExp(`\\(${agents.length} agents x 86400\\)`))
  const lines = screen.lines()
  for (const { agent, calls, loggedIn, rates, statuses, untracked } of agents) {
    const line = lines.find((each) => each.trimStart().startsWith(`${agent} `)) ?? ""
    const words = wordsOf(line)
    const isNothing = loggedIn === 0 && calls === 0
    if (isNothing) continue
    const expected = [
      loggedIn,
      ...["handling", "afterCall", "available", "idle", "other", "offline"].map((name) => seconds(statuses, name)),
      untracked,
      calls,
    ].map(String)
    const figures = [one(rates.averageHandleTime), rate(rates.occupancy), rate(rates.utilisation)].map((text) =>
      text.replace(" %", "%"),
    )
    expect(words.join(" "), line).toContain([...expected, ...figures].join(" "))
  }
})

it("the report by status has the figures that dwell report prints", async () => {
  await screen.after("t", /^ ?Status +Category/m)
  const { statuses } = parseReport(await printed("report"))
  const lines = screen.lines()
  for (const { average, calls, category, entries, longest, seconds: time, status, visits } of statuses) {
    // A status may have blanks in it, and begin as another does.
    const line = lines.map((each) => each.trim()).find((each) => each.startsWith(`${status}  `)) ?? ""
    const words = wordsOf(line.slice(status.length))
    expect(words.slice(0, 2), status).toStrictEqual([category, `${time}`])
    for (const figure of [entries, visits, longest, calls]) expect(words).toContain(`${figure}`)
    expect(words).toContain(one(average))
  }
  expect(statuses.length).toBeGreaterThan(6)
})

it("each step of staffing is what dwell staffing prints", async () => {
  await screen.after("4", /steps of 30 min/)
  await screen.until(/2026-03-09 00:00 to 2026-03-10 00:00/)
  await screen.after("home", /^ 00:00 /m)
  const { staffing } = parseStaffing(await printed("staffing", "--step", "PT30M"))
  const lines = screen.lines()
  // Statuses may have blanks in them, and begin as others do: the longest is looked for first.
  const statuses = [...new Set(staffing.map(({ status }) => status))].toSorted((a, b) => b.length - a.length)
  const head = lines.find((line) => /^ ?From /.test(line)) ?? ""
  const heads = [
    ...head.matchAll(
      new RegExp(statuses.map((status) => status.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"), "g"),
    ),
  ].map(([status]) => status)
  expect(heads.length).toBeGreaterThan(6)
  const rows = lines.filter((line) => /^ \d\d:\d\d +\d+–\d+ \(/.test(line))
  expect(rows.length).toBeGreaterThan(8)
  for (const [index, row] of rows.entries()) {
    const all = [...row.matchAll(/(\d+)–(\d+) \((\d+\.\d)\)/g)].map(([, min, max, average]) => [min, max, average])
    // Those untracked come first, and are no part of what is printed.
    const cells = head.includes(" untracked ") ? all.slice(1) : all
    const found = heads.map((status) => staffing.filter((each) => each.status === status)[index])
    expect(cells).toStrictEqual(
      found.map((step) => [`${step?.min}`, `${step?.max}`, (step?.average ?? NaN).toFixed(1)]),
    )
  }
})

it("an agent's day has the figures and intervals that dwell prints", async () => {
  await screen.after("1", /Day so far/)
  await screen.after("enter", /logged in \d/)
  await screen.after("[", /Mon 2026-03-09/)
  await screen.until((text) => !/reading/.test(text))
  const { agents } = parseReport(await printed("report", "--agent", "700101"))
  const { intervals } = parseIntervals(await printed("intervals", "--agent", "700101"))
  const [agent] = agents
  if (agent === undefined) throw new Error("no agent")
  await screen.until(new RegExp(`of ${intervals.length}\\b`))
  expect(screen.text()).toContain(`calls ${agent.calls} `)
  await screen.after("home", new RegExp(`1 of ${intervals.length}\\b`))
  const clock = (instant: number) => new Date(instant * 1000).toISOString().slice(11, 19)
  const rows = screen.lines().filter((line) => /^ \d\d:\d\d:\d\d \d\d:\d\d:\d\d/.test(line))
  expect(rows.length).toBeGreaterThan(20)
  for (const [index, row] of rows.entries()) {
    const interval = intervals[index]
    expect(row).toContain(clock(interval?.start ?? NaN))
    expect(row).toContain(interval?.status ?? "untracked")
    expect(row).toContain(interval === undefined || interval.callid === "0" ? "" : interval.callid)
  }
})

it("coverage and quality are what dwell report counts", async () => {
  await screen.after("5", /Quality of/)
  const { quality } = parseReport(await printed("report"))
  await screen.until(new RegExp(`Quality of [^:]*: ${quality.unique.toLocaleString("en")} events`))
  const figure = (name: string) => new RegExp(`${name} +(\\d[\\d,]*|–) `).exec(screen.text())?.[1]
  expect(figure("Out of order")).toBe(`${quality.outOfOrder}`)
  expect(figure("Future")).toBe(`${quality.future}`)
  expect(figure("Unknown statuses")).toBe(`${quality.unknownStatuses.length}`)
  expect(figure("Open or long")).toBe(`${quality.stale}`)
})
