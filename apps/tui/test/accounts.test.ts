// Shows that several accounts are kept side by side: which one a command uses, in whose time zone, that none is lost, that
// what is wrong with the file is named and never quoted, and that no secret is ever printed.
import { file, folder } from "@dwell/testing/scratch"
import { output, type RunOptions } from "./runner.ts"
import { row, vendorJson } from "@dwell/testing/vendor"
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import {
  answered,
  configFile,
  discreet,
  modeOf,
  password,
  refused,
  type Site,
  site,
  storeFile,
  tokenFolder,
  tokensGot,
  username,
  yesterday,
} from "./site.ts"
import { noon } from "./time.ts"
import { parseReport } from "./support.ts"

const report = ["report", ...yesterday, "--format", "json"]
const credentials = { DWELL_USERNAME: username, DWELL_PASSWORD: password }

/** Logs in; gives what it said. */
const login = async ({ url }: Pick<Site, "url">, home: string, ...args: ReadonlyArray<string>): Promise<string> => {
  const { status, stderr, stdout } = await discreet(["login", "--base-url", url, ...args], { home, env: credentials })
  expect({ status, stdout }).toStrictEqual({ status: 0, stdout: "" })
  return stderr
}

/** A home with a file of accounts somebody wrote. */
const written = (text: string): string => {
  const home = folder()
  mkdirSync(dirname(configFile(home)), { recursive: true })
  writeFileSync(configFile(home), text, { mode: 0o600 })
  return home
}

/** What a command that prints nothing says. */
const said = async (args: ReadonlyArray<string>, options: RunOptions): Promise<string> => {
  const { status, stderr, stdout } = await discreet(args, options)
  expect({ status, stdout }).toStrictEqual({ status: 0, stdout: "" })
  return stderr
}

const Listed = Schema.Struct({
  accounts: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      baseUrl: Schema.String,
      timezone: Schema.NullOr(Schema.String),
      default: Schema.Boolean,
    }),
  ),
})

const listed = async (home: string) =>
  Schema.decodeUnknownSync(Schema.parseJson(Listed), { onExcessProperty: "error" })(
    await answered(["accounts", "--format", "json"], { home }),
  ).accounts

/** Two accounts, of centres that differ, in one home. */
const two = async () => {
  const [london, tokyo] = await Promise.all([site({ seed: 1 }), site({ seed: 4, token: (n) => `tok-other-${n}` })])
  const home = folder()
  await login(london, home, "--account", "london")
  await login(tokyo, home, "--account", "tokyo", "--tz", "asia/tokyo")
  return { london, tokyo, home }
}

describe("dwell login", () => {
  it("stores credentials that prove right, for its owner alone, and later commands use them", async () => {
    const there = await site()
    const home = folder()
    expect(await login(there, home)).toContain(`Stored as main in ${configFile(home)}`)
    expect(modeOf(configFile(home))).toBe("600")
    expect(await answered(report, { home })).toBe(await answered(report, { env: there.env }))
    expect(await answered(["doctor"], { home })).toContain(`account main in ${configFile(home)}`)
  })

  it("stores nothing that proves wrong", async () => {
    const { url } = await site()
    const home = folder()
    const env = { DWELL_USERNAME: username, DWELL_PASSWORD: "guess" }
    expect(await refused(3, ["login", "--base-url", url], { env, home })).toContain("Authentication failure")
    expect(existsSync(configFile(home))).toBe(false)
  })

  it("takes a new key for an account and leaves the rest of it, and the others, as they were", async () => {
    const { home, tokyo } = await two()
    const before = readFileSync(configFile(home), "utf8")
    const other = `${password}2`
    const renewed = await site({ password: other })
    writeFileSync(configFile(home), before.replaceAll(tokyo.url, renewed.url))
    const env = { DWELL_USERNAME: username, DWELL_PASSWORD: other }
    await said(["login", "--account", "tokyo"], { home, env })
    const expected = before.replaceAll(tokyo.url, renewed.url)
    const quoted = (text: string) => JSON.stringify(text)
    const last = expected.lastIndexOf(quoted(password))
    expect(readFileSync(configFile(home), "utf8")).toBe(
      expected.slice(0, last) + quoted(other) + expected.slice(last + quoted(password).length),
    )
  })

  it("loses no account of those that are stored at once", async () => {
    const there = await site()
    const home = folder()
    const names = ["a", "b", "c", "d", "e", "f"]
    await Promise.all(names.map((name) => login(there, home, "--account", name)))
    const accounts = await listed(home)
    expect(accounts.map(({ name }) => name)).toStrictEqual(names)
    expect(accounts.filter((account) => account.default)).toHaveLength(1)
    expect(readdirSync(join(home, "config", "dwell"))).toStrictEqual(["config.json"])
  })

  it("stores nothing while somebody else is writing, and says so", async () => {
    const there = await site()
    const home = folder()
    await login(there, home)
    const before = readFileSync(configFile(home), "utf8")
    writeFileSync(`${configFile(home)}.lock`, "")
    const args = ["login", "--base-url", there.url, "--account", "late"]
    expect(await refused(1, args, { home, env: credentials })).toMatch(
      /another dwell is writing it.*Try again.*delete .*config\.json\.lock/,
    )
    expect(readFileSync(configFile(home), "utf8")).toBe(before)
  })

  it("is refused where region and base URL are given, as one of them would not count", async () => {
    const { url } = await site()
    const args = ["login", "--region", "us", "--base-url", url]
    expect(await refused(2, args, { env: credentials })).toMatch(/^--region and --base-url: .* out\.$/m)
  })

  it.each([".hidden", "a/b", "", "__proto__", "a".repeat(65)])("has no account called %j", async (name) => {
    const there = await site()
    const args = ["login", "--base-url", there.url, "--account", name]
    expect(await refused(2, args, { env: credentials })).toMatch(/--account.*64 letters/)
  })

  it.each(["_", "a.b-c_d", "constructor"])("may call one %j, and uses it", async (name) => {
    const there = await site()
    const home = folder()
    await login(there, home, "--account", name)
    expect(await answered(["report", ...yesterday, "--account", name], { home })).toContain("700101")
    expect(existsSync(join(tokenFolder(home), `${name}.json`))).toBe(true)
  })
})

describe("a command", () => {
  it("reads the account named by --account, else by DWELL_ACCOUNT, else the default, which is the first", async () => {
    const { home, london, tokyo } = await two()
    const ofLondon = await answered(report, { env: london.env })
    const ofTokyo = await answered([...report, "--tz", "Asia/Tokyo"], { env: tokyo.env })
    expect(ofLondon).not.toBe(ofTokyo)
    expect(await answered(report, { home })).toBe(ofLondon)
    expect(await answered([...report, "--account", "tokyo"], { home })).toBe(ofTokyo)
    expect(await answered(report, { home, env: { DWELL_ACCOUNT: "tokyo" } })).toBe(ofTokyo)
    expect(await answered([...report, "--account", "london"], { home, env: { DWELL_ACCOUNT: "tokyo" } })).toBe(ofLondon)
    expect(await answered(["doctor", "--account", "tokyo"], { home })).toContain("account tokyo in ")
    await said(["accounts", "default", "tokyo"], { home })
    expect(await answered(report, { home })).toBe(ofTokyo)
  })

  it("keeps a token for each account", async () => {
    const { home, london, tokyo } = await two()
    const [atFirst, andThere] = [tokensGot(london), tokensGot(tokyo)]
    for (let run = 0; run < 2; run++) {
      await answered([...report, "--refresh"], { home })
      await answered([...report, "--refresh", "--account", "tokyo"], { home })
    }
    expect([tokensGot(london) - atFirst, tokensGot(tokyo) - andThere]).toStrictEqual([1, 1])
    expect(readdirSync(tokenFolder(home)).toSorted()).toStrictEqual(["london.json", "tokyo.json"])
    for (const name of ["london.json", "tokyo.json"]) expect(modeOf(join(tokenFolder(home), name))).toBe("600")
  })

  it("takes --tz, else the account's time zone, else this machine's", async () => {
    const { home } = await two()
    const zoneOf = async (...args: ReadonlyArray<string>) =>
      parseReport(await answered([...report, ...args], { home })).window.timezone
    expect(await zoneOf("--account", "tokyo", "--tz", "UTC")).toBe("UTC")
    expect(await zoneOf("--account", "tokyo")).toBe("Asia/Tokyo")
    expect(await zoneOf("--account", "london")).toBe("Europe/London")
    // A file is of no account, unless one is named.
    await said(["accounts", "default", "tokyo"], { home })
    const log = file("log.json", vendorJson([row({ uts: 1000 })]))
    expect(await zoneOf("--input", log)).toBe("Europe/London")
    expect(await zoneOf("--input", log, "--account", "tokyo")).toBe("Asia/Tokyo")
  })

  it("names the accounts there are where it can't choose, or is asked for another", async () => {
    const { home } = await two()
    expect(await refused(2, [...report, "--account", "paris"], { home })).toMatch(/--account: "paris".*london, tokyo/)
    expect(await refused(2, report, { home, env: { DWELL_ACCOUNT: "paris" } })).toMatch(/^DWELL_ACCOUNT: "paris"/)
    writeFileSync(configFile(home), readFileSync(configFile(home), "utf8").replace('"default": "london",', ""))
    expect(await refused(2, report, { home })).toMatch(/london, tokyo and no default.*accounts default/)
    await said(["accounts", "remove", "tokyo"], { home })
    expect(await answered(report, { home })).toContain("Europe/London")
    expect(await refused(2, [...report, "--account", "paris"], {})).toMatch(/"paris".*it has none.*dwell login/)
  })

  it("takes credentials of the environment first, and not together with an account", async () => {
    const { home } = await two()
    const other = await site({ seed: 9 })
    expect(await answered(report, { home, env: other.env })).toBe(await answered(report, { env: other.env }))
    expect(await refused(2, [...report, "--account", "tokyo"], { home, env: other.env })).toMatch(
      /^--account.*DWELL_USERNAME.*Unset one/,
    )
    expect(await refused(2, report, { home, env: { ...other.env, DWELL_ACCOUNT: "tokyo" } })).toMatch(/^DWELL_ACCOUNT/)
  })

  it("sends what is stored to the place it is stored for and no other", async () => {
    const { home, tokyo } = await two()
    expect(await refused(1, report, { home, env: { DWELL_BASE_URL: tokyo.url } })).toMatch(/london.*DWELL_BASE_URL/)
    expect(await refused(1, report, { home, env: { DWELL_REGION: "us" } })).toMatch(/DWELL_REGION/)
  })
})

describe("dwell accounts", () => {
  const formats = ["table", "json", "csv", "ndjson", "markdown"]

  it.each(formats)("lists names, base URLs, time zones and the default, no credentials: %s", async (format) => {
    const { home, london, tokyo } = await two()
    const text = await answered(["accounts", "--format", format], { home })
    for (const part of ["london", "tokyo", london.url, tokyo.url, "Asia/Tokyo", "default"]) expect(text).toContain(part)
  })

  it("lists an account that names a region", async () => {
    const home = written(JSON.stringify({ accounts: { here: { region: "us", username, password } } }))
    expect(await answered(["accounts"], { home })).toMatch(/^here +https:\/\/api\.contactnow\.8x8\.com\/api\/ /m)
  })

  it.each(formats)("says that it has none: %s", async (format) => {
    const { status, stderr, stdout } = await discreet(["accounts", "--format", format])
    expect(status).toBe(0)
    expect(stderr).toContain("dwell login")
    expect(stdout).toBe(format === "json" ? '{\n  "accounts": []\n}\n' : "")
  })

  it("forgets one with its credentials and its token, and leaves the others", async () => {
    const { home } = await two()
    await answered(report, { home })
    expect(existsSync(join(tokenFolder(home), "london.json"))).toBe(true)
    expect(await said(["accounts", "remove", "london"], { home })).toBe(
      `Removed london. Its events stay in ${storeFile(home)}; delete that file to remove them.\n`,
    )
    expect(existsSync(join(tokenFolder(home), "london.json"))).toBe(false)
    expect(await listed(home)).toMatchObject([{ name: "tokyo", default: false }])
    expect(await said(["accounts", "remove", "tokyo"], { home })).toBe("Removed tokyo.\n")
    expect(readFileSync(configFile(home), "utf8")).not.toContain(JSON.stringify(username))
    expect(await refused(1, report, { home })).toContain("No credentials")
  })

  it("says when no default is left to choose by", async () => {
    const { home, london } = await two()
    await login(london, home, "--account", "third")
    expect(await said(["accounts", "remove", "london"], { home })).toMatch(/no default any more.*accounts default NAME/)
  })

  it("refuses names it doesn't have, and words it doesn't know", async () => {
    const { home } = await two()
    for (const action of ["remove", "default"])
      expect(await refused(2, ["accounts", action, "paris"], { home })).toMatch(/"paris".*london, tokyo/)
    expect(await refused(2, ["accounts", "remove"], { home })).toMatch(/NAME.*--help/)
    expect(await refused(2, ["accounts", "rename"], { home })).toMatch(/"rename" is not a command of accounts/)
  })
})

describe("the file of accounts", () => {
  const good = {
    username,
    password,
    baseUrl: "https://example.com/",
    addresses: ["192.0.2.1"],
    timezone: "Europe/London",
  }
  const config = (change: object) => JSON.stringify({ default: "london", accounts: { london: { ...good, ...change } } })
  const { username: _, ...nameless } = good

  const broken: ReadonlyArray<readonly [what: string, text: string, says: RegExp]> = [
    [
      "a zone there is not",
      config({ timezone: "Europe/Atlantis" }),
      /accounts\.london\.timezone must be.*Europe\/London/,
    ],
    ["a zone that is no text", config({ timezone: 3 }), /accounts\.london\.timezone/],
    ["a base URL without encryption", config({ baseUrl: "http://example.com/" }), /accounts\.london\.baseUrl must be/],
    [
      "a base URL with a password in it",
      config({ baseUrl: `https://u:${encodeURIComponent(password)}@h/` }),
      /baseUrl/,
    ],
    ["a region there is not", config({ baseUrl: undefined, region: "mars" }), /accounts\.london\.region.*eu or us/],
    ["a region and a base URL", config({ region: "eu" }), /accounts\.london must have either region or baseUrl/],
    ["neither region nor base URL", config({ baseUrl: undefined }), /accounts\.london must have either/],
    ["an address that is none", config({ addresses: ["192.0.2.1", password] }), /accounts\.london\.addresses\.1/],
    ["two addresses in one text", config({ addresses: ["192.0.2.1,192.0.2.2"] }), /accounts\.london\.addresses\.0/],
    [
      "too many addresses",
      config({ addresses: Array.from({ length: 11 }, () => "192.0.2.1") }),
      /addresses.*at most 10/,
    ],
    ["addresses that are no list", config({ addresses: password }), /accounts\.london\.addresses must be a list/],
    ["a password that is no text", config({ password: [password] }), /accounts\.london\.password must be a text/],
    ["an empty user name", config({ username: "" }), /accounts\.london\.username must be a text that is not empty/],
    ["no user name", JSON.stringify({ accounts: { a: nameless } }), /accounts\.a\.username is missing/],
    ["an unknown key", config({ pasword: password }), /accounts\.london\.pasword is not a known key/],
    ["an unknown key at the top", JSON.stringify({ accounts: {}, username }), /: username is not a known key/],
    ["an account that is a text", JSON.stringify({ accounts: { a: password } }), /accounts\.a must be an object/],
    ["accounts that are a list", JSON.stringify({ accounts: [good] }), /accounts must be an object|accounts\.0/],
    ["no accounts", "{}", /accounts is missing/],
    [
      "a name that can't be one",
      JSON.stringify({ accounts: { "../a": good } }),
      /accounts\.\.\.\/a is not a valid account name/,
    ],
    [
      "a name that is a key of all objects",
      `{"accounts":{"__proto__":${JSON.stringify(good)}}}`,
      /__proto__ is not a valid account name/,
    ],
    ["a default there is not", JSON.stringify({ default: "a", accounts: { b: good } }), /default must be the name/],
    ["a text", JSON.stringify(password), /it must be an object/],
    ["no JSON", `{"password": "${password}`, /it is not JSON/],
    ["JSON that ends early", JSON.stringify({ accounts: { a: good } }).slice(0, -3), /it is not JSON/],
    ["nothing", "", /it is not JSON/],
  ]

  it("is refused by every command, and not overwritten: it may hold what nobody else has", async () => {
    const text = "{"
    const home = written(text)
    const message = await refused(1, ["report"], { home })
    expect(await refused(1, ["login"], { home, env: credentials })).toBe(message)
    expect(await refused(1, ["accounts"], { home })).toBe(message)
    expect(readFileSync(configFile(home), "utf8")).toBe(text)
  })

  it.each(broken)("is refused, and not quoted, where it has %s", async (_what, text, says) => {
    const home = written(text)
    const message = await refused(1, ["report"], { home })
    expect(message).toMatch(says)
    expect(message.startsWith(`${configFile(home)}: `)).toBe(true)
    expect(readFileSync(configFile(home), "utf8")).toBe(text)
  })

  it("is not used where others may read it", async () => {
    const home = written(config({}))
    expect(await answered(["accounts"], { home })).toContain("london")
    chmodSync(configFile(home), 0o640)
    expect(await refused(1, ["report"], { home })).toMatch(/config\.json: others.*0600.*chmod 600/)
  })

  it("does not stand in the way of a file, nor of credentials in the environment", async () => {
    const there = await site()
    const home = written("{}")
    const log = file("log.json", vendorJson([row({ uts: noon })]))
    expect(await output(["report", "--input", log], { home })).toContain("available")
    expect(await answered(report, { home, env: there.env })).toContain("available")
  })
})
