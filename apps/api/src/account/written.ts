/** How a document is written in the format asked for: JSON, or its rows. */
import * as Rows from "@dwell/core/Rows"
import { formatOf } from "./answer.ts"

const lines = (texts: Iterable<string>): string => {
  let all = ""
  for (const text of texts) all += `${text}\n`
  return all
}

/** The text of a document, or of its rows. */
export const written = <Row>(media: string, document: object, rows: () => Rows.Table<Row>): string => {
  const format = formatOf(media)
  if (format === "csv") return lines(Rows.csv(rows()))
  if (format === "ndjson") return lines(Rows.ndjson(rows()))
  return JSON.stringify(document)
}
