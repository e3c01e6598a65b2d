// Shows that `--api` asks a Dwell API for what it needs and no more, with a key that nobody else sees; and that whatever
// such a place answers but a log is one clear message. That the log is the right one, tooling/e2e shows with a real API.
import { serveHttp, nowhere } from "@dwell/testing/servers"
import { file, folder } from "@dwell/testing/scratch"
import { chmodSync, mkdirSync, writeFileSync } from "node:fs"
import type { IncomingHttpHeaders } from "node:http"
import { dirname } from "node:path"
import { describe, expect, it } from "vitest"
import { answered, configFile, refused, username } from "./site.ts"

const key = 'k3y/"of+ours\\='
const day = 86_400
const from = 1_741_478_400
const window = ["--from", `${from}`, "--to", `${from + 2 * day}`, "--tz", "UTC"]
const env = { DWELL_API_KEY: key }

interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

interface Received {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: IncomingHttpHeaders
}

/** A place that answers as it is told to, by the last word of the path. */
const place = async (answer: (word: string, request: Received) => Answer) => {
  const received: Array<Received> = []
  const url = await serveHttp((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost")
    const one = { path: pathname, query: Object.fromEntries(searchParams), headers: request.headers }
    received.push(one)
    const { body, headers, status = 200 } = answer(pathname.split("/").at(-1) ?? "", one)
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body))
  })
  return { received, url }
}

const event = (uid: number, uts: number) => ({
  uid: `${uid}`,
  uts,
  agent: 7,
  status: uid % 2 === 0 ? "available" : "wrap",
  subcode: "",
  callid: "0",
})

const coverage = (events: number, to = from + 2 * day) => ({
  asOf: to,
  spans: [{ from: from - day, to, asOf: to + day }],
  carriedIn: [from - day],
  prunedBefore: null,
  events,
  bytes: 4096,
})

const names = { asOf: from, agents: [{ agent: 7, name: "Ada 01", team: "Sales", first: from, last: from }] }

/** As an API answers whose pages have one event each: one before the window, then one each half day. */
const log =
  (rows: number) =>
  (word: string, { query }: Received): Answer => {
    if (word === "coverage") return { body: coverage(rows) }
    if (word === "agents") return { body: names }
    const [begin, end] = [Number(query["from"]), Number(query["to"])]
    const all = [-1, 0, 1, 2, 3].map((half) => event(10 + half, from + (half * day) / 2))
    const before = all.filter(({ uts }) => uts < begin).slice(-1)
    const events = [...before, ...all.filter(({ uts }) => uts >= begin && uts < end)]
    const at = Number(query["cursor"] ?? 0)
    return {
      body: {
        window: { from: begin, to: end },
        asOf: end,
        events: events.slice(at, at + 1),
        next: at + 1 < events.length ? `${at + 1}` : null,
      },
    }
  }

const ask = (url: string, ...args: ReadonlyArray<string>) => [
  "events",
  ...window,
  "--account",
  "a b",
  "--api",
  url,
  ...args,
]

describe.concurrent("--api", () => {
  it.each([
    ["a few", 5, 1],
    ["many, in several spans", 90_000, 3],
  ])("reads page after page, each event once: %s", async (_, events, spans) => {
    const { received, url } = await place(log(events))
    const args = ["report", ...ask(`${url}base/`, "--agent", "7,8", "--format", "json").slice(1)]
    expect(JSON.parse(await answered(args, { env }))).toMatchObject({
      quality: { rows: 4, unique: 4, duplicates: 0, agentsWithoutCarryIn: [8] },
      agents: [{ agent: 7, name: "Ada 01", untracked: 0 }, { agent: 8 }],
    })
    const pages = received.filter(({ path }) => path.endsWith("/events"))
    expect(new Set(pages.map(({ query }) => query["from"])).size).toBeGreaterThanOrEqual(spans)
    for (const { query } of pages) expect(query).toMatchObject({ agent: "7,8", limit: "10000" })
    for (const { headers, path } of received) {
      expect(path).toMatch(/^\/base\/v1\/accounts\/a%20b\/(events|coverage|agents)$/)
      expect(headers.authorization).toBe(`Bearer ${key}`)
    }
  })

  it("ends where the log is known where no end is asked for", async () => {
    const { url } = await place(log(5))
    const open = ["report", "--from", `${from}`, "--tz", "UTC", "--account", "a", "--api", url, "--format", "json"]
    const document: unknown = JSON.parse(await answered(open, { env }))
    expect(document).toMatchObject({ window: { to: from + 2 * day }, agents: [{ agent: 7, name: "Ada 01" }] })
  })

  it("takes the account, and its time zone, from the accounts that are known here", async () => {
    const { received, url } = await place(log(5))
    const path = file("key.txt", `${key}\n`)
    chmodSync(path, 0o600)
    const home = folder()
    mkdirSync(dirname(configFile(home)), { recursive: true })
    const account = { region: "eu", username, password: "p", timezone: "Asia/Kathmandu" }
    writeFileSync(configFile(home), JSON.stringify({ default: "east", accounts: { east: account } }), { mode: 0o600 })
    const args = ["report", "--from", "2025-03-09T00:00", "--to", "2025-03-10T00:00", "--api", url, "--key", path]
    const printed = await answered([...args, "--format", "json"], { home })
    expect(JSON.parse(printed)).toMatchObject({ window: { from: from - 20_700, timezone: "Asia/Kathmandu" } })
    expect(received.every(({ path: asked }) => asked.startsWith("/v1/accounts/east/"))).toBe(true)
  })

  it("says in one line what a place refuses, and what to do", async () => {
    const target = await place(log(5))
    const cases: ReadonlyArray<readonly [answer: Answer, says: RegExp]> = [
      [{ status: 429, body: "" }, /made too many requests\. Try again in a minute/],
      [{ status: 503, body: key }, /HTTP 503\. Try again later/],
      [{ status: 302, headers: { location: target.url }, body: "" }, /HTTP 302/],
      [{ body: "<!doctype html><p>Hello" }, /incomplete, or not that of a Dwell API/],
      [
        { body: { window: { from, to: from }, asOf: null, events: [event(-1, from)], next: null } },
        /not that of a Dwell/,
      ],
    ]
    await Promise.all(
      cases.map(async ([answer, says]) => {
        const { url } = await place((word, one) => (word === "events" ? answer : log(5)(word, one)))
        const message = await refused(3, ask(url), { env })
        expect(message).toMatch(says)
        expect(message.startsWith(url.slice(0, -1))).toBe(true)
        expect(message).not.toContain(key)
      }),
    )
    expect(target.received).toHaveLength(0)
    expect(await refused(3, ask(nowhere), { env })).toMatch(/does not respond\. Check the URL and the network/)
  })

  it("is refused before anything is read where it makes no sense", async () => {
    const { received, url } = await place(log(5))
    const cases: ReadonlyArray<readonly [code: number, args: ReadonlyArray<string>, says: RegExp, env?: object]> = [
      [2, ask("http://dwell.example.com"), /not an https URL/],
      [2, ask(url, "--offline"), /--api and --offline: .* Leave one out/],
      [2, ask(url, "--refresh"), /--api and --refresh/],
      [2, ask(url, "--input", "log.json"), /--api and --input/],
      [2, ["at", "14:52", "--api", url, "--input", "log.json"], /--api and --input/],
      [2, ["events", "--api", url], /--api: .*--account NAME/],
      [2, ["events", "--key", "key.txt"], /--key: .*--api/],
      [1, ask(url), /--api needs a key: .*--key.*DWELL_API_KEY/, { DWELL_API_KEY: "" }],
    ]
    await Promise.all(
      cases.map(async ([code, args, says, other]) => {
        expect(await refused(code, args, { env: { ...env, ...other } })).toMatch(says)
      }),
    )
    expect(received).toHaveLength(0)
  })
})
