/**
 * What the environment says to the front, which needs to know no more: the rest is read where accounts and keys are.
 *
 * Fails    `InvalidInput` names the variable, and says nothing of its value
 */
import { InvalidInput } from "@dwell/core/InvalidInput"
import * as Either from "effect/Either"

export interface GatewayEnvironment {
  /** Other sites whose pages may ask. */
  readonly origins: ReadonlyArray<string>
  readonly jwt: { readonly jwksUrl: URL; readonly issuer: string; readonly audience: string } | null
  readonly otlp: string | null
  readonly requestsPerMinute: number
}

export type Variables = Readonly<Record<string, unknown>>

const invalid = (what: string, issue: string, remedy: string) => Either.left(new InvalidInput({ what, issue, remedy }))

/** The text of a variable that is set, without spaces around. */
export const textIn = (variables: Variables, name: string): string | undefined => {
  const value = variables[name]
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined
}

/** A whole number above 0; where it is not set, the usual one. */
export const wholeNumber = (variables: Variables, name: string, usual: number) => {
  const text = textIn(variables, name)
  if (text === undefined) return Either.right(usual)
  return /^[1-9]\d{0,11}$/.test(text)
    ? Either.right(Number(text))
    : invalid(name, "it is not a whole number above 0", `Leave it out for ${usual}.`)
}

const originsIn = (variables: Variables) => {
  const name = "DWELL_ORIGINS"
  const origins = (textIn(variables, name) ?? "").split(",").map((origin) => origin.trim())
  const given = origins.filter((origin) => origin !== "")
  const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text
  return given.every(isOrigin)
    ? Either.right(given)
    : invalid(name, "it is not a list of origins", "Give such as https://board.example.com, comma-separated.")
}

const jwtIn = (variables: Variables) => {
  const [jwksUrl, issuer, audience] = ["DWELL_JWKS_URL", "DWELL_JWT_ISSUER", "DWELL_JWT_AUDIENCE"].map((name) =>
    textIn(variables, name),
  )
  if (jwksUrl === undefined && issuer === undefined && audience === undefined) return Either.right(null)
  if (jwksUrl === undefined || issuer === undefined || audience === undefined || !URL.canParse(jwksUrl)) {
    return invalid(
      "DWELL_JWKS_URL, DWELL_JWT_ISSUER, DWELL_JWT_AUDIENCE",
      "they need each other",
      "Set all three, or none to do without tokens.",
    )
  }
  return Either.right({ jwksUrl: new URL(jwksUrl), issuer, audience })
}

/** Reads what concerns the front. */
export const readGateway = (variables: Variables): Either.Either<GatewayEnvironment, InvalidInput> =>
  Either.gen(function* () {
    return {
      origins: yield* originsIn(variables),
      jwt: yield* jwtIn(variables),
      otlp: textIn(variables, "OTEL_EXPORTER_OTLP_ENDPOINT") ?? null,
      requestsPerMinute: yield* wholeNumber(variables, "DWELL_REQUESTS_PER_MINUTE", 600),
    }
  })
