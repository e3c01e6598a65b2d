/**
 * What the benchmarks run of this library: every call into core is here.
 *
 * Shape    a subject reads a folder of data (`dataset.ts`); what it does before it hands over its work is not timed
 * Fails    as core does
 */
import { closeSync, openSync, readSync } from "node:fs"
import * as Calendar from "../src/time/Calendar.ts"
import * as EventBatch from "../src/events/EventBatch.ts"
import * as csv from "../src/format/csv/decoder.ts"
import type { Decoder } from "../src/format/Decoder.ts"
import * as json from "../src/format/json/decoder.ts"
import * as ndjson from "../src/format/json/ndjson.ts"
import * as xml from "../src/format/xml/decoder.ts"
import * as Bucket from "../src/interval/Bucket.ts"
import type * as Interval from "../src/interval/Interval.ts"
import * as Statistics from "../src/interval/Statistics.ts"
import * as Report from "../src/report/Report.ts"
import * as EventLog from "../src/log/EventLog.ts"
import { batchOf } from "./columns.ts"
import { fileOf, type Kind } from "./dataset.ts"
import type { Answer, Subject } from "./measure.ts"
import { subjects as storeSubjects } from "./storeSubjects.ts"

const zone = { name: "UTC" }
const halfHour = 1800

const optionsOf = (log: EventLog.EventLog): Interval.Options => {
  const window = log.span()
  return {
    window,
    now: window.to,
    isOffline: log.statuses.map((status) => status === "offline"),
    staleAfter: Report.defaultStaleAfterSeconds,
    capStale: false,
  }
}

/** Seconds per agent and status. */
const sums = (rows: number, log: EventLog.EventLog): Answer => {
  const { seconds, statuses } = Statistics.of(log, optionsOf(log))
  return {
    rows,
    figures: (put) =>
      log.agents.forEach((id, agent) => {
        log.statuses.forEach((status, index) => {
          const sum = seconds[agent * statuses + index] ?? 0
          if (sum > 0) put(0, id, status, sum)
        })
      }),
  }
}

/** Seconds per half hour, agent and status. */
const buckets = (rows: number, log: EventLog.EventLog): Answer => {
  const options = optionsOf(log)
  const edges = Float64Array.of(
    options.window.from,
    ...Calendar.buckets(zone, options.window, "PT30M").map(({ end }) => end),
  )
  const found = Bucket.of(log, options, edges)
  return {
    rows,
    figures: (put) => {
      for (let row = 0; row < found.length; row++) {
        const status = log.statuses[found.status[row] ?? 0]
        if (status === undefined) continue
        const bucket = Math.floor((edges[found.bucket[row] ?? 0] ?? 0) / halfHour)
        put(bucket, log.agents[found.agent[row] ?? 0] ?? 0, status, found.seconds[row] ?? 0)
      }
    },
  }
}

/** Every figure of a report. */
const report = (rows: number, log: EventLog.EventLog): Answer => {
  const window = log.span()
  const { agents } = Report.make(log, { window, now: window.to, zone })
  return {
    rows,
    figures: (put) => {
      for (const { agent, statuses } of agents) {
        for (const { seconds, status } of statuses) if (seconds > 0) put(0, agent, status, seconds)
      }
    },
  }
}

const chunkBytes = 262_144
/** As many as a decoder hands over at once. */
const rowsABatch = 4096

const bytes = (path: string, use: (chunk: Uint8Array) => void): void => {
  const chunk = new Uint8Array(chunkBytes)
  const file = openSync(path, "r")
  for (;;) {
    const length = readSync(file, chunk)
    if (length === 0) break
    use(chunk.subarray(0, length))
  }
  closeSync(file)
}

const fromText =
  (
    kind: Kind,
    decoder: (into: EventBatch.Builder) => Decoder,
    ask: (rows: number, log: EventLog.EventLog) => Answer,
  ): Subject =>
  (folder) =>
  () => {
    const collector = EventLog.collector()
    const reader = decoder(collector.builder)
    bytes(fileOf(folder, kind), reader.write)
    reader.end()
    const log = collector.log()
    return ask(collector.rows, log)
  }

/** The rows of a batch in the order given. */
const reordered = (batch: EventBatch.EventBatch, order: Uint32Array): EventBatch.EventBatch => ({
  ...batch,
  uid: batch.uid.map((_, row) => batch.uid[order[row] ?? 0] ?? 0n),
  uts: batch.uts.map((_, row) => batch.uts[order[row] ?? 0] ?? 0),
  callid: batch.callid.map((_, row) => batch.callid[order[row] ?? 0] ?? 0n),
  agent: batch.agent.map((_, row) => batch.agent[order[row] ?? 0] ?? 0),
  status: batch.status.map((_, row) => batch.status[order[row] ?? 0] ?? 0),
  subcode: batch.subcode.map((_, row) => batch.subcode[order[row] ?? 0] ?? 0),
})

const newestFirst = (length: number): Uint32Array => Uint32Array.from({ length }, (_, row) => length - 1 - row)

/** Fisher and Yates, with chance that is the same every time. */
const shuffled = (length: number): Uint32Array => {
  const order = Uint32Array.from({ length }, (_, row) => row)
  let state = 1
  for (let row = length - 1; row > 0; row--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const other = Math.floor((state / 0x1_0000_0000) * (row + 1))
    const moved = order[row] ?? 0
    order[row] = order[other] ?? 0
    order[other] = moved
  }
  return order
}

const normalised =
  (order?: (length: number) => Uint32Array): Subject =>
  (folder) => {
    const delivered = batchOf(folder)
    const batch = order === undefined ? delivered : reordered(delivered, order(delivered.length))
    return () => {
      const log = EventLog.fromBatches([batch])
      // A log orders the rows of an agent when it is asked for them.
      for (const agent of log.agents.keys()) log.rows(agent)
      // The sums are the proof of the log, and no part of the time.
      return { rows: batch.length, figures: (put) => sums(batch.length, log).figures(put) }
    }
  }

/** The same by the way of text: row by row into a collector, as decoders fill one. */
const collected =
  (order?: (length: number) => Uint32Array): Subject =>
  (folder) => {
    const delivered = batchOf(folder)
    const batch = order === undefined ? delivered : reordered(delivered, order(delivered.length))
    return () => {
      const collector = EventLog.collector()
      for (let row = 0; row < batch.length; row += rowsABatch) {
        collector.add(EventBatch.slice(batch, row, Math.min(batch.length, row + rowsABatch)))
      }
      const log = collector.log()
      for (const agent of log.agents.keys()) log.rows(agent)
      return { rows: batch.length, figures: (put) => sums(batch.length, log).figures(put) }
    }
  }

const summed =
  (ask: (rows: number, log: EventLog.EventLog) => Answer): Subject =>
  (folder) => {
    const batch = batchOf(folder)
    return () => ask(batch.length, EventLog.fromBatches([batch]))
  }

/** By name; their order is that of the page. */
export const subjects: ReadonlyMap<string, Subject> = new Map([
  ...storeSubjects,
  ["json", fromText("json", json.decoder, report)],
  ["jsonAny", fromText("jsonAny", json.decoder, report)],
  ["jsonOther", fromText("jsonOther", json.decoder, report)],
  ["xml", fromText("xml", xml.decoder, report)],
  ["ndjson", fromText("ndjson", ndjson.decoder, sums)],
  ["csv", fromText("csv", csv.decoder, sums)],
  ["sums", summed(sums)],
  ["buckets", summed(buckets)],
  ["delivered", normalised()],
  ["newestFirst", normalised(newestFirst)],
  ["shuffled", normalised(shuffled)],
  ["collected", collected()],
  ["collectedNewestFirst", collected(newestFirst)],
  ["collectedShuffled", collected(shuffled)],
])
