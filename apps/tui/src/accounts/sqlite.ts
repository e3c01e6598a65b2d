/**
 * Opens stores in files with Node's own SQLite. Loaded only when a store is needed.
 */
import { DatabaseSync } from "node:sqlite"
import * as zlib from "node:zlib"
import { EventStore } from "@dwell/core/EventStore"
import * as nodeDriver from "@dwell/core/EventStore/nodeDriver"
import * as sqlite from "@dwell/core/EventStore/sqlite"
import type { StoreError } from "@dwell/core/StoreError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"

/** Opens a store until the scope ends. Fails if `account` is given and the store belongs to another one. */
export const open = (
  path: string,
  account: string | undefined,
  busyTimeoutMillis: number,
): Effect.Effect<Context.Tag.Service<EventStore>, StoreError, Scope.Scope> =>
  Effect.gen(function* () {
    const database = yield* Effect.acquireRelease(
      sqlite.attempt({ driver: nodeDriver, name: path }, () => new DatabaseSync(path, { timeout: busyTimeoutMillis })),
      (opened) => Effect.sync(() => opened.close()),
    )
    const driver = yield* sqlite.attempt({ driver: nodeDriver, name: path }, () => nodeDriver.make(database, zlib))
    const context = yield* Layer.build(
      sqlite.layer({ driver, name: path, ...(account === undefined ? {} : { account }) }),
    )
    return Context.get(context, EventStore)
  })
