// Shows that whatever cannot be used is refused: with the exit code that says whose turn it is (1: a file; 2: an option),
// one line on stderr that names the file and the place or the option and says what to do, and nothing on stdout.
import { dwell, type RunOptions } from "./runner.ts"
import { file, folder } from "@dwell/testing/scratch"
import { row, vendorJson } from "@dwell/testing/vendor"
import { randomBytes } from "node:crypto"
import { gzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"

const good = vendorJson([row({ uid: 1n, uts: 100 }), row({ uid: 2n, uts: 200, status: "call", callid: 9n })])
const log = file("good.json", good)

/** The one line that a refused command says. */
const refusal = async (code: number, args: ReadonlyArray<string>, options?: RunOptions): Promise<string> => {
  const { status, stderr, stdout } = await dwell(args, options)
  expect({ status, stdout }).toStrictEqual({ status: code, stdout: "" })
  expect(stderr).toMatch(/^[^\n]+\n$/)
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+\b|bug in dwell/)
  return stderr
}

const ndjson = (fields: string) => `{"uid":"1","uts":"100","agent":"7","status":"idle"}\n{${fields}}\n`
const xml = (list: string, total = 1) =>
  `<result><success>1</success><total>${total}</total><list>${list}</list></result>`
const xmlRow = (uid: string) =>
  `<status_log><uid>${uid}</uid><uts>1</uts><agent>7</agent><status>idle</status><subcode /><callid>0</callid></status_log>`

const logs: ReadonlyArray<readonly [name: string, content: string | Uint8Array, says: ReadonlyArray<RegExp>]> = [
  ["a uid that is no number", ndjson('"uid":"x","uts":"1","agent":"7","status":"idle"'), [/row 2/, /uid "x"/]],
  ["a time that is no number", ndjson('"uid":"2","uts":"soon","agent":"7","status":"idle"'), [/row 2/, /uts "soon"/]],
  ["a row without an agent", ndjson('"uid":"2","uts":"1","status":"idle"'), [/row 2/, /agent is missing/]],
  ["a row without a status", ndjson('"uid":"2","uts":"1","agent":"7"'), [/row 2/, /status is missing/]],
  [
    "a uid past 2^63",
    ndjson('"uid":"9223372036854775808","uts":"1","agent":"7","status":"x"'),
    [/row 2/, /larger than/],
  ],
  ["a malformed XML row", xml(xmlRow("1") + xmlRow("zwei"), 2), [/row 2/, /uid "zwei"/]],
  ["a malformed CSV row", "uid,uts,agent,status\n1,2,3,idle\n1,2,idle\n", [/row 2/, /3 cells where the header has 4/]],
  ["a CSV header that lacks a column", "uid,uts,agent\n1,2,3\n", [/header/, /no column status/]],
  ["random bytes", randomBytes(4096).fill(0, 0, 8), [/binary/]],
  ["a gzip file", gzipSync(good), [/gzip/, /unpack it first/]],
  ["a zip file", Buffer.from("PK\u0003\u0004 and so on, and so on, and so on"), [/zip/, /unpack it first/]],
  ["UTF-16 text", Buffer.from(`\uFEFF${good}`, "utf16le"), [/UTF-16/, /UTF-8/]],
  ["a web page", "<!DOCTYPE html><html><body>Sign in</body></html>", [/HTML page/]],
  ["some other text", "Dear all,\nplease find attached\n", [/neither JSON, XML, NDJSON nor CSV/, /Dear all/]],
  ["an empty file", "", [/empty/]],
  ["a file of blanks", " \n\n", [/empty/]],
  ["half a JSON document", good.slice(0, -60), [/ends|end of|cut off|unfinished/i]],
  ["half an XML document", xml(xmlRow("1")).slice(0, -30), [/ends|end of|cut off|unfinished/i]],
  ["half an NDJSON row", ndjson('"uid":"2","uts"').slice(0, -3), [/row 2/]],
  ["JSON that holds less than its total", good.replace('"total":2', '"total":5'), [/5 rows but holds 2/, /cut off/]],
  ["XML that holds less than its total", xml(xmlRow("1"), 3), [/3 rows but holds 1/, /cut off/]],
  ["an error of the vendor's", '{"success":false,"error":"Expired token"}', [/Expired token/]],
  ["no events", '{"success":true,"total":0,"list":[]}', [/no events/, /--from and --to/]],
]

describe("a log that cannot be used", () => {
  it.each(logs)("is refused: %s", async (_, content, says) => {
    const path = file("broken.log", content)
    const message = await refusal(1, ["report", "--input", path])
    expect(message).toContain(path)
    for (const part of says) expect(message).toMatch(part)
    expect(message).toMatch(/\b(Give|Check)\b/)
  })

  it("is refused by every command that reads one", async () => {
    const path = file("broken.json", good.slice(0, -60))
    for (const command of [["report"], ["intervals"], ["sessions"], ["staffing"], ["at", "now"], ["events"]])
      expect(await refusal(1, [...command, "--input", path])).toContain(path)
  })

  it("is refused from standard input", async () => {
    expect(await refusal(1, ["report", "--input", "-"], { input: good.slice(0, -9) })).toContain("standard input")
    expect(await refusal(1, ["report", "--input", "-"])).toMatch(/standard input.*empty/)
  })

  it("is named where there is none", async () => {
    const path = `${folder()}/nowhere.json`
    expect(await refusal(1, ["report", "--input", path])).toBe(`${path}: there is no such file. Check the path.\n`)
    const inside = `${log}/log.json`
    expect(await refusal(1, ["report", "--input", inside])).toContain(inside)
  })

  it("is named where it is a folder", async () => {
    const path = folder()
    expect(await refusal(1, ["report", "--input", path])).toBe(`${path}: it is a folder. Give a file.\n`)
  })
})

describe("a table of categories that cannot be used", () => {
  it.each([
    ["text that is no JSON", "{training: idle}", /is not JSON/],
    ["JSON over lines that breaks off", '{\n  "training": "idle",\n', /is not JSON/],
    ["a list", '["idle"]', /not an object/],
    [
      "a category that is none",
      '{"call":"handling","training":"learning"}',
      /entry "training" has "learning".*Give one of/,
    ],
    ["an entry without a status", '{" ":"idle"}', /entry " " names no status/],
    ["two categories for one status", '{"Call":"idle","call ":"other"}', /entries "Call" and "call ".*Keep one/],
  ])("is refused: %s", async (_, content, says) => {
    const path = file("categories.json", content)
    const message = await refusal(1, ["report", "--input", log, "--categories", path])
    expect(message).toContain(path)
    expect(message).toMatch(says)
  })

  it("is named where there is none", async () => {
    const path = `${folder()}/categories.json`
    expect(await refusal(1, ["report", "--input", log, "--categories", path])).toContain(
      `${path}: there is no such file`,
    )
  })
})

describe("a table of agents that cannot be used", () => {
  it.each([
    ["an id that is none", "agent,name\n7,Ada\nBen,8\n", /line 3.*"Ben" is not an agent id/],
    ["an agent twice", "agent,name,team\n7,Ada,x\n8,Ben,x\n7,Cleo,y\n", /line 4.*agent 7.*second time/],
    ["no column agent", "id,name\n7,Ada\n", /line 1.*agent/],
    ["no column name or team", "agent,nom\n7,Ada\n", /line 1.*name or team/],
    ["nothing", "", /is empty/],
  ])("is refused: %s", async (_, content, says) => {
    const path = file("agents.csv", content)
    const message = await refusal(1, ["report", "--input", log, "--agents", path])
    expect(message).toContain(path)
    expect(message).toMatch(says)
    expect(message).toContain("Give a CSV file whose first line is agent,name,team.")
  })

  it("is named where it is a folder", async () => {
    const path = folder()
    expect(await refusal(1, ["report", "--input", log, "--agents", path])).toContain(`${path}: it is a folder`)
  })
})

const options: ReadonlyArray<readonly [name: string, args: ReadonlyArray<string>, says: ReadonlyArray<RegExp>]> = [
  ["a window the wrong way round", ["--from", "200", "--to", "100"], [/--from/, /--to/]],
  ["a window that the file's end turns round", ["--from", "2030-01-01"], [/--from|window/]],
  ["a time that is none", ["--from", "soonish"], [/--from/, /"soonish"/]],
  ["a day that is none", ["--to", "2025-02-30"], [/--to/, /2025-02-30/]],
  ["a now that is none", ["--now", "whenever"], [/--now/, /"whenever"/]],
  ["an unknown zone", ["--tz", "Europe/Atlantis"], [/Europe\/Atlantis/, /zone/]],
  ["an agent id that is none", ["--agent", "7,Ada"], [/--agent/, /"Ada"/, /Give ids such as/]],
  ["an empty agent id", ["--agent", "7,"], [/--agent/, /""/]],
  ["an unknown bucket", ["--bucket", "PT7M"], [/PT7M/, /PT15M/]],
  ["an unknown group", ["--group", "colour"], [/--group/, /"colour"/, /agent/]],
  ["an unknown format", ["--format", "yaml"], [/--format/, /"yaml"/, /markdown/]],
  ["an option without its value", ["--from"], [/--from needs exactly one value/]],
  ["an option twice", ["--from", "1", "--from", "2"], [/--from/]],
  ["an unknown option", ["--colour"], [/--colour/]],
  ["an option with a typing error", ["--form", "json"], [/--form/]],
  ["a word too many", ["yesterday"], [/yesterday/]],
]

describe("an option that cannot be used", () => {
  it.each(options)("is a usage error: %s", async (_, args, says) => {
    const message = await refusal(2, ["report", "--input", log, ...args])
    for (const part of says) expect(message).toMatch(part)
  })

  it.each(["0", "-60", "2.5", "PT0M", "P1D", "soon", "86401"])("is a usage error: staffing --step %s", async (step) => {
    const message = await refusal(2, ["staffing", "--input", log, "--step", step])
    expect(message).toContain(`--step: "${step}" is not a step. Give seconds`)
  })

  it.each([
    ["--port", "70000"],
    ["--port", "eighty"],
    ["--agents", "0"],
    ["--agents", "7000"],
    ["--days", "-1"],
    ["--faults", "1.5"],
    ["--faults", "some"],
  ])("is a usage error: emulator %s %s", async (option, value) => {
    const message = await refusal(2, ["emulator", option, value])
    expect(message).toContain(option)
    expect(message).toContain(value)
  })

  it("is a usage error: an unknown command, with those there are", async () => {
    expect(await refusal(2, ["raport"])).toMatch(/raport.*report.*--help/)
    expect(await refusal(2, ["report-all", "--input", log])).toMatch(/report-all.*--help/)
  })

  it("is a usage error before anything is read or asked for", async () => {
    const path = `${folder()}/nowhere.json`
    expect(await refusal(2, ["report", "--input", path, "--from", "soonish"])).toContain("--from")
    expect(await refusal(2, ["report", "--from", "soonish"])).toContain("--from")
    expect(await refusal(2, ["report", "--from", "2", "--to", "1"])).toContain("--from")
  })

  it("is a usage error: a region or an address that is none", async () => {
    const env = { DWELL_USERNAME: "u", DWELL_PASSWORD: "p" }
    expect(await refusal(2, ["login", "--region", "mars"], { env })).toMatch(/"mars".*eu or us/)
    expect(await refusal(2, ["login", "--address", "here"], { env })).toMatch(/"here"/)
    expect(await refusal(2, ["login", "--tz", "Europe/Atlantis"], { env })).toMatch(/Europe\/Atlantis/)
    expect(await refusal(2, ["login", "--base-url", "http://example.com/"], { env })).toMatch(/unencrypted/)
    expect(await refusal(2, ["report"], { env: { ...env, DWELL_REGION: "mars" } })).toMatch(/"mars"/)
    expect(await refusal(2, ["report"], { env: { ...env, DWELL_BASE_URL: "x" } })).toMatch(/base URL/)
  })
})
