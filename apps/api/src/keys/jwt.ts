/**
 * Tokens of somebody else's making (JWT), as an operator's own sign-in issues them, in place of keys.
 *
 * Shape    the subject is whose token it is; the claim `scope` has scopes between spaces, of which those we don't know are
 *          passed over; `dwell_accounts` is an array of names, or `"*"`; without it there are none
 * Units    Unix seconds; 30 s of a clock that goes wrong are forgiven
 * Fails    `KeyRefused` by what the token is, `KeySetUnavailable` when nobody can tell
 * Source   RFC 7519, RFC 8725 (algorithms are named here, never taken from the token), RFC 9068 (`scope`)
 * Cost     a signature is checked at each call; gateway/authenticate.ts holds what was found for some seconds. The key set is read once in
 *          10 minutes, and for a key that is not in it at most every 30 s
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
  /** How long a key that is not in the set is not looked for again, in milliseconds. Default: 30,000. */
  readonly cooldownMillis?: number
}

/** The issuer's keys can't be had, so that no token can be told from another: the server's affair, not the caller's. */
class KeySetUnavailable extends Data.TaggedError("KeySetUnavailable")<{
  readonly url: string
  readonly cause: unknown
}> {
  /** Without the place, which is none of the caller's business. */
  override get message(): string {
    return `The key set of the issuer of tokens can't be read. Try again later; keys work meanwhile.`
  }
}

export interface Jwt {
  /** Finds out whose token it is. */
  readonly verify: (token: Redacted.Redacted) => Effect.Effect<Caller, KeyRefused | KeySetUnavailable>
}

/** Public-key algorithms only: with a shared secret, who checks tokens could make them. */
const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]

const leewaySeconds = 30

const Claims = Schema.Struct({
  sub: Schema.NonEmptyString.pipe(Schema.maxLength(255)),
  /** Fractions are allowed. */
  exp: Schema.Number.pipe(Schema.between(0, 253_402_300_000)),
  scope: Schema.optionalWith(Schema.String, { default: () => "" }),
  dwell_accounts: Schema.optionalWith(Accounts, { default: () => [] }),
})

/** What jose finds wrong with a token itself, by its codes; anything else is about the key set. */
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

/** Makes what checks the tokens of an issuer; nothing is read until there is one. */
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

/** Whose token it is; `null` for nobody's. Where the issuer's keys can't be had, nobody can tell. */
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
