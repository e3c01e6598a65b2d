// Shows what programs that read `dwell` may rely on: every key of every JSON document, the order of rows, the same bytes
// for the same question, and the vendor's own examples read alike. The figures are worked out by hand from
// docs/definitions.md.
import { dwell, output } from "./runner.ts"
import { file } from "@dwell/testing/scratch"
import { row, vendorJson } from "@dwell/testing/vendor"
import { readFileSync } from "node:fs"
import { make, type Row } from "@dwell/emulator"
import * as Report from "@dwell/core/Report"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { parseReport } from "./support.ts"

// 2025-10-26 01:55 in London, the first of two such hours: 300 s later it is 01:00 again.
const from = 1_761_440_100
const to = from + 600

const rows: ReadonlyArray<Row> = [
  row({ uid: 6n, uts: from + 200, agent: 9, status: "idle", subcode: "Lunch" }),
  row({ uid: 1n, uts: from - 50, agent: 10, status: "available" }),
  row({ uid: 13n, uts: from + 250, agent: 10, status: "Wrap", callid: 42n }),
  row({ uid: 2n, uts: from + 100, agent: 10, status: "Call", callid: 42n }),
  row({ uid: 2n, uts: from + 100, agent: 10, status: "Call", callid: 42n }),
  row({ uid: 4n, uts: from + 200, agent: 9, status: "coaching" }),
  row({ uid: 12n, uts: from + 400, agent: 10, status: "offline" }),
]
const log = file("log.json", vendorJson(rows))
const agents = file("agents.csv", 'agent,name,team\n10,"Ben, B.",Sales\n9,Ada,Sales\n')
const question = ["--input", log, "--from", `${from}`, "--to", `${to}`, "--agents", agents]

const window = { from, to, now: to, timezone: "Europe/London" }
const status = (
  name: string,
  category: string,
  seconds: number,
  entries: number,
  visits: number,
  longest: number,
  average: number | null,
  calls: number,
) => ({ status: name, category, seconds, entries, visits, longest, average, calls })

const coaching = status("coaching", "other", 0, 1, 0, 0, null, 0)
const idle = status("idle", "idle", 400, 1, 1, 400, 400, 0)
const available = status("available", "available", 100, 0, 1, 100, 100, 0)
const call = status("call", "handling", 150, 1, 1, 150, 150, 1)
const offline = status("offline", "offline", 200, 1, 1, 200, 200, 0)
const wrap = status("wrap", "afterCall", 150, 1, 1, 150, 150, 1)
const statuses = [available, call, coaching, idle, offline, wrap]

const ada = { agent: 9, name: "Ada", team: "Sales" }
const ben = { agent: 10, name: "Ben, B.", team: "Sales" }
const adasSession = { start: from + 200, end: to, before: false, open: true }
const bensSession = { start: from, end: from + 400, before: true, open: false }

const adasFigures = {
  ...ada,
  statuses: [coaching, idle],
  untracked: 200,
  loggedIn: 400,
  calls: 0,
  rates: { occupancy: null, utilisation: 0, availability: 0, notReadyShare: 1, averageHandleTime: null },
  sessions: [adasSession],
}
const bensFigures = {
  ...ben,
  statuses: [available, call, offline, wrap],
  untracked: 0,
  loggedIn: 400,
  calls: 1,
  rates: { occupancy: 0.75, utilisation: 0.75, availability: 0.25, notReadyShare: 0, averageHandleTime: 300 },
  sessions: [bensSession],
}
const teams = [
  {
    team: "Sales",
    agents: 2,
    statuses,
    untracked: 200,
    loggedIn: 800,
    calls: 1,
    rates: { occupancy: 0.75, utilisation: 0.375, availability: 0.125, notReadyShare: 0.5, averageHandleTime: 300 },
  },
]
const bucket = (isFirst: boolean, agent: number, name: string, seconds: number) => ({
  start: isFirst ? from : from + 300,
  end: isFirst ? from + 300 : to,
  label: isFirst ? "2025-10-26T01:00+01:00" : "2025-10-26T01:00+00:00",
  agent,
  status: name,
  seconds,
})
const buckets = [
  bucket(true, 9, "idle", 100),
  bucket(true, 10, "available", 100),
  bucket(true, 10, "call", 150),
  bucket(true, 10, "wrap", 50),
  bucket(false, 9, "idle", 300),
  bucket(false, 10, "offline", 200),
  bucket(false, 10, "wrap", 100),
]
const quality = {
  rows: 6,
  unique: 5,
  duplicates: 1,
  conflicts: 0,
  outOfOrder: 1,
  future: 0,
  stale: 1,
  unknownStatuses: ["coaching"],
  agentsWithoutCarryIn: [9],
  uncovered: [],
}
const report = { window, statuses, agents: [adasFigures, bensFigures] }

/** The document byte for byte: its keys, their order and its values. */
const written = (document: unknown) => `${JSON.stringify(document, null, 2)}\n`

const json = (command: string, ...more: ReadonlyArray<string>) =>
  output([command, ...question, ...more, "--format", "json"])

describe("the JSON document", () => {
  it("of report has these keys", async () => {
    expect(await json("report")).toBe(written({ ...report, quality }))
  })

  it("of report has buckets only with --bucket", async () => {
    expect(await json("report", "--bucket", "PT1H")).toBe(written({ ...report, buckets, quality }))
  })

  it("of report has teams only with --group team", async () => {
    expect(await json("report", "--group", "team")).toBe(written({ ...report, teams, quality }))
    expect(await json("report", "--group", "agent")).toBe(written({ ...report, quality }))
    expect(await json("report", "--group", "team", "--bucket", "PT1H")).toBe(
      written({ ...report, teams, buckets, quality }),
    )
  })

  it("of sessions has these keys", async () => {
    const sessions = [
      { ...ada, ...adasSession },
      { ...ben, ...bensSession },
    ]
    expect(await json("sessions")).toBe(written({ window, sessions, quality }))
  })

  it("of intervals has these keys", async () => {
    const interval = (
      of: typeof ada,
      [start, end]: readonly [number, number],
      [name, category]: readonly [string | null, string | null],
      [uid, callid]: readonly [string | null, string],
      more: { readonly subcode?: string; readonly open?: boolean } = {},
    ) => {
      const { open = false, subcode = "" } = more
      const span = { start: from + start, end: from + end }
      return { ...of, ...span, status: name, category, subcode, callid, uid, open, stale: open }
    }
    const intervals = [
      interval(ada, [0, 200], [null, null], [null, "0"]),
      interval(ada, [200, 200], ["coaching", "other"], ["4", "0"]),
      interval(ada, [200, 600], ["idle", "idle"], ["6", "0"], { subcode: "Lunch", open: true }),
      interval(ben, [0, 100], ["available", "available"], ["1", "0"]),
      interval(ben, [100, 250], ["call", "handling"], ["2", "42"]),
      interval(ben, [250, 400], ["wrap", "afterCall"], ["13", "42"]),
      // Offline may stay open for ever: it is never stale.
      { ...interval(ben, [400, 600], ["offline", "offline"], ["12", "0"], { open: true }), stale: false },
    ]
    expect(await json("intervals")).toBe(written({ window, intervals, quality }))
  })

  it("of staffing has these keys", async () => {
    const step = (isFirst: boolean, name: string, average: number, min: number, max: number) => ({
      start: isFirst ? from : from + 300,
      end: isFirst ? from + 300 : to,
      status: name,
      average,
      min,
      max,
    })
    const staffing = [
      step(true, "available", 100 / 300, 0, 1),
      step(true, "call", 0.5, 0, 1),
      step(true, "idle", 100 / 300, 0, 1),
      step(true, "offline", 0, 0, 0),
      step(true, "wrap", 50 / 300, 0, 1),
      step(false, "available", 0, 0, 0),
      step(false, "call", 0, 0, 0),
      step(false, "idle", 1, 1, 1),
      step(false, "offline", 200 / 300, 0, 1),
      step(false, "wrap", 100 / 300, 0, 1),
    ]
    expect(await json("staffing", "--step", "PT5M")).toBe(written({ window, staffing, quality }))
  })

  it("says nothing of time after --now", async () => {
    const now = from + 450
    const { agents: found, window: asked } = parseReport(await json("report", "--now", `${now}`))
    expect(asked).toStrictEqual({ ...window, now })
    for (const { statuses: own, untracked } of found)
      expect(own.reduce((sum, { seconds }) => sum + seconds, untracked)).toBe(450)
    const { staffing } = Schema.decodeUnknownSync(Schema.parseJson(Report.StaffingDocument))(
      await json("staffing", "--step", "PT5M", "--now", `${now}`),
    )
    expect(Math.max(...staffing.map(({ end }) => end))).toBe(now)
  })

  it("keeps ids exact that no double holds", async () => {
    const uid = 9_007_199_254_740_993n
    const one = file("log.json", vendorJson([row({ uid, callid: uid + 2n, uts: 100 })]))
    const text = await output(["intervals", "--input", one, "--format", "json"])
    expect(text).toContain('"uid": "9007199254740993"')
    expect(text).toContain('"callid": "9007199254740995"')
  })
})

/** A week of a centre: many agents, statuses and calls, with duplicates and rows recorded late. */
const noon = Date.UTC(2026, 2, 10, 12) / 1000
const week = file(
  "week.json",
  vendorJson([...make({ seed: 3, agents: 12, days: 9, clock: () => noon }).centre.rows(noon - 700_000, noon)]),
)
const lastDays = ["--input", week, "--now", `${noon}`, "--from", "-3d", "--to", "now"]

const isAscending = (keys: ReadonlyArray<ReadonlyArray<string | number>>): boolean =>
  keys.every((key, index) => {
    const before = keys[index - 1] ?? []
    const at = key.findIndex((part, position) => part !== before[position])
    return index === 0 || (at >= 0 && (before[at] ?? "") < (key[at] ?? ""))
  })

describe("a larger log", () => {
  it("gives rows by agent, then status; buckets by start, agent, status", async () => {
    const document = parseReport(
      await output(["report", ...lastDays, "--bucket", "P1D", "--group", "team", "--format", "json"]),
    )
    expect(document.agents.length).toBeGreaterThan(9)
    expect(isAscending(document.agents.map(({ agent }) => [agent]))).toBe(true)
    expect(isAscending(document.statuses.map((figures) => [figures.status]))).toBe(true)
    for (const agent of document.agents) {
      expect(isAscending(agent.statuses.map((figures) => [figures.status]))).toBe(true)
      expect(isAscending(agent.sessions.map(({ start }) => [start]))).toBe(true)
    }
    const found = document.buckets ?? []
    expect(new Set(found.map(({ start }) => start)).size).toBe(4)
    expect(isAscending(found.map((cell) => [cell.start, cell.agent, cell.status]))).toBe(true)
  })

  it("adds up: statuses and untracked time are what the window covers, buckets are the sums", async () => {
    const document = parseReport(await output(["report", ...lastDays, "--bucket", "PT30M", "--format", "json"]))
    const covered = document.window.to - document.window.from
    for (const { agent, statuses: own, untracked } of document.agents) {
      expect(own.reduce((sum, { seconds }) => sum + seconds, untracked)).toBe(covered)
      for (const figures of own) {
        const parts = document.buckets?.filter((part) => part.agent === agent && part.status === figures.status) ?? []
        expect(parts.reduce((sum, { seconds }) => sum + seconds, 0)).toBe(figures.seconds)
      }
    }
  })

  it.each(["report", "intervals", "sessions", "staffing", "events"])(
    "gives the same bytes for the same question: %s",
    async (command) => {
      const format = command === "events" ? "ndjson" : "json"
      const [one, other] = await Promise.all([1, 2].map(() => output([command, ...lastDays, "--format", format])))
      expect(one).toBe(other)
      expect(one?.length).toBeGreaterThan(1000)
    },
  )

  it("decodes by the schemas of @dwell/core/Report, with nothing besides", async () => {
    const strict = { onExcessProperty: "error" } as const
    const decode = async <A, I>(schema: Schema.Schema<A, I>, ...args: ReadonlyArray<string>): Promise<A> => {
      const text = await output([...args, ...lastDays, "--format", "json"])
      return Schema.decodeUnknownSync(Schema.parseJson(schema), strict)(text)
    }
    expect((await decode(Report.Document, "report", "--bucket", "PT15M")).buckets?.length).toBeGreaterThan(100)
    expect((await decode(Report.IntervalsDocument, "intervals")).intervals.length).toBeGreaterThan(100)
    expect((await decode(Report.SessionsDocument, "sessions")).sessions.length).toBeGreaterThan(10)
    expect((await decode(Report.StaffingDocument, "staffing", "--step", "PT1H")).staffing.length).toBeGreaterThan(100)
  })
})

// docs/contactnow.md, section 3: the vendor's article.
const vendorFacts = readFileSync(new URL("../../../docs/contactnow.md", import.meta.url), "utf8")
const printed = (language: string) =>
  new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "m").exec(vendorFacts)?.[1] ?? ""
const articleJson = printed("json")
const articleXml = printed("xml")

describe("the examples of the vendor's article", () => {
  it.each(["table", "json", "csv", "ndjson", "markdown"])("give one report, as %s", async (format) => {
    const [fromJson, fromXml] = await Promise.all(
      [articleJson, articleXml].map((text) => dwell(["report", "--input", "-", "--format", format], { input: text })),
    )
    expect(fromJson).toStrictEqual(fromXml)
    expect(fromJson?.status).toBe(0)
    expect(fromJson?.stdout).toContain("1234567")
    expect(fromJson?.stdout).toContain("offline")
  })

  it("give the one row they have", async () => {
    expect(await output(["report", "--input", "-", "--format", "csv"], { input: articleXml })).toBe(
      "agent,name,team,status,category,seconds,entries,visits,longest,average,calls\n" +
        "1234567,,,offline,offline,1,1,1,1,1,0\n",
    )
    const events = await output(["events", "--input", "-"], { input: articleJson })
    expect(events.trimEnd().split("\n")).toHaveLength(1)
    expect(events).toContain("12345678901")
  })
})
