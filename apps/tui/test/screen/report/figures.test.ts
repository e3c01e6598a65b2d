// The figures of the report's screen are those of the library and of `dwell report`: the worker's answers for
// generated windows, and every cell of the screen, reached by keys.
import { file } from "@dwell/testing/scratch"
import { runs } from "@dwell/testing/effort"
import { output } from "../../runner.ts"
import { random } from "@dwell/testing/random"
import { vendorJson } from "@dwell/testing/vendor"
import * as Calendar from "@dwell/core/Calendar"
import * as EventBatch from "@dwell/core/EventBatch"
import * as EventLog from "@dwell/core/EventLog"
import * as Report from "@dwell/core/Report"
import { renderToString } from "ink"
import { createElement } from "react"
import { describe, expect, it } from "vitest"
import { report } from "../../../src/screen/worker/answers/report.ts"
import type { ReportQuestion } from "../../../src/screen/worker/protocol/question.ts"
import type { Group, ReportAnswer } from "../../../src/screen/worker/protocol/answer.ts"
import { styledLines } from "../../../src/screen/drawing/ansi.ts"
import { Screen } from "../../../src/screen/Screen.tsx"
import { reportQuestion } from "../../../src/screen/report/question.ts"
import type { State } from "../../../src/screen/app/state.ts"
import { make } from "../../../src/screen/theme.ts"
import { parseReport } from "../../support.ts"
import { after, answered, atNoon, centre, directory, noon, account, reportAt, rows, zone } from "../support.ts"

/** What is kept has each event once, as it was delivered last. */
const once = Array.from(new Map(rows.map((row) => [row.uid, row])).values())
const log = EventLog.fromBatches([EventBatch.fromEvents(once)])

const question = (given: Partial<ReportQuestion>): ReportQuestion => ({
  _tag: "report",
  account,
  from: "today",
  to: "now",
  timezone: zone.name,
  refreshCount: 0,
  bucket: null,
  isStaleCut: false,
  ...given,
})

/** The figures of an agent or a team as the screen has them, made from the document. */
const figures = (
  of: Pick<Report.Document["agents"][number], "statuses" | "untracked" | "loggedIn" | "calls" | "rates">,
) => {
  const seconds = (category: string) =>
    of.statuses.filter((status) => status.category === category).reduce((sum, status) => sum + status.seconds, 0)
  const { calls, loggedIn, rates, untracked } = of
  return {
    calls,
    loggedIn,
    rates,
    untracked,
    seconds: {
      available: seconds("available"),
      handling: seconds("handling"),
      afterCall: seconds("afterCall"),
      idle: seconds("idle"),
      offline: seconds("offline"),
      other: seconds("other"),
    },
  }
}

describe("the worker's answer has the figures of the library", () => {
  const seeds = Array.from({ length: runs(12) }, (_, seed) => seed)

  it.each(seeds)("of window %s", async (seed) => {
    const below = random(seed)
    const from = noon - 1 - below(330_000)
    const to = from + 1 + below(200_000)
    const timezone = ["Europe/London", "UTC", "Asia/Kathmandu", "America/St_Johns"][below(4)] ?? "UTC"
    const bucket = Calendar.sizes[below(Calendar.sizes.length)] ?? "P1D"
    const isStaleCut = below(2) === 1
    const answer = await atNoon((session) =>
      report(session, question({ from: `${from}`, to: `${to}`, timezone, bucket, isStaleCut })),
    )
    const window = { from, to }
    const now = Math.min(to, noon)
    const document = Report.make(
      log,
      { window, now, zone: { name: timezone }, directory, capStale: isStaleCut },
      { bucket, teams: true, everyone: true },
    )
    const { agents, buckets = [], everyone, quality, statuses, teams = [] } = document
    expect(answer.window).toEqual(document.window)
    expect(answer.quality).toEqual(quality)
    expect(answer.statuses).toEqual(statuses)
    expect(answer.covered).toBe(now - from)
    expect(answer.agents).toEqual(
      agents.map((of) => ({ agent: of.agent, name: of.name, team: of.team, agents: 1, ...figures(of) })),
    )
    const nobody: Pick<Group, "agent" | "name" | "team"> = { agent: null, name: null, team: null }
    expect(answer.teams).toEqual(teams.map((of) => ({ ...nobody, team: of.team, agents: of.agents, ...figures(of) })))
    expect(everyone === undefined ? null : { ...nobody, agents: everyone.agents, ...figures(everyone) }).toEqual(
      answer.everyone,
    )
    const edges = Calendar.buckets({ name: timezone }, window, bucket)
    expect(answer.buckets?.map(({ end, label, start }) => ({ start, end, label }))).toEqual(edges)
    for (const { covered, seconds, start, untracked } of answer.buckets ?? []) {
      const own = buckets.filter((row) => row.start === start)
      for (const { status } of statuses) {
        const sum = own.filter((row) => row.status === status).reduce((all, row) => all + row.seconds, 0)
        expect(seconds.get(status) ?? 0).toBe(sum)
      }
      expect((untracked ?? Number.NaN) + own.reduce((all, row) => all + row.seconds, 0)).toBe(covered)
    }
  })
})

const theme = make("16", { level: 1, isUnicode: true })

/** What is drawn: lines of runs. */
const drawn = (state: State) =>
  styledLines(renderToString(createElement(Screen, { state, theme }), { columns: state.size.columns }))

const textOf = (line: ReturnType<typeof drawn>[number] = []): string => line.map(({ text }) => text).join("")

/** Tabs, the window, the heads of columns. */
const headLine = 2

/** What stands under the head that is looked at, in the row of the cursor and in the totals. */
const cellsAt = (state: State, total: number) => {
  const lines = drawn(state)
  const head = lines[headLine] ?? []
  const at = head.findIndex(({ inverse }) => inverse)
  const start = textOf(head.slice(0, at)).length
  const end = start + (head[at]?.text.length ?? 0)
  const cursor = lines.findIndex((line, index) => index > headLine && line.some(({ inverse }) => inverse))
  const cell = (line: number) => textOf(lines[line]).slice(start, end).trim()
  return { title: (head[at]?.text ?? "").trim(), row: cell(cursor), total: cell(total) }
}

/** Every cell of the table, column by column, row by row, as a person with a keyboard would get to see it. */
const walked = (state: State, rowCount: number) => {
  const { columns, rows: height } = state.size
  const cells = new Map<string, { readonly rows: ReadonlyArray<string>; readonly total: string }>()
  let at = Array.from({ length: 40 }).reduce<State>((before) => after(before, "left"), after(state, "home"))
  for (;;) {
    const found: Array<string> = []
    let title = ""
    let total = ""
    for (let row = 0; row < rowCount; row++) {
      const seen = cellsAt(at, height - 5)
      title = seen.title
      total = seen.total
      found.push(seen.row)
      at = after(at, "down")
    }
    expect(textOf(drawn(at)[headLine]).length).toBeLessThanOrEqual(columns)
    if (cells.has(title)) return cells
    cells.set(title, { rows: found, total })
    at = after(at, "home right")
  }
}

const ratio = (value: number | null): string => (value === null ? "–" : `${(100 * value).toFixed(1)} %`)
const length = (value: number | null): string =>
  value === null ? "–" : Number.isInteger(value) ? `${value}` : value.toFixed(1)

const figureCells = (of: Parameters<typeof figures>[0]) => {
  const { calls, loggedIn, rates, seconds, untracked } = figures(of)
  return {
    "Logged in": `${loggedIn}`,
    Handling: `${seconds.handling}`,
    "After call": `${seconds.afterCall}`,
    Available: `${seconds.available}`,
    Idle: `${seconds.idle}`,
    Other: `${seconds.other}`,
    Offline: `${seconds.offline}`,
    Untracked: `${untracked}`,
    Calls: `${calls}`,
    AHT: length(rates.averageHandleTime),
    Occupancy: ratio(rates.occupancy),
    Utilisation: ratio(rates.utilisation),
    Availability: ratio(rates.availability),
    "Not ready": ratio(rates.notReadyShare),
  }
}

const expectCells = (
  cells: ReturnType<typeof walked>,
  expected: ReadonlyArray<Readonly<Record<string, string>>>,
  more: ReadonlyArray<string> = [],
) => {
  const titles = Object.keys(expected[0] ?? {})
  expect([...cells.keys()].toSorted()).toEqual([...titles, ...more].toSorted())
  for (const title of titles)
    expect([title, cells.get(title)?.rows]).toEqual([title, expected.map((row) => row[title])])
}

describe("every cell of the screen is what `dwell report` says", () => {
  const path = file("log.json", vendorJson(rows))
  const names = file(
    "agents.csv",
    ["agent,name,team", ...centre.agents.map(({ agentid, name, team }) => `${agentid},${name},${team}`)].join("\n"),
  )
  // Tall enough for reconciliation and remarks, too low and too narrow for all rows and columns.
  const opened = after(reportAt(64, 16), "p 2 u")

  const command = ["report", "--input", path, "--agents", names, "--tz", zone.name, "--now", `${noon}`].concat([
    "--from",
    "yesterday",
    "--to",
    "today",
    "--format",
    "json",
  ])
  const printed = async (...more: ReadonlyArray<string>) => parseReport(await output([...command, ...more]))

  const asked = async (keys: string): Promise<readonly [State, ReportAnswer]> => {
    const state = keys === "" ? opened : after(opened, keys)
    const answer = await atNoon((session) => report(session, reportQuestion(state)))
    return [answered(state, answer), answer]
  }

  it("by agent", async () => {
    const { agents } = await printed()
    const [state] = await asked("")
    expect(agents.length).toBeGreaterThan(8)
    expectCells(
      walked(state, agents.length),
      agents.map((of) => ({ Agent: `${of.agent}`, Name: of.name ?? "", Team: of.team ?? "", ...figureCells(of) })),
      ["Logged in as"],
    )
  })

  it("by team", async () => {
    const { teams = [] } = await printed("--group", "team")
    const [state, { everyone }] = await asked("t t")
    const cells = walked(state, teams.length)
    expectCells(
      cells,
      teams.map((of) => ({ Team: of.team ?? "", Agents: `${of.agents}`, ...figureCells(of) })),
      ["Logged in as"],
    )
    expect(cells.get("Calls")?.total).toBe(`${everyone.calls}`)
    expect(cells.get("AHT")?.total).toBe(length(everyone.rates.averageHandleTime))
  })

  it("by status", async () => {
    const { agents, statuses } = await printed()
    const loggedIn = agents.reduce((sum, agent) => sum + agent.loggedIn, 0)
    const [state] = await asked("t")
    const cells = walked(state, statuses.length)
    expectCells(
      cells,
      statuses.map((of) => ({
        Status: of.status,
        Category: of.category,
        Time: `${of.seconds}`,
        "Of logged in": ratio(of.category === "offline" ? null : of.seconds / loggedIn),
        Entries: `${of.entries}`,
        Visits: `${of.visits}`,
        Longest: length(of.longest),
        Average: length(of.average),
        Calls: `${of.calls}`,
      })),
    )
    const all = agents.length * 86_400 - agents.reduce((sum, { untracked }) => sum + untracked, 0)
    expect(cells.get("Time")?.total).toBe(`${all}`)
  })

  it("by bucket", async () => {
    const { agents, buckets = [], statuses } = await printed("--bucket", "PT1H")
    const [state] = await asked("b b b")
    const byStart = [...Map.groupBy(buckets, ({ start }) => start).values()]
    const expected = byStart.map((own) => {
      const seconds = (status: string) =>
        own.filter((row) => row.status === status).reduce((sum, row) => sum + row.seconds, 0)
      const sum = own.reduce((all, row) => all + row.seconds, 0)
      return {
        // Of one day, a bucket is a time of it.
        Bucket: own[0]?.label.slice(11, 16) ?? "",
        ...Object.fromEntries(statuses.map(({ status }) => [status, `${seconds(status)}`])),
        Untracked: `${agents.length * 3600 - sum}`,
      }
    })
    const cells = walked(state, byStart.length)
    expectCells(cells, expected)
    for (const { seconds, status } of statuses) expect(cells.get(status)?.total).toBe(`${seconds}`)
  })

  it("in rows that reconcile", async () => {
    const { agents } = await printed()
    for (const keys of ["", "t", "t t", "b b b"]) {
      const [state] = await asked(keys)
      const untracked = agents.reduce((sum, agent) => sum + agent.untracked, 0)
      const covered = agents.length * 86_400
      const line = drawn(state)
        .map(textOf)
        .find((text) => text.includes("covered"))
      expect(line?.trim()).toBe(`✓ statuses ${covered - untracked} + untracked ${untracked} = ${covered} covered`)
    }
  })
})
