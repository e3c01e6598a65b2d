/**
 * `dwell-api keys`: who may ask an API what, on this machine or of a deployed one.
 *
 * Shape    a new key goes to stdout alone, so that it can be piped to where it is needed; what it may do, to stderr
 */
import * as Calendar from "@dwell/core/Calendar"
import { help } from "@dwell/terminal/help"
import { Process } from "@dwell/terminal/Process"
import { printable } from "@dwell/terminal/text"
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { nowSeconds } from "../clock.ts"
import { Fixable, Usage } from "./cliErrors.ts"
import * as file from "../node/keyFile.ts"
import { KeyRing } from "../keys/KeyStore.ts"
import * as remote from "./remoteKeys.ts"
import { AuditLog, type KeyInfo, KeyList, NewKey, Rotation } from "../keys/schemas.ts"

/** Who does things here; nobody else than the owner of the file can. */
const commandLine = "command line"

// ---- where the keys are

const place = {
  data: Options.text("data").pipe(
    Options.withPseudoName("DIR"),
    Options.withDescription(
      "The folder of the API's data. Default: DWELL_DATA, else dwell-api under XDG_DATA_HOME or ~/.local/share",
    ),
    Options.optional,
  ),
  url: Options.text("url").pipe(
    Options.withPseudoName("URL"),
    Options.withDescription("A deployed API instead, with the key of an admin in DWELL_ADMIN_KEY"),
    Options.optional,
  ),
}

interface Place {
  readonly data: Option.Option<string>
  readonly url: Option.Option<string>
}

const deployed = (url: string) =>
  Effect.gen(function* () {
    const base = yield* remote.baseUrl(url)
    const key = yield* Effect.orDie(Config.option(Config.redacted(Config.nonEmptyString("DWELL_ADMIN_KEY"))))
    if (Option.isSome(key)) return remote.make(base, key.value)
    return yield* new Fixable({
      message: "DWELL_ADMIN_KEY is not set. Set it to the key of an admin; it is never given on the command line.",
    })
  })

const fixable = ({ message }: { readonly message: string }) => new Fixable({ message })

/** The keys of a place, which are the same to ask wherever they are. */
const keysOf = ({ data, url }: Place) =>
  Effect.gen(function* () {
    if (Option.isSome(url)) {
      if (Option.isNone(data)) return yield* deployed(url.value)
      return yield* new Usage({
        message: "--data and --url: the keys are in one place or the other. Give one of the two.",
      })
    }
    const folder = yield* file.folderOf(data)
    const here = Effect.provide(file.layer(folder))
    return {
      create: (wanted: NewKey) =>
        here(Effect.flatMap(KeyRing, ({ create }) => create(wanted, commandLine))).pipe(
          Effect.catchTag("InvalidInput", (error) => fixable(error)),
        ),
      list: (sessions: boolean) => here(Effect.flatMap(KeyRing, ({ list }) => list({ sessions }))),
      rotate: (id: string, rotation: Rotation) =>
        here(Effect.flatMap(KeyRing, ({ rotate }) => rotate(id, commandLine, rotation))).pipe(
          Effect.catchTags({ UnknownKey: (error) => fixable(error), NotRotatable: (error) => fixable(error) }),
        ),
      revoke: (id: string) =>
        here(Effect.flatMap(KeyRing, ({ revoke }) => revoke(id, commandLine))).pipe(
          Effect.catchTag("UnknownKey", (error) => fixable(error)),
        ),
      audit: (limit: number) => here(Effect.flatMap(KeyRing, ({ audit }) => audit(limit))),
    }
  })

// ---- what is printed

const print = (text: string) => Effect.map(Process, ({ stdout }) => stdout.write(`${text}\n`))
const say = (text: string) => Effect.map(Process, ({ stderr }) => stderr.write(`${text}\n`))

const time = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`

const named = (accounts: KeyInfo["accounts"]): string => (accounts === "*" ? "all accounts" : accounts.join(", "))

/** Lines of cells under their heads. */
const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
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

const format = Options.choice("format", ["table", "json"]).pipe(
  Options.withDescription("How to print the answer. Default: table"),
  Options.withDefault("table" as const),
)

const json = <A, I>(schema: Schema.Schema<A, I>, value: A) =>
  Effect.flatMap(Effect.orDie(Schema.encode(schema)(value)), (document) => print(JSON.stringify(document, null, 2)))

const state = ({ expiresAt, replacedBy, revokedAt }: KeyInfo, now: number): string => {
  if (revokedAt !== null) return `revoked ${time(revokedAt)}`
  if (expiresAt !== null && expiresAt <= now) return replacedBy === null ? "expired" : `replaced by ${replacedBy}`
  return replacedBy === null ? "active" : `active, replaced by ${replacedBy}`
}

const rowsOf = (found: ReadonlyArray<KeyInfo>, now: number): ReadonlyArray<ReadonlyArray<string>> =>
  found.map((key) => [
    key.id,
    key.name,
    key.scopes.join(", "),
    named(key.accounts),
    time(key.createdAt),
    key.expiresAt === null ? "never" : time(key.expiresAt),
    state(key, now),
  ])

/** What a new key may do, and for how long. */
const summary = ({ accounts, expiresAt, name, scopes }: KeyInfo): string =>
  printable(
    `${name} (${scopes.join(", ")}) for ${named(accounts)}, ${expiresAt === null ? "which never expires" : `until ${time(expiresAt)}`}`,
  )

const onlyNow = "It is shown this once."

// ---- what is given

const listOf = (text: string): ReadonlyArray<string> => text.split(",").map((part) => part.trim())

const secondsOf: Readonly<Record<string, number>> = { h: 3600, d: 86_400, w: 604_800 }

/** The seconds of `90d`, `12h`, `4w`. */
const durationOf = (text: string): Option.Option<number> => {
  const [, count, unit = ""] = /^(\d{1,6})([hdw])$/.exec(text.trim()) ?? []
  return count === undefined ? Option.none() : Option.some(Number(count) * (secondsOf[unit] ?? 0))
}

/** The end that a duration from now has, or an instant, without an offset in UTC. */
const parseExpiry = (text: string, now: number) =>
  Effect.gen(function* () {
    const end = yield* Option.match(durationOf(text), {
      onNone: () =>
        Effect.mapError(
          Calendar.parseInstant(text, { zone: { name: "UTC" }, now, what: "--expires" }),
          ({ issue, what }) => new Usage({ message: `${what}: ${issue}. ${remedyOf["expiresAt"]}` }),
        ),
      onSome: (seconds) => Effect.succeed(now + seconds),
    })
    if (end > now) return end
    return yield* new Usage({
      message: `--expires: ${time(end)} is not in the future, as it is ${time(now)} now. Give a later one.`,
    })
  })

/** How long a rotated key goes on. */
const parseGrace = (text: string) =>
  Effect.mapError(
    Effect.flatMap(durationOf(text), (graceSeconds) => Schema.decode(Rotation)({ graceSeconds })),
    () => new Usage({ message: `--grace: "${text}" can't be used. Give at most 31 days, such as 24h or 7d.` }),
  )

const optionOf: Readonly<Record<string, string>> = {
  name: "--name",
  scopes: "--scope",
  accounts: "--account",
  expiresAt: "--expires",
}

const remedyOf: Readonly<Record<string, string>> = {
  name: "Give 1 to 100 characters.",
  scopes: "Give some of read, ingest and admin, between commas.",
  accounts:
    "Give names of at most 64 letters, digits, dots, underscores and dashes, between commas, or '*'; with --scope admin it has to be '*'.",
  expiresAt: "Give 90d, 12h, or a date such as 2027-06-01.",
}

const parseKey = (given: { readonly [Field in keyof NewKey]: unknown }) =>
  Effect.mapError(Schema.decodeUnknown(NewKey)(given), (error) => {
    const field = String(ParseResult.ArrayFormatter.formatErrorSync(error)[0]?.path[0] ?? "")
    return new Usage({ message: `${optionOf[field] ?? "A key"}: it can't be that. ${remedyOf[field] ?? ""}` })
  })

// ---- the commands

const id = Args.text({ name: "ID" }).pipe(Args.withDescription("The id of a key, as `dwell-api keys list` has it"))

const create = Command.make(
  "create",
  {
    ...place,
    name: Options.text("name").pipe(
      Options.withPseudoName("NAME"),
      Options.withDescription("What to call the key: who or what will have it"),
    ),
    scope: Options.text("scope").pipe(
      Options.withPseudoName("SCOPE,.."),
      Options.withDescription("What it may do: read, ingest, or admin, which is all. Default: read"),
      Options.withDefault("read"),
    ),
    account: Options.text("account").pipe(
      Options.withPseudoName("NAME,.."),
      Options.withDescription("The accounts it is for, or '*' for all"),
    ),
    expires: Options.text("expires").pipe(
      Options.withPseudoName("T"),
      Options.withDescription("When it ends: after 90d, 12h, 4w, or at an ISO 8601 time. Default: never"),
      Options.optional,
    ),
  },
  ({ account, expires, name, scope, ...where }) =>
    Effect.gen(function* () {
      const now = yield* nowSeconds
      const expiresAt = yield* Effect.transposeMapOption(expires, (text) => parseExpiry(text, now))
      const wanted = yield* parseKey({
        name,
        scopes: listOf(scope),
        accounts: account.trim() === "*" ? "*" : listOf(account),
        expiresAt: Option.getOrNull(expiresAt),
      })
      const { info, key } = yield* (yield* keysOf(where)).create(wanted)
      yield* print(Redacted.value(key))
      yield* say(`This is the key ${info.id}: ${summary(info)}. ${onlyNow}`)
    }),
).pipe(
  Command.withDescription(
    help("Makes a key, and prints it: nobody can read it again, as only its hash is kept.", [
      ["dwell-api keys create --name wallboard --account london", "reads one account"],
      [
        "dwell-api keys create --name collector --scope ingest --account london --expires 90d",
        "adds events, for 90 days",
      ],
      ["dwell-api keys create --name root --scope admin --account '*'", "manages keys, and may do all the rest"],
    ]),
  ),
)

const list = Command.make(
  "list",
  {
    ...place,
    sessions: Options.boolean("sessions").pipe(Options.withDescription("The sessions of browsers too")),
    format,
  },
  ({ format: as, sessions, ...where }) =>
    Effect.gen(function* () {
      const found = yield* (yield* keysOf(where)).list(sessions)
      const now = yield* nowSeconds
      if (as === "json") yield* json(KeyList, { keys: found })
      else if (found.length === 0) yield* say("There are no keys. `dwell-api keys create` makes one.")
      else yield* print(table(["Id", "Name", "Scopes", "Accounts", "Created", "Expires", "State"], rowsOf(found, now)))
    }),
).pipe(
  Command.withDescription(
    help("The keys there are, those that have ended too: what each may do, and until when.", [
      ["dwell-api keys list", "on this machine"],
      ["dwell-api keys list --url https://dwell.example.com", "of a deployed API, with DWELL_ADMIN_KEY"],
    ]),
  ),
)

const rotate = Command.make(
  "rotate",
  {
    ...place,
    id,
    grace: Options.text("grace").pipe(
      Options.withPseudoName("T"),
      Options.withDescription("How long the old key goes on, at most 31 days: 24h, 7d. Default: 0h, not at all"),
      Options.withDefault("0h"),
    ),
  },
  ({ grace, id: of, ...where }) =>
    Effect.gen(function* () {
      const rotation = yield* parseGrace(grace)
      const { info, key } = yield* (yield* keysOf(where)).rotate(of, rotation)
      yield* print(Redacted.value(key))
      const rest = rotation.graceSeconds === 0 ? "is refused from now on" : `goes on for at most ${grace}`
      yield* say(`This is the key ${info.id}: ${summary(info)}. ${onlyNow} The key ${of} ${rest}.`)
    }),
).pipe(
  Command.withDescription(
    help("Replaces a key by a new one that may do the same for as long, and prints it.", [
      ["dwell-api keys rotate 5f0c2a9be14d7360", "the old one is refused from now on"],
      ["dwell-api keys rotate 5f0c2a9be14d7360 --grace 24h", "the old one goes on for a day"],
    ]),
  ),
)

const revoke = Command.make("revoke", { ...place, id }, ({ id: of, ...where }) =>
  Effect.gen(function* () {
    const { name } = yield* (yield* keysOf(where)).revoke(of)
    yield* say(`The key ${of} (${printable(name)}) is refused from now on, and so are its sessions.`)
  }),
).pipe(
  Command.withDescription(
    help("Ends a key, and the sessions that were made with it, for good.", [
      ["dwell-api keys revoke 5f0c2a9be14d7360", "an id of `dwell-api keys list`"],
    ]),
  ),
)

const audit = Command.make(
  "audit",
  {
    ...place,
    limit: Options.integer("limit").pipe(
      Options.withPseudoName("N"),
      Options.withDescription("At most so many entries, up to 1,000. Default: 100"),
      Options.withDefault(100),
    ),
    format,
  },
  ({ format: as, limit, ...where }) =>
    Effect.gen(function* () {
      if (limit < 1 || limit > 1000)
        yield* new Usage({ message: `--limit: ${limit} is not within 1 and 1,000. Give 100.` })
      const entries = yield* (yield* keysOf(where)).audit(limit)
      const rows = entries.map(({ action, at, by, details, subject }) => [time(at), by, action, subject, details])
      if (as === "json") yield* json(AuditLog, { entries })
      else if (entries.length === 0) yield* say("No admin has done anything yet.")
      else yield* print(table(["At", "By", "Action", "Subject", "Details"], rows))
    }),
).pipe(
  Command.withDescription(
    help("What admins did, the latest first: when, who, what, to which key.", [
      ["dwell-api keys audit --limit 20", "the last 20 things"],
    ]),
  ),
)

/** The commands by their names. */
export const commands = { create, list, rotate, revoke, audit }

/** The command, to be mounted. */
export const keys = Command.make("keys").pipe(
  Command.withDescription("Makes, lists, rotates and revokes the keys that open an API, and tells what admins did."),
  Command.withSubcommands([create, list, rotate, revoke, audit]),
)
