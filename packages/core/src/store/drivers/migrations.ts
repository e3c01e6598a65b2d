/**
 * Brings the tables of a SQLite database up to date.
 *
 * Shape    the layout's version is the number of migrations that were run; table `meta` has it under `version`
 * Fails    throws `StoreError` "Newer" when a later version of Dwell wrote the database; it then changes nothing
 */
import { StoreError } from "../StoreError.ts"
import type { Driver } from "./Driver.ts"

/** Runs the migrations that a database lacks. Call it inside a write transaction: another process may do the same. */
export const runMigrations = (
  driver: Driver,
  name: string,
  migrations: ReadonlyArray<string>,
  versionOf: (driver: Driver) => number,
): void => {
  const from = versionOf(driver)
  if (from > migrations.length) {
    throw new StoreError({
      reason: "Newer",
      issue: `${name} was written by a later version of Dwell (layout ${from}, this one knows ${migrations.length})`,
      remedy: "Update Dwell; nothing was changed.",
    })
  }
  for (const statements of migrations.slice(from)) driver.exec(statements)
  driver.run("INSERT OR REPLACE INTO meta(key, value) VALUES ('version', ?)", `${migrations.length}`)
}
