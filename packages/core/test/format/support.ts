/**
 * What the format tests share: feeding a decoder, and rows and cuts to feed it.
 */
import * as fc from "effect/FastCheck"
import * as EventBatch from "../../src/events/EventBatch.ts"
import * as csv from "../../src/format/csv/decoder.ts"
import type { Decoder, Envelope } from "../../src/format/Decoder.ts"
import type { Encoder } from "../../src/format/Encoder.ts"
import { type Format, FormatError } from "../../src/format/FormatError.ts"
import * as json from "../../src/format/json/decoder.ts"
import * as ndjson from "../../src/format/json/ndjson.ts"
import * as xml from "../../src/format/xml/decoder.ts"
import { maxId, type StatusEvent } from "../../src/events/StatusEvent.ts"

export const formats = ["json", "xml", "ndjson", "csv"] as const

export const modules: {
  readonly [F in Format]: { readonly decoder: () => Decoder; readonly encoder: () => Encoder }
} = { json, xml, ndjson, csv }

const utf8 = new TextEncoder()

export const bytesOf = (text: string): Uint8Array => utf8.encode(text)

export interface Decoded {
  readonly rows: ReadonlyArray<StatusEvent>
  readonly envelope: Envelope
  /** The error's message, or null. */
  readonly error: string | null
}

/** Bytes cut at the places given (in any order, with repeats). */
export const cutAt = (bytes: Uint8Array, places: ReadonlyArray<number>): ReadonlyArray<Uint8Array> => {
  const edges = [0, ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]
  return edges.slice(1).map((to, index) => bytes.slice(edges[index] ?? 0, to))
}

/** Feeds chunks one after another, taking rows after each. */
export const feed = (decoder: Decoder, chunks: ReadonlyArray<Uint8Array>): Decoded => {
  const rows: Array<StatusEvent> = []
  let error: string | null = null
  try {
    for (const chunk of chunks) {
      decoder.write(chunk)
      if (decoder.length > 0) rows.push(...EventBatch.toEvents(decoder.take()))
    }
    decoder.end()
  } catch (thrown) {
    if (!(thrown instanceof FormatError)) throw thrown
    error = thrown.message
  }
  rows.push(...EventBatch.toEvents(decoder.take()))
  return { rows, envelope: decoder.envelope, error }
}

export const decodeText = (format: Format, text: string): Decoded => feed(modules[format].decoder(), [bytesOf(text)])

/** A byte a chunk: every token is cut. */
export const bytewise = (format: Format, bytes: Uint8Array): Decoded =>
  feed(
    modules[format].decoder(),
    Array.from(bytes, (byte) => Uint8Array.of(byte)),
  )

export const cuts = fc.array(fc.nat(5000), { maxLength: 12 })

/** Any code points; `fc.string` would first make a table of them all. */
export const codePoints = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof(fc.nat(0x7f), fc.nat(0xffff), fc.nat(0x10ffff)), { minLength, maxLength })
    .map((points) => String.fromCodePoint(...points).toWellFormed())

/** Any text, with the characters that formats have to escape made likely. */
export const anyText = fc.oneof(
  codePoints(0, 12),
  fc.string({ unit: fc.constantFrom(...Array.from("\"\\,;\t\r\n<>&'] a=é€😀\u00A0\uFEFF")), maxLength: 12 }),
)

/** Any text that XML 1.0 can hold. */
export const xmlText = anyText.map((text) =>
  text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, ""),
)

const id = fc.oneof(
  fc.bigInt({ min: 0n, max: maxId }),
  fc.bigInt({ min: 0n, max: 20_000_000_000n }),
  fc.constant(maxId),
)

/** A row with texts of the kind given. */
export const eventOf = (text: fc.Arbitrary<string>): fc.Arbitrary<StatusEvent> =>
  fc.record({
    uid: id,
    uts: fc.oneof(
      fc.maxSafeInteger().map((uts) => uts + 0),
      fc.nat(),
    ),
    agent: fc.maxSafeNat(),
    status: fc.oneof(
      fc.constantFrom("offline", "available", "call"),
      text.map((value) => value.trim().toLowerCase()).filter((value) => value !== "" && value === value.trim()),
    ),
    subcode: fc.oneof(fc.constant(""), text),
    callid: fc.oneof(fc.constant(0n), id),
  })

/** The vendor article's row. */
export const example: StatusEvent = {
  uid: 12_345_678_901n,
  uts: 1_234_567_890,
  agent: 1_234_567,
  status: "offline",
  subcode: "",
  callid: 0n,
}

export const exampleJson =
  '{"success":true,"total":1,"list":[{"uid":"12345678901","uts":"1234567890","agent":"1234567","status":"offline","subcode":"","callid":"0"}]}'

export const exampleXml = `<?xml version="1.0" encoding="UTF-8"?>
<result>
  <success>1</success>
  <total>1</total>
  <list>
    <status_log>
      <uid>12345678901</uid>
      <uts>1234567890</uts>
      <agent>1234567</agent>
      <status>offline</status>
      <subcode/>
      <callid>0</callid>
    </status_log>
  </list>
</result>`
