/**
 * The accounts that `dwell login` stored, and which of them is the default.
 *
 * Shape    one JSON file, readable by its owner alone (0600), under XDG_CONFIG_HOME
 * Fails    `UserError`, naming the file, the key and what is wrong, but never the value: it may be a secret
 */
import * as Calendar from "@dwell/core/Calendar"
import * as ContactNow from "@dwell/core/ContactNow"
import * as PrivateFile from "@dwell/core/PrivateFile"
import * as Token from "@dwell/core/Token"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { UserError, UsageError } from "../errors.ts"
import { withLock } from "./lock.ts"
import { configFolder } from "./xdg.ts"

/** Names become file names. `__proto__` cannot be the key of an object. */
const Name = Schema.String.pipe(Schema.pattern(/^(?!__proto__$)[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/))

/** The rule for names, as a sentence. */
export const nameRule =
  "Use at most 64 letters, digits, dots, underscores and dashes, and start with neither dot nor dash"

/** Replaces the library's message, which would quote the value. */
const valueMessage = (issue: string) => ({ message: () => ({ message: issue, override: true }) })

/** The message for a value of the wrong shape; its parts have their own messages. */
const shapeMessage = (issue: string) => ({ message: () => issue })

/** A text that a function of core accepts. */
const textSchema = (parse: (text: string) => Either.Either<string, unknown>, issue: string) =>
  Schema.transformOrFail(Schema.String, Schema.String, {
    strict: true,
    decode: (text, _, ast) => Either.mapLeft(parse(text), () => new ParseResult.Type(ast, text)),
    encode: ParseResult.succeed,
  }).annotations(valueMessage(issue))

const secret = Schema.Redacted(Schema.NonEmptyString).annotations(valueMessage("must be a text that is not empty"))

const address = textSchema(
  (text) =>
    Either.filterOrLeft(
      Either.map(Token.parseAddresses(text), (addresses) => addresses.join(",")),
      (one) => !one.includes(","),
      () => text,
    ),
  "must be an internet address",
)

const listOfAddresses = shapeMessage("must be a list of at most 10 internet addresses")

const Timezone = textSchema(
  (text) => Either.map(Calendar.zone(text), ({ name }) => name),
  "must be an IANA time zone, such as Europe/London",
)

const Account = Schema.Struct({
  region: Schema.optionalWith(
    Schema.Literal("eu", "us").annotations(valueMessage(`must be ${Object.keys(ContactNow.regions).join(" or ")}`)),
    { exact: true },
  ),
  baseUrl: Schema.optionalWith(
    textSchema(
      ContactNow.baseUrl,
      "must be the https URL of the folder with token.php, without user name, query and fragment",
    ),
    { exact: true },
  ),
  username: secret,
  password: secret,
  addresses: Schema.optionalWith(
    Schema.Array(address).annotations(listOfAddresses).pipe(Schema.maxItems(10, listOfAddresses)),
    { exact: true },
  ),
  timezone: Schema.optionalWith(Timezone, { exact: true }),
})
  .annotations(shapeMessage("must be an object"))
  .pipe(
    Schema.filter(({ baseUrl, region }) =>
      (baseUrl === undefined) === (region === undefined) ? "must have either region or baseUrl" : true,
    ),
  )
export type Account = typeof Account.Type

const Accounts = Schema.Struct({
  default: Schema.optionalWith(Schema.String.annotations(valueMessage("must be the name of an account")), {
    exact: true,
  }),
  accounts: Schema.Record({ key: Name, value: Account }).annotations(shapeMessage("must be an object")),
})
  .annotations(shapeMessage("must be an object"))
  .pipe(
    Schema.filter(({ accounts, default: name }) =>
      name === undefined || Object.hasOwn(accounts, name)
        ? true
        : { path: ["default"], message: "must be the name of an account in this file" },
    ),
  )
export type Accounts = typeof Accounts.Type

const none: Accounts = { accounts: {} }

export const names = ({ accounts }: Accounts): ReadonlyArray<string> => Object.keys(accounts).toSorted()

/** The name of an account without one. */
export const defaultName = "main"

/** The account of that name. */
export const get = ({ accounts }: Accounts, name: string): Option.Option<Account> =>
  Object.hasOwn(accounts, name) ? Option.fromNullable(accounts[name]) : Option.none()

/** The base URL of an account. */
export const endpointOf = ({ baseUrl, region }: Account): string => baseUrl ?? ContactNow.regions[region ?? "eu"]

/** Checks the name of a new account. */
export const parseName = (text: string): Either.Either<string, UsageError> =>
  Either.mapLeft(
    Schema.decodeEither(Name)(text),
    () => new UsageError({ message: `--account: "${text}" is not a valid account name. ${nameRule}.` }),
  )

/** The file. */
export const file = Effect.gen(function* () {
  const path = yield* Path.Path
  return path.join(yield* configFolder, "config.json")
})

const remedy = "Correct it, or move the file away and run `dwell login`."

/** The first wrong key, and what is wrong with it. */
const issueOf = (error: ParseResult.ParseError): string => {
  const [first] = ParseResult.ArrayFormatter.formatErrorSync(error)
  const key = (first?.path ?? []).map(String).join(".")
  if (first?._tag === "Missing") return `${key} is missing`
  if (first?._tag !== "Unexpected") {
    // Our own messages start with "must"; the library's may quote the value.
    const issue = first?.message.startsWith("must ") === true ? first.message : "is not valid"
    return `${key === "" ? "it" : key} ${issue}`
  }
  return first.path.length === 2 ? `${key} is not a valid account name. ${nameRule}` : `${key} is not a known key`
}

const parse = (path: string, text: string): Either.Either<Accounts, UserError> =>
  Either.gen(function* () {
    const json = yield* Either.try({
      try: (): unknown => JSON.parse(text.replace(/^\uFEFF/, "")),
      // The engine's own message quotes the text; only its line number is used.
      catch: (error) => {
        const line = /\(line \d+ column \d+\)/.exec(String(error))?.[0]
        return new UserError({ message: `${path}: it is not JSON${line === undefined ? "" : ` ${line}`}. ${remedy}` })
      },
    })
    return yield* Either.mapLeft(
      Schema.decodeUnknownEither(Accounts, { onExcessProperty: "error" })(json),
      (error) => new UserError({ message: `${path}: ${issueOf(error)}. ${remedy}` }),
    )
  })

/** Reads the file. If there is none, there are no accounts. */
export const load = Effect.gen(function* () {
  const path = yield* file
  const text = yield* PrivateFile.read(path).pipe(
    Effect.asSome,
    Effect.catchIf(
      (error) => error._tag === "SystemError" && error.reason === "NotFound",
      () => Effect.succeedNone,
    ),
    Effect.mapError(
      ({ description = "it can't be read" }) =>
        new UserError({ message: `${path}: ${description}. Make it readable only by you: chmod 600 ${path}` }),
    ),
  )
  return Option.isNone(text) ? none : yield* parse(path, text.value)
})

const TimezonesOnly = Schema.parseJson(
  Schema.Struct({ accounts: Schema.Record({ key: Schema.String, value: Schema.Unknown }) }),
)

/** The time zones of the accounts that have one, even if the rest of the file is invalid; `load` reports that. */
export const timezones = Effect.gen(function* () {
  const text = yield* PrivateFile.read(yield* file)
  const { accounts } = yield* Schema.decode(TimezonesOnly)(text.replace(/^\uFEFF/, ""))
  const found = Object.entries(accounts).flatMap(([name, account]) =>
    Option.match(Schema.decodeUnknownOption(Schema.Struct({ timezone: Timezone }))(account), {
      onNone: () => [],
      onSome: ({ timezone }): ReadonlyArray<readonly [string, Calendar.Zone]> => [[name, { name: timezone }]],
    }),
  )
  return new Map(found)
}).pipe(Effect.orElseSucceed((): ReadonlyMap<string, Calendar.Zone> => new Map()))

/** Reads, changes and writes the file under a lock; returns the new accounts. */
export const update = <E, R>(change: (accounts: Accounts) => Effect.Effect<Accounts, E, R>) =>
  Effect.gen(function* () {
    const path = yield* file
    return yield* withLock(
      path,
      Effect.gen(function* () {
        const changed = yield* change(yield* load)
        const content = yield* Effect.orDie(Schema.encode(Accounts)(changed))
        yield* Effect.mapError(
          PrivateFile.write(path, `${JSON.stringify(content, null, 2)}\n`),
          ({ message }) => new UserError({ message: `${path}: it can't be written. ${message}` }),
        )
        return changed
      }),
    )
  })

/** What `dwell login` knows about an account; an existing account keeps the rest. */
export interface AccountInput {
  readonly baseUrl: string
  readonly username: Redacted.Redacted
  readonly password: Redacted.Redacted
  readonly addresses: Option.Option<ReadonlyArray<string>>
  readonly timezone: Option.Option<Calendar.Zone>
}

/** The account to store: the input, with what stays of the account before. */
export const mergeAccount = (before: Option.Option<Account>, { addresses, timezone, ...given }: AccountInput) => {
  const zone = Option.orElse(
    Option.map(timezone, ({ name }) => name),
    () => Option.flatMapNullable(before, (known) => known.timezone),
  )
  return {
    ...given,
    addresses: Option.getOrElse(
      Option.orElse(addresses, () => Option.flatMapNullable(before, (known) => known.addresses)),
      (): ReadonlyArray<string> => [],
    ),
    ...(Option.isSome(zone) ? { timezone: zone.value } : {}),
  }
}

/** Stores an account; the first one becomes the default. Returns all accounts. */
export const store = (name: string, account: Account) =>
  update((accounts) =>
    Effect.succeed({
      ...accounts,
      ...(names(accounts).length === 0 ? { default: name } : {}),
      accounts: { ...accounts.accounts, [name]: account },
    }),
  )

/** The name of an account, and the option or variable that gave it. */
export interface AccountChoice {
  readonly name: string
  readonly by: "--account" | "DWELL_ACCOUNT" | "NAME"
}

const list = (accounts: Accounts): string => names(accounts).join(", ")

/** The account of that name; fails if there is none. */
export const find = (accounts: Accounts, { by, name }: AccountChoice) =>
  Effect.gen(function* () {
    const found = get(accounts, name)
    if (Option.isSome(found)) return found.value
    const known = names(accounts).length === 0 ? "it has none" : `it has ${list(accounts)}`
    return yield* new UsageError({
      message: `${by}: "${name}" is not an account in ${yield* file}; ${known}. \`dwell login --account NAME\` adds one.`,
    })
  })

/** The name of the account to use without an option: the default, else the only account; none if there are no accounts. */
export const defaultAccount = (accounts: Accounts) =>
  Effect.gen(function* () {
    const [first, ...others] = names(accounts)
    const name = accounts.default ?? first
    if (accounts.default === undefined && others.length > 0) {
      return yield* new UsageError({
        message: `--account: ${yield* file} has the accounts ${list(accounts)} and no default. Give --account NAME, or run \`dwell accounts default NAME\`.`,
      })
    }
    return Option.fromNullable(name)
  })
