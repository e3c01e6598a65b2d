/**
 * Status-log bytes of any format: told apart, decoded as they arrive, encoded.
 *
 * Shape    `decode(encode(rows, format))` gives the rows again, whatever the batches and however the bytes are cut
 *          (XML: except for characters it can't hold, see xml.ts)
 * Fails    `FormatError` on what is not a whole, sound log; the rows before the fault are emitted first
 * Cost     without a format named, holds bytes until their first line has ended, 64 KiB at most
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Builder, EventBatch } from "../events/EventBatch.ts"
import type { Collector } from "../log/EventLog.ts"
import * as csv from "./csv/decoder.ts"
import type { Decoder, Envelope } from "./Decoder.ts"
import type { Encoder } from "./Encoder.ts"
import { type Format, FormatError } from "./FormatError.ts"
import * as json from "./json/decoder.ts"
import * as ndjson from "./json/ndjson.ts"
import { noEnvelope, quote } from "./RowBuilder.ts"
import * as xml from "./xml/decoder.ts"

export { type Format } from "./FormatError.ts"

/** How many bytes a decoder looks at to tell what they are. */
const headRoom = 65_536

/** How many bytes show a file of another kind, even when the format is named. */
const kindRoom = 64

const LF = 0x0a
const CR = 0x0d

const isBlank = (byte: number) => byte === 0x20 || byte === 0x09 || byte === LF || byte === CR

const startsWith = (bytes: Uint8Array, ...mark: ReadonlyArray<number>): boolean =>
  mark.every((byte, index) => bytes[index] === byte)

const isUtf16 = (bytes: Uint8Array) => startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff)

const lenient = new TextDecoder("utf-8")

/** Where the first line with anything on it begins and ends; `null` when there is none, `end` -1 when it goes on. */
const firstLine = (head: Uint8Array): { readonly from: number; readonly end: number } | null => {
  const after = startsWith(head, 0xef, 0xbb, 0xbf) ? 3 : 0
  const from = head.findIndex((byte, index) => index >= after && !isBlank(byte))
  if (from < 0) return null
  return { from, end: head.findIndex((byte, index) => index > from && (byte === LF || byte === CR)) }
}

const isRow = (line: string): boolean => {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === "object" && value !== null && Object.hasOwn(value, "uid")
  } catch {
    return false
  }
}

const isHeader = (line: string): boolean =>
  line.split(/[,;\t]/).some(
    (name) =>
      name
        .trim()
        .replace(/^"(.*)"$/, "$1")
        .trim()
        .toLowerCase() === "uid",
  )

/**
 * Tells the format by the first bytes of the input; `null` when they are none of the four.
 *
 * @example
 * Format.detect(new TextEncoder().encode('{"success":true')) // => 'json'
 */
export const detect = (head: Uint8Array): Format | null => {
  if (isUtf16(head)) return head[2] === 0x3c || head[3] === 0x3c ? "xml" : null
  const line = firstLine(head)
  if (line === null) return null
  const first = String.fromCharCode(head[line.from] ?? 0)
  if (first === "<") return "xml"
  if (first === "[") return "json"
  const text = lenient.decode(head.subarray(line.from, line.end < 0 ? head.length : line.end))
  if (first === "{") return isRow(text) ? "ndjson" : "json"
  return isHeader(text) ? "csv" : null
}

/** Names what the bytes are instead of a status log; `null` when nothing speaks against one. */
const otherKind = (head: Uint8Array): string | null => {
  if (startsWith(head, 0x1f, 0x8b)) return "looks like a gzip file, not a status log: unpack it first"
  if (startsWith(head, 0x50, 0x4b, 0x03, 0x04) || startsWith(head, 0x50, 0x4b, 0x05, 0x06)) {
    return "looks like a zip file, not a status log: unpack it first"
  }
  if (isUtf16(head)) return detect(head) === "xml" ? null : "looks like UTF-16 text: save it as UTF-8"
  if (head.some((byte) => byte < 0x20 && !isBlank(byte))) return "looks like a binary file, not a status log"
  const text = lenient.decode(head.subarray(0, kindRoom)).trimStart()
  if (/^<(?:!doctype\s+html|html)\b/i.test(text)) return "an HTML page, not a status log"
  return null
}

const decoders = { json: json.decoder, xml: xml.decoder, ndjson: ndjson.decoder, csv: csv.decoder }

const encoders: { readonly [F in Format]: () => Encoder } = {
  json: json.encoder,
  xml: xml.encoder,
  ndjson: ndjson.encoder,
  csv: csv.encoder,
}

/** Made when it is first needed, as a Worker pays for what it does before it is asked. */
const noRows = () => json.decoder().take()

/** A decoder that says which format it has come to; `null` while it can't tell. */
interface Detection extends Decoder {
  readonly format: Format | null
}

const detecting = (format?: Format, into?: Builder): Detection => {
  /** The bytes held while the format can't be told, \`held\` of them. */
  let memory = new Uint8Array(1024)
  let held = 0
  /** So many bytes there must be before they are looked at again: a trickle must not be looked at for each drop. */
  let nextLook = kindRoom
  let chosen: Decoder | null = null
  let kind = format ?? null

  const fail = (issue: string, offset = 0) => new FormatError({ format: format ?? "json", row: null, offset, issue })

  const add = (chunk: Uint8Array) => {
    if (held + chunk.length > memory.length) {
      const longer = new Uint8Array(2 * (held + chunk.length))
      longer.set(memory.subarray(0, held))
      memory = longer
    }
    memory.set(chunk, held)
    held += chunk.length
  }

  /** Hands the held bytes to the decoder of their format, once they show it. */
  const choose = (ended: boolean) => {
    const head = memory.subarray(0, held)
    const shown = head.subarray(0, headRoom)
    const full = ended || shown.length === headRoom
    if (!full && shown.length < kindRoom) return
    const line = firstLine(shown)
    if (format === undefined && !full && (line === null || line.end < 0)) return
    // Only the first line: a cell of a later one may well hold control characters.
    const other = otherKind(shown.subarray(0, line === null || line.end < 0 ? kindRoom : Math.min(line.end, kindRoom)))
    if (other !== null) throw fail(other)
    kind ??= detect(shown)
    if (kind === null) {
      if (!full) return
      if (ended && line === null) throw fail("the input is empty", head.length)
      const begins = quote(lenient.decode(shown.subarray(line?.from ?? 0).subarray(0, kindRoom)))
      throw fail(otherKind(shown) ?? `neither JSON, XML, NDJSON nor CSV with a header line: it begins with ${begins}`)
    }
    chosen = decoders[kind](into)
    memory = new Uint8Array(0)
    held = 0
    chosen.write(head)
  }

  return {
    write: (chunk) => {
      if (chosen !== null) chosen.write(chunk)
      else {
        add(chunk)
        if (held < nextLook) return
        nextLook = 2 * held
        choose(false)
      }
    },
    end: () => {
      if (chosen === null) choose(true)
      chosen?.end()
    },
    get rows() {
      return chosen?.rows ?? 0
    },
    get length() {
      return chosen?.length ?? 0
    },
    take: () => chosen?.take() ?? noRows(),
    get envelope() {
      return chosen?.envelope ?? noEnvelope
    },
    get format() {
      return kind
    },
  }
}

/**
 * Makes a decoder of the format named, or else of the format that the first bytes show.
 *
 * Fails on input of another kind (packed, binary, a web page) by saying which. Input that shows no format is reported
 * as JSON, the vendor's own format. Rows go into a builder of its own, or into the one given.
 */
export const decoder = (format?: Format, into?: Builder): Decoder => detecting(format, into)

/** Fails on a reply that says it is not the log, or not all of it. */
const checkEnvelope = (format: Format, envelope: Envelope, rows: number) => {
  const fail = (issue: string) => new FormatError({ format, row: null, offset: null, issue })
  if (envelope.error !== null) throw fail(`the vendor's reply is an error: ${quote(envelope.error)}`)
  if (envelope.success === false) throw fail("the vendor's reply says success is false, and not why")
  if (envelope.total !== null && envelope.total > rows) {
    throw fail(`says it has ${envelope.total} rows but holds ${rows}: it looks cut off`)
  }
}

/** Says that there are no more bytes: fails on a document that is not whole, or says it is not the log. */
const finish = (reader: Detection): void => {
  reader.end()
  checkEnvelope(reader.format ?? "json", reader.envelope, reader.rows)
}

/** A fault of the input; anything else is a mistake of this program, and stays a defect. */
const faultIn = (thrown: unknown): FormatError => {
  if (thrown instanceof FormatError) return thrown
  throw thrown
}

/** Rows decoded by a step, and what stopped it. */
interface Step {
  readonly batch: EventBatch
  readonly error: FormatError | null
}

/**
 * Decodes bytes as they arrive; without a format, of the format that the first bytes show.
 *
 * @example
 * Format.decode(Stream.make(new TextEncoder().encode("uid,uts,agent,status\n7,100,1,call\n")), "csv")
 */
export const decode = <E, R>(
  bytes: Stream.Stream<Uint8Array, E, R>,
  format?: Format,
): Stream.Stream<EventBatch, E | FormatError, R> =>
  Stream.suspend(() => {
    const reader = detecting(format)
    let failed = false
    const step = (act: () => void): Step => {
      let error: FormatError | null = null
      try {
        // Chunks that came in one go with a faulty one are mapped before the failure stops the stream.
        if (!failed) act()
      } catch (thrown) {
        error = faultIn(thrown)
        failed = true
      }
      return { batch: reader.take(), error }
    }
    const written = bytes.pipe(Stream.map((chunk) => step(() => reader.write(chunk))))
    return Stream.concat(
      written,
      Stream.sync(() => step(() => finish(reader))),
    ).pipe(
      Stream.flatMap(({ batch, error }) => {
        const taken = batch.length > 0 ? Stream.succeed(batch) : Stream.empty
        return error === null ? taken : Stream.concat(taken, Stream.fail(error))
      }),
    )
  })

/** How much is read at once: few reads, and little memory. */
const roomForBytes = 65_536

/** A reader that fills a buffer of ours; `null` for a stream that has only its own: one made of objects, or locked. */
const filling = (stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | null => {
  try {
    return stream.getReader({ mode: "byob" })
  } catch {
    return null
  }
}

/**
 * The bytes of a web stream (a `Request`'s body), for `batches` and `collect`; each chunk is overwritten by the next one
 * wherever the stream allows that. A Worker's default is a new buffer every 4 KiB, which it frees late: 100 MB of them
 * need more memory than all else.
 */
export async function* bytesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = filling(stream)
  if (reader === null) {
    yield* stream
    return
  }
  let room = new ArrayBuffer(roomForBytes)
  /** Whether the stream has more to give, so that somebody must tell it when nobody asks any more. */
  let goesOn = false
  try {
    for (;;) {
      goesOn = false
      const { done, value } = await reader.read(new Uint8Array(room))
      if (done) return
      goesOn = true
      yield value
      room = value.buffer
    }
  } finally {
    if (goesOn) await reader.cancel()
    reader.releaseLock()
  }
}

/**
 * `decode` without Effect: of a web stream (a `Request`'s body), a stream of Node's, or anything else that can be iterated.
 *
 * Throws `FormatError`; the rows before the fault come first.
 */
export async function* batches(
  bytes: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>,
  format?: Format,
): AsyncGenerator<EventBatch> {
  const reader = detecting(format)
  try {
    for await (const chunk of bytes instanceof ReadableStream ? bytesOf(bytes) : bytes) {
      reader.write(chunk)
      if (reader.length > 0) yield reader.take()
    }
    finish(reader)
  } catch (fault) {
    if (reader.length > 0) yield reader.take()
    throw fault
  }
  if (reader.length > 0) yield reader.take()
}

/**
 * Decodes bytes straight into a collector, with no batches between: the least memory, and the least time. A chunk may be
 * written over as soon as the next one is asked for.
 */
export const collect = <E, R>(
  bytes: Stream.Stream<Uint8Array, E, R>,
  collector: Collector,
  format?: Format,
): Effect.Effect<void, E | FormatError, R> =>
  Effect.suspend(() => {
    const reader = detecting(format, collector.builder)
    const attempt = (act: () => void) => Effect.try({ try: act, catch: faultIn })
    return bytes.pipe(
      Stream.runForEach((chunk) => attempt(() => reader.write(chunk))),
      Effect.zipRight(attempt(() => finish(reader))),
    )
  })

/** Encodes rows; the document is whole when the stream has ended. */
export const encode = <E, R>(
  decoded: Stream.Stream<EventBatch, E, R>,
  format: Format,
): Stream.Stream<Uint8Array, E, R> =>
  Stream.suspend(() => {
    const writer = encoders[format]()
    const utf8 = new TextEncoder()
    return Stream.concat(
      decoded.pipe(Stream.map((batch) => writer.write(batch))),
      Stream.sync(() => writer.end()),
    ).pipe(
      Stream.filter((text) => text !== ""),
      Stream.map((text) => utf8.encode(text)),
    )
  })
