import { describe, expect, it } from "vitest"
import { make, type Row } from "../src/index.ts"
import { get, login, LOGIN, parse, pathOf, reading } from "./support.ts"

const NOON = 1_760_011_200
const clock = () => NOON

describe("the token script", () => {
  it("gives the same token while it is valid and another after", async () => {
    let now = NOON
    const emulator = make({ clock: () => now, days: 1 })
    const first = await get(emulator, "token", LOGIN)
    expect(first).toEqual({ success: true, token: first.token, expire: NOON + 43_200 })
    expect(first.token).toMatch(/^[0-9a-f]{40}$/)
    now += 43_199
    expect(await get(emulator, "token", LOGIN)).toEqual(first)
    now += 1
    const second = await get(emulator, "token", LOGIN)
    expect(second.token).not.toBe(first.token)
    expect(second.expire).toBe(now + 43_200)
    expect(await get(emulator, "database", reading(first.token ?? ""))).toEqual({
      success: false,
      error: "Expired token",
      expire: -1,
    })
  })

  it("gives tokens that last as long as it is told, and takes other credentials", async () => {
    const emulator = make({ clock, days: 0, tokenLifetimeSeconds: 60, username: "u", password: "p" })
    expect((await get(emulator, "token", LOGIN)).error).toBe("Authentication failure")
    expect((await get(emulator, "token", { action: "get", username: "u", password: "p" })).expire).toBe(NOON + 60)
  })

  it("refuses an action or a format it does not know", async () => {
    const emulator = make({ clock, days: 0 })
    expect((await get(emulator, "token", { ...LOGIN, action: "renew" })).error).toBe("Bad argument: action")
    expect((await get(emulator, "token", { ...LOGIN, format: "yaml" })).error).toBe("Bad argument: format")
  })
})

describe("the emulator", () => {
  it("binds a token to the address that got it", async () => {
    const emulator = make({ clock, agents: 1, days: 0 })
    const token = await login(emulator, "192.0.2.1")
    const read = reading(token, { tstart: "0", tstop: "1" })
    expect((await get(emulator, "database", read, "192.0.2.1")).success).toBe(true)
    expect((await get(emulator, "database", read, "192.0.2.2")).error).toBe("Invalid token")
    expect((await get(emulator, "database", read)).error).toBe("Invalid token")
    expect((await get(emulator, "token", { action: "validate", token }, "192.0.2.2")).error).toBe("Invalid token")
    expect(await login(emulator, "192.0.2.2")).not.toBe(token)
  })

  it("binds a token to the addresses it was asked for", async () => {
    const emulator = make({ clock, agents: 1, days: 0 })
    const address = "198.51.100.7, 2001:DB8::1"
    const { token = "" } = await get(emulator, "token", { ...LOGIN, address }, "192.0.2.1")
    const read = reading(token, { tstart: "0", tstop: "1" })
    expect((await get(emulator, "database", read, "198.51.100.7")).success).toBe(true)
    expect((await get(emulator, "database", read, "2001:db8::1")).success).toBe(true)
    expect((await get(emulator, "database", read, "::ffff:198.51.100.7")).success).toBe(true)
    expect((await get(emulator, "database", read, "192.0.2.1")).error).toBe("Invalid token")
    expect((await get(emulator, "token", { ...LOGIN, address: "2001:db8::1,198.51.100.7" })).token).toBe(token)
  })

  it.each(["somewhere", "192.0.2.300", "", "192.0.2.1,", "192.0.2.0/24"])("refuses the address %j", async (address) => {
    const emulator = make({ clock, days: 0 })
    expect((await get(emulator, "token", { ...LOGIN, address })).error).toBe("Bad argument: address")
  })
})

describe("the method status_log", () => {
  const emulator = make({ clock, agents: 6, days: 3 })
  const rows = [...emulator.centre.rows(0, NOON)]
  const middle = rows[Math.floor(rows.length / 2)]?.uid ?? 0n
  const early = NOON - 86_400
  const [a, b] = [700_101, 700_104]
  const cases: ReadonlyArray<readonly [Readonly<Record<string, string>>, (row: Row) => boolean]> = [
    [{}, () => true],
    [{ uid: String(middle) }, ({ uid }) => uid >= middle],
    [{ uid: `${middle}:${middle + 100n}` }, ({ uid }) => uid >= middle && uid <= middle + 100n],
    [{ uid: `${middle + 1n}:${middle}` }, () => false],
    [{ uid: "1" }, () => true],
    [{ uid: "1:2" }, () => false],
    [{ uid: "9223372036854775807" }, () => false],
    [{ agent: String(a) }, ({ agent }) => agent === a],
    [{ agent: `${a}, ${b}` }, ({ agent }) => agent === a || agent === b],
    [{ agent: `["${a}",${b}]` }, ({ agent }) => agent === a || agent === b],
    [{ agent: "1" }, () => false],
    [{ tstart: String(early) }, ({ uts }) => uts >= early],
    [{ tstop: String(early) }, ({ uts }) => uts <= early],
    [{ tstart: String(early), tstop: String(early + 5000) }, ({ uts }) => uts >= early && uts <= early + 5000],
    [{ tstart: String(NOON + 9), tstop: String(NOON + 99) }, () => false],
    [
      { tstart: String(early), agent: String(b), uid: `${middle}:${middle + 900n}` },
      ({ uts, agent, uid }) => uts >= early && agent === b && uid >= middle && uid <= middle + 900n,
    ],
  ]

  it.each(cases)("answers %j with what a filter over all rows gives", async (params, isAsked) => {
    const expected = rows.filter(isAsked).map((row) => ({
      uid: String(row.uid),
      uts: String(row.uts),
      agent: String(row.agent),
      status: row.status,
      subcode: row.subcode,
      callid: String(row.callid),
    }))
    const answer = await get(emulator, "database", reading(await login(emulator), params))
    expect(answer).toEqual({ success: true, total: expected.length, list: expected })
  })

  it.each([
    ["uid", "ten"],
    ["uid", "5:"],
    ["uid", "1:2:3"],
    ["agent", "700101,x"],
    ["agent", ""],
    ["tstart", "-1"],
    ["tstart", "2025-10-09 00:00:00"],
    ["tstop", "1e9"],
    ["action", "create"],
    ["method", "toString"],
  ])("refuses %s=%j", async (name, value) => {
    const answer = await get(emulator, "database", reading(await login(emulator), { [name]: value }))
    expect(answer).toEqual({ success: false, error: `Bad argument: ${name}` })
  })

  it("answers in XML the rows it answers in JSON, escaped", async () => {
    const token = await login(emulator)
    const read = async (format: string): Promise<string> =>
      (await emulator.app.request(pathOf("database", reading(token, { format })))).text()
    const xml = await read("xml")
    expect(xml).toContain("<subcode>billing &amp; refund</subcode>")
    expect(xml).not.toMatch(/&(?!amp;)/)
    const fields = (text: string): Map<string | undefined, string> =>
      new Map([...text.matchAll(/<(\w+)(?: \/>|>(.*?)<\/)/g)].map(([, name, value = ""]) => [name, value]))
    const parsed = [...xml.replaceAll("&amp;", "&").matchAll(/<status_log>(.*?)<\/status_log>/g)].map(
      ([, row = ""]): unknown => Object.fromEntries(fields(row)),
    )
    expect(parsed).toEqual(parse(await read("json")).list)
    expect(xml).toContain(`<total>${parsed.length}</total>`)
  })

  it("escapes what XML and JSON need escaped", async () => {
    const row = { uid: 1n, uts: 5, agent: 7, status: `<"&'>`, subcode: "\\\n", callid: 0n }
    const small = make({ clock, rows: [row] })
    const token = await login(small)
    expect((await get(small, "database", reading(token))).list?.[0]).toMatchObject({ status: `<"&'>`, subcode: "\\\n" })
    const xml = await (await small.app.request(pathOf("database", reading(token, { format: "xml" })))).text()
    expect(xml).toContain("<status>&lt;&quot;&amp;&apos;&gt;</status>")
  })

  it("makes a big body only as far as it is read", async () => {
    let made = 0
    const row: Row = { uid: 1n, uts: 5, agent: 7, status: "idle", subcode: "", callid: 0n }
    const counted = {
      ...row,
      // Read once for each row written.
      get subcode() {
        made++
        return ""
      },
    }
    const big = make({ clock, rows: Array.from({ length: 20_000 }, () => counted) })
    const response = await big.app.request(pathOf("database", reading(await login(big))))
    expect(response.headers.get("content-length")).toBeNull()
    const reader = response.body?.getReader()
    await reader?.read()
    expect(made).toBeGreaterThanOrEqual(500)
    expect(made).toBeLessThan(1100)
    await reader?.cancel()
    expect(made).toBeLessThan(1100)
  })
})

describe("the emulator, asked for names,", () => {
  const emulator = make({ clock, days: 2 })

  it("lists agents with the deleted and PBX entries unless filtered", async () => {
    const read = { ...reading(await login(emulator)), method: "agents" }
    const all = await get(emulator, "database", read)
    expect(all.total).toBe(26)
    expect(all.list?.[0]).toEqual({ agentid: "700101", name: "Ada 01" })
    expect(all.list?.slice(-2).map((row) => row["agentid"])).toEqual(["999", "505050"])
    expect((await get(emulator, "database", { ...read, filter: "NOT IN (999, 505050)" })).total).toBe(24)
    expect((await get(emulator, "database", { ...read, filter: "!= 999" })).total).toBe(25)
    expect((await get(emulator, "database", { ...read, filter: "LIKE x" })).error).toBe("Bad argument: filter")
    const two = await get(emulator, "database", { ...read, agent: "700101,700106" })
    expect(two.list?.map((row) => row["name"])).toEqual(["Ada 01", "Finn 06"])
  })

  it("reports names and teams of agents with calls in range", async () => {
    const token = await login(emulator)
    const report = { token, method: "calls", fields: "aid,anm,tid,tnm", groupby: "aid", range: `0:${NOON}` }
    const answer = await get(emulator, "reporting", report)
    expect(answer.total).toBe(25)
    expect(answer.list?.[5]).toEqual({
      ccid: "42",
      ccnm: "DemoCentre",
      aid: "700106",
      anm: "Finn 06",
      tid: "3004",
      tnm: "Night desk",
    })
    expect(answer.list?.at(-1)).toMatchObject({ aid: "0", anm: null, tid: "0", tnm: null })
    expect((await get(emulator, "reporting", { ...report, range: "5:6" })).list).toEqual([])
    for (const [name, value] of [
      ["range", ""],
      ["range", "5"],
      ["range", "a:b"],
      ["fields", "aid,sec_call"],
      ["groupby", "qid"],
      ["method", "cdr"],
    ] as const)
      expect((await get(emulator, "reporting", { ...report, [name]: value })).error).toBe(`Bad argument: ${name}`)
  })
})

describe("requests", () => {
  it("are logged without secrets, with the names that were in the query", async () => {
    const emulator = make({ clock, days: 0 })
    await emulator.app.request("/api/token.php?action=get", {
      method: "POST",
      body: new URLSearchParams({ username: "api-user", password: "api-key" }),
    })
    expect(emulator.requests).toEqual([
      {
        method: "POST",
        script: "token",
        params: { action: "get", username: "redacted", password: "redacted" },
        query: ["action"],
      },
    ])
  })

  it("elsewhere are not found", async () => {
    const { app, requests } = make({ clock, days: 0 })
    for (const path of ["/", "/tokenXphp", "/ajax.php", "/xtoken.php"])
      expect((await app.request(path)).status).toBe(404)
    expect(requests).toEqual([])
  })

  it("with a body that is not what its type says count as having no body", async () => {
    const { app } = make({ clock, days: 0 })
    const headers = { "content-type": "multipart/form-data; boundary=x" }
    const response = await app.request("/token.php?action=get", { method: "POST", headers, body: "no parts" })
    expect(parse(await response.text()).error).toBe("Authentication failure")
  })
})
