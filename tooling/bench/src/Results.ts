/**
 * What a round of benchmarks has found, as it is kept and printed.
 *
 * Units    milliseconds, megabytes (10^6 bytes)
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

export const Measurement = Schema.Struct({
  ms: Schema.Number,
  peakMB: Schema.Number,
  rows: Schema.Number,
  digest: Schema.String,
  /** What was read in the run, one after the other, in the runner's unit, where `ms` is not what is asked for. */
  readings: Schema.optionalWith(Schema.Array(Schema.Number), { exact: true }),
})
export type Measurement = typeof Measurement.Type

export const Runner = Schema.Struct({
  id: Schema.String,
  title: Schema.String,
  /** This project's own, or what it is held against. */
  isOurs: Schema.Boolean,
  rows: Schema.Number,
  /** Of its readings, where it has some. */
  unit: Schema.optionalWith(Schema.String, { exact: true }),
  /** A run a round, in their order; a slow one sits the later rounds out. */
  runs: Schema.Array(Measurement),
  /** Why there are no runs; `null` where there are. */
  missing: Schema.NullOr(Schema.String),
})
export type Runner = typeof Runner.Type

export const Race = Schema.Struct({ id: Schema.String, title: Schema.String, runners: Schema.Array(Runner) })
export type Race = typeof Race.Type

export const Circumstances = Schema.Struct({
  /** Processor, cores, memory, system. */
  machine: Schema.String,
  /** Day, UTC. */
  date: Schema.String,
  /** Short hash, and whether there were changes on top of it. */
  commit: Schema.String,
  /** Node, and what it was held against. */
  versions: Schema.Array(Schema.String),
})
export type Circumstances = typeof Circumstances.Type

export const Results = Schema.Struct({
  circumstances: Circumstances,
  rounds: Schema.Number,
  /** The most rows of any race. */
  rows: Schema.Number,
  races: Schema.Array(Race),
})
export type Results = typeof Results.Type

/** The usual races, and those over a file of some gigabytes, the store, the screens and the API, which are run by themselves. */
export const Kept = Schema.Struct({
  usual: Schema.optionalWith(Results, { exact: true }),
  large: Schema.optionalWith(Results, { exact: true }),
  store: Schema.optionalWith(Results, { exact: true }),
  screen: Schema.optionalWith(Results, { exact: true }),
  api: Schema.optionalWith(Results, { exact: true }),
})
export type Kept = typeof Kept.Type

/** What was kept before; nothing where there is nothing to be read. */
export const read = (path: string): Kept => {
  let text: string
  try {
    text = readFileSync(path, "utf8")
  } catch {
    return {}
  }
  // What an older version of this has kept is no loss; what was just measured would be one.
  return Option.getOrElse(Schema.decodeUnknownOption(Schema.parseJson(Kept))(text), (): Kept => ({}))
}

export const write = (path: string, kept: Kept): void => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(kept, null, 2)}\n`)
}

/** The value that so many of all, 0 to 1, are not above; between two, in proportion. */
export const quantile = (values: ReadonlyArray<number>, part: number): number => {
  const sorted = values.toSorted((one, other) => one - other)
  const at = (sorted.length - 1) * part
  const [low, high] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN]
  return low + (high - low) * (at % 1)
}

export const median = (values: ReadonlyArray<number>): number => quantile(values, 0.5)

export const runnerOf = (races: ReadonlyArray<Race>, race: string, id: string): Runner | undefined =>
  races.find((each) => each.id === race)?.runners.find((runner) => runner.id === id)

/** A figure of each run against another's of the same round, so that what disturbs a round disturbs both. */
export const ratios = (of: Runner, against: Runner, figure: (run: Measurement) => number): ReadonlyArray<number> =>
  of.runs.flatMap((run, round) => {
    const other = against.runs[round]
    return other === undefined ? [] : [figure(run) / figure(other)]
  })

/** The median of those. */
export const ratio = (of: Runner, against: Runner, figure: (run: Measurement) => number): number =>
  median(ratios(of, against, figure))
