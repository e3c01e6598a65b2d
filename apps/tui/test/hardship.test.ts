// Shows that a store whose writers are killed, or that several use at once, loses and breaks nothing. `DWELL_KILLS` and
// `DWELL_WATCH_SECONDS` make it longer.
import { start } from "./runner.ts"
import { folder } from "@dwell/testing/scratch"
import { random } from "@dwell/testing/random"
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { describe, expect, it } from "vitest"
import { answered, dataFolder, discreet, noon, site, to } from "./site.ts"
import { parseReport } from "./support.ts"

const day = 86_400

const kills = Number(process.env["DWELL_KILLS"] ?? 8)
const seconds = Number(process.env["DWELL_WATCH_SECONDS"] ?? 5)
/** Only against hanging, so many milliseconds for each kill or second. */
const patience = 20_000

/** What SQLite finds wrong with the store of a home; of one that is not there yet, nothing. */
const damageIn = (home: string): unknown => {
  const files = existsSync(dataFolder(home)) ? readdirSync(dataFolder(home)) : []
  const name = files.find((each) => each.endsWith(".sqlite"))
  const database = new DatabaseSync(name === undefined ? ":memory:" : join(dataFolder(home), name))
  const damage = database.prepare("PRAGMA integrity_check").all()
  database.close()
  return damage
}

describe.concurrent("a store", () => {
  it(
    "is whole, and comes to the same, however often and whenever dwell sync is killed",
    async () => {
      const next = random(Date.now())
      const there = await site({ agents: 20, days: 12 })
      const begin = to - 3 * day
      const span = ["--from", `${begin}`, "--to", `${to}`]
      const asked = ["report", "--now", `${noon}`, ...span, "--format", "json"]
      const clean = folder()
      const begun = performance.now()
      await answered(["sync", ...span], { env: there.env, home: clean })
      const length = performance.now() - begun
      const expected = await answered(asked, { env: there.env, home: clean })
      let home = folder()
      let cut = 0
      for (let kill = 0; kill < kills; kill++) {
        // A new store is made anew every fourth time; else a part of the old one is forgotten, for there to be something to do.
        if (kill % 4 === 0) home = folder()
        else
          await answered(["store", "prune", "--before", `${begin - 7 * day + next(10 * day)}`], {
            env: there.env,
            home,
          })
        const { child, ended } = start(["sync", ...span], { home, env: there.env })
        // No wait for something to happen: the moment itself, at random, is what is tried.
        const timer = setTimeout(() => child.kill("SIGKILL"), next(Math.ceil(length)))
        const [, signal] = await ended
        clearTimeout(timer)
        if (signal === "SIGKILL") cut += 1
        expect(damageIn(home)).toEqual([{ integrity_check: "ok" }])
        // The report fetches what is missing, as dwell sync does, before it answers.
        expect(await answered(asked, { env: there.env, home }), `kill ${kill}`).toBe(expected)
      }
      expect(cut).toBeGreaterThan(0)
    },
    kills * patience,
  )

  it(
    "is shared by two who watch and three who read, and none of them is in another's way",
    async () => {
      const there = await site({ agents: 30, clock: () => Math.floor(Date.now() / 1000) })
      const home = folder()
      const watch = ["sync", "--watch", "--fast", "--every", "1", "--from", "-3d"]
      const watchers = [start(watch, { home, env: there.env }), start(watch, { home, env: there.env })]
      // Before that there is nothing to be read.
      for (const { until } of watchers) await until(/Kept: .*\n/)
      const end = performance.now() + seconds * 1000
      const reader = async (args: ReadonlyArray<string>) => {
        let runs = 0
        for (; performance.now() < end; runs++) {
          const { status, stderr } = await discreet(args, { env: there.env, home })
          expect({ args, status, stderr: stderr.replaceAll(/^Not kept here, so untracked: .*\n/gm, "") }).toStrictEqual(
            {
              args,
              status: 0,
              stderr: "",
            },
          )
        }
        return runs
      }
      const runs = await Promise.all([
        reader(["report", "--offline", "--from", "-2d"]),
        reader(["store"]),
        reader(["at", "now", "--offline"]),
      ])
      for (const count of runs) expect(count).toBeGreaterThan(0)
      for (const { child, end: press, said } of watchers) {
        expect(child.exitCode).toBe(null)
        expect(await press()).toBe(130)
        expect(said.stderr.replaceAll(/^(Reading|\d{4}-\d\d-\d\d) .*\n/gm, "")).toBe("")
        expect(said.stdout).toMatch(/^[\d,]+ rows? read in \d+ requests?: .*\nKept: .*\n$/)
      }
      const settled = ["report", "--from", "-2d", "--to", "-3h", "--offline", "--format", "json"]
      const { quality } = parseReport(await answered(settled, { env: there.env, home }))
      expect(quality.uncovered).toStrictEqual([])
    },
    seconds * patience,
  )
})
