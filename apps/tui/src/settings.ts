/**
 * How to reach the vendor: from the environment, else from what `dwell login` has stored.
 *
 * Shape    one JSON file, readable by its owner alone (0600), under XDG_CONFIG_HOME; the token under XDG_CACHE_HOME
 */
import { homedir } from "node:os"
import * as ContactNow from "@dwell/core/ContactNow"
import * as PrivateFile from "@dwell/core/PrivateFile"
import * as Token from "@dwell/core/Token"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Fixable, usage, Usage } from "./errors.ts"

export interface Settings {
  readonly baseUrl: string
  readonly username: Redacted.Redacted
  readonly password: Redacted.Redacted
  readonly addresses: ReadonlyArray<string>
  readonly format: "json" | "xml"
  /** Where they were found, for `doctor`. */
  readonly source: string
}

const Stored = Schema.parseJson(
  Schema.Struct({
    baseUrl: Schema.String,
    username: Schema.Redacted(Schema.NonEmptyString),
    password: Schema.Redacted(Schema.NonEmptyString),
    addresses: Schema.Array(Schema.String),
  }),
)
export type Stored = typeof Stored.Type

export const optional = (name: string) => Config.option(Config.nonEmptyString(name))

const folder = (variable: string, fallback: string) =>
  Effect.gen(function* () {
    const path = yield* Path.Path
    const home = yield* optional(variable)
    return path.join(
      Option.getOrElse(home, () => path.join(homedir(), fallback)),
      "dwell",
    )
  }).pipe(Effect.orDie)

/** The file of `dwell login`. */
const loginFile = Effect.gen(function* () {
  const path = yield* Path.Path
  return path.join(yield* folder("XDG_CONFIG_HOME", ".config"), "login.json")
})

/** The file of the current token. */
export const tokenFile = Effect.gen(function* () {
  const path = yield* Path.Path
  return path.join(yield* folder("XDG_CACHE_HOME", ".cache"), "token.json")
})

const isRegion = (text: string): text is ContactNow.Region => Object.hasOwn(ContactNow.regions, text)

/** Where the vendor is: as the options say, else DWELL_BASE_URL, else DWELL_REGION. */
export const baseUrlOf = (given: Option.Option<string>, region: Option.Option<string>) =>
  Effect.gen(function* () {
    const isGiven = Option.isSome(given) || Option.isSome(region)
    const url = isGiven ? given : yield* optional("DWELL_BASE_URL")
    if (Option.isSome(url)) return yield* Effect.mapError(ContactNow.baseUrl(url.value), usage)
    const name = Option.getOrElse(isGiven ? region : yield* optional("DWELL_REGION"), () => "eu")
    if (isRegion(name)) return ContactNow.regions[name]
    return yield* new Usage({
      message: `region: "${name}" is not one. Give ${Object.keys(ContactNow.regions).join(" or ")}, or a base URL instead.`,
    })
  })

const stored = Effect.gen(function* () {
  const files = yield* FileSystem.FileSystem
  const path = yield* loginFile
  const exists = yield* Effect.orElseSucceed(files.exists(path), () => false)
  if (!exists) return Option.none<Stored>()
  const broken = (issue: string) =>
    new Fixable({ message: `${path}: ${issue}. Run \`dwell login\` again to write it anew.` })
  const text = yield* Effect.mapError(PrivateFile.read(path), (error) =>
    broken(error.description ?? "it can't be read"),
  )
  // What is wrong is not quoted: the file holds a password.
  return Option.some(
    yield* Effect.mapError(Schema.decode(Stored)(text), () => broken("it is not what `dwell login` writes")),
  )
})

const redacted = (name: string) => Config.option(Config.redacted(Config.nonEmptyString(name)))

/** A list of addresses that was given, checked. */
export const addressesOf = (text: Option.Option<string>) =>
  Effect.transposeMapOption(text, (list) => Effect.mapError(Token.addresses(list), usage))

/**
 * User name and password from the environment, else from the login file: always as a pair, and what is stored goes to the
 * place it was stored for and no other.
 */
export const settings = Effect.gen(function* () {
  const environment = yield* Config.all({
    username: redacted("DWELL_USERNAME"),
    password: redacted("DWELL_PASSWORD"),
    region: optional("DWELL_REGION"),
    baseUrl: optional("DWELL_BASE_URL"),
    address: optional("DWELL_ADDRESS"),
    format: Config.withDefault(Config.literal("json", "xml")("DWELL_FORMAT"), "json" as const),
  }).pipe(
    Effect.mapError(() => new Fixable({ message: "DWELL_FORMAT: it is neither json nor xml. Give one of them." })),
  )
  const { format, password, username } = environment
  const addresses = yield* addressesOf(environment.address)
  if (Option.isSome(username) && Option.isSome(password)) {
    const given: Settings = {
      baseUrl: yield* baseUrlOf(Option.none(), Option.none()),
      username: username.value,
      password: password.value,
      addresses: Option.getOrElse(addresses, () => []),
      format,
      source: "DWELL_USERNAME and DWELL_PASSWORD",
    }
    return given
  }
  if (Option.isSome(username) || Option.isSome(password)) {
    const [set, unset] = Option.isSome(username) ? ["USERNAME", "PASSWORD"] : ["PASSWORD", "USERNAME"]
    return yield* new Fixable({ message: `DWELL_${set} is set and DWELL_${unset} is not. Set both or neither.` })
  }
  const found = yield* stored
  if (Option.isNone(found)) {
    return yield* new Fixable({
      message:
        "No credentials. Run `dwell login`, or set DWELL_USERNAME and DWELL_PASSWORD; or read a file with --input FILE. " +
        "To try it without any: `dwell demo`.",
    })
  }
  const file = yield* loginFile
  const isElsewhere = Option.isSome(environment.baseUrl) || Option.isSome(environment.region)
  const asked = isElsewhere ? yield* baseUrlOf(Option.none(), Option.none()) : found.value.baseUrl
  if (asked !== found.value.baseUrl) {
    return yield* new Fixable({
      message:
        `${file} has credentials for ${found.value.baseUrl}, and DWELL_BASE_URL or DWELL_REGION says ${asked}. ` +
        "Unset it, or run `dwell login` for that place.",
    })
  }
  const kept: Settings = {
    ...found.value,
    addresses: Option.getOrElse(addresses, () => found.value.addresses),
    format,
    source: file,
  }
  return kept
})

/** Writes the login file. */
export const store = (login: Stored) =>
  Effect.gen(function* () {
    const path = yield* loginFile
    const text = yield* Effect.orDie(Schema.encode(Stored)(login))
    yield* Effect.mapError(
      PrivateFile.write(path, text),
      ({ message }) => new Fixable({ message: `${path}: it can't be written. ${message}` }),
    )
    return path
  })
