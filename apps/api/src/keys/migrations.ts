/**
 * The tables of a key ring, and how older ones are brought up to date.
 *
 * Shape    a version is how many of the migrations have been made, all of those that are missing in one transaction
 * Fails    `StoreError`
 */
import type { Driver } from "@dwell/core/EventStore/Driver"
import * as sqlite from "@dwell/core/EventStore/sqlite"
import { type Reason, StoreError } from "@dwell/core/StoreError"
import * as Effect from "effect/Effect"

export interface Options {
  readonly driver: Driver
  /** What messages call the database, such as its path. */
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

/** Where keys are not what events are: nobody can read them again. */
const remedies: Partial<Record<Reason, string>> = {
  Full: "Make room; nothing was lost.",
  Damaged: "Put back a copy, or move it away and create the keys anew.",
}

/** Runs what may throw. */
export const attempt = <A>(options: Parameters<typeof sqlite.attempt>[0], body: () => A) =>
  Effect.mapError(
    sqlite.attempt(options, body),
    ({ issue, reason, remedy }) => new StoreError({ reason, issue, remedy: remedies[reason] ?? remedy }),
  )

const version = (driver: Driver): number =>
  Number(driver.all("SELECT value FROM meta WHERE key = 'version'")[0]?.[0] ?? 0)

/** Makes the tables, or brings them up to date. */
export const migrate = ({ driver, name }: Options): void => {
  // What begins with an underscore is the platform's own.
  const names = driver
    .all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'")
    .map(([table]) => table)
  if (names.length > 0 && !(names.includes("meta") && names.includes("keys"))) {
    throw new StoreError({
      reason: "Foreign",
      issue: `${name} is a database of something else`,
      remedy: "Move it away, or name another place for the keys.",
    })
  }
  driver.adopt()
  if (names.length > 0 && version(driver) === migrations.length) return
  driver.transaction("write", () => {
    driver.exec("CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT")
    // Another process may have done it while this one waited.
    const from = version(driver)
    if (from > migrations.length) {
      throw new StoreError({
        reason: "Newer",
        issue: `${name} was written by a later version of Dwell (layout ${from}, this one knows ${migrations.length})`,
        remedy: "Update Dwell; nothing was changed.",
      })
    }
    for (const statements of migrations.slice(from)) driver.exec(statements)
    driver.run("INSERT OR REPLACE INTO meta(key, value) VALUES ('version', ?)", `${migrations.length}`)
  })
}
