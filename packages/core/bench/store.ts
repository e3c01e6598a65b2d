/**
 * The event store, opened as the command opens it.
 */
import { DatabaseSync } from "node:sqlite"
import * as zlib from "node:zlib"
import * as Effect from "effect/Effect"
import { EventStore, type Service } from "../src/store/EventStore.ts"
import * as nodeDriver from "../src/store/drivers/nodeDriver.ts"
import * as sqlite from "../src/store/sqlite/sqlite.ts"
import type { StoreError } from "../src/store/StoreError.ts"
import { readerIdentity } from "./dataset.ts"

export interface Store {
  readonly run: <A>(use: (store: Service) => Effect.Effect<A, StoreError>) => A
  /** Bytes of each column of closed days, and the rows in them. */
  readonly columns: () => { readonly bytes: number; readonly rows: number }
  readonly close: () => void
}

/** Opens the store in a file, which is made where there is none. */
export const openStore = (path: string): Store => {
  const database = new DatabaseSync(path)
  const driver = nodeDriver.make(database, zlib)
  const store = Effect.runSync(
    Effect.provide(EventStore, sqlite.layer({ driver, name: path, account: readerIdentity })),
  )
  return {
    run: (use) => Effect.runSync(use(store)),
    columns: () => {
      const [bytes] = driver.all("SELECT sum(length(body)) FROM chunk")[0] ?? []
      const [rows] = driver.all("SELECT sum(rows) FROM part")[0] ?? []
      return { bytes: Number(bytes), rows: Number(rows) }
    },
    close: () => database.close(),
  }
}
