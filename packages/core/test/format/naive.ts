/**
 * Slow readers of whole documents, each on a library of its own: what the decoders have to agree with.
 *
 * Shape    the rows as lines of text, or null for a document that is refused
 */
import { SaxesParser } from "saxes"
import type { Format } from "../../src/format/FormatError.ts"
import { maxId } from "../../src/events/StatusEvent.ts"

class Refused extends Error {}

const refuse = (): never => {
  throw new Refused()
}

type Fields = ReadonlyMap<string, string | null>

const maxSafe = BigInt(Number.MAX_SAFE_INTEGER)

const whole = (text: string | null | undefined, least: bigint, most: bigint): bigint => {
  if (text === null || text === undefined || !/^-?[0-9]+$/.test(text)) return refuse()
  const value = BigInt(text)
  return value < least || value > most ? refuse() : value
}

/** A row as a line of text, so that rows are compared at a glance. */
export const line = (
  uid: bigint,
  uts: number | bigint,
  agent: number | bigint,
  status: string,
  subcode: string,
  callid: bigint,
): string => JSON.stringify([`${uid} ${uts} ${agent} ${callid}`, status, subcode])

const row = (fields: Fields): string => {
  const status = (fields.get("status") ?? "").trim().toLowerCase()
  const callid = fields.get("callid") ?? ""
  return line(
    whole(fields.get("uid"), 0n, maxId),
    whole(fields.get("uts"), -maxSafe, maxSafe),
    whole(fields.get("agent"), 0n, maxSafe),
    status === "" ? refuse() : status,
    fields.get("subcode") ?? "",
    callid === "" ? 0n : whole(callid, 0n, maxId),
  )
}

const envelope = (name: string, text: string | null) => {
  if (text === null || text === "") return
  if (name === "success" && !["true", "1", "false", "0"].includes(text)) refuse()
  if (name === "total") whole(text, 0n, maxSafe)
  if (name === "expire") whole(text, -maxSafe, maxSafe)
}

const names = ["uid", "uts", "agent", "status", "subcode", "callid"]

/** A number as it is written. */
class Numeral {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

const parse = (text: string): unknown =>
  JSON.parse(text, (_key: string, value: unknown, ...more: ReadonlyArray<unknown>): unknown => {
    const [context] = more
    if (typeof value !== "number" || typeof context !== "object" || context === null) return value
    return "source" in context ? new Numeral(String(context.source)) : value
  })

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Numeral)

const jsonText = (value: unknown): string | null => {
  if (value === null) return null
  if (value instanceof Numeral) return value.text
  return typeof value === "string" ? value.toWellFormed() : refuse()
}

const jsonRow = (value: unknown): string => {
  if (!isObject(value)) return refuse()
  const fields = new Map<string, string | null>()
  for (const [name, field] of Object.entries(value)) {
    if (name === "status" && field instanceof Numeral) refuse()
    if (names.includes(name)) fields.set(name, jsonText(field))
  }
  return row(fields)
}

const jsonList = (value: unknown): ReadonlyArray<string> => {
  if (value === null || value === "") return []
  if (Array.isArray(value)) return value.map(jsonRow)
  return isObject(value) ? Object.values(value).map(jsonRow) : refuse()
}

const json = (text: string): ReadonlyArray<string> => {
  const value = parse(text)
  if (Array.isArray(value)) return value.map(jsonRow)
  if (!isObject(value)) return refuse()
  let rows: ReadonlyArray<string> = []
  let recognised = false
  for (const [name, item] of Object.entries(value)) {
    if (!["success", "error", "total", "expire", "list"].includes(name)) continue
    recognised = true
    if (name === "list") rows = jsonList(item)
    else envelope(name, typeof item === "boolean" ? String(item) : jsonText(item))
  }
  return recognised ? rows : refuse()
}

const ndjson = (text: string): ReadonlyArray<string> =>
  text
    .split("\n")
    .filter((item) => /[^ \t\r]/.test(item))
    .map((item) => jsonRow(parse(item)))

/** Cells of RFC 4180, with the separator that the first line shows, and any kind of line end. */
const table = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
  const lines: Array<ReadonlyArray<string>> = []
  let separator: string | null = null
  let cells: Array<string> = []
  let begun = false
  let i = 0
  const end = () => {
    if (begun) lines.push(cells)
    cells = []
    begun = false
  }
  while (i < text.length) {
    const c = text[i] ?? ""
    if (c === "\n" || c === "\r") {
      if (begun && cells.length > 0 && text[i - 1] === separator) cells.push("")
      end()
      i += 1
      continue
    }
    begun = true
    let cell = ""
    if (c === '"') {
      i += 1
      while (text[i] !== '"' || text[i + 1] === '"') {
        if (i >= text.length) refuse()
        cell += text[i]
        i += text[i] === '"' ? 2 : 1
      }
      i += 1
    } else {
      while (i < text.length && !/[\n\r"]/.test(text[i] ?? "") && !isBetween(text[i] ?? "", separator)) {
        cell += text[i]
        i += 1
      }
    }
    cells.push(cell)
    const after = text[i]
    if (after === undefined || after === "\n" || after === "\r") continue
    if (!isBetween(after, separator)) refuse()
    separator ??= after
    i += 1
    if (i === text.length) cells.push("")
  }
  end()
  return lines
}

const isBetween = (c: string, separator: string | null): boolean =>
  separator === null ? c === "," || c === ";" || c === "\t" : c === separator

const csv = (text: string): ReadonlyArray<string> => {
  const [header, ...lines] = table(text)
  if (header === undefined) return refuse()
  const columns = header.map((name) => name.trim().toLowerCase())
  for (const name of names) {
    const count = columns.filter((column) => column === name).length
    if (count > 1 || (count === 0 && name !== "subcode" && name !== "callid")) refuse()
  }
  return lines.map((cells) => {
    if (cells.length !== columns.length) refuse()
    return row(new Map(columns.map((name, index) => [name, cells[index] ?? ""])))
  })
}

interface Element {
  readonly name: string
  readonly children: Array<Element>
  /** Its own text, and its parts that stand between two tags. */
  text: string
  readonly parts: Array<string>
}

const tree = (text: string): Element => {
  const top: Element = { name: "", children: [], text: "", parts: [] }
  const open: Array<Element> = [top]
  const parser = new SaxesParser()
  const onText = (more: string) => {
    const last = open.at(-1) ?? top
    last.text += more
    last.parts.push(more)
  }
  parser.on("opentag", ({ name }) => {
    const element: Element = { name, children: [], text: "", parts: [] }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on("closetag", () => {
    open.pop()
  })
  parser.on("text", onText)
  parser.on("cdata", onText)
  parser.on("doctype", (doctype) => {
    if (/<!ENTITY|^\s*html\b/i.test(doctype)) refuse()
  })
  parser.write(text).close()
  return top.children[0] ?? refuse()
}

const onlyElements = ({ children, parts }: Element): ReadonlyArray<Element> =>
  parts.some((part) => part.trim() !== "") ? refuse() : children

const xml = (text: string): ReadonlyArray<string> => {
  const root = tree(text)
  if (root.name !== "result") refuse()
  const rows: Array<string> = []
  for (const element of onlyElements(root)) {
    if (element.name !== "list") envelope(element.name, element.text.trim())
    else {
      if (rows.length > 0) refuse()
      for (const item of onlyElements(element)) {
        rows.push(row(new Map(onlyElements(item).map((field) => [field.name, field.text]))))
      }
    }
  }
  return rows
}

const readers = { json, ndjson, csv, xml }

const encodings: { readonly [name: string]: string } = { "utf-8": "utf-8", "iso-8859-1": "windows-1252" }

const encodingOf = (format: Format, bytes: Uint8Array): string => {
  if (format !== "xml") return "utf-8"
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le"
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be"
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8"
  const head = new TextDecoder("windows-1252").decode(bytes.subarray(0, 512)).replace(/\?>[^]*/, "")
  const declared = /^<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']/.exec(head)?.[1] ?? "utf-8"
  return encodings[declared.toLowerCase()] ?? refuse()
}

/**
 * Reads a document; null when it is to be refused, undefined when bytes that are not text leave it open: decoders look
 * at what they ignore as bytes only.
 */
export const read = (format: Format, bytes: Uint8Array): ReadonlyArray<string> | null | undefined => {
  let text: string
  try {
    const decoder = new TextDecoder(encodingOf(format, bytes), { fatal: true })
    text = decoder.decode(bytes)
  } catch (error) {
    return error instanceof Refused || format === "xml" ? null : undefined
  }
  try {
    return readers[format](text)
  } catch {
    return null
  }
}
