/**
 * What this project holds itself to, and whether it does.
 *
 * Shape    ratios are taken within one round, against something that ran on the same machine minutes before
 */
import { type Measurement, median, quantile, type Race, ratio, type Runner, runnerOf } from "./Results.ts"

type Name = readonly [race: string, runner: string]

interface Limit {
  readonly claim: string
  readonly of: Name
  /** Nothing: the figure itself is limited. */
  readonly against?: Name
  readonly figure: (run: Measurement) => number
  /** Of the ratio `of / against`; `faster` turns it around. */
  readonly bound:
    | { readonly atMost: number }
    | { readonly below: number }
    | { readonly atLeast: number }
    | { readonly faster: number }
  readonly unit: "×" | "MB" | "ms" | "bytes" | "rows/s" | "of 90" | "kB" | "questions" | "% of them"
}

const ms = (run: Measurement): number => run.ms
const peakMB = (run: Measurement): number => run.peakMB
const msARow = (run: Measurement): number => run.ms / run.rows
const peakARow = (run: Measurement): number => run.peakMB / run.rows

const time = (claim: string, of: Name, against: Name, bound: Limit["bound"]): Limit => ({
  claim,
  of,
  against,
  figure: ms,
  bound,
  unit: "×",
})

const memory = (claim: string, of: Name, atMost: number): Limit => ({
  claim,
  of,
  figure: peakMB,
  bound: { atMost },
  unit: "MB",
})

const own = (claim: string, of: Name, figure: Limit["figure"], bound: Limit["bound"], unit: Limit["unit"]): Limit => ({
  claim,
  of,
  figure,
  bound,
  unit,
})

/** What is kept. */
const stored: ReadonlyArray<Limit> = [
  own("The store → sums, a fresh process", ["store sums", "dwell storeSums"], ms, { atMost: 100 }, "ms"),
  own("The store → sums, asked before", ["store sums", "dwell storeSumsWarm"], ms, { atMost: 50 }, "ms"),
  memory("The store → sums, memory", ["store sums", "dwell storeSums"], 150),
  time(
    "The store → sums, faster than SQLite's `LEAD`",
    ["store sums", "dwell storeSumsWarm"],
    ["store sums", "sqlite sums"],
    { faster: 50 },
  ),
  own("The store → sums of whole days", ["store days", "dwell storeDays"], ms, { atMost: 10 }, "ms"),
  own("The store → `dwell report`, the whole command", ["store report", "dwell report"], ms, { below: 900 }, "ms"),
  own(
    "Appending to the store",
    ["store write", "dwell storeAppend"],
    (run) => (1000 * run.rows) / run.ms,
    { atLeast: 800_000 },
    "rows/s",
  ),
  own(
    "Putting 170,000 events into columns",
    ["store write", "dwell storeCompact"],
    (run) => (170_000 * run.ms) / run.rows,
    { atMost: 250 },
    "ms",
  ),
  own(
    "Appending to the store in a Durable Object",
    ["object write", "object append"],
    (run) => (1000 * run.rows) / run.ms,
    { atLeast: 300_000 },
    "rows/s",
  ),
  own(
    "Putting 170,000 events into columns in a Durable Object",
    ["object write", "object compact"],
    (run) => (170_000 * run.ms) / run.rows,
    { atMost: 400 },
    "ms",
  ),
  own(
    "Columns of the store, per event",
    ["store write", "dwell storeSize"],
    (run) => (1e6 * run.peakMB) / run.rows,
    { atMost: 4.5 },
    "bytes",
  ),
]

const middle = ({ readings = [] }: Measurement): number => median(readings)
const ofTwenty = ({ readings = [] }: Measurement): number => quantile(readings, 0.95)

/** The full-screen program. */
const shown: ReadonlyArray<Limit> = [
  own(
    "The screens → agents and their statuses, from the store",
    ["screen start", "dwell firstFrame"],
    middle,
    { atMost: 400 },
    "ms",
  ),
  own("`dwell --version`, the whole command", ["screen start", "dwell version"], middle, { atMost: 60 }, "ms"),
  own("From a key to its frame, median", ["screen keys", "dwell keys"], middle, { atMost: 20 }, "ms"),
  own("From a key to its frame, 95th percentile", ["screen keys", "dwell keys"], ofTwenty, { atMost: 50 }, "ms"),
  own("Key repeats that are drawn", ["screen keys", "dwell repeat"], middle, { atLeast: 90 }, "of 90"),
  own("The idle floor, processor time per second", ["screen rest", "dwell rest"], middle, { atMost: 70 }, "ms"),
  own(
    "The floor's heap after an hour, relative to ten minutes",
    ["screen hour", "dwell hour"],
    middle,
    { atMost: 1.1 },
    "×",
  ),
]

/** A ratio of readings, each against that of the other. */
const beside = (claim: string, of: Name, other: Name, bound: Limit["bound"]): Limit => ({
  claim,
  of,
  against: other,
  figure: middle,
  bound,
  unit: "×",
})

const rowsASecond = (run: Measurement): number => (1000 * run.rows) / run.ms

/** The API. */
const served: ReadonlyArray<Limit> = [
  beside(
    "The API → a day's report, asked before, relative to Hono alone",
    ["api report", "ours"],
    ["api report", "bare"],
    {
      atMost: 3,
    },
  ),
  own("The API under load, failed questions", ["api load", "errors"], middle, { atMost: 0 }, "questions"),
  beside(
    "The API under load, 99th percentile of answers, relative to the median",
    ["api load", "p99"],
    ["api load", "p50"],
    {
      below: 10,
    },
  ),
  beside(
    "The API under load, answers per second, relative to Hono alone",
    ["api load", "rate"],
    ["api load", "bareRate"],
    {
      atLeast: 0.5,
    },
  ),
  own(
    "The API under load, memory at the end, relative to halfway",
    ["api load", "growth"],
    middle,
    { atMost: 1.1 },
    "×",
  ),
  own("Rows over HTTP into the API", ["api ingest", "plain"], rowsASecond, { atLeast: 250_000 }, "rows/s"),
  own("A Durable Object → sums, asked before", ["api object", "sums"], middle, { atMost: 60 }, "ms"),
  own("A Durable Object → the report, first asked", ["api object", "first"], middle, { below: 1000 }, "ms"),
  own("A Durable Object → the report, not asked before", ["api object", "later"], middle, { below: 1000 }, "ms"),
  own(
    "workerd, more than when idle, while it receives rows",
    ["api object", "fedMemory"],
    middle,
    { below: 128 },
    "MB",
  ),
  own("workerd, more than when idle, for one question", ["api object", "onceMemory"], middle, { below: 128 }, "MB"),
  own(
    "workerd, more than when idle, while it answers questions",
    ["api object", "askedMemory"],
    middle,
    { below: 128 },
    "MB",
  ),
  own("The Worker, gzipped", ["api bundle", "whole"], middle, { atMost: 140 }, "kB"),
  own("The Worker's start", ["api bundle", "start"], middle, { atMost: 50 }, "ms"),
  own("Listeners that receive every write", ["api live", "hearing"], middle, { atLeast: 100 }, "% of them"),
]

const growth = (what: string, id: string): ReadonlyArray<Limit> => {
  const names = {
    of: [`growth ${id}`, "2"],
    against: [`growth ${id}`, "1"],
    bound: { atMost: 1.3 },
    unit: "×",
  } as const
  return [
    { ...names, claim: `${what}: time per row, with ten times the rows`, figure: msARow },
    { ...names, claim: `${what}: memory per row, with ten times the rows`, figure: peakARow },
  ]
}

/** Hostile orders of delivery, of the usual one. */
const orders = (what: string, [usual, newestFirst, shuffled]: readonly [string, string, string]) => [
  time(
    `${what}, newest first, relative to the usual order`,
    ["order", `dwell ${newestFirst}`],
    ["order", `dwell ${usual}`],
    {
      below: 3,
    },
  ),
  time(`${what}, shuffled, relative to the usual order`, ["order", `dwell ${shuffled}`], ["order", `dwell ${usual}`], {
    below: 3,
  }),
]

const limits: ReadonlyArray<Limit> = [
  time(
    "Vendor JSON → all figures, relative to `JSON.parse` alone",
    ["json", "dwell json"],
    ["json", "jsonParse json"],
    {
      atMost: 0.22,
    },
  ),
  memory("Vendor JSON → all figures, memory", ["json", "dwell json"], 110),
  time(
    "JSON in any order of keys, relative to `JSON.parse` alone",
    ["jsonAny", "dwell jsonAny"],
    ["jsonAny", "jsonParse jsonAny"],
    {
      atMost: 0.35,
    },
  ),
  time(
    "JSON in another order of keys, relative to `JSON.parse` alone",
    ["jsonOther", "dwell jsonOther"],
    ["jsonOther", "jsonParse jsonOther"],
    { atMost: 0.35 },
  ),
  time(
    "`dwell report`, the whole command, relative to `JSON.parse` alone",
    ["json", "dwell report"],
    ["json", "jsonParse json"],
    {
      below: 0.45,
    },
  ),
  time("Vendor XML → all figures, faster than saxes alone", ["xml", "dwell xml"], ["xml", "saxes xml"], { faster: 10 }),
  ...["ndjson", "csv"].flatMap((kind) =>
    ["", " most"].map((size) =>
      time(
        `${kind === "csv" ? "CSV" : "NDJSON"} → sums${size === "" ? "" : ", the most rows"}, relative to DuckDB`,
        [kind + size, `dwell ${kind}`],
        [kind + size, `duckdb ${kind}`],
        { atMost: 1 },
      ),
    ),
  ),
  time("Columns → sums, relative to C", ["sums", "dwell sums"], ["sums", "floor sums"], { atMost: 2.6 }),
  time("Columns → sums, relative to ClickHouse's engine", ["sums", "dwell sums"], ["sums", "chdb sums"], { below: 1 }),
  time("Columns → sums, faster than DuckDB", ["sums", "dwell sums"], ["sums", "duckdb sums"], { faster: 3 }),
  time("Columns → half hours, faster than DuckDB", ["buckets", "dwell buckets"], ["buckets", "duckdb buckets"], {
    faster: 6,
  }),
  ...growth("Columns → sums", "sums"),
  ...growth("Vendor JSON → all figures", "json"),
  ...orders("Normalising a batch", ["delivered", "newestFirst", "shuffled"]),
  ...orders("Normalising row by row", ["collected", "collectedNewestFirst", "collectedShuffled"]),
  memory("`dwell report` of a file of 3 GB, memory", ["large", "all"], 512),
  ...stored,
  ...shown,
  ...served,
]

type Verdict = "met" | "missed" | "unknown"

export interface Finding {
  readonly claim: string
  readonly limit: string
  readonly measured: string
  readonly verdict: Verdict
}

const figureText = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

const measuredOf = (limit: Limit, of: Runner, against: Runner | undefined): number => {
  if (against === undefined) return median(of.runs.map(limit.figure))
  return "faster" in limit.bound ? ratio(against, of, limit.figure) : ratio(of, against, limit.figure)
}

const isMet = (bound: Limit["bound"], value: number): boolean => {
  if ("faster" in bound) return value >= bound.faster
  if ("atLeast" in bound) return value >= bound.atLeast
  return "below" in bound ? value < bound.below : value <= bound.atMost
}

const limitText = ({ bound, unit }: Limit): string => {
  if ("faster" in bound) return `at least ${bound.faster} ${unit}`
  if ("atLeast" in bound) return `at least ${bound.atLeast} ${unit}`
  return "below" in bound ? `under ${bound.below} ${unit}` : `at most ${bound.atMost} ${unit}`
}

/** Holds every limit against what was measured; those of races that were not run are left out. */
export const check = (races: ReadonlyArray<Race>): ReadonlyArray<Finding> =>
  limits.flatMap((limit): ReadonlyArray<Finding> => {
    if (!races.some(({ id }) => id === limit.of[0])) return []
    const of = runnerOf(races, ...limit.of)
    const against = limit.against === undefined ? undefined : runnerOf(races, ...limit.against)
    const { claim } = limit
    const named = { claim, limit: limitText(limit) }
    const isThere = of !== undefined && (limit.against === undefined || against !== undefined)
    if (!isThere) return [{ ...named, measured: "not measured: it was not run", verdict: "unknown" }]
    const missing = against?.missing ?? null
    if (of.missing !== null) return [{ ...named, measured: of.missing, verdict: "missed" }]
    if (missing !== null) return [{ ...named, measured: `not measured: ${missing}`, verdict: "unknown" }]
    const value = measuredOf(limit, of, against)
    if (Number.isNaN(value)) return [{ ...named, measured: "not measured: no common round", verdict: "unknown" }]
    return [
      {
        ...named,
        measured: `${figureText(value)} ${limit.unit}`,
        verdict: isMet(limit.bound, value) ? "met" : "missed",
      },
    ]
  })
