/** How a document is written in the format asked for: JSON, or its rows. */
import * as ReportRows from "@dwell/core/ReportRows"
import { formatOf } from "./answer.ts"

/** The text of a document, or of its rows. */
export const written = (media: string, document: object, rows: () => ReportRows.Rows): string => {
  const format = formatOf(media)
  if (format === "csv") return [...ReportRows.blocks(ReportRows.csv(rows()))].join("")
  if (format === "ndjson") return [...ReportRows.blocks(ReportRows.ndjson(rows()))].join("")
  return JSON.stringify(document)
}
