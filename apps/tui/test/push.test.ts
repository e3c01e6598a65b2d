// Shows that `dwell sync --push` hands on exactly what is kept, span by span, once; that it goes on where it ended; that each
// refusal is one clear message; and that the key is seen by nobody but the place it is for.
import { serveHttp } from "@dwell/testing/servers"
import { file, folder } from "@dwell/testing/scratch"
import { type RunOptions, start } from "./runner.ts"
import { chmodSync, cpSync, globSync, readFileSync, writeFileSync } from "node:fs"
import type { IncomingHttpHeaders } from "node:http"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import type { Row } from "@dwell/emulator"
import * as Schema from "effect/Schema"
import { beforeAll, describe, expect, it } from "vitest"
import { dataFolder, discreet, from, refused, type Site, site, to } from "./site.ts"
import { noon, timeFrom } from "./time.ts"

const day = 86_400
const key = 'k3y/"of+ours\\='
const window = ["--from", `${from}`, "--to", `${to}`]

interface Received {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

const counts: Answer = { status: 200, body: JSON.stringify({ added: 2, unchanged: 1, changed: 0 }) }

const noSuchRoute: Answer = { status: 404, body: "" }

/** A place that takes pushes; it answers the `n`th of rows, from 0, as it is told to, and names likewise. */
const api = async (
  answer: (n: number) => Answer = () => counts,
  answerNames: (n: number) => Answer = () => noSuchRoute,
) => {
  const received: Array<Received> = []
  const named: Array<Received> = []
  const url = await serveHttp((request, response) => {
    const body: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => body.push(chunk))
    request.on("end", () => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost")
      const ofNames = request.method === "PUT"
      const { status, headers, body: text } = ofNames ? answerNames(named.length) : answer(received.length)
      const list = ofNames ? named : received
      list.push({
        method: request.method ?? "",
        path: pathname,
        query: Object.fromEntries(searchParams),
        headers: request.headers,
        body: Buffer.concat(body),
      })
      response.writeHead(status, headers).end(text)
    })
  })
  return { named, received, url }
}

const spanOf = ({ query }: Received) => ({ from: Number(query["from"]), to: Number(query["to"]) })

const Line = Schema.Record({ key: Schema.String, value: Schema.String })
type Line = typeof Line.Type
const lineOf = Schema.decodeUnknownSync(Schema.parseJson(Line))

const namesOf = Schema.decodeUnknownSync(
  Schema.parseJson(
    Schema.Struct({
      agents: Schema.Array(
        Schema.Struct({
          agent: Schema.Number,
          name: Schema.NullOr(Schema.String),
          team: Schema.NullOr(Schema.String),
        }),
      ),
    }),
  ),
)

const rowsIn = ({ body }: Received): ReadonlyArray<Line> =>
  gunzipSync(body)
    .toString()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => lineOf(line))

/** A row as it is kept, and written. */
const written = ({ agent, callid, status, subcode, uid, uts }: Row) => ({
  uid: `${uid}`,
  uts: `${uts}`,
  agent: `${agent}`,
  status: status.trim().toLowerCase(),
  subcode,
  callid: `${callid}`,
})

const byUid = (rows: ReadonlyArray<Line>) =>
  rows.toSorted(({ uid: one = "" }, { uid: other = "" }) => one.localeCompare(other))

/** Runs `dwell sync --push`; the key is seen in nothing it says. */
const pushed = async (url: string, { env, ...options }: RunOptions, ...args: ReadonlyArray<string>) => {
  const result = await discreet(["sync", ...window, "--push", url, ...args], {
    ...options,
    env: { DWELL_PUSH_KEY: key, ...env },
  })
  for (const form of [key, encodeURIComponent(key), JSON.stringify(key).slice(1, -1)])
    expect(result.stdout + result.stderr).not.toContain(form)
  return result
}

let there: Site
let synced: string
beforeAll(async () => {
  there = await site()
  synced = folder()
  await discreet(["sync", ...window], { env: there.env, home: synced })
})

/** A home in which the window, and the week before it, is kept. */
const home = () => {
  const path = folder()
  cpSync(synced, path, { recursive: true })
  return path
}

describe.concurrent("dwell sync --push", () => {
  it("sends all events of each span, gzipped, a day at most at once, and says what became of them", async () => {
    const { received, url } = await api()
    const { status, stderr, stdout } = await pushed(`${url}base/`, { env: there.env, home: home() })
    expect({ status, stderr }).toStrictEqual({ status: 0, stderr: "" })
    expect(stdout).toMatch(/\nPushed to http:\/\/127\.0\.0\.1:\d+\/base: 16 new, 8 unchanged, 0 corrected\.\n$/)
    expect(received).toHaveLength(8)
    for (const one of received) {
      expect(one.method).toBe("POST")
      expect(one.path).toMatch(/^\/base\/v1\/accounts\/environment-[0-9a-f]{8}\/events$/)
      expect(one.headers).toMatchObject({
        authorization: `Bearer ${key}`,
        "content-encoding": "gzip",
        "content-type": "application/x-ndjson",
      })
      const span = spanOf(one)
      const rows = new Map([...there.emulator.centre.rows(span.from, span.to - 1)].map((row) => [row.uid, row]))
      expect(byUid(rowsIn(one))).toStrictEqual(byUid([...rows.values()].map(written)))
      expect(Number(one.query["asOf"])).toBeGreaterThan(to)
    }
    const spans = received.map(spanOf).toSorted((one, other) => one.from - other.from)
    expect(spans).toStrictEqual(
      Array.from({ length: 8 }, (_, n) => ({ from: from + (n - 7) * day, to: from + (n - 6) * day })),
    )
    // What came before the window was looked for, and where is said once or more, with the spans that it touches.
    const carriedIn = received.filter(({ query }) => query["carriedIn"] !== undefined)
    expect(carriedIn.length).toBeGreaterThan(0)
    for (const one of carriedIn) {
      expect(one.query["carriedIn"]).toBe(`${from}`)
      expect(spanOf(one).from <= from && from <= spanOf(one).to).toBe(true)
    }
  })

  it("sends nothing twice, but what was read again, and to each place all", async () => {
    const [one, other] = await Promise.all([api(), api()])
    const own = { env: there.env, home: home() }
    await pushed(one.url, own)
    const { stdout } = await pushed(one.url, own)
    expect(one.received).toHaveLength(8)
    expect(stdout).toMatch(/Pushed to \S+ 0 new, 0 unchanged, 0 corrected\.\n$/)
    await pushed(other.url, own)
    expect(other.received).toHaveLength(8)
    await pushed(one.url, own, "--refresh")
    expect(one.received.slice(8).map(spanOf)).toStrictEqual([{ from, to }])
  })

  it("sends names once they are others than those it sent last, to a place that takes them", async () => {
    let isTaken = false
    const taken: Answer = { status: 200, body: '{"changed":10}' }
    const { named, received, url } = await api(undefined, () => (isTaken ? taken : { status: 405, body: "" }))
    const own = { env: there.env, home: home() }
    // Who takes none is asked again the next time.
    expect((await pushed(url, own)).status).toBe(0)
    isTaken = true
    expect((await pushed(url, own)).status).toBe(0)
    expect(named).toHaveLength(2)
    expect(named[1]?.path).toBe(received[0]?.path.replace(/events$/, "agents"))
    expect(named[1]?.headers).toMatchObject({ authorization: `Bearer ${key}`, "content-type": "application/json" })
    const { agents } = namesOf(named[1]?.body.toString() ?? "")
    expect(agents.map(({ agent, name }) => ({ agent, name }))).toStrictEqual(
      there.emulator.centre.agents.map(({ agentid, name }) => ({ agent: agentid, name })),
    )
    expect(agents.some(({ team }) => team !== null)).toBe(true)
    await pushed(url, own)
    expect(named).toHaveLength(2)
    const [name = ""] = globSync("*.agents.json", { cwd: dataFolder(own.home) })
    const path = join(dataFolder(own.home), name)
    writeFileSync(path, readFileSync(path, "utf8").replace(agents[0]?.name ?? "", "Renamed"))
    await pushed(url, own)
    expect(named).toHaveLength(3)
    expect(namesOf(named[2]?.body.toString() ?? "").agents[0]?.name).toBe("Renamed")
    const closed = await api(undefined, () => ({ status: 403, body: "" }))
    const { status, stderr } = await pushed(closed.url, own)
    expect(status).toBe(3)
    expect(stderr).toMatch(/scope ingest\. What was pushed before that is stored there\.\n$/)
  })

  it("goes on where it ended, and asks again a place that fails for a moment", async () => {
    let isClosed = true
    const { received, url } = await api((n) => {
      if (n === 1) return { status: 503, body: "" }
      return isClosed && n > 3 ? { status: 403, body: "" } : counts
    })
    const own = { env: there.env, home: home() }
    expect((await pushed(url, own)).status).toBe(3)
    expect(received).toHaveLength(5)
    isClosed = false
    expect((await pushed(url, own)).status).toBe(0)
    // The second and the fifth were sent twice, as they were not taken at first.
    const spans = received.map(spanOf)
    expect([spans[1], spans[4]]).toStrictEqual([spans[2], spans[5]])
    const taken = spans.filter((_, n) => n !== 1 && n !== 4)
    expect(new Set(taken.map((span) => span.from)).size).toBe(8)
    expect(taken).toHaveLength(8)
  })

  it("takes the key from a file that its owner alone may read", async () => {
    const { received, url } = await api()
    const path = file("key.txt", `${key}\n`)
    const env = { ...there.env, DWELL_PUSH_KEY: "" }
    chmodSync(path, 0o600)
    expect((await pushed(url, { env, home: home() }, "--key", path)).status).toBe(0)
    expect(received[0]?.headers.authorization).toBe(`Bearer ${key}`)
    const count = received.length
    chmodSync(path, 0o640)
    const open = await pushed(url, { env, home: home() }, "--key", path)
    expect({ status: open.status, stdout: open.stdout }).toStrictEqual({ status: 1, stdout: "" })
    expect(open.stderr).toMatch(/key\.txt: others.*0600\.\n$/)
    const none = await pushed(url, { env, home: home() })
    expect({ status: none.status, stdout: none.stdout }).toStrictEqual({ status: 1, stdout: "" })
    expect(none.stderr).toMatch(/^--push needs a key: .*--key.*DWELL_PUSH_KEY\.\n$/)
    expect(received).toHaveLength(count)
  })

  it("says in one line what a place refuses, and what to do, and leaves what is kept", async () => {
    const target = await api()
    const refusals: ReadonlyArray<readonly [answer: Answer, says: RegExp]> = [
      [{ status: 401, body: "" }, /does not accept the key\. Give another --key/],
      [{ status: 403, body: key }, /the key does not permit this\. Give one for the account \S+ with the scope ingest/],
      [{ status: 404, body: "<html>" }, /not a Dwell API, or has no account \S+ for this key\. Check both/],
      [{ status: 413, body: "" }, /not accept a body as large as one day\. Raise its limit/],
      [{ status: 500, body: "" }, /HTTP 500\. Try again later/],
      [{ status: 418, body: "" }, /HTTP 418\. Try again later/],
      [{ status: 307, headers: { location: target.url }, body: "" }, /HTTP 307/],
      [{ status: 200, body: "<!doctype html><p>Hello" }, /not that of a Dwell API\. Check the URL/],
      [{ status: 200, body: '{"added":"many"}' }, /not that of a Dwell API\. Check the URL/],
    ]
    await Promise.all(
      refusals.map(async ([answer, says]) => {
        const { url } = await api(() => answer)
        const { status, stderr, stdout } = await pushed(url, { env: there.env, home: home() })
        expect(status).toBe(3)
        expect(stdout).toMatch(/^0 rows read.*\nStored: .*\n$/)
        expect(stderr).toMatch(/^http:\/\/127\.0\.0\.1:\d+: [^\n]+\. What was pushed before that is stored there\.\n$/)
        expect(stderr).toMatch(says)
      }),
    )
    // The key follows no signpost.
    expect(target.received).toHaveLength(0)
  })

  it.each([
    ["unencrypted", "http://dwell.example.com", /not an https URL/],
    ["a name that looks like an address of this machine", "http://127.0.0.1.example.com/", /not an https URL/],
    ["something else", "ftp://127.0.0.1/", /not an https URL/],
    ["no place", "dwell", /not an https URL/],
    ["a place with a password", "https://user:secret@dwell.example.com/", /must not have a user name, query/],
    ["a place with a query", "https://dwell.example.com/?key=secret", /must not have a user name, query/],
  ])("is refused before anything is read: %s", async (_, url, says) => {
    const own = await site()
    const env = { ...own.env, DWELL_PUSH_KEY: key }
    const message = await refused(2, ["sync", "--push", url], { env })
    expect(message).toMatch(says)
    expect(message).not.toContain("secret")
    expect(own.emulator.requests).toHaveLength(0)
  })

  it("sends while it watches what is new, once it is settled no more, and goes on after a push that failed", async () => {
    const time = timeFrom(noon)
    const now = await site({ clock: time.seconds })
    let isClosed = false
    const { received, url } = await api(() => (isClosed ? { status: 403, body: "" } : counts))
    const watch = ["sync", "--watch", "--fast", "--interval", "1", "--from", "-1h", "--push", url]
    const { end, passOnce, passUntil, until } = start(watch, { env: { ...now.env, DWELL_PUSH_KEY: key }, time })
    await until(/Pushed to/)
    const first = received.length
    isClosed = true
    await passUntil(/ Trying again\.\n/, "stderr")
    const failed = received.length
    isClosed = false
    while (received.length === failed) await passOnce()
    const { status, stderr } = await end()
    expect(status).toBe(130)
    expect(stderr).toMatch(/^(http:\S+ the key does not permit this[^\n]* Trying again\.\n)+$/)
    const late = received.slice(first).map(spanOf)
    for (const span of late) expect(span.from).toBeGreaterThanOrEqual(noon - 901)
    expect(late[failed - first]?.from).toBe(late[failed - first - 1]?.from)
  })
})
