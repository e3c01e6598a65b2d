import { effort, runs } from "@dwell/testing/effort"
import * as fc from "effect/FastCheck"
import { expect, it } from "vitest"
import * as EventBatch from "../../src/events/EventBatch.ts"
import * as csv from "../../src/format/csv/decoder.ts"
import type { Decoder } from "../../src/format/Decoder.ts"
import { type Format, FormatError } from "../../src/format/FormatError.ts"
import { scanner } from "../../src/format/json/scanner.ts"
import * as xml from "../../src/format/xml/decoder.ts"
import * as naive from "./naive.ts"
import { cutAt, formats } from "./support.ts"

interface Options {
  readonly into: EventBatch.Builder
  readonly tolerantOnly: boolean
}

const scanners: { readonly [F in Format]: (options: Options) => Decoder } = {
  json: (options) => scanner("json", options),
  ndjson: (options) => scanner("ndjson", options),
  csv: csv.scanner,
  xml: xml.scanner,
}

const built = EventBatch.builder()

/** How many rows were written straight into the columns: only a fast path does that. */
let straight = 0

/** One for all documents: a new one each time would cost more than the reading. */
const into: EventBatch.Builder = {
  get length() {
    return built.length
  },
  agentIndex: built.agentIndex,
  statusIndex: built.statusIndex,
  subcodeIndex: built.subcodeIndex,
  recentAgent: built.recentAgent,
  append: built.append,
  block: built.block,
  next: built.next,
  commit: (row) => {
    straight += row - built.next()
    built.commit(row)
  },
  take: built.take,
}

const linesOf = (batch: EventBatch.EventBatch): string => {
  let lines = ""
  for (let i = 0; i < batch.length; i++) {
    lines += naive.line(
      batch.uid[i] ?? 0n,
      batch.uts[i] ?? 0,
      batch.agents[batch.agent[i] ?? 0] ?? 0,
      batch.statuses[batch.status[i] ?? 0] ?? "",
      batch.subcodes[batch.subcode[i] ?? 0] ?? "",
      batch.callid[i] ?? 0n,
    )
    lines += "\n"
  }
  return lines
}

/** The rows, a line each, and then the error. */
const outcome = (format: Format, tolerantOnly: boolean, chunks: ReadonlyArray<Uint8Array>): string => {
  const decoder = scanners[format]({ into, tolerantOnly })
  let error = ""
  try {
    for (const chunk of chunks) decoder.write(chunk)
    decoder.end()
  } catch (thrown) {
    if (!(thrown instanceof FormatError)) throw thrown
    error = `refused: ${thrown.message}`
  }
  return linesOf(decoder.take()) + error
}

const bytewise = (bytes: Uint8Array) => Array.from(bytes, (byte) => Uint8Array.of(byte))

// Documents: the documented layout, in which anything may be put another way, or be wrong.

/** Mostly the first, and any of the others now and then. */
const mostly = <A>(usual: fc.Arbitrary<A>, ...others: ReadonlyArray<fc.Arbitrary<A>>): fc.Arbitrary<A> =>
  fc.oneof({ weight: 30, arbitrary: usual }, ...others)

const numeral = (digits: number) =>
  mostly(
    fc.integer({ min: 0, max: 10 ** digits - 1 }).map(String),
    fc
      .nat(20)
      .chain((length) =>
        fc.string({ unit: fc.constantFrom(...Array.from("0123456789")), minLength: length, maxLength: length }),
      ),
    fc.constantFrom("007", "9007199254740991", "9007199254740992", "999999999999999", "1000000000000000"),
    fc.constantFrom("9223372036854775807", "9223372036854775808", "0000000000000000000000012", "-5", "1.5", "1e3", "x"),
  )

const plainText = fc.constantFrom(
  "call",
  "idle",
  "available",
  "On Call ",
  "a",
  "wrap-up/7 (x)",
  "b".repeat(64),
  "c".repeat(65),
)
const oddText = fc.constantFrom(
  "é€",
  "😀",
  "a<b&c",
  "x]]>y",
  'q"u\\o',
  "tab\tin",
  "two\nlines",
  "cr\rin",
  "\u007f",
  "a;b,c",
  "a>b",
)
const status = mostly(plainText, oddText, fc.constantFrom("", " "))
const subcode = mostly(fc.constant(""), plainText, oddText, fc.constant("7"))

const field = ["uid", "uts", "agent", "status", "subcode", "callid"] as const

interface Row {
  readonly values: ReadonlyArray<string>
  /** Which field comes when; a field may be missing or come twice. */
  readonly order: ReadonlyArray<number>
  /** What is odd about the row, by a number for each field; 0 = nothing. */
  readonly odd: ReadonlyArray<number>
  readonly gap: string
}

const documentedOrder = [0, 1, 2, 3, 4, 5]

const row = (gap: fc.Arbitrary<string>): fc.Arbitrary<Row> =>
  fc.record({
    values: fc.tuple(numeral(11), numeral(10), numeral(7), status, subcode, mostly(fc.constant("0"), numeral(11))),
    order: mostly(
      fc.constant(documentedOrder),
      fc.shuffledSubarray(documentedOrder, { minLength: 6 }),
      fc.subarray(documentedOrder, { minLength: 4 }),
      fc.constantFrom([0, 1, 2, 3, 4, 5, 3], [0, 0, 1, 2, 3, 4, 5]),
    ),
    odd: fc.oneof(
      { weight: 6, arbitrary: fc.constant([0, 0, 0, 0, 0, 0]) },
      { weight: 1, arbitrary: fc.array(fc.oneof(fc.constant(0), fc.nat(12)), { minLength: 6, maxLength: 6 }) },
    ),
    gap,
  })

const jsonValue = (name: string, value: string, odd: number): string => {
  const text = JSON.stringify(value)
  if (odd === 1 && name !== "status") return value
  if (odd === 2) return text.replace(/[a-z0-9]/, (c) => `\\u00${c.charCodeAt(0).toString(16)}`)
  if (odd === 3) return "null"
  if (odd === 4) return text.replaceAll("/", "\\/")
  return text
}

const jsonRow = ({ gap, odd, order, values }: Row): string => {
  const members = order.map((index) => {
    const [name, value, how] = [field[index] ?? "", values[index] ?? "", odd[index] ?? 0]
    const key = how === 5 ? `"\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}"` : `"${name}"`
    const other = how === 6 ? `,${gap}"x${name}":{"uid":[1,-2.5e3,{"list":"}"}],"é":null}` : ""
    return `${key}${gap}:${gap}${jsonValue(name, value, how)}${other}`
  })
  return `{${gap}${members.join(`${gap},${gap}`)}${gap}}`
}

const xmlEscaped = (value: string): string => value.replace(/[&<>\r]/g, (c) => `&#${c.charCodeAt(0)};`)

const xmlField = (name: string, value: string, odd: number): string => {
  const text = xmlEscaped(value)
  if (odd === 1) return `<${name}><![CDATA[${value.replaceAll("]]>", "")}]]></${name}>`
  if (odd === 2)
    return `<${name}>${Array.from(value, (c) => `&#x${c.codePointAt(0)?.toString(16)};`).join("")}</${name}>`
  if (odd === 3) return `<${name} kind="</status_log>&gt;">${text}</${name}>`
  if (odd === 4) return `<!-- <status_log><uid>9</uid></status_log> --><${name}>${text}</${name}>`
  if (odd === 5) return `<${name}>${text}</${name} ><other><uid>1</uid>x</other>`
  if (odd === 6) return `<${name}>${text}<!-- --><b>c</b></${name}>`
  if (odd === 7) return `<?go on?><${name}\n>${text}</${name}\n>`
  if (odd === 8) return `<${name}>${value}</${name}>`
  if (odd === 9) return `<x><![CDATA[</status_log>]]></x><${name}>${text}</${name}>`
  if (value === "") return odd === 10 ? `<${name}></${name}>` : `<${name}/>`
  return `<${name}>${text}</${name}>`
}

const xmlRow = ({ gap, odd, order, values }: Row): string => {
  const fields = order.map((index) => gap + xmlField(field[index] ?? "", values[index] ?? "", odd[index] ?? 0))
  const name = odd[0] === 11 ? "row" : "status_log"
  return `<${name}${odd[0] === 12 ? ' a="1"' : ""}>${fields.join("")}${gap}</${name}>${gap}`
}

const csvCell = (value: string, odd: number): string => {
  if (odd === 1 || /["\n\r,;\t]/.test(value)) return odd === 2 ? value : `"${value.replaceAll('"', '""')}"`
  return value
}

interface Table {
  readonly separator: string
  readonly end: string
  readonly columns: ReadonlyArray<number>
}

const csvRow = ({ columns, end, separator }: Table, { odd, order, values }: Row): string => {
  const cells = columns.map((index) => csvCell(values[index] ?? "x", odd[index] ?? 0))
  // A row whose fields are amiss elsewhere has too few cells here, or too many.
  const count = order.length === 6 ? cells.length : order.length < 6 ? cells.length - 1 : cells.length + 1
  const line = Array.from({ length: count }, (_, index) => cells[index] ?? "").join(separator)
  return line + (odd[0] === 3 ? "\r\n" : odd[0] === 4 ? "\r" : odd[0] === 5 ? `${end}${end}` : end)
}

const gap = fc.constantFrom("", "", "", "", "", " ", "\n", "\n    ", "\n      ", "\r\n\t", " ".repeat(33))
const noGap = mostly(fc.constant(""), gap)

const tableOf: fc.Arbitrary<Table> = fc.record({
  separator: mostly(fc.constant(","), fc.constantFrom(";", "\t")),
  end: mostly(fc.constant("\n"), fc.constantFrom("\r\n", "\r")),
  columns: mostly(
    fc.constant(documentedOrder),
    fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8 }),
    fc.shuffledSubarray(documentedOrder, { minLength: 4 }),
  ),
})

const rows = (gaps: fc.Arbitrary<string>) => fc.array(row(gaps), { minLength: 3, maxLength: 4 })

const texts: { readonly [F in Format]: fc.Arbitrary<readonly [content: string, pad: string, end: string]> } = {
  json: fc
    .tuple(rows(noGap), noGap, fc.constantFrom("", '"success":true,'), fc.boolean())
    .map(([list, space, head, bare]) => {
      const items = list.map(jsonRow).join(`${space},${space}`)
      return bare
        ? [`[${items}`, " ".repeat(512), "]"]
        : [`{${head}"list":[${items}`, "\n".repeat(512), '],"total":"3"}']
    }),
  ndjson: fc
    .tuple(rows(mostly(fc.constant(""), fc.constantFrom(" ", "\t", "\n"))), fc.constantFrom("\n", "\n", "\r\n", "\n\n"))
    .map(([list, end]) => [list.map(jsonRow).join(end), `\n${" ".repeat(511)}`, "\n"]),
  csv: fc.tuple(rows(fc.constant("")), tableOf).map(([list, how]) => {
    const names = how.columns.map((index) => field[index] ?? `x${index}`)
    return [names.join(how.separator) + how.end + list.map((item) => csvRow(how, item)).join(""), "\n".repeat(128), ""]
  }),
  xml: fc
    .tuple(
      gap.chain((space) => rows(mostly(fc.constant(space), gap))),
      fc.constantFrom("utf-8", "UTF-8", "ISO-8859-1"),
    )
    .map(([list, encoding]) => [
      `<?xml version="1.0" encoding="${encoding}"?>\n<result><success>1</success><list>\n${list.map(xmlRow).join("")}`,
      " ".repeat(640),
      "</list><total>3</total></result>\n",
    ]),
}

interface Edit {
  readonly at: number
  readonly kind: "change" | "flip" | "insert" | "remove" | "end"
  readonly byte: number
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(100_000),
  kind: fc.constantFrom("change", "flip", "insert", "remove", "end"),
  byte: fc.oneof(
    fc.constantFrom(...Array.from('"\\{}[]<>,;:/\n\r 0123456789az-.&]!?=', (c) => c.charCodeAt(0))),
    fc.nat(255),
  ),
})

const edited = (bytes: Uint8Array, { at, byte, kind }: Edit): Uint8Array => {
  const place = at % bytes.length
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)]
  const middle = kind === "flip" ? (after[0] ?? 0) ^ (1 << (byte & 7)) : byte
  if (kind === "end") return before
  if (kind === "remove") return Uint8Array.from([...before, ...after.subarray(1)])
  return Uint8Array.from([...before, middle, ...after.subarray(kind === "insert" ? 0 : 1)])
}

/** As UTF-8, but now and then in another encoding, which the document may not name. */
const encoded = (text: string, how: number, format: Format): Uint8Array => {
  if (/encoding="ISO/.test(text) || how === 1) return Uint8Array.from(text, (c) => c.charCodeAt(0) & 255)
  if (how > 3 || format !== "xml") return new TextEncoder().encode(how === 2 ? `\uFEFF${text}` : text)
  if (how === 3) return new TextEncoder().encode(`\uFEFF${text}`)
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
  return Uint8Array.from([0xff, 0xfe, ...units.flatMap((unit) => [unit & 255, unit >> 8])])
}

interface Document {
  readonly bytes: Uint8Array
  /** How many of its bytes come before the padding. */
  readonly content: number
}

const document = (format: Format): fc.Arbitrary<Document> =>
  fc
    .record({
      text: texts[format],
      padded: mostly(fc.constant(true), fc.constant(false)),
      how: mostly(fc.constant(9), fc.integer({ min: 1, max: 4 })),
      edits: fc.oneof(fc.constant([]), fc.array(edit, { minLength: 1, maxLength: 2 })),
    })
    .map(({ edits, how, padded, text: [content, pad, end] }) => {
      let bytes = encoded(content + (padded ? pad : "") + end, how, format)
      // Edits are wasted on the padding.
      for (const { at, ...rest } of edits) bytes = edited(bytes, { ...rest, at: at % (content.length + 1) })
      return { bytes, content: content.length + 8 }
    })

/** How many documents are tried: XML costs the most by far. */
const documents: Readonly<Record<Format, number>> = {
  json: runs(35),
  ndjson: runs(35),
  csv: runs(35),
  xml: runs(30),
}

for (const format of formats) {
  it(`the readers of ${format} agree on any document with the library, wherever the input is cut`, () => {
    const seen = { sound: 0, refused: 0, straight: 0, rows: 0 }
    const check = ({ bytes, content }: Document, places: ReadonlyArray<number>, everywhere: number) => {
      const tolerant = outcome(format, true, [bytes])
      const isRefused = tolerant.includes("refused: ")
      seen[isRefused ? "refused" : "sound"] += 1
      const expected = naive.read(format, bytes)
      const library = expected === null ? null : expected?.map((item) => `${item}\n`).join("")
      expect(library).toBe(library === undefined ? undefined : isRefused ? null : tolerant)

      const disagreements: Array<string> = []
      const compare = (tolerantOnly: boolean, chunks: ReadonlyArray<Uint8Array>) => {
        const found = outcome(format, tolerantOnly, chunks)
        if (found !== tolerant) disagreements.push(`${chunks.map(({ length }) => length).join("+")}: ${found}`)
      }
      straight = 0
      compare(false, [bytes])
      if (straight > 0) seen.straight += 1
      seen.rows += straight
      const step = everywhere === 0 ? 1 : 29 + everywhere
      for (let at = 1; at < bytes.length; at += at < content ? step : 97) {
        compare(false, [bytes.subarray(0, at), bytes.subarray(at)])
      }
      for (const tolerantOnly of [false, true]) {
        compare(tolerantOnly, bytewise(bytes))
        compare(tolerantOnly, cutAt(bytes, places))
      }
      expect([tolerant, ...disagreements]).toEqual([tolerant])
    }
    const places = fc.array(fc.nat(100_000), { maxLength: 6 })
    fc.assert(fc.property(document(format), places, fc.nat(7), check), {
      numRuns: documents[format],
      seed: 20_251_124,
      endOnFailure: true,
    })
    // Or else this has compared one reader with itself.
    expect(seen.straight).toBeGreaterThan(5)
    expect(seen.rows).toBeGreaterThan(15)
    expect(seen.sound).toBeGreaterThan(5)
    expect(seen.refused).toBeGreaterThan(5)
  })
}

const plainRow = (uid: string): Row => ({
  values: [uid, "1700000000", "700101", "available", "lunch", "90000000001"],
  order: documentedOrder,
  odd: [0, 0, 0, 0, 0, 0],
  gap: "",
})

/** A documented document: what stands before its second row, that row, and what stands behind. */
const documented: { readonly [F in Format]: readonly [before: string, row: string, behind: string] } = {
  json: [
    `{"list":[${jsonRow(plainRow("1"))},`,
    jsonRow(plainRow("12345678901")),
    `,${jsonRow(plainRow("3"))}${" ".repeat(512)}]}`,
  ],
  ndjson: [
    `${jsonRow(plainRow("1"))}\n`,
    jsonRow(plainRow("12345678901")),
    `\n${jsonRow(plainRow("3"))}\n${" ".repeat(512)}`,
  ],
  csv: [
    "uid,uts,agent,status,subcode,callid\n1,2,3,idle,,0\n",
    "12345678901,1700000000,700101,available,lunch,90000000001\n",
    `1,2,3,idle,,0\n${"\n".repeat(128)}`,
  ],
  xml: [
    `<result><list>${xmlRow(plainRow("1"))}`,
    xmlRow(plainRow("12345678901")),
    `${xmlRow(plainRow("3"))}${" ".repeat(640)}</list></result>`,
  ],
}

const others = Array.from('"\\{}[]<>,;:/=&!?-.\n\r\t 09azAZ\u0000\u007f', (c) => c.charCodeAt(0))

for (const format of formats) {
  it(`the readers of ${format} agree with the library on a documented row of which any byte is another one`, () => {
    const [before, middle, behind] = documented[format]
    const bytes = new TextEncoder().encode(before + middle + behind)
    straight = 0
    outcome(format, false, [bytes])
    expect(straight).toBeGreaterThanOrEqual(2)
    const disagreements: Array<string> = []
    for (let at = before.length; at < before.length + middle.length; at++) {
      const usual = bytes[at] ?? 0
      // A third of them at each place, all of them where there is more effort.
      const some = others.filter((_, index) => effort > 1 || (index + at) % 3 === 0)
      for (const byte of [...some, ...Array.from({ length: 8 }, (_, bit) => usual ^ (1 << bit))]) {
        bytes[at] = byte
        const found = outcome(format, false, [bytes])
        const tolerant = outcome(format, true, [bytes])
        const expected = naive.read(format, bytes)
        const library = expected === undefined ? tolerant : expected?.map((item) => `${item}\n`).join("")
        const agreed =
          found === tolerant && (library === undefined ? tolerant.includes("refused: ") : library === tolerant)
        if (!agreed) disagreements.push(`byte ${at} = ${byte}: ${found}; ${tolerant}; ${library ?? "refused"}`)
      }
      bytes[at] = usual
    }
    expect(disagreements).toEqual([])
  })
}
