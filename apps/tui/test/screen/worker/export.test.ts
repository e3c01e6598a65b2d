// Exports: what the worker makes is, to the byte, what the command prints for the same question.
import { folder } from "@dwell/testing/scratch"
import { output } from "../../runner.ts"
import { readdirSync, readFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { beforeAll, describe, expect, it } from "vitest"
import type { ExportQuestion } from "../../../src/screen/worker/protocol/question.ts"
import { from, password, type Site, site, to, username } from "../../site.ts"
import { noon } from "../../time.ts"
import { only, withWorker } from "./worker.ts"

const account = { kind: "account", name: null } as const
const window = { account, from: `${from}`, to: `${to}`, timezone: null, refreshCount: 0 } as const
const report = { _tag: "report", ...window, bucket: null, isStaleCut: false } as const
const span = ["--from", `${from}`, "--to", `${to}`]

/** Where no account has one, it is that of this process. */
const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone

const questions: ReadonlyArray<
  readonly [
    name: string,
    question: Pick<ExportQuestion, "of" | "group"> & Partial<Pick<ExportQuestion, "tab">>,
    command: ReadonlyArray<string>,
  ]
> = [
  ["a report by agent", { of: report, group: "agent" }, ["report", ...span, "--group", "agent"]],
  ["a report by status", { of: report, group: "status" }, ["report", ...span, "--group", "status"]],
  ["a report by team", { of: report, group: "team" }, ["report", ...span, "--group", "team"]],
  [
    "a report by hour, what is stale cut",
    { of: { ...report, bucket: "PT1H", isStaleCut: true }, group: "bucket" },
    ["report", ...span, "--bucket", "PT1H", "--cap-stale"],
  ],
  [
    "a report in another zone",
    { of: { ...report, from: "2026-03-09", to: "2026-03-10", timezone: "Asia/Tokyo", bucket: "P1D" }, group: "bucket" },
    ["report", "--from", "2026-03-09", "--to", "2026-03-10", "--tz", "Asia/Tokyo", "--bucket", "P1D"],
  ],
  [
    "an agent's day",
    { of: { _tag: "agent", ...window, agent: 700_103 }, group: "agent" },
    ["intervals", ...span, "--agent", "700103"],
  ],
  [
    "an agent's sessions",
    { of: { _tag: "agent", ...window, agent: 700_103 }, group: "agent", tab: "sessions" },
    ["sessions", ...span, "--agent", "700103"],
  ],
  [
    "staffing",
    { of: { _tag: "staffing", ...window, stepSeconds: 1800 }, group: "agent" },
    ["staffing", ...span, "--step", "1800"],
  ],
  [
    "the floor",
    { of: { _tag: "live", account, timezone: null, refreshCount: 0 }, group: "agent" },
    ["at", `${noon}`, "--now", `${noon}`],
  ],
]

const all = { _tag: "export", attempt: 1, group: "agent", tab: "intervals", shown: null, format: "csv" } as const

/** One site and one home for all questions: what was read for one need not be read again. */
const home = folder()
let shared: Site["env"]
beforeAll(async () => {
  shared = (await site()).env
})

/** What the worker makes of a question, and of one of no more than some of its rows. */
const taken = (question: Partial<ExportQuestion> & Pick<ExportQuestion, "of">) =>
  withWorker({ home, env: shared }, (ask) => only(ask, { ...all, ...question }))

const Rows = Schema.Array(Schema.Record({ key: Schema.String, value: Schema.Unknown }))

/** A list of a JSON document. */
const listIn = (text: string, name: string): typeof Rows.Type =>
  Schema.decodeUnknownSync(Schema.parseJson(Schema.Struct({ [name]: Rows })))(text)[name] ?? []

/** The cells of CSV by name. */
const cells = (text: string, column: string): ReadonlyArray<string> => {
  const [head = "", ...rows] = text.trimEnd().split("\n")
  const at = head.split(",").indexOf(column)
  return rows.map((row) => row.split(",")[at] ?? "")
}

describe("the rows that are shown are exported, in their order", () => {
  const hourly = { ...report, bucket: "PT1H" } as const
  it.each([
    ["agents", { of: report, group: "agent" }, "agent", "agents"],
    ["statuses", { of: report, group: "status" }, "status", "statuses"],
    ["teams", { of: report, group: "team" }, "team", "teams"],
    ["buckets", { of: hourly, group: "bucket" }, "start", "buckets"],
    [
      "the floor",
      { of: { _tag: "live", account, timezone: null, refreshCount: 0 }, group: "agent" },
      "agent",
      "agents",
    ],
  ] as const)("%s", async (_, question, column, list) => {
    const keys = [...new Set(cells((await taken(question)).text, column))]
    const wanted = keys.filter((_key, index) => index % 2 === 0).toReversed()
    const shown = column === "agent" || column === "start" ? wanted.map(Number) : wanted
    const made = await taken({ ...question, shown })
    expect(wanted.length).toBeGreaterThan(0)
    expect([...new Set(cells(made.text, column))]).toStrictEqual(wanted)
    expect(made.rows).toBe(cells(made.text, column).length)
    const rows = listIn((await taken({ ...question, shown, format: "json" })).text, list)
    expect([...new Set(rows.map((row) => row[column]))]).toStrictEqual(shown)
    expect((await taken({ ...question, shown: [] })).rows).toBe(0)
  })
})

describe("an export of what no command prints", () => {
  const agent = { _tag: "agent", ...window, agent: 700_103 } as const

  it("has an agent's calls", async () => {
    const made = await taken({ of: agent, tab: "calls" })
    expect(made.text).toMatch(/^agent,name,team,callid,start,end,handling,afterCall\n700103,/)
    const calls = listIn((await taken({ of: agent, tab: "calls", format: "json" })).text, "calls")
    expect(calls.map(({ callid }) => callid)).toStrictEqual(cells(made.text, "callid"))
  })

  it("has the comparison with the team", async () => {
    const made = await taken({ of: agent, tab: "comparison" })
    const json = await taken({ of: agent, tab: "comparison", format: "json" })
    expect(made.text).toMatch(/^figure,agent,median\nloggedIn,\d+,/)
    expect(listIn(json.text, "comparison")).toHaveLength(made.rows)
  })

  it("has what is stored and what is missing, and no secret", async () => {
    const of = { _tag: "coverage", ...window, from: `${from - 60 * 86_400}` } as const
    const [csv, json] = await withWorker({ home: folder(), env: shared }, (ask) =>
      Effect.gen(function* () {
        yield* only(ask, report)
        return [yield* only(ask, { ...all, of }), yield* only(ask, { ...all, of, format: "json" })] as const
      }),
    )
    expect(csv.text).toMatch(/^state,from,to,asOf\nstored,\d+,\d+,\d+\n/)
    expect(cells(csv.text, "state")).toContain("missing")
    expect(listIn(json.text, "spans")).toHaveLength(
      cells(csv.text, "state").filter((state) => state === "stored").length,
    )
    for (const secret of [username, password]) expect(json.text).not.toContain(secret)
  })
})

describe("an export", () => {
  it.each(questions)("%s is what the command prints", async (_, question, command) => {
    for (const format of ["csv", "json"] as const) {
      const made = await taken({ ...question, format })
      expect(made.text).toBe(await output([...command, "--format", format], { home, env: { ...shared, TZ: zone } }))
      expect(made.isWhole).toBe(true)
      const lines = format === "csv" ? made.text.split("\n").length - 2 : made.rows
      expect(lines).toBe(made.rows)
      expect(made.rows).toBeGreaterThan(0)
    }
  })

  it("says where some of the window could not be read", async () => {
    const { emulator, env } = await site()
    const made = await withWorker({ home: folder(), env }, (ask) =>
      Effect.gen(function* () {
        yield* only(ask, report)
        // The stored token is refused, and the one that is asked for in its place.
        for (let n = 0; n < 8; n++) emulator.faultOnce("wrongAddress", { method: "status_log" })
        const later = { ...report, to: `${noon}` }
        return yield* only(ask, { ...all, of: later })
      }),
    )
    expect(made.isWhole).toBe(false)
    expect(made.rows).toBeGreaterThan(0)
  })
})

describe("files", () => {
  it("are new ones, each with its own text, when several are written at once", async () => {
    const where = folder()
    const before = process.cwd()
    process.chdir(where)
    try {
      const texts = Array.from({ length: 12 }, (_, n) => `text ${n}\n`)
      const paths = await withWorker({ home: folder() }, (ask) =>
        Effect.all(
          texts.map((text, attempt) =>
            Effect.map(
              only(ask, { _tag: "write", attempt, name: "dwell-floor", extension: "csv", text }),
              ({ path }) => path,
            ),
          ),
          { concurrency: "unbounded" },
        ),
      )
      expect(paths.map((path) => readFileSync(path, "utf8"))).toStrictEqual(texts)
      const names = texts.map((_, n) => `dwell-floor${n === 0 ? "" : `-${n + 1}`}.csv`)
      expect(readdirSync(where).toSorted()).toStrictEqual(names.toSorted())
    } finally {
      process.chdir(before)
    }
  })
})
