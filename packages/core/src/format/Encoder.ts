/**
 * What every encoder of status-log text offers: give it batches, take text.
 *
 * Shape    the texts of all `write`s and of the one `end`, joined in order, are the document
 * Fails    never
 */
import type { EventBatch } from "../events/EventBatch.ts"

export interface Encoder {
  /** Text of the next rows. */
  readonly write: (batch: EventBatch) => string
  /** Text that closes the document. */
  readonly end: () => string
}

/** Makes an encoder of what stands before the rows, a row (`first` = no row before it), and what stands behind them. */
export const encoder = (
  head: string,
  row: (batch: EventBatch, index: number, first: boolean) => string,
  tail: (rows: number) => string,
): Encoder => {
  let begun = false
  let count = 0
  const opening = () => {
    if (begun) return ""
    begun = true
    return head
  }
  return {
    write: (batch) => {
      let text = opening()
      for (let i = 0; i < batch.length; i++) {
        text += row(batch, i, count === 0)
        count += 1
      }
      return text
    },
    end: () => opening() + tail(count),
  }
}

/** Row `i` as texts, in the vendor's order of fields. */
export const cells = (
  batch: EventBatch,
  i: number,
): readonly [uid: string, uts: string, agent: string, status: string, subcode: string, callid: string] => [
  String(batch.uid[i] ?? 0n),
  String(batch.uts[i] ?? 0),
  String(batch.agents[batch.agent[i] ?? 0] ?? 0),
  batch.statuses[batch.status[i] ?? 0] ?? "",
  batch.subcodes[batch.subcode[i] ?? 0] ?? "",
  String(batch.callid[i] ?? 0n),
]
