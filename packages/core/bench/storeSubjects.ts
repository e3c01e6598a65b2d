/**
 * What the benchmarks run of the event store.
 *
 * Shape    the store is there before the clock starts, and opened by the work, but where the title says "asked before"
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as EventBatch from "../src/events/EventBatch.ts"
import type { Window } from "../src/time/Window.ts"
import type { StatusTotals } from "../src/store/EventStore.ts"
import { batchOf, columns } from "./columns.ts"
import { fileOf } from "./dataset.ts"
import type { Answer, Subject } from "./measure.ts"
import { openStore, type Store } from "./store.ts"

const secondsADay = 86_400

const answer = (rows: number, { agents, seconds, statuses }: StatusTotals): Answer => ({
  rows,
  figures: (put) =>
    agents.forEach((agent, index) => {
      statuses.forEach((status, place) => {
        const sum = seconds[index * statuses.length + place] ?? 0
        if (sum > 0) put(0, agent, status, sum)
      })
    }),
})

/** From the first event to just after the last one. */
const wholeSpan = (store: Store): Window => {
  const seen = store.run(({ agents }) => agents)
  return { from: Math.min(...seen.map(({ first }) => first)), to: Math.max(...seen.map(({ last }) => last)) + 1 }
}

const wholeDays = ({ from, to }: Window): Window => ({
  from: Math.ceil(from / secondsADay) * secondsADay,
  to: Math.floor(to / secondsADay) * secondsADay,
})

/** So often a question is asked before one that is measured warm. */
const warmUps = 20

const sums =
  (windowOf: (whole: Window) => Window, isWarm: boolean): Subject =>
  (folder) => {
    const { rows } = columns(folder)
    const path = fileOf(folder, "store")
    const known = openStore(path)
    const window = windowOf(wholeSpan(known))
    const ask = (store: Store) => store.run((service) => service.sums(window, window.to))
    if (isWarm) for (let time = 0; time < warmUps; time++) ask(known)
    else known.close()
    return () => answer(rows, ask(isWarm ? known : openStore(path)))
  }

/** A store of its own for what writes. */
const emptyStore = (): { readonly store: Store; readonly remove: () => void } => {
  const folder = mkdtempSync(join(tmpdir(), "dwell-bench-store-"))
  const store = openStore(join(folder, "store.sqlite"))
  return {
    store,
    remove: () => {
      store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

const rowsAnAppend = 5000

/** Rows as they come, so many a transaction. */
const append: Subject = (folder) => {
  const batch = batchOf(folder)
  const { remove, store } = emptyStore()
  return () => {
    for (let row = 0; row < batch.length; row += rowsAnAppend) {
      const part = EventBatch.slice(batch, row, Math.min(batch.length, row + rowsAnAppend))
      store.run((service) => service.append([part]))
    }
    return { rows: batch.length, figures: remove }
  }
}

/** The second day of the data, of a whole number of rows. */
const compact: Subject = (folder) => {
  const batch = batchOf(folder)
  const from = (Math.floor((batch.uts[0] ?? 0) / secondsADay) + 1) * secondsADay
  const day = EventBatch.filter(batch, (row) => {
    const at = batch.uts[row] ?? 0
    return at >= from && at < from + secondsADay
  })
  const { remove, store } = emptyStore()
  const span = { from, to: from + secondsADay, asOf: from + 2 * secondsADay }
  store.run((service) => service.append([day], { span }))
  return () => ({ rows: store.run((service) => service.compact(from + secondsADay)), figures: remove })
}

/** How many bytes the columns take, in place of memory; the time is that of adding them up. */
const size: Subject = (folder) => () => {
  const begin = performance.now()
  const store = openStore(fileOf(folder, "store"))
  const { bytes, rows } = store.columns()
  store.close()
  return { rows, elsewhere: { ms: performance.now() - begin, peakMB: bytes / 1e6 }, figures: () => {} }
}

/** By name. */
export const subjects: ReadonlyMap<string, Subject> = new Map([
  ["storeSums", sums((whole) => whole, false)],
  ["storeSumsWarm", sums((whole) => whole, true)],
  ["storeDays", sums(wholeDays, true)],
  ["storeAppend", append],
  ["storeCompact", compact],
  ["storeSize", size],
])
