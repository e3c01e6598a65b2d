/**
 * What dwell stores, what a Dwell API answers and what dwell reads from that API are the same: an emulated ContactNow,
 * `dwell sync --push` and `dwell-api serve`, on real sockets with real files.
 */
import { copyFileSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Calendar from "@dwell/core/Calendar"
import { make } from "@dwell/emulator"
import { serve } from "@dwell/emulator/node"
import { runs } from "@dwell/testing/effort"
import { random } from "@dwell/testing/random"
import { whenDone } from "@dwell/testing/resources"
import * as Schema from "effect/Schema"
import { beforeAll, describe, expect, it } from "vitest"
import { type Api, type Dwell, liveIn, serveApi } from "./programs.ts"
import { pass, type Passing, proxy } from "./proxy.ts"

const day = 86_400
/** The clocks in London went forward the day before. */
const noon = Date.UTC(2025, 2, 31, 12) / 1000
const begin = noon - 13.5 * day
const end = noon - 0.5 * day
const agents = 8
const zone = "Europe/London"

let api: Api
let dwell: Dwell
/** May read and take in. */
let key: string

/** What the API answers, which must be an answer. */
const asked = async (path: string, query: Readonly<Record<string, string>> = {}): Promise<string> => {
  const url = `${api.url}/v1/accounts/${path}?${new URLSearchParams(query).toString()}`
  const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } })
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${url}: ${text}`)
  return text
}

/** JSON with keys in one order. */
const ordered = (text: string): string =>
  JSON.stringify(JSON.parse(text), (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  )

beforeAll(async () => {
  const credentials = { username: "api-user", password: "api-key" }
  const vendor = make({ ...credentials, agents, days: 18, clock: () => noon, tokenLifetimeSeconds: 1_000_000_000 })
  const { close, url } = await serve(vendor, { port: 0 })
  whenDone(close)
  api = await serveApi()
  key = await api.key({ scopes: ["read", "ingest"], accounts: "*" })
  dwell = liveIn(["centre", "again"], { ...credentials, baseUrl: url, timezone: zone })
  // Looking back for what was going on goes a week back at most, so that days between the two are not covered.
  await dwell.print(["sync", "--from", `${begin}`, "--to", `${begin + 2 * day}`])
  const pushed = dwell.start(["sync", "--from", `${end - 2 * day}`, "--to", `${end}`, "--push", api.url], {
    DWELL_PUSH_KEY: key,
  })
  const { status, stderr } = await pushed.ended
  if (status !== 0) throw new Error(`the first push ended with ${status}: ${stderr}`)
})

/** What `dwell` says of the API, without a word beside it but of what is not covered. */
const read = async (args: ReadonlyArray<string>): Promise<string> => {
  const { status, stderr, stdout } = await dwell.run([...args, "--api", api.url], { DWELL_API_KEY: key })
  expect(stderr).toMatch(/^(Not stored at the API, so untracked: [^\n]*\n)?$/)
  expect(status).toBe(0)
  return stdout
}

interface Question {
  readonly from: number
  readonly to?: number
  readonly now?: number
  readonly tz: string
  readonly agents?: ReadonlyArray<number>
  readonly bucket?: Calendar.Size
  readonly group?: "agent" | "status" | "team"
  readonly capStale: boolean
}

const zones = ["Europe/London", "UTC", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe"] as const

/** A question, with the next numbers of a seed. */
const questionOf = (below: (bound: number) => number): Question => {
  const one = begin - day + below(15 * day)
  const other = one + below(5 * day) - 2 * day
  const [from, to] = [Math.min(one, other), Math.max(one, other)]
  const isOpen = below(5) === 0
  const now = below(3) === 0 ? { now: (isOpen ? to : from) + below(2 * day) } : {}
  const some = Array.from({ length: 1 + below(4) }, () => 700_100 + below(agents + 2))
  const bucket = Calendar.sizes[below(3 * Calendar.sizes.length)]
  const group = (["agent", "status", "team"] as const)[below(6)]
  return {
    from,
    ...(isOpen ? {} : { to }),
    ...now,
    tz: zones[below(zones.length)] ?? "UTC",
    ...(below(3) === 0 ? { agents: [...new Set(some)] } : {}),
    ...(bucket === undefined ? {} : { bucket }),
    ...(group === undefined ? {} : { group }),
    capStale: below(4) === 0,
  }
}

/** As a query of the API has it. */
const queryOf = ({ agents: ids, bucket, capStale, from, group, now, to, tz }: Question): Record<string, string> => ({
  from: `${from}`,
  ...(to === undefined ? {} : { to: `${to}` }),
  ...(now === undefined ? {} : { now: `${now}` }),
  tz,
  ...(ids === undefined ? {} : { agent: ids.join(",") }),
  ...(bucket === undefined ? {} : { bucket }),
  ...(group === undefined ? {} : { group }),
  ...(capStale ? { "cap-stale": "true" } : {}),
})

/** As options of the command line have it. */
const optionsOf = (question: Question): ReadonlyArray<string> =>
  Object.entries(queryOf(question)).flatMap(([name, value]) =>
    name === "cap-stale" ? ["--cap-stale"] : [`--${name}`, value],
  )

const numbers = random(20_250_331)
const questions = Array.from({ length: runs(50) }, () => questionOf(numbers))

describe("a report of the API", () => {
  it.for(questions)("is what dwell prints of what it stores: %j", async (question) => {
    const options = ["report", ...optionsOf(question), "--format", "json", "--offline"]
    const answer = await asked("centre/report", queryOf(question))
    expect(ordered(answer)).toBe(ordered(await dwell.print(options)))
  })

  it("was asked for of what is covered and of what is not, with buckets and without", async () => {
    expect(new Set(questions.map(({ bucket }) => bucket !== undefined))).toEqual(new Set([true, false]))
    const coverage = await asked("centre/coverage")
    expect(Schema.decodeSync(Spans)(coverage).spans.length).toBeGreaterThan(1)
  })

  it.for(questions.slice(0, 3))("is what dwell prints of what it reads from there: %j", async (question) => {
    const answer = ordered(await asked("centre/report", queryOf(question)))
    expect(ordered(await read(["report", ...optionsOf(question), "--format", "json"]))).toBe(answer)
  })

  it("is what processes of dwell print, too", async () => {
    const window = { from: `${end - day}`, to: `${end}`, tz: zone }
    const args = ["report", "--from", window.from, "--to", window.to, "--tz", zone, "--format", "json"]
    const stored = dwell.start([...args, "--offline"])
    const there = dwell.start([...args, "--api", api.url], { DWELL_API_KEY: key })
    const answer = ordered(await asked("centre/report", window))
    for (const { ended } of [stored, there]) {
      const { status, stderr, stdout } = await ended
      expect([status, stderr]).toEqual([0, ""])
      expect(ordered(stdout)).toBe(answer)
    }
  })
})

const Spans = Schema.parseJson(Schema.Struct({ spans: Schema.Array(Schema.Unknown) }))

describe("rows of the API", () => {
  const from = end - 2.5 * day
  const query = { from: `${from}`, to: `${end - day}`, tz: zone }
  const window = ["--from", `${from}`, "--to", `${end - day}`]
  const instant = `${end - 2 * day + 10 * 3600}`

  it.each([
    ["report", window, query],
    ["intervals", window, query],
    ["sessions", window, query],
    ["staffing", [...window, "--step", "PT30M"], { ...query, step: "PT30M" }],
    ["events", window, query],
    ["at", [instant], { instant, tz: zone }],
  ])("are for %s what dwell prints of what it stores, and of what it reads from there", async (name, args, wanted) => {
    const csv = await asked(`centre/${name}`, { ...wanted, format: "csv" })
    expect(csv.split("\n").length).toBeGreaterThan(2)
    const printed = await dwell.print([name, ...args, "--format", "csv", "--offline"])
    expect(printed === csv, name).toBe(true)
    // Events are printed as the vendor has them, where numbers are texts; as the API has them they are exported.
    const format = name === "events" ? "csv" : "ndjson"
    const found = await read([name, ...args, "--format", format])
    expect(found === (await asked(`centre/${name}`, { ...wanted, format })), name).toBe(true)
  })

  it.each(["parquet", "ndjson"])("are what dwell exports as %s", async (format) => {
    const output = join(dwell.home, `events.${format}`)
    const args = ["export", "--from", `${begin}`, "--to", `${begin + day}`, "--format", format, "--output", output]
    expect((await dwell.run([...args, "--api", api.url], { DWELL_API_KEY: key })).status).toBe(0)
    const response = await fetch(
      `${api.url}/v1/accounts/centre/events?from=${begin}&to=${begin + day}&format=${format}`,
      { headers: { authorization: `Bearer ${key}` } },
    )
    expect(readFileSync(output).equals(Buffer.from(await response.arrayBuffer()))).toBe(true)
  })
})

describe("dwell --api", () => {
  const question = ["events", "--from", `${begin}`, "--to", `${begin + day}`]

  it("says what a key may not do, and which key the API does not know", async () => {
    const [writing, elsewhere] = await Promise.all([
      api.key({ scopes: ["ingest"], accounts: "*" }),
      api.key({ scopes: ["read"], accounts: ["other"] }),
    ])
    const refusals: ReadonlyArray<readonly [key: string, says: RegExp]> = [
      ["nobody's", /does not accept the key/],
      [writing, /with the scope read/],
      [elsewhere, /not a Dwell API, or has no account/],
    ]
    await Promise.all(
      refusals.map(async ([given, says]) => {
        const { status, stderr, stdout } = await dwell.run([...question, "--api", api.url], { DWELL_API_KEY: given })
        expect({ status, stdout }).toStrictEqual({ status: 3, stdout: "" })
        expect(stderr).toMatch(says)
        expect(stderr).not.toContain(given)
      }),
    )
  })

  it("never takes an answer that broke off for a shorter log, even if a proxy says that it is whole", async () => {
    const below = random(1)
    const ends: ReadonlyArray<(part: Buffer, passing: Passing) => void> = [
      (part, { body, response }) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": body.length })
        response.write(part, () => response.destroy())
      },
      // As a proxy that speaks HTTP/1.0 to the API, and can't tell its end from its failure.
      (part, { response }) => response.writeHead(200, { "content-type": "application/json" }).end(part),
    ]
    for (const finish of ends) {
      let cuts = 0
      const url = await proxy(api.url, (passing) => {
        if (passing.request.url?.includes("/events") !== true) return pass(passing)
        cuts++
        finish(passing.body.subarray(0, 1 + below(passing.body.length - 1)), passing)
      })
      const { status, stderr, stdout } = await dwell.run([...question, "--api", url], { DWELL_API_KEY: key })
      expect({ status, stdout }).toStrictEqual({ status: 3, stdout: "" })
      expect(stderr).toMatch(/^http:\S+: (it does not respond|its response is incomplete)[^\n]+\n$/)
      expect(cuts).toBeGreaterThan(0)
    }
  })
})

describe("dwell sync --push", () => {
  it("leaves the same in the API however often it was killed", async () => {
    for (const file of readdirSync(dwell.data)) {
      if (/^centre\.(sqlite|agents)/.test(file)) {
        copyFileSync(join(dwell.data, file), join(dwell.data, file.replace("centre", "again")))
      }
    }
    const below = random(5)
    /** How many requests are left until it is killed. */
    let left = Infinity
    /** When it is killed: before the request has arrived, before it is answered, or then. */
    let moment: "arriving" | "unanswered" | "answered" = "answered"
    let kill = (): void => {}
    const url = await proxy(
      api.url,
      (passing) => {
        if (left > 0 || moment === "answered") pass(passing)
        if (left <= 0) kill()
      },
      () => {
        left--
        const isLost = left <= 0 && moment === "arriving"
        if (isLost) kill()
        return isLost
      },
    )
    const command = ["sync", "--account", "again", "--from", `${begin}`, "--to", `${begin + day}`, "--push", url]
    const moments = ["arriving", "unanswered", "answered"] as const
    let kills = 0
    const tries = moments.length * runs(1)
    for (let run = 0; run < tries; run++) {
      left = 1 + below(2)
      moment = moments[run % moments.length] ?? moment
      const { child, ended } = dwell.start(command, { DWELL_PUSH_KEY: key })
      kill = () => void child.kill("SIGKILL")
      const { status } = await ended
      if (status === null) kills++
    }
    expect(kills).toBe(tries)
    left = Infinity
    await dwell.print(command, { DWELL_PUSH_KEY: key })
    const window = { from: `${begin - 8 * day}`, to: `${noon}`, format: "ndjson" }
    const known = await asked("centre/events", window)
    expect(known.split("\n").length).toBeGreaterThan(1000)
    expect(await asked("again/events", window)).toBe(known)
    const [one, other] = await Promise.all(["centre", "again"].map((name) => asked(`${name}/coverage`)))
    expect(Schema.decodeSync(Coverage)(other ?? "")).toStrictEqual(Schema.decodeSync(Coverage)(one ?? ""))
    expect(await asked("again/agents")).toBe(await asked("centre/agents"))
  })
})

/** Without the size of the database. */
const Coverage = Schema.parseJson(
  Schema.Struct({
    asOf: Schema.Number,
    spans: Schema.Array(Schema.Struct({ from: Schema.Number, to: Schema.Number, asOf: Schema.Number })),
    carriedIn: Schema.Array(Schema.Number),
    events: Schema.Number,
  }),
)
