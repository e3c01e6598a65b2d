/**
 * The accounts whose logs this server reads itself, and with which credentials.
 *
 * Shape    JSON: `{"london": {"region": "eu", "username": "...", "password": "...", "addresses": ["192.0.2.1"]}}`;
 *          `baseUrl` in place of `region` for another place
 * Fails    `InvalidInput`, without a word of what the text holds
 */
import * as ContactNow from "@dwell/core/ContactNow"
import { InvalidInput } from "@dwell/core/InvalidInput"
import * as StatusLog from "@dwell/core/StatusLog"
import * as Token from "@dwell/core/Token"
import type { HttpClient } from "@effect/platform/HttpClient"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type { VendorConnection } from "../account/VendorConnection.ts"
import { AccountName } from "../keys/AccountName.ts"

/** The place of token.php; checked here, so that nobody waits for an answer from what is none. */
const Place = Schema.transformOrFail(Schema.String, Schema.String, {
  strict: true,
  decode: (text, _, ast) => Either.mapLeft(ContactNow.baseUrl(text), () => new ParseResult.Type(ast, text)),
  encode: ParseResult.succeed,
})

const Connection = Schema.Struct({
  region: Schema.optionalWith(Schema.Literal("eu", "us"), { exact: true }),
  baseUrl: Schema.optionalWith(Place, { exact: true }),
  username: Schema.Redacted(Schema.NonEmptyString),
  password: Schema.Redacted(Schema.NonEmptyString),
  addresses: Schema.optionalWith(Schema.Array(Schema.String), { exact: true }),
})

const Vendors = Schema.parseJson(Schema.Record({ key: AccountName, value: Connection }))
export type Vendors = typeof Vendors.Type

/** Reads them; `what` is what its giver calls the text. */
export const parse = (text: string, what: string): Either.Either<Vendors, InvalidInput> =>
  Either.mapLeft(
    Schema.decodeEither(Vendors, { onExcessProperty: "error" })(text),
    () =>
      new InvalidInput({
        what,
        issue: "it is not what says whose log is read with which credentials",
        remedy: 'Give {"ACCOUNT": {"region": "eu", "username": "...", "password": "..."}}.',
      }),
  )

/** The services that talk to the vendor of an account. */
export const layerOf = (vendors: Vendors, account: string, http: Layer.Layer<HttpClient>): VendorConnection["Type"] => {
  const found = Object.hasOwn(vendors, account) ? vendors[account] : undefined
  if (found === undefined) return null
  const { addresses = [], baseUrl, password, region = "eu", username } = found
  const contactNow = ContactNow.layer({
    baseUrl: baseUrl ?? ContactNow.regions[region],
    username,
    password,
    format: "json",
  })
  return StatusLog.layer.pipe(
    Layer.provideMerge(Token.layer({ addresses })),
    Layer.provideMerge(contactNow),
    Layer.provide(http),
  )
}
