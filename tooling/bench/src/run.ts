/**
 * Runs races: every runner in a process of its own, one after the other, round by round.
 *
 * Fails    when two runners of a race find different figures in the same rows: a time without the right answer is none
 */
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Schema from "effect/Schema"
import { fileOf, kinds, reader } from "../../../packages/core/bench/dataset.ts"
import { cache, compiled, data, peak } from "./places.ts"
import type { Entry, Race } from "./races.ts"
import { Measurement, median, type Race as Ran, type Runner } from "./Results.ts"

interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
  /** From the start of the process to its end. */
  readonly ms: number
}

interface Options {
  readonly env?: Readonly<Record<string, string>>
  /** Throws the output away. */
  readonly isQuiet?: boolean
}

/** Runs the Node that runs this. */
const node = (args: ReadonlyArray<string>, { env = {}, isQuiet = false }: Options = {}): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const begin = performance.now()
    const child = spawn(process.execPath, args, {
      env: { ...process.env, NODE_NO_WARNINGS: "1", ...env },
      stdio: ["ignore", isQuiet ? "ignore" : "pipe", "pipe"],
    })
    let stdout = ""
    let stderr = ""
    let ms = 0
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text))
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text))
    child.on("error", reject)
    child.on("exit", () => (ms = performance.now() - begin))
    child.on("close", (status) => resolve({ status, stdout, stderr, ms }))
  })

/** The folder of the data of an entry. */
export const folderOf = (folder: string, rows: number): string => join(folder, String(rows))

/** Writes what is missing of the data. */
export const prepare = async (
  entries: ReadonlyArray<Entry>,
  folder: string,
  say: (text: string) => void = () => {},
): Promise<void> => {
  for (const rows of new Set(entries.map((entry) => entry.rows))) {
    const place = folderOf(folder, rows)
    const wanted = new Set(entries.flatMap((entry) => (entry.rows === rows ? entry.kinds : [])))
    const missing = kinds.filter((kind) => wanted.has(kind) && !existsSync(fileOf(place, kind)))
    if (missing.length === 0) continue
    say(`Data: ${rows} rows`)
    const { status, stderr } = await node([data, place, String(rows), ...missing])
    if (status !== 0) throw new Error(`The data of ${rows} rows could not be written.\n${stderr}`)
  }
}

const Printed = Schema.parseJson(Schema.Union(Measurement, Schema.Struct({ missing: Schema.String })))

type Outcome = Measurement | { readonly missing: string }

const failure = ({ status, stderr }: Ended): Outcome => {
  const said = stderr.split("\n").find((line) => /error|fatal/i.test(line)) ?? stderr.trim().split("\n").at(-1) ?? ""
  return { missing: `failed (${status ?? "killed"}): ${said.trim().slice(0, 160)}` }
}

/** The command as people call it, from its start to its end. */
const runCommand = async (
  program: string,
  args: ReadonlyArray<string>,
  rows: number,
  folder: string,
): Promise<Outcome> => {
  const scratch = mkdtempSync(join(tmpdir(), "dwell-bench-"))
  try {
    const report = join(scratch, "peak")
    const homes = { HOME: scratch, XDG_CONFIG_HOME: scratch, XDG_CACHE_HOME: compiled, XDG_DATA_HOME: folder }
    const env = { DWELL_BENCH_PEAK: report, ...homes, ...reader }
    const call = () => node(["--import", peak, program, ...args], { env, isQuiet: true })
    if (!existsSync(compiled)) await call()
    const ended = await call()
    if (ended.status !== 0) return failure(ended)
    return { ms: ended.ms, peakMB: Number(readFileSync(report, "utf8")), rows, digest: "" }
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

/** Runs one entry once. */
const runOnce = async (
  { options, program, rows, subject }: Entry,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<Outcome> => {
  const place = folderOf(folder, rows)
  if (typeof subject !== "string") return runCommand(program, subject(place), rows, place)
  const ended = await node([...options, program, subject, place], { env })
  return ended.status === 0 ? Schema.decodeUnknownSync(Printed)(ended.stdout) : failure(ended)
}

const Together = Schema.parseJson(
  Schema.Union(
    Schema.Struct({ missing: Schema.String }),
    Schema.Struct({ found: Schema.Record({ key: Schema.String, value: Measurement }) }),
  ),
)

/** Runs what measures all entries of a race at once; gives what became of each. */
const runTogether = async (
  { entries: [first] }: Race,
  env: Readonly<Record<string, string>>,
): Promise<(id: string) => Outcome> => {
  if (first === undefined || typeof first.subject !== "string") return () => ({ missing: "there is nothing to run" })
  const ended = await node([...first.options, first.program, first.subject], { env })
  if (ended.status !== 0) return () => failure(ended)
  const told = Schema.decodeUnknownSync(Together)(ended.stdout)
  if ("missing" in told) return () => told
  return (id) => told.found[id] ?? { missing: "nothing was found of it" }
}

/** Two runners of one race that read the same rows and say different things. */
const disagreement = (runners: ReadonlyArray<Runner>): string | undefined => {
  const first = new Map<number, { readonly title: string; readonly digest: string }>()
  for (const { rows, runs, title } of runners) {
    for (const { digest } of runs) {
      if (digest === "") continue
      const known = first.get(rows)
      if (known === undefined) first.set(rows, { title, digest })
      else if (known.digest !== digest) return `${known.title}: ${known.digest}; ${title}: ${digest}`
    }
  }
  return undefined
}

interface Setting {
  readonly rounds: number
  /** Where the data lie. */
  readonly folder?: string
  readonly say?: (text: string) => void
  /** What the runners find in their environment, beside what is in this one. */
  readonly env?: Readonly<Record<string, string>>
}

const toldOf = ({ ms, peakMB, readings }: Measurement, unit: string | undefined): string => {
  const found = readings === undefined ? `${ms.toFixed(0)} ms` : `${median(readings).toFixed(2)} ${unit ?? "ms"}`
  return `${found}, ${peakMB.toFixed(0)} MB`
}

const runRace = async (race: Race, { env = {}, folder = cache, rounds, say = () => {} }: Setting): Promise<Ran> => {
  const lanes = race.entries.map((entry) => ({ entry, runs: new Array<Measurement>(), missing: "" }))
  for (let round = 0; round < rounds; round++) {
    // Nobody always runs behind the same other.
    const order = lanes.map((_, index) => lanes[(index + round) % lanes.length])
    const together = race.isTogether === true ? await runTogether(race, env) : undefined
    for (const lane of order) {
      if (lane === undefined || lane.missing !== "" || (lane.entry.isSlow && round > 0)) continue
      const outcome = together?.(lane.entry.id) ?? (await runOnce(lane.entry, folder, env))
      if ("missing" in outcome) lane.missing = outcome.missing
      else lane.runs.push(outcome)
      const told = "missing" in outcome ? outcome.missing : toldOf(outcome, lane.entry.unit)
      say(`${race.id}, round ${round + 1} of ${rounds}: ${lane.entry.title}: ${told}`)
    }
  }
  const runners = lanes.map(({ entry: { id, isOurs, rows, title, unit }, missing, runs }): Runner => ({
    id,
    title,
    isOurs,
    rows,
    ...(unit === undefined ? {} : { unit }),
    runs: missing === "" ? runs : [],
    missing: missing === "" ? null : missing,
  }))
  const different = disagreement(runners)
  if (different !== undefined) throw new Error(`The figures of "${race.title}" differ. ${different}`)
  return { id: race.id, title: race.title, runners }
}

/** Runs races one after another. */
export const runAll = async (races: ReadonlyArray<Race>, setting: Setting): Promise<ReadonlyArray<Ran>> => {
  await prepare(
    races.flatMap(({ entries }) => entries),
    setting.folder ?? cache,
    setting.say,
  )
  const ran: Array<Ran> = []
  for (const race of races) ran.push(await runRace(race, setting))
  return ran
}
