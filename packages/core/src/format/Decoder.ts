/**
 * What every decoder of status-log bytes offers: feed it chunks, take columns.
 *
 * Shape    chunks may be cut anywhere, inside a character or a number too; rows come out in their order
 * Fails    `write` and `end` throw `FormatError`; rows taken before stay taken, and the caller decides what they are worth
 */
import type { EventBatch } from "../events/EventBatch.ts"

/** What a vendor reply says besides its rows; `null` where it said nothing. NDJSON and CSV have none of it. */
export interface Envelope {
  readonly success: boolean | null
  /** The vendor's error text; `null` when absent or empty. */
  readonly error: string | null
  /** How many rows the vendor says the answer has. */
  readonly total: number | null
  /** A token's end, Unix seconds; -1 = expired. */
  readonly expire: number | null
}

export interface Decoder {
  /** Reads the next bytes. */
  readonly write: (chunk: Uint8Array) => void
  /** Says that there are no more bytes: fails on a document that is not whole. */
  readonly end: () => void
  /** Rows decoded since the beginning. */
  readonly rows: number
  /** Rows decoded and not yet taken; they gather in the decoder's builder. */
  readonly length: number
  /** Takes the rows decoded so far. */
  readonly take: () => EventBatch
  /** What the envelope has said up to here; complete after `end`. */
  readonly envelope: Envelope
}
