import * as Schema from "effect/Schema"
export const Caller = Schema.Struct({
  key: Schema.String,
  name: Schema.String,
  scopes: Schema.Array(Schema.Literal("read", "ingest", "admin")),
  accounts: Schema.Union(Schema.Literal("*"), Schema.Array(Schema.String)),
  expiresAt: Schema.NullOr(Schema.Number),
})
export type Caller = typeof Caller.Type
export const has = (caller: Caller, scope: "read" | "ingest" | "admin") => caller.scopes.includes(scope) || caller.scopes.includes("admin")
export const mayUse = (caller: Caller, account: string) => caller.accounts === "*" || caller.accounts.includes(account)
