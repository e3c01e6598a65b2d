// Shows that exports hold the log and appear whole or not at all, and that the query for them, as printed, answers in a
// warehouse what `dwell report` and `dwell intervals` answer here.
import { dwell, output } from "./runner.ts"
import { file, folder } from "@dwell/testing/scratch"
import { row, vendorJson } from "@dwell/testing/vendor"
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DuckDBInstance } from "@duckdb/node-api"
import { make } from "@dwell/emulator"
import { describe, expect, it } from "vitest"
import { parseCsv, parseReport } from "./support.ts"

const noon = Date.UTC(2026, 2, 10, 12) / 1000
const centre = make({ seed: 9, agents: 7, days: 9, clock: () => noon }).centre
const log = file("log.json", vendorJson([...centre.rows(noon - 700_000, noon)]))
const agents = file("agents.csv", `agent,name,team\n${centre.agents[0]?.agentid},"Ada, ""A""",Sales\n`)
const window = ["--from", "2026-03-08T06:00Z", "--to", "2026-03-10T11:00Z", "--now", `${noon}`]
const question = ["--input", log, ...window]

/** Runs an export that must succeed; gives what it says. */
const exported = async (...args: ReadonlyArray<string>): Promise<string> => {
  const { status, stderr, stdout } = await dwell(["export", ...args])
  expect({ status, stdout }, stderr).toEqual({ status: 0, stdout: "" })
  return stderr
}

/** The one line that a refused command says. */
const refused = async (code: number, args: ReadonlyArray<string>): Promise<string> => {
  const { status, stderr, stdout } = await dwell(args)
  expect({ status, stdout }, stderr).toEqual({ status: code, stdout: "" })
  expect(stderr).toMatch(/^[^\n]+\n$/)
  return stderr
}

const ask = async (query: string) => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect()
  const answer = await connection.runAndReadAll(query)
  connection.closeSync()
  return answer.getRowsJson()
}

/** All names below a folder that are files. */
const filesIn = (path: string): ReadonlyArray<string> =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .toSorted()

const days = ["2026-03-08", "2026-03-09", "2026-03-10"]

describe("dwell export", () => {
  it("writes what dwell events and dwell intervals print", async () => {
    const place = folder()
    const said = await exported(...question, "--format", "csv", "--output", join(place, "events.csv"))
    const printed = await output(["events", ...question, "--format", "csv"])
    expect(readFileSync(join(place, "events.csv"), "utf8")).toBe(printed)
    expect(said).toMatch(/events\.csv: [\d,]+ events in 1 file, [\d,]+ bytes\.\n$/)

    const path = join(place, "intervals.ndjson")
    const named = [...question, "--agents", agents]
    await exported(...named, "--what", "intervals", "--format", "ndjson", "--output", path)
    expect(readFileSync(path, "utf8")).toBe(await output(["intervals", ...named, "--format", "ndjson"]))

    await exported(...question, "--output", join(place, "events.parquet"))
    const [found] = await ask(`SELECT count(*)::INT, sum(uid)::TEXT FROM '${join(place, "events.parquet")}'`)
    const [, ...cells] = parseCsv(printed)
    expect(found).toEqual([cells.length, String(cells.reduce((sum, [uid = ""]) => sum + BigInt(uid), 0n))])
    expect(filesIn(place)).toEqual(["events.csv", "events.parquet", "intervals.ndjson"])
  })

  it("takes the agents asked for, and leaves texts as they are", async () => {
    const path = join(folder(), "x.csv")
    const odd = file("odd.json", vendorJson([row({ subcode: "=1+1" }), row({ uid: 2n, agent: 8, uts: 60 })]))
    await exported("--input", odd, "--agent", "7", "--format", "csv", "--output", path)
    expect(readFileSync(path, "utf8")).toBe("uid,uts,agent,status,subcode,callid\n1,0,7,available,=1+1,0\n")
  })

  it.each(["parquet", "csv", "ndjson"])(
    "parts %s by UTC day, which a warehouse puts together again",
    async (format) => {
      const place = folder()
      const [lake, whole] = [join(place, "new", "lake"), join(place, `whole.${format}`)]
      await exported(...question, "--format", format, "--partition", "day", "--output", lake)
      await exported(...question, "--format", format, "--output", whole)
      expect(filesIn(lake)).toEqual(days.map((day) => `day=${day}/part-0.${format}`))
      const sorted = (path: string) => ask(`SELECT uid::TEXT, uts::TEXT, status FROM '${path}' ORDER BY uid::BIGINT`)
      expect(await sorted(`${lake}/*/*.${format}`)).toEqual(await sorted(whole))
      const misplaced = await ask(
        `SELECT count(*)::INT FROM '${lake}/*/*.${format}'
       WHERE uts::BIGINT >= ${Date.UTC(2026, 2, 8, 6) / 1000} AND epoch(day::TIMESTAMP) // 86400 <> uts::BIGINT // 86400`,
      )
      expect(misplaced).toEqual([[0]])
    },
  )

  it("refuses to overwrite unless told to, before it reads, and then replaces the window's days alone", async () => {
    const place = folder()
    const path = join(place, "events.parquet")
    writeFileSync(path, "mine")
    const broken = ["--input", join(place, "nowhere.json"), "--output", path]
    expect(await refused(1, ["export", ...broken])).toBe(
      `${path}: it already exists. Give another --output, or --overwrite.\n`,
    )
    expect(readFileSync(path, "utf8")).toBe("mine")
    await exported(...question, "--output", path, "--overwrite")
    expect(readFileSync(path, "latin1").slice(0, 4)).toBe("PAR1")

    const lake = join(place, "lake")
    const parted = [...question, "--partition", "day", "--output", lake]
    for (const day of ["2026-03-07", "2026-03-09", "2026-03-11"]) {
      mkdirSync(join(lake, `day=${day}`), { recursive: true })
      writeFileSync(join(lake, `day=${day}`, "part-0.parquet"), "mine")
    }
    expect(await refused(1, ["export", ...parted])).toContain(`day=2026-03-09/part-0.parquet: it already exists.`)
    expect(filesIn(lake)).toHaveLength(3)
    // Of an agent who does nothing, so that the second day has no rows and its old file has to go.
    await exported(...parted, "--agent", "1", "--overwrite")
    expect(filesIn(lake)).toEqual(["07", "08", "11"].map((day) => `day=2026-03-${day}/part-0.parquet`))
    expect(readFileSync(join(lake, "day=2026-03-11", "part-0.parquet"), "utf8")).toBe("mine")
  })

  it("says where nothing can be written, before it reads", async () => {
    const place = folder()
    const nothing = ["--input", join(place, "nowhere.json")]
    const path = join(place, "none", "x.csv")
    expect(await refused(1, ["export", ...nothing, "--output", path])).toBe(
      `${path}: there is no such folder. Create it first, or give another --output.\n`,
    )
    expect(await refused(1, ["export", ...nothing, "--output", place])).toBe(
      `${place}: it is a folder. Give a file, or --partition day.\n`,
    )
    expect(await refused(1, ["export", ...nothing, "--output", join(log, "x.csv")])).toContain("is not a folder")
    expect(await refused(1, ["export", ...question, "--partition", "day", "--output", log])).toContain(
      `${log}: part of this path is not a folder`,
    )
  })

  it.skipIf(process.getuid?.() === 0)(
    "says that a folder may not be written to (root may write anywhere)",
    async () => {
      const place = folder()
      mkdirSync(join(place, "locked"), { mode: 0o500 })
      const path = join(place, "locked", "x.csv")
      expect(await refused(1, ["export", ...question, "--output", path])).toContain(`${path}: you may not write there`)
    },
  )

  it("writes nothing where a part of the window is not known", async () => {
    const path = join(folder(), "x.parquet")
    const env = { DWELL_USERNAME: "u", DWELL_PASSWORD: "p", DWELL_BASE_URL: "http://127.0.0.1:9/" }
    for (const what of ["events", "intervals"]) {
      const args = ["export", "--offline", ...window, "--what", what, "--output", path]
      const { status, stderr } = await dwell(args, { env, home: folder() })
      expect(stderr).toMatch(/^Nothing is stored for environment-\w+ yet\./)
      expect(status).toBe(1)
    }
    expect(existsSync(path)).toBe(false)
  })

  it("takes no option that it would have to ignore, and needs to know where to", async () => {
    const path = join(folder(), "x.parquet")
    const args = ["export", ...question, "--output", path]
    expect(await refused(2, [...args, "--cap-stale"])).toMatch(/--cap-stale does not apply to events/)
    expect(await refused(2, [...args, "--agents", agents])).toMatch(/--agents does not apply to events/)
    expect(await refused(2, [...args, "--partition", "month"])).toMatch(/--partition: "month".*day/)
    expect(await refused(2, [...args, "--format", "xlsx"])).toMatch(/--format: "xlsx".*parquet/)
    expect(await refused(2, ["export", ...question])).toMatch(/--output/)
    expect(existsSync(path)).toBe(false)
  })
})

describe("dwell sql", () => {
  it("prints a query that answers what dwell report and dwell intervals do", async () => {
    const lake = join(folder(), "analyst's lake")
    await exported(...question, "--partition", "day", "--output", lake)
    const sums = await ask(await output(["sql", ...window, "--input", lake]))
    expect(sums).toEqual(
      parseReport(await output(["report", ...question, "--format", "json"])).agents.flatMap(
        ({ agent, statuses, untracked }) => [
          ...statuses.map(({ average, calls, entries, longest, seconds, status, visits }) => [
            String(agent),
            status,
            ...[seconds, entries, visits, longest].map(String),
            average,
            String(calls),
          ]),
          [String(agent), null, String(untracked), null, null, null, null, null],
        ],
      ),
    )
    const intervals = await ask(await output(["sql", ...window, "--query", "intervals", "--input", lake]))
    const [header = [], ...rows] = parseCsv(await output(["intervals", ...question, "--format", "csv"]))
    const keys = ["agent", "start", "end", "seconds", "status", "subcode", "callid", "uid", "open"]
    const text = (cell: unknown): string =>
      typeof cell === "string" ? cell : cell === null ? "" : JSON.stringify(cell)
    expect(intervals.map((cells) => cells.map(text))).toEqual(
      rows.map((cells) => keys.map((key) => cells[header.indexOf(key)])),
    )
  })

  it("says the window in seconds, and until when open intervals run", async () => {
    const query = await output(["sql", "--from", "2026-01-01", "--to", "2026-01-02", "--tz", "Asia/Tokyo"])
    expect(query).toMatch(/CAST\(1767193200 AS BIGINT\) AS window_from, CAST\(1767279600 AS BIGINT\) AS window_to/)
    expect(query).toMatch(/CAST\(1767279600 AS BIGINT\) AS window_now/)
    expect(query).toContain("read_parquet('events.parquet', hive_partitioning = false")
  })

  it("names a table and a path so that nothing gets out of the quotes", async () => {
    const args = ["sql", "--from", "0", "--to", "9"]
    const table = await output([...args, "--dialect", "postgres", "--input", 'ops.a"b\n; DROP TABLE x'])
    expect(table).toContain('FROM "ops"."a""b\n; DROP TABLE x"\n')
    expect(table).toContain(`--   CREATE TABLE "ops"."a""b ; DROP TABLE x" (`)
    const path = await output([...args, "--dialect", "clickhouse", "--input", "it's\\"])
    expect(path).toContain("file('it''s\\\\/**/*.parquet', Parquet,")
    expect(await output([...args, "--input", "it's\\"])).toContain("read_parquet('it''s\\/**/*.parquet',")
  })

  it("knows its dialects, and asks for a window", async () => {
    expect(await refused(2, ["sql", "--dialect", "mysql", "--from", "0", "--to", "9"])).toMatch(
      /--dialect: "mysql".*duckdb, clickhouse, postgres/,
    )
    expect(await refused(2, ["sql", "--from", "0"])).toMatch(/--to/)
    expect(await refused(2, ["sql", "--from", "9", "--to", "0"])).toMatch(/--from/)
    expect(await refused(2, ["sql", "--from", "soon", "--to", "0"])).toMatch(/--from: "soon"/)
  })
})
