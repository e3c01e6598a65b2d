import { type RunOptions, start } from "./runner.ts"
import { folder } from "@dwell/testing/scratch"
import { describe, expect, it } from "vitest"
import { answered, discreet, from, namesOf, refused, site, spansAsked, to } from "./site.ts"
import { parseReport } from "./support.ts"
import { screenOf } from "./terminal.ts"
import { noon, timeFrom } from "./time.ts"

const day = 86_400
const window = ["--from", `${from}`, "--to", `${to}`]
const report = ["report", "--now", `${noon}`, ...window, "--format", "json"]

/** What `dwell store` says. */
const stored = async (home: string): Promise<unknown> =>
  JSON.parse(await answered(["store", "--format", "json"], { home }))

describe("dwell sync", () => {
  it("says how many rows it read, and what is kept", async () => {
    const there = await site()
    const home = folder()
    const rows = [...there.emulator.centre.rows(from - 7 * day, to - 1)]
    const unique = new Set(rows.map(({ uid }) => uid)).size
    const count = (n: number) => n.toLocaleString("en")
    const text = await answered(["sync", ...window], { env: there.env, home })
    const requests = spansAsked(there).length
    expect(text).toMatch(
      new RegExp(
        `^${count(rows.length)} rows read in ${requests} requests: ${count(unique)} new, ${rows.length - unique} unchanged, 0 corrected\\.\n` +
          `Stored: 2026-03-02 00:00:00 to 2026-03-10 00:00:00 \\(Europe/London\\), ${count(unique)} events, [\\d.]+ [kM]B\\.\n$`,
      ),
    )
    const days = new Set(rows.map(({ uts }) => Math.floor(uts / day))).size
    expect(await stored(home)).toMatchObject({
      accounts: [
        {
          events: unique,
          openDays: 0,
          closedDays: days,
          gaps: 0,
          from: from - 7 * day,
          to,
        },
      ],
    })
    expect(await answered([...report, "--offline"], { env: there.env, home })).toContain('"uncovered": []')
  })

  it("asks for nothing that is settled", async () => {
    const there = await site()
    const home = folder()
    await answered(["sync", ...window], { env: there.env, home })
    const count = there.emulator.requests.length
    expect(await answered(["sync", ...window], { env: there.env, home })).toMatch(/^0 rows read in 0 requests: 0 new, /)
    expect(there.emulator.requests.length).toBe(count)
  })

  it("asks again for the last quarter of an hour, in which rows may be recorded late", async () => {
    const time = timeFrom(noon)
    const vendor = await site({ clock: time.seconds })
    const options = { env: vendor.env, home: folder(), time }
    const recent = ["sync", "--from", "-1d"]
    await answered(recent, options)
    const count = vendor.emulator.requests.length
    await answered(recent, options)
    // Within the same second there is nothing new.
    expect(spansAsked(vendor, count)).toEqual([])
    time.advance(1)
    await answered(recent, options)
    expect(Math.min(...spansAsked(vendor, count).map((span) => span.from))).toBe(noon - 900)
  })

  it("keeps the names of agents too, so that an answer from what is kept has them", async () => {
    const there = await site()
    const home = folder()
    await answered(["sync", ...window], { env: there.env, home })
    const { agents } = parseReport(await answered([...report, "--offline"], { env: there.env, home }))
    expect(agents).toHaveLength(4)
    for (const { name } of agents) expect(name).not.toBeNull()
  })

  it("begins with the end that --order names", async () => {
    const there = await site()
    await answered(["sync", ...window], { env: there.env })
    // Two requests are made at once.
    expect(
      spansAsked(there)
        .slice(0, 2)
        .map((span) => span.to),
    ).toContain(to)
    const count = there.emulator.requests.length
    await answered(["sync", ...window, "--order", "oldest"], { env: there.env })
    const oldest = spansAsked(there, count).slice(0, 2)
    expect(oldest.map((span) => span.from)).toContain(from - 7 * day)
  })

  it("reads the window again with --refresh", async () => {
    const there = await site()
    const home = folder()
    await answered(["sync", ...window], { env: there.env, home })
    const count = there.emulator.requests.length
    expect(await answered(["sync", ...window, "--refresh"], { env: there.env, home })).toMatch(
      /: 0 new, .* unchanged, 0 corr/,
    )
    const spans = spansAsked(there, count).toSorted((one, other) => one.from - other.from)
    expect(Math.min(...spans.map((span) => span.from))).toBe(from)
    expect(spans.reduce((sum, span) => sum + span.to - span.from, 0)).toBe(day)
  })

  it("fetches the agents asked for, which covers nothing", async () => {
    const there = await site()
    const home = folder()
    await answered(["sync", ...window, "--agent", "700102,700103"], { env: there.env, home })
    const asked = there.emulator.requests.filter(({ params }) => params["method"] === "status_log")
    // What came before is looked for no longer than it takes to find it.
    for (const { params } of asked) expect(["700102,700103", "700102", "700103"]).toContain(params["agent"])
    expect(await stored(home)).toMatchObject({ accounts: [{ agents: 2, spans: [] }] })
  })

  it("comes to the same though every fifth answer fails", async () => {
    const there = await site({ faults: 0.2 })
    const home = folder()
    for (let run = 0; run < 5; run++) {
      const { status } = await discreet(["sync", ...window], { env: there.env, home })
      if (status === 0) break
      expect(status).toBe(3)
    }
    const faultless = await site()
    const asked = [...report, "--agents", namesOf(faultless)]
    expect(await answered([...asked, "--offline"], { env: there.env, home })).toBe(
      await answered(asked, { env: faultless.env }),
    )
  })

  it("shows how far it is: on a terminal in a line that goes again, elsewhere in a line now and then", async () => {
    const run = async (options: RunOptions) => {
      const time = timeFrom(noon, { secondsPerRequest: 2 })
      const vendor = await site({ clock: time.seconds })
      const { passToEnd, said } = start(["sync", ...window], { env: vendor.env, time, ...options })
      expect((await passToEnd()).status).toBe(0)
      return said
    }
    const [terminal, piped] = await Promise.all([run({ columns: 100 }), run({})])
    const line =
      /Reading {2}[\d.]+ %  [\d,]+ rows in \d+ requests?, \d+ of \d+ spans, [\d,]+ rows\/s, \d+:\d\d:\d\d left/
    expect(terminal.stderr).toMatch(line)
    expect((await screenOf(terminal.both, 100)).lines).toHaveLength(2)
    expect(piped.stderr).toMatch(new RegExp(`^(${line.source}\n)+$`))
    expect(piped.stdout).toMatch(/^[\d,]+ rows read/)
  })

  it("is refused at once where --interval is too short, or the window the wrong way round", async () => {
    const there = await site()
    expect(await refused(2, ["sync", "--watch", "--interval", "5"], { env: there.env })).toMatch(
      /--interval.*10.*--fast/,
    )
    expect(await refused(2, ["sync", "--watch", "--fast", "--interval", "0"], { env: there.env })).toMatch(/--interval/)
    expect(await refused(2, ["sync", "--from", "now", "--to", "-1d"], { env: there.env })).toMatch(/--from/)
    expect(there.emulator.requests).toHaveLength(0)
  })
})
