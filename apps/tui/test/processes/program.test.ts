/** What only a process shows: the built program, exit codes, pipes, signals, limits of memory and of files. */
import { readdirSync, truncateSync } from "node:fs"
import { make } from "@dwell/emulator"
import { environment, execute, executeCommand, start } from "@dwell/testing/programs"
import { file, folder } from "@dwell/testing/scratch"
import { vendorJson } from "@dwell/testing/vendor"
import { describe, expect, it } from "vitest"
import manifest from "../../package.json" with { type: "json" }
import { dwell } from "../runner.ts"
import { program, running } from "../pty/program.ts"
import { discreet, password, site } from "../site.ts"
import { bundle, parseReport } from "../support.ts"
import { noon } from "../time.ts"

const { centre } = make({ seed: 5, agents: 9, days: 9, clock: () => noon })
const log = file("log.json", vendorJson([...centre.rows(noon - 700_000, noon)]))
const question = ["--input", log, "--now", `${noon}`, "--from", "-2d", "--to", "now"]

describe("the built program", () => {
  it.each([
    ["report", ...question],
    ["intervals", ...question, "--format", "json"],
    ["help", "store"],
    ["report", "--input", `${log}.none`],
    ["screen"],
  ])("says what it says inside a test, and ends with the same exit code: %s %s", async (...args) => {
    const result = await execute(bundle, args)
    expect(result).toEqual(await dwell(args))
    expect(result.stdout + result.stderr).not.toBe("")
  })

  it("reads standard input", async () => {
    const input = vendorJson([...centre.rows(noon - 3600, noon)])
    const args = ["events", "--input", "-", "--format", "csv"]
    const result = await execute(bundle, args, { input })
    expect(result).toEqual(await dwell(args, { input }))
    expect(result.stdout.split("\n").length).toBeGreaterThan(20)
  })

  it("asks ContactNow, keeps what it reads, and answers with 3 where it is refused", async () => {
    const { env } = await site()
    const args = ["report", "--now", `${noon}`, "--from", "yesterday", "--to", "today", "--format", "json"]
    const home = folder()
    const result = await execute(bundle, args, { env, home })
    expect(result).toEqual(await discreet(args, { env }))
    expect(await execute(bundle, [...args, "--offline"], { env, home })).toEqual(result)
    const wrong = { env: { ...env, DWELL_PASSWORD: `${password}?` } }
    const refused = await execute(bundle, args, wrong)
    expect(refused).toEqual(await discreet(args, wrong))
    expect(refused.status).toBe(3)
  })

  it("has no variables of the developer's but where programs are", () => {
    const variables = Object.keys(environment("/home")).filter((name) => /DWELL|COLOR|TMUX|CI/.test(name))
    expect(variables).toEqual([])
  })

  it("says its version", async () => {
    expect(await execute(bundle, ["--version"])).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: "" })
  })
})

describe("the screens of the built program", () => {
  it("show what their thread answers, on each screen", async () => {
    const screen = program()
    await screen.until(/\d events/)
    await screen.after("2", /✓ statuses/)
    await screen.after("3", /logged in \d/)
    await screen.after("4", /\d now, \d/)
    await screen.after("5", /Quality of today/)
    await screen.after("6", /User name/)
  })

  it("show what their thread fails with, and who has to act", async () => {
    const { env, now } = await running()
    const screen = program({ env: { ...env, DWELL_PASSWORD: "another" }, at: now() })
    await screen.until(/Wrong user name or password\.[^]*You can fix it\./)
  })
})

describe("a reader of dwell's output", () => {
  it.each([
    ["intervals", ["intervals", ...question, "--format", "ndjson"]],
    ["a document", ["intervals", ...question, "--format", "json"]],
    ["help", ["--help"]],
  ])("may stop reading: the command ends quietly, %s", async (_, args) => {
    const script = '"$0" "$@" | head -n 1; echo "${PIPESTATUS[0]}"'
    const { stderr, stdout } = await executeCommand("bash", ["-c", script, process.execPath, bundle, ...args])
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("0")
    expect(stderr).toBe("")
  })

  it("may read slowly: everything arrives", async () => {
    const script = '"$0" "$@" | { read -r first; printf "%s\\n" "$first"; cat; }'
    const args = ["events", "--input", log]
    const { stdout } = await executeCommand("bash", ["-c", script, process.execPath, bundle, ...args])
    expect(stdout).toBe((await dwell(args)).stdout)
  })
})

describe("a log that is too large for the memory there is", () => {
  // Read whole, neither would fit.
  const env = { NODE_OPTIONS: "--max-old-space-size=128" }

  it("is refused at once where it is 3 GB of nothing", async () => {
    const path = file("zeros", "")
    truncateSync(path, 3_000_000_000)
    const { status, stderr, stdout } = await execute(bundle, ["report", "--input", path], { env })
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" })
    expect(stderr).toMatch(/^[^\n]*binary file.*Give[^\n]*\n$/)
  })

  it("is refused where one row never ends", async () => {
    const path = file("long.json", `{"list":[{"uid":"1","uts":"1","agent":"7","status":"${"x".repeat(40_000_000)}"}]}`)
    const { status, stderr, stdout } = await execute(bundle, ["report", "--input", path], { env })
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" })
    expect(stderr).toMatch(/^[^\n]*row 1.*longer than[^\n]*\n$/)
  })
})

describe("dwell export on a full disk", () => {
  it.each([
    ["a file", ["--output", "events.csv"]],
    ["a folder of days", ["--output", "lake", "--partition", "day"]],
  ])("says so and leaves nothing behind: %s", async (_, args) => {
    const place = folder()
    const limited = `cd "$0" && trap '' XFSZ && ulimit -f 8 && exec "$@"`
    const command = [process.execPath, bundle, "export", ...question, "--format", "csv", ...args]
    const { status, stderr } = await executeCommand("bash", ["-c", limited, place, ...command])
    expect(stderr).toMatch(/(events\.csv|part-0\.csv): it can't be written .*EFBIG.*\n$/)
    expect(status).toBe(1)
    const files = readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(files).toEqual([])
  })
})

describe("dwell emulator", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("prints how to reach it, answers, and ends at once at %s", async (signal) => {
    const emulator = start(bundle, ["emulator", "--port", "0", "--agents", "5", "--days", "3"])
    await emulator.until(/Press Ctrl-C to stop it\./)
    const variables = /^ *export (.*)$/m.exec(emulator.said.stdout)?.[1] ?? ""
    const env: Readonly<Record<string, string>> = Object.fromEntries(
      [...variables.matchAll(/(\w+)=(\S+)/g)].map(([, name = "", value = ""]) => [name, value]),
    )
    const { DWELL_BASE_URL: url = "" } = env
    expect(Object.keys(env)).toEqual(["DWELL_BASE_URL", "DWELL_USERNAME", "DWELL_PASSWORD"])
    expect(emulator.said.stdout).toContain(`base URL   ${url}`)
    const args = ["report", "--from", "yesterday", "--to", "today", "--format", "json"]
    const { stdout } = await execute(bundle, args, { env })
    expect(parseReport(stdout).agents).toHaveLength(5)
    expect(await emulator.end(signal)).toMatchObject({ status: 130, stderr: "" })
    await expect(fetch(url)).rejects.toThrow("fetch failed")
  })

  it("names a port that another program has", async () => {
    const { url } = await site()
    const { port } = new URL(url)
    const { status, stderr, stdout } = await dwell(["emulator", "--port", port])
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" })
    expect(stderr).toMatch(new RegExp(`^[^\\n]*port ${port}.*Give another --port[^\\n]*\\n$`))
  })
})
