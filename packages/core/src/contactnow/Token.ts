/**
 * The access token: asked for once, kept while it lasts, renewed before it ends.
 *
 * Shape    `use(call)` runs a call with the current token and, when the vendor rejects it, once more with a new one
 * Units    `expire` in Unix seconds
 * Fails    `ContactNowError`; a failure is never kept
 * Source   docs/contactnow.md, section 2
 *
 * However many ask at once, one request is made, and it goes on when one of them gives up. `get` returns the vendor's
 * current token while that is valid, so that a new one may have little life left: it is used to its end.
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as SynchronizedRef from "effect/SynchronizedRef"
import { InvalidInput } from "../InvalidInput.ts"
import { ContactNow } from "./ContactNow.ts"
import { ContactNowError } from "./ContactNowError.ts"
import * as PrivateFile from "./PrivateFile.ts"

export interface AccessToken {
  readonly token: Redacted.Redacted
  /** When it ends, by the vendor's clock. */
  readonly expire: number
}

/** Where a token outlives the process. */
export interface Cache {
  readonly load: Effect.Effect<Option.Option<AccessToken>>
  readonly store: (held: AccessToken) => Effect.Effect<void>
}

export interface Options {
  /** The internet addresses that may use the token, as `addresses` returns them; none = only the one that asks. */
  readonly addresses?: ReadonlyArray<string>
  readonly cache?: Cache
}

export class Token extends Context.Tag("@dwell/core/Token")<
  Token,
  {
    /** The current token: from memory, else from the cache, else from the vendor. */
    readonly get: Effect.Effect<AccessToken, ContactNowError>
    /** Asks the vendor until when a token is valid. */
    readonly validate: (token: Redacted.Redacted) => Effect.Effect<{ readonly expire: number }, ContactNowError>
    /** Runs a call; when its token is rejected, renews once and repeats once. */
    readonly use: <A, E, R>(
      call: (token: Redacted.Redacted) => Effect.Effect<A, E | ContactNowError, R>,
    ) => Effect.Effect<A, E | ContactNowError, R>
  }
>() {}

/** How long before its end a token is renewed, as in the vendor's own client. */
const marginSeconds = 60

const isIPv4 = (text: string): boolean =>
  text.split(".").length === 4 &&
  text.split(".").every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)

const isIPv6 = (text: string): boolean => /^[\da-f.]*:[\da-f.:]*$/i.test(text) && URL.canParse(`http://[${text}]/`)

/**
 * Checks a comma-separated list of 1 to 10 internet addresses, which is what the vendor takes.
 *
 * @example
 * Either.getOrThrow(Token.parseAddresses("192.0.2.1, 192.0.2.2")) // => [ '192.0.2.1', '192.0.2.2' ]
 */
export const parseAddresses = (text: string): Either.Either<ReadonlyArray<string>, InvalidInput> => {
  const list = text.split(",").map((address) => address.trim())
  const refuse = (issue: string) =>
    Either.left(
      new InvalidInput({ what: "address list", issue, remedy: "Give 1 to 10 addresses, such as 192.0.2.1,192.0.2.2." }),
    )
  if (list.length > 10) return refuse(`it has ${list.length} addresses`)
  const wrong = list.find((address) => !isIPv4(address) && !isIPv6(address))
  return wrong === undefined ? Either.right(list) : refuse(`"${wrong}" is not an internet address`)
}

/** What a token file holds. The user name and the addresses say whose token it is, and for where. */
const TokenFile = Schema.parseJson(
  Schema.Struct({
    baseUrl: Schema.String,
    username: Schema.String,
    addresses: Schema.Array(Schema.String),
    token: Schema.NonEmptyString,
    expire: Schema.Int,
  }),
)

/**
 * Keeps the token in a file that only its owner can read (0600). A file that can't be read, is somebody else's or can be
 * read by others counts as none; one that can't be written costs a warning and no more.
 */
export const fileCache = (
  path: string,
  { addresses: named = [] }: Pick<Options, "addresses"> = {},
): Effect.Effect<Cache, never, ContactNow | FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const files = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
    const { baseUrl, username } = yield* ContactNow
    const owner = { baseUrl, username: Redacted.value(username), addresses: named }
    const load = Effect.gen(function* () {
      const { expire, token, ...whose } = yield* Schema.decode(TokenFile)(yield* PrivateFile.read(path))
      if (JSON.stringify(whose) !== JSON.stringify(owner)) return Option.none()
      return Option.some({ token: Redacted.make(token), expire })
    }).pipe(
      Effect.orElseSucceed(() => Option.none()),
      Effect.provide(files),
    )
    const store = ({ expire, token }: AccessToken) =>
      Schema.encode(TokenFile)({ ...owner, token: Redacted.value(token), expire }).pipe(
        Effect.flatMap((text) => PrivateFile.write(path, text)),
        Effect.catchAll(() => Effect.logWarning(`The token could not be kept in ${path}: each run asks for it again.`)),
        Effect.provide(files),
      )
    return { load, store }
  })

interface IssuedToken extends AccessToken {
  readonly freshUntil: number
}

const preciseNow = Effect.map(Clock.currentTimeMillis, (millis) => millis / 1000)

const isRejection = (error: unknown): error is ContactNowError =>
  error instanceof ContactNowError && (error.reason === "TokenRejected" || error.reason === "AddressRejected")

const secondRejection = ({ issue, reason }: ContactNowError): ContactNowError =>
  new ContactNowError({
    reason,
    issue: `${issue}, with a new token too`,
    remedy:
      reason === "AddressRejected"
        ? "ContactNow ties a token to the internet address that asked for it, or to at most 10 named ones. Run where the " +
          "address is fixed, or name the addresses that requests leave from."
        : "Check that this machine's clock is right, then ask 8x8.",
  })

/** Makes the service; requests under way end with the scope. */
export const make = ({ addresses: named = [], cache }: Options = {}): Effect.Effect<
  typeof Token.Service,
  never,
  ContactNow | Scope.Scope
> =>
  Effect.gen(function* () {
    const { ask, password, username } = yield* ContactNow
    const scope = yield* Effect.scope
    const state = yield* SynchronizedRef.make<{
      readonly held: IssuedToken | undefined
      readonly renewing: Fiber.Fiber<IssuedToken, ContactNowError> | undefined
    }>({ held: undefined, renewing: undefined })

    const fresh = (held: AccessToken, now: number): IssuedToken => ({
      ...held,
      freshUntil: held.expire - now > marginSeconds ? held.expire - marginSeconds : held.expire,
    })

    const fromCache = cache === undefined ? Effect.succeed(Option.none<AccessToken>()) : cache.load

    const fromVendor = Effect.gen(function* () {
      const { fields } = yield* ask({
        script: "token.php",
        method: "POST",
        params: { action: "get", username, password, ...(named.length === 0 ? {} : { address: named.join(",") }) },
      })
      const token = fields.get("token") ?? ""
      const expire = Number(fields.get("expire") ?? Number.NaN)
      if (token === "" || !Number.isSafeInteger(expire)) {
        return yield* new ContactNowError({
          reason: "ResponseInvalid",
          issue: "token.php: the answer has no token, or does not say until when it is valid",
          remedy: "Check the base URL.",
        })
      }
      const held = { token: Redacted.make(token), expire }
      if (cache !== undefined) yield* cache.store(held)
      return fresh(held, yield* preciseNow)
    })

    /** The token to use, other than `rejected`; whoever comes while one is being asked for waits for that. */
    const obtain = (rejected: Redacted.Redacted | undefined): Effect.Effect<AccessToken, ContactNowError> => {
      const usable = (held: IssuedToken | undefined, now: number): held is IssuedToken =>
        held !== undefined &&
        now < held.freshUntil &&
        (rejected === undefined || Redacted.value(held.token) !== Redacted.value(rejected))
      const renew = Effect.gen(function* () {
        const now = yield* preciseNow
        const kept = Option.map(yield* fromCache, (held) => fresh(held, now))
        return Option.isSome(kept) && usable(kept.value, now) ? kept.value : yield* fromVendor
      })
      const settled = (held: IssuedToken | undefined) => SynchronizedRef.set(state, { held, renewing: undefined })
      return SynchronizedRef.modifyEffect(state, (current) =>
        Effect.gen(function* () {
          if (current.renewing !== undefined) return [Fiber.join(current.renewing), current] as const
          if (usable(current.held, yield* preciseNow)) return [Effect.succeed(current.held), current] as const
          const renewing = yield* renew.pipe(
            Effect.onExit((exit) => settled(Exit.isSuccess(exit) ? exit.value : undefined)),
            Effect.interruptible,
            Effect.forkIn(scope),
          )
          return [Fiber.join(renewing), { ...current, renewing }] as const
        }),
      ).pipe(
        Effect.flatten,
        Effect.map(({ expire, token }) => ({ expire, token })),
      )
    }

    const use: (typeof Token.Service)["use"] = (call) =>
      Effect.flatMap(obtain(undefined), ({ token }) =>
        call(token).pipe(
          Effect.catchIf(isRejection, () =>
            Effect.flatMap(obtain(token), ({ token: renewed }) =>
              Effect.mapError(call(renewed), (error) => (isRejection(error) ? secondRejection(error) : error)),
            ),
          ),
        ),
      )

    return {
      get: obtain(undefined),
      validate: (token) =>
        Effect.flatMap(
          ask({ script: "token.php", method: "POST", params: { action: "validate", token } }),
          ({ fields }) => {
            const expire = Number(fields.get("expire") ?? Number.NaN)
            return Number.isSafeInteger(expire)
              ? Effect.succeed({ expire })
              : Effect.fail(
                  new ContactNowError({
                    reason: "ResponseInvalid",
                    issue: "token.php: the answer does not say until when the token is valid",
                    remedy: "Check the base URL.",
                  }),
                )
          },
        ),
      use,
    }
  })

/** The service, for as long as the layer lives. */
export const layer = (options: Options = {}): Layer.Layer<Token, never, ContactNow> =>
  Layer.scoped(Token, make(options))
