/**
 * Bytes that are not the format they should be.
 *
 * Shape    which format was being read, at which row and byte, and what was wrong there
 * Units    `row` counts from 1; `offset` in bytes from the start of the input
 */
import * as Data from "effect/Data"

export type Format = "json" | "xml" | "ndjson" | "csv"

/** Names the place and the issue; never quotes more of the input than the offending token. */
export class FormatError extends Data.TaggedError("FormatError")<{
  readonly format: Format
  /** The row being read, from 1; `null` outside the rows. */
  readonly row: number | null
  /** Bytes read before the place of the fault; `null` where it can't be told. */
  readonly offset: number | null
  readonly issue: string
}> {
  override get message(): string {
    const place = [this.row === null ? [] : [`row ${this.row}`], this.offset === null ? [] : [`byte ${this.offset}`]]
      .flat()
      .join(", ")
    return place === "" ? this.issue : `${place}: ${this.issue}`
  }
}
