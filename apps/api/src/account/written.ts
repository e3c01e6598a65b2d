/** How a document is written in the format asked for: JSON, or its rows. */
import * as Rows from "@dwell/core/Rows"
import { formatOf } from "./cachedResponse.ts"

/** The text of a document, or of its rows. */
export const written = (media: string, document: object, rows: () => Rows.Rows): string => {
  const format = formatOf(media)
  if (format === "csv") return [...Rows.blocks(Rows.csv(rows()))].join("")
  if (format === "ndjson") return [...Rows.blocks(Rows.ndjson(rows()))].join("")
  return JSON.stringify(document)
}
