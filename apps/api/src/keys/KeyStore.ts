/**
 * The keys of an API, what each may do, and the audit log.
 *
 * Shape    a key is `dwell_ID_SECRET`: the id, 16 hexadecimal digits, is public; of the secret, 256 random bits, only the
 *          SHA-256 is stored. One key store is one database
 * Units    Unix seconds
 * Fails    `KeyRefused` for callers, `UnknownKey` and `NotRotatable` for admins, `StoreError` of the database
 * Cost     a check is a hash and up to three look-ups by id, without a write; so the last use of a key is not known
 */
import type { StoreError } from "@dwell/core/StoreError"
import { InvalidInput } from "@dwell/core/InvalidInput"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Encoding from "effect/Encoding"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { nowSeconds } from "@dwell/core/clock"
import { Accounts, type Caller, has, Instant, mayUse, Scope } from "./Caller.ts"
import { KeyRefused } from "./KeyRefused.ts"
import { keyPattern } from "./keyFormat.ts"
import { type AuditEntry, type IssuedKey, type KeyInfo, maxEntries, type NewKey, type Rotation } from "./schemas.ts"
import * as migrations from "./migrations.ts"

export interface Options extends migrations.Options {
  /**
   * An admin key that is configured instead of stored, such as the first one of a Worker. It must have the form that
   * `dwell-api keys create` prints, else it is ignored.
   */
  readonly adminKey?: Redacted.Redacted
}

/** There is no key with that id. */
export class UnknownKey extends Data.TaggedError("UnknownKey")<{ readonly id: string }> {
  override get message(): string {
    return `There is no key "${this.id}". The list of keys has their ids.`
  }
}

/** A key that can't be rotated, because it is no longer valid or has been rotated already. */
export class NotRotatable extends Data.TaggedError("NotRotatable")<{
  readonly id: string
  readonly reason: "Expired" | "Revoked" | "Replaced"
}> {
  override get message(): string {
    const why = { Expired: "has expired", Revoked: "was revoked", Replaced: "has been rotated already" }[this.reason]
    const remedy = this.reason === "Replaced" ? "Rotate the key that replaced it" : "Create another one"
    return `The key ${this.id} ${why}. ${remedy}.`
  }
}

/** A session for an account that its caller may not read. */
class NotGranted extends Data.TaggedError("NotGranted")<{ readonly account: string }> {
  override get message(): string {
    return `This key may not read the account "${this.account}". Use one that may.`
  }
}

/** An action of an admin, without its time. */
type AuditAction = Omit<AuditEntry, "at">

export interface Service {
  /** Creates a key; its text can't be read again. */
  readonly create: (key: NewKey, by: string) => Effect.Effect<IssuedKey, InvalidInput | StoreError>
  /** Finds the caller of a key. The secret is compared in constant time, with a dummy if there is no such key. */
  readonly check: (text: Redacted.Redacted) => Effect.Effect<Caller, KeyRefused | StoreError>
  /** All keys, oldest first, including expired and revoked ones; sessions only on request. */
  readonly list: (options?: { readonly sessions?: boolean }) => Effect.Effect<ReadonlyArray<KeyInfo>, StoreError>
  /** Revokes a key and the sessions made with it, permanently. A second time is no failure and changes nothing. */
  readonly revoke: (id: string, by: string) => Effect.Effect<KeyInfo, UnknownKey | StoreError>
  /** Creates a key with the same name, rights and expiry. The old one and its sessions expire after the grace period. */
  readonly rotate: (
    id: string,
    by: string,
    rotation: Rotation,
  ) => Effect.Effect<IssuedKey, UnknownKey | NotRotatable | StoreError>
  /** The audit log, latest first. Default: 100 entries; at most 1,000. */
  readonly audit: (limit?: number) => Effect.Effect<ReadonlyArray<AuditEntry>, StoreError>
  /**
   * Creates a key that reads one account for some seconds, or until the caller's key expires. Only the latest 1,000 sessions of a
   * key stay valid.
   */
  readonly session: (
    caller: Caller,
    account: string,
    seconds: number,
  ) => Effect.Effect<IssuedKey, NotGranted | StoreError>
  /** Ends a session; does nothing for any other key. */
  readonly endSession: (caller: Caller) => Effect.Effect<void, StoreError>
}

export class KeyStore extends Context.Tag("@dwell/api/KeyStore")<KeyStore, Service>() {}

/** The maximum number of sessions of one key. */
const maxSessions = 1000

const idBytes = 8
const secretBytes = 32

const random = (count: number): string => Encoding.encodeHex(crypto.getRandomValues(new Uint8Array(count)))

const hashOf = (secret: string): Effect.Effect<Uint8Array> =>
  Effect.promise(async () => new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret))))

/** A hash that no secret has. */
const dummyHash = new Uint8Array(32)

/** Whether two hashes are equal, in constant time. */
const isEqual = (one: Uint8Array, other: Uint8Array): boolean => {
  let difference = one.length ^ other.length
  for (let at = 0; at < dummyHash.length; at++) difference |= (one[at] ?? 0) ^ (other[at] ?? 0)
  return difference === 0
}

/** A key that is not stored yet. */
const issue = Effect.gen(function* () {
  const [id, secret] = yield* Effect.sync(() => [random(idBytes), random(secretBytes)] as const)
  return { id, hash: yield* hashOf(secret), key: Redacted.make(`dwell_${id}_${secret}`) }
})

/** A row of the table; a row that does not decode is a defect. */
const Row = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  scopes: Schema.parseJson(Schema.Array(Scope)),
  accounts: Schema.parseJson(Accounts),
  createdAt: Instant,
  expiresAt: Schema.NullOr(Instant),
  revokedAt: Schema.NullOr(Instant),
  replacedBy: Schema.NullOr(Schema.String),
  sessionOf: Schema.NullOr(Schema.String),
})

const columns = "id, name, scopes, accounts, created_at, expires_at, revoked_at, replaced_by, session_of"

const infoOf = (cells: ReadonlyArray<unknown>): KeyInfo => {
  const [id, name, scopes, accounts, createdAt, expiresAt, revokedAt, replacedBy, sessionOf] = cells
  return Schema.decodeUnknownSync(Row)({
    id,
    name,
    scopes,
    accounts,
    createdAt,
    expiresAt,
    revokedAt,
    replacedBy,
    sessionOf,
  })
}

/** The earlier of two expiries; null = never. */
const sooner = (one: number | null, other: number | null): number | null => {
  if (one === null || other === null) return one ?? other
  return Math.min(one, other)
}

const hasEnded = (end: number | null, now: number): boolean => end !== null && end <= now

/** The details of a new key in the audit log. */
const auditText = ({ accounts, expiresAt, name, scopes }: NewKey): string => {
  const whose = accounts === "*" ? "all accounts" : accounts.join(", ")
  const end = expiresAt === null ? "never expires" : `expires at ${new Date(expiresAt * 1000).toISOString()}`
  return `${name}: ${scopes.join(", ")}, for ${whose}, ${end}`
}

/** The caller with the configured admin key. */
const operator = (id: string): Caller => ({
  key: id,
  name: "operator",
  scopes: ["admin"],
  accounts: "*",
  expiresAt: null,
  rateLimitKey: id,
})

const make = (options: Options): Service => {
  const { adminKey, driver } = options
  const [, adminId, adminSecret = ""] = keyPattern.exec(adminKey === undefined ? "" : Redacted.value(adminKey)) ?? []

  const transact = <A>(kind: "read" | "write", body: () => A): Effect.Effect<A, StoreError> =>
    migrations.attempt(options, () => driver.transaction(kind, body))

  const find = (id: string): KeyInfo | undefined => {
    const row = driver.all(`SELECT ${columns} FROM keys WHERE id = ?`, id)[0]
    return row === undefined ? undefined : infoOf(row)
  }

  const insert = (id: string, hash: Uint8Array, key: NewKey, createdAt: number, sessionOf: string | null): KeyInfo => {
    const [scopes, accounts] = [[...new Set(key.scopes)], key.accounts]
    driver.run(
      `INSERT INTO keys(hash, ${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?)`,
      hash,
      id,
      key.name,
      JSON.stringify(scopes),
      JSON.stringify(accounts),
      createdAt,
      key.expiresAt,
      sessionOf,
    )
    const { expiresAt, name } = key
    return { id, name, scopes, accounts, createdAt, expiresAt, revokedAt: null, replacedBy: null, sessionOf }
  }

  const logAudit = (at: number, { action, by, details, subject }: AuditAction): void => {
    driver.run(
      "INSERT INTO audit(at, by, action, subject, details) VALUES (?, ?, ?, ?, ?)",
      at,
      by,
      action,
      subject,
      details,
    )
  }

  return {
    create: Effect.fn("KeyStore.create")(function* (key, by) {
      const now = yield* nowSeconds
      if (hasEnded(key.expiresAt, now)) {
        yield* new InvalidInput({
          what: "expiresAt",
          issue: `${key.expiresAt} is in the past (it is now ${now})`,
          remedy: "Give a later time, or null for a key that never expires.",
        })
      }
      const { hash, id, key: text } = yield* issue
      const info = yield* transact("write", () => {
        logAudit(now, { action: "keys.create", by, subject: id, details: auditText(key) })
        return insert(id, hash, key, now, null)
      })
      return { key: text, info }
    }),

    check: Effect.fn("KeyStore.check")(function* (text) {
      const [, id, secret] = keyPattern.exec(Redacted.value(text)) ?? []
      if (id === undefined || secret === undefined) return yield* new KeyRefused({ reason: "Malformed" })
      const given = yield* hashOf(secret)
      if (id === adminId && isEqual(given, yield* hashOf(adminSecret))) return operator(id)
      const now = yield* nowSeconds
      const { found, hash, parent } = yield* transact("read", () => {
        const known = find(id)
        const stored = driver.all("SELECT hash FROM keys WHERE id = ?", id)[0]?.[0]
        return {
          found: known,
          hash: stored instanceof Uint8Array ? stored : dummyHash,
          parent: find(known?.sessionOf ?? ""),
        }
      })
      if (!isEqual(given, hash) || found === undefined) return yield* new KeyRefused({ reason: "Unknown" })
      if ((found.revokedAt ?? parent?.revokedAt ?? null) !== null) return yield* new KeyRefused({ reason: "Revoked" })
      // A session of an admin key that is no longer configured. The id of a JWT has another form.
      const isOrphan =
        parent === undefined && /^[0-9a-f]{16}$/.test(found.sessionOf ?? "") && found.sessionOf !== adminId
      if (isOrphan) return yield* new KeyRefused({ reason: "Revoked" })
      const expiresAt = sooner(found.expiresAt, parent?.expiresAt ?? null)
      if (hasEnded(expiresAt, now)) return yield* new KeyRefused({ reason: "Expired" })
      const { accounts, name, scopes, sessionOf } = found
      return { key: id, name, scopes, accounts, expiresAt, rateLimitKey: sessionOf ?? id }
    }),

    list: Effect.fn("KeyStore.list")(function* ({ sessions = false } = {}) {
      const which = sessions ? "" : "WHERE session_of IS NULL"
      return yield* transact("read", () =>
        driver.all(`SELECT ${columns} FROM keys ${which} ORDER BY created_at, rowid`).map(infoOf),
      )
    }),

    revoke: Effect.fn("KeyStore.revoke")(function* (id, by) {
      const now = yield* nowSeconds
      const info = yield* transact("write", () => {
        const found = find(id)
        if (found === undefined || found.revokedAt !== null) return found
        driver.run("UPDATE keys SET revoked_at = ? WHERE id = ?", now, id)
        logAudit(now, { action: "keys.revoke", by, subject: id, details: found.name })
        return { ...found, revokedAt: now }
      })
      return info ?? (yield* new UnknownKey({ id }))
    }),

    rotate: Effect.fn("KeyStore.rotate")(function* (id, by, { graceSeconds }) {
      const now = yield* nowSeconds
      const { hash, id: fresh, key } = yield* issue
      const rotated = yield* transact("write", (): KeyInfo | UnknownKey | NotRotatable => {
        const found = find(id)
        if (found === undefined || found.sessionOf !== null) return new UnknownKey({ id })
        if (found.revokedAt !== null) return new NotRotatable({ id, reason: "Revoked" })
        if (found.replacedBy !== null) return new NotRotatable({ id, reason: "Replaced" })
        if (hasEnded(found.expiresAt, now)) return new NotRotatable({ id, reason: "Expired" })
        const end = sooner(found.expiresAt, now + graceSeconds)
        driver.run("UPDATE keys SET expires_at = ?, replaced_by = ? WHERE id = ?", end, fresh, id)
        const details = `${found.name}: replaced by ${fresh}, stays valid for ${graceSeconds} s`
        logAudit(now, { action: "keys.rotate", by, subject: id, details })
        return insert(fresh, hash, found, now, null)
      })
      if (rotated instanceof UnknownKey || rotated instanceof NotRotatable) return yield* rotated
      return { key, info: rotated }
    }),

    audit: Effect.fn("KeyStore.audit")(function* (limit = 100) {
      const most = Math.max(0, Math.min(maxEntries, Math.trunc(limit)))
      return yield* transact("read", () =>
        driver
          .all("SELECT at, by, action, subject, details FROM audit ORDER BY number DESC LIMIT ?", most)
          .map(([at, by, action, subject, details]) => ({
            at: Number(at),
            by: String(by),
            action: String(action),
            subject: String(subject),
            details: String(details),
          })),
      )
    }),

    session: Effect.fn("KeyStore.session")(function* (caller, account, seconds) {
      if (!has(caller, "read") || !mayUse(caller, account)) return yield* new NotGranted({ account })
      const now = yield* nowSeconds
      const { hash, id, key } = yield* issue
      const info = yield* transact("write", () => {
        driver.run("DELETE FROM keys WHERE session_of IS NOT NULL AND expires_at <= ?", now)
        driver.run(
          `DELETE FROM keys WHERE session_of = ?1 AND rowid NOT IN
             (SELECT rowid FROM keys WHERE session_of = ?1 ORDER BY rowid DESC LIMIT ${maxSessions - 1})`,
          caller.rateLimitKey,
        )
        return insert(
          id,
          hash,
          {
            name: `session of ${caller.name}`,
            scopes: ["read"],
            accounts: [account],
            expiresAt: sooner(caller.expiresAt, now + seconds),
          },
          now,
          caller.rateLimitKey,
        )
      })
      return { key, info }
    }),

    endSession: Effect.fn("KeyStore.endSession")(function* ({ key }) {
      yield* transact("write", () => driver.run("DELETE FROM keys WHERE id = ? AND session_of IS NOT NULL", key))
    }),
  }
}

/** The key store in an open database. */
export const layer = (options: Options): Layer.Layer<KeyStore, StoreError> =>
  Layer.effect(
    KeyStore,
    migrations.attempt(options, () => {
      migrations.migrate(options)
      return make(options)
    }),
  )

/** The caller of a key; `null` if it is refused, without the reason. */
export const callerOf = (text: Redacted.Redacted): Effect.Effect<Caller | null, StoreError, KeyStore> =>
  Effect.flatMap(KeyStore, ({ check }) => Effect.catchTag(check(text), "KeyRefused", () => Effect.succeed(null)))
