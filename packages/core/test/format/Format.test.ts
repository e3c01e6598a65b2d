import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as fc from "effect/FastCheck"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import * as EventBatch from "../../src/events/EventBatch.ts"
import * as Format from "../../src/format/Format.ts"
import type { StatusEvent } from "../../src/events/StatusEvent.ts"
import {
  anyText,
  bytesOf,
  codePoints,
  cutAt,
  cuts,
  eventOf,
  example,
  exampleJson,
  exampleXml,
  feed,
  formats,
  xmlText,
} from "./support.ts"

const row = '{"uid":"12345678901","uts":"1234567890","agent":"1234567","status":"offline","subcode":"","callid":"0"}'
const table = "uid,uts,agent,status\n12345678901,1234567890,1234567,offline\n"

/** All rows up to the end or the fault. */
const run = (chunks: ReadonlyArray<Uint8Array>, format?: Format.Format) => {
  const rows: Array<StatusEvent> = []
  const result = Effect.runSync(
    Format.decode(Stream.fromIterable(chunks), format).pipe(
      Stream.runForEach((batch) => Effect.sync(() => rows.push(...EventBatch.toEvents(batch)))),
      Effect.either,
    ),
  )
  return { rows, error: Either.isLeft(result) ? result.left.message : null }
}

it.each([
  [exampleJson, "json"],
  [`[${row}]`, "json"],
  ['{"list":[', "json"],
  ["{\n", "json"],
  ['{"uid"', "json"],
  [exampleXml, "xml"],
  ["  <a", "xml"],
  [`${row}\n{`, "ndjson"],
  [`\n${row}`, "ndjson"],
  [table, "csv"],
  ['Status;"UID"\r\n', "csv"],
  ["uid\t", "csv"],
  ["1,2,3\n", null],
  ["hello", null],
  ["", null],
  [" \n", null],
])("the format of %j is told, as far as it can be", (text, format) => {
  expect(Format.detect(bytesOf(text))).toBe(format)
  expect(Format.detect(bytesOf(`\uFEFF${text}`))).toBe(format)
})

it.each([exampleJson, exampleXml, `[${row}]`, row, `${row}\n`, table, ` \n${exampleJson}`])(
  "rows are read whatever the format: %j",
  (text) => {
    expect(run([bytesOf(text)])).toEqual({ rows: [example], error: null })
    expect(run(Array.from(bytesOf(text), (byte) => Uint8Array.of(byte)))).toEqual({ rows: [example], error: null })
  },
)

it("UTF-16 is read where XML can say so", () => {
  const text = `\uFEFF${exampleXml.replace("UTF-8", "UTF-16")}`
  const bytes = Uint8Array.from(Array.from(text, (c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8]).flat())
  expect(run([bytes])).toEqual({ rows: [example], error: null })
  expect(run([Uint8Array.of(0xff, 0xfe, 0x75, 0, 0x69, 0)]).error).toBe(
    "byte 0: looks like UTF-16 text: save it as UTF-8",
  )
})

for (const format of formats) {
  it(`${format} that was encoded decodes to the same rows, with the format named and without`, () => {
    const event = eventOf(format === "xml" ? xmlText : anyText)
    fc.assert(
      fc.property(fc.array(fc.array(event, { maxLength: 4 }), { maxLength: 3 }), cuts, (batches, places) => {
        const encoded = Format.encode(Stream.fromIterable(batches.map(EventBatch.fromEvents)), format)
        const chunks = Chunk.toReadonlyArray(Effect.runSync(Stream.runCollect(encoded)))
        const bytes = Uint8Array.from(chunks.flatMap((chunk) => Array.from(chunk)))
        const rows = batches.flat()
        expect(run(cutAt(bytes, places), format)).toEqual({ rows, error: null })
        // Of no bytes at all, which NDJSON makes of no rows, the format can't be told.
        expect(run(cutAt(bytes, places))).toEqual({
          rows,
          error: bytes.length > 0 ? null : "byte 0: the input is empty",
        })
      }),
    )
  })
}

it("each format is written as documented", () => {
  const text = (format: Format.Format) =>
    Effect.runSync(
      Format.encode(Stream.make(EventBatch.fromEvents([example, { ...example, subcode: 'a"<b' }])), format).pipe(
        Stream.decodeText(),
        Stream.mkString,
      ),
    )
  const second = row.replace('"subcode":""', '"subcode":"a\\"<b"')
  expect(text("json")).toBe(`{"success":true,"list":[\n${row},\n${second}\n],"total":"2"}\n`)
  expect(text("ndjson")).toBe(`${row}\n${second}\n`)
  expect(text("csv")).toBe(
    `uid,uts,agent,status,subcode,callid\n12345678901,1234567890,1234567,offline,,0\n12345678901,1234567890,1234567,offline,"a""<b",0\n`,
  )
  const element = (subcode: string) =>
    `<status_log><uid>12345678901</uid><uts>1234567890</uts><agent>1234567</agent><status>offline</status>${subcode}<callid>0</callid></status_log>`
  expect(text("xml")).toBe(
    `<?xml version="1.0" encoding="UTF-8"?>\n<result>\n<success>true</success>\n<list>\n${element("<subcode/>")}\n${element('<subcode>a"&lt;b</subcode>')}\n</list>\n<total>2</total>\n</result>\n`,
  )
})

it("rows before a fault are given out", () => {
  const text = `${row}\n${row}\n{"uid":"1"}\n${row}\n`
  const expected = { rows: [example, example], error: `row 3, byte ${2 * row.length + 2}: uts is missing` }
  expect(run([bytesOf(text)])).toEqual(expected)
  expect(run(cutAt(bytesOf(text), [100, 150, 210, 250, 300]))).toEqual(expected)
})

it.each([
  ['{"success":false,"error":"Invalid token"}', 'the vendor\'s reply is an error: "Invalid token"'],
  ['{"success":true,"error":"Invalid token"}', 'the vendor\'s reply is an error: "Invalid token"'],
  [
    "<result><success>0</success><error>Invalid token</error></result>",
    'the vendor\'s reply is an error: "Invalid token"',
  ],
  [`{"error":"${"long ".repeat(50)}"}`, `the vendor's reply is an error: "${"long ".repeat(8)}…"`],
  ['{"success":false}', "the vendor's reply says success is false, and not why"],
  [exampleJson.replace('"total":1', '"total":2'), "says it has 2 rows but holds 1: it looks cut off"],
  [exampleXml.replace("<total>1", "<total>3"), "says it has 3 rows but holds 1: it looks cut off"],
  [exampleJson.replace('"total":1', '"total":0'), null],
])("an envelope that says something is wrong is an error: %s", (text, error) => {
  expect(run([bytesOf(text)]).error).toBe(error)
  expect(run(Array.from(bytesOf(text), (byte) => Uint8Array.of(byte))).error).toBe(error)
})

const gzip = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0)
const page = "<!DOCTYPE html>\n<html><body>Sign in</body></html>"

it.each([
  [gzip, "byte 0: looks like a gzip file, not a status log: unpack it first"],
  [Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0), "byte 0: looks like a zip file, not a status log: unpack it first"],
  [Uint8Array.of(0x41, 0, 0x42, 0), "byte 0: looks like a binary file, not a status log"],
  [Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 0x1a, 10), "byte 0: looks like a binary file, not a status log"],
  [bytesOf(page), "byte 0: an HTML page, not a status log"],
  [bytesOf(""), "byte 0: the input is empty"],
  [bytesOf(" \n"), "byte 2: the input is empty"],
  [
    bytesOf("hello, world"),
    'byte 0: neither JSON, XML, NDJSON nor CSV with a header line: it begins with "hello, world"',
  ],
])("bytes that are no status log are refused by what they look like: %#", (bytes, error) => {
  expect(run([bytes])).toEqual({ rows: [], error })
  expect(run(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual({ rows: [], error })
  expect(feed(Format.decoder(), [bytes]).error).toBe(error)
})

it.each(formats)("files of another kind are refused by what they look like where %s was named", (format) => {
  expect(run([gzip], format).error).toBe("byte 0: looks like a gzip file, not a status log: unpack it first")
  expect(run([bytesOf(page)], format).error).toBe("byte 0: an HTML page, not a status log")
})

it("the format is told after 64 KiB without a line end, and control characters in cells are text", () => {
  const rows = Array.from({ length: 2000 }, () => row).join(",")
  const decoder = Format.decoder()
  decoder.write(bytesOf(`{"list":[${rows}`))
  expect(decoder.length).toBe(2000)
  const noisy = table.replace("status\n", "status,subcode\n").replace("offline\n", "offline,a\u0000b\n")
  expect(run([bytesOf(noisy)]).rows).toEqual([{ ...example, subcode: "a\u0000b" }])
  expect(run([bytesOf("a".repeat(70_000))]).error).toMatch(/^byte 0: neither JSON.*"aaaa/)
})

it("one long line is read though it comes byte by byte", () => {
  const rows = Array.from({ length: 700 }, () => row).join(",")
  const chunks = Array.from(bytesOf(`{"list":[${rows}]}`), (byte) => Uint8Array.of(byte))
  const decoder = Format.decoder()
  for (const chunk of chunks) decoder.write(chunk)
  decoder.end()
  expect(decoder.rows).toBe(700)
})

it("no message quotes much of the input", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...formats),
      codePoints(200, 300),
      fc.constantFrom(
        '{"success":',
        '{"list":[{"uid":"',
        "<result><list><a><uid>",
        "<result>&",
        "<",
        "uid,uts,agent,status\n",
        "1",
      ),
      (format, text, before) => {
        expect(run([bytesOf(before + text)], format).error?.length ?? 0).toBeLessThan(200)
      },
    ),
  )
})
