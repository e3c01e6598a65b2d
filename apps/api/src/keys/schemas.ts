/**
 * What is said of keys, over HTTP as inside.
 *
 * Units    Unix seconds, UTC
 */
import * as Schema from "effect/Schema"
import { Accounts, Instant, Scope } from "./Caller.ts"

const Name = Schema.String.pipe(Schema.maxLength(100), Schema.pattern(/^\P{Cc}+$/u)).annotations({
  title: "Name",
  description: "What people call the key: 1 to 100 characters, none of them a control character",
  examples: ["collector"],
})

const Id = Schema.String.annotations({
  description: "The public part of the key: it names the key and opens nothing",
  examples: ["5f0c2a9be14d7360"],
})

const orNull = (description: string, example: number) =>
  Schema.NullOr(Instant).annotations({ description, examples: [example, null] })

const Scopes = Schema.Array(Scope).annotations({ description: "What the key may do", examples: [["read", "ingest"]] })

/** What a new key is to be. */
export const NewKey = Schema.Struct({
  name: Name,
  scopes: Scopes.pipe(Schema.minItems(1), Schema.maxItems(3)).annotations({
    description: "What the key may do, at least one",
    examples: [["read"]],
  }),
  accounts: Schema.Union(
    Schema.Literal("*"),
    Accounts.members[1].pipe(Schema.minItems(1), Schema.maxItems(1000)),
  ).annotations({ description: "Accounts by name, or `*` for all; `admin` needs `*`", examples: [["london"], "*"] }),
  expiresAt: orNull("Unix seconds, the first at which the key is refused; null = never", 1_798_761_600),
}).pipe(
  Schema.filter(
    ({ accounts, scopes }) =>
      scopes.includes("admin") && accounts !== "*"
        ? {
            path: ["accounts"],
            message: "A key with the scope admin can make keys for any account, so it has to be for *",
          }
        : true,
    { identifier: "NewKey", description: "What a new key is to be", jsonSchema: {} },
  ),
)
export type NewKey = typeof NewKey.Type

/** What can be told of a key. */
export const KeyInfo = Schema.Struct({
  id: Id,
  name: Schema.String.annotations({ description: "What people call the key", examples: ["collector"] }),
  scopes: Scopes,
  accounts: Accounts,
  createdAt: Instant.annotations({ description: "Unix seconds at which it was made", examples: [1_767_225_600] }),
  expiresAt: orNull("Unix seconds, the first at which it is refused; null = never", 1_798_761_600),
  revokedAt: orNull("Unix seconds at which it was revoked; null = it was not", 1_780_000_000),
  replacedBy: Schema.NullOr(Schema.String).annotations({
    description: "The id of the key that it was rotated into; null = it was not",
    examples: ["90be1f4c6a2d7d35", null],
  }),
  sessionOf: Schema.NullOr(Schema.String).annotations({
    description: "Of a session, the id of the key it was made with, with which it ends; null = it is a key of its own",
    examples: [null],
  }),
}).annotations({ identifier: "KeyInfo", description: "A key, without what opens anything" })
export type KeyInfo = typeof KeyInfo.Type

/** A key that was just made: nobody will see its text again. */
export const IssuedKey = Schema.Struct({
  key: Schema.Redacted(Schema.String).annotations({
    description: "The key itself, shown this once. Send it as `Authorization: Bearer KEY`",
  }),
  info: KeyInfo,
}).annotations({ identifier: "IssuedKey", description: "A new key, and what can be told of it later" })
export type IssuedKey = typeof IssuedKey.Type

export const KeyList = Schema.Struct({
  keys: Schema.Array(KeyInfo).annotations({ description: "All keys, the oldest first, revoked ones too" }),
}).annotations({ identifier: "KeyList" })

/** The most seconds that a rotated key may go on: a month. */
const maxGraceSeconds = 2_678_400

/** How a key is rotated. */
export const Rotation = Schema.Struct({
  graceSeconds: Schema.optionalWith(
    Schema.Number.pipe(Schema.int(), Schema.between(0, maxGraceSeconds)).annotations({
      title: "Seconds",
      description: "How long the old key goes on, in seconds, at most 31 days. Default: 0, it ends at once",
      examples: [86_400],
    }),
    { default: () => 0 },
  ),
}).annotations({ identifier: "Rotation", description: "How a key is rotated" })
export type Rotation = typeof Rotation.Type

/** One thing that an admin did. */
export const AuditEntry = Schema.Struct({
  at: Instant.annotations({ description: "Unix seconds at which it was done", examples: [1_767_225_600] }),
  by: Schema.String.annotations({
    description: "Who did it: the id of a key, `jwt:` and a subject, or `command line`",
    examples: ["5f0c2a9be14d7360"],
  }),
  action: Schema.String.annotations({ description: "What was done", examples: ["keys.create"] }),
  subject: Schema.String.annotations({
    description: "What it was done to: the id of a key, the name of an account",
    examples: ["90be1f4c6a2d7d35"],
  }),
  details: Schema.String.annotations({
    description: "The rest, for people",
    examples: ["collector: ingest, for london, never expires"],
  }),
}).annotations({ identifier: "AuditEntry", description: "One thing that an admin did" })
export type AuditEntry = typeof AuditEntry.Type

export const AuditLog = Schema.Struct({
  entries: Schema.Array(AuditEntry).annotations({ description: "What admins did, the latest first, at most 1,000" }),
}).annotations({ identifier: "AuditLog" })

/** At most this many entries come at once. */
export const maxEntries = 1000

export const KeysQuery = Schema.Struct({
  sessions: Schema.optionalWith(
    Schema.Literal("true", "false").annotations({
      description: "Whether sessions of browsers are listed too. Default: false",
      examples: ["true"],
    }),
    { exact: true },
  ),
})

export const AuditQuery = Schema.Struct({
  limit: Schema.optionalWith(
    Schema.String.pipe(Schema.pattern(/^([1-9]\d{0,2}|1000)$/)).annotations({
      description: `How many entries, the latest, 1 to ${maxEntries}. Default: ${maxEntries}`,
      examples: ["100"],
    }),
    { exact: true },
  ),
})
