/**
 * An authenticated caller, and what it may do.
 *
 * Shape    plain JSON: the gateway forwards it to the account
 */
import * as Schema from "effect/Schema"
import { AccountName } from "./AccountName.ts"

/**
 * What a key may do.
 *
 * - `read`    read figures and events
 * - `ingest`  add events. It does not imply `read`, since a collector need not see the data
 * - `admin`   manage keys, and everything else, since an admin can create a key for it. It needs all accounts, else it has
 *             no effect
 */
export const Scope = Schema.Literal("read", "ingest", "admin").annotations({
  identifier: "Scope",
  description: "`read`: read figures and events; `ingest`: add events; `admin`: manage keys, and everything else",
  examples: ["read"],
})
export type Scope = typeof Scope.Type

/** The accounts that a key may use: some, or all present and future ones. */
export const Accounts = Schema.Union(Schema.Literal("*"), Schema.Array(AccountName)).annotations({
  description: "Names of accounts, or `*` for all",
  examples: [["london"], "*"],
})
export type Accounts = typeof Accounts.Type

/** Unix seconds, up to the year 9999; an instant in milliseconds is beyond that. */
export const Instant = Schema.Number.pipe(Schema.int(), Schema.between(0, 253_402_300_799)).annotations({
  title: "Unix seconds",
  description: "Unix seconds, UTC",
})

export const Caller = Schema.Struct({
  /** The id of the key, or `jwt:` and the subject of a token. */
  key: Schema.String,
  /** The name for people. */
  name: Schema.String,
  scopes: Schema.Array(Scope),
  accounts: Accounts,
  /** The first second at which it is no longer valid, Unix seconds; null = never. */
  expiresAt: Schema.NullOr(Instant),
  /** The key whose rate limit applies: its own id or, for a session, the id of the key it was made with. */
  rateLimitKey: Schema.String,
})
export type Caller = typeof Caller.Type

/** The caller, account and id of a request. */
export interface CallerContext {
  readonly account: string
  readonly caller: Caller
  readonly requestId: string
}

const isName = Schema.is(AccountName)

/**
 * Whether a caller may use an account, whether or not it exists. A text that is not an account name is always refused, since it
 * could name any file.
 */
export const mayUse = ({ accounts }: Pick<Caller, "accounts">, account: string): boolean =>
  accounts === "*" ? isName(account) : accounts.includes(account)

/** Whether a caller has a scope; an admin has all of them. */
export const has = ({ accounts, scopes }: Pick<Caller, "accounts" | "scopes">, scope: Scope): boolean => {
  const isAdmin = accounts === "*" && scopes.includes("admin")
  return isAdmin || (scope !== "admin" && scopes.includes(scope))
}
