/**
 * The store of each account: its events, and beside them the names of its agents.
 *
 * Shape    one database per account under XDG_DATA_HOME with a JSON file of names beside it, readable only by the owner
 * Fails    `StoreError`
 */
import { EventStore } from "@dwell/core/EventStore"
import { StoreError } from "@dwell/core/StoreError"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { dataFolder } from "./xdg.ts"
import type { Settings } from "./settings.ts"

const extension = ".sqlite"

/** The file of an account's events. */
export const fileOf = (name: string) =>
  Effect.gen(function* () {
    const path = yield* Path.Path
    return path.join(yield* dataFolder, `${name}${extension}`)
  })

/** The names of all stores, in alphabetical order. */
export const names = Effect.gen(function* () {
  const files = yield* FileSystem.FileSystem
  const found = yield* Effect.orElseSucceed(files.readDirectory(yield* dataFolder), () => [])
  return found
    .filter((name) => name.endsWith(extension))
    .map((name) => name.slice(0, -extension.length))
    .toSorted()
})

const unavailable = (path: string) => (error: PlatformError) =>
  new StoreError({
    reason: "Unavailable",
    issue: `${path}: it can't be created (${error.message})`,
    remedy: "Check its folder, or set XDG_DATA_HOME to another one.",
  })

/** Creates the file before SQLite does, which would let others read it; its companions get the same mode. */
const makeFile = (path: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const paths = yield* Path.Path
    if (yield* Effect.orElseSucceed(files.exists(path), () => false)) return
    yield* files.makeDirectory(paths.dirname(path), { recursive: true, mode: 0o700 })
    yield* Effect.scoped(files.open(path, { flag: "a", mode: 0o600 }))
  }).pipe(Effect.mapError(unavailable(path)))

/** Two processes that open a new store at once may lock each other out for a moment, whatever SQLite's timeout. */
const retryPolicy = { schedule: Schedule.spaced("100 millis").pipe(Schedule.intersect(Schedule.recurs(20))) }

/** How long a writer waits for another one: it may be compacting a whole day. */
const defaultBusyTimeoutMillis = 10_000

/** The store of an account. Without `identity`, for example for a list, its owner is not checked. */
export const layer = (
  { identity, name }: { readonly name: string; readonly identity?: Settings["account"]["identity"] },
  busyTimeoutMillis = defaultBusyTimeoutMillis,
) =>
  Layer.scoped(
    EventStore,
    Effect.gen(function* () {
      const path = yield* fileOf(name)
      yield* makeFile(path)
      const { open } = yield* Effect.promise(() => import("./sqlite.ts"))
      return yield* Effect.retry(open(path, identity, busyTimeoutMillis), {
        ...retryPolicy,
        while: ({ reason }) => reason === "Locked",
      })
    }),
  )
