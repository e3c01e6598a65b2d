/**
 * A store that reports its writes, and caches its coverage.
 *
 * Shape    only for the sole user of a store: it does not see the writes of another process
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
  /** Called after a write that may have changed what is known at or after this instant. */
  readonly onWrite: (from: number) => void
  /** Called with the end of the coverage; with `undefined` after a write, until the coverage is read again, or if there is none. */
  readonly onCoverage: (to: number | undefined) => void
}

/** Wraps a store. */
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
        // A write in the meantime is not in it.
        if (writes !== before) return
        coverage = found
        onCoverage(found.spans.at(-1)?.to)
      })
    }),
    // An interruption between the two would leave the cache wrong.
    append: (batches, reading) =>
      Effect.uninterruptible(
        Effect.tap(store.append(batches, reading), ({ added, changed }) => {
          // The old time of a corrected row is unknown.
          if (changed > 0) return afterWrite(-Infinity)
          const rows = added > 0 ? earliest(batches) : Infinity
          const from = Math.min(rows, reading?.span?.from ?? Infinity, reading?.carriedIn ?? Infinity)
          return from === Infinity ? Effect.void : afterWrite(from)
        }),
      ),
    prune: (before) => Effect.uninterruptible(Effect.tap(store.prune(before), () => afterWrite(-Infinity))),
  }
}
