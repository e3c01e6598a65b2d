/** What the tests of the command line share: documents and rows as text. */
import { fileURLToPath } from "node:url"
import * as Report from "@dwell/core/Report"
import * as Schema from "effect/Schema"

/** The program as it is built. */
export const bundle = fileURLToPath(new URL("../dist/dwell.js", import.meta.url))

/** Reads a document of `report --format json`; a key too many or too few is an error. */
export const parseReport = Schema.decodeUnknownSync(Schema.parseJson(Report.Document), { onExcessProperty: "error" })

/** Rows of a CSV text (RFC 4180, line feeds), header first. */
export const parseCsv = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
  const cell = /(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/y
  const rows: Array<Array<string>> = [[]]
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text)
    if (found === null) throw new Error(`not CSV: ${text.slice(0, 200)}`)
    const [, quoted, plain, end] = found
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? "")
    if (end === "\n") rows.push([])
  }
  return rows.slice(0, -1)
}
