/**
 * What can go wrong between us and the vendor, and who can do what about it.
 *
 * Source   docs/contactnow.md, sections 1, 2 and 8
 */
import * as Data from "effect/Data"

/**
 * - `TransportFailed`      no whole answer came back; asking again may help, and was tried
 * - `RateLimited`          the vendor wants fewer requests
 * - `TokenRejected`        the vendor does not know the token, or it has expired
 * - `AddressRejected`      the token is not valid from this internet address
 * - `CredentialsRejected`  user name or password are wrong: final
 * - `ResponseInvalid`      an answer, but not one of this API: most often a wrong base URL
 * - `VendorRefused`        the vendor's own refusal, in its own words
 * - `Incomplete`           the vendor says there are more rows than it hands over
 */
export type Reason =
  | "TransportFailed"
  | "RateLimited"
  | "TokenRejected"
  | "AddressRejected"
  | "CredentialsRejected"
  | "ResponseInvalid"
  | "VendorRefused"
  | "Incomplete"

/** Holds no secret: user name, password and token are taken out of every text. */
export class ContactNowError extends Data.TaggedError("ContactNowError")<{
  readonly reason: Reason
  /** What happened, naming script and base URL. */
  readonly issue: string
  /** What the reader can do. */
  readonly remedy: string
}> {
  override get message(): string {
    return `${this.issue}. ${this.remedy}`
  }
}
