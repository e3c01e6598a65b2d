import { expect, it } from "vitest"
import * as xml from "../../src/format/xml/decoder.ts"
import { bytesOf, bytewise, cutAt, decodeText, example, exampleJson, exampleXml, feed } from "./support.ts"

const inner =
  "<uid>12345678901</uid><uts>1234567890</uts><agent>1234567</agent><status>offline</status><subcode/><callid>0</callid>"
const document = (rows: string) => `<result><list>${rows}</list></result>`
const rowWith = (change: string) => document(`<status_log>${inner}${change}</status_log>`)

const latin1 = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0))
const utf16 = (text: string, big: boolean) =>
  Uint8Array.from(
    Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)).flatMap((unit) =>
      big ? [unit >> 8, unit & 255] : [unit & 255, unit >> 8],
    ),
  )

it("the vendor's example in XML has what the one in JSON has", () => {
  expect(decodeText("xml", exampleXml)).toEqual({ ...decodeText("json", exampleJson), error: null })
  expect(decodeText("xml", exampleXml).rows).toEqual([example])
  expect(bytewise("xml", bytesOf(exampleXml))).toEqual(decodeText("xml", exampleXml))
})

it("a document cut off at any byte is an error, never fewer rows", () => {
  for (let length = 1; length < exampleXml.length; length++) {
    const { error } = decodeText("xml", exampleXml.slice(0, length))
    expect(error).toBe(`byte ${length}: the input ends too early: it looks cut off`)
  }
})

it.each([
  "<result/>",
  "<result><success>true</success></result>",
  "<result><list/></result>",
  "<result><list>\n</list><list/></result>",
  "<!-- a --><!DOCTYPE result><result><list><!-- b --></list></result>\n",
  "\uFEFF<result></result>",
])("no rows are read from %j", (text) => {
  expect(decodeText("xml", text)).toMatchObject({ rows: [], error: null })
})

it.each([
  [
    "<success>0</success><error>no token &lt;&amp;</error>",
    { success: false, error: "no token <&", total: null, expire: null },
  ],
  [
    "<success> true </success><error/><total>3</total><expire>-1</expire>",
    { success: true, error: null, total: 3, expire: -1 },
  ],
  ["<list/><total>0</total><other><total>9</total></other>", { success: null, error: null, total: 0, expire: null }],
])("the envelope is read of %s", (text, envelope) => {
  expect(decodeText("xml", `<result>${text}</result>`)).toEqual({ rows: [], error: null, envelope })
})

it.each([
  ["", {}],
  ["<subcode><![CDATA[a<b]]>&amp;&#233;\n</subcode>", { subcode: "a<b&é\n" }],
  ["<status> On Call </status>", { status: "on call" }],
  ["<callid></callid><other>x<uid>7</uid></other>", {}],
  ['<agent kind="x">8</agent>', { agent: 8 }],
  ["<uid>9223372036854775807</uid>", { uid: 9_223_372_036_854_775_807n }],
])("a row is read with %j", (change, expected) => {
  expect(decodeText("xml", rowWith(change))).toMatchObject({ error: null, rows: [{ ...example, ...expected }] })
})

it("rows are elements of any name", () => {
  expect(decodeText("xml", document(`<a>${inner}</a>\n<b>${inner}</b>`)).rows).toEqual([example, example])
})

it.each([
  ["<uid>99999999999999999999</uid>", 'row 1, byte 14: uid "99999999999999999999" is larger than 9223372036854775807'],
  ["<uid/>", "row 1, byte 14: uid is missing"],
  ["<uts>1.5</uts>", 'row 1, byte 14: uts "1.5" is not a whole number'],
  ["<agent>\n7</agent>", 'row 1, byte 14: agent "\\n7" is not a whole number'],
  ["<status> </status>", "row 1, byte 14: status is missing"],
])("a row that can't be is refused: %j", (change, error) => {
  expect(decodeText("xml", rowWith(change))).toMatchObject({ rows: [], error })
})

it("the number of a row in an error counts the rows before it", () => {
  const text = document(`<a>${inner}</a><a><uid>1</uid></a>`)
  expect(decodeText("xml", text)).toMatchObject({
    rows: [example],
    error: `row 2, byte ${14 + inner.length + 7}: uts is missing`,
  })
})

it.each([
  ["", "byte 0: the input is empty: not even a root element"],
  [" \n", "byte 2: the input is empty: not even a root element"],
  ["<!DOCTYPE html><html></html>", "byte 0: an HTML page, not a status log"],
  ["<HTML></HTML>", "byte 0: an HTML page, not a status log"],
  ["<rss></rss>", 'byte 0: the root element is "rss", not "result"'],
  ['<!DOCTYPE r [<!ENTITY a "b">]><result/>', "byte 29: a document type with entities is refused"],
  ["<result>&a;</result>", "byte 10: not well-formed XML: undefined entity."],
  ["<result><list></result>", "byte 22: not well-formed XML: unexpected close tag."],
  ["<result/><result/>", "byte 16: not well-formed XML: documents may contain only one root."],
  ["<result>text</result>", 'byte 12: text where only elements may stand: "text"'],
  [document("text"), 'byte 18: text where only elements may stand: "text"'],
  [document("<a>text</a>"), 'row 1, byte 21: text where only elements may stand: "text"'],
  ["<result><success>x</success></result>", 'byte 8: success "x" is neither true nor false'],
  ["<result><total>x</total></result>", 'byte 8: total "x" is not a whole number'],
  [`<result><list><a>${inner}</a></list><list/></result>`, `byte ${14 + 3 + inner.length + 4 + 7}: a second list`],
  ['<?xml version="1.0" encoding="EBCDIC"?><result/>', 'byte 0: unknown encoding "EBCDIC"'],
  ['<?xml version="1.0" encoding="UTF-16"?><result/>', 'byte 0: unknown encoding "UTF-16" without a byte order mark'],
])("XML that is malformed is refused, with the place: %#", (text, error) => {
  expect(decodeText("xml", text).error).toBe(error)
  expect(bytewise("xml", bytesOf(text)).error).toBe(error)
})

it.each([
  ["UTF-8", bytesOf("<result><a>é€😀</a><list><b>é"), bytesOf(`</b>`)],
  ["UTF-8 by its mark", bytesOf("\uFEFF<result><a>é€😀</a><list><b>é"), bytesOf(`</b>`)],
  ["ISO-8859-1", latin1('<?xml version="1.0" encoding="ISO-8859-1"?><result><list><b>é'), latin1("</b>")],
  ["UTF-16, little end first", utf16("\uFEFF<result><a>é€😀</a><list><b>é", false), utf16("</b>", false)],
  ["UTF-16, big end first", utf16("\uFEFF<result><a>é€😀</a><list><b>é", true), utf16("</b>", true)],
])("a fault's place is counted in bytes of %s", (_, before, after) => {
  const bytes = Uint8Array.from([...before, ...after])
  const error = `row 1, byte ${before.length}: text where only elements may stand: "é"`
  expect(feed(xml.decoder(), [bytes]).error).toBe(error)
  expect(bytewise("xml", bytes).error).toBe(error)
})

it.each([
  ["<result/>  x", "byte 11: not well-formed XML: text data outside of root node."],
  ["<result>\n</result >x\u0001", "byte 19: not well-formed XML: text data outside of root node."],
  ['<result a=">"/>&', "byte 15: not well-formed XML: text data outside of root node."],
  [" x<result/>", "byte 1: not well-formed XML: text data outside of root node."],
])("text outside the root is refused, with the place: %j", (text, error) => {
  expect(decodeText("xml", text).error).toBe(error)
  expect(bytewise("xml", bytesOf(text)).error).toBe(error)
})

const declared = (encoding: string, subcode: string) =>
  `<?xml version="1.0" encoding="${encoding}"?>\n${rowWith(`<subcode>${subcode}</subcode>`)}`

it.each([
  ["UTF-8", bytesOf(declared("UTF-8", "é€"))],
  ["none that is declared", bytesOf(rowWith("<subcode>é€</subcode>"))],
  ["UTF-8 by its mark", bytesOf(`\uFEFF${declared("UTF-8", "é€")}`)],
  ["windows-1252", latin1(declared("windows-1252", "é\u0080"))],
  ["ISO-8859-1", latin1(declared("ISO-8859-1", "é&#8364;"))],
  ["latin1", latin1(declared("latin1", "é&#8364;"))],
  ["US-ASCII", latin1(declared("us-ascii", "&#xe9;&#x20ac;"))],
  ["UTF-16, little end first", utf16(`\uFEFF${declared("UTF-16", "é€")}`, false)],
  ["UTF-16, big end first", utf16(`\uFEFF${declared("UTF-16", "é€")}`, true)],
])("the encoding may be %s", (_, bytes) => {
  const expected = { error: null, rows: [{ ...example, subcode: "é€" }] }
  expect(feed(xml.decoder(), [bytes])).toMatchObject(expected)
  expect(bytewise("xml", bytes)).toMatchObject(expected)
})

it("bytes that are not what they are declared to be keep the rows before them", () => {
  const text = document(`<a>${inner}</a><a><subcode>\u00E9</subcode></a>`)
  const expected = { error: "row 2, byte 150: text that is not UTF-8", rows: [example] }
  expect(feed(xml.decoder(), [latin1(text)])).toMatchObject(expected)
  expect(bytewise("xml", latin1(text))).toMatchObject(expected)
  expect(feed(xml.decoder(), [bytesOf(exampleXml.slice(0, 99)), Uint8Array.of(0xc3)]).error).toMatch(/looks cut off$/)
})

it.each([
  ["an & that is no entity", "billing & refund"],
  ["a comment without an end", "<!-- sale"],
])("a row with %s is named, and the rest of the input is not kept", (_, subcode) => {
  const row = (reason: string) =>
    `<status_log><uid>1</uid><uts>2</uts><agent>3</agent><status>call</status><subcode>${reason}</subcode></status_log>`
  const before = `<result><list>${row("sale")}`
  const bytes = bytesOf(before + row(subcode) + "<x>a</x>\n".repeat(40_000))
  const whole = feed(xml.decoder(), [bytes])
  expect(whole.rows).toHaveLength(1)
  expect(whole.error).toMatch(new RegExp(`^row 2, byte ${before.length}: `))
  expect(feed(xml.decoder(), cutAt(bytes, [100, 5000, 70_000, 150_000])).error).toBe(whole.error)
})

it("entities in subcodes are read alike in documented rows and by saxes", () => {
  const reasons = ["a &amp; b", "&lt;&gt;&quot;&apos;", "&#38;", "&amp;lt;", "a&#x26;b", "plain"]
  const rows = Array.from({ length: 60 }, (_, index) => ({ ...example, uid: BigInt(index + 1) }))
  const text = exampleXml
    .replace(
      /<status_log>[^]*<\/status_log>/,
      rows
        .map(
          ({ uid }, index) =>
            `<status_log><uid>${uid}</uid><uts>2</uts><agent>3</agent><status>call</status><subcode>${reasons[index % reasons.length]}</subcode><callid>0</callid></status_log>`,
        )
        .join("\n"),
    )
    .replace("<total>1", "<total>60")
  const found = feed(xml.decoder(), [bytesOf(text)])
  expect(found).toEqual(feed(xml.scanner({ tolerantOnly: true }), [bytesOf(text)]))
  expect([...new Set(found.rows.map(({ subcode }) => subcode))]).toEqual([
    "a & b",
    "<>\"'",
    "&",
    "&lt;",
    "a&b",
    "plain",
  ])
})
