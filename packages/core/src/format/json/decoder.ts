/**
 * The vendor's JSON: `{"success":…,"total":…,"list":[{"uid":"…",…}]}`, or a bare list of rows.
 *
 * Shape    decoding is tolerant of how a value is put and strict about what it says: see scanner.ts and RowBuilder.ts
 *          encoding gives the vendor's envelope with every value as text; `total` stands last, as rows come first
 * Source   vendor article "Using status_log API" [D]
 */
import type { Decoder } from "../Decoder.ts"
import { cells, type Encoder, encoder as encoderOf } from "../Encoder.ts"
import { scanner } from "./scanner.ts"
import type { Builder, EventBatch } from "../../events/EventBatch.ts"

/** Makes a decoder of one document; rows go into a builder of its own, or into the one given. */
export const decoder = (into?: Builder): Decoder => scanner("json", into === undefined ? {} : { into })

/** A row as a JSON object, every value a text as the vendor gives it. */
export const rowText = (batch: EventBatch, index: number): string => {
  const [uid, uts, agent, status, subcode, callid] = cells(batch, index)
  const words = `"status":${JSON.stringify(status)},"subcode":${JSON.stringify(subcode)}`
  return `{"uid":"${uid}","uts":"${uts}","agent":"${agent}",${words},"callid":"${callid}"}`
}

/** Makes an encoder of one document. */
export const encoder = (): Encoder =>
  encoderOf(
    '{"success":true,"list":[',
    (batch, index, first) => (first ? "\n" : ",\n") + rowText(batch, index),
    (rows) => `\n],"total":"${rows}"}\n`,
  )
