/**
 * `dwell-api keys`: manages the keys of an API, on this machine or deployed.
 *
 * Shape    only the text of a new key goes to stdout, so that it can be piped; its description goes to stderr
 */
import { help } from "@dwell/terminal/help"
import { printable } from "@dwell/terminal/text"
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { nowSeconds } from "@dwell/core/clock"
import { AuditLog, KeyList } from "../../keys/schemas.ts"
import { UsageError } from "@dwell/terminal/errors"
import { listOf, parseExpiry, parseGrace, parseKey } from "./keyInput.ts"
import { json, print, rowsOf, say, summary, table, time } from "./keyOutput.ts"
import { keysOf, place } from "./keyPlace.ts"

const format = Options.choice("format", ["table", "json"]).pipe(
  Options.withDescription("Output format. Default: table"),
  Options.withDefault("table" as const),
)

const onlyNow = "It is shown only once."

const id = Args.text({ name: "ID" }).pipe(Args.withDescription("Id of a key, from `dwell-api keys list`"))

const create = Command.make(
  "create",
  {
    ...place,
    name: Options.text("name").pipe(
      Options.withPseudoName("NAME"),
      Options.withDescription("Name of the key: who or what will use it"),
    ),
    scope: Options.text("scope").pipe(
      Options.withPseudoName("SCOPE,.."),
      Options.withDescription("What the key may do: read, ingest or admin (everything). Default: read"),
      Options.withDefault("read"),
    ),
    account: Options.text("account").pipe(
      Options.withPseudoName("NAME,.."),
      Options.withDescription("Accounts the key is for, or '*' for all"),
    ),
    expires: Options.text("expires").pipe(
      Options.withPseudoName("T"),
      Options.withDescription("When the key expires: after 90d, 12h or 4w, or at an ISO 8601 time. Default: never"),
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
    help("Creates a key and prints it. Only its hash is stored, so it can't be shown again.", [
      ["dwell-api keys create --name wallboard --account london", "reads one account"],
      [
        "dwell-api keys create --name collector --scope ingest --account london --expires 90d",
        "adds events for 90 days",
      ],
      ["dwell-api keys create --name root --scope admin --account '*'", "manages keys and may do everything else"],
    ]),
  ),
)

const list = Command.make(
  "list",
  {
    ...place,
    sessions: Options.boolean("sessions").pipe(Options.withDescription("Include browser sessions")),
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
    help("Lists all keys, including expired and revoked ones, with scopes and expiry.", [
      ["dwell-api keys list", "on this machine"],
      ["dwell-api keys list --url https://dwell.example.com", "of a deployed API, with DWELL_ADMIN_KEY set"],
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
      Options.withDescription("How long the old key stays valid, at most 31 days: 24h, 7d. Default: 0h, not at all"),
      Options.withDefault("0h"),
    ),
  },
  ({ grace, id: of, ...where }) =>
    Effect.gen(function* () {
      const rotation = yield* parseGrace(grace)
      const { info, key } = yield* (yield* keysOf(where)).rotate(of, rotation)
      yield* print(Redacted.value(key))
      const rest = rotation.graceSeconds === 0 ? "is refused from now on" : `stays valid for at most ${grace}`
      yield* say(`This is the key ${info.id}: ${summary(info)}. ${onlyNow} The key ${of} ${rest}.`)
    }),
).pipe(
  Command.withDescription(
    help("Replaces a key with a new one of the same scopes, accounts and expiry, and prints it.", [
      ["dwell-api keys rotate 5f0c2a9be14d7360", "the old key is refused from now on"],
      ["dwell-api keys rotate 5f0c2a9be14d7360 --grace 24h", "the old key stays valid for a day"],
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
    help("Revokes a key and its sessions permanently.", [
      ["dwell-api keys revoke 5f0c2a9be14d7360", "an id from `dwell-api keys list`"],
    ]),
  ),
)

const audit = Command.make(
  "audit",
  {
    ...place,
    limit: Options.integer("limit").pipe(
      Options.withPseudoName("N"),
      Options.withDescription("Number of entries, at most 1,000. Default: 100"),
      Options.withDefault(100),
    ),
    format,
  },
  ({ format: as, limit, ...where }) =>
    Effect.gen(function* () {
      if (limit < 1 || limit > 1000)
        yield* new UsageError({ message: `--limit: it must be between 1 and 1,000, not ${limit}.` })
      const entries = yield* (yield* keysOf(where)).audit(limit)
      const rows = entries.map(({ action, at, by, details, subject }) => [time(at), by, action, subject, details])
      if (as === "json") yield* json(AuditLog, { entries })
      else if (entries.length === 0) yield* say("The audit log is empty.")
      else yield* print(table(["At", "By", "Action", "Subject", "Details"], rows))
    }),
).pipe(
  Command.withDescription(
    help("Shows the audit log, latest first: when, who, what, and which key.", [
      ["dwell-api keys audit --limit 20", "the last 20 entries"],
    ]),
  ),
)

/** The commands by name. */
export const commands = { create, list, rotate, revoke, audit }

/** The `keys` command. */
export const keys = Command.make("keys").pipe(
  Command.withDescription("Creates, lists, rotates and revokes the keys of an API, and shows the audit log."),
  Command.withSubcommands([create, list, rotate, revoke, audit]),
)
