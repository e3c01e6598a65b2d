/**
 * The tables of the key store, and the migration of older ones.
 *
 * Shape    the version is the number of migrations done; all missing ones run in one transaction
 * Fails    `StoreError`
 */
import { runMigrations } from "@dwell/core/EventStore/migrations"
import type { Driver } from "@dwell/core/EventStore/Driver"
import * as sqlite from "@dwell/core/EventStore/sqlite"
import { type Reason, StoreError } from "@dwell/core/StoreError"
import * as Effect from "effect/Effect"

export interface Options {
  readonly driver: Driver
  /** The name of the database in messages, such as its path. */
  readonly name: string
}

const migrations: ReadonlyArray<string> = [
  `CREATE TABLE keys (
     id TEXT PRIMARY KEY, hash BLOB NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL, accounts TEXT NOT NULL,
     created_at INTEGER NOT NULL, expires_at INTEGER, revoked_at INTEGER, replaced_by TEXT, session_of TEXT) STRICT;
   CREATE INDEX session ON keys(session_of, expires_at) WHERE session_of IS NOT NULL;
   CREATE TABLE audit (
     number INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
     details TEXT NOT NULL) STRICT;`,
]

/** The remedies that differ from those of events, since keys can't be fetched again. */
const remedies: Partial<Record<Reason, string>> = {
  Full: "Free some disk space; nothing was lost.",
  Damaged: "Restore a backup, or move it away and create the keys again.",
}

/** Runs a function that may throw. */
export const attempt = <A>(options: Parameters<typeof sqlite.attempt>[0], body: () => A) =>
  Effect.mapError(
    sqlite.attempt(options, body),
    ({ issue, reason, remedy }) => new StoreError({ reason, issue, remedy: remedies[reason] ?? remedy }),
  )

const version = (driver: Driver): number =>
  Number(driver.all("SELECT value FROM meta WHERE key = 'version'")[0]?.[0] ?? 0)

/** Creates the tables, or migrates them to the latest version. */
export const migrate = ({ driver, name }: Options): void => {
  // Tables that start with an underscore belong to the platform.
  const names = driver
    .all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'")
    .map(([table]) => table)
  if (names.length > 0 && !(names.includes("meta") && names.includes("keys"))) {
    throw new StoreError({
      reason: "Foreign",
      issue: `${name} is not a database of Dwell keys`,
      remedy: "Move it away, or choose another folder for the keys.",
    })
  }
  driver.adopt()
  if (names.length > 0 && version(driver) === migrations.length) return
  driver.transaction("write", () => {
    driver.exec("CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT")
    // Another process may have migrated while this one waited.
    runMigrations(driver, name, migrations, version)
  })
}
