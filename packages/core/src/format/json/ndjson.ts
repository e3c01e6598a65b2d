/**
 * A JSON object a line, each a row: what `jq -c` gives and takes.
 *
 * Shape    the fields of the vendor's JSON; a row never spans lines; blank lines are skipped; the last line may lack its end
 *          a file cut between two lines can't be told from a whole one: there is no envelope to say how many rows
 */
import type { Builder } from "../../events/EventBatch.ts"
import type { Decoder } from "../Decoder.ts"
import { type Encoder, encoder as encoderOf } from "../Encoder.ts"
import { rowText } from "./decoder.ts"
import { scanner } from "./scanner.ts"

/** Makes a decoder of lines, as `json.decoder`. No line at all is a log without rows. */
export const decoder = (into?: Builder): Decoder => scanner("ndjson", into === undefined ? {} : { into })

/** Makes an encoder of lines. */
export const encoder = (): Encoder =>
  encoderOf(
    "",
    (batch, index) => `${rowText(batch, index)}\n`,
    () => "",
  )
