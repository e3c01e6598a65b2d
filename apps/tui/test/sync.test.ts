// Shows that `dwell sync` fetches what is missing, and no more, keeps it, and says what it did and how far it is, whatever
// goes wrong on the way.
import { describe, expect, it } from "vitest"
import { answered, discreet, from, namesOf, noon, refused, site, spansAsked, start, to } from "./site.ts"
import { folder, parseReport } from "./support.ts"
import { onScreen } from "./terminal.ts"

const day = 86_400
const window = ["--from", `${from}`, "--to", `${to}`]
const report = ["report", "--now", `${noon}`, ...window, "--format", "json"]

/** What `dwell store` says. */
const stored = async (home: string): Promise<unknown> =>
  JSON.parse(await answered(["store", "--format", "json"], { home }))

describe.concurrent("dwell sync", () => {
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
        `^${count(rows.length)} rows read in ${requests} requests: ${count(unique)} new, ${rows.length - unique} known, 0 corrected\\.\n` +
          `Kept: 2026-03-02 00:00:00 to 2026-03-10 00:00:00 \\(Europe/London\\), ${count(unique)} events, [\\d.]+ [kM]B\\.\n$`,
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

  it("asks for nothing that is settled, and again for what may still change", async () => {
    const there = await site()
    const home = folder()
    await answered(["sync", ...window], { env: there.env, home })
    const count = there.emulator.requests.length
    expect(await answered(["sync", ...window], { env: there.env, home })).toMatch(/^0 rows read in 0 requests: 0 new, /)
    expect(there.emulator.requests.length).toBe(count)

    const now = await site({ clock: () => Math.floor(Date.now() / 1000) })
    const seconds = () => Math.floor(Date.now() / 1000)
    const other = folder()
    const begun = seconds()
    await answered(["sync", "--from", "-1d"], { env: now.env, home: other })
    const [asked, ended] = [now.emulator.requests.length, seconds()]
    // Within the same second there is nothing new.
    while (spansAsked(now, asked).length === 0) {
      await answered(["sync", "--from", "-1d"], { env: now.env, home: other })
    }
    // Rows may be recorded a quarter of an hour late.
    const oldest = Math.min(...spansAsked(now, asked).map((span) => span.from))
    expect(oldest).toBeGreaterThanOrEqual(begun - 900)
    expect(oldest).toBeLessThanOrEqual(ended - 900)
  })

  it("keeps the names of agents too, so that an answer from what is kept has them", async () => {
    const there = await site()
    const home = folder()
    await answered(["sync", ...window], { env: there.env, home })
    const { agents } = parseReport(await answered([...report, "--offline"], { env: there.env, home }))
    expect(agents).toHaveLength(10)
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
      /: 0 new, .* known, 0 corr/,
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
    const slow = { faults: { latency: { rate: 1, ms: 1000 } } }
    const [one, other] = await Promise.all([site(slow), site(slow)])
    const [screen, piped] = await Promise.all([
      onScreen(["sync", ...window], { columns: 100, env: one.env }),
      (async () => {
        const { ended, said } = start(["sync", ...window], { env: other.env })
        expect((await ended)[0]).toBe(0)
        return said
      })(),
    ])
    const line =
      /Reading {2}[\d.]+ %  [\d,]+ rows in \d+ requests?, \d+ of \d+ spans, [\d,]+ rows\/s, \d+:\d\d:\d\d left/
    expect(screen.written).toMatch(line)
    expect(screen.lines).toHaveLength(2)
    expect(piped.stderr).toMatch(new RegExp(`^(${line.source}\n)+$`))
    expect(piped.stdout).toMatch(/^[\d,]+ rows read/)
  })

  it("is refused at once where --every is too short, or the window the wrong way round", async () => {
    const there = await site()
    expect(await refused(2, ["sync", "--watch", "--every", "5"], { env: there.env })).toMatch(/--every.*10.*--fast/)
    expect(await refused(2, ["sync", "--watch", "--fast", "--every", "0"], { env: there.env })).toMatch(/--every/)
    expect(await refused(2, ["sync", "--from", "now", "--to", "-1d"], { env: there.env })).toMatch(/--from/)
    expect(there.emulator.requests).toHaveLength(0)
  })
})
