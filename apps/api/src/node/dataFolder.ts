/**
 * The data folder of an API: its lock, and a store for each account.
 *
 * Shape    `DATA/accounts/NAME.sqlite` and `DATA/lock.sqlite`, readable only by their owner; one process at a time uses a folder
 * Fails    `UserError` names the folder, `StoreError` the file
 */
import { closeSync, mkdirSync, openSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as zlib from "node:zlib"
import * as nodeDriver from "@dwell/core/EventStore/nodeDriver"
import * as sqlite from "@dwell/core/EventStore/sqlite"
import * as Path from "@effect/platform/Path"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { UserError } from "@dwell/terminal/errors"

const given = (variable: string) => Effect.orDie(Config.option(Config.nonEmptyString(variable)))

/** The data folder: the given one, else DWELL_DATA, else `dwell-api` under XDG_DATA_HOME. */
export const folderOf = (asked: Option.Option<string>) =>
  Effect.gen(function* () {
    const path = yield* Path.Path
    const named = yield* given("DWELL_DATA")
    const shared = yield* given("XDG_DATA_HOME")
    return Option.getOrElse(
      Option.orElse(asked, () => named),
      () =>
        path.join(
          Option.getOrElse(shared, () => path.join(homedir(), ".local/share")),
          "dwell-api",
        ),
    )
  })

/** How long a writer waits for another writer. */
const busyTimeoutMillis = 5000
/** Creates a file before SQLite does, because SQLite would let other users read it. */
const makeFile = (path: string): void => closeSync(openSync(path, "a", 0o600))

/** Opens a database until the scope ends. */
export const driverOf = (path: string) =>
  Effect.gen(function* () {
    const named = { driver: nodeDriver, name: path }
    const database = yield* Effect.acquireRelease(
      sqlite.attempt(named, () => {
        makeFile(path)
        return new DatabaseSync(path, { timeout: busyTimeoutMillis })
      }),
      (opened) => Effect.sync(() => opened.close()),
    )
    return yield* sqlite.attempt(named, () => nodeDriver.make(database, zlib))
  })

/** The file of an account. Names that differ only in case get different files on any file system. */
export const fileOf = (data: string, account: string): string =>
  join(data, "accounts", `${account.replaceAll(/[A-Z]/g, (letter) => `=${letter.toLowerCase()}`)}.sqlite`)

/** Creates the folder and locks it against other processes, until the lock is closed or the process ends in any way. */
export const lockDataFolder = (data: string): DatabaseSync => {
  const path = join(data, "lock.sqlite")
  try {
    mkdirSync(join(data, "accounts"), { recursive: true, mode: 0o700 })
    makeFile(path)
  } catch (error) {
    throw new UserError({
      message: `${data}: this folder can't be written (${error instanceof Error ? error.message : String(error)}). Check its permissions, or give another --data.`,
    })
  }
  const lock = new DatabaseSync(path)
  try {
    lock.exec("BEGIN EXCLUSIVE")
    return lock
  } catch {
    lock.close()
    throw new UserError({
      message: `${data}: another dwell-api is using it. Stop that one, or give another --data.`,
    })
  }
}
