import { describe, expect, it } from "vitest"
import { check } from "../src/limits.ts"
import { recorded, type Special } from "./recorded.ts"

const found = (special: Special) => {
  const { api, large, screen, store, usual } = recorded(special)
  return check([...usual.races, ...large.races, ...store.races, ...screen.races, ...api.races])
}

const verdict = (claim: string, special: Special) => found(special).find((finding) => finding.claim === claim)?.verdict

/** A run in which everything is as it should be, just so. */
const good: Special = {
  "json: dwell json": { ms: 219, peakMB: 110 },
  "json: dwell report": { ms: 449 },
  "jsonAny: dwell jsonAny": { ms: 349 },
  "jsonOther: dwell jsonOther": { ms: 349 },
  "xml: dwell xml": { ms: 99 },
  "sums: dwell sums": { ms: 333 },
  "sums: floor sums": { ms: 129 },
  "buckets: dwell buckets": { ms: 166 },
  "growth sums: 1": { ms: 77, peakMB: 50 },
  "growth json: 1": { ms: 77, peakMB: 50 },
  "order: dwell newestFirst": { ms: 2990 },
  "order: dwell shuffled": { ms: 2990 },
  "order: dwell collectedNewestFirst": { ms: 2990 },
  "order: dwell collectedShuffled": { ms: 2990 },
  "large: all": { peakMB: 512 },
  "store sums: dwell storeSums": { ms: 99, peakMB: 150 },
  "store sums: dwell storeSumsWarm": { ms: 20 },
  "store days: dwell storeDays": { ms: 9.9 },
  "store report: dwell report": { ms: 890 },
  "store write: dwell storeCompact": { ms: 10_900 },
  "store write: dwell storeSize": { ms: 0, peakMB: 33 },
  "object write: object append": { ms: 560 },
  "object write: object compact": { ms: 395 },
  "screen start: dwell firstFrame": { readings: [399] },
  "screen start: dwell version": { readings: [59] },
  "screen keys: dwell keys": { readings: [...Array.from({ length: 19 }, () => 19), 300] },
  "screen keys: dwell repeat": { readings: [90] },
  "screen rest: dwell rest": { readings: [69] },
  "screen hour: dwell hour": { readings: [1.09] },
  "api report: ours": { readings: [1, 2.9, 9] },
  "api report: bare": { readings: [1, 1, 1] },
  "api load: errors": { readings: [0] },
  "api load: p50": { readings: [50] },
  "api load: p99": { readings: [499] },
  "api load: rate": { readings: [1500] },
  "api load: bareRate": { readings: [2000, 4000] },
  "api load: growth": { readings: [1.1] },
  "api ingest: plain": { ms: 29_000 },
  "api object: sums": { readings: [59] },
  "api object: first": { readings: [999] },
  "api object: later": { readings: [999] },
  "api object: fedMemory": { readings: [127] },
  "api object: onceMemory": { readings: [127] },
  "api object: askedMemory": { readings: [127] },
  "api bundle: whole": { readings: [139] },
  "api bundle: start": { readings: [49] },
  "api live: hearing": { readings: [100] },
}

describe("the limits", () => {
  it("are met by a run within all of them", () => {
    expect(found(good).filter(({ verdict: given }) => given !== "met")).toEqual([])
  })

  it.each([
    ["Vendor JSON → all figures, relative to `JSON.parse` alone", { "json: dwell json": { ms: 221 } }],
    ["Vendor JSON → all figures, memory", { "json: dwell json": { ms: 219, peakMB: 110.1 } }],
    ["JSON in any order of keys, relative to `JSON.parse` alone", { "jsonAny: dwell jsonAny": { ms: 351 } }],
    ["JSON in another order of keys, relative to `JSON.parse` alone", { "jsonOther: dwell jsonOther": { ms: 351 } }],
    ["`dwell report`, the whole command, relative to `JSON.parse` alone", { "json: dwell report": { ms: 450 } }],
    ["Vendor XML → all figures, faster than saxes alone", { "xml: dwell xml": { ms: 101 } }],
    ["NDJSON → sums, relative to DuckDB", { "ndjson: dwell ndjson": { ms: 1001 } }],
    ["CSV → sums, the most rows, relative to DuckDB", { "csv most: dwell csv": { ms: 1001 } }],
    ["Columns → sums, relative to C", { "sums: floor sums": { ms: 127 } }],
    ["Columns → sums, relative to ClickHouse's engine", { "sums: chdb sums": { ms: 333 } }],
    ["Columns → sums, faster than DuckDB", { "sums: dwell sums": { ms: 334 } }],
    ["Columns → half hours, faster than DuckDB", { "buckets: dwell buckets": { ms: 167 } }],
    ["Columns → sums: time per row, with ten times the rows", { "growth sums: 1": { ms: 76 } }],
    ["Vendor JSON → all figures: memory per row, with ten times the rows", { "growth json: 1": { ms: 77, peakMB: 7 } }],
    ["Normalising a batch, newest first, relative to the usual order", { "order: dwell newestFirst": { ms: 3000 } }],
    ["Normalising a batch, shuffled, relative to the usual order", { "order: dwell shuffled": { ms: 3000 } }],
    [
      "Normalising row by row, newest first, relative to the usual order",
      { "order: dwell collectedNewestFirst": { ms: 3000 } },
    ],
    [
      "Normalising row by row, shuffled, relative to the usual order",
      { "order: dwell collectedShuffled": { ms: 3000 } },
    ],
    ["`dwell report` of a file of 3 GB, memory", { "large: all": { peakMB: 513 } }],
    ["The store → sums, a fresh process", { "store sums: dwell storeSums": { ms: 101, peakMB: 150 } }],
    ["The store → sums, asked before", { "store sums: dwell storeSumsWarm": { ms: 51 } }],
    ["The store → sums, memory", { "store sums: dwell storeSums": { ms: 99, peakMB: 151 } }],
    ["The store → sums, faster than SQLite's `LEAD`", { "store sums: dwell storeSumsWarm": { ms: 20.1 } }],
    ["The store → sums of whole days", { "store days: dwell storeDays": { ms: 10.1 } }],
    ["The store → `dwell report`, the whole command", { "store report: dwell report": { ms: 900 } }],
    ["Appending to the store", { "store write: dwell storeAppend": { ms: 1260 } }],
    ["Putting 170,000 events into columns", { "store write: dwell storeCompact": { ms: 11_100 } }],
    ["Appending to the store in a Durable Object", { "object write: object append": { ms: 570 } }],
    ["Putting 170,000 events into columns in a Durable Object", { "object write: object compact": { ms: 400 } }],
    [
      "The screens → agents and their statuses, from the store",
      { "screen start: dwell firstFrame": { readings: [401] } },
    ],
    ["`dwell --version`, the whole command", { "screen start: dwell version": { readings: [61] } }],
    ["From a key to its frame, median", { "screen keys: dwell keys": { readings: [21] } }],
    ["From a key to its frame, 95th percentile", { "screen keys: dwell keys": { readings: [1, 1, 1, 60] } }],
    ["Key repeats that are drawn", { "screen keys: dwell repeat": { readings: [89] } }],
    ["The idle floor, processor time per second", { "screen rest: dwell rest": { readings: [71] } }],
    ["The floor's heap after an hour, relative to ten minutes", { "screen hour: dwell hour": { readings: [1.11] } }],
    ["The API → a day's report, asked before, relative to Hono alone", { "api report: ours": { readings: [3.1] } }],
    ["The API under load, failed questions", { "api load: errors": { readings: [1] } }],
    [
      "The API under load, 99th percentile of answers, relative to the median",
      { "api load: p99": { readings: [500] } },
    ],
    ["The API under load, answers per second, relative to Hono alone", { "api load: rate": { readings: [1499] } }],
    ["The API under load, memory at the end, relative to halfway", { "api load: growth": { readings: [1.2] } }],
    ["Rows over HTTP into the API", { "api ingest: plain": { ms: 31_000 } }],
    ["A Durable Object → sums, asked before", { "api object: sums": { readings: [61] } }],
    ["A Durable Object → the report, first asked", { "api object: first": { readings: [1000] } }],
    ["A Durable Object → the report, not asked before", { "api object: later": { readings: [1000] } }],
    ["workerd, more than when idle, while it receives rows", { "api object: fedMemory": { readings: [128] } }],
    ["workerd, more than when idle, for one question", { "api object: onceMemory": { readings: [128] } }],
    ["workerd, more than when idle, while it answers questions", { "api object: askedMemory": { readings: [128] } }],
    ["The Worker, gzipped", { "api bundle: whole": { readings: [141] } }],
    ["The Worker's start", { "api bundle: start": { readings: [51] } }],
    ["Listeners that receive every write", { "api live: hearing": { readings: [99] } }],
    ["Columns of the store, per event", { "store write: dwell storeSize": { ms: 0, peakMB: 34 } }],
  ])("are missed by a run over this one: %s", (claim, worse) => {
    expect(verdict(claim, good)).toBe("met")
    expect(verdict(claim, { ...good, ...worse })).toBe("missed")
  })

  it("are unknown, not met, where something could not be run", () => {
    const special = { ...good, "sums: chdb sums": { missing: "chdb is not installed" } }
    const finding = found(special).find(({ claim }) => claim === "Columns → sums, relative to ClickHouse's engine")
    expect(finding).toMatchObject({ measured: "not measured: chdb is not installed", verdict: "unknown" })
  })

  it("are missed where our own program fails", () => {
    const special = { ...good, "large: all": { missing: "failed (1): too many rows" } }
    expect(verdict("`dwell report` of a file of 3 GB, memory", special)).toBe("missed")
  })
})
