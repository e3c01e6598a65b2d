// Shows the program against a ContactNow over real HTTP (the emulator, on loopback): its reports are those of the vendor's
// own rows whatever goes wrong on the way, tokens and logins are kept private, failures say what to do, and no secret is
// ever printed.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { createServer, type RequestListener } from "node:http"
import { join } from "node:path"
import { type Emulator, make, type Options } from "@dwell/emulator"
import { serve } from "@dwell/emulator/node"
import { afterAll, describe, expect, it } from "vitest"
import {
  bundle,
  dwell,
  environment,
  file,
  folder,
  output,
  parseReport,
  type Result,
  type RunOptions,
  vendorJson,
} from "./support.ts"

// As a ContactNow key might be, and then some: quotes, percent signs, and what URLs and JSON would write otherwise.
const username = "api user+Ω"
const password = `p&ss=w%20rd+"q'\\<ß>/?#`
const tokenOf = (n: number) => `tok-${n}-Zg8+/=&xY`
const noon = Date.UTC(2026, 2, 10, 12) / 1000
const from = Date.UTC(2026, 2, 9) / 1000
const to = Date.UTC(2026, 2, 10) / 1000
/** Yesterday, as seen from the emulators' noon. */
const yesterday = ["--now", `${noon}`, "--from", "yesterday", "--to", "today"]

const closing: Array<() => Promise<unknown>> = []
afterAll(() => Promise.all(closing.map((close) => close())))

interface Site {
  readonly emulator: Emulator
  readonly url: string
  /** What a person sets to reach it. */
  readonly env: Readonly<Record<string, string>>
}

/** An emulator that listens, its clock at noon. */
const site = async (options: Options = {}): Promise<Site> => {
  const emulator = make({
    agents: 10,
    days: 9,
    clock: () => noon,
    // The program's clock is not the emulator's: the token lasts by either.
    tokenLifetimeSeconds: 1_000_000_000,
    username,
    password,
    token: tokenOf,
    ...options,
  })
  const { close, url } = await serve(emulator, { port: 0 })
  closing.push(close)
  return { emulator, url, env: { DWELL_BASE_URL: url, DWELL_USERNAME: username, DWELL_PASSWORD: password } }
}

/** A server of something else; gives its address. */
const elsewhere = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener).listen(0, "127.0.0.1")
  await once(server, "listening")
  closing.push(() => new Promise((resolve) => server.close(resolve)))
  const address = server.address()
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/`
}

/** An address where nobody listens: somebody just did. */
const nowhere = async (): Promise<string> => {
  const { close, url } = await serve(make(), { port: 0 })
  await close()
  return url
}

const secrets = [username, password, "tok-"].flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  new URLSearchParams({ "": secret }).toString().slice(1),
  JSON.stringify(secret).slice(1, -1),
])

/** Runs `dwell`, in a home of its own unless told otherwise, and sees that it keeps its secrets. */
const discreet = async (args: ReadonlyArray<string>, options: RunOptions = {}): Promise<Result> => {
  const result = await dwell(args, { home: folder(), ...options })
  for (const secret of secrets) expect(result.stdout + result.stderr).not.toContain(secret)
  return result
}

/** A run that must succeed; gives what it printed. */
const answered = async (args: ReadonlyArray<string>, options: RunOptions = {}): Promise<string> => {
  const { status, stderr, stdout } = await discreet(args, options)
  expect({ status, stderr }).toStrictEqual({ status: 0, stderr: "" })
  return stdout
}

/** A run that must fail with one line; gives it. */
const refused = async (code: number, args: ReadonlyArray<string>, options: RunOptions = {}): Promise<string> => {
  const { status, stderr, stdout } = await discreet(args, options)
  expect({ status, stdout }).toStrictEqual({ status: code, stdout: "" })
  expect(stderr).toMatch(/^[^\n]+\n$/)
  return stderr
}

const tokensGot = ({ emulator }: Site): number =>
  emulator.requests.filter(({ params, script }) => script === "token" && params["action"] === "get").length

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

const loginFile = (home: string) => join(home, "config", "dwell", "login.json")
const tokenFile = (home: string) => join(home, "cache", "dwell", "token.json")

/** The document without what a file does not know. */
const unnamed = (text: string) => {
  const { agents, ...rest } = parseReport(text)
  return { ...rest, agents: agents.map(({ name: _name, team: _team, ...agent }) => agent) }
}

const report = ["report", ...yesterday, "--format", "json"]

describe("a report from the vendor", () => {
  it.each([1, 2, 3])("is that of the vendor's rows, though every twentieth answer fails: seed %d", async (seed) => {
    const { emulator, env } = await site({ seed, faults: 0.05 })
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
    expect(await answered(report, { env: there.env, home })).toBe(before)
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
    expect(agents.length).toBe(10)
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
  it("is kept in a file that only its owner reads, and used by the next run", async () => {
    const there = await site()
    const home = folder()
    const first = await answered(report, { env: there.env, home })
    expect(modeOf(tokenFile(home))).toBe("600")
    expect(readFileSync(tokenFile(home), "utf8")).not.toContain(JSON.stringify(password).slice(1, -1))
    expect(await answered(report, { env: there.env, home })).toBe(first)
    expect(tokensGot(there)).toBe(1)
  })

  it("is asked for anew where others may read the file, and the file mended", async () => {
    const there = await site()
    const home = folder()
    await answered(report, { env: there.env, home })
    chmodSync(tokenFile(home), 0o644)
    await answered(report, { env: there.env, home })
    expect(tokensGot(there)).toBe(2)
    expect(modeOf(tokenFile(home))).toBe("600")
  })

  it("of one account is not used for another", async () => {
    const [one, other] = await Promise.all([site(), site({ token: (n) => `tok-other-${n}` })])
    const home = folder()
    await answered(report, { env: one.env, home })
    await answered(report, { env: other.env, home })
    expect([tokensGot(one), tokensGot(other)]).toStrictEqual([1, 1])
  })
})

describe("what stands in the way", () => {
  it("is named: a wrong password", async () => {
    const there = await site()
    const env = { ...there.env, DWELL_PASSWORD: `${password}?` }
    expect(await refused(3, ["report", ...yesterday], { env })).toMatch(
      /token\.php.*Authentication failure.*user name and password.*dwell login/,
    )
    // The vendor may lock an account out: one wrong password is tried once.
    expect(tokensGot(there)).toBe(1)
  })

  it("is named: a base URL that leads to a web page", async () => {
    const page = await elsewhere((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Welcome</title><p>Hello</p>")
    })
    const env = { DWELL_BASE_URL: page, DWELL_USERNAME: username, DWELL_PASSWORD: password }
    const message = await refused(3, ["report", ...yesterday], { env })
    expect(message).toContain("HTML page")
    expect(message).toContain(`Check the base URL ${page}`)
  })

  it("is named: a redirect, which credentials do not follow", async () => {
    const visits: Array<string> = []
    const target = await elsewhere(({ url = "" }, response) => {
      visits.push(url)
      response.end("{}")
    })
    const signpost = await elsewhere((_, response) => {
      response.writeHead(307, { location: `${target}token.php` }).end()
    })
    const env = { DWELL_BASE_URL: signpost, DWELL_USERNAME: username, DWELL_PASSWORD: password }
    expect(await refused(3, ["report", ...yesterday], { env })).toContain(`base URL ${signpost}`)
    expect(visits).toStrictEqual([])
  })

  it("is named: no credentials", async () => {
    for (const command of ["report", "intervals", "sessions", "staffing", "events", "doctor"]) {
      const message = await refused(1, [command])
      expect(message).toContain("dwell login")
      expect(message).toContain("DWELL_USERNAME and DWELL_PASSWORD")
      expect(message).toContain("--input FILE")
      expect(message).toContain("dwell demo")
    }
    expect(await refused(1, ["report"], { env: { DWELL_USERNAME: username } })).toContain("DWELL_PASSWORD")
    expect(await refused(1, ["login"])).toMatch(/DWELL_USERNAME.*not set/)
  })

  it("is named: a format that is none", async () => {
    const { env } = await site()
    expect(await refused(1, ["report"], { env: { ...env, DWELL_FORMAT: "yaml" } })).toMatch(/DWELL_FORMAT.*json/)
  })

  it("is named after a few tries: nobody there, or a server that fails for good", async () => {
    const url = await nowhere()
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
    const text = await answered(["doctor"], { env })
    expect(marks(text)).toStrictEqual([
      "✓ credentials",
      "✓ base URL",
      "✓ clock",
      "✓ token, from this address",
      "✓ status_log",
    ])
    expect(text).toContain("DWELL_USERNAME")
  })

  it("says what does not, and exits with the code of that", async () => {
    const { env } = await site()
    const { status, stderr, stdout } = await discreet(["doctor"], { env: { ...env, DWELL_PASSWORD: `${password}!` } })
    expect(status).toBe(3)
    expect(marks(stdout)).toStrictEqual(["✓ credentials", "✓ base URL", "✓ clock", "✗ token, from this address"])
    expect(stderr).toMatch(/Authentication failure/)
  })

  it("sees a clock that is wrong", async () => {
    const url = await elsewhere((_, response) => {
      response.writeHead(200, { date: "Mon, 01 Jan 2024 00:00:00 GMT" }).end('{"success":false,"error":"No"}')
    })
    const env = { DWELL_BASE_URL: url, DWELL_USERNAME: username, DWELL_PASSWORD: password }
    const { stdout } = await discreet(["doctor"], { env })
    expect(stdout).toMatch(/^✗ clock: This clock is \d+ s ahead of the server's\. Set it right\.$/m)
  })

  it("shows no control characters of a hostile server's", async () => {
    const url = await elsewhere((_, response) => {
      response.end(JSON.stringify({ success: false, error: "\u001b[2Jgone\u009b31m" }))
    })
    const env = { DWELL_BASE_URL: url, DWELL_USERNAME: username, DWELL_PASSWORD: password }
    const { stderr, stdout } = await discreet(["doctor"], { env })
    expect(stdout).toContain("gone")
    expect(stdout + stderr).not.toContain("\u001b")
    expect(stdout + stderr).not.toContain("\u009b")
  })
})

describe("dwell login", () => {
  it("stores credentials that prove right, for its owner alone, and later commands use them", async () => {
    const { env, url } = await site()
    const home = folder()
    const { status, stderr, stdout } = await discreet(["login", "--base-url", url], {
      home,
      env: { DWELL_USERNAME: username, DWELL_PASSWORD: password },
    })
    expect({ status, stdout }).toStrictEqual({ status: 0, stdout: "" })
    expect(stderr).toContain(loginFile(home))
    expect(modeOf(loginFile(home))).toBe("600")
    expect(await answered(report, { home })).toBe(await answered(report, { env }))
    expect(await answered(["doctor"], { home })).toContain(loginFile(home))
  })

  it("stores nothing that proves wrong", async () => {
    const { url } = await site()
    const home = folder()
    const env = { DWELL_USERNAME: username, DWELL_PASSWORD: "guess" }
    expect(await refused(3, ["login", "--base-url", url], { env, home })).toContain("Authentication failure")
    expect(existsSync(loginFile(home))).toBe(false)
  })

  const stored = async () => {
    const { url } = await site()
    const home = folder()
    const env = { DWELL_USERNAME: username, DWELL_PASSWORD: password }
    expect((await discreet(["login", "--base-url", url], { home, env })).status).toBe(0)
    return home
  }

  it("stores what is not used where others may read it", async () => {
    const home = await stored()
    chmodSync(loginFile(home), 0o640)
    const message = await refused(1, ["report"], { home })
    expect(message).toContain(loginFile(home))
    expect(message).toMatch(/others.*0600.*dwell login/)
  })

  it("stores what is refused, and not quoted, when it is broken", async () => {
    const home = await stored()
    writeFileSync(loginFile(home), readFileSync(loginFile(home), "utf8").slice(0, -3))
    expect(await refused(1, ["report"], { home })).toMatch(/login\.json: it is not what `dwell login` writes.*again/)
  })

  it("stores what the environment goes before", async () => {
    const home = await stored()
    const other = await site({ seed: 4 })
    const text = await answered(report, { home, env: other.env })
    expect(text).toBe(await answered(report, { env: other.env }))
    expect(text).not.toBe(await answered(report, { home }))
  })
})

describe("dwell emulator", () => {
  /** Starts it and gives what it prints, once that is all there. */
  const start = async (...args: ReadonlyArray<string>) => {
    const child = spawn(process.execPath, [bundle, "emulator", ...args], { env: environment(folder()), stdio: "pipe" })
    closing.push(async () => child.kill("SIGKILL"))
    const ended: Promise<ReadonlyArray<unknown>> = once(child, "close")
    let [stdout, stderr] = ["", ""]
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()))
    await new Promise<void>((resolve) => {
      child.stdout.on("data", (chunk: Buffer) => {
        stdout += chunk.toString()
        if (stdout.includes("Ctrl-C ends it.")) resolve()
      })
      child.once("close", () => resolve())
    })
    const env = Object.fromEntries(
      [...(/^ *export (.*)$/m.exec(stdout)?.[1] ?? "").matchAll(/(\w+)=(\S+)/g)].map(([, name = "", value = ""]) => [
        name,
        value,
      ]),
    )
    const end = async (signal: "SIGINT" | "SIGTERM") => {
      child.kill(signal)
      const [status, by] = await ended
      return { status, by, stderr }
    }
    return { stdout, env, end }
  }

  it.each(["SIGINT", "SIGTERM"] as const)("prints how to reach it, answers, and ends at once on %s", async (signal) => {
    const { end, env, stdout } = await start("--port", "0", "--agents", "5", "--days", "3")
    expect(Object.keys(env)).toStrictEqual(["DWELL_BASE_URL", "DWELL_USERNAME", "DWELL_PASSWORD"])
    expect(stdout).toContain(`base URL   ${env["DWELL_BASE_URL"]}`)
    const args = ["report", "--from", "yesterday", "--to", "today", "--format", "json"]
    expect(parseReport(await answered(args, { env })).agents).toHaveLength(5)
    // Clean, for the one who pressed Ctrl-C knows that it was him.
    expect(await end(signal)).toStrictEqual({ status: 130, by: null, stderr: "" })
    await expect(fetch(env["DWELL_BASE_URL"] ?? "")).rejects.toThrow("fetch failed")
  })

  it("names a port that somebody else has", async () => {
    const { url } = await site()
    const { port } = new URL(url)
    expect(await refused(1, ["emulator", "--port", port])).toMatch(new RegExp(`port ${port}.*Give another --port`))
  })
})
