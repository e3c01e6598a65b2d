import { existsSync } from "node:fs"
import { join } from "node:path"
import type { Row } from "@dwell/emulator"
import { folder } from "@dwell/testing/scratch"
import { row } from "@dwell/testing/vendor"
import { describe, expect, it } from "vitest"
import { type RunOptions, start } from "./runner.ts"
import { password, refused, site } from "./site.ts"
import { noon, timeFrom } from "./time.ts"

const fast = ["tail", "--fast", "--interval", "1"]

/** Two agents at noon, whose log can be written to. */
const floor = async () => {
  const time = timeFrom(noon)
  const rows: Array<Row> = [
    row({ uid: 1n, uts: noon - 5000, agent: 7, status: "available" }),
    row({ uid: 2n, uts: noon - 500, agent: 7, status: "wrap" }),
    row({ uid: 3n, uts: noon - 4000, agent: 8, status: "offline" }),
    row({ uid: 4n, uts: noon - 50, agent: 8, status: "idle", subcode: "lunch" }),
  ]
  const vendor = await site({
    rows,
    agentList: [
      { agentid: 7, name: "Ada", team: "Sales" },
      { agentid: 8, name: "Ben $(touch pwned)", team: "Support" },
    ],
    clock: time.seconds,
  })
  let uid = 100n
  const write = (given: Partial<Row>) => rows.push(row({ uid: uid++, uts: time.seconds(), ...given }))
  const follow = (args: ReadonlyArray<string> = fast, options: RunOptions = {}) =>
    start(args, { env: vendor.env, time, ...options })
  return { vendor, rows, write, time, follow }
}

const bell = String.fromCharCode(7)

const count = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length

/** Waits for two more updates, each of which shows a change. */
const twoUpdates = async ({ passUntil, said }: ReturnType<typeof start>, write: (given: Partial<Row>) => unknown) => {
  for (const n of [1, 2]) {
    const subcode = `mark ${n} of ${count(said.stdout, /\n/g)} lines`
    write({ agent: 9, status: "idle", subcode })
    await passUntil(new RegExp(subcode))
  }
}

describe("dwell tail", () => {
  it("prints who is in which status, longest first, then what is new, late or corrected, each once", async () => {
    const { follow, rows, write } = await floor()
    const tail = follow()
    await tail.until(/Ben.*\n/)
    expect(tail.said.stdout).toBe(
      "2026-03-10 11:51:40  7 Ada  wrap  for 0:08:20\n" +
        "2026-03-10 11:59:10  8 Ben $(touch pwned)  idle, lunch  for 0:00:50\n",
    )
    write({ agent: 8, status: "call", callid: 5n })
    await tail.passUntil(/8 Ben.*  call\n/)
    write({ agent: 7, uts: noon - 100, status: "break" })
    await tail.passUntil(/7 Ada.*  break  recorded late\n/)
    rows[3] = row({ uid: 4n, uts: noon - 50, agent: 8, status: "pause" })
    await tail.passUntil(/8 Ben.*  pause  corrected\n/)
    await twoUpdates(tail, write)
    for (const change of [/ call$/gm, /break {2}recorded late$/gm, /pause {2}corrected$/gm])
      expect(count(tail.said.stdout, change)).toBe(1)
    expect((await tail.end()).status).toBe(130)
    expect(tail.said.stderr).toBe("")
  })

  it("prints lines of JSON for another program, of the agents asked for", async () => {
    const { follow, write } = await floor()
    const tail = follow([...fast, "--format", "ndjson", "--agent", "8"])
    await tail.until(/\n/)
    write({ agent: 7, status: "call" })
    write({ agent: 8, status: "call", callid: 5n })
    await tail.passUntil(/"call"/)
    expect((await tail.end()).status).toBe(130)
    const lines = tail.said.stdout.trimEnd().split("\n")
    const ben = { agent: 8, name: "Ben $(touch pwned)" }
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { ...ben, kind: "now", at: noon - 50, status: "idle", subcode: "lunch", uid: "4", seconds: 50 },
      { ...ben, kind: "new", status: "call", callid: "5", uid: "101" },
    ])
  })

  it("tells of each breach once, also by category, and again of the next visit", async () => {
    const { follow, write } = await floor()
    const tail = follow([...fast, "--tz", "UTC", "--alert", "wrap>3m", "--alert", "Idle > 40s"])
    // The time is that of the alert, not of when the status began.
    await tail.until(/^2026-03-10 12:00:00  7 Ada.*  wrap  for 0:08:20  ! over wrap>3m\n/m)
    await tail.until(/^2026-03-10 12:00:00  8 Ben.*  idle, lunch  for 0:00:50  ! over idle>40s\n/m)
    await twoUpdates(tail, write)
    expect(count(tail.said.stdout, /! over/g)).toBe(2)
    write({ agent: 7, uts: noon - 300, status: "available" })
    write({ agent: 7, uts: noon - 200, status: "wrap" })
    await tail.passUntil(/(! over wrap[^]*){2}/)
    await twoUpdates(tail, write)
    expect(count(tail.said.stdout, /! over/g)).toBe(3)
    expect((await tail.end()).status).toBe(130)
    // A bell would be noise in a file.
    expect(tail.said.stdout + tail.said.stderr).not.toContain(bell)
  })

  it("tells of a breach when it happens, though the vendor is not asked meanwhile", async () => {
    const { follow, vendor, write } = await floor()
    write({ agent: 8, uts: noon - 1, status: "call", callid: 5n })
    const tail = follow(["tail", "--interval", "60", "--alert", "call>3s"])
    await tail.until(/8 Ben.*  call  for 0:00:01\n/)
    const asked = vendor.emulator.requests.length
    await tail.passUntil(/^2026-03-10 12:00:0[23]  8 Ben.*! over call>3s\n/m)
    expect(vendor.emulator.requests.length).toBe(asked)
    expect((await tail.end()).status).toBe(130)
  })

  it("runs a command for each breach, which learns from its environment what happened, and keeps stdout for data", async () => {
    const { follow, write } = await floor()
    const home = folder()
    const command = `cd ${home}; echo "[$DWELL_AGENT|$DWELL_NAME|$DWELL_STATUS|$DWELL_SINCE|$DWELL_SECONDS|$DWELL_THRESHOLD]"; exit 3`
    const tail = follow([...fast, "--alert", "idle>40s", "--run", command, "--format", "ndjson"])
    await tail.until(/ended with exit code 3\.\n/, "stderr")
    await twoUpdates(tail, write)
    expect((await tail.end()).status).toBe(130)
    // For how long it has lasted, not how long it may.
    expect(tail.said.stderr).toBe(
      `[8|Ben $(touch pwned)|idle|${noon - 50}|50|idle>40s]\n--run: the command ended with exit code 3.\n`,
    )
    expect(tail.said.stdout).toMatch(/"seconds":50,.*"threshold":"idle>40s"/)
    for (const line of tail.said.stdout.trimEnd().split("\n")) expect(() => void JSON.parse(line)).not.toThrow()
    expect(existsSync(join(home, "pwned"))).toBe(false)
  })

  it("rings a bell for a breach on a terminal", async () => {
    const { follow, write } = await floor()
    const tail = follow([...fast, "--alert", "wrap>3m"], { columns: 100 })
    await tail.until(/over.*wrap>3m\n/)
    await twoUpdates(tail, write)
    expect(tail.said.stderr).toBe(bell)
  })

  it("says what is in its way, and goes on", async () => {
    const { follow, vendor, write } = await floor()
    const tail = follow()
    await tail.until(/Ben/)
    vendor.emulator.replay("status-log-bad-argument-json")
    await tail.passUntil(/Bad argument: tstart.* Trying again\.\n/, "stderr")
    write({ agent: 7, status: "call" })
    await tail.passUntil(/7 Ada.* call\n/)
    expect((await tail.end()).status).toBe(130)
    expect(count(tail.said.stderr, /\n/g)).toBe(1)
  })

  it("ends where only a person can help", async () => {
    const { vendor } = await floor()
    const env = { ...vendor.env, DWELL_PASSWORD: `${password}?` }
    expect(await refused(3, fast, { env })).toMatch(/user name and password/)
  })

  it("ends without a word where the reader of its output has gone", async () => {
    const { follow, write } = await floor()
    const tail = follow()
    await tail.until(/Ben/)
    tail.stdout.destroy()
    write({ agent: 7, status: "call" })
    await tail.passToEnd()
    expect(await tail.ended).toMatchObject({ status: 0, stderr: "" })
  })
})

describe("an option of dwell tail that can't be used", () => {
  const wrong: ReadonlyArray<readonly [args: ReadonlyArray<string>, says: RegExp]> = [
    [["--alert", "wrap"], /"wrap": it has no >.*wrap>3m/],
    [["--alert", ">3m"], /names no status/],
    [["--alert", "wrap>soon"], /"soon" is not a length of time/],
    [["--alert", "wrap>0s"], /"0s"/],
    [["--alert", "wrap>3m", "--alert", "idle>"], /idle>/],
    [["--interval", "5"], /--interval.*10 or more, or add --fast/],
    [["--interval", "0", "--fast"], /--interval.*1 or more/],
    [["--interval", "soon"], /--interval/],
    [["--format", "csv"], /--format.*ndjson/],
    [["--agent", "Ada"], /--agent/],
  ]
  it.each(wrong)("is refused, before anything is asked: %j", async (args, says) => {
    const vendor = await site()
    expect(await refused(2, ["tail", ...args], { env: vendor.env })).toMatch(says)
    expect(vendor.emulator.requests).toHaveLength(0)
  })
})
