/**
 * The tables of a store, and how older ones are brought up to date.
 *
 * Shape    a version is how many of the migrations have been made; each is one transaction
 */
import { runMigrations } from "../drivers/migrations.ts"
import type { Driver } from "../drivers/Driver.ts"
import { StoreError } from "../StoreError.ts"

const migrations: ReadonlyArray<string> = [
  `CREATE TABLE agent (number INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE);
   CREATE TABLE state (number INTEGER PRIMARY KEY, status TEXT NOT NULL, subcode TEXT NOT NULL, UNIQUE (status, subcode));
   CREATE TABLE hot (
     uid INTEGER PRIMARY KEY, uts INTEGER NOT NULL, code INTEGER NOT NULL, callid INTEGER NOT NULL);
   CREATE TABLE part (
     day INTEGER NOT NULL, part INTEGER NOT NULL, rows INTEGER NOT NULL,
     uid_min INTEGER NOT NULL, uid_max INTEGER NOT NULL, PRIMARY KEY (day, part)) WITHOUT ROWID;
   CREATE TABLE chunk (
     name TEXT NOT NULL, day INTEGER NOT NULL, part INTEGER NOT NULL,
     checksum INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (name, day, part));
   CREATE TABLE agent_day (
     agent INTEGER NOT NULL, day INTEGER NOT NULL, first INTEGER NOT NULL,
     uid INTEGER NOT NULL, uts INTEGER NOT NULL, code INTEGER NOT NULL, callid INTEGER NOT NULL,
     PRIMARY KEY (agent, day)) WITHOUT ROWID;
   CREATE TABLE coverage (start INTEGER PRIMARY KEY, stop INTEGER NOT NULL, as_of INTEGER NOT NULL);
   CREATE TABLE carried_in (instant INTEGER PRIMARY KEY);`,
  `CREATE TABLE hot_slot (slot INTEGER PRIMARY KEY, uid_min INTEGER NOT NULL, uid_max INTEGER NOT NULL, agents BLOB);
   INSERT INTO hot_slot(slot, uid_min, uid_max)
     SELECT (uts - ((uts % 900) + 900) % 900) / 900 AS slot, min(uid), max(uid) FROM hot GROUP BY slot;`,
]

const version = (driver: Driver): number => {
  driver.exec("CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
  return Number(driver.all("SELECT value FROM meta WHERE key = 'version'")[0]?.[0] ?? 0)
}

/** Makes the tables, or brings them up to date; `account` is whose events they hold, if that is known. */
export const migrate = (driver: Driver, name: string, account: string | undefined): void => {
  const known = driver.all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ('meta', 'hot')")
  // What begins with an underscore is the platform's own.
  const others = driver.all(
    "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'",
  )
  const isNew = Number(others[0]?.[0]) === 0
  if (!isNew && known.length < 2) {
    throw new StoreError({
      reason: "Foreign",
      issue: `${name} is a database of something else`,
      remedy: "Move it away, or name another place for the store.",
    })
  }
  driver.adopt()
  const isCurrent = !isNew && version(driver) === migrations.length
  if (!isCurrent) {
    driver.transaction("write", () => {
      // Another process may have done it while this one waited.
      runMigrations(driver, name, migrations, version)
      if (account !== undefined) driver.run("INSERT OR IGNORE INTO meta(key, value) VALUES ('account', ?)", account)
    })
  }
  const owner = driver.all("SELECT value FROM meta WHERE key = 'account'")[0]?.[0]
  if (account !== undefined && owner !== account) {
    throw new StoreError({
      reason: "Foreign",
      issue: `${name} has the events of another account: its address or user name is not this one's`,
      remedy: "Give this account a name of its own, or move the file away.",
    })
  }
}
