/**
 * Tokens of an identity provider (JWT), accepted instead of keys.
 *
 * Shape    the subject identifies the caller; the claim `scope` has scopes separated by spaces, and unknown ones are ignored;
 *          `dwell_accounts` is an array of names, or `"*"`. Default: no accounts
 * Units    Unix seconds; clocks may differ by 30 s
 * Fails    `KeyRefused` for a bad token, `KeySetUnavailable` if the token can't be checked
 * Source   RFC 7519, RFC 8725 (algorithms are named here, never taken from the token), RFC 9068 (`scope`)
 * Cost     a signature is checked at each call; gateway/authenticate.ts caches the result for some seconds. The key set is
 *          read once in 10 minutes, and for an unknown key at most every 30 s
 */
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { createRemoteJWKSet } from "jose/jwks/remote"
import { jwtVerify } from "jose/jwt/verify"
import { Accounts, type Caller, Scope } from "./Caller.ts"
import { ApiError } from "../http/problem.ts"
import { KeyRefused } from "./KeyRefused.ts"

export interface Options {
  readonly jwksUrl: URL
  readonly issuer: string
  readonly audience: string
  /** Minimum time between two reads of the key set for unknown keys, in milliseconds. Default: 30,000. */
  readonly cooldownMillis?: number
}

/** The issuer's keys can't be read, so no token can be checked. This is a failure of the server, not of the caller. */
class KeySetUnavailable extends Data.TaggedError("KeySetUnavailable")<{
  readonly url: string
  readonly cause: unknown
}> {
  /** Without the URL, which stays private. */
  override get message(): string {
    return `The key set of the token issuer can't be read. Try again later; keys work meanwhile.`
  }
}

export interface Jwt {
  /** Finds the caller of a token. */
  readonly verify: (token: Redacted.Redacted) => Effect.Effect<Caller, KeyRefused | KeySetUnavailable>
}

/** Only public-key algorithms: with a shared secret, a server that checks tokens could make them. */
const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]

const leewaySeconds = 30

const Claims = Schema.Struct({
  sub: Schema.NonEmptyString.pipe(Schema.maxLength(255)),
  /** Fractions are allowed. */
  exp: Schema.Number.pipe(Schema.between(0, 253_402_300_000)),
  scope: Schema.optionalWith(Schema.String, { default: () => "" }),
  dwell_accounts: Schema.optionalWith(Accounts, { default: () => [] }),
})

/** The reason for each error code of jose about a token; any other code is about the key set. */
const refusals: Readonly<Record<string, KeyRefused["reason"]>> = {
  ERR_JWT_EXPIRED: "Expired",
  ERR_JWS_INVALID: "Malformed",
  ERR_JWT_INVALID: "Malformed",
  ERR_JOSE_ALG_NOT_ALLOWED: "Unknown",
  ERR_JOSE_NOT_SUPPORTED: "Unknown",
  ERR_JWT_CLAIM_VALIDATION_FAILED: "Unknown",
  ERR_JWKS_NO_MATCHING_KEY: "Unknown",
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: "Unknown",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "Unknown",
}

const reasonOf = (error: unknown): KeyRefused["reason"] | undefined => {
  const code = error instanceof Error && "code" in error ? error.code : undefined
  return typeof code === "string" && Object.hasOwn(refusals, code) ? refusals[code] : undefined
}

/** Makes a checker of an issuer's tokens; the key set is read with the first token. */
export const make = ({ audience, cooldownMillis = 30_000, issuer, jwksUrl }: Options): Jwt => {
  const keys = createRemoteJWKSet(jwksUrl, { cooldownDuration: cooldownMillis })
  return {
    verify: Effect.fn("Jwt.verify")(function* (token) {
      const now = yield* Clock.currentTimeMillis
      const { payload } = yield* Effect.tryPromise({
        try: () =>
          jwtVerify(Redacted.value(token), keys, {
            algorithms,
            audience,
            issuer,
            clockTolerance: leewaySeconds,
            currentDate: new Date(now),
            requiredClaims: ["exp", "sub"],
          }),
        catch: (cause) => {
          const reason = reasonOf(cause)
          return reason === undefined ? new KeySetUnavailable({ url: jwksUrl.href, cause }) : new KeyRefused({ reason })
        },
      })
      const claims = yield* Effect.mapError(
        Schema.decodeUnknown(Claims)(payload),
        () => new KeyRefused({ reason: "Malformed" }),
      )
      const key = `jwt:${claims.sub}`
      return {
        key,
        name: claims.sub,
        scopes: [...new Set(claims.scope.split(" "))].filter(Schema.is(Scope)),
        accounts: claims.dwell_accounts,
        expiresAt: Math.ceil(claims.exp) + leewaySeconds,
        rateLimitKey: key,
      }
    }),
  }
}

/** The caller of a token; `null` if it is refused. Fails if the issuer's keys can't be read. */
export const callerOf =
  ({ verify }: Jwt) =>
  (token: Redacted.Redacted): Effect.Effect<Caller | null, ApiError> =>
    verify(token).pipe(
      Effect.catchTag("KeyRefused", () => Effect.succeed(null)),
      Effect.catchTag(
        "KeySetUnavailable",
        ({ message }) => new ApiError({ code: "store_unavailable", detail: message }),
      ),
    )
