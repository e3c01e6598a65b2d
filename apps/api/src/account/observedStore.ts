/**
 * A store that tells of what is written, and knows what it covers without being read.
 *
 * Shape    for who is alone with the store: what another process writes goes unheard
 */
import type { EventBatch } from "@dwell/core/EventBatch"
import type { EventStore } from "@dwell/core/EventStore"
import type { Coverage } from "@dwell/core/Coverage"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"

type Store = Context.Tag.Service<EventStore>

const earliest = (batches: ReadonlyArray<EventBatch>): number => {
  let first = Infinity
  for (const { length, uts } of batches) {
    for (let row = 0; row < length; row++) first = Math.min(first, uts[row] ?? first)
  }
  return first
}

export interface Listener {
  /** From this instant on something may be known now that was not, or not so. */
  readonly onWrite: (from: number) => void
  /** The end of what is covered; `undefined` until somebody asks after a write, or where nothing is. */
  readonly onCoverage: (to: number | undefined) => void
}

/** Makes it of a store. */
export const observedStore = (store: Store, { onCoverage, onWrite }: Listener): Store => {
  let coverage: Coverage | undefined
  let writes = 0
  const afterWrite = (from: number) =>
    Effect.sync(() => {
      writes += 1
      coverage = undefined
      onCoverage(undefined)
      onWrite(from)
    })
  return {
    ...store,
    coverage: Effect.suspend(() => {
      if (coverage !== undefined) return Effect.succeed(coverage)
      const before = writes
      return Effect.tap(store.coverage, (found) => {
        // What was written meanwhile is not in it.
        if (writes !== before) return
        coverage = found
        onCoverage(found.spans.at(-1)?.to)
      })
    }),
    // Who leaves in the middle leaves either both undone or neither.
    append: (batches, reading) =>
      Effect.uninterruptible(
        Effect.tap(store.append(batches, reading), ({ added, changed }) => {
          // A row that was corrected may have been at any time before.
          if (changed > 0) return afterWrite(-Infinity)
          const rows = added > 0 ? earliest(batches) : Infinity
          const from = Math.min(rows, reading?.span?.from ?? Infinity, reading?.carriedIn ?? Infinity)
          return from === Infinity ? Effect.void : afterWrite(from)
        }),
      ),
    prune: (before) => Effect.uninterruptible(Effect.tap(store.prune(before), () => afterWrite(-Infinity))),
  }
}
