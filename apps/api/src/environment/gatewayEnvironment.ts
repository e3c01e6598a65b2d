/**
 * The configuration of the gateway. A Worker reads the rest only where accounts and keys are.
 *
 * Fails    `InvalidInput` names the variable, without its value
 */
import { InvalidInput } from "@dwell/core/InvalidInput"
import * as Either from "effect/Either"

export interface GatewayEnvironment {
  /** Other sites whose pages may use the API (CORS). */
  readonly origins: ReadonlyArray<string>
  readonly jwt: { readonly jwksUrl: URL; readonly issuer: string; readonly audience: string } | null
  readonly otlp: string | null
  readonly requestsPerMinute: number
}

export type Variables = Readonly<Record<string, unknown>>

const invalid = (what: string, issue: string, remedy: string) => Either.left(new InvalidInput({ what, issue, remedy }))

/** The trimmed value of a variable; `undefined` if it is not set. */
export const textIn = (variables: Variables, name: string): string | undefined => {
  const value = variables[name]
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined
}

/** A whole number above 0, or the default if it is not set. */
export const wholeNumber = (variables: Variables, name: string, usual: number) => {
  const text = textIn(variables, name)
  if (text === undefined) return Either.right(usual)
  return /^[1-9]\d{0,11}$/.test(text)
    ? Either.right(Number(text))
    : invalid(name, "it is not a whole number above 0", `Leave it out to use ${usual}.`)
}

const originsIn = (variables: Variables) => {
  const name = "DWELL_ORIGINS"
  const origins = (textIn(variables, name) ?? "").split(",").map((origin) => origin.trim())
  const given = origins.filter((origin) => origin !== "")
  const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text
  return given.every(isOrigin)
    ? Either.right(given)
    : invalid(
        name,
        "it is not a list of origins",
        "Give origins such as https://board.example.com, separated by commas.",
      )
}

const jwtIn = (variables: Variables) => {
  const [jwksUrl, issuer, audience] = ["DWELL_JWKS_URL", "DWELL_JWT_ISSUER", "DWELL_JWT_AUDIENCE"].map((name) =>
    textIn(variables, name),
  )
  if (jwksUrl === undefined && issuer === undefined && audience === undefined) return Either.right(null)
  if (jwksUrl === undefined || issuer === undefined || audience === undefined || !URL.canParse(jwksUrl)) {
    return invalid(
      "DWELL_JWKS_URL, DWELL_JWT_ISSUER, DWELL_JWT_AUDIENCE",
      "they must all be set, the first to a URL",
      "Set all three, or none to accept no tokens.",
    )
  }
  return Either.right({ jwksUrl: new URL(jwksUrl), issuer, audience })
}

/** Reads the configuration of the gateway. */
export const readGateway = (variables: Variables): Either.Either<GatewayEnvironment, InvalidInput> =>
  Either.gen(function* () {
    return {
      origins: yield* originsIn(variables),
      jwt: yield* jwtIn(variables),
      otlp: textIn(variables, "OTEL_EXPORTER_OTLP_ENDPOINT") ?? null,
      requestsPerMinute: yield* wholeNumber(variables, "DWELL_REQUESTS_PER_MINUTE", 600),
    }
  })
