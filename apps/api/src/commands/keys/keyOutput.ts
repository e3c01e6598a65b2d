/** What `dwell-api keys` prints: tables, JSON, and sentences about one key. */
import { Process } from "@dwell/terminal/Process"
import { printable } from "@dwell/terminal/text"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { KeyInfo } from "../../keys/schemas.ts"

export const print = (text: string) => Effect.map(Process, ({ stdout }) => stdout.write(`${text}\n`))
export const say = (text: string) => Effect.map(Process, ({ stderr }) => stderr.write(`${text}\n`))

export const time = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`

const accountsText = (accounts: KeyInfo["accounts"]): string =>
  accounts === "*" ? "all accounts" : accounts.join(", ")

/** Lines of cells under their heads. */
export const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const lines = [head, ...rows.map((row) => row.map(printable))]
  const widths = head.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n")
}

export const json = <A, I>(schema: Schema.Schema<A, I>, value: A) =>
  Effect.flatMap(Effect.orDie(Schema.encode(schema)(value)), (document) => print(JSON.stringify(document, null, 2)))

const stateText = ({ expiresAt, replacedBy, revokedAt }: KeyInfo, now: number): string => {
  if (revokedAt !== null) return `revoked ${time(revokedAt)}`
  if (expiresAt !== null && expiresAt <= now) return replacedBy === null ? "expired" : `replaced by ${replacedBy}`
  return replacedBy === null ? "active" : `active, replaced by ${replacedBy}`
}

export const rowsOf = (found: ReadonlyArray<KeyInfo>, now: number): ReadonlyArray<ReadonlyArray<string>> =>
  found.map((key) => [
    key.id,
    key.name,
    key.scopes.join(", "),
    accountsText(key.accounts),
    time(key.createdAt),
    key.expiresAt === null ? "never" : time(key.expiresAt),
    stateText(key, now),
  ])

/** What a new key may do, and for how long. */
export const summary = ({ accounts, expiresAt, name, scopes }: KeyInfo): string =>
  printable(
    `${name} (${scopes.join(", ")}) for ${accountsText(accounts)}, ${expiresAt === null ? "which never expires" : `until ${time(expiresAt)}`}`,
  )
