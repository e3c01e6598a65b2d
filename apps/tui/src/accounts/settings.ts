/**
 * How to reach ContactNow: from the environment, else from an account of `dwell login`.
 *
 * Shape    user name and password always as a pair; stored credentials are sent only to the URL they were stored for
 */
import { createHash } from "node:crypto"
import type * as Calendar from "@dwell/core/Calendar"
import * as ContactNow from "@dwell/core/ContactNow"
import * as Token from "@dwell/core/Token"
import * as Path from "@effect/platform/Path"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Accounts from "./accounts.ts"
import { UserError, NoCredentials, toUsageError, UsageError } from "../errors.ts"
import { cacheFolder } from "./xdg.ts"

/** What a connection needs. */
export interface Connection {
  readonly baseUrl: string
  readonly username: Redacted.Redacted
  readonly password: Redacted.Redacted
  readonly addresses: ReadonlyArray<string>
  readonly format: "json" | "xml"
}

export interface Settings extends Connection {
  /**
   * The owner of the log. `name` is valid as a file name. `identity` differs for each base URL and user name, so that a
   * store is not taken for that of another login.
   */
  readonly account: { readonly name: string; readonly identity: string }
  readonly timezone: Option.Option<Calendar.Zone>
  /** Where the settings come from, for `doctor`. */
  readonly source: string
}

export const optionalVariable = (name: string) => Config.option(Config.nonEmptyString(name))

/** The file of an account's current token. */
export const tokenFile = ({ name }: Pick<Settings["account"], "name">) =>
  Effect.gen(function* () {
    const path = yield* Path.Path
    return path.join(yield* cacheFolder, "tokens", `${name}.json`)
  })

const isRegion = (text: string): text is ContactNow.Region => Object.hasOwn(ContactNow.regions, text)

/** The base URL of a region, or the base URL itself. */
export const parseEndpoint = (text: string) =>
  isRegion(text) ? Either.right(ContactNow.regions[text]) : ContactNow.baseUrl(text)

/** The base URL from the options, else from DWELL_BASE_URL, else from DWELL_REGION. */
export const endpointOption = (baseUrl: Option.Option<string>, region: Option.Option<string>) =>
  Effect.gen(function* () {
    const isGiven = Option.isSome(baseUrl) || Option.isSome(region)
    const url = isGiven ? baseUrl : yield* optionalVariable("DWELL_BASE_URL")
    if (Option.isSome(url)) return Option.some(yield* Effect.mapError(ContactNow.baseUrl(url.value), toUsageError))
    const name = isGiven ? region : yield* optionalVariable("DWELL_REGION")
    if (Option.isNone(name)) return Option.none()
    if (isRegion(name.value)) return Option.some(ContactNow.regions[name.value])
    return yield* new UsageError({
      message: `region: "${name.value}" is not a region. Give ${Object.keys(ContactNow.regions).join(" or ")}, or a base URL instead.`,
    })
  })

const redacted = (name: string) => Config.option(Config.redacted(Config.nonEmptyString(name)))

/** Checks a list of addresses. */
export const addressesOf = (text: Option.Option<string>) =>
  Effect.transposeMapOption(text, (list) => Effect.mapError(Token.parseAddresses(list), toUsageError))

/** The account from the option, else from DWELL_ACCOUNT. */
export const accountOption = (option: Option.Option<string>): Effect.Effect<Option.Option<Accounts.AccountChoice>> =>
  Effect.gen(function* () {
    if (Option.isSome(option)) return Option.some({ name: option.value, by: "--account" } as const)
    return Option.map(yield* optionalVariable("DWELL_ACCOUNT"), (name) => ({ name, by: "DWELL_ACCOUNT" }) as const)
  }).pipe(Effect.orDie)

const identityOf = (baseUrl: string, username: Redacted.Redacted): string =>
  createHash("sha256")
    .update(`${baseUrl}\n${Redacted.value(username)}`)
    .digest("hex")

const zoneOf = ({ timezone }: Accounts.Account): Option.Option<Calendar.Zone> =>
  Option.map(Option.fromNullable(timezone), (name) => ({ name }))

/** The time zone of the account that the option or DWELL_ACCOUNT names, if any. */
export const timezoneOption = (option: Option.Option<string>) =>
  Effect.gen(function* () {
    const given = yield* accountOption(option)
    if (Option.isNone(given)) return Option.none()
    return zoneOf(yield* Accounts.find(yield* Accounts.load, given.value))
  })

/** The account to use, with its name. */
const chooseAccount = (given: Option.Option<Accounts.AccountChoice>) =>
  Effect.gen(function* () {
    const accounts = yield* Accounts.load
    const name = Option.isSome(given) ? Option.some(given.value.name) : yield* Accounts.defaultAccount(accounts)
    if (Option.isNone(name)) {
      return yield* new NoCredentials({
        message:
          "No credentials. Run `dwell login`, or set DWELL_USERNAME and DWELL_PASSWORD; or read a file with --input FILE. " +
          "To try it without credentials: `dwell demo`.",
      })
    }
    const by = Option.isSome(given) ? given.value.by : "--account"
    return { name: name.value, account: yield* Accounts.find(accounts, { name: name.value, by }) }
  })

/** The settings from the environment, else of the chosen account, else of the default account. */
export const settings = (option: Option.Option<string>) =>
  Effect.gen(function* () {
    const environment = yield* Config.all({
      username: redacted("DWELL_USERNAME"),
      password: redacted("DWELL_PASSWORD"),
      address: optionalVariable("DWELL_ADDRESS"),
      format: Config.withDefault(Config.literal("json", "xml")("DWELL_FORMAT"), "json" as const),
    }).pipe(
      Effect.mapError(
        () => new UserError({ message: "DWELL_FORMAT: it is neither json nor xml. Set it to one of them." }),
      ),
    )
    const { format, password, username } = environment
    const addresses = yield* addressesOf(environment.address)
    const place = yield* endpointOption(Option.none(), Option.none())
    const given = yield* accountOption(option)
    if (Option.isSome(username) && Option.isSome(password)) {
      if (Option.isSome(given)) {
        const { by, name } = given.value
        return yield* new UsageError({
          message: `${by}: it names ${name}, but DWELL_USERNAME and DWELL_PASSWORD name an account too. Unset one or the other.`,
        })
      }
      const baseUrl = Option.getOrElse(place, () => ContactNow.regions.eu)
      const identity = identityOf(baseUrl, username.value)
      const found: Settings = {
        baseUrl,
        username: username.value,
        password: password.value,
        addresses: Option.getOrElse(addresses, () => []),
        format,
        account: { name: `environment-${identity.slice(0, 8)}`, identity },
        timezone: Option.none(),
        source: "DWELL_USERNAME and DWELL_PASSWORD",
      }
      return found
    }
    if (Option.isSome(username) || Option.isSome(password)) {
      const [set, unset] = Option.isSome(username) ? ["USERNAME", "PASSWORD"] : ["PASSWORD", "USERNAME"]
      return yield* new UserError({ message: `DWELL_${set} is set and DWELL_${unset} is not. Set both or neither.` })
    }
    const { account, name } = yield* chooseAccount(given)
    const baseUrl = Accounts.endpointOf(account)
    const file = yield* Accounts.file
    if (Option.isSome(place) && place.value !== baseUrl) {
      return yield* new UserError({
        message:
          `${file} has credentials of ${name} for ${baseUrl}, but DWELL_BASE_URL or DWELL_REGION says ${place.value}. ` +
          `Unset it, or run \`dwell login --account NAME\` for that URL.`,
      })
    }
    const found: Settings = {
      baseUrl,
      username: account.username,
      password: account.password,
      addresses: Option.getOrElse(addresses, () => account.addresses ?? []),
      format,
      account: { name, identity: identityOf(baseUrl, account.username) },
      timezone: zoneOf(account),
      source: `account ${name} in ${file}`,
    }
    return found
  })

/** The name of an account at a Dwell API: as chosen, else as `dwell sync --push` calls the default account. */
export const accountNameAtApi = (option: Option.Option<string>) =>
  Effect.gen(function* () {
    const given = yield* accountOption(option)
    if (Option.isSome(given)) return given.value.name
    return yield* Effect.mapBoth(settings(option), {
      onFailure: () => new UsageError({ message: "--api: name the account at that API with --account NAME." }),
      onSuccess: ({ account }) => account.name,
    })
  })

/** The time zone of the chosen or default account, if it is known here. */
export const timezoneAtApi = (option: Option.Option<string>) =>
  Effect.gen(function* () {
    const zones = yield* Accounts.timezones
    return Option.fromNullable(zones.get(yield* accountNameAtApi(option)))
  }).pipe(Effect.option, Effect.map(Option.flatten))
