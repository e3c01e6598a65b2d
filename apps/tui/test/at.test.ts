// Shows who was in which status at an instant, from a file and from the vendor: every key of the document, the same rows in
// every format, and that what nobody can know yet is refused instead of told.
import { dwell, output } from "./runner.ts"
import { file, folder } from "@dwell/testing/scratch"
import { row, vendorJson } from "@dwell/testing/vendor"
import * as Report from "@dwell/core/Report"
import type { Row } from "@dwell/emulator"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { answered, refused, site } from "./site.ts"
import { noon } from "./time.ts"
import { parseCsv } from "./support.ts"

// 2025-10-28 10:30 in London.
const moment = 1_761_647_400

const rows: ReadonlyArray<Row> = [
  row({ uid: 1n, uts: moment - 86_400, agent: 10, status: "available" }),
  row({ uid: 2n, uts: moment - 600, agent: 10, status: "Call", callid: 42n }),
  row({ uid: 3n, uts: moment - 60, agent: 10, status: "call", callid: 43n, subcode: "transfer" }),
  row({ uid: 3n, uts: moment - 60, agent: 10, status: "call", callid: 43n, subcode: "transfer" }),
  row({ uid: 4n, uts: moment + 90, agent: 10, status: "wrap", callid: 43n }),
  row({ uid: 5n, uts: moment, agent: 9, status: "coaching" }),
  row({ uid: 6n, uts: moment + 100, agent: 11, status: "available" }),
]
const log = file("log.json", vendorJson(rows))
const names = file("agents.csv", "agent,name,team\n10,Ben,Sales\n9,Ada,Sales\n")
const source = ["--input", log, "--agents", names]

const untracked = {
  status: null,
  category: null,
  since: null,
  visitSince: null,
  until: moment + 100,
  subcode: "",
  callid: "0",
  uid: null,
  stale: false,
}

const agents: Report.AtDocument["agents"] = [
  {
    agent: 9,
    name: "Ada",
    team: "Sales",
    status: "coaching",
    category: "other",
    since: moment,
    visitSince: null,
    until: null,
    subcode: "",
    callid: "0",
    uid: "5",
    stale: true,
  },
  {
    agent: 10,
    name: "Ben",
    team: "Sales",
    status: "call",
    category: "handling",
    since: moment - 60,
    visitSince: moment - 600,
    until: moment + 90,
    subcode: "transfer",
    callid: "43",
    uid: "3",
    stale: false,
  },
  { agent: 11, name: null, team: null, ...untracked },
]

const parse = Schema.decodeUnknownSync(Schema.parseJson(Report.AtDocument), { onExcessProperty: "error" })

describe("dwell at, from a file", () => {
  it("has these keys", async () => {
    const document: Report.AtDocument = {
      at: { instant: moment, now: moment + 100, timezone: "Europe/London" },
      statuses: [
        { status: "call", category: "handling", agents: 1 },
        { status: "coaching", category: "other", agents: 1 },
      ],
      untracked: 1,
      agents,
      quality: {
        rows: 6,
        unique: 5,
        duplicates: 1,
        conflicts: 0,
        outOfOrder: 0,
        future: 0,
        stale: 1,
        unknownStatuses: ["coaching"],
        agentsWithoutCarryIn: [11],
        uncovered: [],
      },
    }
    const text = await output(["at", "2025-10-28T10:30", ...source, "--format", "json"])
    expect(text).toBe(`${JSON.stringify(document, null, 2)}\n`)
    expect(parse(text)).toStrictEqual(document)
  })

  it("has the same rows as CSV and NDJSON", async () => {
    const [csv = "", ndjson = ""] = await Promise.all(
      ["csv", "ndjson"].map((format) => output(["at", `${moment}`, ...source, "--format", format])),
    )
    const lines = ndjson.trimEnd().split("\n")
    const expected = agents.map(({ agent, name, team, status, category, since, ...rest }) => ({
      agent,
      name,
      team,
      status,
      category,
      since,
      seconds: since === null ? null : moment - since,
      ...rest,
    }))
    expect(lines).toStrictEqual(expected.map((each) => JSON.stringify(each)))
    const [header, ...cells] = parseCsv(csv)
    expect(header).toStrictEqual(Object.keys(expected[0] ?? {}))
    expect(cells).toStrictEqual(expected.map((each) => Object.values(each).map((value) => String(value ?? ""))))
  })

  it("shows people local times, lengths and counts", async () => {
    const text = await output(["at", "10:30", "--now", `${moment + 3600}`, ...source])
    expect(text).toMatch(/^2025-10-28 10:30:00, Europe\/London, known until 2025-10-28 11:30:00\n\n/)
    expect(text).toContain("\n1 call, 1 coaching, 1 untracked\n")
    expect(text).toMatch(/^ +9 +Ada +Sales +coaching +10:30:00 +0:00:00 +– /m)
    expect(text).toMatch(/^ +10 +Ben +Sales +call +10:29:00 +0:01:00 +10:31:30 +transfer +43$/m)
    expect(text).toMatch(/^ +11 +– +– +untracked +– +– +10:31:40 /m)
    expect(text).toContain("Status not known of 1 agent: 11.")
    // Another day than that of the heading is named.
    const before = await output(["at", `${moment - 700}`, ...source, "--agent", "10"])
    expect(before).toContain("2025-10-27 10:30:00")
    const pages = await output(["at", `${moment}`, ...source, "--format", "markdown"])
    expect(pages).toMatch(/^\*\*2025-10-28 10:30:00.*\*\*\n\n1 call, 1 coaching, 1 untracked\n\n\| Agent \|/)
  })

  it("takes --agent, --categories and --cap-stale as a report does", async () => {
    const table = file("categories.json", '{"coaching": "idle"}')
    const ask = async (...args: ReadonlyArray<string>) =>
      parse(await output(["at", ...args, "--input", log, "--format", "json"]))
    const { agents: found, quality } = await ask(`${moment}`, "--agent", "12,9", "--categories", table)
    expect(found.map(({ agent, category }) => [agent, category])).toStrictEqual([
      [9, "idle"],
      [12, null],
    ])
    expect(quality.agentsWithoutCarryIn).toStrictEqual([12])
    const late = `${moment - 86_400 + 57_600}`
    expect((await ask(late, "--agent", "10")).agents).toMatchObject([{ status: "available", stale: true }])
    expect((await ask(late, "--agent", "10", "--cap-stale")).agents).toMatchObject([{ status: null }])
  })

  it("tells nothing of time after its last event, unless --now says that it has everything up to then", async () => {
    const { status, stderr, stdout } = await dwell(["at", `${moment + 101}`, "--input", log])
    expect({ status, stdout }).toStrictEqual({ status: 2, stdout: "" })
    expect(stderr).toMatch(/^T: 2025-10-28 10:31:41 is later than the last event of .*log\.json, .*10:31:40.*--now/)
    const told = await output(["at", `${moment + 101}`, "--now", `${moment + 101}`, "--input", log])
    expect(told).toContain("1 available, 1 coaching, 1 wrap")
    const after = await dwell(["at", `${moment + 102}`, "--now", `${moment + 101}`, "--input", log])
    expect({ status: after.status, stdout: after.stdout }).toStrictEqual({ status: 2, stdout: "" })
    expect(after.stderr).toMatch(/is later than --now/)
  })
})

describe("dwell at, from the vendor", () => {
  const asked = ["at", "10:30", "--now", `${noon}`, "--tz", "UTC", "--format", "json"]
  const instant = noon - 5400

  it("says what the vendor's own rows say", async () => {
    const { emulator, env } = await site()
    const found = parse(await answered(asked, { env }))
    expect(found.at).toStrictEqual({ instant, now: noon, timezone: "UTC" })
    // What was read on the way to the carry-in is kept, and known.
    const read = instant - 21_600 - 604_800
    const all = file("log.json", vendorJson([...emulator.centre.rows(read, noon)]))
    const expected = parse(await output([...asked, "--input", all]))
    expect(found.agents.map(({ name: _n, team: _t, ...rest }) => rest)).toStrictEqual(
      expected.agents.map(({ name: _n, team: _t, ...rest }) => rest),
    )
    expect(found.agents).toHaveLength(4)
    expect(new Set(found.agents.map(({ status }) => status)).size).toBeGreaterThan(1)
    expect(found.agents.some(({ visitSince }) => visitSince !== null)).toBe(true)
    expect(found.agents[0]?.name).toBe(emulator.centre.agents[0]?.name)
  })

  it("answers for now, and for days ago asks for no more than a day of what came after, but knows what is kept", async () => {
    const { emulator, env } = await site()
    const home = folder()
    const present = parse(await answered(["at", "now", ...asked.slice(2)], { env, home }))
    expect(present.at).toMatchObject({ instant: noon, now: noon })
    expect(present.agents.every(({ until }) => until === null)).toBe(true)
    const count = emulator.requests.length
    const past = parse(await answered(["at", "2026-03-07T10:30", ...asked.slice(2)], { env, home }))
    expect(past.at.now).toBe(noon)
    const ends = emulator.requests.slice(count).map(({ params }) => Number(params["tstop"] ?? 0))
    expect(Math.max(...ends)).toBeLessThanOrEqual(past.at.instant + 86_400)
    const alone = parse(await answered(["at", "2026-03-07T10:30", ...asked.slice(2)], { env, home: folder() }))
    expect(alone.at.now).toBe(alone.at.instant + 86_400)
  })

  it("has a change in the very second that is now", async () => {
    const { emulator, env } = await site()
    const last = [...emulator.centre.rows(noon - 3600, noon)].findLast(({ uts }) => uts <= noon)
    const now = last?.uts ?? 0
    const { agents: found } = parse(await answered(["at", "now", "--now", `${now}`, "--format", "json"], { env }))
    expect(found.find(({ agent }) => agent === last?.agent)).toMatchObject({ since: now, until: null })
  })

  it("refuses an instant in the future, before asking anybody", async () => {
    const { emulator, env } = await site()
    for (const instantText of ["12:00:01", "2030-01-01"]) {
      const message = await refused(2, ["at", instantText, ...asked.slice(2)], { env })
      expect(message).toMatch(/^T: .* is in the future.*Give an earlier T/)
    }
    expect(emulator.requests).toStrictEqual([])
  })
})

describe("an instant that can't be used", () => {
  it("is a usage error, with credentials or without", async () => {
    expect(await refused(2, ["at", "soonish"])).toMatch(/^T: "soonish" is not a time\. Give/)
    expect(await refused(2, ["at", "soonish", "--input", log])).toMatch(/^T: "soonish"/)
    expect(await refused(2, ["at"])).toMatch(/Missing argument <T>.*dwell at --help/)
    expect(await refused(2, ["at", "now", "then"])).toMatch(/then/)
    expect(await refused(2, ["at", "now", "--from", "yesterday"])).toMatch(/--from/)
  })

  it("may be an instant ago, though it begins with a dash", async () => {
    const told = await output(["at", "-60m", "--now", `${moment + 3600}`, "--input", log, "--format", "json"])
    expect(parse(told).at.instant).toBe(moment)
    expect(await output(["at", "--now", `${moment + 3600}`, "--input", log, "--format", "json", "--", "-60m"])).toBe(
      told,
    )
  })

  it("is not there where the file has no events", async () => {
    const empty = file("empty.json", '{"success":true,"total":0,"list":[]}')
    expect(await refused(1, ["at", "now", "--input", empty])).toMatch(/it has no events.*Give/)
  })
})
