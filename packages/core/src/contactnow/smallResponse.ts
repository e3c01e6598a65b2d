/**
 * Small replies of the vendor, in JSON or XML, as texts; `status_log` has its own, streaming decoders.
 *
 * Shape    the root's fields and the rows of `list`, all values as text; `null`, nested and absent fields are left out
 * Fails    throws `FormatError` where it ends early, `Unusable` where it is not such a reply
 */
import * as Data from "effect/Data"
import { SaxesParser } from "saxes"
import type { Envelope } from "../format/Decoder.ts"
import { FormatError } from "../format/FormatError.ts"

export type Texts = ReadonlyMap<string, string>

export interface SmallResponse {
  readonly fields: Texts
  readonly list: ReadonlyArray<Texts>
}

export class MalformedResponse extends Data.TaggedError("Unusable")<{ readonly issue: string }> {}

const cut = (format: "json" | "xml") =>
  new FormatError({ format, row: null, offset: null, issue: "it ends before the document does" })

/** Whether a text or a bracket is still open at the end of a JSON text. */
const isOpen = (text: string): boolean => {
  const bare = text.replaceAll(/"(?:[^"\\]|\\.)*"/gs, "")
  return bare.includes('"') || bare.split(/[[{]/).length > bare.split(/[\]}]/).length
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null

const textsOf = (value: unknown): Texts => {
  const texts = new Map<string, string>()
  if (!isObject(value)) return texts
  for (const [key, held] of Object.entries(value)) {
    if (typeof held === "string" || typeof held === "number" || typeof held === "boolean") texts.set(key, String(held))
  }
  return texts
}

const fromJson = (text: string): SmallResponse => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw isOpen(text) ? cut("json") : new MalformedResponse({ issue: "the answer is not a JSON document" })
  }
  if (!isObject(value)) throw new MalformedResponse({ issue: "the answer is not a JSON object" })
  const list = value["list"]
  // An array, or the same keyed by index.
  const rows = isObject(list) ? Object.values(list) : []
  return { fields: textsOf(value), list: rows.map(textsOf) }
}

const fromXml = (text: string): SmallResponse => {
  const fields = new Map<string, string>()
  const list: Array<Map<string, string>> = []
  const path: Array<string> = []
  let held = ""
  let isAll = false
  const parser = new SaxesParser()
  parser.on("error", () => {
    throw isAll ? cut("xml") : new MalformedResponse({ issue: "the answer is not an XML document" })
  })
  parser.on("opentag", ({ name }) => {
    path.push(name)
    if (path.length === 1 && name !== "result") {
      throw new MalformedResponse({ issue: `the answer begins with <${name}>, not <result>` })
    }
    if (path.length === 3 && path[1] === "list") list.push(new Map())
    held = ""
  })
  const onText = (more: string) => {
    held += more
  }
  parser.on("text", onText)
  parser.on("cdata", onText)
  parser.on("closetag", ({ name }) => {
    if (path.length === 2 && name !== "list") fields.set(name, held)
    if (path.length === 4 && path[1] === "list") list.at(-1)?.set(name, held)
    path.pop()
  })
  parser.write(text)
  isAll = true
  parser.close()
  return { fields, list }
}

/** Reads a reply as what it claims to be by its first character. */
export const parse = (bytes: Uint8Array): SmallResponse => {
  const beginning = new TextDecoder("latin1").decode(bytes.subarray(0, 200))
  const declared = /^\s*<\?xml[^>]*encoding=["']([\w-]+)["']/.exec(beginning)?.[1] ?? "utf-8"
  let decoder: TextDecoder
  try {
    decoder = new TextDecoder(declared)
  } catch {
    throw new MalformedResponse({ issue: `the answer's encoding ${declared} is not known` })
  }
  const text = decoder.decode(bytes).trim()
  return text.startsWith("<") ? fromXml(text) : fromJson(text)
}

const integer = (text: string | undefined): number | null => {
  const value = text === undefined || !/^\s*-?\d+\s*$/.test(text) ? Number.NaN : Number(text)
  return Number.isSafeInteger(value) ? value : null
}

/** What the reply says besides its rows. */
export const envelopeOf = ({ fields }: SmallResponse): Envelope => {
  const success = fields.get("success")?.trim().toLowerCase()
  return {
    success: success === "true" || success === "1" ? true : success === "false" || success === "0" ? false : null,
    error: fields.get("error")?.trim() || null,
    total: integer(fields.get("total")),
    expire: integer(fields.get("expire")),
  }
}
