// Shows what reading commands do with what is kept: what is covered is answered without a request, only what is missing is
// asked for, and the answer is that of the vendor's own rows, whatever was asked before.
import { file, folder } from "@dwell/testing/scratch"
import { output } from "./runner.ts"
import { random } from "@dwell/testing/random"
import { row, vendorJson } from "@dwell/testing/vendor"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import type { Row } from "@dwell/emulator"
import {
  answered,
  dataFolder,
  discreet,
  from,
  modeOf,
  namesOf,
  type Site,
  site,
  spansAsked,
  storeFile,
  to,
  yesterday,
} from "./site.ts"
import { noon } from "./time.ts"
import { parseReport } from "./support.ts"

const day = 86_400
const report = ["report", ...yesterday, "--format", "json"]

/** The options of a window. */
const window = (begin: number, end: number) => ["--now", `${noon}`, "--from", `${begin}`, "--to", `${end}`]

/** A document without how often rows came: what is kept has each event once. */
const onceEach = (text: string): unknown =>
  JSON.parse(text, (key, value: unknown) =>
    key === "rows" || key === "duplicates" || key === "conflicts" ? undefined : value,
  )

const rowsFile = ({ emulator }: Site, begin = 0) => file("log.json", vendorJson([...emulator.centre.rows(begin, noon)]))

describe("what is covered", () => {
  it("is answered without a request, by every command that reads", async () => {
    const there = await site()
    const home = folder()
    const first = await answered(report, { env: there.env, home })
    const count = there.emulator.requests.length
    expect(await answered(report, { env: there.env, home })).toBe(first)
    const inside = ["--now", `${noon}`, "--from", `${from + 3600}`, "--to", `${to - 3600}`]
    for (const command of ["report", "intervals", "sessions", "staffing", "events"])
      expect((await answered([command, ...inside], { env: there.env, home })).length).toBeGreaterThan(100)
    // Of an instant, six hours before it and a day after it are looked at.
    await answered(["at", `${from + 6 * 3600}`, "--now", `${to}`], { env: there.env, home })
    expect(there.emulator.requests.length).toBe(count)
  })

  it("is not asked for again, and what is missing only once", async () => {
    const next = random(1)
    const there = await site({ days: 40 })
    const home = folder()
    for (let question = 0; question < 5; question++) {
      const begin = noon - (1 + next(20)) * day - next(day)
      await answered(["report", ...window(begin, begin + 1 + next(3 * day))], { env: there.env, home })
    }
    const spans = spansAsked(there).toSorted((one, other) => one.from - other.from)
    expect(spans.length).toBeGreaterThan(6)
    for (const [index, span] of spans.entries()) expect(span.from).toBeGreaterThanOrEqual(spans[index - 1]?.to ?? 0)
  })

  it("of a part of the window leaves the rest to be asked for", async () => {
    const there = await site()
    const home = folder()
    await answered(["report", ...window(from, from + 6 * 3600)], { env: there.env, home })
    const count = there.emulator.requests.length
    await answered(["report", ...window(from, from + 12 * 3600)], { env: there.env, home })
    expect(spansAsked(there, count)).toStrictEqual([{ from: from + 6 * 3600, to: from + 12 * 3600 }])
  })

  it("for some agents covers nobody else", async () => {
    const there = await site()
    const home = folder()
    await answered([...report, "--agent", "700101"], { env: there.env, home })
    expect(JSON.parse(await answered(["store", "--format", "json"], { home }))).toMatchObject({
      accounts: [{ spans: [] }],
    })
    expect(await answered(report, { env: there.env, home })).toBe(await answered(report, { env: there.env }))
  })
})

describe("an answer by way of what is kept", () => {
  const zones = ["UTC", "Europe/London", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns"]
  const sizes = ["PT15M", "PT1H", "P1D"]

  it.each([1, 2])("is that of the vendor's own rows, in whatever order questions come: seed %d", async (seed) => {
    const next = random(seed)
    const one = <A>(values: ReadonlyArray<A>): A => {
      const value = values[next(values.length)]
      if (value === undefined) throw new Error("nothing to choose from")
      return value
    }
    const there = await site({ seed })
    const home = folder()
    const log = rowsFile(there)
    const names = namesOf(there)
    for (let question = 0; question < 5; question++) {
      // A week before that, the log begins.
      const begin = noon - next(2 * day)
      const end = begin + next(noon - begin + 1)
      const ids = there.emulator.centre.agents.map(({ agentid }) => agentid).filter(() => next(3) === 0)
      const args = [
        ...one([
          ["report", "--format", "json", "--bucket", one(sizes)],
          ["report", "--format", "json", "--group", "team", "--cap-stale"],
          ["staffing", "--format", "json", "--step", "PT30M"],
          ["sessions", "--format", "json"],
          ["intervals", "--format", "json"],
        ]),
        ...window(begin, end),
        "--tz",
        one(zones),
        "--agents",
        names,
        ...(ids.length > 0 && next(2) === 0 ? ["--agent", ids.join(",")] : []),
      ]
      const [kept, direct] = await Promise.all([
        answered(next(4) === 0 ? [...args, "--refresh"] : args, { env: there.env, home }),
        output([...args, "--input", log]),
      ])
      expect(onceEach(kept), args.join(" ")).toStrictEqual(onceEach(direct))
    }
  })

  it("does not carry the status of an agent over a time of which nothing is known", async () => {
    const rows = [
      ...[noon - 30 * day, noon - day].map((uts, n) =>
        row({ uid: BigInt(10 + n), uts, agent: 7, status: "available" }),
      ),
      // Whether agent 8 has been available since, nobody has read.
      row({ uid: 1n, uts: noon - 30 * day, agent: 8, status: "available" }),
    ]
    const there = await site({ rows, agentList: [] })
    const args = ["--format", "json", "--tz", "UTC"]
    const late = ["report", ...window(noon - 2 * day, noon), ...args]
    const clean = await answered(late, { env: there.env })
    for (const agents of [[], ["--agent", "7,8"]]) {
      const home = folder()
      await answered(["report", ...window(noon - 31 * day, noon - 29 * day), ...args, ...agents], {
        env: there.env,
        home,
      })
      const expected = agents.length === 0 ? clean : await answered([...late, ...agents], { env: there.env })
      expect(await answered([...late, ...agents], { env: there.env, home })).toBe(expected)
    }
  })

  it("of an instant is that of a clean home", async () => {
    const next = random(3)
    const there = await site()
    const home = folder()
    for (let question = 0; question < 2; question++) {
      const args = ["at", `${noon - next(2 * day)}`, "--now", `${noon}`, "--format", "json"]
      expect(await answered(args, { env: there.env, home })).toBe(await answered(args, { env: there.env }))
    }
  })
})

describe("--refresh", () => {
  it("reads again, and takes what was corrected, added and recorded late", async () => {
    const rows: Array<Row> = [
      row({ uid: 1n, uts: from - 100, status: "available" }),
      row({ uid: 2n, uts: from + 1000, status: "call", callid: 9n }),
      row({ uid: 3n, uts: from + 4000, status: "offline" }),
    ]
    const there = await site({ rows, agentList: [] })
    const home = folder()
    const before = await answered(report, { env: there.env, home })
    rows[1] = row({ uid: 2n, uts: from + 1500, status: "wrap" })
    rows.push(row({ uid: 4n, uts: from + 2000, status: "idle", subcode: "lunch" }))
    const count = there.emulator.requests.length
    expect(await answered(report, { env: there.env, home })).toBe(before)
    expect(there.emulator.requests.length).toBe(count)
    const after = await answered([...report, "--refresh"], { env: there.env, home })
    expect(after).toBe(await answered(report, { env: there.env }))
    expect(after).not.toBe(before)
    expect(await answered([...report, "--offline"], { env: there.env, home })).toBe(after)
    expect(spansAsked(there, count)).not.toStrictEqual([])
  })
})

describe("--offline", () => {
  it("answers without a request what is kept, names included, and when the vendor has gone", async () => {
    const there = await site()
    const home = folder()
    const first = await answered(report, { env: there.env, home })
    const count = there.emulator.requests.length
    expect(await answered([...report, "--offline"], { env: there.env, home })).toBe(first)
    expect(there.emulator.requests.length).toBe(count)
    await there.leave()
    expect(await answered([...report, "--offline"], { env: there.env, home })).toBe(first)
    const { agents } = parseReport(first)
    for (const { name } of agents) expect(name).not.toBeNull()
    // What is covered needs nobody either.
    expect(await answered(report, { env: there.env, home })).toBe(first)
  })

  it("says what is missing, in words and in quality.uncovered, and carries no status over it", async () => {
    const there = await site({ days: 40 })
    const home = folder()
    const [early, late] = [noon - 25 * day, noon - 5 * day]
    for (const begin of [early, late]) {
      await answered(["report", ...window(begin, begin + day)], { env: there.env, home })
    }
    const count = there.emulator.requests.length
    // What came in the week before each of them is kept too.
    const known = late - 7 * day
    const log = rowsFile(there, known)
    for (const begin of [known - day, known - 3600, known + day]) {
      const args = [
        "report",
        ...window(begin, late + 2 * day),
        "--tz",
        "UTC",
        "--format",
        "json",
        "--agents",
        namesOf(there),
      ]
      const { status, stderr, stdout } = await discreet([...args, "--offline"], { env: there.env, home })
      expect(status).toBe(0)
      const { quality, ...document } = parseReport(stdout)
      const whole = parseReport(await output([...args, "--input", log]))
      // Nobody knows what happened after the last event that is known, except that the vendor was not asked.
      const uncovered = [
        ...(begin < known ? [{ from: begin, to: known }] : []),
        { from: late + day, to: late + 2 * day },
      ]
      expect(quality.uncovered).toStrictEqual(uncovered)
      expect(stderr).toMatch(
        uncovered.length === 1
          ? /^Not stored, so untracked: \S+ \S+ to \S+ \S+\. Leave out --offline to fetch it\.\n$/
          : /^Not stored, so untracked: \S+ \S+ to \S+ \S+, and 1 more\. Leave out --offline to fetch it\.\n$/,
      )
      const before = (each: typeof document) =>
        each.agents.map(({ agent, untracked }) => ({ agent, untracked: Math.min(untracked, known - begin) }))
      expect(before(document)).toStrictEqual(before(whole))
      expect(quality.agentsWithoutCarryIn).toStrictEqual(whole.quality.agentsWithoutCarryIn)
    }
    expect(there.emulator.requests.length).toBe(count)
  })

  it("says so where nothing is kept, and leaves nothing behind", async () => {
    const there = await site()
    const home = folder()
    const { status, stderr, stdout } = await discreet([...report, "--offline"], { env: there.env, home })
    expect({ status, stdout }).toStrictEqual({ status: 1, stdout: "" })
    expect(stderr).toMatch(/^Nothing is stored for environment-\w+ yet\. Leave out --offline to fetch it\.\n$/)
    expect(there.emulator.requests).toHaveLength(0)
    expect(existsSync(join(home, "data"))).toBe(false)
  })

  it("is refused, as --refresh is, of a file", async () => {
    const log = file("log.json", vendorJson([row({ uts: noon })]))
    for (const option of ["--offline", "--refresh"]) {
      const { status, stderr } = await discreet(["report", "--input", log, option])
      expect(status).toBe(2)
      expect(stderr).toContain(option)
    }
  })
})

describe("the files", () => {
  it("are their owner's alone, and so is their folder", async () => {
    const { env } = await site()
    const home = folder()
    await answered(report, { env, home })
    expect(modeOf(dataFolder(home))).toBe("700")
    expect(modeOf(storeFile(home))).toBe("600")
    expect(modeOf(storeFile(home).replace(/\.sqlite$/, ".agents.json"))).toBe("600")
  })

  it("are not made by commands that keep nothing", async () => {
    const home = folder()
    const log = file("log.json", vendorJson([row({ uts: noon })]))
    await output(["report", "--input", log], { home })
    await output(["store"], { home })
    expect(existsSync(dataFolder(home))).toBe(false)
  })
})
