/**
 * The accounts that `dwell login` has stored, and which of them is the default.
 *
 * Shape    one JSON file, readable by its owner alone (0600), under XDG_CONFIG_HOME
 * Fails    `UserError`, naming the file, the key and what is wrong with it, never what it holds: that may be a secret
 */
import * as Calendar from "@dwell/core/Calendar"
import * as ContactNow from "@dwell/core/ContactNow"
import * as PrivateFile from "@dwell/core/PrivateFile"
import * as Token from "@dwell/core/Token"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import type * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { UserError, UsageError } from "../errors.ts"
import { configFolder } from "./xdg.ts"

/** Names become those of files. One cannot be the key of an object. */
const Name = Schema.String.pipe(Schema.pattern(/^(?!__proto__$)[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/))

/** What a name must be. */
export const nameRule =
  "Use at most 64 letters, digits, dots, underscores and dashes, and start with neither dot nor dash"

/** What to say of a value, in place of the library's words, which would quote it. */
const says = (issue: string) => ({ message: () => ({ message: issue, override: true }) })

/** What to say of a value that has not even the right shape; of its parts they speak for themselves. */
const saysOfShape = (issue: string) => ({ message: () => issue })

/** A text that one of core's functions makes sense of, as that gives it back. */
const parsed = (parse: (text: string) => Either.Either<string, unknown>, issue: string) =>
  Schema.transformOrFail(Schema.String, Schema.String, {
    strict: true,
    decode: (text, _, ast) => Either.mapLeft(parse(text), () => new ParseResult.Type(ast, text)),
    encode: ParseResult.succeed,
  }).annotations(says(issue))

const secret = Schema.Redacted(Schema.NonEmptyString).annotations(says("must be a text that is not empty"))

const address = parsed(
  (text) =>
    Either.filterOrLeft(
      Either.map(Token.addresses(text), (addresses) => addresses.join(",")),
      (one) => !one.includes(","),
      () => text,
    ),
  "must be an internet address",
)

const listOfAddresses = saysOfShape("must be a list of at most 10 internet addresses")

const Timezone = parsed(
  (text) => Either.map(Calendar.zone(text), ({ name }) => name),
  "must be an IANA time zone, such as Europe/London",
)

const Account = Schema.Struct({
  region: Schema.optionalWith(
    Schema.Literal("eu", "us").annotations(says(`must be ${Object.keys(ContactNow.regions).join(" or ")}`)),
    { exact: true },
  ),
  baseUrl: Schema.optionalWith(
    parsed(
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
  .annotations(saysOfShape("must be an object"))
  .pipe(
    Schema.filter(({ baseUrl, region }) =>
      (baseUrl === undefined) === (region === undefined) ? "must have either region or baseUrl" : true,
    ),
  )
export type Account = typeof Account.Type

const Accounts = Schema.Struct({
  default: Schema.optionalWith(Schema.String.annotations(says("must be the name of an account")), { exact: true }),
  accounts: Schema.Record({ key: Name, value: Account }).annotations(saysOfShape("must be an object")),
})
  .annotations(saysOfShape("must be an object"))
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

/** What an account is called where nobody gives it a name. */
export const mainName = "main"

/** The account of that name. */
export const get = ({ accounts }: Accounts, name: string): Option.Option<Account> =>
  Object.hasOwn(accounts, name) ? Option.fromNullable(accounts[name]) : Option.none()

/** Where the vendor is for an account. */
export const placeOf = ({ baseUrl, region }: Account): string => baseUrl ?? ContactNow.regions[region ?? "eu"]

/** Checks a name that an account is to have. */
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

/** What is wrong with the first key that something is wrong with. */
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
      // The engine's own words quote the text. Of the place it tells, the line is of use.
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

/** Reads the file; without one there are no accounts. */
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

const Loose = Schema.parseJson(
  Schema.Struct({ accounts: Schema.Record({ key: Schema.String, value: Schema.Unknown }) }),
)

/** The time zones of those accounts that have one, whatever else is wrong with the file: `load` says that. */
export const timezones = Effect.gen(function* () {
  const text = yield* PrivateFile.read(yield* file)
  const { accounts } = yield* Schema.decode(Loose)(text.replace(/^\uFEFF/, ""))
  const found = Object.entries(accounts).flatMap(([name, account]) =>
    Option.match(Schema.decodeUnknownOption(Schema.Struct({ timezone: Timezone }))(account), {
      onNone: () => [],
      onSome: ({ timezone }): ReadonlyArray<readonly [string, Calendar.Zone]> => [[name, { name: timezone }]],
    }),
  )
  return new Map(found)
}).pipe(Effect.orElseSucceed((): ReadonlyMap<string, Calendar.Zone> => new Map()))

/** So long is waited for another writer, who needs but a moment. */
const patience = Schedule.spaced("20 millis").pipe(Schedule.upTo(Duration.seconds(2)))

/** Runs what nobody else may do at the same time: the lock is a file that only one can make. */
const alone = <A, E, R>(path: string, run: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const lock = `${path}.lock`
    const unwritable = ({ message }: { readonly message: string }) =>
      new UserError({ message: `${path}: it can't be written. ${message}` })
    yield* Effect.mapError(files.makeDirectory(yield* configFolder, { recursive: true, mode: 0o700 }), unwritable)
    const take = files.writeFileString(lock, "", { mode: 0o600, flag: "wx" }).pipe(
      Effect.retry({
        schedule: patience,
        while: (error) => error._tag === "SystemError" && error.reason === "AlreadyExists",
      }),
      Effect.mapError((error) =>
        error._tag === "SystemError" && error.reason === "AlreadyExists"
          ? new UserError({
              message: `${path}: another dwell is writing it, so nothing was stored. Try again; if no other dwell is running, delete ${lock}.`,
            })
          : unwritable(error),
      ),
    )
    const free = Effect.ignore(files.remove(lock))
    return yield* Effect.acquireUseRelease(
      take,
      () => run,
      () => free,
    )
  })

/** Changes the file as it is at that moment, and nobody else does meanwhile; gives what it holds then. */
export const update = <E, R>(change: (accounts: Accounts) => Effect.Effect<Accounts, E, R>) =>
  Effect.gen(function* () {
    const path = yield* file
    return yield* alone(
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

/** What is given of an account; of one there is already, the rest stays as it was. */
export interface Given {
  readonly baseUrl: string
  readonly username: Redacted.Redacted
  readonly password: Redacted.Redacted
  readonly addresses: Option.Option<ReadonlyArray<string>>
  readonly timezone: Option.Option<Calendar.Zone>
}

/** An account as it will be, with what stays of the one before it. */
export const renewed = (before: Option.Option<Account>, { addresses, timezone, ...given }: Given) => {
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

/** Stores an account; the first one is the default. Gives all there are. */
export const store = (name: string, account: Account) =>
  update((accounts) =>
    Effect.succeed({
      ...accounts,
      ...(names(accounts).length === 0 ? { default: name } : {}),
      accounts: { ...accounts.accounts, [name]: account },
    }),
  )

/** An account asked for by name, and what named it. */
export interface Named {
  readonly name: string
  readonly by: "--account" | "DWELL_ACCOUNT" | "NAME"
}

const list = (accounts: Accounts): string => names(accounts).join(", ")

/** The account of a name that somebody gave. */
export const find = (accounts: Accounts, { by, name }: Named) =>
  Effect.gen(function* () {
    const found = get(accounts, name)
    if (Option.isSome(found)) return found.value
    const known = names(accounts).length === 0 ? "it has none" : `it has ${list(accounts)}`
    return yield* new UsageError({
      message: `${by}: "${name}" is not an account in ${yield* file}; ${known}. \`dwell login --account NAME\` adds one.`,
    })
  })

/** The name of the account where none is asked for: the default, else the only one; none where there is no account. */
export const standard = (accounts: Accounts) =>
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
