// Shows that `dwell tail` says who is in which status, then each change once, and who has been in one for too long, also
// once; that it goes on when something is in its way; and that it ends when it should.
import { existsSync } from "node:fs"
import { join } from "node:path"
import type { Row } from "@dwell/emulator"
import { describe, expect, it } from "vitest"
import { password, refused, type Site, site, start } from "./site.ts"
import { folder, row } from "./support.ts"
import { onScreen } from "./terminal.ts"

const seconds = () => Math.floor(Date.now() / 1000)
const follow = ["tail", "--fast", "--every", "1"]

/** A centre of two agents, whose log can be written on. */
const floor = async () => {
  const begun = seconds()
  const rows: Array<Row> = [
    row({ uid: 1n, uts: begun - 5000, agent: 7, status: "available" }),
    row({ uid: 2n, uts: begun - 500, agent: 7, status: "wrap" }),
    row({ uid: 3n, uts: begun - 4000, agent: 8, status: "offline" }),
    row({ uid: 4n, uts: begun - 50, agent: 8, status: "idle", subcode: "lunch" }),
  ]
  const there = await site({
    rows,
    agentList: [
      { agentid: 7, name: "Ada", team: "Sales" },
      { agentid: 8, name: "Ben $(touch pwned)", team: "Support" },
    ],
    clock: seconds,
  })
  let uid = 100n
  const write = (given: Partial<Row>) => rows.push(row({ uid: uid++, uts: seconds(), ...given }))
  return { there, rows, write, begun }
}

/** A clock time, whichever. */
const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`

const bell = String.fromCharCode(7)

const count = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length

/** Waits for two more updates: of each, a change is seen. */
const twoUpdates = async ({ until }: ReturnType<typeof start>, write: (given: Partial<Row>) => unknown) => {
  for (const n of [1, 2]) {
    const subcode = `mark-${n}-${seconds()}`
    write({ agent: 9, status: "idle", subcode })
    await until(new RegExp(subcode))
  }
}

describe.concurrent("dwell tail", () => {
  it("prints who is in which status, longest first, then what is new, late or corrected, each once", async () => {
    const { begun, rows, there, write } = await floor()
    const tail = start(follow, { env: there.env })
    await tail.until(/Ben.*\n/)
    expect(tail.said.stdout).toMatch(
      new RegExp(
        `^${time}  7 Ada[^\n]*  wrap  for 0:08:2\\d\n${time}  8 Ben \\$\\(touch pwned\\)[^\n]*  idle, lunch  for 0:0[01]:\\d\\d\n$`,
      ),
    )
    write({ agent: 8, status: "call", callid: 5n })
    await tail.until(/8 Ben.*  call\n/)
    write({ agent: 7, uts: begun - 100, status: "break" })
    await tail.until(/7 Ada.*  break  recorded late\n/)
    rows[3] = row({ uid: 4n, uts: begun - 50, agent: 8, status: "pause" })
    await tail.until(/8 Ben.*  pause  corrected\n/)
    await twoUpdates(tail, write)
    for (const change of [/ call$/gm, /break {2}recorded late$/gm, /pause {2}corrected$/gm])
      expect(count(tail.said.stdout, change)).toBe(1)
    expect(await tail.end()).toBe(130)
    expect(tail.said.stderr).toBe("")
  })

  it("prints lines of JSON for another program, of the agents asked for", async () => {
    const { begun, there, write } = await floor()
    const tail = start([...follow, "--format", "ndjson", "--agent", "8"], { env: there.env })
    await tail.until(/\n/)
    write({ agent: 7, status: "call" })
    write({ agent: 8, status: "call", callid: 5n })
    await tail.until(/"call"/)
    expect(await tail.end()).toBe(130)
    const lines = tail.said.stdout.trimEnd().split("\n")
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { kind: "now", agent: 8, name: "Ben $(touch pwned)", at: begun - 50, status: "idle", subcode: "lunch", uid: "4" },
      { kind: "new", agent: 8, status: "call", callid: "5", uid: "101" },
    ])
    const [first] = lines
    expect(Number(/"seconds":(\d+)/.exec(first ?? "")?.[1])).toBeGreaterThanOrEqual(50)
  })

  it("tells of each breach once, also by category, and again of the next visit", async () => {
    const { begun, there, write } = await floor()
    const tail = start([...follow, "--tz", "UTC", "--alert", "wrap>3m", "--alert", "Idle > 40s"], { env: there.env })
    await tail.until(/7 Ada.*  wrap  for 0:08:[2-5]\d  ! over wrap>3m\n/)
    await tail.until(/8 Ben.*  idle, lunch  for 0:0[01]:\d\d  ! over idle>40s\n/)
    // The time is that of the alert, not of when the status began.
    const told = /^(\S+ \S+)  7 Ada.*! over/m.exec(tail.said.stdout)?.[1] ?? ""
    expect(Date.parse(`${told.replace(" ", "T")}Z`) / 1000).toBeGreaterThanOrEqual(begun)
    await twoUpdates(tail, write)
    expect(count(tail.said.stdout, /! over/g)).toBe(2)
    write({ agent: 7, uts: begun - 300, status: "available" })
    write({ agent: 7, uts: begun - 200, status: "wrap" })
    await tail.until(/(! over wrap[^]*){2}/)
    await twoUpdates(tail, write)
    expect(count(tail.said.stdout, /! over/g)).toBe(3)
    expect(await tail.end()).toBe(130)
    // A bell would be noise in a file.
    expect(tail.said.stdout + tail.said.stderr).not.toContain(bell)
  })

  it("tells of a breach when it happens, though the vendor is not asked meanwhile", async () => {
    const { there, write } = await floor()
    write({ agent: 8, status: "call", callid: 5n })
    const tail = start(["tail", "--every", "60", "--alert", "call>3s"], { env: there.env })
    await tail.until(/8 Ben.*  call  for \S+\n/)
    const asked = there.emulator.requests.length
    await tail.until(/8 Ben.*! over call>3s\n/)
    expect(there.emulator.requests.length).toBe(asked)
    expect(await tail.end()).toBe(130)
  })

  it("runs a command for each breach, which learns from its environment what happened, and keeps stdout for data", async () => {
    const { begun, there, write } = await floor()
    const home = folder()
    const command = `cd ${home}; echo "[$DWELL_AGENT|$DWELL_NAME|$DWELL_STATUS|$DWELL_SINCE|$DWELL_SECONDS|$DWELL_THRESHOLD]"; exit 3`
    const tail = start([...follow, "--alert", "idle>40s", "--run", command, "--format", "ndjson"], { env: there.env })
    await tail.until(/ended with exit code 3\.\n/, "stderr")
    await twoUpdates(tail, write)
    expect(await tail.end()).toBe(130)
    const told = /^\[8\|Ben \$\(touch pwned\)\|idle\|(\d+)\|(\d+)\|idle>40s\]\n--run: it ended with exit code 3\.\n$/
    expect(tail.said.stderr).toMatch(told)
    const [, since, lasted] = told.exec(tail.said.stderr) ?? []
    expect(Number(since)).toBe(begun - 50)
    // For how long it has lasted, which is more than it might have.
    expect(Number(lasted)).toBeGreaterThanOrEqual(50)
    expect(tail.said.stdout).toMatch(new RegExp(`"seconds":${lasted},.*"threshold":"idle>40s"`))
    for (const line of tail.said.stdout.trimEnd().split("\n")) expect(() => void JSON.parse(line)).not.toThrow()
    expect(existsSync(join(home, "pwned"))).toBe(false)
  })

  it("rings a bell for a breach on a terminal", async () => {
    const { there } = await floor()
    const screen = await onScreen([...follow, "--alert", "wrap>3m"], {
      columns: 100,
      env: there.env,
      until: new RegExp(bell),
    })
    expect(screen.status).toBe(130)
    expect(screen.written.split(bell)).toHaveLength(2)
    expect(screen.lines.join("\n")).toMatch(/! over wrap>3m/)
  })

  it("says what is in its way, and goes on", async () => {
    const { there, write } = await floor()
    const tail = start(follow, { env: there.env })
    await tail.until(/Ben/)
    there.emulator.replay("status-log-bad-argument-json")
    await tail.until(/Bad argument: tstart.* It is tried again\.\n/, "stderr")
    write({ agent: 7, status: "call" })
    await tail.until(/7 Ada.* call\n/)
    expect(await tail.end()).toBe(130)
    expect(count(tail.said.stderr, /\n/g)).toBe(1)
  })

  it("ends where only a person can help, and where nobody reads on", async () => {
    const { there, write } = await floor()
    const env = { ...there.env, DWELL_PASSWORD: `${password}?` }
    expect(await refused(3, follow, { env })).toMatch(/user name and password/)
    const tail = start(follow, { env: there.env })
    await tail.until(/Ben/)
    tail.child.stdout.destroy()
    write({ agent: 7, status: "call" })
    expect(await tail.ended).toStrictEqual([0, null])
    expect(tail.said.stderr).toBe("")
  })
})

describe.concurrent("an option of dwell tail that can't be used", () => {
  const wrong: ReadonlyArray<readonly [args: ReadonlyArray<string>, says: RegExp]> = [
    [["--alert", "wrap"], /"wrap": it has no >.*wrap>3m/],
    [["--alert", ">3m"], /names no status/],
    [["--alert", "wrap>soon"], /"soon" is not a length of time/],
    [["--alert", "wrap>0s"], /"0s"/],
    [["--alert", "wrap>3m", "--alert", "idle>"], /idle>/],
    [["--every", "5"], /--every.*10 or more, or --fast/],
    [["--every", "0", "--fast"], /--every.*1 or more/],
    [["--every", "soon"], /--every/],
    [["--format", "csv"], /--format.*ndjson/],
    [["--agent", "Ada"], /--agent/],
  ]
  it.each(wrong)("is refused, before anything is asked: %j", async (args, says) => {
    const there: Site = await site()
    expect(await refused(2, ["tail", ...args], { env: there.env })).toMatch(says)
    expect(there.emulator.requests).toHaveLength(0)
  })
})
