import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import * as compare from "../src/compare.ts"
import { root } from "../src/places.ts"
import { usual } from "../src/races.ts"
import { runAll } from "../src/run.ts"

const rows = 5000
const folder = mkdtempSync(join(tmpdir(), "dwell-bench-test-"))
afterAll(() => rmSync(folder, { recursive: true }))

test("everyone finds the same figures, whatever the format", async () => {
  const ran = await runAll(usual(rows), { rounds: 1, folder })
  const runners = ran.flatMap(({ runners: own }) => own)
  // A C compiler and chdb are nothing that everybody has; all others run everywhere.
  for (const { missing, title } of runners)
    expect(missing ?? "no C compiler", title).toMatch(/no C compiler|chdb is not/)
  const digests = (isWanted: (race: string) => boolean) =>
    new Set(
      ran
        .filter(({ id }) => isWanted(id))
        .flatMap(({ runners: own }) => own)
        .flatMap(({ rows: read, runs }) => (read === rows ? runs.map(({ digest }) => digest) : []))
        .filter((digest) => digest !== ""),
    )
  const sums = digests((race) => race !== "buckets")
  const buckets = digests((race) => race === "buckets")
  expect(sums.size).toBe(1)
  expect(buckets.size).toBe(1)
  const total = (digest: string | undefined) => digest?.match(/, (\d+ s),/)?.[1]
  expect(total([...sums][0])).toBe(total([...buckets][0]))
  expect(runners.every(({ runs }) => runs.every((run) => run.ms > 0 && run.peakMB > 0 && run.rows > 0))).toBe(true)
})

test("a runner with other figures stops the race", async () => {
  const program = join(folder, "wrong.js")
  writeFileSync(program, `console.log('{"ms":1,"peakMB":1,"rows":${rows},"digest":"1 figures, 2 s, 3"}')`)
  const races = usual(rows).flatMap(({ entries: [ours, ...others], ...race }) =>
    race.id === "csv" && ours !== undefined
      ? [{ ...race, entries: [ours, ...others.map((entry) => ({ ...entry, program }))] }]
      : [],
  )
  expect(races).toHaveLength(1)
  await expect(runAll(races, { rounds: 1, folder })).rejects.toThrow(/differ.*1 figures, 2 s, 3/)
})

test("a tree compared with itself has every subject, and the command", async () => {
  const races = compare.races(root, rows)
  expect(races.map(({ id }) => id)).toEqual(expect.arrayContaining(["dwell report", "json", "xml", "sums", "buckets"]))
  const ran = await runAll(
    races.filter(({ id }) => id === "dwell report" || id === "sums"),
    { rounds: 1, folder },
  )
  expect(compare.render(ran)).toMatch(/^ +base +head +time.*\ndwell report +\d+ ms +\d+ ms +\d.*\nsums +\d+ ms/)
})
