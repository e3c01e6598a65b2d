/**
 * The schemas of keys and of the audit log.
 *
 * Units    Unix seconds, UTC
 */
import * as Schema from "effect/Schema"
import { Accounts, Instant, Scope } from "./Caller.ts"

const Name = Schema.String.pipe(Schema.maxLength(100), Schema.pattern(/^\P{Cc}+$/u)).annotations({
  title: "Name",
  description: "Name of the key for people: 1 to 100 characters, no control characters",
  examples: ["collector"],
})

const Id = Schema.String.annotations({
  description: "The public part of the key: it identifies the key but gives no access",
  examples: ["5f0c2a9be14d7360"],
})

const orNull = (description: string, example: number) =>
  Schema.NullOr(Instant).annotations({ description, examples: [example, null] })

const Scopes = Schema.Array(Scope).annotations({ description: "What the key may do", examples: [["read", "ingest"]] })

/** The properties of a new key. */
export const NewKey = Schema.Struct({
  name: Name,
  scopes: Scopes.pipe(Schema.minItems(1), Schema.maxItems(3)).annotations({
    description: "What the key may do, at least one",
    examples: [["read"]],
  }),
  accounts: Schema.Union(
    Schema.Literal("*"),
    Accounts.members[1].pipe(Schema.minItems(1), Schema.maxItems(1000)),
  ).annotations({ description: "Names of accounts, or `*` for all; `admin` needs `*`", examples: [["london"], "*"] }),
  expiresAt: orNull("Unix seconds, the first at which the key is refused; null = never", 1_798_761_600),
}).pipe(
  Schema.filter(
    ({ accounts, scopes }) =>
      scopes.includes("admin") && accounts !== "*"
        ? {
            path: ["accounts"],
            message: "A key with the scope admin can create keys for any account, so its accounts must be *",
          }
        : true,
    { identifier: "NewKey", description: "The properties of a new key", jsonSchema: {} },
  ),
)
export type NewKey = typeof NewKey.Type

/** A key without its secret. */
export const KeyInfo = Schema.Struct({
  id: Id,
  name: Schema.String.annotations({ description: "Name of the key for people", examples: ["collector"] }),
  scopes: Scopes,
  accounts: Accounts,
  createdAt: Instant.annotations({ description: "Unix seconds at which it was created", examples: [1_767_225_600] }),
  expiresAt: orNull("Unix seconds, the first at which it is refused; null = never", 1_798_761_600),
  revokedAt: orNull("Unix seconds at which it was revoked; null = it was not", 1_780_000_000),
  replacedBy: Schema.NullOr(Schema.String).annotations({
    description: "The id of the key that replaced it; null = it was not rotated",
    examples: ["90be1f4c6a2d7d35", null],
  }),
  sessionOf: Schema.NullOr(Schema.String).annotations({
    description:
      "If this is a session: the id of the key it was made with; it ends when that key does. null = it is not a session",
    examples: [null],
  }),
}).annotations({ identifier: "KeyInfo", description: "A key without its secret" })
export type KeyInfo = typeof KeyInfo.Type

/** A new key: the only time that its text is shown. */
export const IssuedKey = Schema.Struct({
  key: Schema.Redacted(Schema.String).annotations({
    description: "The text of the key, shown only once. Send it as `Authorization: Bearer KEY`",
  }),
  info: KeyInfo,
}).annotations({ identifier: "IssuedKey", description: "A new key with its text" })
export type IssuedKey = typeof IssuedKey.Type

export const KeyList = Schema.Struct({
  keys: Schema.Array(KeyInfo).annotations({
    description: "All keys, oldest first, including expired and revoked ones",
  }),
}).annotations({ identifier: "KeyList" })

/** The longest grace period of a rotated key: a month. */
const maxGraceSeconds = 2_678_400

/** How a key is rotated. */
export const Rotation = Schema.Struct({
  graceSeconds: Schema.optionalWith(
    Schema.Number.pipe(Schema.int(), Schema.between(0, maxGraceSeconds)).annotations({
      title: "Seconds",
      description: "How long the old key stays valid, in seconds, at most 31 days. Default: 0, it expires at once",
      examples: [86_400],
    }),
    { default: () => 0 },
  ),
}).annotations({ identifier: "Rotation", description: "How a key is rotated" })
export type Rotation = typeof Rotation.Type

/** One action of an admin. */
export const AuditEntry = Schema.Struct({
  at: Instant.annotations({ description: "Unix seconds of the action", examples: [1_767_225_600] }),
  by: Schema.String.annotations({
    description: "Who did it: the id of a key, `jwt:` and a subject, or `command line`",
    examples: ["5f0c2a9be14d7360"],
  }),
  action: Schema.String.annotations({ description: "What was done", examples: ["keys.create"] }),
  subject: Schema.String.annotations({
    description: "The id of the key, or the name of the account",
    examples: ["90be1f4c6a2d7d35"],
  }),
  details: Schema.String.annotations({
    description: "Details for people",
    examples: ["collector: ingest, for london, never expires"],
  }),
}).annotations({ identifier: "AuditEntry", description: "One action of an admin" })
export type AuditEntry = typeof AuditEntry.Type

export const AuditLog = Schema.Struct({
  entries: Schema.Array(AuditEntry).annotations({ description: "The actions of admins, latest first, at most 1,000" }),
}).annotations({ identifier: "AuditLog" })

/** A response has at most this many entries. */
export const maxEntries = 1000

export const KeysQuery = Schema.Struct({
  sessions: Schema.optionalWith(
    Schema.Literal("true", "false").annotations({
      description: "Include browser sessions. Default: false",
      examples: ["true"],
    }),
    { exact: true },
  ),
})

export const AuditQuery = Schema.Struct({
  limit: Schema.optionalWith(
    Schema.String.pipe(Schema.pattern(/^([1-9]\d{0,2}|1000)$/)).annotations({
      description: `Number of latest entries, 1 to ${maxEntries}. Default: ${maxEntries}`,
      examples: ["100"],
    }),
    { exact: true },
  ),
})
