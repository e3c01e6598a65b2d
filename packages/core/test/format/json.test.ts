import { runs } from "@dwell/testing/effort"
import * as fc from "effect/FastCheck"
import { expect, it } from "vitest"
import * as json from "../../src/format/json/decoder.ts"
import type { StatusEvent } from "../../src/events/StatusEvent.ts"
import { anyText, bytesOf, bytewise, cutAt, cuts, decodeText, eventOf, example, exampleJson, feed } from "./support.ts"

const row = '{"uid":"12345678901","uts":"1234567890","agent":"1234567","status":"offline","subcode":"","callid":"0"}'
const rowWith = (change: string) => `${row.slice(0, -1)},${change}}`
const listOf = (...rows: ReadonlyArray<string>) => `{"list":[${rows.join(",")}]}`

it("the vendor's example is read", () => {
  expect(decodeText("json", exampleJson)).toEqual({
    rows: [example],
    envelope: { success: true, error: null, total: 1, expire: null },
    error: null,
  })
})

it("a document cut off at any byte is an error, never fewer rows", () => {
  for (let length = 1; length < exampleJson.length; length++) {
    const { error } = decodeText("json", exampleJson.slice(0, length))
    expect(error).toMatch(/looks cut off$/)
    expect(bytewise("json", bytesOf(exampleJson.slice(0, length))).error).toBe(error)
  }
})

// A tolerant document, written by hand from values that JSON.parse gives back.

const blank = fc.constantFrom("", "", "", " ", "\n", "\t", "\r\n ")

/** A JSON text with blanks and escapes wherever they may stand. */
const put = (value: unknown, space: string, escape: boolean): string => {
  if (typeof value === "string") {
    const plain = JSON.stringify(value)
    if (!escape || plain.includes("\\")) return plain
    return plain.replace(/[a-z]/, (c) => `\\u00${c.charCodeAt(0).toString(16)}`)
  }
  if (Array.isArray(value)) {
    return `[${space}${value.map((item: unknown) => put(item, space, escape)).join(`${space},${space}`)}${space}]`
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(
      ([key, item]: [string, unknown]) => `${put(key, space, escape)}${space}:${space}${put(item, space, escape)}`,
    )
    return `{${space}${members.join(`${space},${space}`)}${space}}`
  }
  return JSON.stringify(value)
}

const other = fc.dictionary(
  fc.string({ maxLength: 4 }).map((key) => `x-${key}`),
  fc.jsonValue({ maxDepth: 2 }),
  { maxKeys: 2, noNullPrototype: true },
)

interface Document {
  readonly text: string
  readonly rows: ReadonlyArray<StatusEvent>
}

const rowOf = (event: StatusEvent, numbers: boolean, sparse: boolean, more: Record<string, unknown>) => {
  const small = event.uid <= BigInt(Number.MAX_SAFE_INTEGER)
  return {
    ...more,
    callid: event.callid === 0n && sparse ? null : String(event.callid),
    uid: numbers && small ? Number(event.uid) : String(event.uid),
    agent: numbers ? event.agent : String(event.agent),
    ...(event.subcode === "" && sparse ? {} : { subcode: event.subcode }),
    status: sparse ? ` ${event.status.toUpperCase()}\t` : event.status,
    uts: numbers ? event.uts : String(event.uts),
  }
}

const document: fc.Arbitrary<Document> = fc
  .record({
    // Upper case must have a lower case of its own to come back from: not so for all of Unicode.
    events: fc.array(
      eventOf(anyText).map((event) => ({ ...event, status: /^[a-z]+$/.test(event.status) ? event.status : "call" })),
      { maxLength: 5 },
    ),
    numbers: fc.boolean(),
    sparse: fc.boolean(),
    more: other,
    shape: fc.constantFrom("list", "map", "bare"),
    success: fc.constantFrom(true, 1, "1", "true"),
    last: fc.boolean(),
    space: blank,
    escape: fc.boolean(),
    mark: fc.boolean(),
  })
  .map(({ events, numbers, sparse, more, shape, success, last, space, escape, mark }) => {
    const list = events.map((event) => rowOf(event, numbers, sparse, more))
    const rows = shape === "map" ? Object.fromEntries(list.map((item, index) => [String(index), item])) : list
    const envelope = { success, total: numbers ? events.length : String(events.length), error: null, ...more }
    const whole = shape === "bare" ? rows : last ? { ...envelope, list: rows } : { list: rows, ...envelope }
    return { text: (mark ? "\uFEFF" : "") + space + put(whole, space, escape) + space, rows: events }
  })

it("any tolerant document holds the rows that JSON.parse finds in it", () => {
  fc.assert(
    fc.property(document, cuts, ({ text, rows }, places) => {
      const parsed: unknown = JSON.parse(text.replace(/^\uFEFF/, ""))
      expect(typeof parsed).toBe("object")
      const whole = decodeText("json", text)
      expect(whole.error).toBe(null)
      expect(whole.rows).toEqual(rows)
      expect(feed(json.decoder(), cutAt(bytesOf(text), places))).toEqual(whole)
    }),
    { numRuns: runs(50) },
  )
})

const parses = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

it("JSON is accepted and refused as by JSON.parse, wherever it stands", () => {
  const faults = fc.array(fc.tuple(fc.nat(200), fc.constantFrom(...Array.from('"\\{}[],:0e.-+ntu\n\u0001'))), {
    maxLength: 3,
  })
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), faults, (value, places) => {
      let text = JSON.stringify(value)
      for (const [place, c] of places) {
        const at = place % (text.length + 1)
        text = text.slice(0, at) + c + text.slice(at + (place % 2))
      }
      const whole = `{"success":true,"other":${text}}`
      expect([text, decodeText("json", whole).error === null]).toEqual([text, parses(whole)])
      // As a text in a row, cut or whole.
      const { error: inRow } = decodeText("json", listOf(rowWith(`"x":${text}`)))
      expect(bytewise("json", bytesOf(listOf(rowWith(`"x":${text}`)))).error).toBe(inRow)
    }),
    { numRuns: runs(50) },
  )
})

it.each([
  ['{"success":true,"list":[]}', true],
  ['{"success":1,"list":{}}', true],
  ['{"success":"1","list":null}', true],
  ['{"success":"true","list":""}', true],
  ['{"success":true}', true],
  ['{"success":false}', false],
  ['{"success":0}', false],
  ['{"success":"0"}', false],
  ['{"success":"false"}', false],
  ['{"success":null,"list":[]}', null],
  ["[]", null],
  ['\uFEFF {"list" : [ ] }\r\n', null],
])("no rows are read from %s", (text, success) => {
  expect(decodeText("json", text)).toMatchObject({ rows: [], error: null, envelope: { success } })
})

it.each([
  ['{"success":false,"error":"no \\"such\\" token"}', { success: false, error: 'no "such" token' }],
  ['{"success":true,"error":"","token":"x","expire":"1234567890"}', { error: null, expire: 1_234_567_890 }],
  ['{"success":true,"error":null,"expire":-1}', { error: null, expire: -1 }],
  ['{"list":[],"error":false,"total":"12","total":13}', { error: null, total: 13 }],
])("the envelope is read of %s", (text, envelope) => {
  expect(decodeText("json", text)).toMatchObject({ error: null, envelope })
})

it.each([
  ["numbers", '{"uid":12345678901,"uts":1234567890,"agent":1234567,"status":"offline","subcode":"","callid":0}', {}],
  ["optional fields absent", '{"uid":1,"uts":2,"agent":3,"status":"a"}', { uid: 1n, uts: 2, agent: 3, status: "a" }],
  ["null in place of optional fields", rowWith('"subcode":null,"callid":null'), {}],
  ["empty in place of optional fields", rowWith('"subcode":"","callid":""'), {}],
  ["a subcode that is a number", rowWith('"subcode":1.50'), { subcode: "1.50" }],
  ["a subcode as it is", rowWith('"subcode":" A "'), { subcode: " A " }],
  ["a status to be trimmed and lower-cased", rowWith('"status":" On Call\\n"'), { status: "on call" }],
  ["the last of two", rowWith('"agent":"8","status":"call"'), { agent: 8, status: "call" }],
  [
    "escapes",
    rowWith('"s\\u0074atus":"\\u0063all","subcode":"\\ud83d\\ude00\\/\\u00e9"'),
    { status: "call", subcode: "😀/é" },
  ],
  ["half a surrogate pair", rowWith('"subcode":"\\ud83d"'), { subcode: "\uFFFD" }],
  [
    "the largest ids",
    rowWith('"uid":"9223372036854775807","callid":9223372036854775807'),
    { uid: 9_223_372_036_854_775_807n, callid: 9_223_372_036_854_775_807n },
  ],
  [
    "ids no double holds",
    rowWith('"uid":9007199254740993,"callid":"123456789012345678"'),
    { uid: 9_007_199_254_740_993n, callid: 123_456_789_012_345_678n },
  ],
  ["leading zeros in text", rowWith('"uid":"000000000000000000000000000012","uts":"-007"'), { uid: 12n, uts: -7 }],
  ["a time before 1970", rowWith('"uts":-5'), { uts: -5 }],
  ["unknown keys of any depth", rowWith('"x":{"uid":[{"uts":[]},"}",null,true,-1.5e+3]},"uid ":1'), {}],
])("a row is read with %s", (_, text, change) => {
  expect(decodeText("json", listOf(text))).toMatchObject({ error: null, rows: [{ ...example, ...change }] })
  expect(bytewise("json", bytesOf(listOf(text)))).toEqual(decodeText("json", listOf(text)))
})

it.each([
  ['"uid":"99999999999999999999"', 'uid "99999999999999999999" is larger than 9223372036854775807'],
  ['"uid":9223372036854775808', 'uid "9223372036854775808" is larger than 9223372036854775807'],
  ['"uid":"12a"', 'uid "12a" is not a whole number'],
  ['"uid":" 12"', 'uid " 12" is not a whole number'],
  ['"uid":1.5', 'uid "1.5" is not a whole number'],
  ['"uid":1.0e5', 'uid "1.0e5" is not a whole number'],
  ['"uid":-1', 'uid "-1" is below 0'],
  ['"uid":""', "uid is missing"],
  ['"uid":null', "uid is missing"],
  ['"uts":null', "uts is missing"],
  ['"uts":"9007199254740992"', 'uts "9007199254740992" is larger than 9007199254740991'],
  ['"uts":"-9007199254740992"', 'uts "-9007199254740992" is smaller than -9007199254740991'],
  ['"agent":"-1"', 'agent "-1" is below 0'],
  ['"agent":""', "agent is missing"],
  ['"status":null', "status is missing"],
  ['"status":" "', "status is missing"],
  ['"callid":"x"', 'callid "x" is not a whole number'],
  [`"callid":"${"9".repeat(70_000 - 10_000)}"`, `callid "${"9".repeat(40)}…" is larger than 9223372036854775807`],
])("a row that can't be is refused: %s", (change, issue) => {
  const text = listOf(row, rowWith(change))
  expect(decodeText("json", text)).toMatchObject({
    rows: [example],
    error: `row 2, byte ${9 + row.length + 1}: ${issue}`,
  })
})

it.each([
  ['"uid":true', "uid true is not a whole number"],
  ['"status":5', "status 5 is not text"],
  ['"subcode":false', "subcode false is not text"],
  ['"uid":{}', "uid is an object, not text or a number"],
  ['"subcode":[]', "subcode is a list, not text or a number"],
  ['"uid":01', 'unexpected "01"'],
  ['"x":nul', 'unexpected "nul"'],
  ['"x":NaN', 'unexpected "NaN"'],
  ['"x":"a\nb"', "a text with a line break or control character in it"],
  ['"x":"\\x"', "a text with an unknown escape"],
  ['"x":"\\u12g4"', "a text with an unknown escape"],
  [`"subcode":"${"a".repeat(65_537)}"`, "a text longer than 65536 bytes"],
])("a value that can't be is refused: %s", (change, issue) => {
  const place = 9 + row.length - 1 + 1 + change.indexOf(":") + 1
  expect(decodeText("json", listOf(rowWith(change))).error).toBe(`row 1, byte ${place}: ${issue}`)
})

it.each([
  ["", "byte 0: the input is empty: not even an empty list"],
  ["\uFEFF \n", "byte 5: the input is empty: not even an empty list"],
  ["5", 'byte 0: unexpected "5"'],
  ["<html>", 'byte 0: unexpected "<"'],
  ["{}", "byte 0: the object has no list and no success: it is not a status log"],
  ['{"uid":1}', "byte 0: the object has no list and no success: it is not a status log"],
  ["[] x", 'byte 3: "x" after the document\'s end'],
  ["[][]", 'byte 2: "[" after the document\'s end'],
  ["[5]", "row 1, byte 1: is not an object"],
  ["[[]]", "row 1, byte 1: is not an object"],
  ['{"list":{"uid":"1"}}', "row 1, byte 15: is not an object"],
  ['{"list":5}', 'byte 8: list "5" is not a list'],
  [`{"list":[${row}],"list":[]}`, `byte ${9 + row.length + 9}: a second list`],
  ['{"success":"maybe"}', 'byte 11: success "maybe" is neither true nor false'],
  ['{"total":"many"}', 'byte 9: total "many" is not a whole number'],
  ['{"total":-1}', 'byte 9: total "-1" is below 0'],
  ['{"error":{}}', "byte 9: error is an object, not text or a number"],
  ["[,]", 'byte 1: unexpected ","'],
  [`[${row},]`, `byte ${row.length + 2}: unexpected "]"`],
  [`[${row}${row}]`, `byte ${row.length + 1}: unexpected "{"`],
  ['{"list":[}', 'byte 9: unexpected "}"'],
  ['{"success",1}', 'byte 10: unexpected ","'],
  ["{success:1}", 'byte 1: unexpected "s"'],
  ['{"success":true,}', 'byte 16: unexpected "}"'],
  ['{"success":true "list":[]}', 'byte 16: unexpected "\\""'],
  ["\u0000", "byte 0: unexpected byte 0x0"],
  [`{"x":${"[".repeat(600)}`, "byte 516: more than 512 brackets inside one another"],
])("JSON that is malformed is refused, with the place: %#", (text, error) => {
  expect(decodeText("json", text)).toMatchObject({ error })
  expect(bytewise("json", bytesOf(text)).error).toBe(error)
})

it("JSON that is not UTF-8 is refused, with the place", () => {
  const bytes = bytesOf(listOf(rowWith('"subcode":"é"')))
  const broken = bytes.filter((byte) => byte !== 0xa9)
  expect(feed(json.decoder(), [broken]).error).toBe(`row 1, byte ${9 + row.length + 10}: text that is not UTF-8`)
})

it("the bytes of a chunk may be used again after it was written", () => {
  const decoder = json.decoder()
  const buffer = new Uint8Array(7)
  const bytes = bytesOf(exampleJson)
  for (let i = 0; i < bytes.length; i += 7) {
    const part = bytes.subarray(i, i + 7)
    buffer.set(part)
    decoder.write(buffer.subarray(0, part.length))
    buffer.fill(0)
  }
  expect(feed(decoder, []).rows).toEqual([example])
})
