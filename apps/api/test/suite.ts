/** What the API does wherever it runs: the same tests pass on Node and in workerd. */
import {
  AgentDocument,
  AgentsDocument,
  Appended,
  Change,
  CoverageDocument,
  EventsPage,
  IntervalsPage,
} from "@dwell/client/contract"
import * as Coverage from "@dwell/core/Coverage"
import * as EventBatch from "@dwell/core/EventBatch"
import * as EventLog from "@dwell/core/EventLog"
import * as Format from "@dwell/core/format/Format"
import * as Report from "@dwell/core/Report"
import type { StatusEvent } from "@dwell/core/StatusEvent"
import * as Schema from "effect/Schema"
import { parquetMetadata } from "hyparquet"
import { beforeAll, describe, expect, it } from "vitest"
import { type Api, bytesOf, feed, gzipped, issue, showing, updatesOf } from "./Api.ts"
import { day, events, readAt, statuses, whole } from "./day.ts"

const london = { name: "Europe/London" }

/** The current second. */
// oxlint-disable-next-line no-restricted-properties -- a Worker has the machine's clock and takes no other
const secondsNow = (): number => Math.floor(Date.now() / 1000)

const log = EventLog.fromBatches([EventBatch.fromEvents(events)])
const question: Report.Question = { window: day, now: day.to, zone: london }
const asked = `from=${day.from}&to=${day.to}&tz=${london.name}`

const decoded = async <A, I>(schema: Schema.Schema<A, I>, response: Response): Promise<A> => {
  expect(response.status).toBe(200)
  return Schema.decodeUnknownSync(schema, { onExcessProperty: "error" })(await response.json())
}

/** What names the bytes; packed ones are as good. */
const tagOf = (response: Response): string => (response.headers.get("etag") ?? "").replace(/^W\//, "")

const eventsIn = async (bytes: Uint8Array<ArrayBuffer>): Promise<ReadonlyArray<StatusEvent>> => {
  const found: Array<StatusEvent> = []
  for await (const batch of Format.batches(new Blob([bytes]).stream())) found.push(...EventBatch.toEvents(batch))
  return found
}

const bytes = async (response: Response) => new Uint8Array(await response.arrayBuffer())

/** All rows of pages, one after the other, from the beginning or from a cursor on. */
const paged = async <Row>(
  first: string,
  page: (path: string) => Promise<{ readonly rows: ReadonlyArray<Row>; readonly next: string | null }>,
  cursor: string | null = null,
): Promise<ReadonlyArray<Row>> => {
  const { next, rows } = await page(cursor === null ? first : `${first}&cursor=${cursor}`)
  return next === null ? rows : [...rows, ...(await paged(first, page, next))]
}

export const suite = (name: string, open: () => Promise<Api>) =>
  describe(`the API ${name}`, () => {
    let api: Api
    let key: string
    beforeAll(async () => {
      api = await open()
      ;({ key } = await issue(api))
      await feed(api, "london", key, events, whole)
    })

    /** A client of an account of its own, where nothing is known. */
    const fresh = async (account: string) => {
      const { key: own } = await issue(api, { accounts: [account] })
      const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
        api.fetch(`/v1/accounts/${account}/${path}`, { headers: { ...showing(own), ...headers } })
      const post = (query: string, body: BodyInit, headers: Readonly<Record<string, string>> = {}) =>
        api.fetch(`/v1/accounts/${account}/events?${query}`, {
          method: "POST",
          headers: { ...showing(own), "content-type": "application/octet-stream", ...headers },
          body,
        })
      return { account, key: own, get, post }
    }

    const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
      api.fetch(`/v1/accounts/london/${path}`, { headers: { ...showing(key), ...headers } })

    describe("has figures that", () => {
      it("equal those of core", async () => {
        expect(await decoded(Report.Document, await get(`report?${asked}`))).toEqual(Report.make(log, question))
        expect(await decoded(Report.SessionsDocument, await get(`sessions?${asked}`))).toEqual(
          Report.sessions(log, question),
        )
        expect(await decoded(Report.StaffingDocument, await get(`staffing?${asked}&step=PT15M`))).toEqual(
          Report.staffing(log, { ...question, stepSeconds: 900 }),
        )
      })

      it("follow bucket, team, agents and capping", async () => {
        const path = `report?${asked}&bucket=PT1H&group=team&agent=700101,9&cap-stale=true`
        const document = await decoded(Report.Document, await get(path))
        const expected = { ...question, agents: [700_101, 9], capStale: true }
        expect(document).toEqual(Report.make(log, expected, { bucket: "PT1H", teams: true }))
      })

      it("equal those of core at an instant", async () => {
        const instant = day.from + 52_000
        const document = await decoded(Report.AtDocument, await get(`at?instant=${instant}&tz=${london.name}`))
        // What came after the day is not known.
        const uncovered = [{ from: day.to, to: document.quality.uncovered[0]?.to ?? 0 }]
        const at = { instant, now: document.at.now, zone: london, agents: log.agents, uncovered }
        expect(document).toEqual(Report.statusAt(log, at))
      })

      it("are not zero for a time of which nothing is known", async () => {
        const path = `report?from=${day.from - 3600}&to=${day.from}&agent=700101&now=${day.from}`
        const { agents, quality } = await decoded(Report.Document, await get(path))
        expect(agents.map(({ untracked }) => untracked)).toEqual([3600])
        expect(quality.uncovered).toEqual([{ from: day.from - 3600, to: day.from }])
      })

      it("end at the clock and say nothing of the future", async () => {
        const before = secondsNow()
        const [from, to] = [before - 86_400, before + 864_000]
        const response = await get(`report?from=${from}&to=${to}&now=${to}`)
        expect([response.status, await response.json()]).toMatchObject([400, { parameter: "now" }])
        const { agents, window } = await decoded(
          Report.Document,
          await get(`report?from=${from}&to=${to}&agent=700101`),
        )
        expect(window.now).toBeGreaterThanOrEqual(before)
        expect(window.now).toBeLessThanOrEqual(secondsNow())
        expect(agents[0]?.untracked).toBe(window.now - from)
      })

      it("end where the log ends, unless an end is asked for", async () => {
        const { window } = await decoded(Report.Document, await get(`report?from=${day.from}`))
        expect(window).toEqual({ ...day, now: day.to, timezone: "Europe/London" })
      })
    })

    describe("answers in pages that", () => {
      it("hold all intervals in order", async () => {
        const rows = await paged(`intervals?${asked}&limit=7`, async (path) => {
          const page = await decoded(IntervalsPage, await get(path))
          expect(page.intervals.length).toBeLessThanOrEqual(7)
          expect(page.quality).toEqual(Report.quality(log, question))
          return { rows: page.intervals, next: page.next }
        })
        expect(rows).toEqual(Report.intervals(log, question).intervals)
      })

      it("hold all events in order, those carried in first", async () => {
        const from = day.from + 40_000
        const rows = await paged(`events?from=${from}&to=${day.to}&limit=50`, async (path) => {
          const page = await decoded(EventsPage, await get(path))
          return { rows: page.events, next: page.next }
        })
        const streamed = await eventsIn(await bytes(await get(`events?from=${from}&to=${day.to}&format=ndjson`)))
        const texts = streamed.map(({ callid, uid, ...rest }) => ({ ...rest, uid: `${uid}`, callid: `${callid}` }))
        expect(rows).toEqual(texts)
        expect(rows.slice(0, 5).every(({ uts }) => uts < from)).toBe(true)
      })

      it.each(["intervals", "events"] as const)(
        "hold %s of the window of the first page, whatever becomes known meanwhile",
        async (what) => {
          const { account, get: ask, key: own } = await fresh(`pages-of-${what}`)
          const noon = day.from + 43_200
          const [early, late] = [events.filter(({ uts }) => uts < noon), events.filter(({ uts }) => uts >= noon)]
          await feed(api, account, own, early, { from: day.from, to: noon, asOf: readAt })
          const page = async (path: string) => {
            const { next, window, ...rest } = Schema.decodeUnknownSync(
              Schema.Struct({
                next: Schema.NullOr(Schema.String),
                window: Schema.Struct({ from: Schema.Number, to: Schema.Number }),
                intervals: Schema.optional(Schema.Array(Schema.Unknown)),
                events: Schema.optional(Schema.Array(Schema.Unknown)),
              }),
            )(await (await ask(path)).json())
            expect(window).toEqual({ from: day.from, to: noon })
            return { next, rows: rest.intervals ?? rest.events ?? [] }
          }
          // Where no end is asked for, the window ends where what is known does.
          const first = `${what}?from=${day.from}&limit=37`
          const all = await paged(first, page)
          expect(all.length).toBeGreaterThan(200)
          const { next, rows } = await page(first)
          await feed(api, account, own, late, { from: noon, to: day.to, asOf: readAt })
          expect([...rows, ...(await paged(first, page, next))]).toEqual(all)
        },
      )

      it("lose none of several events of one second", async () => {
        const { account, get: ask, key: own } = await fresh("seconds")
        const together = [0, 0, 0, 1, 1, 2, 2, 2, 2].map((second, index) => ({
          uid: BigInt(index + 1),
          uts: day.from + 60 + second,
          agent: 7,
          status: statuses[index % statuses.length] ?? "",
          subcode: "",
          callid: 0n,
        }))
        await feed(api, account, own, together, whole)
        const all = Report.intervals(EventLog.fromBatches([EventBatch.fromEvents(together)]), question).intervals
        expect(all.filter(({ end, start }) => start === end)).toHaveLength(6)
        for (const limit of [1, 2, 3, 4]) {
          const rows = await paged(`intervals?${asked}&limit=${limit}`, async (path) => {
            const page = await decoded(IntervalsPage, await ask(path))
            return { rows: page.intervals, next: page.next }
          })
          expect(rows).toEqual(all)
        }
      })

      it("refuse a cursor that the API did not make", async () => {
        const before = btoa('{"agent":700101,"row":-5}').replace(/=+$/, "")
        for (const [what, cursor] of [
          ["events", "e30"],
          ["events", "bm9wZQ"],
          ["events", "_w"],
          ["intervals", "e30"],
          ["intervals", before],
        ] as const) {
          const response = await get(`${what}?${asked}&cursor=${cursor}`)
          expect(response.status).toBe(400)
          expect(await response.json()).toMatchObject({ code: "invalid_request", parameter: "cursor" })
        }
      })
    })

    describe("has formats that", () => {
      it("the query chooses, else the header Accept", async () => {
        const typeOf = async (path: string, accept: string) => (await get(path, { accept })).headers.get("content-type")
        expect(await typeOf(`report?${asked}`, "*/*")).toBe("application/json")
        expect(await typeOf(`report?${asked}`, "text/csv;q=0.9, application/json;q=0.5")).toMatch(/^text\/csv/)
        expect(await typeOf(`report?${asked}&format=ndjson`, "text/csv")).toBe("application/x-ndjson")
        expect((await get(`report?${asked}`, { accept: "image/png" })).status).toBe(406)
      })

      it("hold the same events", async () => {
        const sorted = (found: ReadonlyArray<StatusEvent>) =>
          found.toSorted((one, other) => (one.uid < other.uid ? -1 : 1))
        for (const format of ["ndjson", "csv"]) {
          const found = await eventsIn(await bytes(await get(`events?${asked}&format=${format}`)))
          expect(sorted(found)).toEqual(events)
        }
        const parquet = await bytes(await get(`events?${asked}&format=parquet`))
        expect(Number(parquetMetadata(parquet.buffer).num_rows)).toBe(events.length)
      })

      it("have a row for each agent", async () => {
        const text = await (await get(`report?${asked}&group=agent&format=csv`)).text()
        const [head = "", ...rows] = text.trimEnd().split("\n")
        expect(head.split(",")).toContain("loggedIn")
        expect(rows.map((row) => Number(row.split(",")[0]))).toEqual(log.agents)
      })
    })

    describe("caches: it", () => {
      it("answers 304 to a client that has the answer, and gives the same bytes the same tag", async () => {
        const first = await get(`report?${asked}`)
        const etag = tagOf(first)
        const again = await get(`report?${asked}`, { "if-none-match": `"other", W/${etag}` })
        expect([again.status, await again.text()]).toEqual([304, ""])
        expect(tagOf(again)).toBe(etag)
        expect((await get(`report?${asked}`, { "if-none-match": '"other"' })).status).toBe(200)
        expect(tagOf(await get(`report?${asked}&agent=700101`))).not.toBe(etag)
      })

      it("knows that a closed window does not change, and that an open one does", async () => {
        const cacheControl = async (path: string) => (await get(path)).headers.get("cache-control")
        const settled = day.to - Coverage.lateArrivalSeconds
        expect(await cacheControl(`report?from=${day.from}&to=${settled}`)).toBe("private, max-age=3600")
        expect(await cacheControl(`report?from=${day.from}`)).toBe("private, no-cache")
        expect(await cacheControl(`report?from=${day.from}&to=${day.to + 3600}`)).toBe("private, no-cache")
        expect(await cacheControl(`report?from=-1d&to=${secondsNow() + 3600}`)).toBe("private, no-cache")
        expect(await cacheControl("report?from=yesterday&to=today")).toBe("private, no-cache")
        expect(await cacheControl(`report?from=${day.from - 9}&to=${settled}`)).toBe("private, no-cache")
      })

      it("calls an answer that it holds closed as soon as the log is known far enough", async () => {
        const { account, get: ask, key: own } = await fresh("settling")
        const noon = day.from + 43_200
        const path = `report?from=${day.from}&to=${noon}`
        const cacheControl = async () => (await ask(path)).headers.get("cache-control")
        await feed(api, account, own, [], { from: day.from, to: noon, asOf: readAt })
        expect(await cacheControl()).toBe("private, no-cache")
        await feed(api, account, own, [], { from: noon, to: day.to, asOf: readAt })
        expect(await cacheControl()).toBe("private, max-age=3600")
      })

      it("does not call a window closed that was read too soon for late rows, until it is read again", async () => {
        const { account, get: ask, key: own } = await fresh("soon")
        const noon = day.from + 43_200
        const cacheControl = async () => (await ask(`report?from=${day.from}&to=${noon}`)).headers.get("cache-control")
        await feed(api, account, own, [], { from: day.from, to: noon, asOf: noon })
        await feed(api, account, own, [], { from: noon, to: day.to, asOf: readAt })
        expect(await cacheControl()).toBe("private, no-cache")
        await feed(api, account, own, [], { from: noon - Coverage.lateArrivalSeconds, to: noon, asOf: readAt })
        expect(await cacheControl()).toBe("private, max-age=3600")
      })

      it("gives a closed page of events the same tag, whatever becomes known later", async () => {
        const { account, get: ask, key: own } = await fresh("paging")
        const noon = day.from + 43_200
        const before = events.filter(({ uts }) => uts < noon)
        await feed(api, account, own, before, { from: day.from, to: noon, asOf: readAt })
        const path = `events?from=${day.from}&to=${noon - 3600}&limit=20`
        const first = tagOf(await ask(path))
        await feed(api, account, own, [], { from: noon, to: day.to, asOf: readAt })
        const later = await ask(path)
        expect([tagOf(later), later.headers.get("dwell-as-of")]).toEqual([first, `${day.to}`])
      })

      it("never holds an answer that was made during a write", async () => {
        const { account, get: ask, key: own } = await fresh("beside")
        await feed(api, account, own, events.slice(0, 300), whole)
        const path = (round: number) => `report?from=${day.from - round}&to=${day.to}`
        const stale: Array<number> = []
        for (let round = 1; round <= 20; round++) {
          const more = events.slice(300 + round, 301 + round)
          const asking = Array.from({ length: 4 }, () => ask(path(round)))
          await Promise.all([...asking, feed(api, account, own, more, whole)])
          const held = await decoded(Report.Document, await ask(path(round)))
          // Another question by its text, and the same by what it asks.
          const again = await decoded(Report.Document, await ask(`${path(round)}&cap-stale=false`))
          if (held.quality.rows !== again.quality.rows || held.quality.rows !== 300 + round) stale.push(round)
        }
        expect(stale).toEqual([])
      })

      it("forgets what is no longer true, and nothing else", async () => {
        const { account, get: ask, key: own } = await fresh("oslo")
        const half = day.from + 43_200
        const [early, late] = [events.filter(({ uts }) => uts < half), events.filter(({ uts }) => uts >= half)]
        await feed(api, account, own, early, { from: day.from, to: half, asOf: readAt })
        const [morning, all] = [`report?from=${day.from}&to=${half}`, `report?${asked}`]
        const tags = async () => Promise.all([morning, all, "snapshot"].map(async (path) => tagOf(await ask(path))))
        const before = await tags()
        expect(await tags()).toEqual(before)
        await feed(api, account, own, late, { from: half, to: day.to, asOf: readAt })
        const after = await tags()
        expect(after[0]).toBe(before[0])
        expect(after[1]).not.toBe(before[1])
        expect(after[2]).not.toBe(before[2])
        expect(await decoded(Report.Document, await ask(all))).toEqual(Report.make(log, question))
        // A row that is corrected may have been anywhere.
        const corrected = events.slice(0, 1).map((event) => ({ ...event, status: "lunch" }))
        await feed(api, account, own, corrected, { from: day.from, to: day.from, asOf: readAt })
        expect((await tags())[0]).not.toBe(before[0])
      })
    })

    describe("has a watermark that", () => {
      it("is on every answer, and is the end of what is covered", async () => {
        for (const path of [
          "report",
          "intervals",
          "events?format=csv",
          "snapshot",
          "agents",
          "coverage",
          "staffing.svg",
        ]) {
          expect((await get(path)).headers.get("dwell-as-of")).toBe(`${day.to}`)
        }
        const { asOf, carriedIn, events: kept, spans } = await decoded(CoverageDocument, await get("coverage"))
        expect([asOf, kept, carriedIn]).toEqual([day.to, events.length, []])
        expect(spans.at(0)?.from).toBe(day.from)
        expect(spans.at(-1)?.to).toBe(day.to)
      })

      it("is the same, and never in the future, however often the same is asked", async () => {
        const { account, get: ask, key: own } = await fresh("ahead")
        // Whose clock is a little fast covers a little of the future.
        const to = secondsNow() + 50
        const from = to - 86_400
        await feed(api, account, own, [], { from, to, asOf: to })
        const path = `report?from=${from}&to=${from + 3600}`
        for (const response of [await ask(path), await ask(path), await ask(path)]) {
          expect(Number(response.headers.get("dwell-as-of"))).toBeLessThanOrEqual(secondsNow())
        }
        const before = secondsNow()
        const { window } = await decoded(Report.Document, await ask(`report?from=${from}`))
        // Should the machine have been busy for longer than what is covered ahead, that is the end.
        expect(window.to).toBeGreaterThanOrEqual(Math.min(before, to))
        expect(window.to).toBeLessThanOrEqual(secondsNow())
      })

      it("is missing if nothing is known, as is the snapshot", async () => {
        const { get: ask } = await fresh("nowhere")
        const coverage = await ask("coverage")
        expect(coverage.headers.has("dwell-as-of")).toBe(false)
        expect(await decoded(CoverageDocument, coverage)).toMatchObject({ asOf: null, spans: [], events: 0 })
        expect((await ask("snapshot")).status).toBe(404)
      })
    })

    describe("has agents that", () => {
      it("have the names that were sent in", async () => {
        const names = {
          agents: [
            { agent: 700_101, name: "Ada <&> 01", team: null },
            { agent: 5, name: null, team: "B" },
          ],
        }
        const put = () =>
          api.fetch("/v1/accounts/london/agents", {
            method: "PUT",
            headers: { ...showing(key), "content-type": "application/json" },
            body: JSON.stringify(names),
          })
        expect(await (await put()).json()).toEqual({ changed: 2 })
        expect(await (await put()).json()).toEqual({ changed: 0 })
        const { agents } = await decoded(AgentsDocument, await get("agents"))
        expect(agents.map(({ agent }) => agent)).toEqual([5, ...log.agents])
        expect(agents[0]).toEqual({ agent: 5, name: null, team: "B", first: null, last: null })
        const { agents: reported } = await decoded(Report.Document, await get(`report?${asked}`))
        expect(reported[0]).toMatchObject({ agent: 700_101, name: "Ada <&> 01" })
      })

      it("have at the instant of the snapshot the statuses of the snapshot", async () => {
        const snapshot = await decoded(Report.AtDocument, await get("snapshot"))
        const at = await decoded(Report.AtDocument, await get(`at?instant=${snapshot.at.instant}`))
        const standing = ({ agents }: Report.AtDocument) =>
          agents.map(({ agent, since, status }) => ({ agent, since, status }))
        expect([at.at.instant, at.statuses, standing(at)]).toEqual([
          snapshot.at.instant,
          snapshot.statuses,
          standing(snapshot),
        ])
        expect(at.statuses).not.toEqual([])
      })

      it("have each for itself the status of the snapshot", async () => {
        const { agents, statuses: heads } = await decoded(Report.AtDocument, await get("snapshot"))
        const agent = await decoded(AgentDocument, await get("agents/700103"))
        expect(agent.standing).toEqual(agents.find((row) => row.agent === 700_103))
        expect(heads.reduce((sum, { agents: count }) => sum + count, 0)).toBe(log.agents.length)
        expect((await get("agents/12345")).status).toBe(404)
      })
    })

    it("gives an answer again with all that it said at first", async () => {
      const changing = new Set([
        "x-request-id",
        "ratelimit",
        "date",
        "content-length",
        "content-type",
        "transfer-encoding",
      ])
      for (const path of [`report?${asked}`, `timeline.svg?${asked}`]) {
        const say = async (more: Readonly<Record<string, string>> = {}) => {
          const { body, headers, status } = await get(path, { "accept-encoding": "identity", ...more })
          await body?.cancel()
          expect(headers.get("x-request-id")).toMatch(/^[\w-]{10,}$/)
          expect(headers.get("ratelimit")).toMatch(/^"default";r=\d+;t=\d+$/)
          const ofBody = status === 304 ? [] : [headers.get("content-type"), headers.get("content-length")]
          return { status, ofBody, headers: [...headers].filter(([header]) => !changing.has(header)) }
        }
        const first = await say()
        expect(await say()).toEqual(first)
        const etag = first.headers.find(([header]) => header === "etag")?.[1] ?? ""
        expect(await say({ "if-none-match": etag })).toEqual({ ...first, ofBody: [], status: 304 })
      }
    })

    describe("has pictures that", () => {
      it("are SVG documents of the window", async () => {
        for (const path of [`timeline.svg?${asked}`, `staffing.svg?${asked}&step=900&width=640`]) {
          const response = await get(path)
          expect(response.headers.get("content-type")).toBe("image/svg+xml")
          expect(response.headers.get("content-security-policy")).toContain("default-src 'none'")
          expect(await response.text()).toContain("<svg")
        }
      })
    })

    describe("takes in events: it", () => {
      it("reads every format, plain and gzipped, and stores each row once", async () => {
        const { get: ask, post } = await fresh("formats")
        const query = new URLSearchParams({ from: `${day.from}`, to: `${day.to}`, asOf: `${readAt}` })
        let added = events.length
        for (const format of ["ndjson", "csv", "json", "xml"] as const) {
          const plain = await bytesOf(events, format)
          const packed = await gzipped(plain)
          expect(await decoded(Appended, await post(`${query}`, plain))).toEqual({
            added,
            unchanged: events.length - added,
            changed: 0,
          })
          added = 0
          expect(await decoded(Appended, await post(`${query}`, packed, { "content-encoding": "gzip" }))).toEqual({
            added: 0,
            unchanged: events.length,
            changed: 0,
          })
        }
        expect(await decoded(Report.Document, await ask(`report?${asked}`))).toEqual(Report.make(log, question))
      })

      it("covers a span in which nothing happened, packed or not", async () => {
        const { get: ask, post } = await fresh("quiet")
        const ndjson = { "content-type": "application/x-ndjson" }
        const query = (from: number, to: number) => `from=${from}&to=${to}&asOf=${readAt}`
        const nothing = new Uint8Array(0)
        const half = day.from + 43_200
        for (const response of [
          await post(query(day.from, half), nothing, ndjson),
          await post(query(half, day.to), await gzipped(nothing), { ...ndjson, "content-encoding": "gzip" }),
        ]) {
          expect(await decoded(Appended, response)).toEqual({ added: 0, unchanged: 0, changed: 0 })
        }
        expect(await decoded(CoverageDocument, await ask("coverage"))).toMatchObject({ asOf: day.to, events: 0 })
        // What says nothing of its format is no log.
        expect((await post(query(day.from, day.to), nothing)).status).toBe(400)
      })

      it("covers nothing by a body that broke off at any byte, and everything once it is sent again", async () => {
        const some = events.slice(0, 40)
        const body = await bytesOf(some, "json")
        const packed = await gzipped(await bytesOf(some))
        const query = new URLSearchParams({ from: `${day.from}`, to: `${day.to}`, asOf: `${readAt}` })
        const states = new Set<string>()
        const cuts = [1, 100, 1000, 2000, body.length - 3].map((at) => [body.subarray(0, at), {}] as const)
        const packedCuts = [5, 20, 200, packed.length - 1].map(
          (at) => [packed.subarray(0, at), { "content-encoding": "gzip" }] as const,
        )
        for (const [index, [part, headers]] of [...cuts, ...packedCuts].entries()) {
          const { get: ask, post } = await fresh(`cut-${index}`)
          const refused = await post(`${query}`, part, headers)
          expect([index, refused.status, await refused.json()]).toMatchObject([index, 400, { code: "invalid_body" }])
          expect(await decoded(CoverageDocument, await ask("coverage"))).toMatchObject({ asOf: null, spans: [] })
          await decoded(Appended, await post(`${query}`, body))
          const { spans } = await decoded(CoverageDocument, await ask("coverage"))
          states.add(JSON.stringify([spans, await (await ask(`events?${asked}&format=ndjson`)).text()]))
        }
        expect(states.size).toBe(1)
      })
    })

    describe("has a live stream that", () => {
      it("starts with everyone, sends what changes, and continues where it was", async () => {
        const { account, get: ask, key: own } = await fresh("live")
        await feed(api, account, own, events, whole)
        const leave = new AbortController()
        const listen = (lastId?: string) =>
          api.fetch(`/v1/accounts/${account}/live`, {
            headers: { ...showing(own), ...(lastId === undefined ? {} : { "last-event-id": lastId }) },
            signal: leave.signal,
          })
        const response = await listen()
        expect(response.headers.get("content-type")).toBe("text/event-stream")
        const updates = updatesOf(response)
        const first = await updates.next()
        expect(first.event).toBe("snapshot")
        expect(first.data).toEqual(await (await ask("snapshot")).json())

        const changed = { uid: 99n, uts: day.to + 60, agent: 700_102, status: "lunch", subcode: "", callid: 0n }
        const span = { from: day.to, to: day.to + 120, asOf: readAt }
        await feed(api, account, own, [changed], span)
        const second = await updates.next()
        const change = Schema.decodeUnknownSync(Change)(second.data)
        expect([second.event, change.agents.map(({ agent, status }) => [agent, status])]).toEqual([
          "change",
          [[700_102, "lunch"]],
        ])
        expect(change.at.instant).toBe(span.to)

        const again = await updatesOf(await listen(first.id)).next()
        expect(again).toEqual(second)
        const lost = await updatesOf(await listen("some-other-life.7")).next()
        expect([lost.event, lost.data]).toEqual(["snapshot", await (await ask("snapshot")).json()])
        leave.abort()
      })
    })

    describe("also", () => {
      it("answers a few routes without a key", async () => {
        expect((await api.fetch("/healthz")).status).toBe(200)
        expect(await (await api.fetch("/readyz")).json()).toEqual({ status: "ready" })
        const document: unknown = await (await api.fetch("/openapi.json")).json()
        expect(document).toMatchObject({ openapi: "3.1.0" })
        expect(await (await api.fetch("/docs")).text()).toContain("/assets/docs.js")
        expect(await (await api.fetch("/")).text()).toContain("Sign in")
        const nothing = await api.fetch("/nothing/here")
        expect([nothing.status, nothing.headers.get("content-type")]).toEqual([404, "application/problem+json"])
      })

      it("has a request id on every answer, that of the request if it has one", async () => {
        const own = await get("coverage", { "x-request-id": "my-request-7" })
        expect(own.headers.get("x-request-id")).toBe("my-request-7")
        const response = await get("report?from=nonsense", { "x-request-id": "my-request-8" })
        expect(await response.json()).toMatchObject({
          requestId: "my-request-8",
          code: "invalid_request",
          parameter: "from",
        })
        expect((await api.fetch("/healthz")).headers.get("x-request-id")).toMatch(/^[\w-]{36}$/)
      })

      it("names the methods that a route has", async () => {
        const response = await api.fetch("/v1/accounts/london/report", { method: "DELETE", headers: showing(key) })
        expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"])
      })

      it("answers HEAD as GET without the body", async () => {
        const response = await api.fetch(`/v1/accounts/london/report?${asked}`, {
          method: "HEAD",
          headers: showing(key),
        })
        expect([response.status, await response.text()]).toEqual([200, ""])
        expect(tagOf(response)).toBe(tagOf(await get(`report?${asked}`)))
      })

      it("signs a browser in, shows the wallboard, and signs it out", async () => {
        const form = (given: Readonly<Record<string, string>>) =>
          api.fetch("/session", { method: "POST", body: new URLSearchParams(given), headers: sameOrigin })
        expect((await form({ account: "paris", key })).status).toBe(403)
        const signedIn = await form({ account: "london", key })
        expect([signedIn.status, signedIn.headers.get("location")]).toEqual([303, "/"])
        const cookie = signedIn.headers.get("set-cookie")?.split(";", 1).join("") ?? ""
        expect(cookie).not.toContain(key)
        const page = await (await api.fetch("/", { headers: { cookie } })).text()
        expect(page).toContain('data-account="london"')
        expect(page).not.toContain(key)
        const wrong = await (await api.fetch("/?from=tomorrowish", { headers: { cookie } })).text()
        expect(wrong).toContain("tomorrowish")
        expect((await api.fetch("/session", { headers: { cookie } })).status).toBe(303)
        await api.fetch("/session/end", { method: "POST", headers: { ...sameOrigin, cookie } })
      })

      it("says on the page that a question asks for too much", async () => {
        const { account, key: own } = await fresh("wide")
        const many = events.slice(0, 10).map((event, index) => ({ ...event, agent: 800_001 + index }))
        await feed(api, account, own, many, whole)
        const signedIn = await api.fetch("/session", {
          method: "POST",
          body: new URLSearchParams({ account, key: own }),
          headers: sameOrigin,
        })
        const cookie = signedIn.headers.get("set-cookie")?.split(";", 1).join("") ?? ""
        const long = `from=${day.from - 390 * 86_400}&to=${day.to}&bucket=PT15M`
        expect(await (await api.fetch(`/?${long}`, { headers: { cookie } })).text()).toContain("the maximum is 250000")
      })
    })
  })

const sameOrigin = { "sec-fetch-site": "same-origin" }
