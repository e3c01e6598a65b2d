/**
 * A report in an output format: the document as JSON, or its rows.
 */
import type * as Calendar from "@dwell/core/Calendar"
import type { AtDocument, Document } from "@dwell/core/Report"
import * as ReportRows from "@dwell/core/ReportRows"
import { outputStyle, print } from "../output.ts"
import type { Format } from "../logSource/options.ts"
import { remarks } from "./quality.ts"
import { ink, type Style } from "@dwell/terminal/style"
import * as Table from "./Table.ts"
import { wrapped } from "@dwell/terminal/text"
import * as Effect from "effect/Effect"
import { instant } from "../format.ts"

type SectionRows<Row> = Table.Table<Row> & {
  /** Lines above the table, for tables on a terminal or in a file. */
  readonly above?: ReadonlyArray<string>
  /** Lines below. */
  readonly below?: ReadonlyArray<string>
}

/** A section of a document; its row type is known only to its columns and rows. */
export interface Section {
  readonly markdown: () => Iterable<string>
  readonly table: (style: Style) => Iterable<string>
}

export const section = <Row>({
  above = [],
  below = [],
  ...rows
}: SectionRows<Row>): Record<"csv" | "ndjson", () => Iterable<string>> & Section => ({
  csv: () => ReportRows.csv(Table.rowsOf(rows)),
  ndjson: () => ReportRows.ndjson(Table.rowsOf(rows)),
  markdown: () => Table.markdown(rows),
  table: function* (style) {
    yield* above
    yield* Table.table(rows, style)
    yield* below
  },
})

/** A line that is only for people. */
export const note = (text: string): Section => ({
  markdown: () => [Table.escaped(text)],
  table: ({ width }) => wrapped(text, width),
})

export interface Printable {
  readonly document: Pick<Document, "window" | "quality"> | Pick<AtDocument, "at" | "quality">
  readonly zone: Calendar.Zone
  /** For formats with one kind of row. */
  readonly rows: ReportRows.Rows
  /** For tables and Markdown. */
  readonly sections: ReadonlyArray<Section>
}

const heading = ({ document, zone }: Printable): string => {
  if ("at" in document) {
    const { instant: asked, now } = document.at
    return `${instant(zone, asked)}, ${zone.name}${asked < now ? `, known until ${instant(zone, now)}` : ""}`
  }
  const { window } = document
  const until = window.now < window.to ? `, known until ${instant(zone, window.now)}` : ""
  return `${instant(zone, window.from)} to ${instant(zone, window.to)}, ${zone.name}${until}`
}

const remarksOf = ({ document }: Printable): ReadonlyArray<string> =>
  remarks(document.quality, "at" in document ? "instant" : "window")

const tables = function* (answer: Printable, style: Style): Generator<string> {
  yield ink(style, "bold", heading(answer))
  for (const part of answer.sections) {
    yield ""
    yield* part.table(style)
  }
  yield ""
  for (const remark of remarksOf(answer)) {
    for (const line of wrapped(remark, style.width)) yield ink(style, "dim", line)
  }
}

const pages = function* (answer: Printable): Generator<string> {
  yield `**${heading(answer)}**`
  for (const part of answer.sections) {
    yield ""
    yield* part.markdown()
  }
  yield ""
  yield* remarksOf(answer).map((remark) => `- ${remark}`)
}

/** JSON of a document, two spaces deep, its lists an element at a time: one text of a large answer would be too long. */
const json = function* (document: object): Generator<string> {
  const entries = Object.entries(document)
  yield "{"
  for (const [index, [key, value]] of entries.entries()) {
    const comma = index < entries.length - 1 ? "," : ""
    if (Array.isArray(value) && value.length > 0) {
      yield `  ${JSON.stringify(key)}: [`
      for (let i = 0; i < value.length; i++) {
        const element: unknown = value[i]
        yield `${indented(`    ${JSON.stringify(element, null, 2)}`, 4)}${i < value.length - 1 ? "," : ""}`
      }
      yield `  ]${comma}`
    } else yield `${indented(`  ${JSON.stringify(key)}: ${JSON.stringify(value, null, 2)}`, 2)}${comma}`
  }
  yield "}"
}

/** Indents all lines but the first. */
const indented = (text: string, by: number): string => text.replaceAll("\n", `\n${" ".repeat(by)}`)

const writers: Readonly<Record<Format, (answer: Printable, style: Style) => Iterable<string>>> = {
  json: ({ document }) => json(document),
  csv: ({ rows }) => ReportRows.csv(rows),
  ndjson: ({ rows }) => ReportRows.ndjson(rows),
  markdown: pages,
  table: tables,
}

/** The lines of a report in a format. */
export const linesOf = (answer: Printable, format: Format, style: Style): Iterable<string> =>
  writers[format](answer, style)

/** Prints a report to stdout. */
export const printAnswer = (answer: Printable, format: Format) =>
  Effect.flatMap(outputStyle, (style) => print(linesOf(answer, format, style)))
