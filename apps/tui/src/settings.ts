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

const optional = (name: string) => Config.option(Config.nonEmptyString(name))

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

/** The base URL of a region, or the one that is given instead. */
export const baseUrlOf = (given: Option.Option<string>, region: Option.Option<string>) =>
  Effect.gen(function* () {
    if (Option.isSome(given)) return yield* Effect.mapError(ContactNow.baseUrl(given.value), usage)
    const name = Option.getOrElse(region, () => "eu")
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

/** DWELL_USERNAME, DWELL_PASSWORD, DWELL_REGION, DWELL_BASE_URL, DWELL_ADDRESS and DWELL_FORMAT, before the login file. */
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
  const found =
    Option.isSome(environment.username) && Option.isSome(environment.password) ? Option.none() : yield* stored
  const username = Option.orElse(environment.username, () => Option.map(found, (held) => held.username))
  const password = Option.orElse(environment.password, () => Option.map(found, (held) => held.password))
  if (Option.isNone(username) || Option.isNone(password)) {
    return yield* new Fixable({
      message:
        "No credentials and no --input. Run `dwell login`, or set DWELL_USERNAME and DWELL_PASSWORD, or read a file with " +
        "--input FILE. To try it without any: `dwell demo`.",
    })
  }
  const isGiven = Option.isSome(environment.baseUrl) || Option.isSome(environment.region)
  const baseUrl =
    isGiven || Option.isNone(found) ? yield* baseUrlOf(environment.baseUrl, environment.region) : found.value.baseUrl
  const addresses = Option.isSome(environment.address)
    ? yield* Effect.mapError(Token.addresses(environment.address.value), usage)
    : Option.match(found, { onNone: () => [], onSome: (held) => held.addresses })
  return {
    baseUrl: yield* Effect.mapError(ContactNow.baseUrl(baseUrl), usage),
    username: username.value,
    password: password.value,
    addresses,
    format: environment.format,
    source: Option.isSome(environment.username) ? "DWELL_USERNAME" : yield* loginFile,
  } satisfies Settings
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
