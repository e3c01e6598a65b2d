// Shows the program against a ContactNow over real HTTP (the emulator, on loopback): its reports are those of the vendor's
// own rows whatever goes wrong on the way, tokens are kept private, failures say what to do, and no secret is ever printed.
import { serveHttp, nowhere } from "@dwell/testing/servers"
import { file, folder } from "@dwell/testing/scratch"
import { output } from "./runner.ts"
import { vendorJson } from "@dwell/testing/vendor"
import { createHash } from "node:crypto"
import { chmodSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import {
  answered,
  discreet,
  from,
  modeOf,
  password,
  refused,
  type Site,
  site,
  to,
  tokenFolder,
  tokensGot,
  username,
  yesterday,
} from "./site.ts"
import { noon } from "./time.ts"
import { parseReport } from "./support.ts"

/** The document without what a file does not know, nor how often a row came: what is kept has each event once. */
const unnamed = (text: string) => {
  const { agents, quality, ...rest } = parseReport(text)
  const { duplicates: _duplicates, rows: _rows, ...kept } = quality
  return { ...rest, quality: kept, agents: agents.map(({ name: _name, team: _team, ...agent }) => agent) }
}

const report = ["report", ...yesterday, "--format", "json"]

describe("a report from the vendor", () => {
  it.each([1])("is that of the vendor's rows, though every fifth answer fails: seed %d", async (seed) => {
    const { emulator, env } = await site({ seed, faults: 0.2 })
    const faultless = await site({ seed })
    const log = file("log.json", vendorJson([...emulator.centre.rows(from - 604_800, to - 1)]))
    const args = [...report, "--bucket", "PT1H"]
    const live = parseReport(await answered(args, { env }))
    expect(live.window).toStrictEqual({ from, to, now: noon, timezone: "Europe/London" })
    expect(live.quality.unique).toBeGreaterThan(500)
    expect(live.quality.agentsWithoutCarryIn).toStrictEqual([])
    expect(unnamed(JSON.stringify(live))).toStrictEqual(unnamed(await output([...args, "--input", log])))
    // Something did fail, and was asked for again.
    expect(JSON.stringify(parseReport(await answered(args, { env: faultless.env })))).toBe(JSON.stringify(live))
    expect(emulator.requests.length).toBeGreaterThan(faultless.emulator.requests.length)
  })

  it("is the same from XML", async () => {
    const { emulator, env } = await site()
    const json = await answered(report, { env })
    const count = emulator.requests.length
    expect(await answered(report, { env: { ...env, DWELL_FORMAT: "xml" } })).toBe(json)
    expect(emulator.requests.slice(count).map(({ params }) => params["format"])).toContain("xml")
    expect(emulator.requests.slice(count).map(({ params }) => params["format"])).not.toContain("json")
  })

  it("is the same when the token ends on the way, for one token more", async () => {
    const there = await site()
    const home = folder()
    const before = await answered(report, { env: there.env, home })
    there.emulator.faultOnce("expiredToken", { script: "database", method: "status_log" })
    expect(await answered([...report, "--refresh"], { env: there.env, home })).toBe(before)
    expect(tokensGot(there)).toBe(2)
  })

  it("sends credentials in no URL", async () => {
    const { emulator, env } = await site()
    await answered(report, { env })
    for (const { method, query, script } of emulator.requests) {
      expect(query).not.toContain("password")
      expect(query).not.toContain("username")
      expect(script === "token" && method !== "POST").toBe(false)
    }
  })

  it("asks only for the agents asked about", async () => {
    const { emulator, env } = await site()
    const { agents } = parseReport(await answered([...report, "--agent", "700103,700101"], { env }))
    expect(agents.map(({ agent }) => agent)).toStrictEqual([700_101, 700_103])
    const asked = emulator.requests.filter(({ params }) => params["method"] === "status_log")
    expect(new Set(asked.map(({ params }) => params["agent"]))).toStrictEqual(new Set(["700103,700101"]))
  })

  it("has the vendor's names and teams", async () => {
    const { emulator, env } = await site()
    const known = new Map(emulator.centre.agents.map(({ agentid, name, team }) => [agentid, { name, team }]))
    const { agents } = parseReport(await answered(report, { env }))
    expect(agents.length).toBe(4)
    for (const { agent, name, team } of agents) expect({ name, team }).toStrictEqual(known.get(agent))
    const table = await answered(["report", ...yesterday], { env })
    for (const { name } of known.values()) expect(table).toContain(name)
  })

  it("has the names and teams of --agents instead, and asks the vendor for none", async () => {
    const { emulator, env } = await site()
    const names = file("agents.csv", "agent,name,team\n700101,Zora,Own team\n")
    const { agents } = parseReport(await answered([...report, "--agents", names], { env }))
    expect(agents[0]).toMatchObject({ agent: 700_101, name: "Zora", team: "Own team" })
    expect(agents[1]).toMatchObject({ agent: 700_102, name: null, team: null })
    expect(emulator.requests.filter(({ params }) => params["method"] !== "status_log")).toHaveLength(1)
  })

  it("sums teams with --group team", async () => {
    const { env } = await site()
    const { agents, teams = [] } = parseReport(await answered([...report, "--group", "team"], { env }))
    expect(teams.map(({ team }) => team)).toStrictEqual(
      [...new Set(agents.map(({ team }) => team ?? ""))].toSorted((one, other) => (one < other ? -1 : 1)),
    )
    for (const { agents: count, loggedIn, statuses, team, untracked } of teams) {
      const members = agents.filter((agent) => agent.team === team)
      const sum = (values: ReadonlyArray<number>) => values.reduce((one, other) => one + other, 0)
      expect(count).toBe(members.length)
      expect(loggedIn).toBe(sum(members.map((agent) => agent.loggedIn)))
      expect(untracked).toBe(sum(members.map((agent) => agent.untracked)))
      for (const { seconds, status } of statuses) {
        const theirs = members.flatMap((agent) => agent.statuses.filter((figures) => figures.status === status))
        expect(seconds).toBe(sum(theirs.map((figures) => figures.seconds)))
      }
    }
  })
})

describe("the token", () => {
  /** Where it is, of credentials in the environment: there they have no name of their own. */
  const tokenFile = (home: string, { url }: Site) => {
    const identity = createHash("sha256")
      .update(`${new URL(url).href}\n${username}`)
      .digest("hex")
    return join(tokenFolder(home), `environment-${identity.slice(0, 8)}.json`)
  }

  it("is kept in a file that only its owner reads, and used by the next run", async () => {
    const there = await site()
    const home = folder()
    const first = await answered(report, { env: there.env, home })
    expect(modeOf(tokenFile(home, there))).toBe("600")
    expect(readFileSync(tokenFile(home, there), "utf8")).not.toContain(JSON.stringify(password).slice(1, -1))
    expect(await answered([...report, "--refresh"], { env: there.env, home })).toBe(first)
    expect(tokensGot(there)).toBe(1)
  })

  it("is asked for again where others may read the file, and the file is made private", async () => {
    const there = await site()
    const home = folder()
    await answered(report, { env: there.env, home })
    chmodSync(tokenFile(home, there), 0o644)
    await answered([...report, "--refresh"], { env: there.env, home })
    expect(tokensGot(there)).toBe(2)
    expect(modeOf(tokenFile(home, there))).toBe("600")
  })

  it("of one account is not used for another", async () => {
    const [one, other] = await Promise.all([site(), site({ token: (n) => `tok-other-${n}` })])
    const home = folder()
    await answered(report, { env: one.env, home })
    await answered(report, { env: other.env, home })
    await answered([...report, "--refresh"], { env: one.env, home })
    expect([tokensGot(one), tokensGot(other)]).toStrictEqual([1, 1])
    expect(readdirSync(tokenFolder(home))).toHaveLength(2)
  })
})

describe("what stands in the way", () => {
  it("is named where the password is wrong", async () => {
    const there = await site()
    const env = { ...there.env, DWELL_PASSWORD: `${password}?` }
    expect(await refused(3, ["report", ...yesterday], { env })).toMatch(
      /token\.php.*Authentication failure.*user name and password.*dwell login/,
    )
    // The vendor may lock an account out: one wrong password is tried once.
    expect(tokensGot(there)).toBe(1)
  })

  it("is named where the base URL leads to a web page", async () => {
    const page = await serveHttp((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Welcome</title><p>Hello</p>")
    })
    const env = { DWELL_BASE_URL: page, DWELL_USERNAME: username, DWELL_PASSWORD: password }
    const message = await refused(3, ["report", ...yesterday], { env })
    expect(message).toContain("HTML page")
    expect(message).toContain(`Check the base URL ${page}`)
  })

  it("is named where there is a redirect, which credentials do not follow", async () => {
    const visits: Array<string> = []
    const target = await serveHttp(({ url = "" }, response) => {
      visits.push(url)
      response.end("{}")
    })
    const signpost = await serveHttp((_, response) => {
      response.writeHead(307, { location: `${target}token.php` }).end()
    })
    const env = { DWELL_BASE_URL: signpost, DWELL_USERNAME: username, DWELL_PASSWORD: password }
    expect(await refused(3, ["report", ...yesterday], { env })).toContain(`base URL ${signpost}`)
    expect(visits).toStrictEqual([])
  })

  it("is named where there are no credentials", async () => {
    for (const command of ["report", "intervals", "sessions", "staffing", "at now", "events", "doctor"]) {
      const message = await refused(1, command.split(" "))
      expect(message).toContain("dwell login")
      expect(message).toContain("DWELL_USERNAME and DWELL_PASSWORD")
      expect(message).toContain("--input FILE")
      expect(message).toContain("dwell demo")
    }
    expect(await refused(1, ["report"], { env: { DWELL_USERNAME: username } })).toContain("DWELL_PASSWORD")
    expect(await refused(1, ["login"])).toMatch(/DWELL_USERNAME.*not set/)
  })

  it("is named where the format is none", async () => {
    const { env } = await site()
    expect(await refused(1, ["report"], { env: { ...env, DWELL_FORMAT: "yaml" } })).toMatch(/DWELL_FORMAT.*json/)
  })

  it("is named after a few tries where nobody is there, or a server fails for good", async () => {
    const url = nowhere
    const env = { DWELL_BASE_URL: url, DWELL_USERNAME: username, DWELL_PASSWORD: password }
    const broken = await site({ faults: { serverError: 1 } })
    const brokenToo = await site({ faults: { truncate: 1 } })
    const [unreachable, login, doctor, failing, cut] = await Promise.all([
      refused(3, ["report", ...yesterday], { env }),
      refused(3, ["login", "--base-url", url], { env }),
      discreet(["doctor"], { env }),
      refused(3, ["report", ...yesterday], { env: broken.env }),
      refused(3, ["report", ...yesterday], { env: brokenToo.env }),
    ])
    expect(unreachable).toContain(url)
    expect(unreachable).toMatch(/Check the network and the base URL/)
    expect(login).toContain(url)
    expect(doctor.status).toBe(3)
    expect(doctor.stdout).toMatch(/^✗ base URL: .*does not answer\. Check/m)
    expect(failing).toMatch(/HTTP 50\d/)
    expect(cut).toMatch(/no whole answer/)
    expect(tokensGot(broken)).toBe(6)
  })
})

describe("dwell doctor", () => {
  const marks = (text: string) =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(0, line.indexOf(":")))

  it("says what works", async () => {
    const { env } = await site()
    const text = await answered(["doctor"], { env, home: folder() })
    expect(marks(text)).toStrictEqual([
      "✓ credentials",
      "✓ base URL",
      "✓ clock",
      "✓ token, from this address",
      "✓ status_log",
      "✓ store",
    ])
    expect(text).toContain("DWELL_USERNAME")
    expect(text).toMatch(/^✓ store: nothing is stored yet$/m)
  })

  it("says what does not, and exits with the code of that", async () => {
    const { env } = await site()
    const { status, stderr, stdout } = await discreet(["doctor"], { env: { ...env, DWELL_PASSWORD: `${password}!` } })
    expect(status).toBe(3)
    expect(marks(stdout)).toStrictEqual([
      "✓ credentials",
      "✓ base URL",
      "✓ clock",
      "✗ token, from this address",
      "✓ store",
    ])
    expect(stderr).toMatch(/Authentication failure/)
  })

  it("sees a clock that is wrong", async () => {
    const url = await serveHttp((_, response) => {
      response.writeHead(200, { date: "Mon, 01 Jan 2024 00:00:00 GMT" }).end('{"success":false,"error":"No"}')
    })
    const env = { DWELL_BASE_URL: url, DWELL_USERNAME: username, DWELL_PASSWORD: password }
    const { stdout } = await discreet(["doctor"], { env })
    expect(stdout).toMatch(/^✗ clock: This clock is \d+ s ahead of the server's\. Correct it\.$/m)
  })

  it("shows no control characters of a hostile server's", async () => {
    const url = await serveHttp((_, response) => {
      response.end(JSON.stringify({ success: false, error: "\u001b[2Jgone\u009b31m" }))
    })
    const env = { DWELL_BASE_URL: url, DWELL_USERNAME: username, DWELL_PASSWORD: password }
    const { stderr, stdout } = await discreet(["doctor"], { env })
    expect(stdout).toContain("gone")
    expect(stdout + stderr).not.toContain("\u001b")
    expect(stdout + stderr).not.toContain("\u009b")
  })
})
