/**
 * What the reading of some bytes gives, as plain JSON, so that a Worker's can be compared with Node's.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import * as Calendar from "../../src/time/Calendar.ts"
import * as EventBatch from "../../src/events/EventBatch.ts"
import * as Format from "../../src/format/Format.ts"
import { FormatError } from "../../src/format/FormatError.ts"
import * as EventLog from "../../src/log/EventLog.ts"
import * as Report from "../../src/report/Report.ts"

/** The ways in which a stream of bytes can be read. */
export const ways = ["batches", "decode", "collect"] as const

export type Way = (typeof ways)[number]

/** Bytes as they come: of a web stream, a stream of Node's, or anything else. */
export type Bytes = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>

/** Where the bytes failed to be a log, if they did. */
interface Fault {
  readonly format: Format.Format
  readonly row: number | null
  readonly offset: number | null
  readonly issue: string
}

export interface Answer {
  readonly rows: ReadonlyArray<object>
  readonly fault: Fault | null
  readonly report: unknown
}

const streamOf = (bytes: Bytes): Stream.Stream<Uint8Array, unknown> =>
  Stream.fromAsyncIterable(bytes instanceof ReadableStream ? Format.bytesOf(bytes) : bytes, (error) => error)

const faultOf = (error: unknown): Fault => {
  if (!(error instanceof FormatError)) throw error
  const { format, issue, offset, row } = error
  return { format, row, offset, issue }
}

/** Reads bytes into a collector; `onBatch` sees the batches where there are any. */
export const read = async (
  way: Way,
  bytes: Bytes,
  collector: EventLog.Collector,
  { format, onBatch }: { readonly format?: Format.Format | undefined; readonly onBatch?: typeof collector.add } = {},
): Promise<Fault | null> => {
  const add = (batch: EventBatch.EventBatch) => {
    onBatch?.(batch)
    collector.add(batch)
  }
  if (way === "batches") {
    try {
      for await (const batch of Format.batches(bytes, format)) add(batch)
      return null
    } catch (error) {
      return faultOf(error)
    }
  }
  const stream = streamOf(bytes)
  const reading =
    way === "collect"
      ? Format.collect(stream, collector, format)
      : Format.decode(stream, format).pipe(Stream.runForEach((batch) => Effect.sync(() => add(batch))))
  const result = await Effect.runPromise(Effect.either(reading))
  return Either.isLeft(result) ? faultOf(result.left) : null
}

/** The report on all of a log. */
export const reportOn = (log: EventLog.EventLog): Report.Document => {
  const window = log.span()
  const zone = Effect.runSync(Calendar.zone("Europe/London"))
  return Report.make(log, { window, now: window.to, zone })
}

const plain = (batch: EventBatch.EventBatch): ReadonlyArray<object> =>
  EventBatch.toEvents(batch).map((event) => ({ ...event, uid: String(event.uid), callid: String(event.callid) }))

/** Reads bytes and tells everything; a collector tells rows as the log has them: agent by agent. */
export const answer = async (way: Way, bytes: Bytes, format?: Format.Format): Promise<Answer> => {
  const collector = EventLog.collector()
  const rows: Array<object> = []
  const fault = await read(way, bytes, collector, { format, onBatch: (batch) => rows.push(...plain(batch)) })
  const log = collector.log()
  if (way === "collect") for (const batch of EventLog.batches(log)) rows.push(...plain(batch))
  return { rows, fault, report: reportOn(log) }
}
