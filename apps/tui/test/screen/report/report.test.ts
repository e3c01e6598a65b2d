// What keys do on the report, what it asks, and that its lines fit whatever the terminal and the answer.
import { random } from "@dwell/testing/random"
import { renderToString } from "ink"
import { createElement } from "react"
import stringWidth from "string-width"
import { describe, expect, it } from "vitest"
import { head } from "../../../src/screen/components/grid.ts"
import { remarks } from "../../../src/render/quality.ts"
import { definitionOf } from "../../../src/screen/definitions.ts"
import { report } from "../../../src/screen/worker/answers/report.ts"
import type { ReportAnswer } from "../../../src/screen/worker/protocol/answer.ts"
import { styledLines } from "../../../src/screen/drawing/ansi.ts"
import { Screen } from "../../../src/screen/Screen.tsx"
import { columns as floorColumns } from "../../../src/screen/floor/state.ts"
import { questionsOf } from "../../../src/screen/app/questions.ts"
import { reportQuestion } from "../../../src/screen/report/question.ts"
import { columnOf, tableModelOf } from "../../../src/screen/report/model.ts"
import { inView } from "../../../src/screen/report/columns.ts"
import { cellText } from "../../../src/screen/report/cells.ts"
import type { State } from "../../../src/screen/app/state.ts"
import { make } from "../../../src/screen/theme.ts"
import { after, answered, atNoon, noon, reportAt } from "../support.ts"

const theme = make("dark", { level: 0, isUnicode: true })

const linesOf = (state: State): ReadonlyArray<string> =>
  styledLines(renderToString(createElement(Screen, { state, theme }), { columns: state.size.columns })).map((runs) =>
    runs.map(({ text }) => text).join(""),
  )

const ask = (state: State): Promise<ReportAnswer> => atNoon((session) => report(session, reportQuestion(state)))

const answer = await ask(reportAt(100, 30))
const state = answered(reportAt(100, 30), answer)

const rowsOf = (of: State) => tableModelOf(of)?.rows ?? []
const idsOf = (of: State) => rowsOf(of).map((row) => (row.kind === "group" ? row.of.agent : null))

describe("a key", () => {
  it.each([
    ["t", "status", "h:mm:ss"],
    ["t t", "team", "h:mm:ss"],
    ["t t t", "agent", "h:mm:ss"],
    ["u", "agent", "seconds"],
    ["u u", "agent", "per cent"],
    ["u u u", "agent", "h:mm:ss"],
    ["t b", "bucket", "h:mm:ss"],
    ["t b t", "bucket", "h:mm:ss"],
    ["t b b b b b b b", "status", "h:mm:ss"],
  ])("%s: rows of %s in %s", (keys, group, unit) => {
    expect(after(state, keys).report).toMatchObject({ group, unit })
  })

  it.each([
    ["", null, false],
    ["b", "PT15M", false],
    ["b b b", "PT1H", false],
    ["b b b b b b", "P1M", false],
    ["b b b b b b b", null, false],
    ["x", null, true],
    ["x x", null, false],
  ])("%s: asks for buckets of %s", (keys, bucket, isStaleCut) => {
    const of = keys === "" ? state : after(state, keys)
    expect(questionsOf(of)).toContainEqual(expect.objectContaining({ _tag: "report", bucket, isStaleCut }))
  })

  it("that leaves the screen asks no more", () => {
    expect(questionsOf(after(state, "1")).map(({ _tag }) => _tag)).toEqual(["live"])
  })

  it("enter opens the agent under the cursor", () => {
    const found = after(state, "down down enter")
    expect(found).toMatchObject({ screen: "agent", agent: { agent: answer.agents[2]?.agent } })
  })

  it.each(["t", "t t", "b"])("that does nothing says why: %s enter", async (keys) => {
    const asked = after(state, keys)
    const found = after(answered(asked, await ask(asked)), "enter")
    expect(found.screen).toBe("report")
    expect(found.notice?.text).toMatch(/^A (team|status|bucket) has no day to open/)
    expect(after(after(state, "b"), "t").notice?.text).toContain("press b until they are not")
  })

  it("/ lets only some through, and Esc all again", () => {
    const name = answer.agents[3]?.name ?? ""
    const found = after(state, `/ ${Array.from(name, (key) => (key === " " ? "space" : key)).join(" ")} enter`)
    expect(rowsOf(found).length).toBeGreaterThan(0)
    expect(rowsOf(found).length).toBeLessThan(answer.agents.length)
    expect(idsOf(found)).toContain(answer.agents[3]?.agent)
    expect(idsOf(after(found, "escape"))).toEqual(idsOf(state))
  })
})

it("totals of those shown stand beside those of all, and are of times alone", () => {
  const team = answer.teams.toSorted((one, other) => other.loggedIn - one.loggedIn)[0]?.team ?? ""
  const found = after(answered(reportAt(300, 30), answer), `/ ${Array.from(team).join(" ")} enter u`)
  const lines = linesOf(found)
  const cellsOf = (name: string) => {
    const line = lines.find((text) => text.trimStart().startsWith(`${name} `)) ?? ""
    return line.trim().split(/ +/)
  }
  const own = answer.agents.filter((one) => one.team === team)
  expect(own.length).toBeGreaterThan(0)
  const sum = (value: (one: (typeof own)[number]) => number) => own.reduce((all, one) => all + value(one), 0)
  expect(cellsOf("shown").slice(0, 15)).toEqual([
    "shown",
    `${sum(({ loggedIn }) => loggedIn)}`,
    ...(["handling", "afterCall", "available", "idle", "other", "offline"] as const).map(
      (category) => `${sum(({ seconds }) => seconds[category])}`,
    ),
    `${sum(({ untracked }) => untracked)}`,
    ...Array.from({ length: 6 }, () => "–"),
  ])
  expect(cellsOf("all").slice(1, 2)).toEqual([`${answer.everyone.loggedIn}`])
  expect(lines.some((text) => text.startsWith("✓ all: "))).toBe(true)
  expect(linesOf(state).some((text) => text.includes("all: ") || text.trimStart().startsWith("shown"))).toBe(false)
})

it.each(["", "t", "t t", "b"])("of nobody there are no figures, and nothing adds up: %s", (keys) => {
  const { everyone } = answer
  const seconds = { available: 0, handling: 0, afterCall: 0, idle: 0, offline: 0, other: 0 }
  const nobody = { ...everyone, agents: 0, seconds, loggedIn: 0, untracked: 0, calls: 0 }
  const none = { ...answer, agents: [], teams: [], statuses: [], buckets: [], everyone: nobody }
  const of = answered(reportAt(200, 30), none)
  const lines = linesOf(keys === "" ? of : after(of, keys))
  expect(lines.some((text) => text.includes("✓"))).toBe(false)
  expect(lines.some((text) => text.startsWith("There are no agents"))).toBe(true)
  expect(lines.find((text) => text.trimStart().startsWith("all"))).not.toContain("0:00:00")
})

it("a filter is that of its rows: others have their own, and it is there again with them", () => {
  const team = answer.teams[0]?.team ?? ""
  const found = after(state, `/ ${Array.from(team).join(" ")} enter`)
  expect(rowsOf(found).length).toBeGreaterThan(0)
  const byStatus = after(found, "t")
  expect(byStatus.report.filter).toBe("")
  expect(rowsOf(byStatus)).toHaveLength(answer.statuses.length)
  expect(after(byStatus, "/ w r a p enter t").report).toMatchObject({ group: "team", filter: team })
  expect(after(byStatus, "/ w r a p enter b").report).toMatchObject({ group: "bucket", filter: "" })
  expect(after(byStatus, "/ w r a p enter t t t").report).toMatchObject({ group: "status", filter: "wrap" })
  expect(after(byStatus, "t t").report).toMatchObject({ group: "agent", filter: team })
})

describe("sorted by a column", () => {
  it("every head that is in view shows which way, whatever room its title has", () => {
    for (const look of [theme, make("dark", { level: 0, isUnicode: false })]) {
      for (const arrow of ["up", "down"] as const) {
        for (let width = 2; width < 12; width++) {
          const placed = [{ column: { name: "calls", title: "Calls", width }, width }]
          const text = head(placed, look, { sort: "calls", isDescending: arrow === "down" })
          expect(text).toContain(look.marks[arrow])
          expect(stringWidth(text)).toBe(width)
        }
      }
    }
  })

  /** Every column of every group, with its state. */
  const all = ["", "t", "t t"].flatMap((keys) => {
    const of = keys === "" ? state : after(state, keys)
    return (tableModelOf(of)?.table.columns ?? []).map(({ name }) => ({
      ...of,
      report: { ...of.report, column: name },
    }))
  })

  it.each(["h:mm:ss", "per cent"] as const)("rows ascend, then descend, and what is not known is last: %s", (unit) => {
    for (const of of all) {
      const at = { ...of, report: { ...of.report, unit } }
      const [up, down] = [after(at, "s"), after(at, "s s")]
      const column = tableModelOf(at)?.table.columns.find(({ name }) => name === at.report.column)
      if (column === undefined) throw new Error(at.report.column)
      const figures = (sorted: State) =>
        rowsOf(sorted).map((row) => {
          const value = column.value(row)
          const whole = column.whole?.(row)
          if (typeof value === "string" || value === null) return value?.toLowerCase() ?? null
          return unit === "per cent" && column.kind === "seconds" ? (whole === 0 ? null : value / (whole ?? 1)) : value
        })
      for (const [sorted, sign] of [
        [figures(up), 1],
        [figures(down), -1],
      ] as const) {
        expect(sorted.length).toBe(rowsOf(at).length)
        const first = sorted.indexOf(null)
        const known = first < 0 ? sorted : sorted.slice(0, first)
        expect(sorted.slice(known.length).every((value) => value === null)).toBe(true)
        known.forEach((value, index) => {
          const next = known[index + 1]
          if (next === undefined || next === null || value === null) return
          expect(sign > 0 ? value <= next : value >= next).toBe(true)
        })
      }
    }
  })
})

it("an agent without a known event has dashes, and no zero but where one is known", () => {
  const [first] = answer.agents
  if (first === undefined) throw new Error("no agent")
  const unknown = {
    ...first,
    seconds: { available: 0, handling: 0, afterCall: 0, idle: 0, offline: 0, other: 0 },
    loggedIn: 0,
    calls: 0,
    untracked: answer.covered,
    rates: { occupancy: null, utilisation: null, availability: null, notReadyShare: null, averageHandleTime: null },
  }
  const table = tableModelOf(answered(reportAt(100, 30), { ...answer, agents: [unknown] }))?.table
  const cells = table?.columns
    .slice(3)
    .map((column) => [column.name, cellText(column, { kind: "group", of: unknown }, "seconds")])
  expect(cells?.filter(([, cell]) => cell !== "–")).toEqual([["untracked", `${answer.covered}`]])
})

it("sums that do not add up say why", () => {
  const [first, ...others] = answer.agents
  if (first === undefined) throw new Error("no agent")
  const agents = [{ ...first, untracked: first.untracked + 60 }, ...others]
  const line = (quality: ReportAnswer["quality"]) =>
    linesOf(answered(reportAt(200, 30), { ...answer, agents, quality })).find((text) => text.includes("covered"))
  expect(line({ ...answer.quality, future: 3 })).toMatch(/^✗ .*, not .*: 3 events later than now have time that is/)
  expect(line(answer.quality)).toMatch(/^✗ .*: this is a bug in dwell/)
})

it("buckets are in words, and sorted they are in the order of time", async () => {
  const asked = after(answered(reportAt(100, 30), answer), "p 8 b b b")
  const found = answered(asked, await ask(asked))
  expect(linesOf(found)[1]?.trimEnd()).toMatch(/by hour$/)
  const starts = (of: State) => rowsOf(of).flatMap((row) => (row.kind === "bucket" ? [row.of.start] : []))
  const first = { ...found, report: { ...found.report, column: "bucket" } }
  expect(starts(after(first, "s"))).toEqual(starts(found))
  expect(starts(after(first, "s s"))).toEqual(starts(found).toReversed())
  const monday = after(found, '/ " M o n space 9 " enter')
  expect(starts(monday)).toEqual(starts(found).filter((start) => start < Date.UTC(2026, 2, 10) / 1000))
  expect(starts(monday)).toHaveLength(12)
})

it("what has no room below the report is shown by !", () => {
  const quality = { ...answer.quality, unknownStatuses: ["coaching", "idle - counselling", "training"] }
  const narrow = answered(reportAt(60, 24), { ...answer, quality })
  const lines = linesOf(narrow)
  expect(lines.some((text) => text.trimEnd().endsWith("… ! shows all"))).toBe(true)
  const all = linesOf(after(narrow, "!")).join(" ").replaceAll(/\s+/g, " ")
  for (const remark of remarks(quality)) expect(all).toContain(remark)
  expect(linesOf(answered(reportAt(300, 24), { ...answer, quality })).join("")).not.toContain("! shows all")
  // It is no banner: it takes no room from the rows.
  expect(linesOf(narrow)[1]).toMatch(/^today/)
})

it("the last answer stays while another window is read, under its own instants", () => {
  const other = after(state, "p 2")
  const heading = linesOf(other)[1]
  expect(heading).toMatch(/^2026-03-10 00:00:00 to 2026-03-10 12:00:00, Europe\/London .*reading yesterday$/)
  expect(linesOf(state)[1]?.trimEnd()).toBe("today  2026-03-10 00:00:00 to 2026-03-10 12:00:00, Europe/London")
})

it("columns in view: the fixed ones, the one that is looked at, and as many others as fit", () => {
  for (let seed = 0; seed < 2000; seed++) {
    const below = random(seed)
    const columns = Array.from({ length: 1 + below(20) }, (_, index) => (index < 2 ? { isFixed: true as const } : {}))
    const widths = columns.map(() => 1 + below(15))
    const width = 60 + below(150)
    const chosen = below(columns.length)
    const { indices, left } = inView(columns, widths, width, chosen, below(25))
    expect(indices).toContain(chosen)
    expect(indices.slice(0, 2)).toEqual([0, 1].slice(0, columns.length))
    expect(indices.slice(2)).toEqual(indices.slice(2).map((_, index) => left + 2 + index))
    const taken = (of: ReadonlyArray<number>) => of.reduce((sum, index) => sum + (widths[index] ?? 0) + 1, -1)
    expect(taken(indices)).toBeLessThanOrEqual(width)
    // Nothing that would fit is left out, neither to the right nor, where all to the right are there, to the left.
    const next = (indices.at(-1) ?? 0) + 1
    const more = next < columns.length ? [next] : left > 0 ? [left + 1] : []
    expect(more.filter((index) => taken([...indices, index]) <= width)).toEqual([])
    expect(inView(columns, widths, width, chosen, left).left).toBe(left)
  }
})

describe("at any size", () => {
  const buckets = ["b", "b b b b"]
  const over = ["", "p", "w", "c", "i", "t", "t t", "u u", "end", "right right right right right right right i"]

  it.each([
    [60, 10],
    [60, 20],
    [80, 24],
    [121, 17],
    [200, 50],
  ])("%sx%s: every line fits, and none is lost", (columns, rows) => {
    for (const keys of over) {
      const opened = answered(reportAt(columns, rows), answer)
      const lines = linesOf(keys === "" ? opened : after(opened, keys))
      expect(lines.length).toBeLessThanOrEqual(rows)
      for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns)
      // Where the cursor is stands above the keys.
      expect(/[pwci]$/.test(keys) || /^\d+ of \d+ /.test(lines.at(-2) ?? "")).toBe(true)
    }
  })

  it.each(buckets)("by bucket: %s", async (keys) => {
    const asked = after(reportAt(60, 12), keys)
    const found = await ask(asked)
    const lines = linesOf(answered(asked, found))
    expect(lines.at(-2)).toContain(`1 of ${found.buckets?.length ?? 0}`)
  })
})

it("what is yet to come shows dashes", async () => {
  const asked = after(reportAt(100, 30), "p 3 b b b b")
  const found = await ask(asked)
  const rows = linesOf(answered(asked, found)).filter((line) => /^[A-Z][a-z]{2} \d+ Mar /.test(line))
  expect(rows.map((line) => /^\w+ \d+ Mar[ –]+$/.test(line))).toEqual([false, false, true, true, true, true, true])
})

describe("a definition", () => {
  it("is there for each column of report and floor", async () => {
    const withBuckets = await ask(after(state, "b"))
    const names = ["", "t", "t t", "b"].flatMap((keys) => {
      const of = keys === "" ? state : after(state, keys)
      return (tableModelOf(answered(of, withBuckets))?.table.columns ?? []).map(({ name }) => name)
    })
    expect(names.length).toBeGreaterThan(40)
    for (const name of [...names, ...floorColumns]) {
      const found = definitionOf(name)
      expect([name, found?.title, found?.text, found?.unit]).toEqual([
        name,
        expect.stringMatching(/./),
        expect.stringMatching(/\.$/),
        expect.stringMatching(/./),
      ])
    }
    expect(definitionOf("constructor")).toBeNull()
  })

  it("of the column that is looked at opens with i, and any key closes it", () => {
    for (const at of [after(state, "right i"), after({ ...state, screen: "floor" }, "i")]) {
      const of = at.screen === "report" ? columnOf(at) : at.floor.column
      expect(at.overlay).toEqual({ kind: "definition", of })
      expect(linesOf(at).join("\n")).toContain(definitionOf(of)?.title)
      expect(after(at, "left").overlay).toBeNull()
    }
  })
})

it("thousands of agents cost what the rows in view cost", () => {
  const [first] = answer.agents
  if (first === undefined) throw new Error("no agent")
  const agents = Array.from({ length: 5000 }, (_, index) => ({ ...first, agent: index, calls: (index * 7919) % 5000 }))
  const many = after(answered(reportAt(100, 30), { ...answer, agents }), "s end")
  const rows = rowsOf(many)
  expect(rows.length).toBe(5000)
  // What has not changed is not made again.
  expect(rowsOf(after(many, "up up right"))).toBe(rows)
  expect(rowsOf({ ...many, now: noon + 1 })).toBe(rows)
})
