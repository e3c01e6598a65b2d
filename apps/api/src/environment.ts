/**
 * What the environment says, decoded once: variables of a process, or of a Worker.
 *
 * Fails    `InvalidInput` names the variable, and says nothing of its value
 */
import * as Calendar from "@dwell/core/Calendar"
import * as Category from "@dwell/core/Category"
import { InvalidInput } from "@dwell/core/InvalidInput"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import { type Service as Settings } from "./account/Settings.ts"
import { parse as parseVendors, type Vendors } from "./vendors.ts"

export interface Environment {
  readonly settings: Settings
  readonly vendors: Vendors
  /** Other sites whose pages may ask. */
  readonly origins: ReadonlyArray<string>
  readonly requestsPerMinute: number
  /** A key that may do all, for who sets a server up; it has the form of any key. */
  readonly adminKey: Redacted.Redacted | null
  readonly jwt: { readonly jwksUrl: URL; readonly issuer: string; readonly audience: string } | null
  readonly otlp: string | null
}

export type Variables = Readonly<Record<string, unknown>>

const invalid = (what: string, issue: string, remedy: string) => Either.left(new InvalidInput({ what, issue, remedy }))

const textIn = (variables: Variables, name: string): string | undefined => {
  const value = variables[name]
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined
}

const wholeNumber = (variables: Variables, name: string, usual: number) => {
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

/** Reads the variables of a process or a Worker. */
export const read = (variables: Variables): Either.Either<Environment, InvalidInput> =>
  Either.gen(function* () {
    const zoneName = textIn(variables, "DWELL_TIMEZONE") ?? "UTC"
    const zone = yield* Either.mapLeft(
      Calendar.zone(zoneName),
      ({ issue, remedy }) => new InvalidInput({ what: "DWELL_TIMEZONE", issue, remedy }),
    )
    const categories = textIn(variables, "DWELL_CATEGORIES")
    const vendors = textIn(variables, "DWELL_VENDORS")
    const adminKey = textIn(variables, "DWELL_ADMIN_KEY")
    return {
      settings: {
        zone,
        categories:
          categories === undefined ? Category.defaults : yield* Category.parse(categories, "DWELL_CATEGORIES"),
        largestBody: yield* wholeNumber(variables, "DWELL_LARGEST_BODY", 100_000_000),
        bodySilenceSeconds: yield* wholeNumber(variables, "DWELL_BODY_SILENCE", 20),
        answerSeconds: yield* wholeNumber(variables, "DWELL_ANSWER_SECONDS", 30),
      },
      vendors: vendors === undefined ? {} : yield* parseVendors(vendors, "DWELL_VENDORS"),
      origins: yield* originsIn(variables),
      requestsPerMinute: yield* wholeNumber(variables, "DWELL_REQUESTS_PER_MINUTE", 600),
      adminKey: adminKey === undefined ? null : Redacted.make(adminKey),
      jwt: yield* jwtIn(variables),
      otlp: textIn(variables, "OTEL_EXPORTER_OTLP_ENDPOINT") ?? null,
    }
  })
