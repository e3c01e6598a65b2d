/**
 * The key ring of a machine: `keys.sqlite` in the folder of the API's data, its owner's alone.
 *
 * Fails    `StoreError`
 */
import { DatabaseSync } from "node:sqlite"
import * as zlib from "node:zlib"
import * as nodeDriver from "@dwell/core/EventStore/nodeDriver"
import { StoreError } from "@dwell/core/StoreError"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as KeyStore from "../keys/KeyStore.ts"
import { attempt } from "../keys/migrations.ts"

/** Makes the file before SQLite does, which would let others read it; its companions get the same mode. */
const makeFile = (path: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const paths = yield* Path.Path
    yield* files.makeDirectory(paths.dirname(path), { recursive: true, mode: 0o700 })
    yield* Effect.scoped(files.open(path, { flag: "a", mode: 0o600 }))
  }).pipe(
    Effect.mapError(
      ({ message }) =>
        new StoreError({
          reason: "Unavailable",
          issue: `${path}: it can't be made (${message})`,
          remedy: "Check its folder, or give another one with --data or DWELL_DATA.",
        }),
    ),
  )

const busyTimeoutMillis = 10_000

/** Two who open a new file at once may get into each other's way for a moment, however long SQLite is told to wait. */
const retryWhileLocked = Schedule.spaced("100 millis").pipe(
  Schedule.intersect(Schedule.recurs(20)),
  Schedule.whileInput(({ reason }: StoreError) => reason === "Locked"),
)

/** The key ring in a folder, which is made where there is none; an admin's key may come from outside. */
export const layer = (folder: string, outside: Pick<KeyStore.Options, "adminKey"> = {}) =>
  Layer.unwrapScoped(
    Effect.gen(function* () {
      const path = (yield* Path.Path).join(folder, "keys.sqlite")
      yield* makeFile(path)
      const database = yield* Effect.acquireRelease(
        attempt({ driver: nodeDriver, name: path }, () => new DatabaseSync(path, { timeout: busyTimeoutMillis })),
        (opened) => Effect.sync(() => opened.close()),
      )
      const driver = yield* attempt({ driver: nodeDriver, name: path }, () => {
        const made = nodeDriver.make(database, zlib)
        // A key that was revoked has to stay so when the power fails the next moment.
        database.exec("PRAGMA synchronous = FULL")
        return made
      })
      return Layer.retry(KeyStore.layer({ driver, name: path, ...outside }), retryWhileLocked)
    }),
  )
