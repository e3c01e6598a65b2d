import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { folder } from "@dwell/testing/scratch"
import { beforeAll, describe, expect, it } from "vitest"
import { digester, Missing, type Subject } from "../../../packages/core/bench/measure.ts"
import * as compare from "../src/compare.ts"
import { bundlesOf, peer, root } from "../src/places.ts"
import { type Entry, type Race, usual } from "../src/races.ts"
import { folderOf, prepare, runAll } from "../src/run.ts"

const rows = 2000
const races = usual(rows)

interface Program {
  readonly subjects: ReadonlyMap<string, Subject>
}

const isProgram = (module: unknown): module is Program =>
  typeof module === "object" && module !== null && "subjects" in module && module.subjects instanceof Map

/** What a bundle can measure, loaded into this process. */
const subjectsOf = async (bundle: string): Promise<Program["subjects"]> => {
  const module: unknown = await import(bundle)
  if (!isProgram(module)) throw new Error(`${bundle} has no subjects`)
  return module.subjects
}

const raceOf = (id: string): Race => {
  const race = races.find((each) => each.id === id)
  if (race === undefined) throw new Error(`there is no race ${id}`)
  return race
}

/** Each runner of text or columns once, with all rows, by race and id; the whole command has no figures. */
const runners = races.flatMap(({ entries, id }) =>
  entries.flatMap((entry) =>
    entry.rows === rows && typeof entry.subject === "string" && !id.startsWith("growth")
      ? [{ name: `${id}: ${entry.id}`, race: id, entry, subject: entry.subject }]
      : [],
  ),
)

let data: string

beforeAll(async () => {
  data = folder()
  await prepare(
    races.flatMap(({ entries }) => entries.filter((entry) => entry.rows === rows)),
    data,
  )
})

interface Found {
  readonly rows: number
  readonly digest: string
}

/** What one runner finds; nothing where it needs what this machine does not have. */
const find = async ({ program, rows: read }: Entry, subject: string): Promise<Found | undefined> => {
  const prepared = (await subjectsOf(program)).get(subject)
  if (prepared === undefined) throw new Error(`${program} has no subject ${subject}`)
  const digest = digester()
  try {
    const work = await prepared(folderOf(data, read))
    const answer = await work()
    await answer.figures(digest.put)
    return { rows: answer.rows, digest: digest.text() }
  } catch (error) {
    if (error instanceof Error && error.name === Missing.name) return undefined
    throw error
  }
}

/** Whole seconds of a digest, which are the same in whatever buckets they are. */
const secondsOf = (digest: string | undefined) => digest?.match(/, (\d+ s),/)?.[1]

describe("the runners of the races", () => {
  const found = new Map<string, Found | undefined>()
  const digests = (isWanted: (race: string) => boolean) =>
    new Set(
      runners.flatMap(({ name, race }) => {
        const { digest = "" } = found.get(name) ?? {}
        return isWanted(race) && digest !== "" ? [digest] : []
      }),
    )

  beforeAll(async () => {
    for (const { entry, name, subject } of runners) found.set(name, await find(entry, subject))
  })

  // A C compiler and chdb are nothing that everybody has.
  it.each(runners.filter(({ entry }) => entry.program !== peer("floor") && entry.program !== peer("chdb")))(
    "run everywhere and read every row: $name",
    ({ name }) => {
      expect(found.get(name)?.rows).toBe(rows)
    },
  )

  it("find the same figures, whatever the format", () => {
    const sums = digests((race) => race !== "buckets")
    const buckets = digests((race) => race === "buckets")
    expect(sums.size).toBe(1)
    expect(buckets.size).toBe(1)
    expect(secondsOf([...sums][0])).toMatch(/^\d+ s$/)
    expect(secondsOf([...sums][0])).toBe(secondsOf([...buckets][0]))
  })
})

describe("a race", () => {
  it("has a process for every runner, which says what it took", async () => {
    const [ran] = await runAll([raceOf("csv")], { rounds: 1, folder: data })
    expect(ran?.runners).toHaveLength(2)
    for (const { missing, runs } of ran?.runners ?? []) {
      expect(missing).toBeNull()
      expect(runs).toHaveLength(1)
      expect(runs.every((run) => run.ms > 0 && run.peakMB > 0 && run.rows === rows && run.digest !== "")).toBe(true)
    }
  })

  it("stops at a runner with other figures", async () => {
    const programs = ["1 figures, 2 s, 3", "1 figures, 2 s, 4"].map((digest, index) => {
      const program = join(folder(), `program${index}.js`)
      writeFileSync(program, `console.log('{"ms":1,"peakMB":1,"rows":${rows},"digest":"${digest}"}')`)
      return program
    })
    const race = raceOf("csv")
    const entries = race.entries.map((entry, index) => ({ ...entry, program: programs[index] ?? "" }))
    await expect(runAll([{ ...race, entries }], { rounds: 1, folder: data })).rejects.toThrow(
      /differ.*1 figures, 2 s, 3.*1 figures, 2 s, 4/,
    )
  })
})

describe("a tree compared with itself", () => {
  it("has every subject, and the command", async () => {
    const both = compare.races(root, rows)
    const subjects = await subjectsOf(bundlesOf(root).ours)
    expect(both.map(({ id }) => id)).toEqual(["dwell report", ...subjects.keys()])
    const ran = await runAll(
      both.filter(({ id }) => id === "dwell report" || id === "sums"),
      { rounds: 1, folder: data },
    )
    expect(compare.render(ran)).toMatch(/^ +base +head +time.*\ndwell report +\d+ ms +\d+ ms +\d.*\nsums +\d+ ms/)
  })
})
