// Shows what `dwell store` says of what is kept, that pruning changes no later figure, and that a store that can't be used is
// named, with what to do about it, and left as it was.
import { folder } from "@dwell/testing/scratch"
import { createHash } from "node:crypto"
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { beforeAll, describe, expect, it } from "vitest"
import {
  answered,
  configFile,
  dataFolder,
  discreet,
  from,
  password,
  refused,
  type Site,
  site,
  storeFile,
  to,
  username,
} from "./site.ts"
import { noon, timeFrom } from "./time.ts"
import { parseCsv } from "./support.ts"
import { onScreen } from "./terminal.ts"

const day = 86_400

/** A month after all that is kept. */
const inApril = () => timeFrom(noon + 30 * day)
const window = ["--from", `${from}`, "--to", `${to}`]
const report = ["report", "--now", `${noon}`, ...window, "--format", "json"]

/** A home whose account "london" is at a site, under some user name. */
const login = (home: string, { url }: Pick<Site, "url">, name = username) => {
  mkdirSync(dirname(configFile(home)), { recursive: true })
  const account = { baseUrl: url, username: name, password }
  writeFileSync(configFile(home), JSON.stringify({ default: "london", accounts: { london: account } }), { mode: 0o600 })
}

/** A home in which a day, and the week before it, is kept. */
const keeping = async () => {
  const there = await site()
  const home = folder()
  login(home, there)
  await answered(["sync", ...window], { home })
  return { there, home }
}

let first: Awaited<ReturnType<typeof keeping>>
beforeAll(async () => {
  first = await keeping()
})

/** Another such home, of a site that others ask too. */
const copied = () => {
  const home = folder()
  cpSync(first.home, home, { recursive: true })
  return { home, there: first.there }
}

describe("dwell store", () => {
  it("says how much is kept of which account, from when to when, on which days", async () => {
    const { home, there } = copied()
    const events = new Set([...there.emulator.centre.rows(from - 7 * day, to - 1)].map(({ uid }) => uid)).size
    const text = await answered(["store"], { home, time: inApril() })
    expect(text).toMatch(/^Account +Events +Agents +From +To +Gaps +As of +Size *\n/)
    expect(text).toMatch(/^london +\d,\d\d\d +4 +2026-03-02 00:00:00 +2026-03-10 00:00:00 +0 +20\S+ \S+ +[\d.]+ kB$/m)
    expect(text).toContain("         1   5    10   15   20   25   30\n")
    expect(text).toMatch(/^london, Europe\/London$/m)
    // From the second of March to the ninth, and nothing since.
    expect(text).toMatch(/^2026-03 {3}########\.{22}$/m)
    expect(text).toContain("# all  + in part  . nothing")
    expect(text).toContain(storeFile(home))

    const json: unknown = JSON.parse(await answered(["store", "--account", "london", "--format", "json"], { home }))
    expect(json).toMatchObject({
      accounts: [{ account: "london", file: storeFile(home), events, agents: 4, gaps: 0, from: from - 7 * day, to }],
    })
    const [header, ...rows] = parseCsv(await answered(["store", "--format", "csv"], { home }))
    expect(header?.slice(0, 3)).toStrictEqual(["account", "events", "agents"])
    expect(rows.map((cells) => cells.slice(0, 3))).toStrictEqual([["london", `${events}`, "4"]])
  })

  it("draws days that are covered, in part or not, on a terminal, as wide as it is", async () => {
    const { home, there } = await keeping()
    await answered(["sync", "--from", `${to + day / 2}`, "--to", `${to + 2 * day}`, "--agent", "700101"], { home })
    await answered(["sync", "--from", `${to}`, "--to", `${to + day / 2}`], { home })
    const { isWrapped, lines, status } = await onScreen(["store"], {
      columns: 80,
      home,
      env: there.env,
      time: inApril(),
    })
    expect({ isWrapped, status }).toStrictEqual({ isWrapped: false, status: 0 })
    expect(lines.join("\n")).toMatch(/^2026-03 {3}████████▒·{21}$/m)
    expect(lines.join("\n")).toContain("█ all  ▒ in part  · nothing")
  })

  it("calls a day covered in part that has a covered half, be it the first", async () => {
    const { home } = await keeping()
    await answered(["store", "prune", "--before", `${from - 5 * day + day / 2}`], { home })
    expect(await answered(["store"], { home, time: inApril() })).toMatch(/^2026-03 {5}\+#####\.{22}$/m)
  })

  it("says at 100 columns when it was read, rather than how many gaps there are", async () => {
    const { home, there } = await keeping()
    const { isWrapped, lines } = await onScreen(["store"], { columns: 100, home, env: there.env })
    expect(isWrapped).toBe(false)
    expect(lines[0]).toMatch(/^Account .* As of +Size$/)
    expect(lines.join("\n")).toContain("No room for Gaps: ")
  })

  it("has the times of each account in its zone, whatever is wrong with another one", async () => {
    const { home, there } = await keeping()
    const account = { baseUrl: there.url, username, password, timezone: "Asia/Tokyo" }
    const write = (accounts: object) =>
      writeFileSync(configFile(home), JSON.stringify({ default: "paris", accounts }), { mode: 0o600 })
    write({ london: account, paris: { ...account, timezone: "Europe/Paris" } })
    for (const args of [["store"], ["store", "--account", "london"]])
      expect(await answered(args, { home })).toMatch(/^london .* 2026-03-02 09:00:00 [^]*^london, Asia\/Tokyo$/m)
    expect(await answered(["store", "--tz", "UTC"], { home })).toMatch(/^london .* 2026-03-02 00:00:00 /m)
    write({ london: account, paris: { ...account, timezone: "Europe/Atlantis" } })
    const { status, stderr, stdout } = await discreet(["store"], { home })
    expect(status).toBe(1)
    expect(stderr).toMatch(/^\S+config\.json: accounts\.paris\.timezone must be[^\n]+\n$/)
    expect(stdout).toMatch(/^london .* 2026-03-02 09:00:00 /m)
  })

  it("shows the one that DWELL_ACCOUNT names", async () => {
    const { home } = await keeping()
    writeFileSync(join(dataFolder(home), "other.sqlite"), "")
    const env = { DWELL_ACCOUNT: "london" }
    expect(await answered(["store"], { home, env })).not.toContain("other")
    expect(await refused(1, ["store"], { home, env: { DWELL_ACCOUNT: "paris" } })).toMatch(
      /^DWELL_ACCOUNT: .*"paris"\. There are stores for london, other\.$/m,
    )
  })

  it("says so where nothing is kept, or nothing of an account", async () => {
    const home = folder()
    expect(await answered(["store"], { home })).toBe("Nothing is stored yet. `dwell sync` fetches the last week.\n")
    expect(JSON.parse(await answered(["store", "--format", "json"], { home }))).toStrictEqual({ accounts: [] })
    expect(await refused(1, ["store", "--account", "paris"], { home })).toMatch(/"paris"\. Nothing is stored yet\.$/m)
    const { home: other } = copied()
    expect(await refused(1, ["store", "--account", "paris"], { home: other })).toMatch(
      /"paris"\. There are stores for london\.$/m,
    )
  })
})

describe("dwell store prune", () => {
  it("forgets what is older, and changes no figure after the cut", async () => {
    const { home, there } = await keeping()
    const figures = () =>
      Promise.all(
        [from - day, from, from + 5000].map((begin) =>
          answered([...report.slice(0, 3), "--from", `${begin}`, "--to", `${to}`, "--offline", "--format", "json"], {
            home,
          }),
        ),
      )
    const before = await figures()
    const size = statSync(storeFile(home)).size
    const cut = from - day - 5000
    expect(await answered(["store", "prune", "--before", `${cut}`], { home })).toMatch(
      /^Deleted [\d,]+ events of london before 2026-03-07 22:36:40, keeping each agent's last one; [\d,]+ events remain stored: [\d.]+ kB\.\n$/,
    )
    expect(await figures()).toStrictEqual(before)
    expect(statSync(storeFile(home)).size).toBeLessThan(size)
    const { stderr } = await discreet(["report", "--from", `${cut - 1}`, "--to", `${to}`, "--offline"], { home })
    expect(stderr).toMatch(/^Not stored, so untracked: 2026-03-07 22:36:39 to 2026-03-07 22:36:40\./)
    // Nothing of what stays is asked for again.
    const count = there.emulator.requests.length
    await answered(["sync", ...window], { home })
    expect(there.emulator.requests.length).toBe(count)
  })

  it("forgets of a store that no account has, by its name", async () => {
    const { home, there } = await keeping()
    await answered(["sync", ...window], { home, env: there.env })
    const name = /^environment-\w+/m.exec(await answered(["store"], { home }))?.[0] ?? ""
    expect(name).not.toBe("")
    for (const env of [{}, there.env]) {
      const args = ["store", "prune", "--account", name, "--before", `${to}`]
      expect(await answered(args, { home, env })).toMatch(new RegExp(`^Deleted [\\d,]+ events? of ${name} before `))
    }
    expect(await answered([...report, "--offline"], { home })).toContain('"uncovered": []')
    expect(await refused(2, ["store", "prune", "--account", "paris", "--before", "now"], { home })).toMatch(/"paris"/)
  })

  it("is refused without --before, or with one that is none or is yet to come, and then forgets nothing", async () => {
    const { home } = await keeping()
    const before = await answered(["store"], { home })
    expect(await refused(2, ["store", "prune", "--before", "2099-01-01"], { home })).toMatch(
      /^--before: 2099-01-01 00:00:00 is in the future/,
    )
    expect(await answered(["store"], { home })).toBe(before)
    expect(await refused(2, ["store", "prune"], { home })).toMatch(/--before/)
    expect(await refused(2, ["store", "prune", "--before", "soon"], { home })).toMatch(/--before.*"soon"/)
  })
})

describe("a store that can't be used", () => {
  const digest = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex")

  const edit = (path: string, ...statements: ReadonlyArray<string>) => {
    const database = new DatabaseSync(path)
    for (const statement of statements) database.exec(statement)
    database.close()
  }

  const half = (path: string) => truncateSync(path, Math.floor(statSync(path).size / 8192) * 4096)

  const broken: ReadonlyArray<readonly [what: string, spoil: (path: string) => void, says: RegExp]> = [
    [
      "a later version's",
      (path) => edit(path, "UPDATE meta SET value = '99' WHERE key = 'version'"),
      /was written by a later version of Dwell.*Update Dwell; nothing was changed\.$/m,
    ],
    [
      "a database of something else",
      (path) => {
        writeFileSync(path, "")
        edit(path, "CREATE TABLE bookmark (url TEXT)", "INSERT INTO bookmark VALUES ('https://example.com')")
      },
      /is a database of something else\. Move it away/,
    ],
    ["a text", (path) => writeFileSync(path, "Dear all, ".repeat(1000)), /is not a store of Dwell's\. Move it away/],
    [
      "one with a bit that is wrong",
      (path) =>
        edit(
          path,
          "UPDATE chunk SET body = CAST(substr(body, 1, 40) || x'07' || substr(body, 42) AS BLOB) WHERE name = 'status'",
        ),
      /the status column of 2026-03-0\d is not what was written\. Move the file away: `dwell sync` reads again/,
    ],
    ["one cut off", half, /it is damaged\. Move it away: `dwell sync` reads again/],
  ]

  it.each(broken)("is named, and left as it was: %s", async (_, spoil, says) => {
    const { home } = copied()
    const path = storeFile(home)
    spoil(path)
    const before = digest(path)
    for (const args of [report, [...report, "--offline"]]) {
      const message = await refused(1, args, { home })
      expect(message.startsWith(path)).toBe(true)
      expect(message).toMatch(says)
    }
    expect(digest(path)).toBe(before)
  })

  it("is named beside those that can be used, which are shown", async () => {
    const { home } = await keeping()
    const [one, other] = ["damaged", "text"].map((name) => join(dataFolder(home), `${name}.sqlite`))
    for (const path of [one, other]) writeFileSync(path ?? "", "Dear all, ".repeat(1000))
    const { status, stderr, stdout } = await discreet(["store"], { home })
    expect(status).toBe(1)
    expect(stderr.split("\n").map((line) => line.split(":")[0])).toStrictEqual([one, other, ""])
    expect(stdout).toMatch(/^london +\d,\d\d\d /m)
    expect(stdout).not.toMatch(/^(damaged|text)/m)
    // Where none can be, that nothing were kept would be wrong to say.
    expect(await refused(1, ["store", "--account", "text"], { home })).toContain(other)
  })

  it("is named: another login's under the same name, and the first one finds it as it was", async () => {
    const { home, there } = copied()
    const before = await answered([...report, "--offline"], { home })
    login(home, there, "somebody else")
    for (const args of [report, [...report, "--offline"], ["sync", ...window], ["store", "prune", "--before", "now"]])
      expect(await refused(1, args, { home })).toMatch(
        /london\.sqlite has the events of another account.*name of its own/,
      )
    login(home, there)
    expect(await answered([...report, "--offline"], { home })).toBe(before)
  })

  it("is made again where it is an empty file, as a process that is killed at once leaves it", async () => {
    const { home } = copied()
    const path = storeFile(home)
    const before = await answered(report, { home })
    writeFileSync(path, "")
    expect(await answered(report, { home })).toBe(before)
  })

  it("is named where its folder is a file", async () => {
    const there = await site()
    const home = folder()
    writeFileSync(join(home, "data"), "")
    const message = await refused(1, report, { home, env: there.env })
    expect(message).toContain(dataFolder(home))
    expect(message).toMatch(/XDG_DATA_HOME/)
  })

  it.skipIf(process.getuid?.() === 0)("is named where its folder takes nothing", async () => {
    const there = await site()
    const home = folder()
    mkdirSync(join(home, "data"), { mode: 0o500 })
    expect(await refused(1, report, { home, env: there.env })).toMatch(/XDG_DATA_HOME/)
    expect(existsSync(dataFolder(home))).toBe(false)
  })
})
