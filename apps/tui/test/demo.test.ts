// Shows that `dwell demo` needs nothing and nobody, and that its report reconciles.
import { type RunOptions, start as startDwell } from "./runner.ts"
import { folder } from "@dwell/testing/scratch"
import { readdirSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { parseReport } from "./support.ts"

/** Runs `dwell demo`. Its vendor answers in the same process, in no time. */
const demo = (args: ReadonlyArray<string>, options?: RunOptions) => startDwell(["demo", ...args], options).ended

describe("dwell demo", () => {
  it("prints a report to a pipe, talk to stderr, and leaves nothing behind", async () => {
    const home = folder()
    const { status, stderr, stdout } = await demo([], { home })
    expect(status).toBe(0)
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\d 00:00:00 to \d{4}-\d\d-\d\d 00:00:00, Europe\/London\n/)
    expect(stdout).toMatch(/^Status +Category +Time/m)
    expect(stdout).toMatch(/^ *Agent +Name +Team/m)
    expect(stderr).toMatch(/^A demo contact centre with 24 agents/)
    expect(stderr).toMatch(/^Token: valid until/m)
    expect(stderr).toMatch(/^status_log: [\d,]+ events read in \d+ requests\.$/m)
    // No login, no events and no token; what the engine made of the program is elsewhere in these tests.
    expect(readdirSync(home)).toStrictEqual([])
  })

  it("adds up for every agent: statuses and untracked time are what the window covers", async () => {
    const { status, stdout } = await demo(["--format", "json"])
    expect(status).toBe(0)
    const { agents, statuses, window } = parseReport(stdout)
    const covered = Math.min(window.to, window.now) - window.from
    expect(covered).toBeGreaterThan(22 * 3600)
    expect(agents).toHaveLength(24)
    const all = new Map<string, number>()
    for (const { loggedIn, name, sessions, statuses: own, untracked } of agents) {
      expect(name).not.toBeNull()
      expect(own.reduce((sum, { seconds }) => sum + seconds, untracked)).toBe(covered)
      expect(sessions.reduce((sum, { end, start }) => sum + end - start, 0)).toBe(loggedIn)
      for (const figures of own) all.set(figures.status, (all.get(figures.status) ?? 0) + figures.seconds)
    }
    expect(Object.fromEntries(statuses.map((figures) => [figures.status, figures.seconds]))).toStrictEqual(
      Object.fromEntries(all),
    )
  })

  it("needs no credentials, and takes no notice of wrong ones", async () => {
    const env = { DWELL_USERNAME: "x", DWELL_PASSWORD: "y", DWELL_BASE_URL: "http://127.0.0.1:1/" }
    expect((await demo(["--format", "csv"], { env })).status).toBe(0)
  })
})
