// Writers that are killed, and several programs on one store. `npm run test:long` kills 200 times.
import { existsSync, mkdirSync, readdirSync, watch } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { effort, runs } from "@dwell/testing/effort"
import { start as startProgram } from "@dwell/testing/programs"
import { random } from "@dwell/testing/random"
import { folder } from "@dwell/testing/scratch"
import { beforeAll, describe, expect, it } from "vitest"
import { answered, dataFolder, type Site, site, to } from "../site.ts"
import { bundle, parseReport } from "../support.ts"
import { noon } from "../time.ts"

const day = 86_400

/** What SQLite finds wrong with the store of a home; with none, nothing. */
const damageIn = (home: string): unknown => {
  const files = existsSync(dataFolder(home)) ? readdirSync(dataFolder(home)) : []
  const name = files.find((each) => each.endsWith(".sqlite"))
  const database = new DatabaseSync(name === undefined ? ":memory:" : join(dataFolder(home), name))
  const damage = database.prepare("PRAGMA integrity_check").all()
  database.close()
  return damage
}

/** An empty home, with the folder that a store will be in. */
const emptyHome = (): string => {
  const home = folder()
  mkdirSync(dataFolder(home), { recursive: true, mode: 0o700 })
  return home
}

describe("a store whose writer is killed", () => {
  const begin = to - 3 * day
  const span = ["--from", `${begin}`, "--to", `${to}`]
  const asked = ["report", "--now", `${noon}`, ...span, "--format", "json"]

  /** About how often a sync of a new store is seen to write. */
  const mostWrites = 60

  /** Runs `dwell sync` as a process until it has written to its files so often; says whether it was killed. */
  const syncUntil = async (vendor: Site, home: string, writes: number) => {
    const { child, ended } = startProgram(bundle, ["sync", ...span], { home, env: vendor.env })
    let seen = 0
    const watcher = watch(dataFolder(home), () => {
      seen += 1
      if (seen === writes) child.kill("SIGKILL")
    })
    await ended
    watcher.close()
    return child.signalCode === "SIGKILL"
  }

  it("is whole, and later reports come to the same, at whichever write it was killed", async () => {
    const vendor = await site({ days: 12 })
    const next = random(20_260_310)
    const expected = await answered(asked, { env: vendor.env })
    let home = emptyHome()
    let kills = 0
    for (let kill = 0; kill < (effort >= 10 ? 200 : runs(6)); kill++) {
      // Every fourth kill hits a new store. Before the others a part is pruned, so that there is something to write.
      if (kill % 4 === 0) home = emptyHome()
      else {
        const before = `${begin - 7 * day + next(10 * day)}`
        await answered(["store", "prune", "--before", before], { env: vendor.env, home })
      }
      const isKilled = await syncUntil(vendor, home, kill === 0 ? 3 : 1 + next(mostWrites))
      kills += isKilled ? 1 : 0
      expect(damageIn(home)).toEqual([{ integrity_check: "ok" }])
      // The report fetches what is missing, as dwell sync does, before it answers.
      expect(await answered(asked, { env: vendor.env, home }), `kill ${kill}`).toBe(expected)
    }
    // A machine may report several writes as one, so that a kill may come when all is written; the first never does.
    expect(kills).toBeGreaterThan(0)
  })
})

describe("a store that several programs use", () => {
  const settled = ["report", "--from", "-2d", "--to", "-3h", "--offline", "--format", "json"]
  let vendor: Site
  let isAsked = () => {}
  /** Waits until the vendor has looked at its clock, as it does for each request, so often. */
  const asked = (times: number) =>
    new Promise<void>((resolve) => {
      let left = times
      isAsked = () => {
        left -= 1
        if (left === 0) resolve()
      }
    })
  beforeAll(async () => {
    const clock = () => {
      isAsked()
      // oxlint-disable-next-line no-restricted-properties -- the programs are processes, and read the machine's clock
      return Math.floor(Date.now() / 1000)
    }
    vendor = await site({ clock })
  })

  it("takes what two watch for while three read, and none is in another's way", async () => {
    const home = folder()
    const watching = ["sync", "--watch", "--fast", "--interval", "1", "--from", "-3d"]
    const watchers = [1, 2].map(() => startProgram(bundle, watching, { home, env: vendor.env }))
    // Before that there is nothing to read.
    for (const { until } of watchers) await until(/Stored: .*\n/)
    const questions = [["report", "--offline", "--from", "-2d"], ["store"], ["at", "now", "--offline"]]
    for (let turn = 0; turn < runs(2); turn++) {
      // Both watchers read on meanwhile.
      const followed = asked(4)
      const results = await Promise.all(
        questions.map(async (args) => startProgram(bundle, args, { home, env: vendor.env }).ended),
      )
      for (const { status, stderr } of results) {
        expect({ status, stderr: stderr.replaceAll(/^Not stored, so untracked: .*\n/gm, "") }).toEqual({
          status: 0,
          stderr: "",
        })
      }
      await followed
    }
    for (const { child, end, said } of watchers) {
      expect(child.exitCode).toBe(null)
      const { status, stderr } = await end()
      expect({ status, stderr: stderr.replaceAll(/^\d{4}-\d\d-\d\d .*\n/gm, "") }).toEqual({ status: 130, stderr: "" })
      expect(said.stdout).toMatch(/^[\d,]+ rows? read in \d+ requests?: .*\nStored: .*\n$/)
    }
    const { stdout } = await startProgram(bundle, settled, { home, env: vendor.env }).ended
    expect(parseReport(stdout).quality.uncovered).toEqual([])
  })
})
