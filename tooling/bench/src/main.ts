/**
 * `npm run bench`: what it is asked, and where the answers go.
 *
 * Shape    without options all races are run in full, and the page and the picture written; with --rows, --rounds or
 *          --quick figures are only printed
 */
import { writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import * as chart from "./chart.ts"
import { circumstances } from "./circumstances.ts"
import * as compare from "./compare.ts"
import { check } from "./limits.ts"
import * as page from "./page.ts"
import { page as pageFile, picture, resultsFile } from "./places.ts"
import { api, large, type Race, screen, store, usual } from "./races.ts"
import * as Results from "./Results.ts"
import { runAll } from "./run.ts"
import { withSite } from "./screen/site.ts"

const usage = `usage: npm run bench                          all races; writes docs/performance.md and docs/performance.svg
       npm run bench -- --rows 100000 --quick   fewer rows, one round; only prints
       npm run bench -- --large                 the command over a file of 3 GB; adds to the page
       npm run bench -- --store                 the event store; adds to the page
       npm run bench -- --screen                the full-screen program in a terminal; adds to the page
       npm run bench -- --api                   the API on Node and in workerd; adds to the page
       npm run bench -- compare REF             another commit against the working tree
options: --rows N  --rounds N  --only RACE  --quick
`

const say = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

const wholeNumber = (name: string, text: string | undefined, otherwise: number): number => {
  if (text === undefined) return otherwise
  if (/^[1-9]\d*$/.test(text)) return Number(text)
  process.stderr.write(`--${name} ${text} is not a whole number over 0\n${usage}`)
  return process.exit(2)
}

const parsed = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        rows: { type: "string" },
        rounds: { type: "string" },
        only: { type: "string" },
        quick: { type: "boolean", default: false },
        large: { type: "boolean", default: false },
        store: { type: "boolean", default: false },
        screen: { type: "boolean", default: false },
        api: { type: "boolean", default: false },
      },
    })
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
    return process.exit(2)
  }
}

const { positionals, values } = parsed()
const [action, ref, ...rest] = positionals

/** Runs, prints, and says what was found. */
const race = async (
  races: ReadonlyArray<Race>,
  rounds: number,
  rows: number,
  isOnSite: boolean,
): Promise<Results.Results> => {
  const ran = isOnSite
    ? await withSite(rows, (env) => runAll(races, { rounds, say, env }))
    : await runAll(races, { rounds, say, env: { DWELL_BENCH_ROWS: `${rows}` } })
  const results = { circumstances: circumstances(), rounds, rows, races: ran }
  process.stdout.write(page.summary(results))
  return results
}

const publish = (kept: Results.Kept): void => {
  Results.write(resultsFile, kept)
  writeFileSync(pageFile, page.render(kept))
  writeFileSync(picture, chart.render(kept))
  say(`Written: ${pageFile}, ${picture}`)
}

/** The groups of races that are run by themselves: how many rows each is about, agents on the screens, and rounds. */
const groups = {
  usual: { races: usual, rows: 10_000_000, rounds: 5 },
  large: { races: large, rows: 28_000_000, rounds: 1 },
  store: { races: store, rows: 7_500_000, rounds: 5 },
  screen: { races: screen, rows: 5000, rounds: 3 },
  api: { races: api, rows: 7_500_000, rounds: 1 },
} as const

const bench = async (): Promise<void> => {
  const name = (["large", "store", "screen", "api"] as const).find((each) => values[each]) ?? "usual"
  const group = groups[name]
  const rounds = wholeNumber("rounds", values.rounds, values.quick ? 1 : group.rounds)
  const rows = wholeNumber("rows", values.rows, group.rows)
  const isWhole = rows === group.rows && !values.quick && values.only === undefined
  const races = group.races(rows).filter(({ id }) => (values.only ?? id) === id)
  const results = await race(races, rounds, rows, values.screen)
  if (!isWhole) return say("The limits are those of a full run; nothing was written.")
  publish({ ...Results.read(resultsFile), [name]: results })
  if (check(results.races).some(({ verdict }) => verdict === "missed")) process.exitCode = 1
}

const compareWith = async (base: string): Promise<void> => {
  const rounds = wholeNumber("rounds", values.rounds, values.quick ? 1 : 7)
  const rows = wholeNumber("rows", values.rows, 1_000_000)
  say(`Building ${base} ...`)
  await compare.withTree(base, async (tree) => {
    const all = compare.races(tree, rows)
    if (all.length === 1) say(`${base} has no benchmarks of its own: only the command can be compared.`)
    const races = all.filter(({ id }) => (values.only ?? id) === id)
    process.stdout.write(`${compare.render(await runAll(races, { rounds, say }))}\n`)
  })
}

if (action === undefined) await bench()
else if (action === "compare" && ref !== undefined && rest.length === 0) await compareWith(ref)
else {
  process.stderr.write(usage)
  process.exitCode = 2
}
