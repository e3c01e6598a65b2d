/** Results as a full run would leave them: every runner of every race, each with the time and memory asked for. */
import { api, large, screen, store, usual } from "../src/races.ts"
import type { Kept, Race, Results } from "../src/Results.ts"

/** By race and runner; every other runner takes a second and 100 MB. */
export type Special = Readonly<
  Record<string, Partial<{ ms: number; peakMB: number; missing: string; readings: ReadonlyArray<number> }>>
>

const ran = (races: ReturnType<typeof usual>, special: Special): ReadonlyArray<Race> =>
  races.map(({ entries, id, title }) => ({
    id,
    title,
    runners: entries.map((entry) => {
      const { missing = null, ms = 1000, peakMB = 100, readings } = special[`${id}: ${entry.id}`] ?? {}
      const read = readings === undefined && entry.unit === undefined ? {} : { readings: readings ?? [1000] }
      const run = (round: number) => ({ ms: ms * (1 + round / 100), peakMB, rows: entry.rows, digest: "", ...read })
      const { isOurs, rows, unit } = entry
      return {
        id: entry.id,
        title: entry.title,
        isOurs,
        rows,
        ...(unit === undefined ? {} : { unit }),
        runs: missing === null ? [0, 1, 2].map(run) : [],
        missing,
      }
    }),
  }))

const results = (races: ReadonlyArray<Race>): Results => ({
  circumstances: {
    machine: "Some processor, 2 cores, 16 GB, Linux",
    date: "2026-11-24",
    commit: "0123456789ab",
    versions: ["Node 24.21.0", "chdb 3.4.0"],
  },
  rounds: 3,
  rows: 10_000_000,
  races,
})

export const recorded = (special: Special = {}): Required<Kept> => ({
  usual: results(ran(usual(10_000_000), special)),
  large: results(ran(large(), special)),
  store: results(ran(store(), special)),
  screen: results(ran(screen(), special)),
  api: results(ran(api(), special)),
})
