// Shows that every format holds the same figures, that output is plain where nobody looks and harmless where somebody
// does, and that what `dwell events` writes can be read again.
import { dwell, output } from "./runner.ts"
import { file } from "@dwell/testing/scratch"
import { row, vendorJson } from "@dwell/testing/vendor"
import { make } from "@dwell/emulator"
import { describe, expect, it } from "vitest"
import { parseCsv, parseReport } from "./support.ts"

const noon = Date.UTC(2026, 2, 10, 12) / 1000
const centre = make({ seed: 5, agents: 9, days: 9, clock: () => noon }).centre
const allRows = [...centre.rows(noon - 700_000, noon)]
/** Without the rows the emulator repeats. */
const uniqueRows = [...new Map(allRows.map((each) => [each.uid, each])).values()]
const log = file("log.json", vendorJson(uniqueRows))
const agents = file(
  "agents.csv",
  `agent,name,team\n${centre.agents.map(({ agentid, name, team }) => `${agentid},"${name}, ""x""",${team}`).join("\n")}\n`,
)
const question = ["--input", log, "--now", `${noon}`, "--from", "-2d", "--to", "now"]
const named = [...question, "--agents", agents]

/** Any JSON object's fields. */
const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> => {
  if (typeof value !== "object" || value === null) throw new Error(`not an object: ${JSON.stringify(value)}`)
  return { ...value }
}

const parseLines = (text: string): ReadonlyArray<Readonly<Record<string, unknown>>> =>
  text
    .trimEnd()
    .split("\n")
    .map((line): Readonly<Record<string, unknown>> => fieldsOf(JSON.parse(line)))

/** CSV as objects of texts. */
const parseTable = (text: string): ReadonlyArray<Readonly<Record<string, string>>> => {
  const [header = [], ...rows] = parseCsv(text)
  for (const cells of rows) expect(cells).toHaveLength(header.length)
  return rows.map((cells) => Object.fromEntries(header.map((key, index) => [key, cells[index] ?? ""])))
}

/** What the cells of an object are as text. */
const asTexts = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      typeof value === "string" ? value : value === null ? "" : JSON.stringify(value),
    ]),
  )

/** What of the fields the row has too. */
const shared = (row_: Readonly<Record<string, unknown>>, fields: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(row_).filter(([key]) => Object.hasOwn(fields, key)))

const rowsOf = (document: string, key: string) => {
  const rows = fieldsOf(JSON.parse(document))[key]
  if (!Array.isArray(rows)) throw new Error(`no ${key}`)
  return rows.map(fieldsOf)
}

/** Each answer, and the rows of its document that CSV and NDJSON print one a line. */
const answers: ReadonlyArray<
  readonly [
    name: string,
    args: ReadonlyArray<string>,
    rows: (document: string) => ReadonlyArray<Readonly<Record<string, unknown>>>,
  ]
> = [
  [
    "report",
    ["report"],
    (document) =>
      parseReport(document).agents.flatMap(({ agent, name, statuses, team }) =>
        statuses.map((status) => ({ agent, name, team, ...status })),
      ),
  ],
  ["report by status", ["report", "--group", "status"], (document) => rowsOf(document, "statuses")],
  [
    "report by agent",
    ["report", "--group", "agent"],
    (document) =>
      parseReport(document).agents.map(({ rates, sessions: _sessions, statuses, ...rest }) => ({
        ...rest,
        ...rates,
        idle: statuses.reduce((sum, { category, seconds }) => (category === "idle" ? sum + seconds : sum), 0),
      })),
  ],
  [
    "report by team",
    ["report", "--group", "team"],
    (document) =>
      (parseReport(document).teams ?? []).map(({ rates, statuses: _statuses, ...rest }) => ({ ...rest, ...rates })),
  ],
  ["report by bucket", ["report", "--bucket", "P1D"], (document) => rowsOf(document, "buckets")],
  ["intervals", ["intervals"], (document) => rowsOf(document, "intervals")],
  ["sessions", ["sessions"], (document) => rowsOf(document, "sessions")],
  ["staffing", ["staffing", "--step", "PT1H"], (document) => rowsOf(document, "staffing")],
]

describe("CSV and NDJSON", () => {
  it.each(answers)("hold the figures of the document: %s", async (_, args, rows) => {
    const [document = "", csv = "", ndjson = ""] = await Promise.all(
      ["json", "csv", "ndjson"].map((format) => output([...args, ...named, "--format", format])),
    )
    const expected = rows(document)
    const [cells, lines] = [parseTable(csv), parseLines(ndjson)]
    expect(expected.length).toBeGreaterThan(2)
    expect(lines.map((line, index) => shared(line, expected[index] ?? {}))).toStrictEqual(expected)
    expect(cells).toStrictEqual(lines.map(asTexts))
  })

  it("CSV defuses texts that a spreadsheet takes for formulas, and leaves figures alone", async () => {
    const hostile = file(
      "log.json",
      vendorJson([
        row({ uid: 1n, uts: -50, status: "=1+1", subcode: "@SUM(A1)" }),
        row({ uid: 2n, uts: -40, status: "+1", subcode: "-1" }),
        row({ uid: 3n, uts: -30, status: '"quoted", line\nbreak', subcode: "\t=1" }),
      ]),
    )
    const names = file("agents.csv", 'agent,name,team\n7,"=HYPERLINK(""x"")",-Team\n')
    const args = ["intervals", "--input", hostile, "--agents", names]
    const rows = parseTable(await output([...args, "--format", "csv"]))
    expect(rows.map(({ start }) => start)).toStrictEqual(["-50", "-40", "-30"])
    expect(rows.map(({ status }) => status)).toStrictEqual(["'=1+1", "'+1", '"quoted", line\nbreak'])
    expect(rows.map(({ subcode }) => subcode)).toStrictEqual(["'@SUM(A1)", "'-1", "'\t=1"])
    expect(rows.map(({ name, team }) => [name, team])).toStrictEqual(
      Array.from({ length: 3 }, () => ['\'=HYPERLINK("x")', "'-Team"]),
    )
    // Programs read NDJSON and JSON: nothing is put before the text.
    expect(parseLines(await output([...args, "--format", "ndjson"]))[0]?.["status"]).toBe("=1+1")
  })
})

describe("Markdown", () => {
  it.each(answers)("has well-formed tables: %s", async (_, args) => {
    const text = await output([...args, ...named, "--format", "markdown"])
    const tables = text.split(/\n\n+/).filter((block) => block.startsWith("|"))
    expect(tables.length).toBeGreaterThan(0)
    for (const table of tables) {
      const lines = table.trimEnd().split("\n")
      const cells = lines.map((line) => {
        expect(line).toMatch(/^\| .* \|$/)
        return line.slice(2, -2).split(" | ").length
      })
      expect(new Set(cells).size).toBe(1)
      expect(lines[1]).toMatch(/^\| (---:?)( \| ---:?)* \|$/)
      expect(lines.length).toBeGreaterThan(2)
    }
  })

  it("keeps a cell a cell whatever is in it", async () => {
    const hostile = file("log.json", vendorJson([row({ status: "a|b\\|c\n<b>d" }), row({ uid: 2n, uts: 60 })]))
    const text = await output(["report", "--input", hostile, "--group", "status", "--format", "markdown"])
    const line = text.split("\n").find((each) => each.includes("a\\|b"))
    expect(line).toContain("| a\\|b\\\\\\|c�\\<b>d | other | 0:01:00 |")
  })
})

describe("tables", () => {
  it("align figures to the right", async () => {
    const text = await output(["report", ...named])
    const blocks = text.split("\n\n").filter((block) => /^ *(Status|Agent) /.test(block))
    expect(blocks).toHaveLength(2)
    for (const block of blocks) {
      const [header = "", ...lines] = block.split("\n")
      for (const title of ["Time", "Entries", "Average", "Logged in", "Handling", "Idle", "Calls", "Occupancy"]) {
        const at = header.indexOf(` ${title} `)
        if (at < 0) continue
        const end = at + 1 + title.length
        for (const line of lines) expect(line.slice(0, end)).toMatch(/ ([\d:,.]+( %)?|–)$/)
      }
    }
  })

  it("show figures as people read them, with the formula of every rate", async () => {
    const text = await output(["report", ...named])
    for (const name of ["occupancy", "utilisation", "availability", "not ready", "handle time"])
      expect(text).toMatch(new RegExp(`^${name} = `, "m"))
    expect(text).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d to \d{4}-\d\d-\d\d \d\d:\d\d:\d\d, Europe\/London$/m)
    expect(text).toMatch(/^[\d,]+ events in the window/m)
  })
})

// oxlint-disable-next-line no-control-regex -- that these are control characters is the point
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/

describe("colours and control characters", () => {
  it("are not in what goes to a pipe", async () => {
    const texts = await Promise.all(
      ["table", "markdown", "csv"].map((format) => output(["intervals", ...named, "--format", format])),
    )
    for (const text of [...texts, await output(["report", ...named]), await output(["--help"])])
      expect(text).not.toMatch(controls)
  })

  const coloured = async (env: Readonly<Record<string, string>>) =>
    // Node itself has a word to say on stderr when both are set.
    (await dwell(["report", ...named], { env })).stdout.includes("\u001b[")

  it("are in a pipe when FORCE_COLOR asks for them, unless NO_COLOR does not", async () => {
    expect(await coloured({ FORCE_COLOR: "1" })).toBe(true)
    expect(await coloured({ FORCE_COLOR: "0" })).toBe(false)
    expect(await coloured({ FORCE_COLOR: "" })).toBe(false)
    expect(await coloured({ FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(false)
    expect(await coloured({ FORCE_COLOR: "1", TERM: "dumb" })).toBe(false)
    // no-color.org: only when it is present and not empty.
    expect(await coloured({ FORCE_COLOR: "1", NO_COLOR: "" })).toBe(true)
  })

  const evil = "\u001b[2Jgone\u0007\u009b31m\u007f\r"

  it("of a hostile log reach no terminal", async () => {
    const hostile = file(
      "log.json",
      vendorJson([row({ status: `x${evil}`, subcode: evil }), row({ uid: 2n, uts: 60, status: "idle" })]),
    )
    const names = file("agents.csv", `agent,name,team\n7,"Ada ${evil}","${evil}"\n`)
    for (const args of [["report"], ["report", "--group", "team"], ["intervals"], ["sessions"], ["staffing"]])
      for (const format of ["table", "markdown"]) {
        const text = await output([...args, "--input", hostile, "--agents", names, "--format", format])
        expect(text).not.toMatch(controls)
        expect(text).toContain("�")
      }
  })

  it("of a hostile file's mistakes reach no terminal", async () => {
    const hostile = file("log.ndjson", `{"uid":"${JSON.stringify(evil).slice(1, -1)}","uts":1,"agent":1,"status":"x"}`)
    const names = file("agents.csv", `agent,name\n${evil},Ada\n`)
    for (const args of [
      ["--input", hostile],
      ["--input", log, "--agents", names],
    ]) {
      const { status, stderr } = await dwell(["report", ...args])
      expect(status).toBe(1)
      expect(stderr.trimEnd()).not.toMatch(controls)
    }
  })
})

describe("dwell events", () => {
  it.each(["json", "xml", "ndjson", "csv"])("writes %s that gives the same report", async (format) => {
    const text = await output(["events", ...question, "--format", format])
    const again = file(`events.${format}`, text)
    const asked = ["--now", `${noon}`, "--from", "-2d", "--to", "now", "--bucket", "P1D", "--format", "json"]
    const source = await output(["report", "--input", log, ...asked])
    expect(parseReport(source).quality.agentsWithoutCarryIn).toStrictEqual([])
    expect(await output(["report", "--input", again, ...asked])).toBe(source)
    expect(await output(["report", "--input", "-", ...asked], { input: text })).toBe(source)
  })

  it("tells every event once, the latest of those with one uid", async () => {
    const input = vendorJson([row({}), row({}), row({ uid: 2n, uts: 5 }), row({ uid: 2n, uts: 5, status: "call" })])
    expect(await output(["events", "--input", "-", "--format", "csv"], { input })).toBe(
      "uid,uts,agent,status,subcode,callid\n1,0,7,available,,0\n2,5,7,call,,0\n",
    )
  })

  it("tells only of the agents asked for", async () => {
    const input = vendorJson([row({}), row({ uid: 2n, agent: 8 }), row({ uid: 3n, agent: 9 })])
    const lines = parseLines(await output(["events", "--input", "-", "--agent", "9,7"], { input }))
    expect(lines.map(({ agent }) => String(agent))).toStrictEqual(["7", "9"])
  })
})
