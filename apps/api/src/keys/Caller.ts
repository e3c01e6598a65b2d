/**
 * Who asks, once that is proved, and what they may do.
 *
 * Shape    plain JSON: the front hands it on to the account's own app
 */
import * as Schema from "effect/Schema"
import { AccountName } from "./AccountName.ts"

/**
 * What a key is for.
 *
 * - `read`    figures and events
 * - `ingest`  adding events. It does not imply `read`: a collector need not see what it brought
 * - `admin`   managing keys, and everything else, for a key can be made for that. So it is for all accounts, or counts
 *             for nothing
 */
export const Scope = Schema.Literal("read", "ingest", "admin").annotations({
  identifier: "Scope",
  description: "`read` figures and events, `ingest` events, `admin`: manage keys, and all the rest",
  examples: ["read"],
})
export type Scope = typeof Scope.Type

/** The accounts that somebody may use: some, or all there are and will be. */
export const Accounts = Schema.Union(Schema.Literal("*"), Schema.Array(AccountName)).annotations({
  description: "Accounts by name, or `*` for all",
  examples: [["london"], "*"],
})
export type Accounts = typeof Accounts.Type

/** Unix seconds, up to the year 9999, which milliseconds would be beyond. */
export const Instant = Schema.Number.pipe(Schema.int(), Schema.between(0, 253_402_300_799)).annotations({
  title: "Unix seconds",
  description: "Unix seconds, UTC",
})

export const Caller = Schema.Struct({
  /** The id of the key, or `jwt:` and the subject of a token. */
  key: Schema.String,
  /** What people call it. */
  name: Schema.String,
  scopes: Schema.Array(Scope),
  accounts: Accounts,
  /** Unix seconds, the first at which it counts for nothing; null = none. */
  expiresAt: Schema.NullOr(Instant),
  /** With whose requests theirs are counted: their own, or, of a session, those of the key that it was made with. */
  rateLimitKey: Schema.String,
})
export type Caller = typeof Caller.Type

/** Who asks, about which account. */
export interface CallerContext {
  readonly account: string
  readonly caller: Caller
  readonly requestId: string
}

const isName = Schema.is(AccountName)

/**
 * Whether they may use an account; whether there is such an account is another matter, and none of theirs if they may not.
 * What is no name of an account nobody may use: it would name a file anywhere.
 */
export const mayUse = ({ accounts }: Pick<Caller, "accounts">, account: string): boolean =>
  accounts === "*" ? isName(account) : accounts.includes(account)

/** Whether they have a scope; an admin has all of them. */
export const has = ({ accounts, scopes }: Pick<Caller, "accounts" | "scopes">, scope: Scope): boolean => {
  const isAdmin = accounts === "*" && scopes.includes("admin")
  return isAdmin || (scope !== "admin" && scopes.includes(scope))
}
